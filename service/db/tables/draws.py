"""Draws: the record, its files, the sealed nonces, the public events, every move, and the changes afterwards.

Bulk (frames, record, result, publication) lies in the file store; here stand digests. What was drawn stays
encrypted there until the draw is closed. Rows of ``draw_moves`` and ``draw_changes`` are added, never changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key, one_of

NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
CODE_LENGTH: Final = 80
"""Characters of an identifier of vdraw-1; it has at most as many bytes."""
HEX_LENGTH: Final = 64
FILE_LENGTH: Final = 71
STATES: Final = ("draft", "committed", "event_known", "drawn", "dispatched", "closed", "published", "cancelled")
FILE_KINDS: Final = (
    *("frame", "roster", "recusal", "commit", "reveal", "result", "changes", "cancel"),
    *("publication", "attachment"),
)
WAYS: Final = ("secret", "copy", "own")


class DrawRow(SQLModel, table=True):
    """A draw as it stands. ``number`` is its place in the chain of records, from 1; none before the record.

    ``salt`` is the secret of the salts of frames that are not published, encrypted.
    """

    __tablename__ = "draws"
    __table_args__ = (
        one_of("state", STATES),
        Index("ix_draws_area", "department", "region", "state"),
        Index("ix_draws_list", "updated_at", "department", "region", "id"),
    )

    id: str = key()
    draw_id: str = Field(max_length=CODE_LENGTH, unique=True)
    title: str = Field(max_length=NAME_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=6)
    state: str = Field(max_length=WORD_LENGTH)
    draft: Any = Field(sa_type=Document)
    frames_public: bool
    number: int | None = Field(default=None, unique=True)
    prev: str | None = Field(default=None, max_length=HEX_LENGTH)
    digest: str | None = Field(default=None, max_length=HEX_LENGTH, unique=True)
    result_digest: str | None = Field(default=None, max_length=HEX_LENGTH)
    salt: str | None = Field(default=None, max_length=NAME_LENGTH * 2)
    sealed_result: str | None = Field(default=None, max_length=FILE_LENGTH)
    summary: Any = Field(sa_type=Document)
    cancellation: Any = Field(sa_type=Document)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    created_by_name: str = Field(max_length=NAME_LENGTH)
    updated_at: datetime = Field(sa_type=Instant, index=True)
    committed_at: datetime | None = Field(default=None, sa_type=Instant)
    drawn_at: datetime | None = Field(default=None, sa_type=Instant)
    published_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int


class DrawFileRow(SQLModel, table=True):
    """One file of a draw: its plain name in the folder, and its bytes in the file store."""

    __tablename__ = "draw_files"
    __table_args__ = (one_of("kind", FILE_KINDS), UniqueConstraint("draw", "name", name="uq_draw_files_name"))

    id: str = key()
    draw: str = Field(max_length=ID_LENGTH, foreign_key="draws.id", index=True)
    name: str = Field(max_length=CODE_LENGTH)
    kind: str = Field(max_length=WORD_LENGTH)
    file: str = Field(max_length=FILE_LENGTH)
    size: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)
    by_name: str = Field(max_length=NAME_LENGTH)


class DrawNonceRow(SQLModel, table=True):
    """A holder and his nonce: its digest; locked under his secret; then under the key of this machine; then open."""

    __tablename__ = "draw_nonces"
    __table_args__ = (UniqueConstraint("draw", "holder", name="uq_draw_nonces_holder"),)

    id: str = key()
    draw: str = Field(max_length=ID_LENGTH, foreign_key="draws.id", index=True)
    position: int
    holder: str = Field(max_length=CODE_LENGTH)
    digest: str | None = Field(default=None, max_length=HEX_LENGTH)
    locked: Any = Field(sa_type=Document)
    sealed_at: datetime | None = Field(default=None, sa_type=Instant)
    sealed_by: str | None = Field(default=None, max_length=ID_LENGTH)
    sealed_by_name: str = Field(max_length=NAME_LENGTH)
    opened: str | None = Field(default=None, max_length=NAME_LENGTH * 2)
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    opened_by: str | None = Field(default=None, max_length=ID_LENGTH)
    way: str | None = Field(default=None, max_length=WORD_LENGTH)
    nonce: str | None = Field(default=None, max_length=HEX_LENGTH)


class DrawEventRow(SQLModel, table=True):
    """A public event of a record: what one person entered and another one confirmed."""

    __tablename__ = "draw_events"
    __table_args__ = (UniqueConstraint("draw", "source", name="uq_draw_events_source"),)

    id: str = key()
    draw: str = Field(max_length=ID_LENGTH, foreign_key="draws.id", index=True)
    position: int
    source: str = Field(max_length=CODE_LENGTH)
    value: str | None = Field(default=None, max_length=NAME_LENGTH)
    evidence: str = Field(max_length=TEXT_LENGTH)
    entered_at: datetime | None = Field(default=None, sa_type=Instant)
    entered_by: str | None = Field(default=None, max_length=ID_LENGTH)
    entered_by_name: str = Field(max_length=NAME_LENGTH)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    confirmed_by: str | None = Field(default=None, max_length=ID_LENGTH)
    confirmed_by_name: str = Field(max_length=NAME_LENGTH)


class DrawMoveRow(SQLModel, table=True):
    """One step of the time line."""

    __tablename__ = "draw_moves"
    __table_args__ = (UniqueConstraint("draw", "number", name="uq_draw_moves_number"),)

    id: str = key()
    draw: str = Field(max_length=ID_LENGTH, foreign_key="draws.id", index=True)
    number: int
    move: str = Field(max_length=WORD_LENGTH)
    source: str = Field(max_length=WORD_LENGTH)
    target: str = Field(max_length=WORD_LENGTH)
    at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=ID_LENGTH)
    by_name: str = Field(max_length=NAME_LENGTH)
    words: str = Field(max_length=TEXT_LENGTH)


class DrawChangeRow(SQLModel, table=True):
    """One line of the log of changes after the draw (``changes.jsonl``)."""

    __tablename__ = "draw_changes"
    __table_args__ = (UniqueConstraint("draw", "number", name="uq_draw_changes_number"),)

    id: str = key()
    draw: str = Field(max_length=ID_LENGTH, foreign_key="draws.id", index=True)
    number: int
    line: Any = Field(sa_type=Document)
    digest: str = Field(max_length=HEX_LENGTH)
    at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=ID_LENGTH)
