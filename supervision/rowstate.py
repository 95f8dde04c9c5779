"""Enterprises as records of a few bytes: what was read, what came of it, and when to look again.

A record holds every column of the scheme in plain units (amounts as doubles, counts saturated above the last
cut), so a row can be scored again on another day without its table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from supervision import schema
from supervision.arrays import Plain, Prepared
from supervision.bulk import KEY_MASK, KEY_SHIFT, Scored
from supervision.layout import count_type
from supervision.row import REASONS, Result
from supervision.scheme import DIMENSIONS, Column, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

NEVER: Final = int(np.iinfo(np.int32).max)
"""No band of this row is ever crossed by time alone."""
RESULT: Final = np.dtype(
    [
        ("score", "u2"),
        ("place", "u1"),
        ("override", "u1"),
        ("keys", "u2", (REASONS,)),
        ("points", "u2", (len(DIMENSIONS),)),
        ("unscored", "?"),
    ]
)
_ABSENT_BYTE: Final = {"bool": 2, "category": 255}
_ABSENT_DAY: Final = int(np.iinfo(np.int32).min)
_WIDTHS: Final = {"UInt8": "u1", "UInt16": "u2", "UInt32": "u4"}


def _kind(scheme: Scheme, column: Column) -> tuple[str, float, float | None]:
    """NumPy type of a column's field, the number for absent, and where counts saturate."""
    if column.type in _ABSENT_BYTE:
        return "u1", _ABSENT_BYTE[column.type], None
    if column.type == "date":
        return "i4", _ABSENT_DAY, None
    if column.type == "number":
        return "f8", np.nan, None
    if column.low < 0:
        return "i8", int(np.iinfo(np.int64).min), None
    dtype, most = count_type(scheme, column)
    width = _WIDTHS[dtype.__name__]
    return width, int(np.iinfo(width).max), most


class Records:
    """The record of a scheme's rows: a field for each column."""

    def __init__(self, scheme: Scheme) -> None:
        """Work out the type of every field."""
        self.scheme = scheme
        self._kinds = {name: _kind(scheme, column) for name, column in scheme.columns.items()}
        self.type: np.dtype[Any] = np.dtype([(name, kind[0]) for name, kind in self._kinds.items()])

    def pack(self, prepared: Mapping[str, Prepared], count: int) -> NDArray[Any]:
        """Records of rows; values that cannot be read may be anything."""
        rows = np.zeros(count, dtype=self.type)
        for name, (kind, absent, most) in self._kinds.items():
            plain = prepared[name].plain
            values: Any = plain.data
            if kind == "f8":
                values = values / plain.scale if plain.scale != 1 else values
            elif most is not None and not (plain.highest is not None and plain.highest <= most):
                values = np.clip(values, 0, most)
            with np.errstate(invalid="ignore"):
                values = values.astype(kind)
            if plain.absent is not None:
                values[plain.is_absent] = absent
            rows[name] = values
        return rows

    def unpack(self, rows: NDArray[Any]) -> dict[str, Prepared]:
        """Columns of records, ready for scoring."""
        return {name: Prepared(Plain(np.ascontiguousarray(rows[name]), kind[1])) for name, kind in self._kinds.items()}


def next_due(scheme: Scheme, rows: NDArray[Any], on: int) -> NDArray[np.int32]:
    """The first day after ``on`` (days since 1970) on which time alone may change a row's points or class."""
    due = np.full(len(rows), NEVER, dtype=np.int32)
    for column, counts in _crossings(scheme).items():
        known = rows[column] != _ABSENT_DAY
        days = np.where(known, rows[column], np.int32(on))
        dates = days.astype("datetime64[D]")
        month = dates.astype("datetime64[M]").astype(np.int64)
        into = (dates - month.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int32)
        for unit, count in counts:
            crossed = days + np.int32(count) if unit == "day" else _after(month, into, count)
            np.minimum(due, crossed, out=due, where=known & (crossed > on))
    return due


def _crossings(scheme: Scheme) -> dict[str, list[tuple[str, int]]]:
    """By column, unit and number of units of everything that counts days; years as months."""
    found: dict[str, list[tuple[str, int]]] = {}
    for one in scheme.indicators:
        if isinstance(one.spec, schema.Elapsed):
            each, unit = (12, "month") if one.spec.unit == "year" else (1, one.spec.unit)
            found.setdefault(one.column.name, []).extend((unit, int(cut) * each) for cut in one.cuts if cut)
    for rule in scheme.rules:
        for when in rule.when:
            if isinstance(when, schema.Younger):
                found.setdefault(when.column, []).append(("month", when.younger_than_months))
    return found


def _after(month: NDArray[np.int64], into: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """The first day on which so many whole months have passed, as :func:`supervision.values.threshold` counts them.

    ``month``: of the day, from January 1970; ``into``: days since the first of that month.
    """
    low, high = int(month.min(initial=0)), int(month.max(initial=0))
    # First days of all months there are: a look-up is cheaper than the calendar.
    begins = np.arange(low + count, high + count + 2).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    at = month - low
    begin = begins[at]
    return np.asarray(begin + np.minimum(into, begins[at + 1] - begin - 1), dtype=np.int32)


def results_of(scored: Scored, unscored: NDArray[np.bool_]) -> NDArray[Any]:
    """Results as records; those of rows without a class are all zero."""
    out = np.zeros(len(scored.score), dtype=RESULT)
    for name in ("score", "place", "override"):
        out[name] = getattr(scored, name)
    out["keys"], out["points"] = scored.keys.T, scored.points.T
    out[unscored] = np.zeros((), dtype=RESULT)
    out["unscored"] = unscored
    return out


def scored_of(results: NDArray[Any]) -> Scored:
    """The other way round."""
    single = {name: np.ascontiguousarray(results[name]) for name in ("score", "place", "override")}
    points, keys = (np.ascontiguousarray(results[name].T) for name in ("points", "keys"))
    return Scored(points=points, keys=keys, faults={}, **single)


def result_of(scheme: Scheme, result: Result) -> NDArray[Any]:
    """The result of the row function as a record."""
    out = np.zeros(1, dtype=RESULT)
    if result.class_ is None:
        out["unscored"] = True
        return out
    rules = [rule.id for rule in scheme.rules]
    out["score"], out["place"] = result.score, scheme.classes.index(result.class_)
    out["override"] = rules.index(result.override) + 1 if result.override else 0
    out["points"] = [[result.points[name] for name in DIMENSIONS]]
    for rank, (name, points) in enumerate(result.reasons):
        out["keys"][0, rank] = points << KEY_SHIFT | KEY_MASK - scheme.by_id[name].place
    return out
