"""Bring a database to a revision, and say where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from service.db.database import Database

_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Upgrade to a revision, in one transaction: all of it, or nothing."""
    with database.connection() as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str = "base") -> None:
    """Go back to a revision; what newer tables held is lost."""
    with database.connection() as connection:
        command.downgrade(_config(connection), to)


def current(database: Database) -> str | None:
    """The revision the database is at; None: no table of ours yet."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def expected() -> str:
    """The newest revision this version of the software knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migration is delivered")
    return head


def is_current(database: Database) -> bool:
    """Whether the database is what this version of the software works on."""
    return current(database) == expected()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
