"""Grounds of a decision as a page shows them: conditions, articles, source, what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.web.labels import ROLES, Confidence, confidence
from service.web.laws import law_href
from service.web.words import citation_zh, day_zh, in_force_zh, place_zh

if TYPE_CHECKING:
    from rules.facts import Vocabulary
    from rules.release import Release

Row = Mapping[str, object]
ORDER: Final = ("applies", "needs_human", "undetermined", "not_met")


@dataclass(frozen=True, slots=True)
class Link:
    """A question to go to: the fact's name and label."""

    name: str
    label: str
    settles: int = 0


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One condition with its state; ``links`` are the questions that would settle it."""

    text: str
    state: str
    ours: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CitationView:
    """An article in words, and what it is cited for."""

    text: str
    role: str
    note: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class GroundView:
    """One ground, ready to be read by an officer."""

    id: str
    title: str
    kind: str
    outcome: str
    force: str | None
    place: str
    foreign: bool
    source: str
    confidence: Confidence
    in_force: str
    citations: tuple[CitationView, ...]
    conditions: tuple[ConditionView, ...]
    missing: tuple[Link, ...]
    notes: tuple[tuple[str, str], ...]
    ours: bool

    @property
    def met(self) -> int:
        """How many conditions are met."""
        return sum(one.state == "met" for one in self.conditions)

    @property
    def failed(self) -> tuple[str, ...]:
        """The conditions that are not met, in words."""
        return tuple(one.text for one in self.conditions if one.state == "not_met")


class GroundReader:
    """Turns the grounds of one decision into views."""

    def __init__(self, release: Release, foreign: frozenset[str]) -> None:
        """``foreign`` are the ids of items that were issued for other places."""
        self._release = release
        self._foreign = foreign

    def view(self, ground: Row) -> GroundView:
        """One ground of the answer."""
        force = as_row(ground["in_force"])
        provision = self._release.provisions.get(str(ground["id"]), ("", None))[1]
        known = getattr(getattr(provision, "in_force", None), "day_known", True)
        until = force["until"]
        conditions = tuple(self._condition(one) for one in rows(ground["conditions"]))
        return GroundView(
            id=str(ground["id"]),
            title=str(ground["title"]),
            kind=str(ground["kind"]),
            outcome=str(ground["outcome"]),
            force=str(ground["force"]) if ground["force"] else None,
            place=str(ground.get("place") or place_zh(_text(ground["jurisdiction"]))),
            foreign=ground["id"] in self._foreign,
            source=source_zh(as_row(ground["source"])),
            confidence=confidence(str(as_row(ground["source"])["confidence"])),
            in_force=in_force_zh(str(force["from"]), str(until) if until else None, day_known=known),
            citations=citation_views(rows(ground["citations"])),
            conditions=conditions,
            missing=self._missing(ground),
            notes=tuple(_notes(ground)),
            ours=any(one.ours for one in conditions),
        )

    def _condition(self, row: Row) -> ConditionView:
        state = str(row["state"])
        names = strings(row["facts"]) if state == "missing" else []
        links = (link_to(self._release.vocabulary, name) for name in asked(self._release.vocabulary, names))
        return ConditionView(str(row["text"]), state, bool(row.get("ours")), tuple(links))

    def _missing(self, ground: Row) -> tuple[Link, ...]:
        if ground["outcome"] not in {"undetermined", "needs_human"}:
            return ()
        names = (str(one["fact"]) for one in rows(ground["missing"]))
        return tuple(link_to(self._release.vocabulary, name) for name in names)


def link_to(vocabulary: Vocabulary, name: str, settles: int = 0) -> Link:
    """The link to a fact's question."""
    return Link(name, vocabulary[name].label, settles)


def asked(vocabulary: Vocabulary, names: Sequence[str]) -> list[str]:
    """The facts an officer is asked for: those behind a derived one instead of itself."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(vocabulary[name].asks or (name,)))
    return list(found)


def missing_in_order(decision: Row) -> list[Row]:
    """The missing facts as the decision ranks them, those first on which its tier depends.

    The engine ranks by the number of grounds; an officer wants the result settled before anything else.
    """
    result = as_row(decision["result"])
    deciding = set(strings(result["why"])) if result["tier"] == "undetermined" else set()
    found = rows(decision["missing"])
    return sorted(found, key=lambda one: not deciding.intersection(strings(one["would_settle"])))


def citation_views(citations: Sequence[Row]) -> tuple[CitationView, ...]:
    """Articles in words with their role."""
    return tuple(
        CitationView(
            citation_zh(one),
            ROLES[str(one["role"])],
            str(one.get("note") or ""),
            law_href(str(one["instrument"]), str(one["article"])),
        )
        for one in citations
    )


def source_zh(source: Row) -> str:
    """Title, number and day of the document a ground stands in."""
    number, issued = source["number"], source["issued_on"]
    tail = "，".join(part for part in (str(number or ""), day_zh(_text(issued))) if part)
    title = str(source["title"])
    title = title if title.startswith("《") else f"《{title}》"
    return f"{title}（{tail}）" if tail else title


def _notes(ground: Row) -> list[tuple[str, str]]:
    labels = (("question", "需要判断"), ("stale", "依据已变"), ("open_question", "待核实"), ("source_item", "原件序号"))
    return [(label, str(ground[name])) for name, label in labels if ground.get(name)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def as_row(value: object) -> Row:
    """A member of the answer that is an object; fails loudly if the contract changed."""
    if not isinstance(value, Mapping):
        raise TypeError(f"object expected, got {type(value).__name__}")
    return value


def rows(value: object) -> list[Row]:
    """A member of the answer that is a list of objects."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"list expected, got {type(value).__name__}")
    return [as_row(one) for one in value]


def strings(value: object) -> list[str]:
    """A member of the answer that is a list of texts."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"list expected, got {type(value).__name__}")
    return [str(one) for one in value]
