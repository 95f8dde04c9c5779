"""A list as a workbook: the columns and rows the reader sees, all that match."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from fastapi.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.web.listing import State

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH: Final = 18


def workbook(state: State[Any], rows: Sequence[Any]) -> Response:
    """The answer with the file; text stays text, so that nothing in it is taken for a formula."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(state.listing.title[:31])
    sheet.write_row(0, 0, [column.title for column in state.columns], book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(state.columns) - 1, _WIDTH)
    for number, row in enumerate(rows, 1):
        for place, column in enumerate(state.columns):
            _write(sheet, number, place, column.cell(row).text, is_number=column.is_number)
    sheet.autofilter(0, 0, max(1, len(rows)), len(state.columns) - 1)
    book.close()
    name = f'attachment; filename="{state.listing.name}.xlsx"'
    return Response(made.getvalue(), media_type=MEDIA_TYPE, headers={"Content-Disposition": name})


def workbook_of(name: str, title: str, headings: Sequence[str], lines: Iterable[Sequence[str]]) -> Response:
    """The answer with a plain table as a workbook; every cell is text."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, _WIDTH)
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text)
    book.close()
    head = f'attachment; filename="{name}.xlsx"'
    return Response(made.getvalue(), media_type=MEDIA_TYPE, headers={"Content-Disposition": head})


def _write(sheet: Any, row: int, column: int, text: str, *, is_number: bool) -> None:  # noqa: ANN401 - untyped library
    plain = text.replace(",", "")
    if is_number and plain.removeprefix("-").replace(".", "", 1).isdigit():
        sheet.write_number(row, column, float(plain))
    else:
        sheet.write_string(row, column, text)
