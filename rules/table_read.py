"""Reading conditions and cases from the text of a table cell.

Everything that :mod:`rules.table_text` writes is read exactly; beyond that, what an office would
write: numbering, several conditions in one line, 且 and 或, ≤, 以下, 万元. Whatever is not surely
understood stays unread, with what to do about it: a condition left out would favour the wrong side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from rules.table_lines import UNREAD_MARK, Line, Opened, heading, lines_of, marks_of, pieces, quoted, without_lead
from rules.table_numbers import narrow, parse_number
from rules.table_text import NOT_KNOWN
from rules.table_values import (
    Compared,
    TableError,
    compare,
    operator_ahead,
    plain_choice,
    read_comparisons,
    read_value,
)
from rules.table_words import Lexicon, Raw, squash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.facts import Fact

_OR: Final = re.compile(r"[,、]?(?:或者|或)")
_AND: Final = re.compile(r"[,、]?(?:并且|而且|以及|且|并)|[,、]")
_COUNT: Final = "(?P<n>[0-9]+|[一二两三四五六七八九十]+)"
_FIRST: Final = "(?:首次|初次|第一次)(?:发生)?(?:同类)?违法(?:行为)?"
_WINDOW: Final = re.compile(rf"在?{_COUNT}(?P<unit>年|个月)之?内{_FIRST}")
_MONTHS: Final = {"年": 12, "个月": 1}
_MOST_JOINTS: Final = 9
_FREE: Final = frozenset({"text", "text_list"})


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of text that was not understood; ``line`` counts from 1; ``error`` says why."""

    line: int
    text: str
    error: TableError


@dataclass(frozen=True, slots=True)
class Reading:
    """Conditions read (all of which hold together), pieces unread, and readings that are ours.

    ``assumed`` holds (the words, the condition); ``window_months`` is the period of 二年内初次违法.
    """

    conditions: tuple[Raw, ...] = ()
    unread: tuple[Unread, ...] = ()
    assumed: tuple[tuple[str, Raw], ...] = ()
    window_months: int | None = None


@dataclass(slots=True)
class _Notes:
    unread: list[Unread] = field(default_factory=list)
    assumed: list[tuple[str, Raw]] = field(default_factory=list)
    window_months: int | None = None


