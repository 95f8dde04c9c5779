"""Libraries, yearly plans with their versions, tasks, results, the ledger of visits.

A library is kept as a whole: its rows lie in the file store, here stand its digest and its report. Rows of
``library_versions``, ``plan_versions``, ``visits`` and ``task_changes`` are added and not changed afterwards, but for
the days of approval, filing and publication of a version.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key, one_of
from service.db.packed import Packed

NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
CODE_LENGTH: Final = 80
FILE_LENGTH: Final = 71
REGION_LENGTH: Final = 6
LIBRARIES: Final = ("items", "objects", "inspectors")
MARKS: Final = ("trigger", "exemption")
PLAN_STATES: Final = ("draft", "submitted", "approved", "filed", "published")
CHECK_STATES: Final = (
    "planned",
    "dispatched",
    "entered",
    "refused",
    "reviewed",
    "published",
    "replaced",
    "cancelled",
)
CHANGES: Final = ("restaff", "replace", "move", "dispatch", "cancel", "refuse")


class LibraryRow(SQLModel, table=True):
    """One version of a library; of each kind the one with the largest number holds."""

    __tablename__ = "library_versions"
    __table_args__ = (
        one_of("kind", LIBRARIES),
        UniqueConstraint("kind", "department", "region", "number", name="uq_library_versions_number"),
    )

    id: str = key()
    kind: str = Field(max_length=WORD_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    number: int
    name: str = Field(max_length=NAME_LENGTH)
    file: str = Field(max_length=FILE_LENGTH)
    rows: int
    report: Any = Field(sa_type=Document)
    note: str = Field(max_length=TEXT_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    created_by_name: str = Field(max_length=NAME_LENGTH)


class MarkRow(SQLModel, table=True):
    """What lifts 无事不扰 for a unit, or exempts it, from a day until (not including) another."""

    __tablename__ = "unit_marks"
    __table_args__ = (
        one_of("kind", MARKS),
        Index("ix_unit_marks_area", "department", "region"),
        Index("ix_unit_marks_list", "since", "department", "region", "id"),
    )

    id: str = key()
    kind: str = Field(max_length=WORD_LENGTH)
    unit: str = Field(max_length=CODE_LENGTH, index=True)
    code: str = Field(max_length=WORD_LENGTH)
    since: date
    until: date
    note: str = Field(max_length=TEXT_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    created_by_name: str = Field(max_length=NAME_LENGTH)
    ended_at: datetime | None = Field(sa_type=Instant)


class VisitRow(SQLModel, table=True):
    """One line of the ledger of visits; ``check_id`` is the check it came from, if it came from one."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_area", "department", "region"), Index("ix_visits_unit_day", "unit", "day"))

    id: str = key()
    unit: str = Field(max_length=CODE_LENGTH)
    body: str = Field(max_length=CODE_LENGTH)
    level: str = Field(max_length=WORD_LENGTH)
    day: date
    reason: str | None = Field(max_length=WORD_LENGTH)
    kind: str = Field(max_length=WORD_LENGTH)
    note: str = Field(max_length=TEXT_LENGTH)
    check_id: str | None = Field(max_length=ID_LENGTH, unique=True)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)


class PlanRow(SQLModel, table=True):
    """A yearly plan as it stands; ``number`` is that of its version, ``version`` counts every change of the row."""

    __tablename__ = "plans"
    __table_args__ = (
        one_of("state", PLAN_STATES),
        Index("ix_plans_area", "department", "region", "year"),
        Index("ix_plans_list", "updated_at", "department", "region", "id"),
    )

    id: str = key()
    title: str = Field(max_length=NAME_LENGTH)
    year: int
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    state: str = Field(max_length=WORD_LENGTH)
    number: int
    document: Any = Field(sa_type=Document)
    reasons: Any = Field(sa_type=Document)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    updated_at: datetime = Field(sa_type=Instant)
    updated_by: str = Field(max_length=ID_LENGTH)
    updated_by_name: str = Field(max_length=NAME_LENGTH)
    version: int


