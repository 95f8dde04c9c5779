"""Open what the settings name: the database and the files beside it; ready means migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.db import migrate
from service.db.database import Database
from service.errors import StateError, UsageError, reason
from service.filestore import FileStore

if TYPE_CHECKING:
    from pathlib import Path

    from service.settings import Settings

_FILE: Final = "xinheng.db"


def open_database(settings: Settings) -> Database:
    """The database of the settings. An embedded one that is not there yet is made, with its tables.

    Raises UsageError where neither an address nor a data folder is set, StateError where an embedded
    database is of another version of the software (`xinheng db upgrade` brings it up).
    """
    if settings.database_url:
        return Database(settings.database_url)
    file = embedded_file(settings)
    is_new = not file.exists()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("setting_wrong", name="XINHENG_DATA_DIR", value=str(file.parent), why=reason(error)) from error
    database = Database(f"sqlite:///{file}")
    if is_new:
        migrate.upgrade(database)
    return database


def require_current(database: Database) -> None:
    """StateError unless the database has the tables this version of the software works on."""
    if not migrate.is_current(database):
        found = migrate.current(database) or "（空）"
        database.close()
        raise StateError("database_not_current", found=found, expected=migrate.expected())


def open_files(settings: Settings) -> FileStore:
    """The files beside the database."""
    return FileStore(data_folder(settings) / "files")


def embedded_file(settings: Settings) -> Path:
    """The file of the embedded database; UsageError where no data folder is set."""
    return data_folder(settings) / _FILE


def data_folder(settings: Settings) -> Path:
    """The data folder; UsageError where none is set and there is no home folder."""
    if settings.data_dir is None:
        raise UsageError("setting_wrong", name="XINHENG_DATA_DIR", value="", why="没有设置数据文件夹，也没有用户主目录")
    return settings.data_dir
