"""Answers to acts that were sent with a key of the caller's: the same act sent again gives the same answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, Document, Instant, key

KEY_LENGTH = 120
ROUTE_LENGTH = 200


class IdempotencyRow(SQLModel, table=True):
    """One act: whose, at which address, under which key, of which content, and what was answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("actor", "key", name="uq_idempotency_keys_once"),)

    id: str = key()
    actor: str = Field(max_length=ID_LENGTH)
    key: str = Field(max_length=KEY_LENGTH)
    route: str = Field(max_length=ROUTE_LENGTH)
    content: str = Field(max_length=71)
    status: int
    headers: Any = Field(sa_type=Document)
    body: Any = Field(sa_type=Document)
    at: datetime = Field(sa_type=Instant, index=True)
