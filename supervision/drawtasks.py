"""Tasks and demands: which departments visit which unit, with how many heads, in the order of staffing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from supervision.drawdoc import Node
from supervision.drawrecord import COMMIT, LEAST_HEADS
from supervision.drawtext import digests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from supervision.drawrecord import Needs, Plan
    from supervision.drawtext import Tickets


@dataclass(frozen=True, slots=True)
class Task:
    """One visit to one unit of one group by one or more departments, in byte order."""

    group: str
    unit: str
    region: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """A head count of one department with one qualification in a task; its place in the list is its rank."""

    task: int
    dept: str
    qual: str
    heads: int


def make_tasks(drawn: Iterable[tuple[Plan, Mapping[str, str]]], tickets: Tickets) -> list[Task]:
    """Return the tasks in the order in which they are staffed.

    Args:
        drawn: each plan with the units it drew and their regions.
        tickets: of the draw.
    """
    departments: dict[tuple[str, str], set[str]] = {}
    regions: dict[str, str] = {}
    for plan, units in drawn:
        regions.update(units)
        own = plan.departments
        for unit in units:
            departments.setdefault((plan.group, unit), set()).update(own)
    order = sorted(zip(_tickets(departments, tickets), departments, strict=True))
    return [Task(group, unit, regions[unit], tuple(sorted(departments[group, unit]))) for _, (group, unit) in order]


def _tickets(keys: Iterable[tuple[str, str]], tickets: Tickets) -> list[bytes]:
    return digests(tickets.after("task/"), [f"{group}/{unit}".encode() for group, unit in keys])


def make_demands(tasks: Sequence[Task], needs: Mapping[str, Needs]) -> list[Demand]:
    """Return the demands of all tasks by rank.

    Raises:
        InputError: ``draw_too_few_heads``: a task would have fewer than two heads.
    """
    known: dict[tuple[str, ...], tuple[tuple[str, str, int], ...]] = {}
    found: list[Demand] = []
    for place, task in enumerate(tasks):
        if task.departments not in known:
            known[task.departments] = needed(task.departments, needs)
        found.extend(Demand(place, dept, qual, heads) for dept, qual, heads in known[task.departments])
    return found


def needed(departments: Sequence[str], needs: Mapping[str, Needs]) -> tuple[tuple[str, str, int], ...]:
    """Return (department, qualification, heads) of a visit by these departments.

    Raises:
        InputError: ``draw_too_few_heads``: two officers at least must go.
    """
    found = tuple(_needed(departments, needs))
    heads = sum(row[2] for row in found)
    if heads < LEAST_HEADS:
        Node(COMMIT, "/needs", None).wrong(
            "draw_too_few_heads", value=list(departments), heads=heads, least=LEAST_HEADS
        )
    return found


def _needed(departments: Sequence[str], needs: Mapping[str, Needs]) -> Iterator[tuple[str, str, int]]:
    for dept in departments:
        own = needs[dept].joint if len(departments) > 1 else needs[dept].alone
        for qual, heads in own:
            yield dept, qual, heads


def check_needs(plans: Sequence[Plan], needs: Mapping[str, Needs]) -> None:
    """Refuse needs that could give a visit with fewer than two heads, before anything is published.

    The departments of a visit are those of one plan or of several plans of a group; heads only grow
    with further plans, so one plan and any two of a group are looked at.

    Raises:
        InputError: ``draw_too_few_heads``.
    """
    for one in plans:
        for other in plans:
            if one.group == other.group:
                needed(sorted(one.departments | other.departments), needs)
