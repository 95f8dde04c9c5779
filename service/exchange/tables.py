"""Rows under known headings, in the tables that offices make.

Above the headings there may be titles; the headings may take two rows; a number may stand in a merged
cell beside several rows of conditions; headings may be repeated on every printed page; notes may
follow below. All of that is read, and what was done about it is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from rules.table_numbers import narrow
from service.exchange.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.exchange.faults import Faults
    from service.exchange.grid import Sheet

_LOOKED_AT: Final = 20
_GO_ON: Final = frozenset(
    {"conditions", "exclusions", "prohibition", "penalty_basis", "other_basis", "any_basis", "penalty", "note"}
)
_BRACKETS: Final = re.compile(r"[(（\[【].*?[)）\]】]")
_NOTE: Final = re.compile(r"^(?:注|备注|说明|填表|制表|审核|联系|附|本表|本清单|[*※])")
_SECTION: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十]{1,3}[部章])(?P<title>.+)$"
)
ERRORS: Final = "错误说明"
LACKING: Final = "待办"
OURS: Final = frozenset({ERRORS, LACKING})
"""Headings of columns that we add for people; they are never read."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column we know: its key, the heading we write, and other headings for the same."""

    key: str
    header: str
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Record:
    """One row of a table (or several that belong together), by the keys of its columns."""

    sheet: str
    row: int
    cells: dict[str, Cell] = field(default_factory=dict)
    last: int = 0
    section: str = ""

    def text(self, key: str) -> str:
        """The text of a column; empty where the table has none such."""
        cell = self.cells.get(key)
        return cell.text if cell else ""

    def cell(self, key: str) -> Cell:
        """The cell of a column, or the row itself where the table has none such."""
        return self.cells.get(key) or Cell(self.sheet, self.row, 0)


@dataclass(slots=True)
class Table:
    """What was read of a sheet: its records, where each column stands, and the titles above."""

    sheet: str
    columns: dict[str, int]
    headers: dict[str, str]
    heading_row: int
    titles: tuple[str, ...] = ()
    records: list[Record] = field(default_factory=list)


def read_table(
    sheet: Sheet, headings: Sequence[Heading], faults: Faults, *, least: int = 3, key: str = ""
) -> Table | None:
    """Read the rows of a sheet; None where fewer than ``least`` of the headings stand in it.

    ``key`` names the column whose blanks continue the row above (title of an item); without it
    every row with anything in it is a record of its own.
    """
    table = _find(sheet, headings, least)
    if table is None:
        return None
    _unknown(sheet, table, faults)
    section = ""
    for row in range(table.heading_row + 1, len(sheet.rows) + 1):
        if _is_blank(sheet, table, row) or _is_heading(sheet, row, table):
            continue
        lone = _lone_text(sheet, row)
        if lone and (_NOTE.match(lone) or _SECTION.match(lone)):
            match = _SECTION.match(lone)
            section = match["title"].strip() if match else section
            faults.note_row(sheet.name, row, "exchange_section" if match else "exchange_note_row", value=lone)
            continue
        _take(sheet, table, row, key, section, faults)
        if row in sheet.facts.hidden_rows:
            faults.note_row(sheet.name, row, "exchange_hidden_row")
    _formulas(sheet, table, faults)
    return table


def _find(sheet: Sheet, headings: Sequence[Heading], least: int) -> Table | None:
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        found = match_headings([sheet.raw(row, at).text for at in range(1, sheet.width + 1)], headings)
        if len(found) > best[0]:
            best = (len(found), row, found)
    count, row, columns = best
    if count < least:
        return None
    last, columns = _second_row(sheet, row, columns, headings)
    names = {one: sheet.cell(last, at).text or sheet.cell(row, at).text for one, at in columns.items()}
    titles = tuple(text for above in range(1, row) if (text := _lone_text(sheet, above)))
    return Table(sheet.name, columns, names, last, titles)


def _second_row(
    sheet: Sheet, row: int, columns: dict[str, int], headings: Sequence[Heading]
) -> tuple[int, dict[str, int]]:
    """Headings below headings: 法律依据 over 违反依据 and 处罚依据."""
    below = [sheet.raw(row + 1, at).text for at in range(1, sheet.width + 1)]
    found = match_headings(below, headings)
    written = [text for text in below if text and _plain(text) not in OURS]
    if not written or len(found) < len(written):
        return row, columns
    taken = set(found.values())
    kept = {key: at for key, at in columns.items() if at not in taken and key not in found}
    return row + 1, kept | found


