"""Ratios, caps, tiers and closed lists of reasons, as dated data; every entry names its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kernel.datafile import read_text
from kernel.errors import CatalogueError
from kernel.interval import Interval
from kernel.yamldoc import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

_PACKAGE: Final = "supervision.plandata"
_HEAD: Final = frozenset({"id", "place", "in_force", "source", "confidence", "checked_on"})
_MARKS: Final = frozenset({"V1", "V2", "V3", "K", "P"})
ALL: Final = "all"


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
    """Sector risk → credit class → tier."""

    origin: Origin
    field: str
    matrix: Mapping[str, Mapping[str, str]]
    tiers: Mapping[str, Tier]


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days from an event to the end of a duty."""

    origin: Origin
    duty: str
    workdays: int


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
            origin, row["field"], row["matrix"], {code: Tier(code, **one) for code, one in row["tiers"].items()}
        )
        for origin, row in _rows("tiers.yaml", {"field", "matrix", "tiers"})
    }


@cache
def clocks() -> tuple[Clock, ...]:
    """Return the clocks that run after a visit."""
    rows = _rows("clocks.yaml", {"duty", "workdays"})
    return tuple(Clock(origin, row["duty"], row["workdays"]) for origin, row in rows)


@cache
def reasons(kind: str) -> Mapping[str, str]:
    """Return a closed list as code → Chinese name: ``lifting``, ``out_of_pool`` or ``replacement``.

    Raises:
        KeyError: there is no such list.
    """
    lists: Any = read_yaml(read_text("triggers.yaml", _PACKAGE), "triggers.yaml")
    return {row["code"]: row["name"] for row in lists[kind]}


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
