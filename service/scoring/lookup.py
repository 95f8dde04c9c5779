"""One enterprise out of a table, and its result with every indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from kernel.errors import InputError
from service.scoring.source import FAULTS, Source, scan_table, unreadable
from supervision.row import Result, RowScorer
from supervision.scheme import USCC
from supervision.table import code_texts

if TYPE_CHECKING:
    from datetime import date

    from supervision.scheme import Scheme


def explain(source: Source, code: str, scheme: Scheme, on: date) -> Result:
    """Score one enterprise of a table; the first of its rows where there are several.

    Raises:
        InputError: ``enterprise_unknown``: no row has the code.
    """
    places = _places(source, code)
    if not places:
        raise InputError.at("", "enterprise_unknown", uscc=code, file=str(source.path))
    return RowScorer(scheme, on).score(row_at(source, places[0]), duplicate=len(places) > 1)


def row_at(source: Source, place: int) -> dict[str, Any]:
    """A row under the names of the scheme, in plain units."""
    frame = source.read(place, 1)
    row = frame.with_columns(code_texts(frame[USCC])).row(0, named=True)
    scales = {name: scale for name, scale in source.layout.scales.items() if row.get(name) is not None}
    return row | {name: row[name] / scale for name, scale in scales.items()}


def _places(source: Source, code: str) -> list[int]:
    """Where the code stands: only its column is read."""
    column = pl.col(source.layout.names[USCC])
    scan = scan_table(source.path).select(column.cast(pl.String).alias(USCC)).with_row_index("place")
    try:
        return scan.filter(pl.col(USCC) == code).select("place").collect().to_series().to_list()
    except FAULTS as error:
        raise unreadable(source.path, error) from error
