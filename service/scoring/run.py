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
from typing import TYPE_CHECKING, Any, Final

import orjson
import polars as pl
import pyarrow.parquet as pq

from service.errors import StateError, UsageError
from service.scoring.duplicates import find_duplicates
from service.scoring.parts import join
from service.scoring.source import BATCH, Source
from supervision.table import SCHEMA, TableScorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from supervision.scheme import Scheme

PART_BATCHES: Final = 8
PART: Final = PART_BATCHES * BATCH
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
    scorer = TableScorer(job.scheme, job.on, job.source.layout.scales)
    # A file without rows still gives one part: the output then has its columns and no rows.
    for number, start in enumerate(range(0, max(job.source.rows, 1), PART)):
        part = folder / f"part-{number:06}.parquet"
        stop = min(start + PART, job.source.rows)
        if part.exists():
            summary.resumed += stop - start
        else:
            tables = (scorer.score(frame, duplicates) for frame in job.source.batches(start, stop))
            draft = part.with_suffix(".tmp")
            write_tables(tables, draft, job.tell)
            draft.replace(part)
        yield part


def write_tables(tables: Iterable[pa.Table], path: Path, tell: Callable[[int], None]) -> None:
    """Write tables of results, a row group each; one is encoded while the next is worked out."""
    # A dictionary pays for every column but the code, which is different in every row.
    with (
        pq.ParquetWriter(
            path,
            SCHEMA,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in SCHEMA.names if name != "uscc"],
            write_statistics=False,
            store_schema=False,
        ) as writer,
        ThreadPoolExecutor(1) as encoder,
    ):
        busy: Future[Any] | None = None
        for table in tables:
            if busy is not None:
                busy.result()
            busy = encoder.submit(writer.write_table, table)
            tell(len(table))
        if busy is not None:
            busy.result()


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
