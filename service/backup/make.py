"""Making a backup: a folder that is there complete or not at all.

The database comes first, as one state (SQLite: its backup interface; PostgreSQL: pg_dump on an exported
snapshot). A file is always kept before the row that names it, so files copied afterwards are all that are named.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import text
from sqlmodel import Session

from service.backup.fingerprint import fingerprint
from service.backup.programs import run
from service.db import migrate
from service.db.database import Database
from service.db.tables.audit import AuditHeadRow
from service.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from service.filestore import FileStore

MANIFEST: Final = "manifest.json"
FILES: Final = "files"
NAMES: Final = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
_PIECE: Final = 1 << 20
Manifest = dict[str, Any]


def make(database: Database, files: FileStore, folder: Path, now: datetime) -> Manifest:
    """Write a backup into a new folder; StateError where the folder is there already."""
    if folder.exists():
        raise StateError("backup_folder_there", folder=folder.name)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    try:
        manifest = _write(database, files, draft, now)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def _write(database: Database, files: FileStore, draft: Path, now: datetime) -> Manifest:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    copy = draft / NAMES[kind]
    revision = migrate.current(database)
    state = _copy_sqlite(database, copy) if database.is_sqlite else _dump_postgresql(database, copy)
    manifest = {
        "format": 1,
        "made_at": now.isoformat(timespec="seconds"),
        "kind": kind,
        "revision": revision,
        "database": {"name": copy.name, "digest": file_digest(copy), "bytes": copy.stat().st_size},
        **state,
        "files": _copy_files(files, draft / FILES),
    }
    place = draft / MANIFEST
    place.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    for written in (copy, place):
        _sync(written)
    return manifest


def _copy_sqlite(database: Database, copy: Path) -> Manifest:
    ours = contextlib.closing(sqlite3.connect(str(database.url.database)))
    with ours as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    copied = Database(f"sqlite:///{copy}")
    try:
        with copied.engine.connect() as connection:
            return _state(connection)
    finally:
        with copied.engine.connect() as connection:  # one file again, without those of the write-ahead log
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
        copied.close()


def _dump_postgresql(database: Database, copy: Path) -> Manifest:
    with _one_state(database) as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        words = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={copy}")
        run("pg_dump", database.url, *words)
        return _state(connection)


@contextlib.contextmanager
def _one_state(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _state(connection: Connection) -> Manifest:
    head = Session(connection).get(AuditHeadRow, 1)
    end = None if head is None else {"seq": head.seq, "digest": head.digest}
    return {"tables": fingerprint(connection), "audit": end}


def _copy_files(files: FileStore, folder: Path) -> list[str]:
    folder.mkdir()
    digests = files.digests()
    for digest in digests:
        name = digest.removeprefix("sha256:")
        place = folder / name[:2] / name
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(files.path(digest), place)
        _sync(place)
    return digests


def file_digest(file: Path) -> str:
    """``sha256:…`` of a file of any size."""
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return "sha256:" + found.hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
