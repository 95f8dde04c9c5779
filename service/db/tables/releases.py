"""The city's own part of the catalogue: drafts of it, and what was published, by whom, after whose review."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Instant, key, one_of
from service.db.packed import Packed
from service.twoperson import STATES

TITLE_LENGTH: Final = 100
NAME_LENGTH: Final = 200
NOTE_LENGTH: Final = 4000
DIGEST_LENGTH: Final = 71


class CatalogueDraftRow(SQLModel, table=True):
    """A draft; ``files`` is the city's whole own part as it would be, ``base`` the release it was begun from."""

    __tablename__ = "catalogue_drafts"
    __table_args__ = (one_of("state", STATES),)

    id: str = key()
    title: str = Field(max_length=TITLE_LENGTH)
    note: str = Field(max_length=NOTE_LENGTH)
    state: str = Field(max_length=WORD_LENGTH, index=True)
    base: int
    files: Any = Field(sa_type=Packed)
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


class CatalogueReleaseRow(SQLModel, table=True):
    """A published release; rows are added and never changed."""

    __tablename__ = "catalogue_releases"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str = Field(max_length=DIGEST_LENGTH)
    title: str = Field(max_length=TITLE_LENGTH)
    files: Any = Field(sa_type=Packed)
    report: Any = Field(sa_type=Packed)
    draft_id: str = Field(max_length=ID_LENGTH, foreign_key="catalogue_drafts.id")
    author_name: str = Field(max_length=NAME_LENGTH)
    reviewer_name: str = Field(max_length=NAME_LENGTH)
    published_at: datetime = Field(sa_type=Instant)
