"""Checking a backup, and restoring it into an empty place."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import inspect

from service.audit.verify import verify
from service.backup.fingerprint import fingerprint
from service.backup.make import FILES, MANIFEST, NAMES, Manifest, file_digest
from service.backup.programs import run
from service.db import migrate
from service.errors import StateError
from service.filestore import FileStore

if TYPE_CHECKING:
    from service.db.database import Database

_FORMAT: Final = 1


def read_manifest(folder: Path) -> Manifest:
    """The list of what a backup holds; StateError where the folder is none of ours."""
    try:
        manifest: Any = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise StateError("backup_wrong", folder=folder.name, why="没有可读的 manifest.json") from error
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT or manifest.get("kind") not in NAMES:
        raise StateError("backup_wrong", folder=folder.name, why="manifest.json 的格式不认识")
    return manifest


def check(folder: Path) -> Manifest:
    """Whether every byte is as it was written; StateError names what is not. Returns the manifest."""
    manifest = read_manifest(folder)
    copy = folder / NAMES[manifest["kind"]]
    if not copy.is_file() or file_digest(copy) != manifest["database"]["digest"]:
        raise StateError("backup_wrong", folder=folder.name, why=f"{copy.name} 缺失或者已经改变")
    files = FileStore(folder / FILES)
    if broken := [digest for digest in manifest["files"] if not files.check(digest)]:
        raise StateError("backup_wrong", folder=folder.name, why=f"{len(broken)} 个文件缺失或者已经改变")
    return manifest


def restore(folder: Path, database: Database, files: FileStore) -> Manifest:
    """Put a backup into an empty database and an empty files folder; checked before and compared after.

    StateError where the place is not empty, the backup is of the other kind of database, or what was
    restored is not what was saved.
    """
    manifest = check(folder)
    _require_empty(manifest, database, files)
    copy = folder / NAMES[manifest["kind"]]
    if database.is_sqlite:
        _fill_sqlite(database, copy)
    else:
        words = ("--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={database.url.database}")
        run("pg_restore", database.url, *words, str(copy))
    kept = FileStore(folder / FILES)
    for digest in manifest["files"]:
        files.put(kept.path(digest))
    _compare(manifest, database)
    return manifest


def _require_empty(manifest: Manifest, database: Database, files: FileStore) -> None:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    if manifest["kind"] != kind:
        raise StateError("backup_other_kind", kind=manifest["kind"], database=kind)
    if inspect(database.engine).get_table_names():
        raise StateError("restore_not_empty", what="数据库")
    if files.digests():
        raise StateError("restore_not_empty", what="文件夹")


def _fill_sqlite(database: Database, copy: Path) -> None:
    database.close()
    place = Path(str(database.url.database))
    draft = place.with_name(f".{place.name}.restored")
    shutil.copyfile(copy, draft)
    with contextlib.closing(sqlite3.connect(draft)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if sound != "ok":
        draft.unlink()
        raise StateError("backup_wrong", folder=copy.parent.name, why=f"数据库文件不完整：{sound}")
    for beside in ("-wal", "-shm"):
        place.with_name(place.name + beside).unlink(missing_ok=True)
    draft.replace(place)


def _compare(manifest: Manifest, database: Database) -> None:
    with database.engine.connect() as connection:
        found = fingerprint(connection)
    for name, wanted in manifest["tables"].items():
        if found.get(name) != wanted:
            raise StateError("restore_differs", what=f"表 {name}")
    if migrate.current(database) != manifest["revision"]:
        raise StateError("restore_differs", what="版本")
    with database.read() as session:
        if breaks := verify(session).breaks:
            raise StateError("audit_broken", count=len(breaks), seq=breaks[0].seq, why=breaks[0].code)
