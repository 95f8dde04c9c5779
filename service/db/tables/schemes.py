"""Scoring schemes that were drafted here, and those of them that are in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Instant, key, one_of
from service.db.packed import Packed
from service.db.tables.releases import NAME_LENGTH, NOTE_LENGTH
from service.twoperson import STATES

SCHEME_TITLE_LENGTH: Final = 200


class SchemeRow(SQLModel, table=True):
    """A version of a scheme as its file; ``scheme`` and ``scheme_version`` are what the file says of itself."""

    __tablename__ = "schemes"
    __table_args__ = (one_of("state", STATES),)

    id: str = key()
    scheme: str = Field(max_length=WORD_LENGTH, index=True)
    scheme_version: str = Field(max_length=WORD_LENGTH)
    title: str = Field(max_length=SCHEME_TITLE_LENGTH)
    text: str = Field(sa_type=Text)
    state: str = Field(max_length=WORD_LENGTH, index=True)
    report: Any = Field(sa_type=Packed, nullable=True)
    author: str = Field(max_length=ID_LENGTH)
    author_name: str = Field(max_length=NAME_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    submitted_at: datetime | None = Field(sa_type=Instant)
    submitted_by: str | None = Field(max_length=ID_LENGTH)
    reviewer: str | None = Field(max_length=ID_LENGTH)
    reviewer_name: str | None = Field(max_length=NAME_LENGTH)
    reviewed_at: datetime | None = Field(sa_type=Instant)
    review_note: str = Field(max_length=NOTE_LENGTH)
    version: int
