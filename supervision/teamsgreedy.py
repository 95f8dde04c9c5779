"""First step of staffing: demand by demand, the eligible person with the smallest load goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from supervision.teamsfloor import Floor


def fill(floor: Floor) -> list[int]:
    """Fill the seats in rank order and return the gaps: one rank for each seat left empty."""
    gaps: list[int] = []
    task = -1
    barred: set[int] = set()
    for rank, demand in enumerate(floor.demands):
        if demand.task != task:
            task, barred = demand.task, set(floor.recused(rank))
        for _ in range(demand.heads):
            person = _next(floor, rank, barred)
            if person is None:
                gaps.append(rank)
            else:
                floor.sit(person, rank)
                barred.add(person)
    return gaps


def seat(floor: Floor, rank: int, gone: Collection[int] = ()) -> None:
    """Fill the seats of one demand that came later; ``gone``: persons who left this visit before."""
    for _ in range(floor.demands[rank].heads):
        person = _next(floor, rank, floor.seated(rank).keys() | floor.recused(rank) | set(gone))
        if person is not None:
            floor.sit(person, rank)


def _next(floor: Floor, rank: int, barred: set[int]) -> int | None:
    """Return the person with the smallest (load, pair ticket, id) who may take a seat, or None."""
    number = floor.class_of[rank]
    candidates = floor.least_loaded(number, barred and barred & floor.member_sets[number])
    if not candidates:
        return None
    return candidates[0] if len(candidates) == 1 else floor.first_by_ticket(rank, candidates)[1]
