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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import polars as pl

from kernel.errors import InputError
from service.errors import StateError, UsageError, reason
from service.scoring.duplicates import find_duplicates
from service.scoring.parts import join
from service.scoring.source import BATCH, Source
from service.scoring.spark import score_spans
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

    def add(self, table: pl.DataFrame) -> None:
        """Count the rows of a piece."""
        for name, count in _counted(table["class"]):
            self.classes[name or ""] = self.classes.get(name or "", 0) + count
        self.problems += len(table) - table["problem"].null_count()


def _counted(classes: pl.Series) -> list[tuple[str | None, int]]:
    """How many rows each class has; of enumerations by their numbers, which is quicker."""
    kind = classes.dtype
    if not isinstance(kind, pl.Enum):
        return list(classes.value_counts().iter_rows())
    names = [*kind.categories.to_list(), None]
    numbers = classes.to_physical().cast(pl.UInt8).fill_null(len(names) - 1).to_numpy()
    counts = np.bincount(numbers, minlength=len(names)).tolist()
    return [(name, count) for name, count in zip(names, counts, strict=True) if count]


@dataclass(frozen=True)
class Job:
    """A file to be scored into another; with ``master``, on the Spark cluster of that address."""

    scheme: Scheme
    on: date
    source: Source
    out: Path
    resume: bool = False
    tell: Callable[[int], None] = lambda _rows: None
    master: str | None = None


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
            job = replace(job, source=job.source.with_codes())
            duplicates = find_duplicates(job.source.codes, job.source.rows, str(folder))
            summary.duplicates = len(duplicates)
            _finish(job, _parts(job, folder, duplicates, summary))
    except OSError as error:
        raise UsageError("file_unwritable", file=str(job.out), why=reason(error)) from error
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
        try:
            yield folder
        except InputError:
            # A damaged table stays damaged: nothing to go on with.
            shutil.rmtree(folder)
            raise
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


def _parts(job: Job, folder: Path, duplicates: pl.Series, summary: Summary) -> list[Path]:
    """Write the parts that are not there, here or on a cluster."""
    # A file without rows still gives one part: the output then has its columns and no rows.
    spans = [(at, min(PART, job.source.rows - at)) for at in range(0, max(job.source.rows, 1), PART)]
    ahead = [span for span in spans if not part_path(folder, span[0]).exists()]
    summary.resumed = job.source.rows - sum(count for _, count in ahead)
    parts = [part_path(folder, start) for start, _ in spans]
    there = set(parts) - {part_path(folder, start) for start, _ in ahead}
    if job.master is None:
        _score_here(job, folder, ahead, duplicates, summary)
    elif ahead:
        score_spans(job, job.master, folder, ahead, duplicates)
        there = set(parts)
    for part in there:
        summary.add(pl.read_parquet(part, columns=["class", "problem"]))
    return parts


def part_path(folder: Path, start: int) -> Path:
    """The part that begins with a row."""
    return folder / f"part-{start:012}.parquet"


def _score_here(job: Job, folder: Path, spans: list[tuple[int, int]], duplicates: pl.Series, summary: Summary) -> None:
    """One part is encoded while the next is worked out."""
    scorer = TableScorer(job.scheme, job.on, job.source.layout.scales)
    with ThreadPoolExecutor(1) as writer:
        busy: Future[None] | None = None
        for span, frame in zip(spans, job.source.pieces(spans), strict=True):
            table = scorer.score(frame, duplicates)
            if busy is not None:
                busy.result()
            busy = writer.submit(write_part, table, part_path(folder, span[0]))
            summary.add(table)
            job.tell(len(table))
        if busy is not None:
            busy.result()


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
