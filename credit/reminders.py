"""Lists of reminders: to businesses that they can apply (信用修复提醒), to staff about clocks that run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kernel.messages import text
from kernel.workdays import workdays_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credit.scan import Row
    from credit.workflow import Case

WITHIN: Final = (1, 3, 5)
"""Working days before the end of a clock on which staff are told."""
_ADMISSIBLE: Final = frozenset({"ELIGIBLE", "PROMISE_MISSING", "MATERIALS_INCOMPLETE"})
_CONCLUDED: Final = frozenset({"not_accepted", "refused", "closed"})
"""States in which nobody waits for an answer any more."""
INDIVIDUAL: Final = "individual"


@dataclass(frozen=True, slots=True)
class BusinessReminder:
    """What a business is told about one record; ``row`` is its place in the register, from 1.

    ``code``: ``soon`` (from ``earliest_on`` on), ``now``, or ``duty`` (first the duties).
    """

    row: int
    number: str | None
    party_name: str | None
    code: str
    earliest_on: date
    ends_on: date | None
    text: str


@dataclass(frozen=True, slots=True)
class StaffReminder:
    """A clock that runs out: ``left`` working days after today; negative: over for so many.

    ``within``: the nearest of the days asked for; None when it is over. ``provisional``: the calendar
    of the year has not been published.
    """

    record_id: str
    step: str
    rule: str
    due_on: date
    left: int
    within: int | None
    provisional: bool


def for_businesses(rows: Iterable[Row], on: date, days: int) -> list[BusinessReminder]:
    """Records of businesses for which an application is or within ``days`` becomes admissible, by day."""
    found = [one for place, row in enumerate(rows, 1) if (one := _of_row(row, place, on, days)) is not None]
    return sorted(found, key=lambda one: (one.earliest_on, one.row))


def _of_row(row: Row, place: int, on: date, days: int) -> BusinessReminder | None:
    finding, values = row.finding, row.entry.values
    if finding is None or finding.earliest_on is None or values["party_kind"] == INDIVIDUAL:
        return None
    code = _code(finding.outcome, finding.earliest_on, on, days)
    if code is None:
        return None
    number, name = (str(values[one]) if values[one] is not None else None for one in ("number", "party_name"))
    params = {"name": name or "", "number": number or "", "earliest_on": finding.earliest_on}
    words = text(f"repair_reminder_{code}", params)
    return BusinessReminder(place, number, name, code, finding.earliest_on, finding.ends_on, words)


def _code(outcome: str, earliest: date, on: date, days: int) -> str | None:
    if earliest > on + timedelta(days=days):
        return None
    if outcome == "DUTY_OPEN":
        return "duty"
    if outcome == "TOO_EARLY":
        return "soon"
    return "now" if outcome in _ADMISSIBLE else None


def for_staff(cases: Iterable[Case], on: date, within: Sequence[int] = WITHIN) -> list[StaffReminder]:
    """Clocks that are over, or run out within so many working days; the most urgent first."""
    found = [one for case in cases for one in _of_case(case, on, sorted(within))]
    return sorted(found, key=lambda one: (one.due_on, one.record_id, one.step))


def _of_case(case: Case, on: date, within: Sequence[int]) -> Iterable[StaffReminder]:
    for clock in () if case.state in _CONCLUDED else case.clocks:
        due = clock.due
        if clock.ended_on is not None or due.on is None:
            continue
        over = due.on < on
        count = workdays_between(*((due.on, on) if over else (on, due.on)))
        near = None if over else next((one for one in within if count.days <= one), None)
        if over or near is not None:
            left = -count.days if over else count.days
            provisional = due.provisional or count.provisional
            yield StaffReminder(case.record_id, clock.step, clock.rule, due.on, left, near, provisional)
