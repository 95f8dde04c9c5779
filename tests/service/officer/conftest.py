"""Pages of the officer run on SQLite: what they store and find is tried on both databases in ``cases`` and ``api``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.db.database import Database
from tests.databases import sqlite_database


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    with sqlite_database(sqlite_template, tmp_path) as made:
        yield made