def match_headings(texts: Sequence[str], headings: Sequence[Heading]) -> dict[str, int]:
    """Which column (from 1) each known heading stands in; exact names before parts of names."""
    plain = [_plain(text) for text in texts]
    found: dict[str, int] = {}
    taken: set[int] = set()
    for exact in (True, False):
        for number, text in enumerate(plain, 1):
            if text and number not in taken:
                key = _key(text, headings, found, exact=exact)
                if key:
                    found[key] = number
                    taken.add(number)
    return found


@cache
def _plain(text: str) -> str:
    return re.sub(r"[\s:：*]", "", _BRACKETS.sub("", narrow(text)))


def _key(text: str, headings: Sequence[Heading], found: Mapping[str, int], *, exact: bool) -> str:
    if text in OURS:
        return ""
    best: tuple[int, str] = (0, "")
    for one in headings:
        for name in (one.header, *one.others):
            wanted = _plain(name)
            fits = text == wanted if exact else len(wanted) > 2 and wanted in text  # noqa: PLR2004  (序号 is in many)
            if fits and one.key not in found and len(wanted) > best[0]:
                best = (len(wanted), one.key)
    return best[1]


def _unknown(sheet: Sheet, table: Table, faults: Faults) -> None:
    known = set(table.columns.values())
    for at in range(1, sheet.width + 1):
        header = sheet.cell(table.heading_row, at).text
        if header and at not in known and _plain(header) not in OURS:
            faults.note(Cell(sheet.name, table.heading_row, at), header, "exchange_unknown_column", {"name": header})


def _is_blank(sheet: Sheet, table: Table, row: int) -> bool:
    return all(sheet.raw(row, at).blank for at in table.columns.values())


def _is_heading(sheet: Sheet, row: int, table: Table) -> bool:
    """Whether the headings stand here once more, as on every printed page."""
    repeated = sum(sheet.raw(row, at).text == table.headers[key] for key, at in table.columns.items())
    return repeated > len(table.columns) // 2


def _lone_text(sheet: Sheet, row: int) -> str:
    """The only text of a row (merged over it or not); empty where there is more."""
    texts = [text for at in range(1, sheet.width + 1) if (text := sheet.raw(row, at).text)]
    return texts[0] if len(texts) == 1 and sheet.anchor(row, 1)[0] == row else ""


def _take(sheet: Sheet, table: Table, row: int, key: str, section: str, faults: Faults) -> None:
    cells = {name: sheet.cell(row, at) for name, at in table.columns.items()}
    before = table.records[-1] if table.records else None
    if key and before and _continues(sheet, table, row, key):
        _append(before, cells, sheet, table, row)
        faults.note_row(sheet.name, row, "exchange_continued", first=before.row)
        return
    table.records.append(Record(sheet.name, row, cells, row, section))


def _continues(sheet: Sheet, table: Table, row: int, key: str) -> bool:
    """Whether a row belongs to the one above.

    Its title stands in a merged cell with that of the row above, or it has no number and no title and
    holds nothing but more of what a cell may go on with.
    """
    names = [name for name in ("id", "no", key) if name in table.columns]
    if not all(sheet.raw(row, table.columns[name]).blank for name in names):
        return False
    if key in table.columns and sheet.anchor(row, table.columns[key])[0] < row:
        return True
    written = {name for name, at in table.columns.items() if not sheet.raw(row, at).blank}
    return written <= _GO_ON


def _append(record: Record, cells: Mapping[str, Cell], sheet: Sheet, table: Table, row: int) -> None:
    record.last = row
    for name, cell in cells.items():
        if sheet.raw(row, table.columns[name]).blank:
            continue
        old = record.cells[name]
        joined = "\n".join(part for part in (old.text, cell.text) if part)
        record.cells[name] = Cell(old.sheet, old.row, old.column, joined, old.trouble or cell.trouble)


def _formulas(sheet: Sheet, table: Table, faults: Faults) -> None:
    for row, column in sorted(sheet.facts.formulas - sheet.facts.uncomputed):
        key = next((name for name, at in table.columns.items() if at == column), None)
        if key and row > table.heading_row and (row, column) not in sheet.facts.errors:
            cell = Cell(sheet.name, row, column)
            faults.note(cell, table.headers[key], "exchange_formula", {"value": sheet.raw(row, column).text})


def filled_down(records: Sequence[Record], key: str) -> Iterator[tuple[str, Record]]:
    """Records with the value of a column that is written only in the first of several rows."""
    current = ""
    for record in records:
        current = record.text(key) or current
        yield current, record
