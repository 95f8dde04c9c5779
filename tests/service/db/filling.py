"""Rows for every table, made from the tables themselves: no table can be forgotten."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlmodel import AutoString, Session

from service.audit.chain import append
from service.audit.events import Event
from service.clock import CHINA
from service.db.columns import Document, Instant
from service.db.database import Database
from service.db.packed import Packed
from service.db.tables import METADATA

MOMENT: Final = datetime(2026, 3, 1, 8, 0, tzinfo=CHINA)
_IN: Final = re.compile(r"^\(?(\w+) IN \((.*)\)\)?$")
_CHAINED: Final = frozenset({"audit_events", "audit_head"})
Row = dict[str, Any]


class Filled(Event):
    kind: ClassVar[str] = "test.filled"
    title: ClassVar[str] = "测试"

    number: int


def fill(database: Database, rows: int = 2, seed: int = 0) -> None:
    """Put rows into every table, parents first; the audit trail as a chain that holds."""
    with database.connection() as connection:
        made: dict[str, list[Row]] = {}
        for table in METADATA.sorted_tables:
            if table.name not in _CHAINED:
                made[table.name] = [_row(table, number, seed, made) for number in range(rows)]
                connection.execute(table.insert(), made[table.name])
        with Session(connection) as session:
            events = [Filled(subject=f"s-{seed}-{number}", number=number) for number in range(rows)]
            append(session, events, ("system:test", "测试"), MOMENT)
            session.flush()


def _row(table: sa.Table, number: int, seed: int, made: dict[str, list[Row]]) -> Row:
    words = _words(table)
    return {column.name: _value(column, number, seed, words, made) for column in table.columns}


def _value(
    column: sa.Column[Any], number: int, seed: int, words: dict[str, list[str]], made: dict[str, list[Row]]
) -> object:
    for key in column.foreign_keys:
        there = made.get(key.column.table.name)
        return there[number][key.column.name] if there else None
    if column.nullable and number % 2 and not column.primary_key:
        return None
    if column.name in words:
        return words[column.name][number % len(words[column.name])]
    for kind, make in _MAKERS.items():
        if isinstance(column.type, kind):
            return make(column, number + 1000 * seed)
    raise AssertionError(f"{column}: a type nobody knows how to fill")


def _words(table: sa.Table) -> dict[str, list[str]]:
    """The words that checks allow, by column."""
    found = {}
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint) and (match := _IN.match(str(constraint.sqltext))):
            found[match[1]] = re.findall(r"'([^']*)'", match[2])
    return found


def _text(column: sa.Column[Any], number: int) -> str:
    length: int = getattr(column.type, "length", None) or 60
    if column.name == "region":
        return str(210200 + number)
    return f"{number:x}|{column.name}|信衡 '\"\\%_;"[:length]


def _document(column: sa.Column[Any], number: int) -> object:
    return {"n": number, "列": column.name, "list": [1, None, True, "信"], "amount": 0.1}


_MAKERS: Final[dict[type[Any], Callable[[sa.Column[Any], int], object]]] = {
    Instant: lambda _, number: MOMENT + timedelta(days=number, microseconds=number),
    Document: _document,
    Packed: _document,
    sa.Boolean: lambda _, number: number % 2 == 1,
    sa.Integer: lambda _, number: number + 1,
    sa.Date: lambda _, number: date(2026, 1, 1) + timedelta(days=number),
    sa.Float: lambda _, number: number / 7,
    sa.LargeBinary: lambda _, number: bytes([number % 256, 0, 255]),
    sa.String: _text,
    AutoString: _text,
}
