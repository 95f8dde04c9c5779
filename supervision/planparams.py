"""Ratios, caps, tiers and closed lists of reasons, as dated data; every entry names its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from kernel import messages
from kernel.datafile import read_text
from kernel.errors import CatalogueError
from kernel.interval import Interval
from kernel.yamldoc import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

messages.register("supervision", "plan_messages_zh.yaml")

_PACKAGE: Final = "supervision.plandata"
_HEAD: Final = frozenset({"id", "place", "in_force", "source", "confidence", "checked_on"})
_MARKS: Final = frozenset({"V1", "V2", "V3", "K", "P"})
ALL: Final = "all"
E = TypeVar("E", bound="Dated")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from and when it holds; ``confidence`` is V1 to V3, K (unverified) or P (our proposal)."""

    id: str
    place: str
    in_force: Interval
    source: str
    confidence: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Ratio:
    """Limits and target of a class in parts per million; None where the document names none."""

    least: int | None
    most: int | None
    target: int | None


@dataclass(frozen=True, slots=True)
class RatioSet:
    """Ratios by credit class (or by kind of object), with what they were made for."""

    origin: Origin
    what: str
    scope: str
    ratios: Mapping[str, Ratio]


@dataclass(frozen=True, slots=True)
class Cap:
    """Most visits to an enterprise by class in ``years`` years; ``per``: body, level or total."""

    origin: Origin
    field: str
    what: str
    per: str
    years: int
    visits: Mapping[str, int]
    not_counted: frozenset[str]

    def limit(self, credit_class: str) -> int | None:
        """Return the most visits for a class, or None where the document sets no limit for it."""
        return self.visits.get(credit_class, self.visits.get(ALL))


@dataclass(frozen=True, slots=True)
class Tier:
    """What a tier means: rate in ppm, most visits in a number of years, whether 无事不扰 holds."""

    code: str
    name: str
    rate: int
    visits: int
    years: int
    undisturbed: bool


@dataclass(frozen=True, slots=True)
class TierTable:
    """Sector risk → credit class → tier; ``unclassed`` and ``unrated`` are taken where class or risk is not known."""

    origin: Origin
    field: str
    matrix: Mapping[str, Mapping[str, str]]
    tiers: Mapping[str, Tier]
    unclassed: str
    unrated: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days from an event to the end of a duty."""

    origin: Origin
    duty: str
    workdays: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year by which a duty of planning is done: ``file`` or ``done``."""

    origin: Origin
    duty: str
    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return the day in a year."""
        return self.origin.in_force.start.replace(year=year, month=self.month, day=self.day)


@dataclass(frozen=True, slots=True)
class Minimum:
    """Fewest visits in ``years`` years (and most, where the rule names one)."""

    least: int
    most: int | None = None
    years: int = 1


@dataclass(frozen=True, slots=True)
class SectorRule:
    """Fewest visits by the grade of a sector."""

    origin: Origin
    field: str
    what: str
    visits: Mapping[str, Minimum]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Who is not drawn twice in one year."""

    origin: Origin
    what: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exemption:
    """What a place leaves alone, and what comes first all the same."""

    origin: Origin
    code: str
    what: str
    lifted_by: frozenset[str]


class Dated(Protocol):
    """An entry that holds in a place for some time."""

    @property
    def origin(self) -> Origin:
        """Where it comes from and when it holds."""
        ...


def nearest(entries: Iterable[E], place: str, on: date) -> E | None:
    """Return the entry that holds on a day for the smallest area around a place; of equals the newest."""
    holding = [one for one in entries if one.origin.in_force.contains(on) and covers(one.origin.place, place)]
    return max(holding, key=lambda one: (len(_stem(one.origin.place)), one.origin.in_force.start), default=None)


def covers(area: str, place: str) -> bool:
    """Say whether a region code is that of a place or of an area around it."""
    return place.startswith(_stem(area))


def _stem(code: str) -> str:
    """Return a code without the pairs of noughts at its end."""
    while code.endswith("00"):
        code = code[:-2]
    return code


