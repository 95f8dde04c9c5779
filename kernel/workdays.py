"""Working days 工作日, from the State Council's yearly arrangements; one data file a year.

A period in working days begins on the day after the event and takes in its last day. For a year
without a file, Monday to Friday count as working days and the answer says ``provisional``: the
holidays of such a year are not known yet, so a deadline may still move.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from kernel.datafile import names, read_text
from kernel.errors import CatalogueError, CodedValueError

_FOLDER = "workdays"
_KEYS = {"year", "sources", "holidays", "adjusted_workdays"}
_HOLIDAY_KEYS = {"name", "from", "until"}
_LAST_ORDINAL = date.max.toordinal()
_SATURDAY = 5


class WorkdayError(CodedValueError):
    """A calculation with working days that cannot be made."""


class WorkdayAnswer(NamedTuple):
    """Whether a day is a working day; ``provisional`` when its year has no official file."""

    value: bool
    provisional: bool


class DayAnswer(NamedTuple):
    """A day reached by counting; ``provisional`` when a counted year has no official file."""

    day: date
    provisional: bool


class CountAnswer(NamedTuple):
    """A number of working days; ``provisional`` when a counted year has no official file."""

    days: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class YearArrangement:
    """What the notice for one year changes: days off and the weekend days worked instead."""

    year: int
    days_off: dict[date, str]
    adjusted: frozenset[date]


def is_workday(day: date) -> WorkdayAnswer:
    """Say whether a day is a working day."""
    calendar = _calendar()
    return WorkdayAnswer(calendar.is_worked(day.toordinal()), day.year not in calendar.years)


def add_workdays(start: date, n: int) -> DayAnswer:
    """Return the ``n``-th working day after ``start``; ``start`` itself is not counted.

    With ``n`` of 0 the answer is ``start``, working day or not.

    Raises:
        WorkdayError: ``workdays_negative``, or ``workdays_out_of_range`` beyond the year 9999.
    """
    calendar = _calendar()
    if n <= 0:
        if n < 0:
            raise WorkdayError("workdays_negative", n=n)
        return DayAnswer(start, start.year not in calendar.years)
    ordinal = start.toordinal()
    found = calendar.nth(calendar.count_to(ordinal) + n)
    if found > _LAST_ORDINAL:
        raise WorkdayError("workdays_out_of_range", start=start, n=n)
    day = date.fromordinal(found)
    return DayAnswer(day, calendar.is_provisional(date.fromordinal(ordinal + 1).year, day.year))


def workdays_between(a: date, b: date) -> CountAnswer:
    """Return how many working days lie after ``a``, up to and including ``b``.

    Raises:
        WorkdayError: ``days_out_of_order`` when ``b`` is before ``a``.
    """
    if b <= a:
        if b < a:
            raise WorkdayError("days_out_of_order", earlier=a, later=b)
        return CountAnswer(0, provisional=False)
    calendar = _calendar()
    ordinal = a.toordinal()
    count = calendar.count_to(b.toordinal()) - calendar.count_to(ordinal)
    first_year = date.fromordinal(ordinal + 1).year
    return CountAnswer(count, calendar.is_provisional(first_year, b.year))


def official_years() -> tuple[int, ...]:
    """Return the years that have an official file, in order."""
    return tuple(sorted(_calendar().years))


def holiday_name(day: date) -> str | None:
    """Return the name of the holiday a day belongs to, or None if no notice makes it a day off."""
    return _calendar().days_off.get(day)


class _Calendar:
    """Counts of working days from day 1 of the calendar, exact inside the span of the files.

    Outside the span Monday to Friday count, by a closed formula; inside, by a table of sums, so
    that no answer depends on how far apart two days are.
    """

    def __init__(self, arrangements: list[YearArrangement]) -> None:
        self.years = frozenset(item.year for item in arrangements)
        self.days_off = {day: name for item in arrangements for day, name in item.days_off.items()}
        adjusted = {day for item in arrangements for day in item.adjusted}
        # A notice may also rearrange the last days of the December before its year.
        self._first = date(min(self.years) - 1, 12, 1).toordinal()
        self._last = date(max(self.years), 12, 31).toordinal()
        off = {day.toordinal() for day in self.days_off}
        on = {day.toordinal() for day in adjusted}
        span = range(self._first, self._last + 1)
        self._worked = [day in on or (_is_weekday(day) and day not in off) for day in span]
        self._sums = list(accumulate(self._worked))
        self._days = [day for day, worked in zip(span, self._worked, strict=True) if worked]
        self._before = _weekdays_to(self._first - 1)
        self._after = self._before + len(self._days)

    def is_worked(self, ordinal: int) -> bool:
        if self._first <= ordinal <= self._last:
            return self._worked[ordinal - self._first]
        return _is_weekday(ordinal)

    def count_to(self, ordinal: int) -> int:
        """Return the working days up to and including a day."""
        if ordinal < self._first:
            return _weekdays_to(ordinal)
        if ordinal <= self._last:
            return self._before + self._sums[ordinal - self._first]
        return self._after + _weekdays_to(ordinal) - _weekdays_to(self._last)

    def nth(self, k: int) -> int:
        """Return the day (ordinal) on which the count reaches ``k``."""
        if k <= self._before:
            return _nth_weekday(k)
        if k <= self._after:
            return self._days[k - self._before - 1]
        return _nth_weekday(k - self._after + _weekdays_to(self._last))

    def is_provisional(self, first_year: int, last_year: int) -> bool:
        """Say whether any year counted through lacks a file."""
        return any(year not in self.years for year in range(first_year, last_year + 1))


def _is_weekday(ordinal: int) -> bool:
    return (ordinal - 1) % 7 < _SATURDAY


def _weekdays_to(ordinal: int) -> int:
    # Day 1 of Python's calendar is a Monday.
    weeks, days = divmod(ordinal, 7)
    return 5 * weeks + min(days, 5)


def _nth_weekday(k: int) -> int:
    weeks, days = divmod(k - 1, 5)
    return 7 * weeks + days + 1


@cache
def _calendar() -> _Calendar:
    return _Calendar([read_arrangement(name) for name in names(_FOLDER, ".yaml")])


def read_arrangement(name: str) -> YearArrangement:
    """Read and check the file of one year, named ``<year>.yaml``.

    Raises:
        CatalogueError: names the file and the key that is wrong.
    """
    return parse_arrangement(read_text(f"{_FOLDER}/{name}"), name)


def parse_arrangement(text: str, name: str) -> YearArrangement:
    """Check the text of one year's file; errors as :func:`read_arrangement`."""
    from kernel.yamldoc import read_yaml  # noqa: PLC0415 - start-up time

    content = read_yaml(text, name)
    if not isinstance(content, dict) or set(content) != _KEYS:
        raise CatalogueError(name, "", "workday_file_keys", keys=sorted(_KEYS))
    year = content["year"]
    if f"{year}.yaml" != name or not isinstance(year, int):
        raise CatalogueError(name, "year", "workday_file_year", year=year)
    off = _days_off(content["holidays"], year, name)
    adjusted = _adjusted(content["adjusted_workdays"], year, name)
    for day in sorted(adjusted & off.keys()):
        raise CatalogueError(name, "adjusted_workdays", "workday_both", day=day)
    return YearArrangement(year, off, adjusted)


