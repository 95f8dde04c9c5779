"""The answers panel: headline, four cards, what is missing, penalty, law in time, warnings, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kernel.messages import MessageMissingError, lookup
from service.web.grounds import (
    ORDER,
    GroundReader,
    GroundView,
    Link,
    Row,
    as_row,
    link_to,
    missing_in_order,
    rows,
    strings,
)
from service.web.headline import Headline, headline
from service.web.labels import CLOCK_UNITS, LAW_AT, LISTS, TIERS
from service.web.near import NearMiss, near_misses
from service.web.penalty import PenaltyReader, PenaltyView
from service.web.words import citation_zh, day_zh

if TYPE_CHECKING:
    from rules.release import Release

_BRANCH: Final = "penalty.branch"
_FOREIGN: Final = "out_of_jurisdiction"


@dataclass(frozen=True, slots=True)
class CardView:
    """One of the four lists with its grounds by outcome."""

    name: str
    label: str
    outcome: str
    force: str | None
    question: str
    grounds: dict[str, tuple[GroundView, ...]]


@dataclass(frozen=True, slots=True)
class WarningView:
    """A warning; ``blocks``: no decision may be made while it stands."""

    title: str
    words: str
    blocks: bool
    citation: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    """A period with the day on which it ends."""

    title: str
    due: str
    length: str
    state: str
    provisional: bool
    citation: str
    detail: str


@dataclass(frozen=True, slots=True)
class LawView:
    """The result under the law of one time."""

    at: str
    on: str
    tier: str
    penalty: PenaltyView | None
    citations: tuple[str, ...]
    applied: bool


@dataclass(frozen=True, slots=True)
class AnswersView:
    """Everything the panel and the printed sheet show."""

    headline: Headline
    cards: tuple[CardView, ...]
    heavier: tuple[GroundView, ...]
    missing: tuple[Link, ...]
    near: tuple[NearMiss, ...]
    penalty: PenaltyView | None
    laws: tuple[LawView, ...]
    law_why: str
    law_differs: bool
    duties: tuple[tuple[str, str], ...]
    warnings: tuple[WarningView, ...]
    clocks: tuple[ClockView, ...]
    conflict: tuple[tuple[GroundView, ...], ...]
    opinion: str
    conduct_on: str
    decision_on: str
    violation: Row | None

    @property
    def blocking(self) -> tuple[WarningView, ...]:
        """The warnings while which no decision may be made."""
        return tuple(one for one in self.warnings if one.blocks)

    @property
    def notices(self) -> tuple[WarningView, ...]:
        """The other warnings."""
        return tuple(one for one in self.warnings if not one.blocks)


def answers_of(decision: Row, release: Release) -> AnswersView:
    """Read a decision (``interfaces.md`` section 1) for the page."""
    return _Reader(decision, release).view()


class _Reader:
    def __init__(self, decision: Row, release: Release) -> None:
        self._decision = decision
        self._release = release
        warnings = rows(decision["warnings"])
        foreign = (item for one in warnings if one["code"] == _FOREIGN for item in strings(one["items"]))
        self._grounds = GroundReader(release, frozenset(foreign))
        tier = str(as_row(decision["result"])["tier"])
        settles = (name for one in rows(decision["missing"]) for name in strings(one["would_settle"]))
        self._penalties = PenaltyReader(release.vocabulary, tier, branch_open=_BRANCH in settles)
        self._titles = {_code(ground.provision): ground.provision.title for ground in release.checks.values()}

    def view(self) -> AnswersView:
        decision = self._decision
        result, law = as_row(decision["result"]), as_row(decision["law_version"])
        cards = tuple(self._card(name, as_row(one)) for name, one in as_row(decision["lists"]).items())
        heavier = tuple(self._grounds.view(one) for one in rows(decision["heavier"]))
        by_id = {one.id: one for one in (*_all_grounds(cards), *heavier)}
        laws = tuple(self._law(one, law) for one in rows(law["compared"]))
        penalty = next((one for one in laws if one.applied), laws[-1]).penalty
        missing = tuple(self._missing())
        days = as_row(decision["decided_for"])
        return AnswersView(
            headline=headline(result, by_id, penalty),
            cards=cards,
            heavier=tuple(sorted(heavier, key=lambda one: ORDER.index(one.outcome))),
            missing=missing,
            near=near_misses((one.label, one.grounds["undetermined"] + one.grounds["not_met"]) for one in cards),
            penalty=penalty,
            laws=laws,
            law_why=str(law["why"]),
            law_differs=_differs(laws),
            duties=tuple(_duty(one) for one in rows(decision["duties"])),
            warnings=tuple(self._warning(one) for one in rows(decision["warnings"])),
            clocks=tuple(_clock(one) for one in rows(decision["clocks"])),
            conflict=self._conflict(result, by_id),
            opinion=_opinion(as_row(decision["second_opinion"])),
            conduct_on=day_zh(_text(days["conduct_on"])),
            decision_on=day_zh(_text(days["decision_on"])),
            violation=as_row(decision["violation"]) if decision["violation"] else None,
        )

    def _card(self, name: str, one: Row) -> CardView:
        views = [self._grounds.view(ground) for ground in rows(one["grounds"])]
        grounds = {outcome: tuple(view for view in views if view.outcome == outcome) for outcome in ORDER}
        force = str(one["force"]) if one["force"] else None
        return CardView(name, LISTS[name], str(one["outcome"]), force, str(one.get("question") or ""), grounds)

    def _missing(self) -> list[Link]:
        vocabulary = self._release.vocabulary
        found = missing_in_order(self._decision)
        return [link_to(vocabulary, str(one["fact"]), len(strings(one["would_settle"]))) for one in found]

    def _law(self, one: Row, law: Row) -> LawView:
        on, violation = str(one["on"]), self._decision["violation"]
        name = str(as_row(violation)["id"]) if violation else ""
        written = as_row(one["penalty"]) if one["penalty"] else None
        penalty = self._penalties.view(written, self._release.law_at(name, date.fromisoformat(on)))
        cited = tuple(citation_zh(row) for row in rows(one["citations"]))
        at = str(one["at"])
        return LawView(LAW_AT[at], day_zh(on), TIERS[str(one["tier"])], penalty, cited, at == law["applied"])

    def _warning(self, one: Row) -> WarningView:
        code, detail = str(one["code"]), str(one["detail"])
        cited = citation_zh(as_row(one["citation"])) if one.get("citation") else ""
        items = tuple(strings(one.get("items", [])))
        return WarningView(self._title(code), detail, bool(one.get("blocks")), cited, items)

    def _title(self, code: str) -> str:
        if code in self._titles:
            return self._titles[code]
        for name in (f"warn_{code}", "warn_first_window" if code.startswith("first_window") else ""):
            try:
                return lookup(name).title
            except MessageMissingError:
                continue
        return "注意"

    def _conflict(self, result: Row, by_id: dict[str, GroundView]) -> tuple[tuple[GroundView, ...], ...]:
        sides = result.get("conflict")
        if not isinstance(sides, list):
            return ()
        return tuple(tuple(by_id[name] for name in strings(side) if name in by_id) for side in sides)


def _all_grounds(cards: tuple[CardView, ...]) -> list[GroundView]:
    return [one for card in cards for views in card.grounds.values() for one in views]


def _code(provision: object) -> str:
    return str(getattr(provision, "warning", ""))


def _differs(laws: tuple[LawView, ...]) -> bool:
    """Whether the law at the conduct and at the decision lead to different results."""
    if len(laws) < 2:  # noqa: PLR2004  (two times to compare)
        return False
    first, second = laws[0], laws[1]
    return (first.tier, first.penalty, first.citations) != (second.tier, second.penalty, second.citations)


def _duty(one: Row) -> tuple[str, str]:
    return str(one["title"]), citation_zh(as_row(one["citation"]))


def _clock(one: Row) -> ClockView:
    length = f"{one['days']}{CLOCK_UNITS[str(one['unit'])]}"
    cited = citation_zh(as_row(one["citation"]))
    due = day_zh(_text(one["due_on"]))
    return ClockView(
        str(one["title"]), due, length, str(one["state"]), bool(one["provisional"]), cited, str(one["detail"])
    )


def _opinion(one: Row) -> str:
    if one["agrees"] is None:
        return "none"
    return "agrees" if one["agrees"] else "differs"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