class PlanVersionRow(SQLModel, table=True):
    """A version of a plan that was submitted: what it held, what it changed and why, and how far it came."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number", name="uq_plan_versions_number"),)

    id: str = key()
    plan_id: str = Field(max_length=ID_LENGTH, foreign_key="plans.id", index=True)
    number: int
    document: Any = Field(sa_type=Packed)
    changes: Any = Field(sa_type=Document)
    reasons: Any = Field(sa_type=Document)
    report: Any = Field(sa_type=Document)
    submitted_at: datetime = Field(sa_type=Instant)
    submitted_by: str = Field(max_length=ID_LENGTH)
    submitted_by_name: str = Field(max_length=NAME_LENGTH)
    approved_at: datetime | None = Field(sa_type=Instant)
    approved_by: str | None = Field(max_length=ID_LENGTH)
    approved_by_name: str = Field(max_length=NAME_LENGTH)
    filed_on: date | None
    filed_number: str = Field(max_length=NAME_LENGTH)
    published_on: date | None


class TaskRow(SQLModel, table=True):
    """One visit to one unit; ``department`` is the initiating one. ``credit_class`` never leaves the office."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_area", "department", "region"),
        Index("ix_tasks_calendar", "day", "id", "joint", "number", "unit", "unit_name"),
        UniqueConstraint("draw_id", "number", name="uq_tasks_number"),
    )

    id: str = key()
    number: str = Field(max_length=CODE_LENGTH)
    draw_id: str = Field(max_length=CODE_LENGTH, index=True)
    plan_id: str = Field(max_length=ID_LENGTH, foreign_key="plans.id", index=True)
    unit_group: str = Field(max_length=CODE_LENGTH)
    unit: str = Field(max_length=CODE_LENGTH, index=True)
    unit_name: str = Field(max_length=NAME_LENGTH)
    address: str = Field(max_length=NAME_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    credit_class: str | None = Field(max_length=WORD_LENGTH)
    lifted: Any = Field(sa_type=Document)
    joint: bool
    by_class: bool
    batches: Any = Field(sa_type=Document)
    since: date
    last: date
    day: date = Field(index=True)
    record_digest: str = Field(max_length=FILE_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    version: int


class CheckRow(SQLModel, table=True):
    """What one department does in a task, how far it is, and when."""

    __tablename__ = "task_checks"
    __table_args__ = (
        one_of("state", CHECK_STATES),
        UniqueConstraint("task_id", "department", name="uq_task_checks_department"),
        Index("ix_task_checks_area", "department", "region", "state"),
        Index("ix_task_checks_of_task", "task_id", "department", "region", "state", "id"),
    )

    id: str = key()
    task_id: str = Field(max_length=ID_LENGTH, foreign_key="tasks.id", index=True)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=REGION_LENGTH)
    state: str = Field(max_length=WORD_LENGTH)
    initiating: bool
    level: str = Field(max_length=WORD_LENGTH)
    entries: Any = Field(sa_type=Document)
    items: Any = Field(sa_type=Document)
    people: Any = Field(sa_type=Document)
    empty: int
    dispatched_on: date | None
    checked_on: date | None = Field(index=True)
    method: str = Field(max_length=WORD_LENGTH)
    scanned: bool | None
    note: str = Field(max_length=TEXT_LENGTH)
    entered_at: datetime | None = Field(sa_type=Instant)
    entered_by: str = Field(max_length=ID_LENGTH)
    entered_by_name: str = Field(max_length=NAME_LENGTH)
    reviewed_by: str = Field(max_length=ID_LENGTH)
    reviewed_by_name: str = Field(max_length=NAME_LENGTH)
    refusal: str = Field(max_length=TEXT_LENGTH)
    publish_due: date | None = Field(index=True)
    published_on: date | None
    version: int


class SeatRow(SQLModel, table=True):
    """An inspector in a check."""

    __tablename__ = "task_seats"
    __table_args__ = (UniqueConstraint("check_id", "inspector", name="uq_task_seats_inspector"),)

    id: str = key()
    check_id: str = Field(max_length=ID_LENGTH, foreign_key="task_checks.id", index=True)
    inspector: str = Field(max_length=CODE_LENGTH, index=True)


class ResultRow(SQLModel, table=True):
    """One code found at one item, with what has to follow."""

    __tablename__ = "task_results"

    id: str = key()
    check_id: str = Field(max_length=ID_LENGTH, foreign_key="task_checks.id", index=True)
    position: int
    item: str = Field(max_length=CODE_LENGTH)
    code_set: str = Field(max_length=WORD_LENGTH)
    code: str = Field(max_length=WORD_LENGTH)
    note: str = Field(max_length=TEXT_LENGTH)
    due_on: date | None
    corrected_on: date | None
    listing_due: date | None
    listed_on: date | None


class TaskChangeRow(SQLModel, table=True):
    """One line of what was changed at a task after the draw."""

    __tablename__ = "task_changes"
    __table_args__ = (
        one_of("kind", CHANGES),
        UniqueConstraint("task_id", "number", name="uq_task_changes_number"),
    )

    id: str = key()
    task_id: str = Field(max_length=ID_LENGTH, foreign_key="tasks.id", index=True)
    number: int
    kind: str = Field(max_length=WORD_LENGTH)
    words: str = Field(max_length=TEXT_LENGTH)
    reason: str = Field(max_length=TEXT_LENGTH)
    at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=ID_LENGTH)
    by_name: str = Field(max_length=NAME_LENGTH)
