"""Who may sit where and who sits where: the common ground of the three steps of staffing.

Demands of one department, region and qualification have the same eligible persons but for
recusals; they form a class and share one list.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from supervision.drawtext import digests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from supervision.drawtasks import Demand, Task
    from supervision.drawtext import State, Tickets
    from supervision.teamsroster import Person

FULL: Final = 1 << 60
"""Stands in ``open_load`` (and its array ``open_loads``) for somebody who is at the cap: larger than any load."""
_MANY: Final = 150
"""Persons from which an array is quicker than a list."""


class Floor:
    """Persons (numbered in byte order), demands (numbered by rank), and the seats given so far."""

    def __init__(
        self,
        persons: Sequence[Person],
        recusal: Mapping[str, frozenset[str]],
        tasks: Sequence[Task],
        demands: Sequence[Demand],
        tickets: Tickets,
    ) -> None:
        """Begin with every seat empty."""
        self.persons, self.tasks, self.demands = persons, tasks, demands
        self._tickets = tickets
        self._pair_task, self._pair = -1, tickets.after("")
        self.ids = [person.inspector_id.encode() for person in persons]
        self.seats_of: list[set[int]] = [set() for _ in persons]
        self.load = [person.load0 for person in persons]
        self.left = [person.cap for person in persons]
        self.open_load = [person.load0 if person.cap else FULL for person in persons]
        self.open_loads = np.array(self.open_load, dtype=np.int64)
        self.people: list[set[int]] = []
        self.of_task: list[list[int]] = []
        self.class_of: list[int] = []
        self.members: list[list[int]] = []
        self.member_sets: list[frozenset[int]] = []
        self.load_getters: list[itemgetter[Any] | None] = []
        self.member_arrays: list[NDArray[np.intp]] = []
        self._by_key: dict[tuple[str, str, str], int] = {}
        self._by_dept: dict[str, list[int]] = {}
        for number, person in enumerate(persons):
            self._by_dept.setdefault(person.dept, []).append(number)
        self.grow()
        numbers = {person.inspector_id: number for number, person in enumerate(persons)}
        self._recused = {
            unit: frozenset(numbers[one] for one in ids if one in numbers) for unit, ids in recusal.items()
        }

    def grow(self) -> None:
        """Take in the tasks and demands that stand at the ends of their lists since the last time, seats empty."""
        self.of_task.extend([] for _ in range(len(self.of_task), len(self.tasks)))
        for rank in range(len(self.people), len(self.demands)):
            demand = self.demands[rank]
            self.people.append(set())
            self.of_task[demand.task].append(rank)
            key = (demand.dept, self.tasks[demand.task].region, demand.qual)
            number = self._by_key.get(key)
            self.class_of.append(self._new_class(key) if number is None else number)

    def _new_class(self, key: tuple[str, str, str]) -> int:
        dept, region, qual = key
        members = [
            number
            for number in self._by_dept.get(dept, ())
            if self.persons[number].works_in(region) and self.persons[number].can(qual)
        ]
        self.members.append(members)
        self.member_sets.append(frozenset(members))
        self.load_getters.append(itemgetter(*members) if len(members) > 1 else None)
        self.member_arrays.append(np.array(members, dtype=np.intp))
        self._by_key[key] = len(self.members) - 1
        return self._by_key[key]

    def recused(self, rank: int) -> frozenset[int]:
        """Return the persons who must not visit the unit of a demand."""
        return self._recused.get(self.tasks[self.demands[rank].task].unit, frozenset())

    def seated(self, rank: int) -> dict[int, int]:
        """Return the persons who sit in the task of a demand, each with the demand where."""
        return {person: other for other in self.of_task[self.demands[rank].task] for person in self.people[other]}

    def sit(self, person: int, rank: int) -> None:
        """Give a person a seat at a demand."""
        self.people[rank].add(person)
        self.seats_of[person].add(rank)
        self._change(person, 1)

    def leave(self, person: int, rank: int) -> None:
        """Take the seat away again."""
        self.people[rank].remove(person)
        self.seats_of[person].remove(rank)
        self._change(person, -1)

    def _change(self, person: int, seats: int) -> None:
        self.load[person] += seats
        self.left[person] -= seats
        self.open_load[person] = self.open_loads[person] = self.load[person] if self.left[person] else FULL

    def least_loaded(self, number: int, barred: Collection[int] = ()) -> list[int]:
        """Return who has the smallest load among those of a class below their cap, but for some persons."""
        members = self.members[number]
        if len(members) > _MANY and not barred:
            return self._least_of_many(number)
        getter = self.load_getters[number]
        loads = getter(self.open_load) if getter else [self.open_load[one] for one in members]
        least = min(loads, default=FULL)
        found = [] if least == FULL else [one for one, load in zip(members, loads, strict=True) if load == least]
        if not barred or not found:
            return found
        return [one for one in found if one not in barred] or self._least_of(
            [one for one in members if one not in barred]
        )

    def _least_of(self, persons: list[int]) -> list[int]:
        loads = [self.open_load[one] for one in persons]
        least = min(loads, default=FULL)
        return [] if least == FULL else [one for one, load in zip(persons, loads, strict=True) if load == least]

    def _least_of_many(self, number: int) -> list[int]:
        members = self.member_arrays[number]
        loads = self.open_loads[members]
        least = loads.min()
        found: list[int] = [] if least == FULL else members[loads == least].tolist()
        return found

    def by_ticket(self, rank: int, persons: Iterable[int]) -> list[tuple[bytes, int]]:
        """Return (pair ticket, person) in order, for the unit of a demand."""
        some = list(persons)
        found = digests(self._pair_state(rank), [self.ids[one] for one in some])
        return sorted(zip(found, some, strict=True))

    def first_by_ticket(self, rank: int, persons: Sequence[int]) -> tuple[bytes, int]:
        """Return the smallest (pair ticket, person) for the unit of a demand; persons in ascending order."""
        ids = self.ids
        found = digests(self._pair_state(rank), [ids[one] for one in persons])
        least = min(found)
        # Persons stand in the order of their ids: of equal tickets the first one counts.
        return least, persons[found.index(least)]

    def _pair_state(self, rank: int) -> State:
        place = self.demands[rank].task
        if place != self._pair_task:
            task = self.tasks[place]
            self._pair_task, self._pair = place, self._tickets.after(f"pair/{task.group}/{task.unit}/")
        return self._pair