class ConditionReader:
    """Reads cells against one vocabulary."""

    def __init__(self, words: Lexicon) -> None:
        """``words`` comes from :func:`rules.table_words.lexicon`."""
        self.words = words

    def read(self, text: str) -> Reading:
        """Read a whole cell; nothing is raised, what cannot be read is in ``unread``."""
        notes = _Notes()
        conditions = self._block(list(lines_of(text)), 0, notes)
        return Reading(tuple(conditions), tuple(notes.unread), tuple(notes.assumed), notes.window_months)

    def read_case(self, text: str) -> tuple[dict[str, object], list[Unread]]:
        """Read the facts of a case: one sentence or ``名称：值`` a line (or between ；)."""
        facts: dict[str, object] = {}
        unread: list[Unread] = []
        for line in lines_of(text):
            try:
                facts |= self._fact(line.text)
            except TableError as error:
                unread.append(Unread(line.number, line.text, error))
        return facts, unread

    def _fact(self, text: str) -> dict[str, object]:
        whole = squash(text)
        stated = self.words.sentences.get(whole, {})
        if "eq" in stated:
            return {str(stated["fact"]): stated["eq"]}
        free = quoted(text)
        for fact, rest in self.words.fact_at_start(squash(free[0]) if free else whole):
            if free and fact.type in _FREE:
                return {fact.name: free[1][0]}
            _, value = operator_ahead(rest)
            return {fact.name: None if value == NOT_KNOWN else self._value(fact, value)}
        choice = self.words.choice(whole.strip("「」"))
        if choice is not None:
            return {choice[0].name: choice[1]}
        raise TableError("table_unknown_fact", value=text, nearest=self._nearest(text))

    def _value(self, fact: Fact, text: str) -> object:
        if fact.type != "enum":
            return read_value(fact, text, self.words)[0]
        found = compare(fact, "eq", text, self.words)
        if found.op == "eq":
            return found.operand
        raise TableError("table_one_value", label=fact.label, value=text)

    def _block(self, lines: Sequence[Line], depth: int, notes: _Notes) -> list[Raw]:
        found: list[Raw] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            end = at + 1
            while end < len(lines) and lines[end].depth > line.depth:
                end += 1
            opened = heading(line.text)
            if opened is None:
                found += self._plain(lines[at:end], notes, flat=depth == 0)
            else:
                members = [Line(line.number, line.depth + 1, piece) for piece in pieces(opened.rest)]
                members += lines[at + 1 : end]
                alone = not members  # nothing is set under it: all that follows belongs to it
                if alone:
                    members, end = list(lines[at + 1 :]), len(lines)
                found += self._group(line, opened, members, notes, flat=alone and depth == 0)
            at = end
        return found

    def _plain(self, lines: Sequence[Line], notes: _Notes, *, flat: bool) -> list[Raw]:
        """A condition without heading; lines below it, a dash deeper, would have no meaning."""
        found: list[Raw] = []
        for number, line in enumerate(lines):
            try:
                if number:
                    raise TableError("table_no_heading", value=line.text)  # noqa: TRY301  (told as any other)
                one = self._segment(line.text, notes)
                found += _members(one) if flat and set(one) == {"all"} else [one]
            except TableError as error:
                notes.unread.append(Unread(line.number, line.text, error))
        return found

    def _group(self, line: Line, opened: Opened, lines: Sequence[Line], notes: _Notes, *, flat: bool) -> list[Raw]:
        before = len(notes.unread)
        parts = self._block(lines, line.depth + 1, notes)
        if len(notes.unread) > before:
            return []  # a group with a member missing would mean something else
        if not parts or opened.need > len(parts):
            error = TableError("table_empty_group", value=line.text, count=len(parts))
            notes.unread.append(Unread(line.number, line.text, error))
            return []
        if opened.kind == "all" and flat and not opened.marks:
            return parts
        return [_grouped(opened, parts) | opened.marks]

    def _segment(self, text: str, notes: _Notes) -> Raw:
        plain, marks = marks_of(text)
        window = _WINDOW.fullmatch(squash(plain))
        if window:
            notes.window_months = int(parse_number(window["n"]) or 0) * _MONTHS[window["unit"]]
            return {"fact": "first_violation", "eq": True} | marks
        if plain.startswith((UNREAD_MARK, "?")):
            raise TableError("table_still_prose", value=plain.lstrip("？?"))
        found = self._whole(plain)
        if any(one.get("ours") for one in _all(found)):
            notes.assumed.append((plain, found))
        return found | marks

    def _whole(self, text: str) -> Raw:
        try:
            found = self._atom(text)
        except TableError as error:
            return self._split(text, error)
        return self._split(text, None) if found is None else found

    def _atom(self, text: str) -> Raw | None:
        """One comparison or sentence; None where the text begins with nothing known."""
        free = self._free(text)
        if free is not None:
            return free
        whole = squash(text)
        forms = tuple(dict.fromkeys((whole, whole.removesuffix("的"), *without_lead(whole))))
        for said in forms:
            stated = self.words.sentences.get(said)
            if stated is not None:
                return dict(stated)
            choice = self.words.choice(said.strip("「」"))
            if choice is not None:
                return {"fact": choice[0].name, "eq": plain_choice(*choice)}
        return self._comparison(forms)

    def _comparison(self, forms: Sequence[str]) -> Raw | None:
        first: TableError | None = None
        for said in forms:
            for fact, rest in self.words.fact_at_start(said.removesuffix("的")):
                try:
                    return _raw(fact, read_comparisons(fact, rest, self.words))
                except TableError as error:
                    first = first or error
        if first is not None:
            raise first
        return None

    def _free(self, text: str) -> Raw | None:
        """A comparison of a fact that holds free text: its values stand in quotes."""
        free = quoted(text)
        for fact, rest in self.words.fact_at_start(squash(free[0])) if free else ():
            if fact.type in _FREE and free:
                op = operator_ahead(rest)[0] or "eq"
                return {"fact": fact.name, op: free[1] if op in {"in", "not_in"} else free[1][0]}
        return None

    def _split(self, text: str, error: TableError | None) -> Raw:
        """Several conditions joined in one line; 且 and 或 together need lines of their own.

        ``error`` says what is wrong with the line as one condition.
        """
        by_or, by_and = (self._parts(text, joint) for joint in (_OR, _AND))
        if (by_or and by_and) or (_OR.search(text) and re.search("[且并]", text) and not (by_or or by_and)):
            raise TableError("table_and_or", value=text)
        if by_or:
            return _alternatives(by_or)
        if by_and:
            return {"all": by_and}
        raise error or TableError("table_unknown_condition", value=text, nearest=self._nearest(text))

    def _parts(self, text: str, joint: re.Pattern[str]) -> list[Raw] | None:
        """The fewest pieces, cut at the joints, that are all understood; None where there are none."""
        cuts = [match.span() for match in joint.finditer(narrow(text))]
        if not 0 < len(cuts) <= _MOST_JOINTS:
            return None
        known: dict[tuple[int, int], Raw | None] = {}
        for count in range(1, len(cuts) + 1):
            for chosen in combinations(cuts, count):
                parts = self._understood(text, chosen, known)
                if parts:
                    return parts
        return None

    def _understood(
        self, text: str, cuts: Sequence[tuple[int, int]], known: dict[tuple[int, int], Raw | None]
    ) -> list[Raw] | None:
        edges = [(0, 0), *cuts, (len(text), len(text))]
        parts: list[Raw] = []
        for (_, start), (end, _) in pairwise(edges):
            if (start, end) not in known:
                known[start, end] = self._try(text[start:end])
            part = known[start, end]
            if part is None:
                return None
            parts.append(part)
        return parts

    def _try(self, text: str) -> Raw | None:
        try:
            return self._atom(text) if text.strip() else None
        except TableError:
            return None

    def _nearest(self, text: str) -> str:
        return "、".join(f"「{one}」" for one in self.words.nearest(text)) or "（没有相近的说法）"


