"""``/api/v1/audit``: the trail, for the audit administrator: search, export, check."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from service import clock
from service.access.permissions import Permission
from service.api import describe_platform as words
from service.api.deps import reads, writes
from service.audit.export import document, lines
from service.audit.kinds import event_kinds
from service.audit.query import Wanted, newest, one
from service.audit.record import AuditExported
from service.errors import HttpError
from service.jobs.queue import start
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.access.actor import Actor
    from service.db.database import Database

router = APIRouter(prefix="/api/v1/audit", tags=["审计记录"])
_NO_STORE: Final = {"cache-control": "no-store"}
NDJSON: Final = "application/x-ndjson"
_NOT_FOUND: Final = 404
_ACCEPTED: Final = 202
_FIRST_YEAR, _LAST_YEAR = date(2000, 1, 1), date(9000, 1, 1)
_MOST_NUMBER: Final = 2**31 - 1
Reader = Annotated[Work, reads(Permission.AUDIT_READ)]
Exporter = Annotated[Work, reads(Permission.AUDIT_EXPORT)]
Checker = Annotated[Work, writes(Permission.AUDIT_READ)]


class Filter(BaseModel):
    """What is looked for; days are civil days in China."""

    model_config = ConfigDict(extra="forbid")

    first: date | None = Field(None, ge=_FIRST_YEAR, le=_LAST_YEAR, description="从哪一天起")
    last: date | None = Field(None, ge=_FIRST_YEAR, le=_LAST_YEAR, description="到哪一天止（当日计入）")
    actor: str = Field("", max_length=200, description="操作人的编号或者姓名")
    kind: str = Field("", max_length=40, description="哪一种事件，例如 case.decided")
    subject: str = Field("", max_length=64, description="对象的编号")

    def wanted(self, seen_by: Actor) -> Wanted:
        """The same for the query, within what the actor may see."""
        since, until = day_start(self.first), day_start(self.last, days=1)
        return Wanted(since, until, self.actor, self.kind, self.subject, seen_by)


class EventsQuery(Filter):
    """The filters of ``/audit/events``."""

    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="从第几条开始（0 起）")


@router.get("/events", summary="审计记录", responses=words.EVENTS, response_class=Response)
def list_events(request: Request, work: Reader, query: Annotated[EventsQuery, Query()]) -> Response:
    """The newest first."""
    total, rows = newest(work.session, query.wanted(work.actor), query.offset, query.limit)
    end = query.offset + query.limit
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(end)})}"
    page = {"total": total, "offset": query.offset, "limit": query.limit, "items": [document(row) for row in rows]}
    return _json({**page, "next": following if end < total else None})


@router.get("/events/{seq}", summary="一条审计记录", responses=words.EVENT, response_class=Response)
def show_event(work: Reader, seq: Annotated[int, Path(ge=1, le=_MOST_NUMBER, description="第几条")]) -> Response:
    """One event by its number."""
    row = one(work.session, Wanted(seen_by=work.actor), seq)
    if row is None:
        raise HttpError(_NOT_FOUND, "audit_event_unknown", seq=seq)
    return _json(document(row))


@router.get("/kinds", summary="审计记录的种类", responses=words.EVENT_KINDS, response_class=Response)
def list_kinds(work: Reader) -> Response:  # noqa: ARG001 - asks for the right alone
    """Every kind of event with its title."""
    return _json({"items": [{"kind": name, "title": kind.title} for name, kind in event_kinds().items()]})


@router.get("/export", summary="导出审计记录（NDJSON）", responses=words.EXPORT, response_class=StreamingResponse)
def export_events(request: Request, work: Exporter, query: Annotated[Filter, Query()]) -> StreamingResponse:
    """The oldest first, one a line, in constant memory; that it was exported stands in the trail as well."""
    return exported(request.app.state.works.database, work, query)


@router.post(
    "/checks", summary="核对全部审计记录", responses=words.CHECK, status_code=_ACCEPTED, response_class=Response
)
def start_check(work: Checker) -> Response:
    """Start the job that reads the whole chain."""
    job_id = start(work, "audit.verify", lock="audit.verify", subject=f"核对审计记录 {work.today.isoformat()}")
    href = f"/api/v1/jobs/{job_id}"
    answer = orjson.dumps({"job": {"id": job_id, "href": href}})
    return Response(answer, _ACCEPTED, {**_NO_STORE, "location": href}, "application/json")


def exported(database: Database, work: Work, query: Filter) -> StreamingResponse:
    """The stream; it reads in a transaction of its own, since that of the work ends before the answer begins."""
    wanted = query.wanted(work.actor)
    given = query.model_dump(mode="json", exclude_none=True)
    work.record(AuditExported(subject="audit", filter={key: value for key, value in given.items() if value}))
    name = f"audit-{work.today.isoformat()}.ndjson"
    headers = {**_NO_STORE, "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_stream(database, wanted), media_type=NDJSON, headers=headers)


def _stream(database: Database, wanted: Wanted) -> Iterator[bytes]:
    with database.read() as session:
        yield from lines(session, wanted)


def day_start(day: date | None, days: int = 0) -> datetime | None:
    """The first moment of a day in China, or of one some days later."""
    return None if day is None else datetime.combine(day + timedelta(days=days), time(), clock.CHINA)


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json", headers=_NO_STORE)