def _days_off(entries: object, year: int, name: str) -> dict[date, str]:
    days: dict[date, str] = {}
    for place, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        key = f"holidays.{place}"
        if not isinstance(entry, dict) or set(entry) != _HOLIDAY_KEYS:
            raise CatalogueError(name, key, "workday_file_keys", keys=sorted(_HOLIDAY_KEYS))
        start, until = entry["from"], entry["until"]
        _check_day(start, year, name, key)
        if not isinstance(until, date) or until <= start:
            raise CatalogueError(name, key, "interval_empty", start=start, until=until)
        last = until - timedelta(days=1)
        _check_day(last, year, name, key)
        for ordinal in range(start.toordinal(), last.toordinal() + 1):
            days[date.fromordinal(ordinal)] = str(entry["name"])
    return days


def _adjusted(entries: object, year: int, name: str) -> frozenset[date]:
    listed = entries if isinstance(entries, list) else [entries]
    for place, day in enumerate(listed):
        _check_day(day, year, name, f"adjusted_workdays.{place}")
        if day.weekday() < _SATURDAY:
            raise CatalogueError(name, f"adjusted_workdays.{place}", "workday_not_weekend", day=day)
    return frozenset(listed)


def _check_day(day: object, year: int, name: str, key: str) -> None:
    if not isinstance(day, date) or not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
        raise CatalogueError(name, key, "workday_wrong_year", day=day, year=year)
