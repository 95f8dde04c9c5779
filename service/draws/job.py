"""Large draws as a job: computed without a lock on the database, and then kept in one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from service.db.repositories import draws
from service.db.tables.jobs import JobRow
from service.draws import drawing
from service.jobs.queue import start
from service.jobs.registry import job

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.jobs.run import Run
    from service.work import Work

KIND: Final = "draw.run"
LARGE_BYTES: Final = 60_000_000
"""Frames of about two million units; smaller draws take seconds and are made at once."""


def is_large(work: Work, row: DrawRow) -> bool:
    """Whether the draw is better made by a job."""
    return sum(one.size for one in draws.files(work.session, row.id) if one.kind == "frame") > LARGE_BYTES


def begin(work: Work, row: DrawRow) -> str:
    """Put the draw into the queue, unless it is there; the id of the job. CeremonyError as for the draw itself."""
    drawing.require_ready(work, row)
    return waiting(work, row) or start(
        work, KIND, {"draw": row.id}, lock=_lock(row), subject=row.draw_id, department=row.department, region=row.region
    )


def waiting(work: Work, row: DrawRow) -> str | None:
    """The job that is making this draw, or will; None where there is none."""
    mine = select(JobRow.id).where(JobRow.lock_key == _lock(row), col(JobRow.state).in_(("queued", "running")))
    return work.session.exec(mine).first()


def _lock(row: DrawRow) -> str:
    return f"{KIND}:{row.id}"


@job(KIND, title="抽取")
def run_draw(run: Run) -> object:
    """Make one draw; a job that failed says why, and the draw stays as it was."""
    key: str = run.payload["draw"]
    with run.reading() as work:
        row = draws.row(work.session, work.actor, key)
        drawing.require_ready(work, row)
        run.progress(note="正在读取名录、计算签")
        result: Any = drawing.computed(work, row)
    run.result = {"link": {"href": f"/planner/draws/{key}/ceremony", "label": "抽取会页面"}}
    with run.finish() as work:
        drawing.keep_result(work, draws.row(work.session, work.actor, key, lock=True), result)
    return run.result
