"""Tables written as CSV, workbook, Parquet or lines of JSON, by extension; complete or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

FORMATS: Final = (".csv", ".xlsx", ".parquet", ".ndjson")
_MOST_ROWS: Final = 1_048_575
"""What a sheet holds below its headings."""
_NUMBER: Final = r"^[-+]?[0-9]+(\.[0-9]+)?$"
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table; OSError where it cannot be written, or a sheet cannot hold it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(frame, draft, path.suffix.lower())
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _write(frame: pl.DataFrame, draft: Path, kind: str) -> None:
    if kind == ".parquet":
        frame.write_parquet(draft)
    elif kind == ".ndjson":
        frame.write_ndjson(draft)
    elif kind == ".csv":
        _harmless(frame).write_csv(draft, include_bom=True)
    else:
        _write_sheets(frame, draft)


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """A cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    texts = pl.col(pl.String)
    risky = texts.str.slice(0, 1).is_in(_FORMULAS) & ~texts.str.contains(_NUMBER)
    return frame.with_columns(pl.when(risky).then(pl.lit("'") + texts).otherwise(texts).name.keep())


def _write_sheets(frame: pl.DataFrame, draft: Path) -> None:
    """One sheet after the other where one cannot hold the rows; nothing becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415  (only for workbooks)

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(draft), options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for part in frame.iter_slices(_MOST_ROWS) if frame.height else (frame,):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, part.columns)
            for number, row in enumerate(part.iter_rows(), 1):
                for place, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, place, cell, *([day] if part.dtypes[place] == pl.Date else []))
