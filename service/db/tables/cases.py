"""Cases of penalty: what is known, by whom it was established, what was decided, and every state there has been.

Rows of ``case_revisions`` and ``decisions`` are added and not changed afterwards; a row of ``case_facts``
is closed when another finding takes its place. Amounts are in fen.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key, one_of
from service.db.packed import Packed

NAME_LENGTH: Final = 200
NUMBER_LENGTH: Final = 80
TEXT_LENGTH: Final = 4000
DIGEST_LENGTH: Final = 71
STATUSES: Final = ("draft", "open", "decided")
KINDS: Final = ("saved", "revised", "decided", "reopened")
CHOICES: Final = ("no_penalty", "mitigated", "lighter", "general", "heavier", "not_filed", "transferred")
VERDICTS: Final = ("agrees", "differs", "failed")


class CaseRow(SQLModel, table=True):
    """A case as it stands; ``document`` is the case document, the columns after it are what lists show."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("status", STATUSES),
        UniqueConstraint("department", "number", name="uq_cases_number"),
        Index("ix_cases_area", "department", "region", "status"),
        Index("ix_cases_mine", "officer", "updated_at", "id"),
        Index("ix_cases_list", "updated_at", "department", "region", "id"),
    )

    id: str = key()
    number: str | None = Field(max_length=NUMBER_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=6)
    status: str = Field(max_length=WORD_LENGTH)
    party_name: str = Field(max_length=NAME_LENGTH)
    party_code: str = Field(max_length=WORD_LENGTH, index=True)
    party_type: str = Field(max_length=WORD_LENGTH)
    document: Any = Field(sa_type=Document)
    particulars: Any = Field(sa_type=Document)
    note: str = Field(max_length=TEXT_LENGTH)
    violation: str = Field(max_length=NUMBER_LENGTH, index=True)
    tier: str = Field(max_length=WORD_LENGTH)
    force: str = Field(max_length=WORD_LENGTH)
    missing: int
    conduct_on: date | None
    decided_on: date | None = Field(index=True)
    chosen: str = Field(max_length=WORD_LENGTH)
    fine_fen: int | None = Field(sa_type=BigInteger)
    decision_id: str | None = Field(max_length=ID_LENGTH)
    officer: str = Field(max_length=ID_LENGTH, index=True)
    officer_name: str = Field(max_length=NAME_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant, index=True)
    updated_by: str = Field(max_length=NAME_LENGTH)
    version: int


class FactRow(SQLModel, table=True):
    """One fact as somebody established it; ``ended_at``: until another finding took its place."""

    __tablename__ = "case_facts"

    id: str = key()
    case_id: str = Field(max_length=ID_LENGTH, foreign_key="cases.id", index=True)
    name: str = Field(max_length=NUMBER_LENGTH)
    value: Any = Field(sa_type=Document)
    evidence: str = Field(max_length=TEXT_LENGTH)
    found_by: str = Field(max_length=NAME_LENGTH)
    found_on: date
    entered_by: str = Field(max_length=ID_LENGTH)
    entered_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    version: int


class RevisionRow(SQLModel, table=True):
    """One state of a case, with who made it and why."""

    __tablename__ = "case_revisions"
    __table_args__ = (one_of("kind", KINDS), UniqueConstraint("case_id", "version", name="uq_case_revisions_version"))

    id: str = key()
    case_id: str = Field(max_length=ID_LENGTH, foreign_key="cases.id", index=True)
    version: int
    kind: str = Field(max_length=WORD_LENGTH)
    at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=ID_LENGTH)
    by_name: str = Field(max_length=NAME_LENGTH)
    reason: str = Field(max_length=TEXT_LENGTH)
    content: Any = Field(sa_type=Packed)


class DecisionRow(SQLModel, table=True):
    """A decision: the facts as decided, what both engines answered, and what the officer chose.

    The columns from ``verdict`` on tell of the last replay and change with each.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("chosen", CHOICES),
        UniqueConstraint("case_id", "number", name="uq_decisions_number"),
        Index("ix_decisions_area", "department", "region"),
    )

    id: str = key()
    case_id: str = Field(max_length=ID_LENGTH, foreign_key="cases.id", index=True)
    number: int
    revises: str | None = Field(max_length=ID_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=6)
    party_code: str = Field(max_length=WORD_LENGTH, index=True)
    violation: str = Field(max_length=NUMBER_LENGTH)
    catalogue: str = Field(max_length=DIGEST_LENGTH, index=True)
    decided_on: date
    document: Any = Field(sa_type=Document)
    answer: Any = Field(sa_type=Packed)
    tier: str = Field(max_length=WORD_LENGTH)
    engines_agree: bool | None
    chosen: str = Field(max_length=WORD_LENGTH)
    fine_fen: int | None = Field(sa_type=BigInteger)
    departs: bool
    reason: str = Field(max_length=TEXT_LENGTH)
    decided_at: datetime = Field(sa_type=Instant)
    decided_by: str = Field(max_length=ID_LENGTH)
    decided_by_name: str = Field(max_length=NAME_LENGTH)
    software: str = Field(max_length=WORD_LENGTH)
    verdict: str = Field(max_length=WORD_LENGTH)
    replayed_at: datetime | None = Field(sa_type=Instant)
    differences: Any = Field(sa_type=Document)


class CatalogueRow(SQLModel, table=True):
    """A catalogue release that decided something: its files, in the file store, for as long as decisions are kept."""

    __tablename__ = "kept_catalogues"

    digest: str = Field(primary_key=True, max_length=DIGEST_LENGTH)
    file: str = Field(max_length=DIGEST_LENGTH)
    kept_at: datetime = Field(sa_type=Instant)
