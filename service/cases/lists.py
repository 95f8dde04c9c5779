"""Finding cases: filters, order and pages, made by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_
from sqlmodel import col, select

from service.db.repositories import cases as store
from service.db.tables.cases import CaseRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlmodel.sql.expression import SelectOfScalar

    from service.work import Work

SORTS: Final = ("updated_at", "created_at", "number", "decided_on", "conduct_on", "violation", "tier", "missing")
ME: Final = "me"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; None narrows nothing. ``decided_until`` is the day after the last."""

    q: str | None = None
    status: str | None = None
    violation: str | None = None
    tier: str | None = None
    chosen: str | None = None
    party_code: str | None = None
    officer: str | None = None
    department: str | None = None
    region: str | None = None
    decided_from: date | None = None
    decided_until: date | None = None


def found(work: Work, wanted: Wanted, sort: str, limit: int, offset: int) -> tuple[Sequence[CaseRow], int]:
    """One page of the cases that match, and how many match in all."""
    matching = narrowed(work, wanted)
    total = work.session.exec(select(func.count()).select_from(matching.subquery())).one()
    column: Any = getattr(CaseRow, sort.removeprefix("-"))
    order = column.desc() if sort.startswith("-") else column.asc()
    page = matching.order_by(order.nulls_last(), col(CaseRow.id)).offset(offset).limit(limit)
    return work.session.exec(page).all(), total


def narrowed(work: Work, wanted: Wanted) -> SelectOfScalar[CaseRow]:
    """The cases within the actor's area that match."""
    statement = store.statement(work.actor)
    exact = {
        "status": wanted.status,
        "violation": wanted.violation,
        "tier": wanted.tier,
        "chosen": wanted.chosen,
        "party_code": wanted.party_code,
        "officer": work.actor.id if wanted.officer == ME else wanted.officer,
        "department": wanted.department,
        "region": wanted.region,
    }
    for name, value in exact.items():
        if value is not None:
            statement = statement.where(getattr(CaseRow, name) == value)
    if wanted.q:
        statement = statement.where(holding(wanted.q))
    if wanted.decided_from:
        statement = statement.where(col(CaseRow.decided_on) >= wanted.decided_from)
    if wanted.decided_until:
        statement = statement.where(col(CaseRow.decided_on) < wanted.decided_until)
    return statement


def holding(words: str) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """The condition that number, party or code hold the words as they stand (no wildcards)."""
    return or_(
        *(col(one).contains(words, autoescape=True) for one in (CaseRow.number, CaseRow.party_name, CaseRow.party_code))
    )
