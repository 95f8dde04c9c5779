"""``/keeper/audit``: the trail for the audit administrator."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Request
from sqlmodel import col, or_, select

from service.access import scope
from service.access.permissions import Permission
from service.api.v1.audit import Filter as ExportFilter
from service.api.v1.audit import day_start, exported
from service.audit.export import document
from service.audit.kinds import event_kinds, title_of
from service.audit.query import Wanted, one
from service.db.tables.audit import AuditRow
from service.errors import HttpError
from service.jobs.queue import start
from service.web.deps import page_reads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.listing import Cell, Choice, Column, Filter, Listing, equals
from service.work import Work

if TYPE_CHECKING:
    from fastapi.responses import Response
    from sqlalchemy import ColumnElement

router = APIRouter(include_in_schema=False)
_DESK: Final = "keeper"
_NOT_FOUND: Final = 404
_MOST_DIGITS: Final = 9
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 8999
Reader = Annotated[Work, page_reads(Permission.AUDIT_READ)]
Exporter = Annotated[Work, page_reads(Permission.AUDIT_EXPORT)]
Checker = Annotated[Work, page_writes(Permission.AUDIT_READ)]


def _listing() -> Listing[AuditRow]:
    return Listing(
        name="audit",
        title="审计记录",
        path="/keeper/audit",
        columns=(
            Column("seq", "序号", _number, col(AuditRow.seq), is_number=True),
            Column("at", "时间", lambda row: Cell(row.at.strftime("%Y-%m-%d %H:%M:%S")), col(AuditRow.at)),
            Column("actor", "操作人", lambda row: Cell(row.actor_name, note=row.actor), col(AuditRow.actor_name)),
            Column("kind", "事件", lambda row: Cell(title_of(row.kind), note=row.kind), col(AuditRow.kind)),
            Column("subject", "对象", lambda row: Cell(row.subject), col(AuditRow.subject)),
            Column("department", "部门", lambda row: Cell(row.department), col(AuditRow.department), is_shown=False),
            Column("region", "区域", lambda row: Cell(row.region), col(AuditRow.region), is_shown=False),
            Column("digest", "摘要", lambda row: Cell(row.digest), is_shown=False),
        ),
        filters=(
            Filter("first", "从", lambda value: _from_day(value, 0), kind="date"),
            Filter("last", "到（含）", lambda value: _from_day(value, 1), kind="date"),
            Filter("actor", "操作人（姓名或编号）", _by_actor),
            Filter("kind", "事件", equals(col(AuditRow.kind)), _kind_choices()),
            Filter("subject", "对象编号", equals(col(AuditRow.subject))),
        ),
        sort="seq",
        unique=col(AuditRow.seq),
        falling=True,
    )


@router.get("/keeper/audit")
def list_events(request: Request, work: Reader) -> Response:
    """The newest first."""
    statement = scope.where(select(AuditRow), AuditRow, work.actor)
    query = {key: value for key, value in request.query_params.items() if key in ExportFilter.model_fields and value}
    return list_page(request, work, _DESK, "keeper/audit.html", (_listing(), statement), {"query": query})


@router.get("/keeper/audit/export")
def export_events(request: Request, work: Exporter) -> Response:
    """The events that the list shows, as lines."""
    fields = {key: value for key, value in request.query_params.items() if key in ExportFilter.model_fields}
    usable = {key: value for key, value in fields.items() if key not in {"first", "last"} or _day(value)}
    return exported(request.app.state.works.database, work, ExportFilter.model_validate(usable))


@router.post("/keeper/audit/checks")
def start_check(work: Checker) -> Response:
    """Start the job that reads the whole chain."""
    subject = f"核对审计记录 {work.today.isoformat()}"
    return see_other(f"/jobs/{start(work, 'audit.verify', lock='audit.verify', subject=subject)}")


@router.get("/keeper/audit/{seq}")
def show_event(request: Request, work: Reader, seq: str) -> Response:
    """One event with everything in it."""
    number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) <= _MOST_DIGITS else 0
    row = one(work.session, Wanted(seen_by=work.actor), number)
    if row is None:
        raise HttpError(_NOT_FOUND, "audit_event_unknown", seq=seq)
    return desk_page(request, work, _DESK, "keeper/audit_event.html", {"event": document(row)})


def _number(row: AuditRow) -> Cell:
    return Cell(str(row.seq), href=f"/keeper/audit/{row.seq}")


def _day(value: str) -> date | None:
    """The day, if it is one that the trail could have."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _from_day(value: str, days: int) -> ColumnElement[bool] | None:
    day = _day(value)
    if day is None:
        return None
    found: ColumnElement[bool] = col(AuditRow.at) >= day_start(day, days)
    return ~found if days else found


def _by_actor(value: str) -> ColumnElement[bool]:
    return or_(col(AuditRow.actor) == value, col(AuditRow.actor_name) == value)


def _kind_choices() -> tuple[Choice, ...]:
    return tuple(Choice(name, kind.title) for name, kind in event_kinds().items())
