"""What annual reports say: who has not filed, who filed late, and whether the last report can be right."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from supervision.indicatorspec import codes
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MONEY: Final = ("revenue_10k", "assets_10k", "profit_10k", "tax_10k")
_MOST_SHARE: Final = 10


def deadline(year: int) -> date:
    """The last day on which the report of a year may be filed."""
    day = codes().parameters.report_deadline
    return date(year + 1, day.month, day.day)


def last_due_year(on: date) -> int:
    """The last year whose report is overdue when it is not there."""
    return on.year - 1 if on > deadline(on.year - 1) else on.year - 2


def features(registry: pl.DataFrame, world: Mapping[str, pl.LazyFrame], on: date) -> Iterator[pl.DataFrame]:
    """One row an enterprise: ``missed_reports``, ``report_late``, ``insured_staff`` and the rest."""
    if "annual_reports" not in world:
        return
    filed = world["annual_reports"].filter(pl.col("report_year").is_not_null())
    due = last_due_year(on)
    years = (
        filed.filter(pl.col("report_year") <= due)
        .group_by("uscc")
        .agg(
            pl.col("report_year").max().alias("filed"),
            pl.col("published_on").filter(pl.col("report_year") == due).min().alias("due_filed"),
        )
    )
    order = ["report_year", "published_on", *_MONEY, "staff", "insured_staff", "paid_in_10k", "due_10k"]
    last = filed.sort(order, nulls_last=False).unique("uscc", keep="last", maintain_order=True)
    own = (
        registry.lazy().select("uscc", "established_on", "registered_capital_10k").filter(pl.col("uscc").is_not_null())
    )
    own = own.unique("uscc", keep="first", maintain_order=True)
    joined = own.join(years, on="uscc", how="left").join(last, on="uscc", how="left")
    yield joined.select("uscc", *_filing(due), *_content(on)).collect()


def _filing(due: int) -> list[pl.Expr]:
    founded, filed, due_filed = pl.col("established_on").dt.year(), pl.col("filed"), pl.col("due_filed")
    first_missing = pl.max_horizontal(filed, founded - 1)
    missed = pl.when(founded <= due).then(due - first_missing).when(founded.is_null()).then(due - filed)
    late = pl.when(due_filed.is_not_null() & ~(founded > due).fill_null(value=False)).then(due_filed > deadline(due))
    return [
        missed.alias("missed_reports"),
        late.when(founded <= due).then(pl.lit(value=False)).alias("report_late"),
    ]


def _content(on: date) -> list[pl.Expr]:
    figures = codes().parameters
    is_young = (pl.col("established_on") > threshold(on, "month", figures.grace_months.value)).fill_null(value=False)
    money = [pl.col(name) for name in _MONEY]
    all_zero = pl.all_horizontal(one == 0 for one in money)
    is_large = pl.col("registered_capital_10k") >= figures.large_capital_10k.value
    is_odd = (pl.col("tax_10k") == 0) | (pl.col("revenue_10k") < figures.low_revenue_10k.value) | (pl.col("staff") == 0)
    share = pl.when(pl.col("due_10k") > 0).then(pl.col("paid_in_10k") / pl.col("due_10k"))
    return [
        pl.when(~is_young).then(pl.col("insured_staff")).alias("insured_staff"),
        share.clip(0, _MOST_SHARE).alias("paid_in_share"),
        all_zero.alias("report_all_zero"),
        (is_large & is_odd).alias("report_implausible"),
    ]
