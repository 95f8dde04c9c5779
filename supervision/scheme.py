"""A scheme ready for use: columns, indicators with their bins, rules, classes.

An indicator parts the values of its column into bins numbered from 0. Bin 0 is always *absent*.
What a bin covers depends on the kind:

====================  =============================================================
bands, linear         1… : from one cut up to the next
elapsed               1… : so many whole units have passed, fewest first
map                   1… : the categories in the order of the column
flag                  1 no, 2 yes
ratio                 1 no denominator, 2… : from one cut up to the next
====================  =============================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kernel.canonical import digest
from supervision import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

USCC: Final = "uscc"
DIMENSIONS: Final = ("basic", "dynamic", "supervision", "relations", "social")
"""The five dimensions of the national generic system, in the order of the output columns."""
MOST: Final = 10**9
"""A number above this is no count and no amount in units of ten thousand yuan."""
FIRST_DAY: Final = date(1900, 1, 1)
MISSING: Final = 0
_UNITS: Final = {"day": "天", "month": "个月", "year": "年"}


@dataclass(frozen=True, slots=True)
class Bin:
    """A set of values with the points they get."""

    label: str
    points: int


@dataclass(frozen=True)
class Column:
    """A column of the table, with its range; days have no last day but that of scoring."""

    name: str
    spec: schema.Column

    @property
    def type(self) -> str:
        """int, number, bool, date or category."""
        return self.spec.type

    @cached_property
    def low(self) -> float:
        """The smallest number allowed."""
        return 0.0 if self.spec.min is None or isinstance(self.spec.min, date) else float(self.spec.min)

    @cached_property
    def high(self) -> float:
        """The largest number allowed."""
        return float(MOST) if self.spec.max is None or isinstance(self.spec.max, date) else float(self.spec.max)

    @cached_property
    def first_day(self) -> date:
        """The earliest day allowed."""
        return self.spec.min if isinstance(self.spec.min, date) else FIRST_DAY

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Codes of a category column, in order."""
        return tuple(self.spec.values or ())

    @cached_property
    def other(self) -> int:
        """Place of the code that an unknown category takes."""
        return self.categories.index(self.spec.other or "")


@dataclass(frozen=True)
class Indicator:
    """An indicator, its place in the scheme and its bins."""

    spec: schema.AnyIndicator
    place: int
    columns: tuple[Column, ...]
    bins: tuple[Bin, ...]
    cuts: tuple[Fraction, ...]

    @property
    def id(self) -> str:
        """Its number, for instance N207."""
        return self.spec.id

    @property
    def column(self) -> Column:
        """Its column; the first where it has two."""
        return self.columns[0]

    @cached_property
    def points(self) -> tuple[int, ...]:
        """Points of every bin."""
        return tuple(one.points for one in self.bins)

    @property
    def most(self) -> int:
        """The most points it can give."""
        return max(self.points)


