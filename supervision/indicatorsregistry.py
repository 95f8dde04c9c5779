"""What the registry itself says of an enterprise on a day: one row each, with the keys that link enterprises."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from supervision.indicatorspec import codes
from supervision.indicatorsread import amount_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LATER: Final = "later_changes"
"""Changes with those after the day of scoring, which are there only to be undone."""
_IN_OPERATION: Final = "in_operation"
_OTHER: Final = "other"
# Marks that two writers of the same address set differently.
_ADDRESS_NOISE: Final = r"[\s,.;:()\-_#\"'，。、；：（）·]"


def registered(world: Mapping[str, pl.LazyFrame], on: date) -> pl.DataFrame:
    """Enterprises founded by the day, with state, type, sector, capital, linking keys and whether they are live."""
    frame = world["registry"]
    frame = frame.filter(pl.col("established_on").is_null() | (pl.col("established_on") <= on))
    if LATER in world:
        frame = frame.with_row_index("row").join(_before_later_changes(world, on), on="uscc", how="left").sort("row")
    else:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(f"then_{name}") for name in _UNDONE)
    made = frame.select(
        "uscc",
        _state(on).alias("registry_state"),
        "established_on",
        _entity_type().alias("entity_type"),
        _sector().alias("sector_risk"),
        _capital().alias("registered_capital_10k"),
        _has_words().alias("high_risk_scope"),
        _key(pl.coalesce("then_address", "address")).alias("address"),
        pl.col("address_cluster").fill_null(value=False),
        pl.coalesce("then_legal_rep", "legal_rep").alias("legal_rep"),
        "contact",
        "agent",
        "parent",
    )
    live = pl.col("registry_state").is_in(codes().live)
    return made.with_columns(live.alias("is_live")).collect(engine="streaming")


_UNDONE: Final = ("capital", "address", "legal_rep")


def _before_later_changes(world: Mapping[str, pl.LazyFrame], on: date) -> pl.LazyFrame:
    """What the first change after the day replaced: the registry is as of today, the score is not."""
    later = world[LATER].filter((pl.col("changed_on") > on) & pl.col("kind").is_in(_UNDONE))
    first = later.sort("changed_on", "before", nulls_last=True).unique(
        ["uscc", "kind"], keep="first", maintain_order=True
    )
    own = [pl.col("before").filter(pl.col("kind") == name).first().alias(f"then_{name}") for name in _UNDONE]
    return first.group_by("uscc").agg(own)


def _capital() -> pl.Expr:
    """In yuan; a foreign capital that nobody converted is no figure to compare."""
    currency = pl.col("capital_currency")
    capital = pl.coalesce(amount_in(pl.col("then_capital")), "capital_10k")
    return pl.when((capital >= 0) & (currency.is_null() | currency.is_in(codes().yuan))).then(capital)


def _state(on: date) -> pl.Expr:
    word = pl.col("state").replace_strict(codes().states, default=None, return_dtype=pl.String)
    is_later = (pl.col("state_on") > on).fill_null(value=False)
    return pl.when(is_later).then(pl.lit(_IN_OPERATION)).otherwise(word)


def _entity_type() -> pl.Expr:
    known = codes().entity_types
    code, chain = pl.col("entity_type"), cast("Any", pl)
    for prefix in sorted(known, key=len, reverse=True):
        chain = chain.when(code.str.starts_with(prefix)).then(pl.lit(known[prefix]))
    return pl.when(code.is_not_null()).then(cast("pl.Expr", chain.otherwise(pl.lit(_OTHER))))


def _sector() -> pl.Expr:
    sectors = codes().sectors
    division = pl.col("industry").str.extract(r"^[A-Ta-t]?(\d{2})\d{0,2}$", 1)
    number = division.cast(pl.Int64)
    level = (
        pl.when(division.is_in(sectors.high))
        .then(pl.lit("high"))
        .when(division.is_in(sectors.elevated))
        .then(pl.lit("elevated"))
        .when(division.is_in(sectors.low))
        .then(pl.lit("low"))
        .when((number >= 1) & (number <= sectors.divisions))
        .then(pl.lit("ordinary"))
        .otherwise(pl.lit(_OTHER))
    )
    return pl.when(pl.col("industry").is_not_null()).then(level)


def _has_words() -> pl.Expr:
    pattern = "|".join(map(re.escape, codes().high_risk_words))
    found = [pl.col(name).str.contains(pattern) for name in ("name", "scope")]
    return pl.any_horizontal(one.fill_null(value=False) for one in found).pipe(
        lambda said: pl.when(pl.col("name").is_not_null() | pl.col("scope").is_not_null()).then(said)
    )


def _key(address: pl.Expr) -> pl.Expr:
    """An address without the marks and widths in which writers differ; nothing left is no address."""
    text = address.str.normalize("NFKC").str.to_uppercase().str.replace_all(_ADDRESS_NOISE, "")
    return pl.when(text != "").then(text)
