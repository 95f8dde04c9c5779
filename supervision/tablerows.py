"""Tables that an office keeps (items, objects, inspectors, plans): strict reading and writing by column.

Cells come as a workbook or a CSV file gives them. Every fault names file, row and column; nothing is repaired
or left out silently.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import CodedValueError, FieldError, InputError, pointer
from supervision.drawtext import identifier_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Fault = tuple[str, str, dict[str, object]]
"""Heading, code and parameters of what is wrong with a record."""
MOST_FAULTS: Final = 50
REMARKS: Final = "检查结果"
"""Heading of the column in which a table comes back with what is wrong; nobody has to take it out again."""
_LONGEST: Final = 1000
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_WHOLE: Final = re.compile(r"-?(?:0|[1-9]\d{0,11})")
_BETWEEN: Final = re.compile(r"[;；,，、\n]+")
_YES: Final = frozenset({"是", "true", "TRUE", "1"})
_NO: Final = frozenset({"否", "false", "FALSE", "0", ""})


class CellError(CodedValueError):
    """What a cell says cannot be taken."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in our records, its heading, and what makes a value of the text of a cell.

    ``also``: other headings it is known by. ``show`` writes a value back. A column that is ``needed`` must be there
    and filled in every row.
    """

    name: str
    heading: str
    read: Callable[[str], Any]
    needed: bool = False
    also: tuple[str, ...] = ()
    show: Callable[[Any], str] = str


def read_rows(
    columns: Sequence[Column],
    file: str,
    rows: Iterable[Sequence[object]],
    key: str | None = None,
    check: Callable[[Mapping[str, Any]], Iterable[Fault]] = lambda _: (),
    most: int = MOST_FAULTS,
) -> list[dict[str, Any]]:
    """Return the records of a table; an empty row is none, an empty cell is None.

    Args:
        columns: of the table.
        file: its name, for the messages.
        rows: the heading first; rows are counted from 1, as a spreadsheet shows them.
        key: the column whose values stand once.
        check: says what is wrong with a record whose cells can all be read.
        most: faults that are told at once.

    Raises:
        InputError: names file, row and column of the faults.
    """
    cells = iter(rows)
    places = _places(columns, file, next(cells, ()))
    faults: list[FieldError] = []
    found: list[dict[str, Any]] = []
    seen: dict[object, int] = {}
    for line, row in enumerate(cells, 2):
        texts = {one.name: text_of(row[place]) if place < len(row) else "" for one, place in places}
        if not any(texts.values()):
            continue
        record: dict[str, Any] = {one.name: None for one in columns}
        before = len(faults)
        for one, _ in places:
            record[one.name] = _value(one, texts[one.name], (file, line), faults)
        if len(faults) == before:
            faults += [cell_error(file, line, heading, code, **params) for heading, code, params in check(record)]
        if key and record[key] is not None and seen.setdefault(record[key], line) != line:
            heading = next(one.heading for one in columns if one.name == key)
            faults.append(cell_error(file, line, heading, "library_twice", value=record[key], first=seen[record[key]]))
        found.append(record)
        if len(faults) >= most:
            break
    refuse(faults, most)
    return found


def refuse(faults: Sequence[FieldError], most: int = MOST_FAULTS) -> None:
    """Raise the faults together, if there are any.

    Raises:
        InputError: with the first ``most`` of them.
    """
    if faults:
        shown = faults[:most]
        raise InputError(shown, shown[0].code, **shown[0].params)


def cell_error(file: str, line: int, heading: str, code: str, /, **params: object) -> FieldError:
    """Return the fault of a cell."""
    about = f"{file} 第 {line} 行“{heading}”"
    return FieldError(pointer(file, line, heading), code, {**params, "about": about})


def _places(columns: Sequence[Column], file: str, heading: Sequence[object]) -> list[tuple[Column, int]]:
    """Find each column's place; refuse headings that are unknown, repeated or missing."""
    names = {known: one for one in columns for known in (one.heading, one.name, *one.also)}
    texts = [text_of(cell) for cell in heading]
    texts = ["" if text == REMARKS else text for text in texts]
    faults = [
        cell_error(file, 1, text, "library_heading_unknown", value=text, allowed=[one.heading for one in columns])
        for text in texts
        if text and text not in names
    ]
    places: dict[str, int] = {}
    for place, text in enumerate(texts):
        if text not in names:
            continue
        if names[text].name in places:
            faults.append(cell_error(file, 1, text, "library_heading_twice"))
        places[names[text].name] = place
    missing = [one.heading for one in columns if one.needed and one.name not in places]
    faults += [cell_error(file, 1, name, "library_heading_missing", value=name) for name in missing]
    refuse(faults)
    return [(one, places[one.name]) for one in columns if one.name in places]


