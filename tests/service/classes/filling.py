"""Months of a small city for tests: the same enterprises, some of them worse a month later."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from service.classes import months
from service.schemes.acts import in_force
from service.scoring.synth import Wish, population
from supervision.load import load_scheme
from tests.service.people import DEPARTMENT, REGION

if TYPE_CHECKING:
    from service.db.tables.scores import ClassMonthRow
    from service.work import Work

COUNT = 120
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 20)


def columns(*, worse: int = 0) -> pl.DataFrame:
    """A table of columns; the first ``worse`` enterprises are on the serious list."""
    frame = next(population(load_scheme(), Wish(COUNT, 7, date(2026, 10, 1))))
    is_worse = pl.int_range(pl.len()) < worse
    return frame.with_columns(
        pl.when(is_worse).then(statement=True).otherwise("on_serious_list").alias("on_serious_list"),
        pl.when(is_worse).then(statement=True).otherwise("batch_registration").alias("batch_registration"),
    )


def data(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def month(work: Work, on: date, frame: pl.DataFrame, region: str = REGION) -> ClassMonthRow:
    """Classify and keep, without a job."""
    wish = months.Wish(on.isoformat()[:7], on, work.files.put(data(frame)), DEPARTMENT, region)
    scheme = in_force(work.session, "default")
    earlier = months.before(work, wish, scheme.id)
    made = months.classify(work.files, wish, scheme, earlier.file if earlier else None)
    return months.keep(work, wish, scheme, made)


def two_months(work: Work) -> list[ClassMonthRow]:
    return [month(work, OCTOBER, columns()), month(work, NOVEMBER, columns(worse=6))]
