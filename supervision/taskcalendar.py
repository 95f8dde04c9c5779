"""When each task is done: spread over the working days so that nobody has too much on one day; and the workload.

A task goes to the working day of its batches on which its busiest member has least; ties to the earlier day. Days on
which one of the team is away are passed over while there are others. The order of the tasks is that of the draw, so
the calendar can be made again by anybody.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from kernel.workdays import is_workday

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from supervision.annual import Batch
    from supervision.assignments import Assignment


@dataclass(frozen=True, slots=True)
class Workload:
    """Tasks of one inspector: all, done, and those of the busiest week."""

    inspector_id: str
    tasks: int
    done: int
    busiest_week: str | None
    in_busiest: int


def schedule(tasks: Iterable[Assignment], away: Callable[[str, date], bool]) -> dict[str, date]:
    """Return the day of each task by its number.

    Args:
        tasks: in the order of the draw.
        away: says whether an inspector is away on a day.
    """
    load: Counter[tuple[str, date]] = Counter()
    found: dict[str, date] = {}
    for task in tasks:
        days = _days(task.batches)
        free = [day for day in days if not any(away(person, day) for person in task.people)]
        chosen = _least_loaded(task.people, free or days, load)
        found[task.number] = chosen
        for person in task.people:
            load[person, chosen] += 1
    return found


def _least_loaded(people: Sequence[str], days: Sequence[date], load: Counter[tuple[str, date]]) -> date:
    return min(days, key=lambda day: (max((load[person, day] for person in people), default=0), day))


@cache
def _days(batches: tuple[Batch, ...]) -> tuple[date, ...]:
    """Return the working days of the batches; where there is none, their first day."""
    every = (one.since + timedelta(step) for one in batches for step in range((one.last - one.since).days + 1))
    return tuple(sorted({day for day in every if is_workday(day).value})) or (batches[0].since,)


def workload(rows: Iterable[tuple[str, date, bool, int]]) -> list[Workload]:
    """Return the workload of each inspector, busiest first.

    Args:
        rows: inspector, day of the tasks, whether they are done, how many.
    """
    tasks: Counter[str] = Counter()
    done: Counter[str] = Counter()
    weeks: dict[str, Counter[str]] = {}
    for person, day, is_done, number in rows:
        tasks[person] += number
        done[person] += number * is_done
        weeks.setdefault(person, Counter())[(day - timedelta(day.weekday())).isoformat()] += number
    found = []
    for person, many in tasks.items():
        week, most = min(weeks[person].items(), key=lambda pair: (-pair[1], pair[0]))
        found.append(Workload(person, many, done[person], week, most))
    return sorted(found, key=lambda one: (-one.tasks, one.inspector_id))


def by_day(days: Mapping[str, date]) -> dict[date, list[str]]:
    """Return the numbers of the tasks of each day."""
    found: dict[date, list[str]] = {}
    for number, day in days.items():
        found.setdefault(day, []).append(number)
    return {day: sorted(numbers) for day, numbers in sorted(found.items())}
