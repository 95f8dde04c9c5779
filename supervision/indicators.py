"""Raw records → columns of a scheme as of a day: the derivation behind ``score build``.

``docs/reference/score-records.md`` describes every table and column. A second, plain implementation in the tests
(``tests/supervision/plainindicators.py``) is held equal on random small worlds, and facts after the day of scoring
change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from kernel.errors import InputError
from supervision import indicatorslinks as links
from supervision import indicatorsreports as reports
from supervision.indicatorspec import Counted, codes, derivations, tables
from supervision.indicatorsread import known_on, matched, typed
from supervision.indicatorsregistry import LATER, registered
from supervision.scheme import MOST, USCC
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from supervision.scheme import Scheme

FEN_OF_TEN_THOUSAND: Final = 1_000_000
"""Fen in ten thousand yuan."""
_RANKS: Final = 64
_OWN: Final = frozenset(
    {"registry_state", "established_on", "entity_type", "sector_risk", "registered_capital_10k", "high_risk_scope"}
)
_DTYPES: Final = {"int": pl.Int64, "number": pl.Float64, "bool": pl.Boolean, "date": pl.Date, "category": pl.String}


@dataclass(frozen=True)
class World:
    """Records in their types, as they were known on a day; only the tables that there are."""

    on: date
    tables: Mapping[str, pl.LazyFrame]
    columns: Mapping[str, Collection[str]]
    """Which columns each file has, under our names."""


def world_on(raw: Mapping[str, pl.LazyFrame], on: date) -> World:
    """Bring tables into their types and take away what was not known on the day.

    Raises:
        InputError: a table lacks its key or its day, or a column has an impossible type; the pointer names both.
    """
    specs = tables()
    clean = {name: _typed(name, frame) for name, frame in raw.items()}
    found = {name: known_on(name, specs[name], frame, on) for name, frame in clean.items()}
    # Every row of the registry stays, one without a code too: a row is never lost.
    found["registry"] = clean["registry"]
    if "changes" in clean:
        found[LATER] = clean["changes"]
    there = {name: set(matched(specs[name], frame.collect_schema().names())) for name, frame in raw.items()}
    return World(on, found, there)


def _typed(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    try:
        return typed(tables()[name], frame)
    except InputError as error:
        raise InputError([one.under(f"/{name}") for one in error.errors], error.code, **error.params) from error


class Builder:
    """Columns of a scheme out of a world, some enterprises at a time.

    What concerns single tables is added up once, when the builder is made: those tables are as small as the
    number of enterprises that have records. :meth:`part` joins them to a part of the registry.
    """

    def __init__(self, world: World, scheme: Scheme) -> None:
        """Read the records; ``scheme`` says which columns are wanted."""
        self._wanted = tuple(scheme.columns)
        self._types = {name: _DTYPES[column.type] for name, column in scheme.columns.items()}
        self._world = world
        self.registry = registered(world.tables, world.on)
        self._features = [*self._aggregates(), *self._worked_out()]

    @property
    def columns(self) -> Mapping[str, Collection[str]]:
        """Columns of each file, under our names."""
        return self._world.columns

    @property
    def rows(self) -> int:
        """How many enterprises there are on the day."""
        return len(self.registry)

    def part(self, start: int, count: int) -> pl.DataFrame:
        """Columns of some enterprises, in the order of the registry, in natural types."""
        frame = self.registry.slice(start, count)
        for feature in self._features:
            frame = frame.join(feature, on=USCC, how="left", maintain_order="left")
        return frame.select(USCC, *(self._column(name, frame.columns) for name in self._wanted))

    def derived(self, name: str) -> bool:
        """Whether all the tables and columns that a derivation needs are there."""
        return derivations().possible(name, self._world.columns)

    def _column(self, name: str, there: list[str]) -> pl.Expr:
        dtype = self._types[name]
        if name not in there or not self.derived(name):
            return pl.lit(None, dtype=dtype).alias(name)
        column = pl.col(name)
        if name in derivations().counted:
            column = _filled(derivations().counted[name], column)
        # Without a code only the registry itself says something.
        return (column if name in _OWN else pl.when(pl.col(USCC).is_not_null()).then(column)).cast(dtype).alias(name)

    def _aggregates(self) -> Iterator[pl.DataFrame]:
        """For each table one row an enterprise that stands in it."""
        for table, frame in self._world.tables.items():
            own = {name: one for name, one in derivations().counted.items() if one.table == table}
            wanted = {name: one for name, one in own.items() if name in self._wanted}
            if wanted:
                made = [_aggregate(one, self._world.on).alias(name) for name, one in wanted.items()]
                yield frame.group_by(USCC).agg(made).collect(engine="streaming")

    def _worked_out(self) -> Iterator[pl.DataFrame]:
        yield from reports.features(self.registry, self._world.tables, self._world.on)
        yield from links.features(self.registry, self._world.tables, self._world.on)


def _filled(one: Counted, column: pl.Expr) -> pl.Expr:
    """The value of enterprises about which the table says nothing; ranks back into words."""
    if one.how in {"count", "distinct", "net"}:
        return column.fill_null(0)
    if one.how == "any":
        return column.fill_null(value=False)
    if one.how == "yuan":
        return column.fill_null(0).map_batches(_in_ten_thousands, return_dtype=pl.Float64)
    if one.rank is not None:
        words = dict(enumerate(codes().ranks[one.rank]))
        return column.replace_strict(words, default=None, return_dtype=pl.String).fill_null(pl.lit(one.none))
    return column


def _in_ten_thousands(fen: pl.Series) -> pl.Series:
    """Divide exactly: Polars multiplies by the reciprocal of a constant, and 999.99 yuan came out too small."""
    return pl.Series(fen.name, (fen.to_numpy() / FEN_OF_TEN_THOUSAND).clip(0, MOST))


def _aggregate(one: Counted, on: date) -> pl.Expr:
    return _HOW[one.how](one, _holds(one, on))


def _holds(one: Counted, on: date) -> pl.Expr:
    """Whether a row counts."""
    when = pl.col(tables()[one.table].when or "")
    # A test on a column comes first: a condition without one would count the table as a single row.
    tests = [pl.col(USCC).is_not_null(), _is_one_of(one.where)]
    if one.open is not None:
        is_open = pl.col(one.open).is_null()
        recent = (when > threshold(on, "month", one.or_months)) if one.or_months else pl.lit(value=False)
        tests.append(is_open | recent)
    if one.months is not None:
        tests.append(when > threshold(on, "month", one.months))
    if one.skip_months is not None:
        tests.append(when <= threshold(on, "month", one.skip_months))
    tests += list(_terms(one, on))
    return pl.all_horizontal(tests).fill_null(value=False)


def _terms(one: Counted, on: date) -> Iterator[pl.Expr]:
    if one.past is not None:
        yield (pl.col(one.past) < on).fill_null(value=False)
    if one.late is not None:
        done, due = map(pl.col, one.late)
        yield (done.fill_null(on) > due).fill_null(value=False)
    if one.in_time is not None:
        done, due = map(pl.col, one.in_time)
        yield done.is_not_null() & (due.is_null() | (done <= due))


def _is_one_of(where: Mapping[str, tuple[Any, ...]]) -> pl.Expr:
    tests = [pl.col(name).is_in(list(values)).fill_null(value=False) for name, values in where.items()]
    return pl.all_horizontal(tests) if tests else pl.lit(value=True)


def _count(_one: Counted, holds: pl.Expr) -> pl.Expr:
    return holds.cast(pl.UInt32).sum()


def _any(_one: Counted, holds: pl.Expr) -> pl.Expr:
    return holds.any()


def _yuan(one: Counted, holds: pl.Expr) -> pl.Expr:
    total = pl.sum_horizontal(pl.col(name).fill_null(0) for name in one.amounts)
    return pl.when(holds).then(total).otherwise(0).sum()


def _worst(one: Counted, holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.col(one.rank or "")).max()


def _latest(one: Counted, holds: pl.Expr) -> pl.Expr:
    """Of several on the last day the worst: the order of rows says nothing."""
    day = pl.col(tables()[one.table].when or "").cast(pl.Int32).cast(pl.Int64)
    return pl.when(holds).then(day * _RANKS + pl.col(one.rank or "")).max() % _RANKS


def _latest_number(one: Counted, holds: pl.Expr) -> pl.Expr:
    """Of several on the last day the smallest."""
    when, value = pl.col(tables()[one.table].when or ""), pl.col(one.of or "")
    counts = holds & value.is_not_null()
    return value.filter(counts & (when == when.filter(counts).max())).min()


def _last_day(one: Counted, holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.col(tables()[one.table].when or "")).max()


def _distinct(one: Counted, holds: pl.Expr) -> pl.Expr:
    return pl.col(one.of or "").filter(holds).drop_nulls().n_unique()


def _net(one: Counted, holds: pl.Expr) -> pl.Expr:
    return holds.cast(pl.Int64).sum() - _is_one_of(one.less).cast(pl.Int64).sum()


_HOW: Final = {
    "count": _count,
    "any": _any,
    "yuan": _yuan,
    "worst": _worst,
    "latest": _latest,
    "latest_number": _latest_number,
    "last_day": _last_day,
    "distinct": _distinct,
    "net": _net,
}
