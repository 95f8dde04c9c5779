"""Columns of a table as plain arrays: usual types at once, unusual ones value by value.

Absent values become a number beyond all others, so that a comparison is all the scoring needs:
below everything in signed and floating arrays (NaN there), above everything in unsigned ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from kernel.errors import InputError
from supervision.values import UnreadableError, Value, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from supervision.scheme import Column

_ABSENT_CATEGORY: Final = 255
_ABSENT_FLAG: Final = 2
_NESTED: Final = (pl.List, pl.Array, pl.Struct, pl.Object, pl.Binary, pl.Duration, pl.Time)
_COUNTS: Final = (pl.UInt8, pl.UInt16, pl.UInt32, pl.Int64)
_TARGETS: Final = {"int": pl.Int64, "number": pl.Float64, "bool": pl.Boolean, "date": pl.Date}


@dataclass(frozen=True, slots=True)
class Plain:
    """Values without gaps. ``absent`` is the number that stands for an absent one, if there are any.

    ``scale``: how many parts of a unit a whole number counts (tight layout), 1 otherwise.
    ``highest``: the largest value there is, where that is known: cuts above it need no look.
    """

    data: NDArray[Any]
    absent: float | None = None
    scale: int = 1
    highest: int | None = None

    @property
    def is_absent(self) -> NDArray[np.bool_]:
        """Which values are absent."""
        if self.absent is None:
            return np.zeros(len(self.data), dtype=bool)
        if self.data.dtype.kind == "f":
            return np.asarray(np.isnan(self.data))
        absent: NDArray[np.bool_] = self.data == self.absent
        return absent

    def part(self, rows: slice) -> Plain:
        """The same for some of the rows."""
        return Plain(self.data[rows], self.absent, self.scale, self.highest)


Usual = tuple[pl.Expr, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A column ready for scoring; ``faults`` marks values that cannot be read."""

    plain: Plain
    faults: NDArray[np.bool_] | None = None


def prepare_all(
    columns: Mapping[str, Column], frame: pl.DataFrame, on: date, scales: Mapping[str, int]
) -> dict[str, Prepared]:
    """Columns of a table as arrays; one that the table lacks is absent in every row.

    Columns of the usual types without a fault are filled in one go, the others one by one.
    """
    usual: dict[str, Usual | None] = {
        name: _usual(columns[name], frame[name], on, scales.get(name, 1)) for name in columns if name in frame
    }
    filled = frame.select(found[0].alias(name) for name, found in usual.items() if found)
    out = {}
    for name, column in columns.items():
        found = usual.get(name)
        if found:
            out[name] = Prepared(Plain(filled[name].to_numpy(), found[1], scales.get(name, 1), found[2]))
        elif name in usual:
            out[name] = prepare(column, frame[name], on, scales.get(name, 1))
        else:
            out[name] = _all_absent(len(frame))
    return out


def _all_absent(count: int) -> Prepared:
    return Prepared(Plain(np.full(count, _ABSENT_CATEGORY, dtype=np.uint8), _ABSENT_CATEGORY))


def _usual(column: Column, series: pl.Series, on: date, scale: int) -> Usual | None:
    """How to fill the gaps of a column, with what, and the largest value; None where a closer look is needed."""
    dtype, gaps, here = series.dtype, series.null_count() > 0, pl.col(series.name)
    if column.type == "bool" and dtype == pl.Boolean:
        return here.cast(pl.UInt8).fill_null(_ABSENT_FLAG), _ABSENT_FLAG if gaps else None, None
    if column.type == "category" and dtype == pl.Enum(column.categories):
        return here.to_physical().cast(pl.UInt8).fill_null(_ABSENT_CATEGORY), _ABSENT_CATEGORY if gaps else None, None
    if column.type == "date" and dtype == pl.Date:
        low, high = series.min(), series.max()
        if low is None or (low >= column.first_day and high <= on):  # type: ignore[operator]  # days
            absent = int(np.iinfo(np.int32).min)
            return here.to_physical().fill_null(absent), absent if gaps else None, None
    if dtype in _COUNTS and (column.type == "int" or scale != 1):
        return _usual_count(column, series, scale)
    return None


