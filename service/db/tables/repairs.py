"""Credit records, the repairs of them with every move that was made, and the registers they were imported from.

Rows of ``repair_moves`` are added and never changed. ``outcome`` and the days of a record are what the
check said on ``checked_on``: lists are sorted by them, answers are always worked out anew.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key, one_of
from service.db.packed import Packed

NAME_LENGTH: Final = 200
NUMBER_LENGTH: Final = 128
REMARKS_LENGTH: Final = 400
DIGEST_LENGTH: Final = 71
DEPARTMENT_LENGTH: Final = 40
IMPORT_STATES: Final = ("read", "applied", "dropped")


class RecordRow(SQLModel, table=True):
    """A credit record; ``document`` is the record document, the columns after it are what lists show."""

    __tablename__ = "credit_records"
    __table_args__ = (
        Index("ix_credit_records_area", "department", "region"),
        Index("ix_credit_records_display", "ends_on", "published_on", "display_until", "department", "region", "id"),
        Index("ix_credit_records_outcome_list", "outcome", "updated_at", "department", "region", "id"),
        Index("ix_credit_records_list", "updated_at", "department", "region", "id"),
        Index("ix_credit_records_same", "department", "same"),
    )

    id: str = key()
    department: str = Field(max_length=DEPARTMENT_LENGTH)
    region: str = Field(max_length=6)
    same: str = Field(max_length=DIGEST_LENGTH)
    number: str = Field(max_length=NUMBER_LENGTH, index=True)
    party_name: str = Field(max_length=NAME_LENGTH)
    party_code: str = Field(max_length=WORD_LENGTH, index=True)
    party_kind: str = Field(max_length=WORD_LENGTH)
    kind: str = Field(max_length=WORD_LENGTH)
    channel: str = Field(max_length=WORD_LENGTH)
    authority: str = Field(max_length=NAME_LENGTH)
    decided_on: date | None = Field(index=True)
    published_on: date | None
    display_until: date | None
    notice_served_on: date | None
    document: Any = Field(sa_type=Document)
    outcome: str = Field(max_length=WORD_LENGTH, index=True)
    record_class: str = Field(max_length=WORD_LENGTH)
    regime: str = Field(max_length=WORD_LENGTH)
    earliest_on: date | None = Field(index=True)
    ends_on: date | None = Field(index=True)
    checked_on: date
    remarks: str = Field(max_length=REMARKS_LENGTH)
    import_id: str | None = Field(max_length=ID_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    updated_by: str = Field(max_length=NAME_LENGTH)
    version: int


class RepairRow(SQLModel, table=True):
    """A repair as it stands; ``clocks`` and ``marks`` follow from its moves. ``due_on``: the next clock to run out."""

    __tablename__ = "repairs"
    __table_args__ = (
        Index("ix_repairs_area", "department", "region", "state"),
        Index("ix_repairs_waiting", "state", "updated_at", "record_id"),
        Index("ix_repairs_list", "due_on", "department", "region", "id"),
        UniqueConstraint("record_id", "number", name="uq_repairs_number"),
    )

    id: str = key()
    record_id: str = Field(max_length=ID_LENGTH, foreign_key="credit_records.id", index=True)
    number: int
    department: str = Field(max_length=DEPARTMENT_LENGTH)
    region: str = Field(max_length=6)
    regime: str = Field(max_length=WORD_LENGTH)
    record_kind: str = Field(max_length=WORD_LENGTH)
    place: str | None = Field(max_length=6)
    state: str = Field(max_length=WORD_LENGTH)
    previous: str | None = Field(max_length=WORD_LENGTH)
    marks: Any = Field(sa_type=Document)
    clocks: Any = Field(sa_type=Document)
    due_on: date | None = Field(index=True)
    due_step: str = Field(max_length=WORD_LENGTH)
    received_on: date | None
    decided_on: date | None = Field(index=True)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    updated_by: str = Field(max_length=NAME_LENGTH)
    version: int


class MoveRow(SQLModel, table=True):
    """One move of a repair: who made it in which role, for which day, with which facts; ``answer``: the check then."""

    __tablename__ = "repair_moves"
    __table_args__ = (UniqueConstraint("repair_id", "version", name="uq_repair_moves_version"),)

    id: str = key()
    repair_id: str = Field(max_length=ID_LENGTH, foreign_key="repairs.id", index=True)
    version: int
    move: str = Field(max_length=WORD_LENGTH)
    event: str = Field(max_length=WORD_LENGTH)
    document: str | None = Field(max_length=WORD_LENGTH)
    role: str = Field(max_length=WORD_LENGTH)
    by: str = Field(max_length=ID_LENGTH)
    by_name: str = Field(max_length=NAME_LENGTH)
    made_on: date
    at: datetime = Field(sa_type=Instant)
    facts: Any = Field(sa_type=Document)
    rows: Any = Field(sa_type=Document)
    record: Any = Field(sa_type=Packed)


class ImportRow(SQLModel, table=True):
    """A register that was read: its file in the file store, what was found in it, and what became of it."""

    __tablename__ = "register_imports"
    __table_args__ = (
        one_of("status", IMPORT_STATES),
        Index("ix_register_imports_area", "department", "region"),
        Index("ix_register_imports_list", "created_at"),
    )

    id: str = key()
    department: str = Field(max_length=DEPARTMENT_LENGTH)
    region: str = Field(max_length=6)
    status: str = Field(max_length=WORD_LENGTH)
    name: str = Field(max_length=NAME_LENGTH)
    file: str = Field(max_length=DIGEST_LENGTH)
    channel: str | None = Field(max_length=WORD_LENGTH)
    checked_on: date
    figures: Any = Field(sa_type=Document)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=NAME_LENGTH)
    applied_at: datetime | None = Field(sa_type=Instant)
    applied_by: str | None = Field(max_length=NAME_LENGTH)
    version: int
