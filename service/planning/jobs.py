"""The tasks of a large draw as a job: made a piece at a time, so that a stop in the middle costs one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from service.db.repositories import draws
from service.db.tables.jobs import JobRow
from service.errors import StateError
from service.jobs.queue import start
from service.jobs.registry import job
from service.planning import fromdraw, tasks

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.jobs.run import Run
    from service.work import Work

KIND: Final = "task.make"
LARGE_SEATS: Final = 20_000
"""Seats of a draw (a summary knows them) from which its tasks are made by a job."""
PIECE: Final = 5_000
"""Tasks kept in one transaction."""


def is_large(draw: DrawRow) -> bool:
    """Whether the tasks are better made by a job."""
    return int(draw.summary.get("seats", 0)) > LARGE_SEATS


def begin(work: Work, draw: DrawRow, *, dispatch: bool = False) -> str:
    """Put the making of the tasks into the queue, unless it is there; the id of the job.

    ``dispatch``: the checks are handed out at the end. StateError where they are made already or cannot be.
    """
    fromdraw.require_dispatched(draw)
    if made := waiting(work, draw):
        return made
    if fromdraw.are_made(work, draw):
        raise StateError("task_tasks_made", draw=draw.draw_id)
    return start(
        work,
        KIND,
        {"draw": draw.id, "dispatch": dispatch},
        lock=_lock(draw),
        subject=draw.draw_id,
        department=draw.department,
        region=draw.region,
    )


def waiting(work: Work, draw: DrawRow) -> str | None:
    """The job that makes the tasks of this draw, or will; None where there is none."""
    mine = select(JobRow.id).where(JobRow.lock_key == _lock(draw), col(JobRow.state).in_(("queued", "running")))
    return work.session.exec(mine).first()


def _lock(draw: DrawRow) -> str:
    return f"{KIND}:{draw.id}"


@job(KIND, title="生成检查任务")
def make_tasks(run: Run) -> object:
    """Make the tasks that are not there yet: after a stop it goes on with the next piece."""
    key: str = run.payload["draw"]
    run.progress(note="正在安排任务和日期")
    with run.reading() as work:
        making = fromdraw.begin(work, draws.row(work.session, work.actor, key))
    left = making.left
    for start_at in range(0, len(left), PIECE):
        piece, done = left[start_at : start_at + PIECE], min(start_at + PIECE, len(left))
        with run.step(done, done=done, total=len(left), note="正在写入任务") as work:
            draw = draws.row(work.session, work.actor, key)
            fromdraw.told(work, draw, fromdraw.Making(work, draw, piece, making.days).keep(piece))
    run.result = {"tasks": len(left), "link": {"href": "/planner/tasks", "label": "检查任务"}}
    with run.finish() as work:
        if run.payload["dispatch"]:
            tasks.dispatch_draw(work, draws.row(work.session, work.actor, key).draw_id)
    return run.result
