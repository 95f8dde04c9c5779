"""First step of staffing: demand by demand, the eligible person with the smallest load goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supervision.teamsfloor import FULL

if TYPE_CHECKING:
    from supervision.teamsfloor import Floor


def fill(floor: Floor) -> list[int]:
    """Fill the seats in rank order and return the gaps: one rank for each seat left empty."""
    gaps: list[int] = []
    for rank, demand in enumerate(floor.demands):
        for _ in range(demand.heads):
            person = _next(floor, rank)
            if person is None:
                gaps.append(rank)
            else:
                floor.sit(person, rank)
    return gaps


def _next(floor: Floor, rank: int) -> int | None:
    """Return the person with the smallest (load, pair ticket, id) who may take a seat, or None."""
    number = floor.class_of[rank]
    members = floor.member_arrays[number]
    loads = floor.open_load[members]
    for person in (floor.seated(rank).keys() | floor.recused(rank)) & floor.member_sets[number]:
        loads[members == person] = FULL
    least = loads.min(initial=FULL)
    if least == FULL:
        return None
    candidates = members[np.flatnonzero(loads == least)].tolist()
    return candidates[0] if len(candidates) == 1 else floor.first_by_ticket(rank, candidates)[1]
