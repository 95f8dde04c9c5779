"""A list of thirty items as an office would make it in Excel: titles above, headings in two rows, sections, notes.

Written from nothing by the tests; the mistakes are those that people make.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

SHEET = "清单"
FIRST_ROW = 6
"""Row of the first item: two titles, two rows of headings and a section stand above."""
MERGED = 5
"""Number of the item whose conditions may stand in several rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the office words it."""

    act: str
    forbidden: str
    penal: str
    penalty: str
    cases: str
    until: Any = ""
    violation: str = ""
    note: str = ""


_DATA = yaml.safe_load((Path(__file__).parent / "cases" / "office.yaml").read_text("utf-8"))
TITLE: str = _DATA["title"]
SECTIONS: dict[int, str] = _DATA["sections"]
RIGHT = tuple(Row(**row) for row in _DATA["rows"])
MISTAKES = {one.pop("number"): one for one in _DATA["mistakes"]}
"""Number of the item → what is written wrongly in its row."""


def rows(*, mistakes: bool) -> list[Row]:
    """The items, with or without the slips."""
    wrong = MISTAKES if mistakes else {}
    return [replace(row, **wrong.get(number, {})) for number, row in enumerate(RIGHT, 1)]


def write(path: Path, written: list[Row], *, merged_number: bool = False) -> None:
    """Write the table. ``merged_number``: the conditions of one item (:data:`MERGED`) in rows of their own."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "align": "center", "text_wrap": True})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        _head(sheet, bold)
        at = 4
        for number, row in enumerate(written, 1):
            if number in SECTIONS:
                sheet.merge_range(at, 0, at, 8, SECTIONS[number], bold)
                at += 1
            conditions = row.cases.splitlines() if merged_number and number == MERGED else [row.cases]
            last = at + len(conditions) - 1
            cells = [number, row.act, row.forbidden, row.penal, row.penalty, None, row.until, row.violation, row.note]
            for column, value in enumerate(cells):
                if column == 5:
                    for offset, one in enumerate(conditions):
                        sheet.write_string(at + offset, column, one, text)
                elif last > at:
                    sheet.merge_range(at, column, last, column, value, text)
                else:
                    sheet.write(at, column, value, text)
            at = last + 1
        sheet.merge_range(at + 1, 0, at + 1, 8, "注：本清单由市市场监督管理局负责解释。", text)
        sheet.set_row(at + 6, 30)


def _head(sheet: Any, bold: Any) -> None:  # noqa: ANN401  (the library publishes no types)
    sheet.merge_range(0, 0, 0, 8, TITLE, bold)
    sheet.merge_range(1, 0, 1, 8, "（共30项）", bold)
    for column, name in (
        (0, "序号"),
        (1, "违法行为"),
        (4, "处罚种类和幅度"),
        (5, "不予处罚情形"),
        (6, "有效期至"),
        (7, "案由"),
        (8, "备注"),
    ):
        sheet.merge_range(2, column, 3, column, name, bold)
    sheet.merge_range(2, 2, 2, 3, "法律依据", bold)
    sheet.write(3, 2, "违反依据", bold)
    sheet.write(3, 3, "处罚依据", bold)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 5, 30)
