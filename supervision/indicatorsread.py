"""Raw records as they come, brought into their types: text that is a number, days written as text, known codes.

A value that cannot be read becomes absent and is counted (:mod:`supervision.indicatorsquality`); a row is never
lost for it. Everything here is lazy: a file is read once, in pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.errors import InputError
from supervision.indicatorspec import RecordColumn, Table, codes
from supervision.scheme import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

_NESTED: Final = (pl.List, pl.Array, pl.Struct, pl.Object, pl.Binary, pl.Duration, pl.Time)
_YES: Final = ("true", "1", "是")
_NO: Final = ("false", "0", "否")
_DAY: Final = r"^\d{4}-\d{2}-\d{2}$"
_WHOLE: Final = r"^[+-]?\d{1,15}$"
_NUMBER: Final = r"^[+-]?\d{1,15}(\.\d{1,12})?$"
_MOST: Final = 10**15
_FEN: Final = 100


def matched(table: Table, names: Sequence[str]) -> Mapping[str, str]:
    """Names of a file's columns by our names.

    Raises:
        InputError: ``table_column_missing`` when the key or the day of the fact is not there.
    """
    found = {
        here: there
        for here, column in table.columns.items()
        if (there := next((name for name in (here, *column.aliases) if name in names), None)) is not None
    }
    for needed in (table.key, table.when):
        if needed is not None and needed not in found:
            raise InputError.at(f"/{needed}", "table_column_missing", column=needed, found=list(names))
    return found


def typed(table: Table, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The columns of a table under our names and in their types; a column that is not there is absent everywhere.

    Raises:
        InputError: ``table_column_missing``; ``column_type``: a type that holds no single value.
    """
    schema = frame.collect_schema()
    found = matched(table, schema.names())
    return frame.select(
        (_typed(column, pl.col(found[name]), schema[found[name]], name) if name in found else _absent(column)).alias(
            name
        )
        for name, column in table.columns.items()
    )


