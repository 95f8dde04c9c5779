"""Classes month by month, and decisions of persons on them.

The results of a month lie in the file store, under the digests kept here. A month that is scored again gets a
row with the next number; rows of ``class_months`` are added and not changed afterwards.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key

NAME_LENGTH: Final = 200
REASON_LENGTH: Final = 1000
CODE_LENGTH: Final = 80
FILE_LENGTH: Final = 71
MONTH_LENGTH: Final = 7
REGION_LENGTH: Final = 6
SCHEME_LENGTH: Final = 40


class ClassMonthRow(SQLModel, table=True):
    """The classes of a month under a version of a scheme; of several numbers the largest holds."""

    __tablename__ = "class_months"
    __table_args__ = (
        UniqueConstraint("month", "scheme", "department", "region", "number", name="uq_class_months_number"),
        Index("ix_class_months_area", "department", "region"),
    )

    id: str = key()
    month: str = Field(max_length=MONTH_LENGTH)
    scheme: str = Field(max_length=SCHEME_LENGTH)
    scheme_version: str = Field(max_length=SCHEME_LENGTH)
    scheme_digest: str = Field(max_length=FILE_LENGTH)
    number: int
    scored_on: date
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    rows: int
    counts: Any = Field(sa_type=Document)
    report: Any = Field(sa_type=Document)
    file: str = Field(max_length=FILE_LENGTH)
    columns_file: str = Field(max_length=FILE_LENGTH)
    movers_file: str | None = Field(max_length=FILE_LENGTH)
    warnings_file: str = Field(max_length=FILE_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    created_by_name: str = Field(max_length=NAME_LENGTH)


class ClassOverrideRow(SQLModel, table=True):
    """A person's decision on the class of an enterprise, from ``since`` until (not including) ``until``."""

    __tablename__ = "class_overrides"
    __table_args__ = (
        Index("ix_class_overrides_uscc", "uscc"),
        Index("ix_class_overrides_area", "department", "region"),
        Index("ix_class_overrides_list", "until", "ended_at", "since", "department", "region", "id"),
    )

    id: str = key()
    uscc: str = Field(max_length=CODE_LENGTH)
    decided: str = Field(max_length=WORD_LENGTH)
    by_scheme: str = Field(max_length=WORD_LENGTH)
    reason: str = Field(max_length=REASON_LENGTH)
    since: date
    until: date
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    version: int
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    created_by_name: str = Field(max_length=NAME_LENGTH)
    ended_at: datetime | None = Field(sa_type=Instant)
    ended_by: str | None = Field(max_length=ID_LENGTH)
