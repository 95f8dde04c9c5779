"""Who may sit where and who sits where: the common ground of the three steps of staffing.

Demands of one department, region and qualification have the same eligible persons but for
recusals; they form a class and share one list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from supervision.drawtext import digests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from supervision.drawtasks import Demand, Task
    from supervision.drawtext import State, Tickets
    from supervision.teamsroster import Person

FULL: Final = 1 << 60
"""Stands in ``open_load`` for somebody who is at the cap: larger than any load."""


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
        self.ids = [person.inspector_id.encode() for person in persons]
        self.seats_of: list[set[int]] = [set() for _ in persons]
        self.load = [person.load0 for person in persons]
        self.left = [person.cap for person in persons]
        self.open_load = np.array(
            [person.load0 if person.cap else FULL for person in persons] or [FULL], dtype=np.int64
        )
        self.people: list[set[int]] = [set() for _ in demands]
        self.of_task: list[list[int]] = [[] for _ in tasks]
        for rank, demand in enumerate(demands):
            self.of_task[demand.task].append(rank)
        self._classify()
        numbers = {person.inspector_id: number for number, person in enumerate(persons)}
        self._recused = {
            unit: frozenset(numbers[one] for one in ids if one in numbers) for unit, ids in recusal.items()
        }

    def _classify(self) -> None:
        by_key: dict[tuple[str, str, str], int] = {}
        keys = ((one.dept, self.tasks[one.task].region, one.qual) for one in self.demands)
        self.class_of = [by_key.setdefault(key, len(by_key)) for key in keys]
        by_dept: dict[str, list[int]] = {}
        for number, person in enumerate(self.persons):
            by_dept.setdefault(person.dept, []).append(number)
        self.members: list[list[int]] = [
            [
                number
                for number in by_dept.get(dept, ())
                if self.persons[number].works_in(region) and self.persons[number].can(qual)
            ]
            for dept, region, qual in by_key
        ]
        self.member_sets = [frozenset(one) for one in self.members]
        self.member_arrays: list[NDArray[np.intp]] = [np.array(one, dtype=np.intp) for one in self.members]

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
        self.open_load[person] = self.load[person] if self.left[person] else FULL

    def by_ticket(self, rank: int, persons: Iterable[int]) -> list[tuple[bytes, int]]:
        """Return (pair ticket, person) in order, for the unit of a demand."""
        some = list(persons)
        found = digests(self._pair_state(rank), [self.ids[one] for one in some])
        return sorted(zip(found, some, strict=True))

    def first_by_ticket(self, rank: int, persons: Sequence[int]) -> tuple[bytes, int]:
        """Return the smallest (pair ticket, person) for the unit of a demand."""
        ids = self.ids
        found = digests(self._pair_state(rank), [ids[one] for one in persons])
        return min(zip(found, persons, strict=True))

    def _pair_state(self, rank: int) -> State:
        task = self.tasks[self.demands[rank].task]
        return self._tickets.after(f"pair/{task.group}/{task.unit}/")
