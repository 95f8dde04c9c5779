"""Staff needed against staff there, week by week, by department and region.

The checks of a plan fall evenly on the working days of its periods. These floating-point figures describe a plan and
decide nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kernel.workdays import is_workday
from supervision.drawlines import INSPECTOR, Column, Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from supervision.plandoc import PlanDocument
    from supervision.teamsroster import Person

    Away = Mapping[str, tuple[tuple[date, date], ...]]

_HUNDREDTHS: Final = 100


def _day_fault(text: str) -> str | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "draw_day"
    return None


LEAVE: Final = (INSPECTOR, Column("起日", _day_fault), Column("止日", _day_fault))


def read_leave(file: str, data: bytes) -> Away:
    """Read the days away by inspector, both days included.

    Raises:
        InputError: names file and line.
    """
    found: dict[str, tuple[tuple[date, date], ...]] = {}
    for name, since, last in Lines(file, data, LEAVE, keys=3).checked():
        found[name] = (*found.get(name, ()), (date.fromisoformat(since), date.fromisoformat(last)))
    return found


@dataclass(frozen=True, slots=True)
class Need:
    """Seats by week, department and region, and the working days of each week on which visits fall."""

    seats: Mapping[tuple[str, str, str], float]
    days: Mapping[str, frozenset[date]]


def needed(document: PlanDocument, checks: Mapping[str, Mapping[str, float]]) -> Need:
    """Return the seats that the plans need, from the expected checks by plan and region."""
    seats: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    days: dict[str, set[date]] = {}
    plans = {plan.plan_id: plan for plan in document.plans}
    for plan_id, periods in document.periods.items():
        own = sorted({day for one in periods for day in _workdays(one.start, one.until)})
        weeks = Counter(_week(day) for day in own)
        for day in own:
            days.setdefault(_week(day), set()).add(day)
        for dept in plans[plan_id].departments:
            heads = _heads(document, dept)
            for region, many in checks[plan_id].items():
                for week, workdays in weeks.items():
                    seats[week, dept, region] += many * heads * workdays / len(own)
    return Need(seats, {week: frozenset(own) for week, own in days.items()})


def rows(need: Need, persons: Iterable[Person], away: Away, per_day: int | None) -> list[dict[str, object]]:
    """Return a row for each week, department and region, with those there against those needed.

    Who may work in several regions counts in each of them. ``room``: seats that they manage on the working days of
    the week on which they are not away; only where ``per_day`` (hundredths of seats a person manages a day) is given.
    """
    everybody = list(persons)
    able: dict[tuple[str, str], list[Person]] = {}
    for dept, region in {(dept, region) for _, dept, region in need.seats}:
        able[dept, region] = [one for one in everybody if one.dept == dept and one.works_in(region)]
    return [
        {"week": week, "dept": dept, "region": region} | _held(many, able[dept, region], need.days[week], away, per_day)
        for (week, dept, region), many in sorted(need.seats.items())
    ]


def totals(need: Need, persons: Iterable[Person], away: Away, per_day: int | None) -> list[dict[str, object]]:
    """Return a row for each week and department, each person counted once."""
    own: dict[str, list[Person]] = {}
    for one in persons:
        own.setdefault(one.dept, []).append(one)
    seats: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (week, dept, _), many in need.seats.items():
        seats[week, dept] += many
    return [
        {"week": week, "dept": dept} | _held(many, own.get(dept, []), need.days[week], away, per_day)
        for (week, dept), many in sorted(seats.items())
    ]


def _held(
    many: float, persons: list[Person], days: frozenset[date], away: Away, per_day: int | None
) -> dict[str, object]:
    found: dict[str, object] = {"seats": round(many, 1), "persons": len(persons)}
    if per_day is None:
        return found
    free = sum(_free(days, away.get(one.inspector_id, ())) for one in persons)
    room = free * per_day / _HUNDREDTHS
    return found | {"room": round(room, 1), "short": round(max(0.0, many - room), 1)}


def _free(days: frozenset[date], leave: tuple[tuple[date, date], ...]) -> int:
    return sum(not any(since <= day <= last for since, last in leave) for day in days) if leave else len(days)


def _heads(document: PlanDocument, dept: str) -> int:
    """Return the most heads that a department sends to one visit."""
    own = document.needs[dept]
    return max(sum(heads for _, heads in some) for some in (own.alone, own.joint))


def _workdays(since: date, last: date) -> list[date]:
    every = (since + timedelta(step) for step in range((last - since).days + 1))
    return [day for day in every if is_workday(day).value]


def _week(day: date) -> str:
    return (day - timedelta(day.weekday())).isoformat()
