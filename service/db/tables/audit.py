"""The audit trail: one row an event, each carrying the digest of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant


class AuditRow(SQLModel, table=True):
    """One event; rows are added and never changed (triggers of migration 0002 refuse it)."""

    __tablename__ = "audit_events"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Instant, index=True)
    actor: str = Field(max_length=ID_LENGTH, index=True)
    actor_name: str = Field(max_length=200)
    kind: str = Field(max_length=WORD_LENGTH, index=True)
    subject: str = Field(max_length=ID_LENGTH, index=True)
    department: str = Field(default="", max_length=WORD_LENGTH)
    region: str = Field(default="", max_length=6)
    detail: Any = Field(sa_type=Document)
    prev: str = Field(max_length=71)
    digest: str = Field(max_length=71, unique=True)


class AuditHeadRow(SQLModel, table=True):
    """The last event: one row, locked while events are added, so that the chain has one end."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    digest: str = Field(max_length=71)
