"""Scoring of a whole file: part by part, so that a stopped run goes on behind its last part.

Results go to parts in ``OUT.parts``; OUT appears once, complete. ``run.json`` beside the parts keeps
what they depend on, and a run is continued only when all of it is the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson
import polars as pl

from service.errors import StateError, UsageError
from service.scoring.duplicates import find_duplicates
from service.scoring.parts import join
from service.scoring.source import BATCH, Source
from supervision.table import TableScorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from supervision.scheme import Scheme

PART: Final = BATCH
"""Rows of a part: what a stopped run loses at most."""
ROW_GROUP: Final = 1 << 17
RUN_KEY: Final = "xinheng.run"


@dataclass(slots=True)
class Summary:
    """What a run has done; ``classes`` counts rows by class, rows without one under ""."""

    rows: int = 0
    resumed: int = 0
    classes: dict[str, int] = field(default_factory=dict)
    problems: int = 0
    duplicates: int = 0


@dataclass(frozen=True)
class Job:
    """A file to be scored into another."""

    scheme: Scheme
    on: date
    source: Source
    out: Path
    resume: bool = False
    tell: Callable[[int], None] = lambda _rows: None


def score_file(job: Job) -> Summary:
    """Score every row of the source; the output has the same rows in the same order.

    Raises:
        UsageError: the output cannot be written, or is the input.
        StateError: ``resume_impossible``: the stopped run was another one.
        InputError: the input is damaged.
    """
    _refuse_same(job)
    try:
        with _work_folder(job) as folder:
            summary = Summary(rows=job.source.rows)
            duplicates = find_duplicates(job.source.codes, job.source.rows, str(folder))
            summary.duplicates = len(duplicates)
            parts = list(_parts(job, folder, duplicates, summary))
            _finish(job, parts)
            count_results(job.out, summary)
    except OSError as error:
        raise UsageError("file_unwritable", file=str(job.out), why=error.strerror or str(error)) from error
    return summary


def _refuse_same(job: Job) -> None:
    if job.out.is_dir():
        raise UsageError("file_is_folder", file=str(job.out))
    if job.out.exists() and job.out.samefile(job.source.path):
        raise UsageError("same_file", file=str(job.out))


@contextlib.contextmanager
def _work_folder(job: Job) -> Iterator[Path]:
    """The folder of the parts, ours alone; it goes when the output is complete."""
    folder = job.out.with_name(job.out.name + ".parts")
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateError("resume_impossible", why=f"另一次运行正在写 {job.out}") from error
        _begin(job, folder)
        yield folder
        shutil.rmtree(folder)


def _begin(job: Job, folder: Path) -> None:
    state = {"input": job.source.digest, "scheme": job.scheme.digest, "on": job.on.isoformat()}
    note = folder / "run.json"
    if job.resume and note.exists():
        _refuse_other(note, state)
        return
    for part in folder.glob("part-*"):
        part.unlink()
    draft = folder / "run.json.tmp"
    draft.write_bytes(orjson.dumps(state))
    draft.replace(note)


def _refuse_other(note: Path, state: Mapping[str, str]) -> None:
    try:
        before = orjson.loads(note.read_bytes())
        same = {name: before[name] == value for name, value in state.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError("resume_impossible", why=f"中断的记录 {note} 无法读取") from error
    reasons = {"input": "输入文件已经改变", "scheme": "方案已经改变", "on": "评分日与上次不同"}
    changed = [reasons[name] for name, is_same in same.items() if not is_same]
    if changed:
        raise StateError("resume_impossible", why="，".join(changed))


def _parts(job: Job, folder: Path, duplicates: pl.Series, summary: Summary) -> Iterator[Path]:
    """Write the parts that are not there; one is encoded while the next is worked out."""
    # A file without rows still gives one part: the output then has its columns and no rows.
    spans = [(at, min(PART, job.source.rows - at)) for at in range(0, max(job.source.rows, 1), PART)]
    parts = {span: folder / f"part-{span[0]:012}.parquet" for span in spans}
    ahead = [span for span in spans if not parts[span].exists()]
    summary.resumed = job.source.rows - sum(count for _, count in ahead)
    scorer = TableScorer(job.scheme, job.on, job.source.layout.scales)
    with ThreadPoolExecutor(1) as writer:
        busy: Future[None] | None = None
        for span, frame in zip(ahead, job.source.pieces(ahead), strict=True):
            table = scorer.score(frame, duplicates)
            if busy is not None:
                busy.result()
            busy = writer.submit(write_part, table, parts[span])
            job.tell(len(table))
        if busy is not None:
            busy.result()
    yield from parts.values()


def write_part(table: pl.DataFrame, path: Path) -> None:
    """Write a table of results: under another name until it is whole."""
    draft = path.with_suffix(".tmp")
    table.write_parquet(draft, compression="zstd", compression_level=1, statistics=False, row_group_size=ROW_GROUP)
    draft.replace(path)


def _finish(job: Job, parts: list[Path]) -> None:
    draft = job.out.with_name(f".{job.out.name}.{os.getpid()}.tmp")
    about = {
        "scheme": job.scheme.id,
        "version": job.scheme.version,
        "digest": job.scheme.digest,
        "on": job.on.isoformat(),
    }
    try:
        join(parts, draft, {RUN_KEY: orjson.dumps(about).decode()})
        draft.replace(job.out)
    finally:
        draft.unlink(missing_ok=True)


def count_results(out: Path, summary: Summary) -> None:
    """Count the rows of an output by class."""
    counted = (
        pl.scan_parquet(out)
        .group_by("class")
        .agg(pl.len().alias("rows"), pl.col("problem").is_not_null().sum().alias("problems"))
        .collect()
    )
    for name, rows, problems in counted.iter_rows():
        summary.classes[name or ""] = rows
        summary.problems += problems