def _usual_count(column: Column, series: pl.Series, scale: int) -> Usual | None:
    limits = np.iinfo(f"{'u' if series.dtype.is_unsigned_integer() else ''}{_width(series)}")
    absent = int(limits.max if limits.min == 0 else limits.min)
    high = series.max()
    low = 0 if limits.min == 0 and column.low <= 0 else series.min()
    if isinstance(low, int) and isinstance(high, int):
        is_taken = absent in {low, high} and series.null_count() > 0
        if is_taken or low < column.low * scale or high > column.high * scale:
            return None
    filled = pl.col(series.name).fill_null(absent)
    return filled, absent if series.null_count() else None, high if isinstance(high, int) else None


def prepare(column: Column, series: pl.Series, on: date, scale: int = 1) -> Prepared:
    """Return a column of a table as an array.

    Raises:
        InputError: ``column_type``: the type cannot hold such values at all.
    """
    if series.dtype in _NESTED:
        raise InputError.at(f"/{column.name}", "column_type", column=column.name, dtype=str(series.dtype))
    if series.dtype == pl.Null:
        return _all_absent(len(series))
    if scale != 1 and series.dtype.is_unsigned_integer():
        return Prepared(_unsigned(series, scale))
    found = _READERS[column.type](column, series, on)
    return found if found is not None else _one_by_one(column, series, on)


def _one_by_one(column: Column, series: pl.Series, on: date) -> Prepared:
    """Read every different value as the row function does."""
    known: dict[object, Value] = {}
    wrong: set[object] = set()
    for value in series.unique().to_list():
        try:
            known[value] = read(column, value, on)
        except UnreadableError:
            wrong.add(value)
    values = series.to_list()
    target = pl.Enum(column.categories) if column.type == "category" else _TARGETS[column.type]
    usual = pl.Series(column.name, [known.get(value) for value in values], dtype=target, strict=False)
    faults = np.fromiter((value in wrong for value in values), dtype=bool, count=len(values)) if wrong else None
    prepared = prepare(column, usual, on)
    return Prepared(prepared.plain, _either(prepared.faults, faults))


