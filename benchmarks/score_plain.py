"""The default scheme as users of Polars and of pandas would write it, for comparison only."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from supervision import schema
from supervision.scheme import DIMENSIONS, Indicator, Scheme
from supervision.values import threshold


def polars_plan(scheme: Scheme, on: date, source: str) -> pl.LazyFrame:
    """Expressions over the natural file: chains of when, packed keys, horizontal maxima."""
    points = [_polars_points(one, on).cast(pl.UInt16).alias(f"p{one.place}") for one in scheme.indicators]
    keys = [(pl.col(f"p{one.place}") * 128 + (127 - one.place)) for one in scheme.indicators]
    sums = [_polars_sum(scheme, name).cast(pl.Int32).alias(f"points_{name}") for name in DIMENSIONS]
    plan = pl.scan_parquet(source).with_columns(points).with_columns(*sums, k1=pl.max_horizontal(keys))
    for rank in (1, 2):
        below = [pl.when(key < pl.col(f"k{rank}")).then(key).otherwise(0) for key in keys]
        plan = plan.with_columns(pl.max_horizontal(below).alias(f"k{rank + 1}"))
    plan = plan.with_columns(score=pl.sum_horizontal([pl.col(f"points_{name}") for name in DIMENSIONS]))
    place = pl.sum_horizontal([(pl.col("score") > cut).cast(pl.Int32) for cut in scheme.cutoffs])
    reasons = [expr for rank in (1, 2, 3) for expr in _polars_reason(scheme, rank)]
    plan = plan.with_columns(place=place).with_columns(_polars_override(scheme, on).alias("override"))
    return plan.select(
        "uscc", "score", _polars_class(scheme).alias("class"), *(f"points_{name}" for name in DIMENSIONS), "override",
        *reasons, pl.lit(scheme.id).alias("scheme"), pl.lit(scheme.version).alias("scheme_version"),
    )  # fmt: skip


def _polars_sum(scheme: Scheme, dimension: str) -> pl.Expr:
    return pl.sum_horizontal([pl.col(f"p{one.place}") for one in scheme.of(dimension)] or [pl.lit(0)])


def _polars_reason(scheme: Scheme, rank: int) -> list[pl.Expr]:
    key = pl.col(f"k{rank}")
    names = pl.lit(pl.Series([one.id for one in scheme.indicators]))
    has = key >= 128
    name = pl.when(has).then(names.gather((127 - key % 128).clip(0, len(scheme.indicators) - 1)))
    return [name.alias(f"reason_{rank}"), pl.when(has).then(key // 128).alias(f"reason_{rank}_points")]


def _polars_points(one: Indicator, on: date) -> pl.Expr:
    spec, points, value = one.spec, one.points, pl.col(one.column.name)
    if isinstance(spec, schema.Ratio):
        return _polars_ratio(one, spec)
    if isinstance(spec, schema.Flag):
        return pl.when(value).then(points[2]).when(~value).then(points[1]).otherwise(points[0])
    if isinstance(spec, schema.Mapped):
        table = dict(zip(one.column.categories, points[1:], strict=True))
        known = value.replace_strict(table, default=points[1 + one.column.other], return_dtype=pl.Int32)
        return pl.when(value.is_null()).then(points[0]).otherwise(known)
    if isinstance(spec, schema.Elapsed):
        days = [threshold(on, spec.unit, int(cut)) for cut in one.cuts]
        tests = [(value <= days[n - 1], points[n]) for n in range(len(days), 0, -1)]
    else:
        tests = [(value >= float(cut), points[n]) for n, cut in reversed(list(enumerate(one.cuts, 1)))]
    return _chain(tests, points[0])


def _chain(tests: list[tuple[pl.Expr, int]], otherwise: int) -> pl.Expr:
    chain: Any = pl
    for test, points in tests:
        chain = chain.when(test).then(points)
    found: pl.Expr = chain.otherwise(otherwise)
    return found


def _polars_ratio(one: Indicator, spec: schema.Ratio) -> pl.Expr:
    above, below = (pl.col(name) for name in spec.columns)
    base = pl.max_horizontal(below.fill_null(spec.at_least), pl.lit(spec.at_least)) if spec.at_least else below
    tests = [(above.is_null() | base.is_null(), one.points[0]), (base == 0, spec.none)]
    for n, cut in reversed(list(enumerate(one.cuts, 2))):
        tests.append((above * (spec.times * cut.denominator) >= base * cut.numerator, one.points[n]))
    return _chain(tests, one.points[0])


def _polars_rule(scheme: Scheme, rule: schema.Rule, on: date) -> pl.Expr:
    tests = []
    for one in rule.when:
        if isinstance(one, schema.NoPoints):
            tests.append(pl.sum_horizontal([pl.col(f"p{scheme.by_id[name].place}") for name in one.no_points]) == 0)
        elif isinstance(one, schema.Unknown):
            gone = [pl.col(name).is_null().cast(pl.UInt8) for name in one.unknown]
            tests.append(pl.sum_horizontal(gone) >= one.at_least)
        elif isinstance(one, schema.Younger):
            tests.append(pl.col(one.column) > threshold(on, "month", one.younger_than_months))
        elif isinstance(one, schema.AtLeast):
            tests.append(pl.col(one.column) >= one.at_least)
        else:
            tests.append(pl.col(one.column) == pl.lit(one.is_))
    return pl.all_horizontal(tests).fill_null(value=False)


def _polars_override(scheme: Scheme, on: date) -> pl.Expr:
    chain: Any = pl
    for rule in [rule for rule in scheme.rules if rule.effect == "set"]:
        chain = chain.when(_polars_rule(scheme, rule, on)).then(pl.lit(rule.id))
    for rule in [rule for rule in scheme.rules if rule.effect == "floor"]:
        wanted = scheme.classes.index(rule.class_)
        chain = chain.when(_polars_rule(scheme, rule, on) & (pl.col("place") < wanted)).then(pl.lit(rule.id))
    found: pl.Expr = chain.otherwise(None)
    return found


def _polars_class(scheme: Scheme) -> pl.Expr:
    by_rule = {rule.id: rule.class_ for rule in scheme.rules}
    ruled = pl.col("override").replace_strict(by_rule, default=None, return_dtype=pl.String)
    return ruled.fill_null(pl.lit(pl.Series(list(scheme.classes))).gather(pl.col("place")))


def pandas_score(scheme: Scheme, on: date, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns one by one with ``np.select`` and ``map``; reasons by sorting the matrix of points."""
    given = np.column_stack([_pandas_points(one, on, frame) for one in scheme.indicators]).astype(np.int64)
    out = pd.DataFrame({"uscc": frame["uscc"]})
    for name in DIMENSIONS:
        out[f"points_{name}"] = given[:, [one.place for one in scheme.of(name)]].sum(axis=1)
    out["score"] = given.sum(axis=1)
    out["class"] = pd.cut(out["score"], [-1, *scheme.cutoffs, 1000], labels=list(scheme.classes)).astype(str)
    best = np.argsort(-given, axis=1, kind="stable")[:, :3]
    ids = np.array([one.id for one in scheme.indicators], dtype=object)
    for rank in range(3):
        points = np.take_along_axis(given, best[:, [rank]], axis=1)[:, 0]
        out[f"reason_{rank + 1}"] = np.where(points > 0, ids[best[:, rank]], np.array(None, dtype=object))
        out[f"reason_{rank + 1}_points"] = np.where(points > 0, points, np.nan)
    return out


