"""``/api/v1/jobs``: long work as it goes on: list, one, cancel, retry, the files it made."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func
from sqlmodel import col, select

from service.api import describe_platform as words
from service.api.deps import reads, writes
from service.db.repositories.jobs import visible
from service.db.tables.jobs import JobRow
from service.jobs import acts
from service.jobs.present import document
from service.work import Work

router = APIRouter(prefix="/api/v1", tags=["后台任务"])
_NO_STORE: Final = {"cache-control": "no-store"}
Reader = Annotated[Work, reads(None)]
Writer = Annotated[Work, writes(None)]
JobId = Annotated[str, Path(max_length=64, description="任务编号")]


class JobsQuery(BaseModel):
    """The filters of ``/jobs``."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = Field(None, description="状态")
    kind: str | None = Field(None, max_length=40, description="哪一种任务，例如 score.run")
    owner: str | None = Field(None, max_length=64, description="发起人编号；me 为自己")
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


@router.get("/jobs", summary="后台任务", responses=words.JOBS, response_class=Response)
def list_jobs(request: Request, work: Reader, query: Annotated[JobsQuery, Query()]) -> Response:
    """The newest first: the caller's own, and those of the area where he may look at jobs."""
    found = visible(work.actor)
    wanted = {"state": query.state, "kind": query.kind, "owner": work.actor.id if query.owner == "me" else query.owner}
    for name, value in wanted.items():
        found = found if value is None else found.where(getattr(JobRow, name) == value)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    rows = work.session.exec(found.order_by(col(JobRow.id).desc()).offset(query.offset).limit(query.limit)).all()
    end = query.offset + query.limit
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(end)})}"
    items = [document(row, whole=False) for row in rows]
    page = {"total": total, "offset": query.offset, "limit": query.limit, "items": items}
    return _json({**page, "next": following if end < total else None})


@router.get("/jobs/{id}", summary="一个后台任务", responses=words.JOB, response_class=Response)
def show_job(work: Reader, id: JobId) -> Response:  # noqa: A002  (the name is that of the interface)
    """State, progress, and the result or the error."""
    return _json(document(acts.get(work, id), whole=True))


@router.post("/jobs/{id}/cancel", summary="取消后台任务", responses=words.CANCEL, response_class=Response)
def cancel_job(work: Writer, id: JobId) -> Response:  # noqa: A002  (the name is that of the interface)
    """Give up what waits or runs."""
    return _json(document(acts.cancel(work, id), whole=True))


@router.post("/jobs/{id}/retry", summary="重试后台任务", responses=words.RETRY, response_class=Response)
def retry_job(work: Writer, id: JobId) -> Response:  # noqa: A002  (the name is that of the interface)
    """Take up again what failed or was given up, from its last checkpoint."""
    return _json(document(acts.retry(work, id), whole=True))


@router.get(
    "/jobs/{id}/files/{number}", summary="任务生成的文件", responses=words.JOB_FILE, response_class=FileResponse
)
def job_file(
    work: Reader,
    id: JobId,  # noqa: A002  (the name is that of the interface)
    number: Annotated[int, Path(ge=1, le=1000, description="第几个文件（1 起）")],
) -> FileResponse:
    """One file, to whoever started the job."""
    found = acts.file(work, id, number)
    name = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return FileResponse(work.files.path(found.digest), media_type=found.media_type, headers={**_NO_STORE, **name})


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json", headers=_NO_STORE)
