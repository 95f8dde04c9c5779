"""Findings as a table, one row a record in the order of the register: what ``repair scan`` writes."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import polars as pl

from credit.scan import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from credit.register import Entry
    from credit.scan import Row

SCHEMA: Final[Mapping[str, type[pl.DataType]]] = {
    "row": pl.Int64,
    "record_id": pl.String,
    "number": pl.String,
    "party_name": pl.String,
    "uscc": pl.String,
    "authority": pl.String,
    "department": pl.String,
    "jurisdiction": pl.String,
    "decided_on": pl.Date,
    "published_on": pl.Date,
    "outcome": pl.String,
    "settled": pl.Boolean,
    "regime": pl.String,
    "class": pl.String,
    "earliest_on": pl.Date,
    "ends_on": pl.Date,
    "boundary": pl.Boolean,
    "confidence": pl.String,
    "rules": pl.String,
    "missing": pl.String,
    "overdue": pl.String,
    "overdue_since": pl.Date,
    "display": pl.String,
    "notice_served": pl.Boolean,
    "remarks": pl.String,
    "problem": pl.String,
}
"""Columns of the table. ``row``: 1 for the first record. ``display``: yes, no, unknown."""
PARTY: Final = "party"
RAW: Final[Mapping[str, type[pl.DataType]]] = {**SCHEMA, PARTY: pl.UInt64}
"""The same with a number that tells parties apart, natural persons too, without naming them."""
_SHOWN: Final = ("record_id", "number", "party_name", "uscc", "authority")
_PRIVATE: Final = frozenset({"party_name", "uscc"})
_NOTHING: Final = Finding(*[None] * len(Finding._fields))  # type: ignore[arg-type]  # a row without a finding


def table(rows: Sequence[Row], first: int, on: date) -> pl.DataFrame:
    """The rows as a table of the columns ``RAW``; ``first`` is the number of the first of them."""
    cells = [_cells(row, number, on) for number, row in enumerate(rows, first)]
    return pl.DataFrame(cells, schema=dict(RAW), orient="row")


def _cells(row: Row, number: int, on: date) -> tuple[object, ...]:
    entry = row.entry
    values = entry.values
    finding = row.finding or _NOTHING
    # A natural person is told by the number of the row alone.
    hidden = _PRIVATE if values["party_kind"] == "individual" else frozenset[str]()
    remarks = entry.remarks
    if entry.display_until and finding.ends_on and entry.display_until != finding.ends_on:
        remarks = [*remarks, "end_differs"]
    return (
        number,
        *(None if name in hidden else values[name] for name in _SHOWN),
        entry.department,
        values["jurisdiction"] or values["province"],
        values["decided_on"],
        values["published_on"],
        *finding,
        display(entry, on),
        entry.notice,
        " ".join(remarks) or None,
        row.problem,
        _party(values["uscc"] or values["party_name"]),
    )


def _party(name: object) -> int | None:
    if name is None:
        return None
    return int.from_bytes(blake2b(str(name).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def display(entry: Entry, on: date) -> str:
    """Whether the record is on display on a day, as far as the register tells: yes, no, unknown."""
    over = entry.display_until is not None and entry.display_until < on
    if entry.published is False or over:
        return "no"
    return "yes" if entry.published or entry.display_until else "unknown"


def with_duplicates(frame: pl.DataFrame) -> pl.DataFrame:
    """Add remarks about decision numbers that stand more than once in the register; from ``RAW`` to ``SCHEMA``.

    ``duplicate``: same number, department and party; ``number_shared``: same number and department,
    different parties, which several parties of one case may have.
    """
    shared = pl.len().over("number", "department")
    same = pl.when(pl.col(PARTY).is_not_null()).then(pl.len().over("number", "department", PARTY)).otherwise(1)
    numbered = pl.col("number").is_not_null()
    found = (
        pl.when(numbered & (same > 1))
        .then(pl.lit("duplicate"))
        .when(numbered & (shared > 1))
        .then(pl.lit("number_shared"))
    )
    remarks = pl.concat_str(pl.col("remarks"), found, separator=" ", ignore_nulls=True)
    return frame.with_columns(pl.when(remarks != "").then(remarks).alias("remarks")).drop(PARTY)
