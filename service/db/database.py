"""One database: SQLite by default, PostgreSQL where the address says so; transactions to read and to write."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session, create_engine

from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL, Connection

_WRITES: Final = "xinheng_writes"
_BUSY_MILLISECONDS: Final = 30_000
_LOOKED_AT: Final = 1000
"""Rows of an index that are looked at; more would only take longer."""
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an accepted act outlives a power cut, not only a killed process
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
)
_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite"}


class Database:
    """The engine of one address; make one a process (or after a fork), close it at the end."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """``url``: ``sqlite:////folder/file.db`` or ``postgresql://user@host/name``; UsageError otherwise."""
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # An error that reaches a log must not carry the values of a row: they may be personal data.
        options: dict[str, Any] = {
            "hide_parameters": True,
            "pool_size": pool_size,
            "max_overflow": 30,
            "pool_pre_ping": not self.is_sqlite,
        }
        self.engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _configure)
            event.listen(self.engine, "begin", _begin)
        self._writing = self.engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the data and keeps nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose work is kept as a whole at the end, or not at all.

        On SQLite the write lock is taken at the start: waiting writers wait there, and none fails half way.
        """
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection in a writing transaction: migrations and bulk loads."""
        with self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def settle(session: Session) -> None:
    """Let the database look at how its rows are distributed, so that it takes the right index; some 50 ms.

    PostgreSQL does so by itself (autovacuum).
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {_LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _wrong("不是数据库地址") from error
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise _wrong("只能是 sqlite:///… 或者 postgresql://…")
    if driver == "sqlite" and not parsed.database:
        raise _wrong("要写明数据库文件，例如 sqlite:////var/lib/xinheng/xinheng.db")
    return parsed.set(drivername=driver)


def _wrong(why: str) -> UsageError:
    # The address itself is not repeated: it may hold a password.
    return UsageError("setting_wrong", name="XINHENG_DATABASE_URL", value="…", why=why)


def _configure(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own object
    """Transactions are begun by us (:func:`_begin`), not by the driver."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
