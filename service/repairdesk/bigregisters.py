"""Registers that are too large to wait for: jobs read and apply them, show their progress, and go on after a stop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from polars import DataFrame, concat

from credit.scan_table import table
from kernel.errors import InputError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.jobs.queue import start
from service.jobs.registry import job
from service.repairdesk import importing
from service.repairdesk.importing import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credit.scan import Row
    from service.jobs.run import Run
    from service.repairdesk.model import RegisterImport
    from service.work import Work

READ: Final = "register.read"
APPLY: Final = "register.apply"
_PIECE: Final = 1_000
"""Rows of one transaction: others wait no longer than that takes."""
_COUNTS: Final = ("added", "changed", "same")


def receive(work: Work, name: str, data: bytes, channel: str | None = None) -> RegisterImport | str:
    """Read and check a register; a large one is read by a job, whose id comes back."""
    source = Source(importing.checked_name(work, name), work.files.put(data), channel)
    if not importing.is_large(work, source):
        return importing.kept(work, source, importing.looked_at(work, importing.rows_of(work, source)))
    payload = {"name": source.name, "file": source.file, "channel": channel}
    return start(work, READ, payload, subject=source.name)


def carry_out(work: Work, import_id: str, seen: int) -> RegisterImport | str:
    """Make records of a register that was read; of a large one by a job, whose id comes back."""
    one = importing.waiting(work, import_id, seen)
    if one.figures["rows"] <= importing.MOST_AT_ONCE:
        return importing.apply(work, import_id, seen)
    work.actor.require(Permission.REPAIR_IMPORT, one.department, one.region)
    job_id = start(
        work, APPLY, {"import": one.id}, lock=APPLY, subject=one.name, department=one.department, region=one.region
    )
    importing.keep(work, replace(one, figures={**one.figures, "job": job_id}, version=one.version + 1))
    return job_id


@job(READ, title="读取登记簿")
def read_register(run: Run) -> None:
    """Read and check; nothing is kept before the end, so a new run begins anew."""
    source = Source(run.payload["name"], run.payload["file"], run.payload["channel"])
    frames: list[DataFrame] = []
    with run.reading() as work:
        figures = importing.looked_at(work, _told(run, work, source, frames))
    if not frames:
        raise InputError.at("", "import_empty")
    with run.step(None, done=figures["rows"], total=figures["rows"], note="逐行核对结果"):
        pass  # nothing is kept yet: only how far it is
    book = run.files.put(importing.book_of(concat(frames)))
    with run.finish() as work:
        one = importing.kept(work, source, {**figures, "workbook": book})
        run.result = {"rows": figures["rows"], "link": {"href": f"/credit/import/{one.id}", "label": "查看核对结果"}}


def _told(run: Run, work: Work, source: Source, frames: list[DataFrame]) -> Iterator[Row]:
    """The rows, with progress told and what the workbook says of them put aside: rows themselves are not kept."""
    count = 0
    for block in importing.blocks(importing.rows_of(work, source), _PIECE):
        frames.append(table(block, count + 1, work.today))
        count += len(block)
        run.progress(count, note="读取和核对")
        yield from block


@job(APPLY, title="导入登记簿", attempts=3)
def apply_register(run: Run) -> None:
    """Block by block; what was applied stays applied when the job ends early, and counts as known the next time."""
    state: dict[str, Any] = dict(run.checkpoint or {"done": 0, **dict.fromkeys(_COUNTS, 0)})
    with run.reading() as looking:
        one = store.register_import(looking.session, looking.actor, run.payload["import"])
        total = one.figures["rows"]
        rows = importing.rows_of(looking, importing.source_of(one), state["done"])
        for block in importing.blocks(rows, _PIECE):
            with run.step(state, done=state["done"] + len(block), total=total, note="写入") as work:
                counts = importing.apply_block(work, block, one)
                state |= {"done": state["done"] + len(block), **{name: state[name] + counts[name] for name in _COUNTS}}
    with run.finish() as work:
        now = store.register_import(work.session, work.actor, one.id)
        importing.done(work, now, state)
        run.result = {name: state[name] for name in _COUNTS} | {
            "link": {"href": f"/credit/import/{one.id}", "label": "查看导入结果"}
        }