def faults(table: Table, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Under each name how many values could not be read, and in ``<name>:seen`` some of them as text."""
    schema = frame.collect_schema()
    found = matched(table, schema.names())
    wanted: list[pl.Expr] = []
    for name, there in found.items():
        raw, dtype = pl.col(there), schema[there]
        good = _typed(table.columns[name], raw, dtype, name)
        is_bad = _is_given(raw, dtype) & good.is_null()
        wanted += [is_bad.sum().alias(name), _seen(raw, is_bad).alias(f"{name}:seen")]
    return frame.select(wanted)


def _seen(raw: pl.Expr, is_bad: pl.Expr) -> pl.Expr:
    return raw.filter(is_bad).head(3).cast(pl.String).implode()


def _is_given(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return (raw.str.strip_chars() != "").fill_null(value=False)
    return raw.is_not_null() & ~raw.is_nan() if dtype.is_float() else raw.is_not_null()


def _absent(column: RecordColumn) -> pl.Expr:
    kinds = {"int": pl.Int64, "yuan": pl.Int64, "number": pl.Float64, "bool": pl.Boolean, "date": pl.Date}
    return pl.lit(None, dtype=kinds.get(column.type, pl.String))


def _typed(column: RecordColumn, raw: pl.Expr, dtype: pl.DataType, name: str) -> pl.Expr:
    if isinstance(dtype, _NESTED):
        raise InputError.at(f"/{name}", "column_type", column=name, dtype=str(dtype))
    if dtype in {pl.Categorical, pl.Enum}:
        raw, dtype = raw.cast(pl.String), pl.String()
    return _READERS[column.type](column, raw, dtype)


def _blank(raw: pl.Expr) -> pl.Expr:
    text = raw.str.strip_chars()
    return pl.when(text != "").then(text)


def _text(_column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return _blank(raw)
    if dtype.is_float():  # 1.0 in a column of codes that a spreadsheet took for numbers
        raw = pl.when(raw.is_finite() & (raw == raw.floor())).then(raw).cast(pl.Int64, strict=False)
    return raw.cast(pl.String)


def _number(column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        text = _blank(raw)
        number = pl.when(text.str.contains(_NUMBER)).then(text).cast(pl.Float64, strict=False)
    elif dtype.is_numeric():
        number = raw.cast(pl.Float64)
    else:
        return pl.lit(None, dtype=pl.Float64)
    least = -_MOST if column.min is None else column.min
    most = _MOST if column.max is None else column.max
    return pl.when(number.is_finite() & (number >= least) & (number <= most)).then(number)


def amount_in(text: pl.Expr) -> pl.Expr:
    """A number written as text, where the cell is one."""
    return pl.when(text.str.contains(_NUMBER)).then(text).cast(pl.Float64, strict=False)


def _whole(column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        text = _blank(raw)
        raw, dtype = pl.when(text.str.contains(_WHOLE)).then(text), pl.String()
    number = _number(column, raw, dtype)
    return pl.when(number == number.floor()).then(number).cast(pl.Int64)


def _yuan(column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Whole fen: sums of them do not depend on the order of the rows."""
    return (_number(column, raw, dtype) * _FEN).round().cast(pl.Int64)


def _flag(_column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return raw
    if dtype == pl.String:
        word = _blank(raw).str.to_lowercase()
        return pl.when(word.is_in(_YES)).then(statement=True).when(word.is_in(_NO)).then(statement=False)
    if not dtype.is_numeric():
        return pl.lit(None, dtype=pl.Boolean)
    return pl.when(raw == 1).then(statement=True).when(raw == 0).then(statement=False)


def _day(_column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        day = (raw.dt.convert_time_zone("Asia/Shanghai") if dtype.time_zone else raw).dt.date()
    elif dtype == pl.String:
        text = _blank(raw)
        day = pl.when(text.str.contains(_DAY)).then(text).str.to_date("%Y-%m-%d", strict=False)
    elif dtype == pl.Date:
        day = raw
    else:
        return pl.lit(None, dtype=pl.Date)
    return pl.when(day >= FIRST_DAY).then(day)


def _category(column: RecordColumn, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = _text(column, raw, dtype)
    return pl.when(text.is_in(list(column.values or {}))).then(text)


_READERS: Final[dict[str, Callable[[RecordColumn, pl.Expr, pl.DataType], pl.Expr]]] = {
    "code": _text,
    "text": _text,
    "int": _whole,
    "number": _number,
    "yuan": _yuan,
    "bool": _flag,
    "date": _day,
    "category": _category,
}


def known_on(name: str, table: Table, frame: pl.LazyFrame, on: date) -> pl.LazyFrame:
    """What was known on a day: facts of later days are not there, ends on later days have not come.

    Rows without a key, or without the day of the fact where there has to be one, cannot be placed and go.
    """
    frame = frame.filter(pl.col(table.key).is_not_null())
    if table.when is not None:
        frame = frame.filter(pl.col(table.when) <= on)
    ends = [pl.when(pl.col(end) <= on).then(pl.col(end)).alias(end) for end in table.ends]
    return frame.with_columns(ends).with_columns(_extra(name, on))


def _extra(name: str, on: date) -> list[pl.Expr]:
    """Columns that conditions and orders ask for, worked out of one row."""
    made = _EXTRA.get(name)
    return made(on) if made else []


def rank_of(order: str, value: pl.Expr) -> pl.Expr:
    """Place of a category in an order, the harmless first; absent for what is not in it."""
    places = {word: place for place, word in enumerate(codes().ranks[order])}
    return value.replace_strict(places, default=None, return_dtype=pl.Int64)


def _listed_rank(text: pl.Expr, separator: str, order: str, meaning: Mapping[str, str]) -> pl.Expr:
    """The worst of several codes in one cell; codes that are not known count as ``other``, an empty cell too."""
    places = {word: place for place, word in enumerate(codes().ranks[order])}
    ranks = {code: places[word] for code, word in meaning.items()}
    word = pl.element().str.strip_chars()
    parts = text.str.split(separator).list.eval(
        word.replace_strict(ranks, default=places["other"], return_dtype=pl.Int64)
    )
    return parts.list.max().fill_null(places["other"])


def _penalties(_on: date) -> list[pl.Expr]:
    return [_listed_rank(pl.col("kinds"), ";", "penalty", codes().penalty_kinds).alias("penalty")]


def _inspections(_on: date) -> list[pl.Expr]:
    """Result codes in the terms of the scheme; a row without a code set has codes of the general one."""
    is_older = (pl.col("code_set") == "disclosure").fill_null(value=False)
    ranks, problems = {}, {}
    for name, known in codes().results.items():
        meaning = {code: one.category for code, one in known.items()}
        ranks[name] = _listed_rank(pl.col("result"), ",", "inspection", meaning)
        bad = [code for code, one in known.items() if one.problem]
        found = pl.col("result").str.split(",").list.eval(pl.element().str.strip_chars().is_in(bad)).list.any()
        problems[name] = found.fill_null(value=False)
    rank = pl.when(is_older).then(ranks["disclosure"]).otherwise(ranks["general"])
    refused = codes().ranks["inspection"].index("refused")
    return [
        rank.alias("inspection"),
        pl.when(is_older).then(problems["disclosure"]).otherwise(problems["general"]).alias("problem"),
        (rank == refused).alias("refused"),
    ]


def _changes(_on: date) -> list[pl.Expr]:
    """A large capital that grew by a multiple, or a capital that fell to a part."""
    figures = codes().parameters
    before, after = (amount_in(pl.col(name)) for name in ("before", "after"))
    times = figures.capital_jump_times.value
    grew = (after >= figures.capital_jump_10k.value) & (before > 0) & (after >= before * times)
    fell = (before > 0) & (after * times <= before)
    is_jump = (pl.col("kind") == "capital") & (grew | fell)
    return [is_jump.fill_null(value=False).alias("capital_jump")]


def _licences(on: date) -> list[pl.Expr]:
    is_valid = (pl.col("valid_from") <= on) & (pl.col("valid_until").is_null() | (pl.col("valid_until") >= on))
    return [is_valid.fill_null(value=False).alias("valid")]


def _events(_on: date) -> list[pl.Expr]:
    """Accidents count whenever they were; a hazard counts until it is dealt with."""
    kind = pl.col("kind")
    is_open = (kind == "hazard") & pl.col("until_on").is_null()
    return [((kind == "accident") | is_open).fill_null(value=False).alias("safety")]


def _ratings(_on: date) -> list[pl.Expr]:
    made = []
    for order, words in codes().ratings.items():
        places = {word: codes().ranks[order].index(code) for word, code in words.items()}
        other = codes().ranks[order].index("other")
        rank = pl.col("value").replace_strict(places, default=other, return_dtype=pl.Int64)
        made.append(rank.alias(order))
    return made


def _address_checks(_on: date) -> list[pl.Expr]:
    return [rank_of("address", pl.col("result").fill_null("other")).alias("address")]


def _winding_up(_on: date) -> list[pl.Expr]:
    return [rank_of("winding_up", pl.col("kind").fill_null("other")).alias("winding_up")]


_EXTRA: Final[dict[str, Callable[[date], list[pl.Expr]]]] = {
    "penalties": _penalties,
    "inspections": _inspections,
    "changes": _changes,
    "licences": _licences,
    "events": _events,
    "ratings": _ratings,
    "address_checks": _address_checks,
    "winding_up": _winding_up,
}