def _value(column: Column, text: str, where: tuple[str, int], faults: list[FieldError]) -> object:
    file, line = where
    if not text:
        if column.needed:
            faults.append(cell_error(file, line, column.heading, "library_empty"))
        return None
    try:
        return column.read(text)
    except CodedValueError as error:
        faults.append(cell_error(file, line, column.heading, error.code, **error.params))
        return None


def write_rows(columns: Sequence[Column], records: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return heading and rows; reading them again gives the same records."""
    return [
        [one.heading for one in columns],
        *([_shown(one, record.get(one.name)) for one in columns] for record in records),
    ]


def _shown(column: Column, value: object) -> str:
    return "" if value is None else column.show(value)


def text_of(cell: object) -> str:
    """Return a cell as text: whole numbers without a fraction, days as YYYY-MM-DD, without blanks around it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, list | tuple):
        return "；".join(map(text_of, cell))
    return unicodedata.normalize("NFC", str(cell)).strip().removeprefix("\ufeff")


# -- what a cell may say --------------------------------------------------------------------------


def words(text: str) -> str:
    """Read any text of up to 1000 characters."""
    if len(text) > _LONGEST:
        raise CellError("library_too_long", most=_LONGEST)
    return text


def name(text: str) -> str:
    """Read an identifier as the files of a draw take it."""
    if identifier_fault(text):
        raise CellError("library_name", value=text)
    return text


def day(text: str) -> date:
    """Read a day: 2026-03-01, 2026/3/1 or 2026年3月1日."""
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise CellError("library_day", value=text)


def flag(text: str) -> bool:
    """Read 是 or 否."""
    if text not in _YES | _NO:
        raise CellError("library_flag", value=text)
    return text in _YES


def show_flag(value: bool) -> str:  # noqa: FBT001 - a cell's value
    """Write 是 or 否."""
    return "是" if value else "否"


def place(text: str) -> str:
    """Read a region code of six digits."""
    if len(text) != len("210200") or not text.isascii() or not text.isdigit():
        raise CellError("library_region", value=text)
    return text


def whole(least: int, most: int) -> Callable[[str], int]:
    """Make the reader of whole numbers between two."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise CellError("library_whole", value=text, least=least, most=most)
        return int(text)

    return read


def choice(allowed: Mapping[str, str]) -> Callable[[str], str]:
    """Make the reader of a closed list: a code, or its Chinese name."""
    codes = {**{word: code for code, word in allowed.items()}, **{code: code for code in allowed}}

    def read(text: str) -> str:
        if text not in codes:
            raise CellError("library_choice", value=text, allowed=list(allowed.values()))
        return codes[text]

    return read


def several(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Make the reader of a list with 、 ； or a comma between."""

    def read_all(text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        return tuple(dict.fromkeys(read(part) for part in parts))

    return read_all


def show_several(values: Iterable[object]) -> str:
    """Write a list."""
    return "；".join(map(str, values))


def show_choice(allowed: Mapping[str, str]) -> Callable[[str], str]:
    """Make the writer of a closed list."""
    return lambda code: allowed[code]
