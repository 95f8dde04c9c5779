"""Who goes: greedy, repair, balance; and words for the seats that stay empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from supervision.teamsbalance import balance
from supervision.teamsfloor import Floor
from supervision.teamsgaps import Gap, Gaps
from supervision.teamsgreedy import fill
from supervision.teamsrepair import repair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from supervision.drawtasks import Demand, Task
    from supervision.drawtext import Tickets
    from supervision.teamsroster import Person


@dataclass(frozen=True, slots=True)
class Teams:
    """People of each demand by rank (ids in byte order), empty seats, and seats of each person in this draw."""

    people: tuple[tuple[str, ...], ...]
    unfilled: tuple[Gap, ...]
    load: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Staff:
    """The inspectors in byte order of their ids, and per unit those who must not go there."""

    persons: Sequence[Person]
    recusal: Mapping[str, frozenset[str]]


def staff(tasks: Sequence[Task], demands: Sequence[Demand], people: Staff, tickets: Tickets, mode: str) -> Teams:
    """Staff all tasks.

    Args:
        tasks: in the order of staffing.
        demands: by rank.
        people: inspectors and recusals.
        tickets: of the draw.
        mode: ``step`` evens the loads out afterwards, ``none`` leaves them.
    """
    floor = Floor(people.persons, people.recusal, tasks, demands, tickets)
    short = repair(floor, fill(floor))
    if mode == "step":
        balance(floor, tickets)
    gaps = Gaps(floor)
    names = [person.inspector_id for person in people.persons]
    return Teams(
        tuple(tuple(names[one] for one in sorted(seated)) for seated in floor.people),
        tuple(gaps.explain(rank, met) for rank, met in short),
        {name: len(seats) for name, seats in zip(names, floor.seats_of, strict=True)},
    )
