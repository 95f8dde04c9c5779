"""``/jobs``: long work as its starter sees it: a list, and one job with its bar, its result or its error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from sqlmodel import col

from service.access.permissions import Permission
from service.db.repositories.jobs import visible
from service.db.tables.jobs import JobRow
from service.jobs import acts
from service.jobs.present import OVER, STATE_TITLES, files_of, link_of, percent_of
from service.jobs.registry import kinds, title_of
from service.web.deps import page_reads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.listing import Cell, Choice, Column, Filter, Listing, equals
from service.web.render import is_htmx
from service.work import Work

if TYPE_CHECKING:
    from datetime import datetime

router = APIRouter(include_in_schema=False)
_DESK: Final = "keeper"
TONES: Final = {"queued": "quiet", "running": "open", "done": "good", "failed": "stop", "cancelled": "quiet"}
_SAID: Final = {"cancelled": "已要求取消。", "retried": "已重新排队。"}
Reader = Annotated[Work, page_reads(None)]
Writer = Annotated[Work, page_writes(None)]


def _listing() -> Listing[JobRow]:
    return Listing(
        name="jobs",
        title="后台任务",
        path="/jobs",
        columns=(
            Column("subject", "任务", _name, col(JobRow.subject)),
            Column(
                "state", "状态", lambda row: Cell(STATE_TITLES[row.state], tone=TONES[row.state]), col(JobRow.state)
            ),
            Column("percent", "进度", _percent, is_number=True),
            Column("owner", "发起人", lambda row: Cell(row.owner_name), col(JobRow.owner_name)),
            Column("created", "发起时间", lambda row: Cell(_minute(row.created_at)), col(JobRow.created_at)),
            Column("finished", "结束时间", lambda row: Cell(_minute(row.finished_at)), col(JobRow.finished_at)),
            Column("attempts", "开始次数", lambda row: Cell(str(row.attempts)), is_number=True, is_shown=False),
        ),
        filters=(
            Filter("state", "状态", equals(col(JobRow.state)), _choices(STATE_TITLES)),
            Filter("kind", "种类", equals(col(JobRow.kind)), _choices({n: one.title for n, one in kinds().items()})),
        ),
        sort="created",
        unique=col(JobRow.id),
        falling=True,
    )


@router.get("/jobs")
def list_jobs(request: Request, work: Reader) -> Response:
    """One's own jobs, and those of the area where one may look at them."""
    return list_page(request, work, _DESK, "keeper/jobs.html", (_listing(), visible(work.actor)))


@router.get("/jobs/{job_id}")
def show_job(request: Request, work: Reader, job_id: str, done: str = "") -> Response:
    """One job; as long as it is not over, the page keeps itself up to date."""
    row = acts.get(work, job_id)
    mine = row.owner == work.actor.id
    context = {
        "job": row,
        "title": title_of(row.kind),
        "state_title": STATE_TITLES[row.state],
        "tone": TONES[row.state],
        "is_over": row.state in OVER,
        "percent": percent_of(row),
        "link": link_of(row),
        "files": files_of(row) if mine else [],
        "may_cancel": row.state not in OVER and not row.cancel_asked and (mine or _may(work, Permission.JOB_CANCEL)),
        "may_retry": row.state in {"failed", "cancelled"} and (mine or _may(work, Permission.JOB_CANCEL)),
        "flash": _SAID.get(done, ""),
    }
    return desk_page(request, work, _DESK, "keeper/_job.html" if is_htmx(request) else "keeper/job.html", context)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(work: Writer, job_id: str) -> Response:
    """Give it up."""
    return see_other(f"/jobs/{acts.cancel(work, job_id).id}", done="cancelled")


@router.post("/jobs/{job_id}/retry")
def retry_job(work: Writer, job_id: str) -> Response:
    """Take it up again."""
    return see_other(f"/jobs/{acts.retry(work, job_id).id}", done="retried")


@router.get("/jobs/{job_id}/files/{number}")
def job_file(work: Reader, job_id: str, number: int) -> Response:
    """A file it made, to whoever started it."""
    found = acts.file(work, job_id, number)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
        "cache-control": "no-store",
    }
    return FileResponse(work.files.path(found.digest), media_type=found.media_type, headers=headers)


def _may(work: Work, right: Permission) -> bool:
    return work.actor.may(right) or work.actor.may(Permission.SYSTEM_MANAGE)


def _name(row: JobRow) -> Cell:
    title = title_of(row.kind)
    return Cell(row.subject or title, href=f"/jobs/{row.id}", note=title if row.subject else "")


def _percent(row: JobRow) -> Cell:
    percent = percent_of(row)
    return Cell("" if percent is None else f"{percent}%", note=row.note)


def _minute(at: datetime | None) -> str:
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M")


def _choices(titles: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in titles.items())
