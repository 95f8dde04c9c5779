"""Half-open intervals of civil days, and calendar arithmetic by months and years.

``from`` is the first day inside, ``until`` the first day outside; ``until`` of None is open.
A period of months or years ends on the corresponding day, or on the last day of a month that
has no such day (民法典 201, 202).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime

from kernel.errors import CodedValueError

_MONTHS = 12


class IntervalError(CodedValueError):
    """An interval or a calculation with days makes no sense."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from ``start`` up to, and not including, ``until`` (None: without end).

    Raises:
        IntervalError: ``interval_empty`` when ``until`` is not after ``start``,
            ``not_a_day`` when either is not a plain civil day.
    """

    start: date
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse an interval without a day in it."""
        _require_day(self.start)
        if self.until is not None:
            _require_day(self.until)
            if self.until <= self.start:
                raise IntervalError("interval_empty", start=self.start, until=self.until)

    def contains(self, day: date) -> bool:
        """Say whether the day lies inside."""
        return self.start <= day and (self.until is None or day < self.until)

    def overlaps(self, other: Interval) -> bool:
        """Say whether at least one day lies in both."""
        return (other.until is None or self.start < other.until) and (self.until is None or other.start < self.until)

    def touches(self, other: Interval) -> bool:
        """Say whether one begins on the very day the other ends: no overlap and no gap."""
        return other.start == self.until or self.start == other.until

    def as_dict(self) -> dict[str, str | None]:
        """Return ``{"from": …, "until": …}`` with ISO days."""
        until = None if self.until is None else self.until.isoformat()
        return {"from": self.start.isoformat(), "until": until}


def _require_day(value: object) -> None:
    # A datetime is a date to Python, but comparing the two fails far from the mistake.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise IntervalError("not_a_day", value=value)


def add_months(day: date, n: int) -> date:
    """Return the corresponding day ``n`` months on (or back), or the last day of that month.

    >>> add_months(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)

    Raises:
        IntervalError: ``day_out_of_range`` beyond the years 1 to 9999.
    """
    year, month0 = divmod(day.year * _MONTHS + day.month - 1 + n, _MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        raise IntervalError("day_out_of_range", start=day, months=n)
    last = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def add_years(day: date, n: int) -> date:
    """Return the corresponding day ``n`` years on (or back); 29 February becomes the 28th."""
    return add_months(day, n * _MONTHS)


def months_between(earlier: date, later: date) -> int:
    """Return how many whole months have been completed on ``later``.

    Raises:
        IntervalError: ``days_out_of_order`` when ``later`` is before ``earlier``.
    """
    if later < earlier:
        raise IntervalError("days_out_of_order", earlier=earlier, later=later)
    months = (later.year - earlier.year) * _MONTHS + later.month - earlier.month
    return months if add_months(earlier, months) <= later else months - 1
