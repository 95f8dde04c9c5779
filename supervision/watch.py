"""The early-warning list: enterprises that got worse quickly, or show one of the named signs.

What is watched, and from which figure, stands in ``supervision/indicatordata/watch.yaml``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from supervision.bulk import BulkScorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from supervision.scheme import Scheme

_FILE: Final = "watch.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sign(_Strict):
    id: StrictStr
    title: StrictStr
    why: StrictStr


class ByClass(_Sign):
    """So many classes worse than before."""

    kind: Literal["classes"]
    at_least: StrictInt


class ByScore(_Sign):
    """So many points more than before."""

    kind: Literal["score"]
    at_least: StrictInt


class Worst(_Sign):
    """In the worst class now and not before."""

    kind: Literal["worst"]


class ByIndicator(_Sign):
    """An indicator gives so many points."""

    kind: Literal["indicator"]
    indicator: StrictStr
    at_least: StrictInt


Sign = Annotated[ByClass | ByScore | Worst | ByIndicator, Field(discriminator="kind")]


class Overrides(_Strict):
    """How long a person's decision may stand, and what it cannot be decided against."""

    months: StrictInt
    why: StrictStr
    refused_against: Literal["set"]
    refused_why: StrictStr


class PublicRule(_Strict):
    """The fewest enterprises that a cell of a public table may stand for."""

    least: StrictInt
    why: StrictStr


class Watch(_Strict):
    """The whole file."""

    warnings: tuple[Sign, ...]
    overrides: Overrides
    public: PublicRule


@cache
def watch() -> Watch:
    """What is watched."""
    return TypeAdapter(Watch).validate_python(read_yaml(read_text(_FILE, "supervision.indicatordata"), _FILE))


def by_change(scheme: Scheme, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Enterprises that got worse between two results of ``score run``: one row a sign.

    Both need ``uscc``, ``score``, ``class``; codes that stand twice count by their first row. An enterprise that
    is new or could not be scored is compared with nothing.
    """
    order = {name: place for place, name in enumerate(scheme.classes)}
    first = [
        one.select(
            "uscc",
            "score",
            pl.col("class").cast(pl.String),
            pl.col("class").cast(pl.String).replace_strict(order, default=None, return_dtype=pl.Int64).alias("place"),
        )
        .drop_nulls(["uscc", "place"])
        .unique("uscc", keep="first", maintain_order=True)
        for one in (before, after)
    ]
    pairs = first[1].join(first[0], on="uscc", suffix="_before", maintain_order="left")
    found = [pairs.filter(_grew(one, len(order))).select(_said(one)) for one in watch().warnings if _compares(one)]
    return pl.concat(found) if found else _nobody()


def _compares(one: Sign) -> bool:
    return not isinstance(one, ByIndicator)


def _grew(one: Sign, classes: int) -> pl.Expr:
    if isinstance(one, ByClass):
        return pl.col("place") - pl.col("place_before") >= one.at_least
    if isinstance(one, ByScore):
        return pl.col("score") - pl.col("score_before") >= one.at_least
    return (pl.col("place") == classes - 1) & (pl.col("place_before") < classes - 1)


def _said(one: Sign) -> list[pl.Expr]:
    grew = pl.format("{}→{}，{}→{} 分", "class_before", "class", "score_before", "score")
    return [pl.lit(one.id).alias("sign"), pl.lit(one.title).alias("title"), pl.col("uscc"), grew.alias("seen")]


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(("sign", "title", "uscc", "seen"), pl.String))


def by_indicator(
    scheme: Scheme, frame: pl.DataFrame, on: date, scales: Mapping[str, int] | None = None
) -> pl.DataFrame:
    """Enterprises of a table of columns whose indicators show one of the signs."""
    bins = BulkScorer(scheme, on).bins(frame, scales)
    found = list(_showing(scheme, frame["uscc"], bins))
    return pl.concat(found) if found else _nobody()


def _showing(scheme: Scheme, codes: pl.Series, bins: object) -> Iterator[pl.DataFrame]:
    for one in watch().warnings:
        indicator = scheme.by_id.get(one.indicator) if isinstance(one, ByIndicator) else None
        if not isinstance(one, ByIndicator) or indicator is None:
            continue
        own = pl.Series(bins[indicator.place]).cast(pl.UInt32)  # type: ignore[index]  # an array of bins
        table = pl.DataFrame({"uscc": codes.cast(pl.String), "bin": own})
        hit = [number for number, each in enumerate(indicator.bins) if number and each.points >= one.at_least]
        labels = {number: f"{indicator.spec.title}：{each.label}" for number, each in enumerate(indicator.bins)}
        seen = pl.col("bin").replace_strict(labels, return_dtype=pl.String)
        hits = table.filter(pl.col("bin").is_in(hit) & pl.col("uscc").is_not_null())
        yield hits.select(pl.lit(one.id).alias("sign"), pl.lit(one.title).alias("title"), "uscc", seen.alias("seen"))
