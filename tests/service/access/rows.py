"""Looking into the tables of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import col, select

from service.db.database import Database
from service.db.tables.accounts import SessionRow


@contextmanager
def one_session(database: Database) -> Iterator[SessionRow]:
    """The open session, to read or to change."""
    with database.write() as session:
        yield session.exec(select(SessionRow).where(col(SessionRow.ended_at).is_(None))).one()
