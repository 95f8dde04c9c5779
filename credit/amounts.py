"""Amounts against the tables of thresholds: which grade a fine has in a place, for a party."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.money import FEN
from kernel.regions import ancestors

if TYPE_CHECKING:
    from datetime import date

    from credit.policy import Policy
    from rules.schema_repair import RepairThreshold

OPEN: Final = "open"
"""No table says it: the law leaves the question to a person."""
NATION: Final = "000000"
_PARTIES: Final = {"individual": ("natural_person",), "sole_trader": ("organisation", "natural_person")}
_BOTH: Final = ("organisation", "natural_person")
_ORGANISATION: Final = ("organisation",)

Grades = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The cuts of one fact for one kind of party, in fen."""

    cuts: tuple[int, ...]
    inclusive: bool
    values: tuple[str | bool, ...]

    def grade(self, fen: int) -> str | bool:
        find = bisect_left if self.inclusive else bisect_right
        return self.values[find(self.cuts, fen)]


class Amounts:
    """Looks fines up; the tables of a place and day are put together once."""

    def __init__(self, policy: Policy) -> None:
        """``policy`` holds the thresholds."""
        self._policy = policy
        asked = (one.provision for one in policy.parameters if one.provision.answered_by == "threshold")
        self._facts = tuple(dict.fromkeys([*(one.fact for one in policy.thresholds), *(one.fact for one in asked)]))
        self._known: dict[tuple[object, ...], tuple[tuple[str, tuple[_Table | None, ...]], ...]] = {}

    def grades(self, fen: int | None, place: str | None, party: str | None, domain: str | None, day: date) -> Grades:
        """Each fact about the fine with its value: None not known, ``OPEN`` where no table says it.

        Where it depends on whether the party counts as a person or an organisation, and both
        tables agree, that is the answer.
        """
        key = (place, party, domain, self._policy.epoch(day))
        tables = self._known.get(key)
        if tables is None:
            tables = self._known[key] = self._tables(place, party, domain, day)
        return tuple([(name, _value(found, fen, party)) for name, found in tables])

    def _tables(
        self, place: str | None, party: str | None, domain: str | None, day: date
    ) -> tuple[tuple[str, tuple[_Table | None, ...]], ...]:
        kinds = _BOTH if party is None else _PARTIES.get(party, _ORGANISATION)
        places = ancestors(place) if place else (NATION,)
        return tuple(
            (name, tuple(self._table(name, places, kind, domain, day) for kind in kinds)) for name in self._facts
        )

    def _table(self, fact: str, places: tuple[str, ...], party: str, domain: str | None, day: date) -> _Table | None:
        fitting = [
            one
            for one in self._policy.thresholds
            if one.fact == fact
            and one.party in {party, "any"}
            and one.jurisdiction in places
            and (not one.domains or domain in one.domains)
            and one.in_force.contains(day)
        ]
        # The nearest place prevails, and in it a table for the field over one for all.
        fitting.sort(key=lambda one: (places.index(one.jurisdiction or NATION), not one.domains))
        return _compiled(fitting[0], day) if fitting else None


def _compiled(threshold: RepairThreshold, day: date) -> _Table:
    amounts = [threshold.parameters[name].at(day) for name in threshold.cuts]
    cuts = tuple(int(one * FEN) for one in amounts if one is not None)
    return _Table(cuts, threshold.inclusive, threshold.values)


def _value(tables: tuple[_Table | None, ...], fen: int | None, party: str | None) -> object:
    if any(one is None for one in tables):
        return OPEN
    if fen is None:
        return None
    found = {one.grade(fen) for one in tables if one is not None}
    if len(found) == 1:
        return found.pop()
    return None if party is None else OPEN
