"""``score build``: a folder of raw records becomes the table that is scored, in the tight layout."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.errors import InputError
from service.errors import UsageError, reason
from service.scoring.parts import join
from service.scoring.source import FAULTS
from supervision.indicators import Builder, world_on
from supervision.indicatorsquality import Coverage, Quality, judge
from supervision.layout import layout_metadata, tighten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from service.scoring.records import Folder
    from supervision.scheme import Scheme

ROW_GROUP: Final = 1 << 17
_ARROW: Final = "ARROW:schema"


@dataclass(frozen=True)
class BuildJob:
    """A folder to be made into a table as of a day."""

    scheme: Scheme
    on: date
    folder: Folder
    out: Path
    progress: Callable[[int], Callable[[int], None]] = lambda _rows: lambda _more: None


def build_file(job: BuildJob) -> Quality:
    """Write the table, complete or not at all, and say how good the records are.

    Raises:
        InputError: a table lacks a column that it cannot do without, or is damaged.
        UsageError: the output cannot be written.
    """
    if job.out.is_dir():
        raise UsageError("file_is_folder", file=str(job.out))
    coverage = Coverage()
    builder = _builder(job)
    try:
        _write(job, builder, coverage)
    except OSError as error:
        raise UsageError("file_unwritable", file=str(job.out), why=reason(error)) from error
    return judge(job.folder.tables, builder, job.scheme, coverage, job.on)


def _builder(job: BuildJob) -> Builder:
    try:
        return Builder(world_on(job.folder.tables, job.on), job.scheme)
    except FAULTS as error:
        why = str(error).splitlines()[0] if str(error) else ""
        raise InputError.at("", "table_unreadable", file=str(job.folder.path), why=why) from error


def _write(job: BuildJob, builder: Builder, coverage: Coverage) -> None:
    own = f".{job.out.name}.{os.getpid()}"
    folder, draft = job.out.with_name(f"{own}.parts"), job.out.with_name(f"{own}.tmp")
    try:
        folder.mkdir()
        parts = list(_parts(job, builder, coverage, folder))
        metadata = {_ARROW: pl.read_parquet_metadata(parts[0])[_ARROW]}
        join(parts, draft, metadata | layout_metadata(job.scheme))
        draft.replace(job.out)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _parts(job: BuildJob, builder: Builder, coverage: Coverage, folder: Path) -> Iterator[Path]:
    tell = job.progress(builder.rows)
    # Without enterprises there is still a part: the table then has its columns and no rows.
    for start in range(0, max(builder.rows, 1), ROW_GROUP):
        frame = builder.part(start, ROW_GROUP)
        coverage.add(frame)
        part = folder / f"{start:012}.parquet"
        tight = tighten(job.scheme, frame)
        tight.write_parquet(part, compression="zstd", compression_level=1, row_group_size=max(len(frame), 1))
        tell(len(frame))
        yield part
