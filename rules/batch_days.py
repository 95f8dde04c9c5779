"""Calendar arithmetic over columns of days; the rules are those of :mod:`kernel.interval`.

A period of years or months ends on the corresponding day, or on the last day of a month that has
no such day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rules.batch_columns import Days

_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01, from which numpy counts."""
_MONTHS: Final = {"years": 12, "months": 1}


def shifted(days: Days, unit: str, amount: int) -> NDArray[np.int64]:
    """The days so many years, months or days on: :func:`rules.evaluate.shift` for a column."""
    if unit == "days":
        return days.astype(np.int64) + amount
    months, day = _months(days)
    return _corresponding(months + amount * _MONTHS[unit], day)


def years_and_days(start: Days, end: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole years from one day to a later one, and the days beyond the last corresponding day."""
    months, day = _months(start)
    whole = _months(end)[0] // 12 - months // 12
    whole -= _corresponding(months + 12 * whole, day) > end
    return whole, end - _corresponding(months + 12 * whole, day)


def _months(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Months since January 1970, and the day of the month, from 0."""
    moments = (days.astype(np.int64) - _EPOCH).view("M8[D]")
    months = moments.astype("M8[M]")
    return months.view(np.int64), (moments - months.astype("M8[D]")).view(np.int64)


def _corresponding(months: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    first = months.view("M8[M]").astype("M8[D]").view(np.int64)
    after = (months + 1).view("M8[M]").astype("M8[D]").view(np.int64)
    return np.asarray(first + np.minimum(day, after - first - 1) + _EPOCH)
