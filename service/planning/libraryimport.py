"""What a file would change in a library, before it is kept; and the file with what is wrong beside its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from kernel.errors import InputError
from service.planning import libraries
from service.planning.entrysheet import by_row
from service.planning.sheets import read_sheet
from supervision.tablerows import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.planning.libraries import Import
    from service.work import Work

_EXAMPLES: Final = 5
_MOST_ROWS: Final = 100_000
"""Rows that go back beside their faults; of a longer file only the faulty ones."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows that a file adds, changes, takes out, by their first column; with some of each."""

    added: int
    changed: int
    removed: int
    examples: dict[str, list[str]]


def difference(work: Work, new: Import) -> Difference:
    """Hold a file that was read against the library that is in force."""
    before = libraries.export(work, new.kind) if libraries.current(work, new.kind) else libraries.template(new.kind)
    now = libraries.table_of(new)
    key = now.columns[0]
    rest = [name for name in now.columns[1:] if name in before.columns]
    old = before.select(key, pl.struct(rest).hash().alias("old")) if before.height else _nothing(key)
    both = now.select(key, pl.struct(rest).hash().alias("new")).join(old, on=key, how="full", coalesce=True)
    states = {
        "added": both.filter(pl.col("old").is_null()),
        "changed": both.filter(pl.col("old").is_not_null() & (pl.col("new") != pl.col("old"))),
        "removed": both.filter(pl.col("new").is_null()),
    }
    counts = {name: rows.height for name, rows in states.items()}
    return Difference(**counts, examples={name: rows[key].head(_EXAMPLES).to_list() for name, rows in states.items()})


def _nothing(key: str) -> pl.DataFrame:
    return pl.DataFrame(schema={key: pl.String, "old": pl.UInt64})


def remarked(kind: str, file: str, path: Path) -> tuple[Sequence[Sequence[Any]], dict[int, list[str]]]:
    """Return the rows of a file as they were sent, and what is wrong by row (counted from 1)."""
    try:
        libraries.read(kind, file, path)
    except InputError as error:
        said = by_row(error)
    else:
        said = {}
    rows = [[text_of(cell) for cell in row] for row in _rows(file, path)]
    if len(rows) <= _MOST_ROWS:
        return rows, said
    wanted = sorted({1, *said})
    places = {number: place for place, number in enumerate(wanted, 1)}
    return [rows[number - 1] for number in wanted], {places[number]: words for number, words in said.items()}


def _rows(file: str, path: Path) -> Sequence[Sequence[Any]]:
    if path.suffix.lower() == ".parquet":
        table = libraries.object_table(file, path)
        return [table.columns, *table.iter_rows()]
    return list(read_sheet(file, path))
