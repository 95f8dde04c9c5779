"""Results of inspections: who was visited when, and whether something was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.errors import InputError
from service.errors import UsageError
from service.scoring.source import FAULTS, unreadable
from supervision.arrays import prepare
from supervision.schema import Column as ColumnSpec
from supervision.scheme import USCC, Column
from supervision.table import code_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from service.scoring.source import Source

VISITED: Final = "inspected_on"
FOUND: Final = "found"
_NAMES: Final = {
    USCC: (USCC, "UNISCID", "统一社会信用代码"),
    VISITED: (VISITED, "检查日期"),
    FOUND: (FOUND, "发现问题"),
}
_DAY: Final = Column(VISITED, ColumnSpec(type="date", title="检查日期"))
_FLAG: Final = Column(FOUND, ColumnSpec(type="bool", title="发现问题"))


def read_visits(name: str, last_day: date) -> pl.DataFrame:
    """Read ``uscc``, ``inspected_on`` and ``found`` of a CSV or Parquet file, one row a visit, in order of days.

    Raises:
        UsageError: there is no such file, or it is of another kind.
        InputError: ``visits_wrong``: a column is missing, or values cannot be read (all are counted);
            ``table_unreadable``.
    """
    path = Path(name)
    if not path.is_file():
        raise UsageError("file_not_found", file=name)
    try:
        frame = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path, glob=False)
    except FAULTS as error:
        raise unreadable(path, error) from error
    found = {here: next((one for one in known if one in frame.columns), None) for here, known in _NAMES.items()}
    gone = [here for here, there in found.items() if there is None]
    if gone:
        raise InputError.at("", "visits_wrong", file=name, why=f"没有列 {'、'.join(gone)}")
    visits = frame.select(pl.col(there).alias(here) for here, there in found.items() if there)
    return _checked(visits, name, last_day)


def _checked(visits: pl.DataFrame, name: str, last_day: date) -> pl.DataFrame:
    days, flags = (prepare(column, visits[column.name], last_day) for column in (_DAY, _FLAG))
    for column, one in ((_DAY, days), (_FLAG, flags)):
        bad = one.plain.is_absent if one.faults is None else one.plain.is_absent | one.faults
        if bad.any():
            why = (
                f"列 {column.name} 有 {int(bad.sum())} 个值是空的或者不能读取（第一个在第 {int(bad.argmax()) + 1} 行）"
            )
            raise InputError.at(f"/{column.name}", "visits_wrong", file=name, why=why)
    codes = code_texts(visits[USCC])
    read = [
        codes,
        pl.Series(VISITED, days.plain.data).cast(pl.Int32).cast(pl.Date),
        pl.Series(FOUND, flags.plain.data).cast(pl.Boolean),
    ]
    return pl.DataFrame(read).drop_nulls(USCC).sort(VISITED, maintain_order=True)


def after_table(visits: pl.DataFrame, days: Sequence[date]) -> list[pl.DataFrame]:
    """Give each visit to the latest table of a day *before* it; ``days`` ascend. Visits before all tables fall away."""
    ends = [*days[1:], None]
    return [
        visits.filter((pl.col(VISITED) > day) & (pl.lit(value=True) if end is None else pl.col(VISITED) <= end))
        for day, end in zip(days, ends, strict=True)
    ]


def rows_of(source: Source, visits: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table that the visits belong to, one a visit, with ``inspected_on`` and ``found`` beside them.

    Of a code that stands twice the first row counts; visits to a code that the table lacks fall away.
    """
    wanted = visits[USCC].unique()
    rows = [_wanted(frame, wanted) for frame in source.batches(0, source.rows)]
    table = pl.concat(rows).unique(USCC, keep="first", maintain_order=True)
    return visits.join(table, on=USCC, how="inner", maintain_order="left")


def _wanted(frame: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    return frame.with_columns(code_texts(frame[USCC]).alias(USCC)).filter(pl.col(USCC).is_in(codes.implode()))