@dataclass(frozen=True)
class Scheme:
    """A whole scheme; :func:`supervision.load.load_scheme` makes it of a file."""

    spec: schema.SchemeFile
    columns: Mapping[str, Column]
    indicators: tuple[Indicator, ...]

    @property
    def id(self) -> str:
        """Its name, as ``--scheme`` takes it."""
        return self.spec.id

    @property
    def version(self) -> str:
        """Its version: cut-offs and points are frozen for it."""
        return self.spec.version

    @property
    def rules(self) -> tuple[schema.Rule, ...]:
        """Rules that run after scoring."""
        return self.spec.rules

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Class ids from the least risk to the most."""
        return tuple(grade.id for grade in self.spec.classes)

    @cached_property
    def cutoffs(self) -> tuple[int, ...]:
        """The highest score of every class but the last."""
        return tuple(grade.up_to for grade in self.spec.classes if grade.up_to is not None)

    @cached_property
    def caps(self) -> Mapping[str, int]:
        """Most points of each of the five dimensions; 0 for one that the scheme does not use."""
        parts = self.spec.dimensions
        return {name: parts[name].cap if name in parts else 0 for name in DIMENSIONS}

    @cached_property
    def by_id(self) -> Mapping[str, Indicator]:
        """Indicators by id."""
        return {one.id: one for one in self.indicators}

    def of(self, dimension: str) -> tuple[Indicator, ...]:
        """The indicators of a dimension."""
        return tuple(one for one in self.indicators if one.spec.dimension == dimension)

    @cached_property
    def digest(self) -> str:
        """``sha256:…`` over everything that the file says."""
        return digest(self.spec.model_dump(mode="json", by_alias=True))

    def class_of(self, score: int) -> int:
        """Place of the class of a score."""
        return sum(score > cut for cut in self.cutoffs)


def make_scheme(spec: schema.SchemeFile) -> Scheme:
    """Make bins of a checked file."""
    columns = {name: Column(name, one) for name, one in spec.columns.items()}
    indicators = tuple(_indicator(one, place, columns) for place, one in enumerate(spec.indicators))
    return Scheme(spec, columns, indicators)


def column_names(spec: schema.AnyIndicator) -> tuple[str, ...]:
    """The columns that an indicator reads."""
    return spec.columns if isinstance(spec, schema.Ratio) else (spec.column,)


def _indicator(spec: schema.AnyIndicator, place: int, columns: Mapping[str, Column]) -> Indicator:
    own = tuple(columns[name] for name in column_names(spec))
    bins = (Bin("未知", spec.missing.points), *_bins(spec, own[0]))
    return Indicator(spec, place, own, bins, tuple(_cuts(spec, own[0])))


def _bins(spec: schema.AnyIndicator, column: Column) -> Iterator[Bin]:
    if isinstance(spec, schema.Flag):
        yield from (Bin("否", spec.no), Bin("是", spec.yes))
    elif isinstance(spec, schema.Mapped):
        labels = column.spec.values or {}
        yield from (Bin(labels[code], spec.values[code]) for code in column.categories)
    elif isinstance(spec, schema.Linear):
        last = -(-spec.most // spec.each)
        yield from (Bin(*_step(spec, step, last)) for step in range(last + 1))
    else:
        unit = _UNITS[spec.unit] if isinstance(spec, schema.Elapsed) else column.spec.unit or ""
        if isinstance(spec, schema.Ratio):
            yield Bin("不适用", spec.none)
            unit = ""
        yield from _band_bins(spec.bands, unit)


def _step(spec: schema.Linear, step: int, last: int) -> tuple[str, int]:
    """Name and points of one step of a linear indicator."""
    reached = spec.free + step
    label = f"{reached} 及以上" if step == last else str(reached)
    return (label if step else f"不超过 {spec.free}"), min(step * spec.each, spec.most)


def _band_bins(bands: tuple[schema.Band, ...], unit: str) -> Iterator[Bin]:
    for band, upper in zip(bands, (*bands[1:], None), strict=True):
        yield Bin(band.label or _span(band.from_, upper.from_ if upper else None, unit), band.points)


def _span(low: Decimal, high: Decimal | None, unit: str) -> str:
    after = f" {unit}" if unit else ""
    if high is None:
        return f"{low:f}{after}及以上"
    if high - low == 1 and low % 1 == 0 and not unit:
        return f"{low:f}"
    return f"{low:f} 至不足 {high:f}{after}"


def _cuts(spec: schema.AnyIndicator, column: Column) -> Iterator[Fraction]:
    if isinstance(spec, schema.Banded | schema.Elapsed | schema.Ratio):
        yield from (Fraction(band.from_) for band in spec.bands)
    elif isinstance(spec, schema.Linear):
        yield Fraction(int(column.low))
        yield from (Fraction(spec.free + step) for step in range(1, -(-spec.most // spec.each) + 1))
