"""Third step of staffing: seats move from the most loaded to those with at least two fewer."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from supervision.drawtext import Tickets
    from supervision.teamsfloor import Floor


def balance(floor: Floor, tickets: Tickets) -> None:
    """Move seats until nobody open has a move; who once had none is asked no more."""
    ticket = [tickets.ticket(f"bal/{person.inspector_id}") for person in floor.persons]
    waiting = [(-load, ticket[person], person) for person, load in enumerate(floor.load)]
    heapq.heapify(waiting)
    closed: set[int] = set()
    while waiting:
        load, _, person = heapq.heappop(waiting)
        if person in closed or -load != floor.load[person]:
            continue  # whenever a load changes, the person is put in again
        move = _best_move(floor, person)
        if move is None:
            closed.add(person)
            continue
        rank, other = move
        floor.leave(person, rank)
        floor.sit(other, rank)
        for one in (person, other):
            heapq.heappush(waiting, (-floor.load[one], ticket[one], one))


def _best_move(floor: Floor, person: int) -> tuple[int, int] | None:
    """Return the demand and the person who takes the seat there: smallest (load, rank, pair ticket, id)."""
    most = floor.load[person] - 2
    ranks = sorted(floor.seats_of[person])
    for load in _loads_up_to(floor, ranks, most):
        for rank in ranks:
            members = floor.member_arrays[floor.class_of[rank]]
            there = members[np.flatnonzero(floor.open_loads[members] == load)].tolist()
            barred = floor.seated(rank).keys() | floor.recused(rank) if there else ()
            free = [one for one in there if one not in barred]
            if free:
                return rank, floor.first_by_ticket(rank, free)[1]
    return None


def _loads_up_to(floor: Floor, ranks: list[int], most: int) -> list[int]:
    """Return in ascending order the loads, up to a limit, of eligible persons below their cap."""
    classes = {floor.class_of[rank] for rank in ranks}
    found: set[int] = set()
    for number in classes:
        loads = floor.open_loads[floor.member_arrays[number]]
        found.update(loads[loads <= most].tolist())
    return sorted(found)
