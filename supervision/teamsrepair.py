"""Second step of staffing: gaps are filled by moving others, as many as any method can fill.

A search that fails has reached a set of demands and met a set of persons, all at the cap, out of
which no move leads. No later move enters that set either, since it could only end outside it; so
the set stays as it is, later searches pass it by, and every one of them still finds the same as if
it had gone through. This makes the difference between minutes and seconds when people are short.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from supervision.teamsclosure import Closures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from supervision.teamsfloor import Floor

Step = tuple[int, int] | None
"""The demand from which a demand was reached, and the person through whom; None at the start."""


def repair(floor: Floor, gaps: list[int]) -> list[tuple[int, frozenset[int]]]:
    """Fill gaps in the order noted; return those that stay, each with all persons met in the search."""
    search = Search(floor)
    staying = [rank for rank in gaps if not search.fill(rank)]
    closures = Closures(floor)
    return [(rank, closures.met_from(rank)) for rank in staying]


class Search:
    """Breadth-first searches over demands, in the order that the specification fixes."""

    def __init__(self, floor: Floor) -> None:
        """Nothing is known to be closed yet."""
        self._floor = floor
        self._closed_demands: set[int] = set()
        self._closed_persons: set[int] = set()
        self._exhausted: set[int] = set()

    def fill(self, start: int) -> bool:
        """Fill one gap if it can be done by moving others."""
        if start in self._closed_demands:
            return False
        reached: dict[int, Step] = {start: None}
        met: set[int] = set()
        self._exhausted = set()
        queue = deque([start])
        while queue:
            rank = queue.popleft()
            free = self._expand(rank, reached, met, queue)
            if free is not None:
                self._move(rank, free, reached)
                return True
        self._closed_demands.update(reached)
        self._closed_persons.update(met)
        return False

    def _expand(self, rank: int, reached: dict[int, Step], met: set[int], queue: deque[int]) -> int | None:
        floor = self._floor
        number = floor.class_of[rank]
        if number in self._exhausted:
            return None
        seated = floor.seated(rank)
        for _, person in floor.by_ticket(rank, self._worth_asking(rank, seated, reached, met)):
            if person in seated:
                self._reach((seated[person],), (rank, person), reached, queue)
                continue
            met.add(person)
            if floor.left[person]:
                return person
            self._reach(sorted(floor.seats_of[person]), (rank, person), reached, queue)
        if floor.member_sets[number] - met <= self._closed_persons:
            # Everybody eligible is known: further demands of the class lead to nothing new.
            self._exhausted.add(number)
        return None

    def _worth_asking(self, rank: int, seated: dict[int, int], reached: dict[int, Step], met: set[int]) -> list[int]:
        """Return the eligible persons who could lead anywhere; only their tickets are needed."""
        members = self._floor.member_sets[self._floor.class_of[rank]]
        recused = self._floor.recused(rank)
        fresh = members - met - self._closed_persons - recused - seated.keys()
        beside = (one for one, other in seated.items() if other not in reached and one in members - recused)
        return [*fresh, *beside]

    def _reach(self, ranks: Iterable[int], step: Step, reached: dict[int, Step], queue: deque[int]) -> None:
        for rank in ranks:
            if rank not in reached and rank not in self._closed_demands:
                reached[rank] = step
                queue.append(rank)

    def _move(self, rank: int, person: int, reached: dict[int, Step]) -> None:
        """Seat the free person, and let each of the others move up one demand."""
        self._floor.sit(person, rank)
        step = reached[rank]
        while step is not None:
            before, mover = step
            self._floor.leave(mover, rank)
            self._floor.sit(mover, before)
            rank = before
            step = reached[rank]
