"""Jobs: work that takes longer than a request, as rows that any worker process may claim."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key, one_of

STATES: Final = ("queued", "running", "done", "failed", "cancelled")
LOCK_LENGTH: Final = 200
ONE_AT_A_TIME: Final = "state = 'running' AND lock_key <> ''"


class JobRow(SQLModel, table=True):
    """One job. ``claim`` is new with every taking: whoever holds an older one may change nothing."""

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("state", STATES),
        Index(
            "uq_jobs_running_lock",
            "lock_key",
            unique=True,
            sqlite_where=text(ONE_AT_A_TIME),
            postgresql_where=text(ONE_AT_A_TIME),
        ),
    )

    id: str = key()
    kind: str = Field(max_length=WORD_LENGTH, index=True)
    subject: str = Field(max_length=LOCK_LENGTH)
    payload: Any = Field(sa_type=Document)
    lock_key: str = Field(max_length=LOCK_LENGTH)
    slot: str | None = Field(default=None, max_length=LOCK_LENGTH, unique=True)
    state: str = Field(max_length=WORD_LENGTH, index=True)
    done: int
    total: int | None = None
    note: str = Field(sa_type=Text)
    checkpoint: Any = Field(default=None, sa_type=Document, nullable=True)
    result: Any = Field(default=None, sa_type=Document, nullable=True)
    error: Any = Field(default=None, sa_type=Document, nullable=True)
    owner: str = Field(max_length=ID_LENGTH, index=True)
    owner_name: str = Field(max_length=LOCK_LENGTH)
    rights: Any = Field(sa_type=Document)
    department: str = Field(max_length=WORD_LENGTH, index=True)
    region: str = Field(max_length=6, index=True)
    attempts: int
    claim: str | None = Field(default=None, max_length=ID_LENGTH)
    cancel_asked: bool
    created_at: datetime = Field(sa_type=Instant)
    run_after: datetime | None = Field(default=None, sa_type=Instant)
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    heartbeat_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