def _pandas_points(one: Indicator, on: date, frame: pd.DataFrame) -> Any:  # noqa: ANN401 - an array
    spec, points, value = one.spec, one.points, frame[one.column.name]
    if isinstance(spec, schema.Mapped):
        table = dict(zip(one.column.categories, points[1:], strict=True))
        known = value.map(table).fillna(points[1 + one.column.other])
        return np.where(value.notna().to_numpy(), known.to_numpy(), points[0])
    if isinstance(spec, schema.Ratio):
        base = frame[spec.columns[1]]
        base = base.fillna(spec.at_least).clip(lower=spec.at_least) if spec.at_least else base
        tests = [value.isna() | base.isna(), base == 0]
        tests += [value * (spec.times * cut.denominator) >= base * cut.numerator for cut in reversed(one.cuts)]
        return np.select(tests, [points[0], spec.none, *reversed(points[2:])], default=points[0])
    reached: list[Any]
    if isinstance(spec, schema.Flag):
        reached = [value == True, value == False]  # noqa: E712 - a column with gaps
        return np.select(reached, [points[2], points[1]], default=points[0])
    if isinstance(spec, schema.Elapsed):
        value = pd.to_datetime(value)
        days = [pd.Timestamp(threshold(on, spec.unit, int(cut))) for cut in one.cuts]
        reached = [value <= day for day in reversed(days)]
    else:
        reached = [value >= float(cut) for cut in reversed(one.cuts)]
    return np.select(reached, list(reversed(points[1:])), default=points[0])
