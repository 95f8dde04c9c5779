"""The cells of a workbook, whoever made it: .xlsx, .xls, .ods or .csv.

Rows and columns count from 1, as people read them. A merged cell has its value in every place that it
covers. Text keeps its line breaks; what is only blank is empty.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from kernel.errors import InputError
from service.errors import UsageError
from service.exchange.xlsxparts import (
    WORKBOOK,
    BadPackageError,
    SheetFacts,
    letters,
    read_parts,
    sheet_facts,
    sheet_parts,
)

if TYPE_CHECKING:
    from pathlib import Path

Value = str | int | float | bool | date | None
_MOST_BYTES: Final = 40_000_000
_MOST_ROWS: Final = 50_000
_MOST_COLUMNS: Final = 400
_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv")
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and where it stands; ``trouble`` is the code of what is wrong with the cell itself."""

    sheet: str
    row: int
    column: int
    value: Value = None
    trouble: str = ""

    @property
    def reference(self) -> str:
        """``K5``."""
        return f"{letters(self.column)}{self.row}"

    @property
    def text(self) -> str:
        """The value as text, without blanks around it."""
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if isinstance(self.value, float):
            return str(int(self.value)) if self.value == int(self.value) else repr(self.value)
        if isinstance(self.value, date):
            return self.value.isoformat()
        return "" if self.value is None else str(self.value).strip()

    @property
    def blank(self) -> bool:
        """Whether nothing stands here (an error value is not nothing)."""
        return not self.text and not self.trouble


@dataclass(slots=True)
class Sheet:
    """One sheet: ``rows`` as read, merged cells by the place of their first cell."""

    name: str
    rows: list[list[Value]]
    hidden: bool = False
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    facts: SheetFacts = field(default_factory=SheetFacts)
    width: int = field(init=False)

    def __post_init__(self) -> None:
        """Count the columns that have anything in them."""
        self.width = max((len(row) for row in self.rows), default=0)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The first place of the merged cell that covers this one; the place itself otherwise."""
        return self.merged.get((row, column), (row, column))

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place, with the value of the merged cell that covers it."""
        return self._at(self.anchor(row, column), (row, column))

    def raw(self, row: int, column: int) -> Cell:
        """The cell at a place by itself: inside a merged cell only the first place has the value."""
        return self._at((row, column), (row, column))

    def _at(self, source: tuple[int, int], where: tuple[int, int]) -> Cell:
        row, column = source
        inside = 0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1])
        value = self.rows[row - 1][column - 1] if inside else None
        return Cell(self.name, *where, _plain(value), self._trouble(source))

    def _trouble(self, source: tuple[int, int]) -> str:
        if source in self.facts.errors:
            return "exchange_error_value"
        return "exchange_uncomputed" if source in self.facts.uncomputed else ""


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its sheets in order, hidden ones too."""

    name: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name."""
        return next((one for one in self.sheets if one.name == name), None)


def read_book(path: Path) -> Book:
    """Read a workbook.

    Raises:
        UsageError: there is no such file, or it is of a kind that we do not read.
        InputError: it is damaged, has a password, or is too large.
    """
    if not path.is_file():
        raise UsageError("file_is_folder" if path.is_dir() else "file_not_found", file=str(path))
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError("exchange_suffix", file=path.name, allowed="、".join(_SUFFIXES))
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(code="exchange_too_large", file=path.name)
    sheets = _csv(path) if suffix == ".csv" else _workbook(path)
    if any(len(one.rows) > _MOST_ROWS or one.width > _MOST_COLUMNS for one in sheets):
        raise InputError(code="exchange_too_large", file=path.name)
    return Book(path.name, tuple(sheets))


def _workbook(path: Path) -> list[Sheet]:
    from python_calamine import (  # noqa: PLC0415  (start-up time of other commands)
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
    )

    try:
        # By its content: many a file has an extension that it should not have.
        with CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())) as book:
            facts = _facts(path)
            sheets = []
            for meta in book.sheets_metadata:
                found = book.get_sheet_by_name(meta.name)
                rows: list[list[Value]] = found.to_python(skip_empty_area=False)  # type: ignore[assignment]
                merged = _merged(found.merged_cell_ranges or ())
                hidden = meta.visible != SheetVisibleEnum.Visible
                sheets.append(Sheet(meta.name, rows, hidden, merged, facts.get(meta.name, SheetFacts())))
            return sheets
    except PasswordError as error:
        raise InputError(code="exchange_password", file=path.name) from error
    except (CalamineError, BadPackageError, OSError, ValueError) as error:
        raise InputError(code="exchange_damaged", file=path.name) from error


def _merged(ranges: object) -> dict[tuple[int, int], tuple[int, int]]:
    found = {}
    for (top, left), (bottom, right) in ranges:  # type: ignore[attr-defined]
        for row in range(top, min(bottom, _MOST_ROWS) + 1):
            for column in range(left, min(right, _MOST_COLUMNS) + 1):
                found[row + 1, column + 1] = (top + 1, left + 1)
    return found


def _facts(path: Path) -> dict[str, SheetFacts]:
    if not zipfile.is_zipfile(path):
        return {}
    parts = read_parts(path)
    if WORKBOOK not in parts:
        return {}
    return {name: sheet_facts(parts[part]) for name, part in sheet_parts(parts).items() if part in parts}


def _csv(path: Path) -> list[Sheet]:
    data = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.partition("\n")[0]
        mark = max(",\t;，", key=first.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return [Sheet(path.stem, [[cell or None for cell in row] for row in rows])]
    raise InputError(code="exchange_damaged", file=path.name)


def _plain(value: object) -> Value:
    """Days without a time, text without the marks that Excel writes for control characters."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, str):
        text = value.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
        text = text.replace("\xa0", " ").replace("\ufeff", "").replace("\u200b", "")
        return text if text.strip() else None
    return value  # type: ignore[return-value]
