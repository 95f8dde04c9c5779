"""Large draws as jobs: computed without a lock on the database, and then kept in one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from service.db.repositories import draws
from service.db.tables.jobs import JobRow
from service.draws import drawing, record
from service.jobs.queue import start
from service.jobs.registry import job

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.jobs.run import Run
    from service.work import Work

KIND: Final = "draw.run"
COMMIT: Final = "draw.commit"
LARGE_BYTES: Final = 60_000_000
"""Frames of about two million units; smaller draws take seconds and are made at once."""
LONG_BYTES: Final = 1_800_000
"""Frames of about fifty thousand units, from which a record is made by a job: its Merkle roots take long."""


def is_large(work: Work, row: DrawRow) -> bool:
    """Whether the draw is better made by a job."""
    return _frames(work, row) > LARGE_BYTES


def is_long(work: Work, row: DrawRow) -> bool:
    """Whether the record is better made by a job."""
    return _frames(work, row) > LONG_BYTES


def _frames(work: Work, row: DrawRow) -> int:
    return sum(one.size for one in draws.files(work.session, row.id) if one.kind == "frame")


def begin(work: Work, row: DrawRow) -> str:
    """Put the draw into the queue, unless it is there; the id of the job. CeremonyError as for the draw itself."""
    drawing.require_ready(work, row)
    return _start(work, row, KIND)


def begin_commit(work: Work, row: DrawRow) -> str:
    """Put the making of the record into the queue, unless it is there; CeremonyError as for the record itself."""
    record.require_committable(work, row)
    return _start(work, row, COMMIT)


def _start(work: Work, row: DrawRow, kind: str) -> str:
    return waiting(work, row) or start(
        work, kind, {"draw": row.id}, lock=_lock(row), subject=row.draw_id, department=row.department, region=row.region
    )


def waiting(work: Work, row: DrawRow) -> str | None:
    """The job that is working on this draw, or will; None where there is none."""
    mine = select(JobRow.id).where(JobRow.lock_key == _lock(row), col(JobRow.state).in_(("queued", "running")))
    return work.session.exec(mine).first()


def _lock(row: DrawRow) -> str:
    return f"draw:{row.id}"


def _page(key: str) -> dict[str, Any]:
    return {"link": {"href": f"/planner/draws/{key}/ceremony", "label": "抽取会页面"}}


@job(COMMIT, title="固定抽取的记录")
def run_commit(run: Run) -> object:
    """Make the record of one draw; a job that failed says why, and the draft stays as it was."""
    key: str = run.payload["draw"]
    with run.reading() as work:
        row = draws.row(work.session, work.actor, key)
        record.require_committable(work, row)
        frozen = record.freeze(work, row, lambda words: run.progress(note=words))
    run.result = _page(key)
    with run.finish() as work:
        record.commit(work, draws.row(work.session, work.actor, key, lock=True), frozen)
    return run.result


@job(KIND, title="抽取")
def run_draw(run: Run) -> object:
    """Make one draw; a job that failed says why, and the draw stays as it was."""
    key: str = run.payload["draw"]
    with run.reading() as work:
        row = draws.row(work.session, work.actor, key)
        drawing.require_ready(work, row)
        run.progress(note="正在读取名录、计算签")
        result: Any = drawing.computed(work, row)
    run.result = _page(key)
    with run.finish() as work:
        drawing.keep_result(work, draws.row(work.session, work.actor, key, lock=True), result)
    return run.result
