"""Figures about the database for operators: whether it answers, how many jobs, how long the oldest waits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from service.db.repositories.jobs import counts, waiting_since
from service.db.tables.audit import AuditHeadRow
from service.db.tables.jobs import STATES
from service.metrics import head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from service.db.database import Database


def of_database(database: Database, now: datetime) -> str:
    """Lines in the Prometheus text form; only ``xinheng_database_up 0`` where it does not answer."""
    start = time.perf_counter()
    try:
        with database.read() as session:
            lines = [*_of_jobs(session, now), *_of_trail(session)]
    except DBAPIError:
        return _text(_gauge("xinheng_database_up", "Whether the database answers.", 0))
    seconds = time.perf_counter() - start
    lines += _gauge("xinheng_database_up", "Whether the database answers.", 1)
    lines += _gauge("xinheng_database_seconds", "Time these figures took.", f"{seconds:.6f}")
    return _text(lines)


def _of_jobs(session: Session, now: datetime) -> Iterator[str]:
    found = counts(session)
    yield from head("xinheng_jobs", "gauge", "Jobs, by state.")
    for state in STATES:
        yield f'xinheng_jobs{{state="{state}"}} {found.get(state, 0)}'
    since = waiting_since(session)
    waited = 0.0 if since is None else max(0.0, (now - since).total_seconds())
    yield from _gauge("xinheng_jobs_waiting_seconds", "How long the oldest waiting job has waited.", f"{waited:.0f}")


def _of_trail(session: Session) -> Iterator[str]:
    end = session.get(AuditHeadRow, 1)
    yield from _gauge("xinheng_audit_events", "Events in the audit trail.", 0 if end is None else end.seq)


def _gauge(name: str, words: str, value: object) -> Iterator[str]:
    yield from head(name, "gauge", words)
    yield f"{name} {value}"


def _text(lines: Iterator[str] | list[str]) -> str:
    return "\n".join(lines) + "\n"
