"""What commands that work on stored data open: the database and the files of the settings."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from service.errors import StateError
from service.settings import read_settings
from service.storage import open_database, require_current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.db.database import Database
    from service.settings import Settings


@contextmanager
def opened(*, current: bool = True) -> Iterator[tuple[Settings, Database]]:
    """The settings and their database, closed at the end; StateError where it cannot be reached.

    ``current``: it has to have the tables of this version of the software.
    """
    settings = read_settings(os.environ)
    try:
        database = open_database(settings)
        if current:
            require_current(database)
        try:
            yield settings, database
        finally:
            database.close()
    except DBAPIError as error:
        raise StateError("database_unreachable") from error
