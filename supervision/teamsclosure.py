"""Whom a failed search meets: the proof that a seat cannot be filled.

Asked after the repair, when no seat moves any more. The set does not depend on the order of the
search, so it is computed without tickets, and what follows from a whole class of eligible persons
is computed once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from supervision.teamsfloor import Floor


class Closures:
    """Sets of persons met, for demands that stay short."""

    def __init__(self, floor: Floor) -> None:
        """``floor`` must not change any more."""
        self._floor = floor
        self._of_class: dict[int, frozenset[int]] = {}
        self._of_demand: dict[int, frozenset[int]] = {}
        self._same: dict[frozenset[int], frozenset[int]] = {}

    def met_from(self, rank: int) -> frozenset[int]:
        """Return the persons whom a failed search from this demand meets."""
        found = self._of_demand.get(rank)
        if found is None:
            found = frozenset(_Walk(self._floor, self._of_class).from_demand(rank))
            found = self._same.setdefault(found, found)
            self._of_demand[rank] = found
            self._keep_class(self._floor.class_of[rank], found)
        return found

    def _keep_class(self, number: int, met: frozenset[int]) -> None:
        members = self._floor.member_sets[number]
        if number not in self._of_class and members <= met:
            self._of_class[number] = frozenset(_Walk(self._floor, self._of_class).from_persons(members))


class _Walk:
    """One walk: persons still to be followed to their seats, demands still to be asked."""

    def __init__(self, floor: Floor, of_class: Mapping[int, frozenset[int]]) -> None:
        """``of_class``: what is known already of whole classes."""
        self._floor, self._of_class = floor, of_class
        self._done: set[int] = set()
        self._met: set[int] = set()
        self._absorbed: set[int] = set()
        self._reached: set[int] = set()
        self._people: list[int] = []

    def from_demand(self, rank: int) -> set[int]:
        self._ask(rank)
        return self._follow()

    def from_persons(self, persons: Iterable[int]) -> set[int]:
        self._meet(persons)
        return self._follow()

    def _follow(self) -> set[int]:
        while self._people:
            person = self._people.pop()
            for rank in self._floor.seats_of[person]:
                if person in self._absorbed:
                    break
                self._ask(rank)
        return self._met

    def _meet(self, persons: Iterable[int]) -> None:
        fresh = set(persons) - self._met
        self._met |= fresh
        self._people.extend(fresh)

    def _ask(self, first: int) -> None:
        floor = self._floor
        waiting = [first]
        while waiting:
            rank = waiting.pop()
            number = floor.class_of[rank]
            # Once all of a class are met, its other demands lead to nobody new.
            if rank in self._reached or number in self._done:
                continue
            self._reached.add(rank)
            seated = floor.seated(rank)
            members = floor.member_sets[number] - floor.recused(rank)
            waiting.extend(other for person, other in seated.items() if person in members)
            self._meet(members - seated.keys())
            self._finish(number)

    def _finish(self, number: int) -> None:
        """Once a whole class is met, take all that follows from it, if that is known."""
        if self._floor.member_sets[number] <= self._met:
            self._done.add(number)
            known = self._of_class.get(number, frozenset())
            self._met |= known
            self._absorbed |= known
