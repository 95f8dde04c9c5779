"""A provision as an officer reads it: each of its members as lines of Chinese.

With a day, only what holds on that day is said, and a provision that is not in force says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import orjson

from kernel.datafile import read_text
from kernel.errors import CatalogueError
from kernel.yamldoc import read_yaml
from rules.conditions import ConditionParser
from rules.facts import fact_value_json
from rules.schema import ListItem
from rules.schema_violation import Violation
from rules.table_cites import citations_text
from rules.table_fine import fine_text
from rules.table_penalty import branch_text, kinds_text, penalty_text, when_text
from rules.table_text import conditions_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from rules.compiled import Ground
    from rules.facts import Fact, Vocabulary
    from rules.release import Release
    from rules.schema import AnyProvision
    from rules.schema_repair import RepairProvision

Raw = dict[str, Any]
Aspects = dict[str, list[str]]
"""What a provision says: lines of text under the word for each member."""
_FILE = "difference_words.yaml"
_NOT_TOLD = frozenset({"id", "kind"})
_CONDITIONS = ("conditions", "exclusions")  # compiled together


@dataclass(frozen=True, slots=True)
class Words:
    """``difference_words.yaml``."""

    records: tuple[str, ...]
    kinds: Mapping[str, str]
    lists: Mapping[str, str]
    fields: Mapping[str, str]
    codes: Mapping[str, str]
    roles: Mapping[str, str]
    scopes: Mapping[str, str]


@cache
def words() -> Words:
    """What the data file says."""
    found = cast("Raw", read_yaml(read_text(_FILE, "rules"), _FILE))
    return Words(**{one.name: found[one.name] for one in fields(Words)})


def records() -> frozenset[str]:
    """The words for members that are records of ours, not law."""
    return frozenset(words().fields[key] for key in words().records)


def group_of(provision: AnyProvision | RepairProvision) -> str:
    """Under which heading a provision stands: its list, else its kind."""
    if isinstance(provision, ListItem):
        return words().lists[provision.list]
    return words().kinds.get(provision.kind, "信用修复规则")


class Teller:
    """Tells the provisions of a release, at all times or on one day."""

    def __init__(self, release: Release, day: date | None) -> None:
        """``day`` None: everything, each part with its days."""
        self._release = release
        self._day = day
        self._today = day.isoformat() if day else None
        shelves = (release.items, release.statute, release.aggravating, release.checks, release.duties)
        self._grounds: dict[str, Ground] = {name: one for shelf in shelves for name, one in shelf.items()}
        self._by_key: Mapping[str, Callable[[Any, Vocabulary], Iterable[str]]] = {
            "in_force": lambda raw, _: [period(raw)],
            "citations": lambda raw, _: self._cited(raw),
            "conditions": self._parsed,
            "exclusions": lambda raw, vocabulary: (f"并非：{line}" for line in self._parsed(raw, vocabulary)),
            "parameters": lambda raw, _: self._parameters(raw),
            "violations": lambda raw, _: map(self._named, raw),
            "over": lambda raw, _: map(self._named, raw),
            "under": lambda raw, _: map(self._named, raw),
            "same_as": lambda raw, _: [self._named(raw)],
            "source": lambda raw, _: [self._named(raw)],
            "first_violation": lambda raw, _: [_first(raw)],
            "disputed": lambda raw, _: [raw["question"], *raw.get("readings", ())],
            "steps": lambda raw, vocabulary: (_step(one, vocabulary) for one in raw),
            "limitation": lambda raw, vocabulary: (
                _limit(one, vocabulary) for one in raw if self._now(one["in_force"])
            ),
        }

    def tell(self, provision: AnyProvision | RepairProvision, vocabulary: Vocabulary) -> Aspects | None:
        """All members; None where the provision is not in force on the day."""
        raw = provision.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        told = self._versions(raw.pop("versions"), vocabulary) if isinstance(provision, Violation) else {}
        if self._day is not None:
            force = raw.pop("in_force", None)
            if (isinstance(provision, Violation) and not told) or (force and not self._now(force)):
                return None
        ground = self._grounds.get(provision.id)
        for key, value in raw.items():
            tell = self._by_key.get(key, _plain)
            if ground is not None and key in _CONDITIONS:
                told[words().fields[_CONDITIONS[0]]] = list(self._compiled(ground, vocabulary))
            elif key not in _NOT_TOLD:
                told[words().fields.get(key, key)] = list(tell(value, vocabulary))
        return {word: lines for word, lines in told.items() if lines}

    def _now(self, force: Mapping[str, Any]) -> bool:
        """Whether something holds on the day; always, where no day is asked for."""
        return self._today is None or (force.get("from") or "") <= self._today < (force.get("until") or "9999")

    # -- conditions and numbers ---------------------------------------------------------------

    def _compiled(self, ground: Ground, vocabulary: Vocabulary) -> Iterator[str]:
        """The conditions with the numbers of their time in them."""
        spans = [one for one in ground.spans if self._day is None or one.holds_on(self._day)]
        for span in spans:
            until = span.until.isoformat() if span.until else None
            lead = f"{period({'from': span.start.isoformat(), 'until': until})}：" if len(spans) > 1 else ""
            yield from (lead + _one_line(conditions_text([line.condition], vocabulary)) for line in span.lines)

    def _parsed(self, raw: object, vocabulary: Vocabulary) -> Iterator[str]:
        """Conditions that are not compiled: drafts, clocks, rules of credit repair."""
        try:
            conditions = ConditionParser(vocabulary, "").parse_list(raw, "")
        except CatalogueError:
            yield from _plain(raw, vocabulary)
            return
        yield from (_one_line(conditions_text([one], vocabulary)) for one in conditions)

    def _parameters(self, raw: Mapping[str, Any]) -> Iterator[str]:
        for name, parameter in raw.items():
            values = [one for one in parameter["values"] if self._now(one)]
            for one in values if self._day is None else values[-1:]:
                when = f"{period(one)} " if self._day is None else ""
                yield f"{name}：{when}{one['value']}（{parameter['unit']}）"

    # -- citations and other provisions -------------------------------------------------------

    def _cited(self, raw: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        return (f"{citations_text([one])}（{words().roles[one['role']]}）" for one in raw if self._now(one))

    def _named(self, identifier: str) -> str:
        known = self._release.provisions.get(identifier)
        return f"{known[1].title}（{identifier}）" if known else identifier

    def _limits(self, raw: Iterable[Mapping[str, Any]], vocabulary: Vocabulary) -> Iterator[str]:
        return (_limit(one, vocabulary) for one in raw if self._now(one["in_force"]))

    # -- violations ---------------------------------------------------------------------------

    def _versions(self, raw: Iterable[Mapping[str, Any]], vocabulary: Vocabulary) -> Aspects:
        """The law of each time under a word of its own; on a day, the law that holds."""
        held = [one for one in raw if self._now(one["in_force"]) and not (self._day and one.get("abolished"))]
        return {
            "法律" if self._day else f"{period(one['in_force'])}的法律": list(self._version(one, vocabulary))
            for one in held
        }

    def _version(self, raw: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[str]:
        yield from (f"禁止：{line}" for line in self._cited(raw.get("prohibition", ())))
        yield from (f"处罚依据：{line}" for line in self._cited(raw.get("basis", ())))
        penalty = raw.get("penalty")
        if penalty:
            plain = {**penalty, "branches": ()}
            yield from (f"处罚：{line}" for line in penalty_text(plain, vocabulary).splitlines())
            yield from (f"处罚：{_branch(one, vocabulary)}" for one in penalty.get("branches", ()))
            yield from ["处罚：罚款可处可不处"] if penalty.get("optional") else []
            yield from [f"说明：{penalty['note']}"] if penalty.get("note") else []
        yield from ["不再是违法行为"] if raw.get("abolished") else []
        yield from [f"说明：{raw['note']}"] if raw.get("note") else []


def _branch(raw: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    said = branch_text(raw, vocabulary)
    when = _one_line(when_text(raw.get("when"), vocabulary)) if raw.get("label") else ""
    kinds = kinds_text(raw.get("kinds") or ()) if raw.get("fine") else ""
    optional = {True: "可处可不处", False: "应当处罚"}.get(raw.get("optional"), "")  # type: ignore[arg-type]
    marks = [one for one in (when, kinds, optional, "查明后才适用" if raw.get("escalation") else "") if one]
    return f"{said}（{'；'.join(marks)}）" if marks else said


def _limit(raw: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    longer = f"，较长的 {raw['extended_years']} 年" if raw.get("extended_years") else ""
    when = _one_line(when_text(raw.get("extended_when"), vocabulary))
    cited = citations_text([raw["citation"]])
    return f"{period(raw['in_force'])} {raw['years']} 年{longer}{f'（{when}）' if when else ''}，{cited}"


def _step(raw: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    when = _one_line(when_text(raw.get("when"), vocabulary))
    fine = fine_text(raw["fine"], vocabulary) if raw.get("fine") else ""
    return "：".join(one for one in (words().codes[raw["tier"]], raw["label"], when, fine) if one)


def _first(raw: Mapping[str, Any]) -> str:
    months = raw.get("window_months")
    scope = words().scopes[raw.get("scope", "same_type_same_party")]
    exempted = "" if raw.get("count_exempted_before", True) else "，不计此前免罚的"
    return f"{f'{months} 个月内' if months else '不限期限'}，{scope}{exempted}"


def period(force: Mapping[str, Any]) -> str:
    """A half-open interval: 2025-02-07 起, 2019-12-01 至 2026-01-01（不含）."""
    start, until = force.get("from"), force.get("until")
    end = f"至 {until}（不含）" if until else "起"
    unknown = "（来源未写明施行日）" if force.get("day_known") is False else ""
    return f"{start or '最初'} {end}{unknown}"


def _plain(raw: object, _: Vocabulary | None = None) -> list[str]:
    """Any other value: a code by its word, the rest as it is."""
    if isinstance(raw, list | tuple):
        return [line for one in raw for line in _plain(one)]
    if isinstance(raw, bool):
        return ["是" if raw else "否"]
    if isinstance(raw, dict):
        return [orjson.dumps(raw, option=orjson.OPT_SORT_KEYS).decode()]
    return [words().codes.get(str(raw), _one_line(str(raw)))]


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def tell_fact(fact: Fact) -> Aspects:
    """A fact of the vocabulary in the same form."""
    told: Aspects = {}
    for one in fields(fact):
        value = getattr(fact, one.name)
        if one.name == "values":
            told["取值"] = [f"{choice.value}：{choice.label}" for choice in value]
        elif one.name != "name" and value not in (None, "", (), False):
            told[words().fields.get(one.name, one.name)] = _plain(fact_value_json(fact, value))
    return {word: lines for word, lines in told.items() if lines}
