"""Made-up registers written to files: cells as they are where the format has types, else as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from credit.synthetic import headings, rows
from service.tablefiles import write_table

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


def write_register(count: int, seed: int, on: date, out: Path, *, local: bool) -> None:
    """Write ``count`` made-up rows; ``local`` adds the columns that an office keeps beside the standard."""
    names = headings(local=local)
    cells = [tuple(None if cell is None else str(cell) for cell in row) for row in rows(count, seed, on, local=local)]
    write_table(pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row"), out)