def _grouped(opened: Opened, parts: list[Raw]) -> Raw:
    if opened.kind == "not":
        return {"not": parts[0] if len(parts) == 1 else {"any": parts}}
    if opened.kind == "at_least":
        return {"at_least": opened.need, "of": parts}
    return {opened.kind: parts}


def _raw(fact: Fact, found: tuple[Compared, ...]) -> Raw:
    tests: list[Raw] = [
        {"fact": fact.name, one.op: one.operand} | ({"unit": one.unit} if one.unit else {}) for one in found
    ]
    return tests[0] if len(tests) == 1 else {"all": tests}


def _alternatives(parts: list[Raw]) -> Raw:
    """``any`` of the parts, or one ``in`` where all say that the same fact has some value."""
    names = {str(part.get("fact")) for part in parts}
    if len(names) == 1 and all(set(part) == {"fact", "eq"} and isinstance(part["eq"], str) for part in parts):
        return {"fact": parts[0]["fact"], "in": [part["eq"] for part in parts]}
    return {"any": parts}


def _members(raw: Raw) -> list[Raw]:
    parts: list[Raw] = raw["all"]  # type: ignore[assignment]
    return parts


def _all(raw: Raw) -> Iterator[Raw]:
    yield raw
    for key in ("all", "any", "of"):
        for part in raw.get(key, ()):  # type: ignore[attr-defined]
            yield from _all(part)
