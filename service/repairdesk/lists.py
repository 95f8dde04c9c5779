"""Finding records and repairs: filters, order and pages, made by the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import func, or_
from sqlmodel import col, select

from service.db.repositories import repairs as store
from service.db.tables.repairs import RecordRow, RepairRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel.sql.expression import SelectOfScalar

    from service.work import Work

R = TypeVar("R", RecordRow, RepairRow)
RECORD_SORTS: Final = ("updated_at", "decided_on", "earliest_on", "ends_on", "number", "outcome")
REPAIR_SORTS: Final = ("due_on", "updated_at", "created_at", "received_on", "decided_on", "state")
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to: columns with the value they must have, words, and a page in an order."""

    sort: str
    limit: int
    offset: int
    exact: Mapping[str, Any] = field(default_factory=dict)
    q: str | None = None
    is_open: bool | None = None


def found_records(work: Work, wanted: Wanted) -> tuple[Sequence[RecordRow], int]:
    """One page of records, and how many match."""
    statement = _exact(store.records(work.actor), RecordRow, wanted)
    if wanted.q:
        statement = statement.where(holding(wanted.q))
    return _page(work, statement, RecordRow, wanted)


def found_repairs(work: Work, wanted: Wanted) -> tuple[Sequence[RepairRow], int]:
    """One page of repairs, and how many match."""
    statement = _exact(store.repairs(work.actor), RepairRow, wanted)
    if wanted.is_open is not None:
        is_closed = col(RepairRow.state) == CLOSED
        statement = statement.where(~is_closed if wanted.is_open else is_closed)
    if wanted.q:
        of_record = select(RecordRow.id).where(holding(wanted.q))
        statement = statement.where(col(RepairRow.record_id).in_(of_record))
    return _page(work, statement, RepairRow, wanted)


def holding(words: str) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """The condition that number, party or code hold the words as they stand (no wildcards)."""
    columns = (RecordRow.number, RecordRow.party_name, RecordRow.party_code)
    return or_(*(col(one).contains(words, autoescape=True) for one in columns))


def _exact(statement: SelectOfScalar[R], row: type[R], wanted: Wanted) -> SelectOfScalar[R]:
    for name, value in wanted.exact.items():
        if value is not None:
            statement = statement.where(getattr(row, name) == value)
    return statement


def _page(work: Work, statement: SelectOfScalar[R], row: type[R], wanted: Wanted) -> tuple[Sequence[R], int]:
    total = work.session.exec(select(func.count()).select_from(statement.subquery())).one()
    column: Any = getattr(row, wanted.sort.removeprefix("-"))
    order = column.desc() if wanted.sort.startswith("-") else column.asc()
    page = statement.order_by(order.nulls_last(), row.id).offset(wanted.offset).limit(wanted.limit)
    return work.session.exec(page).all(), total
