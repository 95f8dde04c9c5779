"""A database with many rows behind every list: ``python -m benchmarks.many_rows --rows 100000 [--from URL]``.

Works on the database and the data folder of the settings (``XINHENG_DATABASE_URL``, ``XINHENG_DATA_DIR``). An empty one
is filled with the demonstration city of that many enterprises; with ``--from`` it becomes a copy of another one,
whose data folder it shares. Then each table that a list shows gets that many copies of its own rows, which
differ in their ids, numbers and moments. Nothing made here is to be mistaken for data: it is for measuring.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, text

from benchmarks.load_memory import fill_trail
from service import clock
from service.db import migrate
from service.db.database import Database
from service.db.database import settle as settle_session
from service.db.tables import METADATA
from service.demo.city import make_city
from service.demo.fill import fill, is_empty
from service.engine import Engine
from service.settings import read_settings
from service.storage import open_database, open_files
from service.work import Works
from supervision.load import load_scheme

ROWS: Final = 100_000
_PIECE: Final = 2_000
_MINUTE_APART: Final = timedelta(seconds=97)

Row = dict[str, Any]
Vary = Callable[[int, Row], Row]
"""What is different in the copy of that number."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that a list shows, and what is different in its copies."""

    name: str
    vary: Vary


def _numbered(*columns: str) -> Vary:
    return lambda number, row: {name: f"{row[name] or ''}-{number}" for name in columns}


def _of(parent: str, prefix: str) -> Vary:
    """A copy belongs to the copy of its parent of the same number, so that each parent has one."""
    return lambda number, _: {parent: _id(prefix, number)}


def _nothing(*columns: str) -> Vary:
    return lambda _number, _row: dict.fromkeys(columns)


def _all(*parts: Vary) -> Vary:
    return lambda number, row: {key: value for part in parts for key, value in part(number, row).items()}


KINDS: Final = (
    Kind("users", _all(_numbered("login", "name"), _nothing("external"))),
    Kind("cases", _numbered("number")),
    Kind("credit_records", _numbered("number", "party_name")),
    Kind("repairs", _all(_of("record_id", "record"), lambda _number, _row: {"number": 1})),
    Kind("register_imports", _numbered("name")),
    Kind("unit_marks", _nothing()),
    Kind("plans", _numbered("title")),
    Kind("tasks", _numbered("number", "unit_name")),
    Kind("task_checks", _of("task_id", "task")),
    Kind("task_seats", _of("check_id", "check")),
    Kind("task_results", _of("check_id", "check")),
    Kind("class_overrides", _nothing()),
    Kind("draws", _all(_numbered("draw_id"), _nothing("number", "digest", "prev", "result_digest"))),
    Kind("jobs", _all(_numbered("subject"), _nothing("slot"))),
)
"""Parents before their children."""


def _id(prefix: str, number: int) -> str:
    return f"{prefix}-{number:026d}"


def copies(kind: Kind, seeds: list[Row], numbers: Iterable[int]) -> Iterator[Row]:
    """Rows like the seeds, in turn, each with an id of its own and a moment of its own."""
    for number in numbers:
        row = dict(seeds[number % len(seeds)])
        row["id"] = _id(row["id"].partition("-")[0], number)
        for name in ("created_at", "updated_at"):
            if isinstance(row.get(name), datetime):
                row[name] -= number * _MINUTE_APART
        yield {**row, **kind.vary(number, row)}


def grow(connection: Connection, kind: Kind, want: int) -> int:
    """Add so many rows, unless they are there; returns how many it has. ValueError where it has none to copy."""
    table = METADATA.tables[kind.name]
    have: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    seeds = [dict(row) for row in connection.execute(select(table).limit(_PIECE)).mappings()]
    if not seeds:
        raise ValueError(f"{kind.name} has no row to copy")
    if have >= want:
        return have
    _put(connection, table, copies(kind, seeds, range(want)))
    return have + want


def _put(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    rest = iter(rows)
    while piece := list(islice(rest, _PIECE)):
        connection.execute(insert(table), piece)


def copy(source: Database, target: Database) -> None:
    """Copy every row of one migrated database into another, empty one, whatever their kinds."""
    with source.engine.connect() as before, target.connection() as after:
        for table in METADATA.sorted_tables:
            if table.name == "audit_head":  # the migration puts its one row there
                after.execute(table.delete())
            rows = before.execution_options(yield_per=_PIECE).execute(select(table)).mappings()
            _put(after, table, (dict(row) for row in rows))


def settle(database: Database) -> None:
    """Let the database look at what it holds, as it does every night."""
    if database.is_sqlite:
        with database.write() as session:
            settle_session(session)
    else:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def prepare(rows: int, source: str | None, environ: Mapping[str, str] | None = None) -> None:
    """Do everything that ``main`` says."""
    settings = read_settings(os.environ if environ is None else environ)
    database = open_database(settings)
    if source is not None:
        migrate.upgrade(database)
        copy(Database(source), database)
    with Engine.load(settings) as engine:
        works = Works(database, engine, open_files(settings))
        if is_empty(works):
            fill(works, make_city(load_scheme(), clock.today(), rows), print)
    for kind in KINDS:
        with database.connection() as connection:
            print(kind.name, grow(connection, kind, rows), flush=True)  # noqa: T201 - it takes minutes
    with database.read() as session:
        trail = session.execute(select(func.count()).select_from(METADATA.tables["audit_events"])).scalar_one()
    fill_trail(database, max(0, rows - trail))
    settle(database)
    database.close()


def main() -> None:
    """Read the command line and fill."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=ROWS)
    words.add_argument("--from", dest="source", help="address of the database to copy")
    given = words.parse_args()
    prepare(given.rows, given.source)


if __name__ == "__main__":
    main()
