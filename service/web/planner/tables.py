"""Tables that a browser keeps as a workbook or as CSV."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import xlsxwriter
from fastapi.responses import Response

if TYPE_CHECKING:
    import polars as pl

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHEET_ROWS: Final = 100_000
_WIDTH: Final = 16


def table_response(table: pl.DataFrame, name: str) -> Response:
    """A workbook; a table too long for one becomes CSV (UTF-8 with a mark, as spreadsheets want it)."""
    if table.height > MOST_SHEET_ROWS:
        return download(table.write_csv(include_bom=True).encode(), f"{name}.csv", "text/csv; charset=utf-8")
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, table.columns, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(table.width - 1, 0), _WIDTH)
        for number, row in enumerate(table.iter_rows(), 1):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write_string(number, place, str(cell))
    return download(out.getvalue(), f"{name}.xlsx", XLSX)


def download(data: bytes, name: str, media_type: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)