def _either(one: NDArray[np.bool_] | None, other: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if one is None or other is None:
        return one if other is None else other
    return one | other


def _whole(column: Column, series: pl.Series, _on: date) -> Prepared | None:
    dtype = series.dtype
    if dtype.is_float():
        return _whole_floats(column, series)
    if not dtype.is_integer() or dtype in {pl.Int128, pl.UInt128}:
        return None
    if dtype.is_unsigned_integer() and dtype != pl.UInt64:
        widest = np.iinfo(f"u{_width(series)}").max
        if series.null_count() == 0 or series.max() != widest:
            within = column.low <= 0 and widest <= column.high
            return Prepared(_unsigned(series), None if within else _outside(series, column))
    wide = series.cast(pl.Int64, strict=False)
    too_wide = (wide.is_null() & series.is_not_null()).to_numpy() if dtype == pl.UInt64 else None
    return Prepared(_signed(wide), _either(_outside(wide, column), too_wide))


def _width(series: pl.Series) -> str:
    return f"int{str(series.dtype).lstrip('UInt')}"


def _whole_floats(column: Column, series: pl.Series) -> Prepared:
    floats = series.cast(pl.Float64).fill_nan(None)
    wide = floats.cast(pl.Int64, strict=False)
    broken = (
        floats.is_not_null() & (wide.is_null() | (wide.cast(pl.Float64) != floats).fill_null(value=True))
    ).to_numpy()
    return Prepared(_signed(wide), _either(_outside(wide, column), broken if broken.any() else None))


def _outside(series: pl.Series, column: Column) -> NDArray[np.bool_] | None:
    """Which values lie outside the column's range; None where none does, which costs two passes only."""
    low, high = series.min(), series.max()
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return None
    if low >= column.low and high <= column.high:
        return None
    return (~series.is_between(column.low, column.high)).fill_null(value=False).to_numpy()


def _unsigned(series: pl.Series, scale: int = 1) -> Plain:
    if series.null_count() == 0:
        return Plain(series.to_numpy(), None, scale)
    top = int(np.iinfo(f"u{_width(series)}").max)
    return Plain(series.fill_null(top).to_numpy(), top, scale)


def _signed(series: pl.Series) -> Plain:
    if series.null_count() == 0:
        return Plain(series.to_numpy())
    low = int(np.iinfo(f"{_width(series)}").min)
    return Plain(series.fill_null(low).to_numpy(), low)


def _number(column: Column, series: pl.Series, _on: date) -> Prepared | None:
    if not series.dtype.is_float() and (not series.dtype.is_integer() or series.dtype in {pl.Int128, pl.UInt128}):
        return None
    floats = series.cast(pl.Float64)
    # NaN of the file is absent, as a null is; both stay NaN here, which no comparison reaches.
    return Prepared(Plain(floats.fill_null(np.nan).to_numpy(), np.nan), _outside(floats.fill_nan(None), column))


def _flag(_column: Column, series: pl.Series, _on: date) -> Prepared | None:
    if series.dtype != pl.Boolean:
        return None
    has_gaps = series.null_count() > 0
    data = series.cast(pl.UInt8).fill_null(_ABSENT_FLAG).to_numpy()
    return Prepared(Plain(data, _ABSENT_FLAG if has_gaps else None))


def _day(column: Column, series: pl.Series, on: date) -> Prepared | None:
    if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
        series = series.dt.date()
    if series.dtype != pl.Date:
        return None
    low, high = series.min(), series.max()
    plain = _signed(series.to_physical())
    if low is None or (low >= column.first_day and high <= on):  # type: ignore[operator]  # days
        return Prepared(plain)
    outside = ((series < column.first_day) | (series > on)).fill_null(value=False).to_numpy()
    return Prepared(plain, outside)


def _category(column: Column, series: pl.Series, on: date) -> Prepared | None:
    wanted = pl.Enum(column.categories)
    if series.dtype != wanted:
        texts = series.cast(pl.String)
        series = texts.cast(wanted, strict=False)
        if series.null_count() > texts.null_count():
            series = _odd_categories(column, texts, series, on)
    has_gaps = series.null_count() > 0
    data = series.to_physical().cast(pl.UInt8).fill_null(_ABSENT_CATEGORY).to_numpy()
    return Prepared(Plain(data, _ABSENT_CATEGORY if has_gaps else None))


def _odd_categories(column: Column, texts: pl.Series, known: pl.Series, on: date) -> pl.Series:
    """Read the values that are no category as the row function does: blank is absent, the rest "other"."""
    odd = texts.filter(known.is_null() & texts.is_not_null()).unique()
    meant = {value: read(column, value, on) for value in odd.to_list()}
    absent = [value for value, code in meant.items() if code is None]
    strange = [value for value, code in meant.items() if code is not None and code != column.spec.other]
    filled = known.fill_null(column.spec.other).to_frame("known").with_columns(texts.alias("texts"))
    gone = pl.col("texts").is_null() | pl.col("texts").is_in(absent)
    series = filled.select(pl.when(~gone).then(pl.col("known"))).to_series()
    if not strange:
        return series
    # Known codes with blanks around them.
    trimmed = texts.str.strip_chars().cast(known.dtype, strict=False)
    return filled.select(
        pl.when(pl.col("texts").is_in(strange)).then(trimmed).otherwise(series).cast(known.dtype)
    ).to_series()


_READERS: Final[dict[str, Callable[[Column, pl.Series, date], Prepared | None]]] = {
    "int": _whole,
    "number": _number,
    "bool": _flag,
    "date": _day,
    "category": _category,
}
