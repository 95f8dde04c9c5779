"""Columns of a table: how a part of a document is shown in a cell, and read from it.

A cell that still shows what the document gives is not read at all: what people did not touch cannot
change. Only what differs is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from rules.table_numbers import narrow, parse_day, parse_number
from rules.table_values import TableError
from service.exchange.faults import CellError
from service.exchange.labels import STATUSES
from service.exchange.tables import Heading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.exchange.context import Context, Doc
    from service.exchange.grid import Cell
    from service.exchange.tables import Record

Shown = str | int | date | None
OPEN_ENDED: Final = frozenset({"", "长期", "长期有效", "无", "-", "—", "——", "/"})
UNKNOWN_DAY: Final = "不明"
ASSUMED_DAY: Final = "（推定）"
FIRST_DAY: Final = "2021-07-15"
"""From when an item holds whose source names no day (the interface's rule)."""
_SERIAL: Final = range(20_000, 80_000)
_EPOCH: Final = date(1899, 12, 30)
_SEPARATORS: Final = re.compile(r"[\n;；]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``read`` None: shown only, for people; ``choices`` names its drop-down list.

    ``late``: read after the others, which it is held against.
    """

    heading: Heading
    show: Callable[[Doc, Context], Shown]
    read: Callable[[Doc, Cell, Context], None] | None
    width: int = 14
    help: str = ""
    choices: str = ""
    rare: bool = False
    late: bool = False

    @property
    def key(self) -> str:
        """The name by which rows know it."""
        return self.heading.key

    @property
    def header(self) -> str:
        """Its heading in our own workbooks."""
        return self.heading.header


def same(cell: Cell, shown: Shown) -> bool:
    """Whether a cell still shows a value: blanks, line ends and the kind of number do not count."""
    if isinstance(shown, date):
        return cell.value == shown or _tidy(cell.text) == shown.isoformat()
    return _tidy(cell.text) == _tidy("" if shown is None else str(shown))


def _tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def merge(columns: Sequence[Column], record: Record, base: Doc, context: Context, *, known: bool) -> Doc:
    """The document that a row gives: ``base`` with every cell read that shows something else.

    ``known``: the row was written by us from this base, so that a blank cell takes something away.
    Otherwise every cell that is filled is read, and a blank one says nothing. Faults go to the context;
    the part of a faulty cell stays as it was.
    """
    document = dict(base)
    for column in sorted(columns, key=lambda column: column.late):
        cell = record.cells.get(column.key)
        if cell is None or column.read is None:
            continue
        if cell.trouble:
            context.faults.add(cell, column.header, cell.trouble)
        elif same(cell, column.show(base, context)) if known else cell.blank:
            continue
        else:
            read_cell(column, document, cell, context)
    return document


def read_cell(column: Column, document: Doc, cell: Cell, context: Context) -> None:
    """Read one cell into a document; what is wrong with it is noted."""
    assert column.read is not None  # noqa: S101  (callers leave out what is only shown)
    try:
        column.read(document, cell, context)
    except (CellError, TableError) as error:
        tell = context.faults.note if document.get("status") == "draft" else context.faults.add
        tell(cell, column.header, error.code, error.params)


def put(document: Doc, key: str, value: object) -> None:
    """Set a key, or take it away where there is nothing to say."""
    if value is None or value in ("", []):
        document.pop(key, None)
    else:
        document[key] = value


def text_column(heading: Heading, **look: Any) -> Column:  # noqa: ANN401  (width, help, choices, rare)
    """Free text, as it stands."""
    key = heading.key
    return Column(
        heading, lambda document, _: document.get(key), lambda document, cell, _: put(document, key, cell.text), **look
    )


def choice_column(heading: Heading, labels: Mapping[str, str], *, needed: bool = False, **look: Any) -> Column:  # noqa: ANN401
    """One of a few values, shown by its Chinese label."""
    key = heading.key

    def read(document: Doc, cell: Cell, _: Context) -> None:
        put(document, key, read_choice(cell.text, labels, heading.header, needed=needed))

    return Column(heading, lambda document, _: labels.get(document.get(key) or ""), read, **look)


def status_column(**look: Any) -> Column:  # noqa: ANN401
    """现行 or 草稿; a draft is in no decision."""

    def show(document: Doc, _: Context) -> Shown:
        return STATUSES[document.get("status") or "active"]

    def read(document: Doc, cell: Cell, _: Context) -> None:
        value = read_choice(cell.text, STATUSES, "状态")
        put(document, "status", "draft" if value == "draft" else None)

    return Column(Heading("status", "状态"), show, read, choices="status", **look)


def read_choice(text: str, labels: Mapping[str, str], header: str, *, needed: bool = False) -> str | None:
    """The value of a label.

    Raises:
        CellError: it is none of them, or nothing is written where something must be.
    """
    plain = text.strip()
    if not plain:
        if needed:
            raise CellError("exchange_required", header=header)
        return None
    found = next((value for value, label in labels.items() if plain in {label, value}), None)
    if found is None:
        raise CellError("exchange_choice", header=header, value=plain, allowed="、".join(labels.values()))
    return found


def flag_column(heading: Heading, **look: Any) -> Column:  # noqa: ANN401
    """是, or blank for no."""
    key = heading.key

    def read(document: Doc, cell: Cell, _: Context) -> None:
        put(document, key, read_flag(cell.text, heading.header) or None)

    return Column(heading, lambda document, _: "是" if document.get(key) else None, read, choices="yes", **look)


def read_flag(text: str, header: str) -> bool:
    """Whether 是 is written.

    Raises:
        CellError: something else is.
    """
    plain = text.strip()
    if plain in {"是", "√", "✓", "有", "Y", "y", "1"}:
        return True
    if plain in {"", "否", "无", "×", "N", "n", "0"}:
        return False
    raise CellError("exchange_choice", header=header, value=plain, allowed="是、否")


def day_column(heading: Heading, **look: Any) -> Column:  # noqa: ANN401
    """A day of its own (not an interval)."""
    key = heading.key

    def read(document: Doc, cell: Cell, _: Context) -> None:
        put(document, key, None if cell.blank else read_day(cell, heading.header).isoformat())

    return Column(heading, lambda document, _: shown_day(document.get(key)), read, choices="day", **look)


def shown_day(value: str | None) -> date | None:
    """The day of ISO text."""
    return date.fromisoformat(value) if value else None


def read_day(cell: Cell, header: str, code: str = "exchange_day") -> date:
    """A day, however it is written: a date cell, text, 20250207, a serial number of Excel.

    Raises:
        CellError: it is no day.
    """
    value = cell.value
    if isinstance(value, date):
        return value
    found = parse_day(cell.text)
    if found is None and isinstance(value, int | float) and int(value) == value and int(value) in _SERIAL:
        found = _EPOCH + timedelta(days=int(value))
    if found is None:
        raise CellError(code, header=header, value=cell.text)
    return found


def interval_columns(start: Heading, end: Heading, **look: Any) -> tuple[Column, Column]:  # noqa: ANN401
    """First day and last day (included) of ``in_force``; 不明 where the source names no first day."""

    def show_start(document: Doc, _: Context) -> Shown:
        inside = document.get("in_force") or {}
        if inside.get("day_known") is False:
            return UNKNOWN_DAY if inside["from"] == FIRST_DAY else inside["from"] + ASSUMED_DAY
        return shown_day(inside.get("from"))

    def read_start(document: Doc, cell: Cell, _: Context) -> None:
        inside = dict(document.get("in_force") or {"until": None})
        if cell.text in {UNKNOWN_DAY, "未知", "未载明"}:
            inside |= {"from": FIRST_DAY, "day_known": False}
        elif isinstance(cell.value, str) and cell.text.endswith(ASSUMED_DAY):
            day = replace(cell, value=cell.text.removesuffix(ASSUMED_DAY))
            inside |= {"from": read_day(day, start.header, "exchange_start_day").isoformat(), "day_known": False}
        else:
            inside["from"] = read_day(cell, start.header, "exchange_start_day").isoformat()
            inside.pop("day_known", None)
        document["in_force"] = inside

    def show_end(document: Doc, _: Context) -> Shown:
        until = (document.get("in_force") or {}).get("until")
        return date.fromisoformat(until) - timedelta(days=1) if until else None

    def read_end(document: Doc, cell: Cell, _: Context) -> None:
        inside = dict(document.get("in_force") or {})
        open_ended = cell.text in OPEN_ENDED
        inside["until"] = None if open_ended else (read_day(cell, end.header) + timedelta(days=1)).isoformat()
        document["in_force"] = inside

    return (
        Column(start, show_start, read_start, choices="day", **look),
        Column(end, show_end, read_end, choices="day", **look),
    )


def read_count(cell: Cell, header: str) -> int | None:
    """A whole number above zero; None for a blank cell.

    Raises:
        CellError: it is none.
    """
    if cell.blank:
        return None
    plain = re.sub(r"(?:个月|月|个|项|款)$", "", narrow(cell.text))
    number = parse_number(plain)
    if not isinstance(number, int) or number < 1:
        raise CellError("exchange_count", header=header, value=cell.text)
    return number


def pieces(text: str) -> list[str]:
    """Entries of a cell that holds several: one a line, or with ；."""
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def names(text: str) -> list[str]:
    """Short names in one cell: also between 、 and ，."""
    return [part.strip() for part in re.split(r"[\n;；、,，]+", text) if part.strip()]
