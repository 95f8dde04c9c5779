"""Random and adversarial tables for a scheme, and the row function over a table."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from kernel.identifiers import uscc_check_character
from supervision.row import RowScorer
from supervision.table import TableScorer, code_texts
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision.scheme import Column, Scheme

ON = date(2026, 11, 24)
NATURAL = {"int": pl.Int64, "number": pl.Float64, "bool": pl.Boolean, "date": pl.Date, "category": pl.String}


def code(rng: random.Random) -> str:
    body = "91210200" + "".join(rng.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=9))
    return body + uscc_check_character(body)


def odd_code(rng: random.Random) -> str | None:
    good = code(rng)
    odd = [good[:-1] + "0", good[:10], good.lower(), f" {good}", "９" + good[1:], good[:5] + "I" + good[6:], good + "9"]
    return rng.choice([good, good, good, *odd, "", "  ", None, "X" * 18, "12", "\U0001f600" * 4 + "ab"])


def cuts(scheme: Scheme, column: Column) -> list[Any]:
    """Values at which the points of a column change."""
    found: list[Any] = []
    for one in scheme.indicators:
        if column not in one.columns:
            continue
        if column.type == "date":
            found += [threshold(ON, one.spec.unit, int(cut)) for cut in one.cuts]  # type: ignore[union-attr]
        else:
            found += [float(cut) for cut in one.cuts]
    return found


def value(rng: random.Random, scheme: Scheme, column: Column) -> Any:  # noqa: ANN401 - any cell
    """A value that can be read, often on a cut or just beside one, sometimes absent."""
    if rng.random() < 0.15:
        return None
    return VALUES[column.type](rng, column, cuts(scheme, column))


def _int(rng: random.Random, column: Column, at: list[Any]) -> int:
    is_near = at and rng.random() < 0.7
    found = int(rng.choice(at)) + rng.choice((-1, 0, 0, 1)) if is_near else rng.choice((0, 1, 254, 255, 10**9))
    return min(max(found, int(column.low)), int(column.high))


def _number(rng: random.Random, column: Column, at: list[Any]) -> float:
    near = rng.choice(at) + rng.choice((-1e-4, 0, 0, 1e-4, 0.3)) if rng.random() < 0.8 else rng.random() * column.high
    return min(max(near, column.low), column.high)


def _date(rng: random.Random, column: Column, at: list[Any]) -> date:
    near = rng.choice(at) if at and rng.random() < 0.7 else ON - timedelta(days=rng.randrange(20000))
    return min(max(near + timedelta(days=rng.choice((-1, 0, 0, 1))), column.first_day), ON)


def _category(rng: random.Random, column: Column, _at: list[Any]) -> str:
    return rng.choice((*column.categories, "没见过的", f" {column.categories[0]} "))


VALUES: dict[str, Callable[..., Any]] = {
    "int": _int,
    "number": _number,
    "bool": lambda rng, _column, _at: rng.random() < 0.3,
    "date": _date,
    "category": _category,
}


def table(scheme: Scheme, seed: int, count: int) -> pl.DataFrame:
    """A natural table without a value that cannot be read; codes are odd now and then."""
    rng = random.Random(seed)  # noqa: S311 - made-up tables
    data: dict[str, pl.Series] = {"uscc": pl.Series([odd_code(rng) for _ in range(count)], dtype=pl.String)}
    for name, column in scheme.columns.items():
        data[name] = pl.Series([value(rng, scheme, column) for _ in range(count)], dtype=NATURAL[column.type])
    return pl.DataFrame(data)


def clean(scheme: Scheme, seed: int, count: int) -> pl.DataFrame:
    """The same, with known categories and right codes only: it can be brought into the tight layout."""
    frame = table(scheme, seed, count)
    rng = random.Random(seed + 1)  # noqa: S311 - made-up tables
    known = [
        pl.col(name).str.strip_chars().replace("没见过的", column.spec.other)
        for name, column in scheme.columns.items()
        if column.type == "category"
    ]  # fmt: skip
    return frame.with_columns(pl.Series("uscc", [code(rng) for _ in range(count)]), *known)


def by_row(scheme: Scheme, frame: pl.DataFrame, duplicates: set[str] = frozenset()) -> list[dict[str, Any]]:  # type: ignore[assignment]
    scorer = RowScorer(scheme, ON)
    rows = frame.with_columns(code_texts(frame["uscc"])).to_dicts()
    return [scorer.score(row, duplicate=row["uscc"] in duplicates).as_row() for row in rows]


def in_bulk(scheme: Scheme, frame: pl.DataFrame, scales: dict[str, int] | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = TableScorer(scheme, ON, scales).score(frame).to_dicts()
    return rows


STRANGE: dict[str, list[Any]] = {
    "int": [-1, 2.5, float("inf"), float("nan"), "abc", "12", "1e3", "", 10**12, "１２"],
    "number": [-0.5, float("inf"), float("-inf"), float("nan"), "text", "3.5", 1e30],
    "bool": ["true", "否", "maybe", "1", "2", " 是 "],
    "date": ["2026-02-30", "2020-01-01", "today", "2999-01-01", "1800-01-01", datetime(2020, 1, 1, 23, 59)],  # noqa: DTZ001
    "category": ["", "  ", "?"],
}
