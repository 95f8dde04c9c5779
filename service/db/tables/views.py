"""Filters that people have saved by name."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, key


class SavedViewRow(SQLModel, table=True):
    """One saved filter of one person over one list: the query string that shows it."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner", "listing", "name"),)

    id: str = key()
    owner: str = Field(max_length=ID_LENGTH)
    listing: str = Field(max_length=WORD_LENGTH)
    name: str = Field(max_length=WORD_LENGTH)
    query: str = Field(max_length=2000)
