"""Columns of a table as plain arrays: usual types at once, unusual ones value by value.

Absent values become a number beyond all others, so that a comparison is all the scoring needs:
below everything in signed and floating arrays (NaN there), above everything in unsigned ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from kernel.errors import InputError
from supervision.values import UnreadableError, Value, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from supervision.scheme import Column

_ABSENT_CATEGORY: Final = 255
_ABSENT_FLAG: Final = 2
_MOST_BYTE: Final = 255
_NESTED: Final = (pl.List, pl.Array, pl.Struct, pl.Object, pl.Binary, pl.Duration, pl.Time)
_COUNTS: Final[dict[pl.DataType | type[pl.DataType], np.iinfo[Any]]] = {
    pl.UInt8: np.iinfo(np.uint8),
    pl.UInt16: np.iinfo(np.uint16),
    pl.UInt32: np.iinfo(np.uint32),
    pl.Int64: np.iinfo(np.int64),
}
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


@dataclass(frozen=True, slots=True)
class Usual:
    """Numbers as they lie in memory, what fills their gaps, the largest of them, and whether a byte holds each.

    Where it does, ``filler`` becomes 255 in a byte.
    """

    numbers: pl.Series
    filler: int
    highest: int | None = None
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A column ready for scoring; ``faults`` marks values that cannot be read."""

    plain: Plain
    faults: NDArray[np.bool_] | None = None


def prepare_all(
    columns: Mapping[str, Column], frame: pl.DataFrame, on: date, scales: Mapping[str, int]
) -> dict[str, Prepared]:
    """Columns of a table as arrays; one that the table lacks is absent in every row.

    Gaps of all columns that need no closer look are filled in one go.
    """
    given = {series.name: series for series in frame.get_columns() if series.name in columns}
    usual = {name: _usual(columns[name], series, on, scales.get(name, 1)) for name, series in given.items()}
    with_gaps = {name: one for name, one in usual.items() if one and one.numbers.null_count()}
    filled = pl.DataFrame([one.numbers for one in with_gaps.values()])
    filled = filled.select(pl.col(name).fill_null(one.filler) for name, one in with_gaps.items())
    out = {}
    for name, column in columns.items():
        one, scale = usual.get(name), scales.get(name, 1)
        if one:
            numbers = filled[name] if name in with_gaps else one.numbers
            out[name] = Prepared(_array(numbers.to_numpy(), one, scale, has_gaps=name in with_gaps))
        elif name in usual:
            out[name] = prepare(column, given[name], on, scale)
        else:
            out[name] = _all_absent(len(frame))
    return out


def _all_absent(count: int) -> Prepared:
    return Prepared(Plain(np.full(count, _ABSENT_CATEGORY, dtype=np.uint8), _ABSENT_CATEGORY))


def _usual(column: Column, series: pl.Series, on: date, scale: int) -> Usual | None:
    """A column whose numbers can be taken as they are; None where a closer look is needed."""
    kind = column.type
    if kind == "category" and series.dtype == _enumeration(column.categories):
        return Usual(series.to_physical().cast(pl.UInt8), _ABSENT_CATEGORY)
    if kind == "date" and series.dtype == pl.Date:
        low, high = series.min(), series.max()
        if low is None or (low >= column.first_day and high <= on):  # type: ignore[operator]  # days
            return Usual(series.to_physical(), int(np.iinfo(np.int32).min))
    limits = _COUNTS.get(series.dtype) if kind in {"int", "number"} else None
    if limits:
        return _usual_count(column, series, scale, limits)
    return None


@cache
def _enumeration(categories: tuple[str, ...]) -> pl.Enum:
    return pl.Enum(categories)


def _usual_count(column: Column, series: pl.Series, scale: int, limits: np.iinfo[Any]) -> Usual | None:
    filler = int(limits.max if limits.min == 0 else limits.min)
    high = series.max()
    low = 0 if limits.min == 0 and column.low <= 0 else series.min()
    if not isinstance(low, int) or not isinstance(high, int):
        return Usual(series, filler)
    is_taken = filler in {low, high} and series.null_count() > 0
    if is_taken or low < column.low * scale or high > column.high * scale:
        return None
    is_small = low >= 0 and high < _MOST_BYTE
    return Usual(series, -1 if is_small and limits.min else filler, high, is_small)


def _array(data: NDArray[Any], usual: Usual, scale: int, *, has_gaps: bool) -> Plain:
    """Numbers without gaps; small ones in bytes, which is a quarter of the work or less."""
    if usual.is_small and data.itemsize > 1:
        data = data.astype(np.uint8)
    absent = _MOST_BYTE if usual.is_small else usual.filler
    return Plain(data, absent if has_gaps else None, scale, usual.highest)


def prepare(column: Column, series: pl.Series, on: date, scale: int = 1) -> Prepared:
    """Return a column of a table as an array.

    Raises:
        InputError: ``column_type``: the type cannot hold such values at all.
    """
    if column.type == "bool" and series.dtype == pl.Boolean:
        return _flag(series)
    if series.dtype in _NESTED:
        raise InputError.at(f"/{column.name}", "column_type", column=column.name, dtype=str(series.dtype))
    if series.dtype == pl.Null:
        return _all_absent(len(series))
    if scale != 1 and series.dtype.is_unsigned_integer():
        return Prepared(_unsigned(series, scale))
    reader = _READERS.get(column.type)
    found = reader(column, series, on) if reader else None
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


def _flag(series: pl.Series) -> Prepared:
    if not len(series):
        return Prepared(Plain(np.zeros(0, dtype=np.uint8)))
    bits = series.to_arrow()
    known, values = bits.buffers()
    data = _unpacked(values, bits.offset, len(bits))
    if not series.null_count():
        return Prepared(Plain(data))
    # Under a gap a bit may be anything.
    is_known = _unpacked(known, bits.offset, len(bits)).view(bool)
    return Prepared(Plain(np.where(is_known, data, np.uint8(_ABSENT_FLAG)), _ABSENT_FLAG))


def _unpacked(buffer: pa.Buffer, start: int, count: int) -> NDArray[np.uint8]:
    """Bits as bytes of 0 and 1."""
    first, skipped = divmod(start, 8)
    packed = np.frombuffer(buffer, dtype=np.uint8, count=-(-(skipped + count) // 8), offset=first)
    return np.unpackbits(packed, count=skipped + count, bitorder="little")[skipped:]


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
    "date": _day,
    "category": _category,
}
