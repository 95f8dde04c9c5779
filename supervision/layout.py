"""Which column of a table is which column of the scheme, and how the tight layout wrote it.

A natural export has text, 64-bit integers and doubles. The tight layout (``score build``,
``score synth``) has enumerations, small unsigned integers and amounts as scaled integers; the
scales stand in the file's metadata under :data:`LAYOUT_KEY`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import numpy as np
import polars as pl

from kernel.errors import InputError
from supervision import schema
from supervision.scheme import USCC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from supervision.scheme import Column, Scheme

LAYOUT_KEY: Final = "xinheng.layout"
_USCC_NAMES: Final = (USCC, "UNISCID", "统一社会信用代码")
_DTYPES: Final = {"int": "int64", "number": "double", "bool": "bool", "date": "date32", "category": "string"}
_SCALED: Final = np.iinfo(np.uint32).max - 1


@dataclass(frozen=True)
class Layout:
    """Names of the file by names of the scheme; columns of either that the other lacks; scales."""

    names: Mapping[str, str]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    scales: Mapping[str, int]

    def select(self) -> list[pl.Expr]:
        """Expressions that read the columns under the names of the scheme."""
        return [pl.col(there).alias(here) for here, there in self.names.items()]

    def select_values(self) -> list[pl.Expr]:
        """The same without the code."""
        return [pl.col(there).alias(here) for here, there in self.names.items() if here != USCC]


def match(scheme: Scheme, names: Sequence[str], metadata: Mapping[str, str] | None = None) -> Layout:
    """Find the columns of a scheme in a table, by name or alias.

    Raises:
        InputError: ``table_column_missing`` without a column for the code, ``table_no_indicators``
            when no other column is known, ``table_layout`` for metadata that cannot be read.
    """
    found: dict[str, str] = {}
    for here, known in ((USCC, _USCC_NAMES), *((name, _aliases(scheme, name)) for name in scheme.columns)):
        there = next((name for name in known if name in names), None)
        if there is not None:
            found[here] = there
    if USCC not in found:
        raise InputError.at(f"/{USCC}", "table_column_missing", column=USCC, found=list(names))
    if len(found) == 1:
        raise InputError.at("", "table_no_indicators", scheme=scheme.id, found=list(names))
    missing = tuple(name for name in scheme.columns if name not in found)
    extra = tuple(name for name in names if name not in found.values())
    return Layout(found, missing, extra, _scales(metadata or {}, scheme))


def _aliases(scheme: Scheme, name: str) -> tuple[str, ...]:
    return (name, *scheme.columns[name].spec.aliases)


def _scales(metadata: Mapping[str, str], scheme: Scheme) -> dict[str, int]:
    written = metadata.get(LAYOUT_KEY)
    if written is None:
        return {}
    try:
        scales = {str(name): int(scale) for name, scale in json.loads(written)["scales"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError.at("", "table_layout", key=LAYOUT_KEY) from error
    wrong = [
        name for name, scale in scales.items() if name in scheme.columns and scheme.columns[name].spec.scale != scale
    ]
    if wrong:
        raise InputError.at(f"/{wrong[0]}", "table_layout", key=LAYOUT_KEY)
    return scales


def layout_metadata(scheme: Scheme) -> dict[str, str]:
    """Metadata for a file in the tight layout."""
    scales = {name: column.spec.scale for name, column in scheme.columns.items() if column.type == "number"}
    return {LAYOUT_KEY: json.dumps({"scales": scales}, sort_keys=True)}


def tighten(scheme: Scheme, frame: pl.DataFrame) -> pl.DataFrame:
    """Bring columns that can be read without a fault into the tight layout; the score stays the same."""
    columns = [
        _tight(scheme, scheme.columns[series.name], series) if series.name in scheme.columns else series
        for series in frame
    ]
    return pl.DataFrame(columns)


def _tight(scheme: Scheme, column: Column, series: pl.Series) -> pl.Series:
    if column.type == "category":
        return series.cast(pl.Enum(column.categories))
    if column.type == "number":
        return _scaled(column, series)
    if column.type == "int" and column.low >= 0:
        return _count(scheme, column, series)
    return series


def _count(scheme: Scheme, column: Column, series: pl.Series) -> pl.Series:
    """Counts saturate above the last cut; those of a ratio are kept whole."""
    dtype, most = count_type(scheme, column)
    return series.cast(pl.UInt32) if most is None else series.clip(0, most).cast(dtype)


def count_type(scheme: Scheme, column: Column) -> tuple[type[pl.DataType], int | None]:
    """The type of the tight layout for counts of a column, and the number at which they saturate (None: never)."""
    readers = [one for one in scheme.indicators if any(column is read for read in one.columns)]
    whole = any(isinstance(one.spec, schema.Ratio) for one in readers)
    limits = [cut for one in readers for cut in one.cuts]
    floors = [one.at_least for rule in scheme.rules for one in rule.when if _counts(one, column)]
    for dtype, most in ((pl.UInt8, 254), (pl.UInt16, 65534)):
        if not whole and max([*limits, *map(Fraction, floors)]) <= most:
            return dtype, most
    return pl.UInt32, None


def _counts(one: schema.Condition, column: Column) -> TypeGuard[schema.AtLeast]:
    return isinstance(one, schema.AtLeast) and one.column == column.name


def _scaled(column: Column, series: pl.Series) -> pl.Series:
    """The largest whole number of parts that does not exceed the value: cuts fall on whole parts."""
    scale = column.spec.scale
    values = series.cast(pl.Float64).fill_nan(None)
    parts = (values * scale).floor()
    parts = (
        parts.to_frame("parts")
        .with_columns(values.alias("values"))
        .select(
            pl.when((pl.col("parts") + 1) / scale <= pl.col("values"))
            .then(pl.col("parts") + 1)
            .when(pl.col("parts") / scale > pl.col("values"))
            .then(pl.col("parts") - 1)
            .otherwise(pl.col("parts"))
        )
        .to_series()
    )
    return parts.clip(0, _SCALED).cast(pl.UInt32).alias(series.name)


def describe(scheme: Scheme, on_or_before: str) -> list[dict[str, Any]]:
    """The columns of a scheme as ``score schema`` shows them; ``on_or_before`` is the last day allowed."""
    first = {
        "name": USCC,
        "dtype": "string",
        "nullable": False,
        "title": "统一社会信用代码",
        "aliases": list(_USCC_NAMES[1:]),
    }
    return [first, *(_described(scheme, name, on_or_before) for name in scheme.columns)]


def _described(scheme: Scheme, name: str, last_day: str) -> dict[str, Any]:
    column = scheme.columns[name]
    readers = [one for one in scheme.indicators if column in one.columns]
    shown: dict[str, Any] = {"name": name, "dtype": _DTYPES[column.type], "nullable": True}
    shown["indicator"] = readers[0].id if readers else None
    shown["indicators"] = [one.id for one in readers]
    shown["values"] = list(column.categories) or None
    shown |= {"title": column.spec.title, "unit": column.spec.unit, "aliases": list(column.spec.aliases)}
    shown["rules"] = [
        rule.id for rule in scheme.rules if any(getattr(one, "column", None) == name for one in rule.when)
    ]
    if column.type == "category":
        shown |= {"labels": dict(column.spec.values or {}), "other": column.spec.other}
    shown |= _range(column, last_day)
    shown["bands"] = _bands(readers)
    return shown


def _range(column: Column, last_day: str) -> dict[str, object]:
    if column.type == "date":
        return {"min": column.first_day.isoformat(), "max": last_day, "max_is": "day of scoring"}
    if column.type == "int":
        return {"min": int(column.low), "max": int(column.high)}
    return {"min": column.low, "max": column.high} if column.type == "number" else {}


def _bands(readers: Iterable[Any]) -> list[dict[str, object]] | None:
    for one in readers:
        if len(one.columns) > 1:
            continue
        cuts = [None, *(float(cut) for cut in one.cuts)] if one.cuts else [None] * len(one.bins)
        return [
            {"from": cut, "label": each.label, "points": each.points} for cut, each in zip(cuts, one.bins, strict=True)
        ]
    return None