@cache
def days_of_year() -> tuple[Day, ...]:
    """Return the days of the year by which duties of planning are done."""
    rows = _rows("filing.yaml", {"duty", "month", "day"})
    return tuple(Day(origin, row["duty"], row["month"], row["day"]) for origin, row in rows)


@cache
def sector_rules() -> Mapping[str, SectorRule]:
    """Return the fewest visits by sector."""
    return {
        origin.id: SectorRule(
            origin, row["field"], row["what"], {grade: Minimum(**one) for grade, one in row["visits"].items()}
        )
        for origin, row in _rows("sectors.yaml", {"field", "what", "visits"})
    }


@cache
def repeats() -> Mapping[str, Repeat]:
    """Return the rules against a second draw in one year."""
    rows = _rows("repeats.yaml", {"what", "classes"})
    return {origin.id: Repeat(origin, row["what"], frozenset(row["classes"])) for origin, row in rows}


@cache
def exemptions() -> Mapping[str, Exemption]:
    """Return what places leave alone."""
    return {
        origin.id: Exemption(origin, row["code"], row["what"], frozenset(row["lifted_by"]))
        for origin, row in _rows("exemptions.yaml", {"code", "what", "lifted_by"})
    }


@cache
def ratio_sets() -> Mapping[str, RatioSet]:
    """Return all published ratio sets and our default, by id."""
    return {
        origin.id: RatioSet(
            origin, row["what"], row["scope"], {name: _ratio(one) for name, one in row["ratios"].items()}
        )
        for origin, row in _rows("ratios.yaml", {"what", "scope", "ratios"})
    }


@cache
def caps() -> Mapping[str, Cap]:
    """Return all published caps by id."""
    keys = {"field", "what", "per", "years", "visits", "not_counted"}
    return {
        origin.id: Cap(
            origin, row["field"], row["what"], row["per"], row["years"], row["visits"], frozenset(row["not_counted"])
        )
        for origin, row in _rows("caps.yaml", keys)
    }


@cache
def tier_tables() -> Mapping[str, TierTable]:
    """Return the tables of tiers by id."""
    return {
        origin.id: TierTable(
            origin,
            row["field"],
            row["matrix"],
            {code: Tier(code, **one) for code, one in row["tiers"].items()},
            row["unclassed"],
            row["unrated"],
        )
        for origin, row in _rows("tiers.yaml", {"field", "matrix", "tiers", "unclassed", "unrated"})
    }


@cache
def clocks() -> tuple[Clock, ...]:
    """Return the clocks that run after a visit."""
    rows = _rows("clocks.yaml", {"duty", "workdays"})
    return tuple(Clock(origin, row["duty"], row["workdays"]) for origin, row in rows)


@cache
def reasons(kind: str) -> Mapping[str, str]:
    """Return a closed list as code → Chinese name, for instance ``lifting``, ``out_of_pool`` or ``replacement``.

    Raises:
        KeyError: there is no such list.
    """
    return {row["code"]: row["name"] for row in reason_rows(kind)}


@cache
def reason_rows(kind: str) -> tuple[Mapping[str, Any], ...]:
    """Return the rows of a closed list with all that they say.

    Raises:
        KeyError: there is no such list.
    """
    lists: Any = read_yaml(read_text("triggers.yaml", _PACKAGE), "triggers.yaml")
    return tuple(lists[kind])


def _ratio(row: Mapping[str, int]) -> Ratio:
    return Ratio(row.get("min"), row.get("max"), row.get("target"))


def _rows(file: str, own: set[str]) -> Iterator[tuple[Origin, dict[str, Any]]]:
    rows: Any = read_yaml(read_text(file, _PACKAGE), file)
    for row in rows:
        if set(row) != _HEAD | own or row["confidence"] not in _MARKS:
            raise CatalogueError(file, str(row.get("id", "")), "plan_data_keys", value=sorted(set(row) ^ (_HEAD | own)))
        span = row["in_force"]
        yield (
            Origin(
                row["id"],
                str(row["place"]).ljust(6, "0"),
                Interval(span["from"], span["until"]),
                row["source"],
                row["confidence"],
                row["checked_on"],
            ),
            row,
        )
