"""Reading one value of a column: what it means, or why it cannot be read.

This is the meaning of a column. The bulk path reads the usual types by itself and asks here for
everything out of the ordinary, so that both say the same.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.errors import CodedValueError
from kernel.interval import add_months

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision.scheme import Column

Value = int | float | bool | str | date | None
_CHINA: Final = timezone(timedelta(hours=8))
_NUMBER: Final = re.compile(r"[+-]?\d{1,30}(\.\d{0,30})?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TRUTH: Final = {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}
_NOUNS: Final = {"int": "整数", "number": "数字", "bool": "是或否", "date": "日期", "category": "类别"}


class UnreadableError(CodedValueError):
    """A value of a column cannot be read, or lies outside the column's range."""


def threshold(on: date, unit: str, count: int) -> date:
    """Return the latest day from which ``count`` whole units have passed by ``on``.

    >>> threshold(date(2025, 2, 28), "month", 12)
    datetime.date(2024, 2, 29)
    """
    if unit == "day":
        return on - timedelta(days=count)
    months = count * 12 if unit == "year" else count
    day = add_months(on, -months)
    while add_months(day + timedelta(days=1), months) <= on:
        day += timedelta(days=1)
    return day


def read(column: Column, value: object, on: date) -> Value:
    """Return the plain value of a cell, or None when it is absent (NaN and blank text are absent).

    Raises:
        UnreadableError: ``cell_unreadable`` or ``cell_out_of_range``, with column, value and range.
    """
    if isinstance(value, str):
        value = value.strip()
    # NaN is the value that differs from itself.
    is_absent = value is None or value == "" or value != value  # noqa: PLR0124
    return None if is_absent else _READERS[column.type](column, value, on)


def _unreadable(column: Column, value: object) -> UnreadableError:
    return UnreadableError("cell_unreadable", column=column.name, value=value, type=_NOUNS[column.type])


def _whole(column: Column, value: object, on: date) -> int:
    number = _number(column, value, on)
    if number % 1:
        raise _unreadable(column, value)
    return int(number)


def _number(column: Column, value: object, _on: date) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise _unreadable(column, value)
    if not column.low <= value <= column.high:
        span = f"{column.low:.15g} 至 {column.high:.15g}"
        raise UnreadableError("cell_out_of_range", column=column.name, value=value, range=span)
    return float(value)


def _flag(column: Column, value: object, _on: date) -> bool:
    if isinstance(value, bool):
        return value
    word = str(int(value)) if isinstance(value, int | float) and value in {0, 1} else str(value).lower()
    if word not in _TRUTH:
        raise _unreadable(column, value)
    return _TRUTH[word]


def _day(column: Column, value: object, on: date) -> date:
    day = _plain_day(value)
    if day is None:
        raise _unreadable(column, value)
    if not column.first_day <= day <= on:
        raise UnreadableError("cell_out_of_range", column=column.name, value=day, range=f"{column.first_day} 至 {on}")
    return day


def _plain_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return (value.astimezone(_CHINA) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _category(column: Column, value: object, _on: date) -> str:
    code = value if isinstance(value, str) else str(value)
    return code if code in column.categories else column.categories[column.other]


_READERS: Final[dict[str, Callable[[Column, object, date], Value]]] = {
    "int": _whole,
    "number": _number,
    "bool": _flag,
    "date": _day,
    "category": _category,
}
