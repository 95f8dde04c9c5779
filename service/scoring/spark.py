"""The same work on a Spark cluster: each task reads a span of the table, scores it and writes its part.

Driver and workers must see the table and the output under the same path. The parts are joined in the
order of the table, so the output is the very file that one machine writes.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

    from service.scoring.run import Job

Span = tuple[int, int]


@dataclass(frozen=True)
class Task:
    """What a worker needs: everything is plain data."""

    job: Job
    folder: Path
    duplicates: pl.Series
    spans: tuple[Span, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Score the spans that the batches number (column ``id``); give the numbers back when their parts stand."""
        from service.scoring.run import part_path, write_part  # noqa: PLC0415 - run imports this module
        from supervision.table import TableScorer  # noqa: PLC0415

        job = self.job
        scorer = TableScorer(job.scheme, job.on, job.source.layout.scales)
        for batch in batches:
            for number in batch.column("id").to_pylist():
                start, rows = self.spans[number]
                write_part(scorer.score(job.source.read(start, rows), self.duplicates), part_path(self.folder, start))
            yield batch


def require_spark() -> None:
    """Say clearly when Spark is not installed.

    Raises:
        UsageError: ``engine_missing``.
    """
    if find_spec("pyspark") is None:
        raise UsageError("engine_missing", engine="spark", package="xinheng[spark]")


def score_spans(job: Job, master: str, folder: Path, spans: list[Span], duplicates: pl.Series) -> None:
    """Write the parts of all spans on a cluster."""
    require_spark()
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional extra

    # Workers have a working folder of their own, and read codes with the rest.
    source = replace(job.source, path=job.source.path.resolve(), kept=None)
    task = Task(replace(job, tell=_silent, source=source), folder.resolve(), duplicates, tuple(spans))
    if master.startswith("local"):
        # Workers of this machine need our packages; elsewhere PYSPARK_PYTHON says where they are.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("xinheng-score").config("spark.ui.enabled", "false")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        _run(session, task, job.tell)
    finally:
        session.stop()


def _run(session: Any, task: Task, tell: Callable[[int], None]) -> None:  # noqa: ANN401 - a Spark session
    count = len(task.spans)
    done = session.range(0, count, 1, count).mapInArrow(task, "id long").collect()
    tell(sum(task.spans[row["id"]][1] for row in done))


def _silent(_rows: int) -> None:
    """Workers have no terminal."""
