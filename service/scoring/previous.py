"""This month's results beside last month's: who moved from which class to which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from kernel.errors import InputError
from service.errors import UsageError
from service.scoring.source import FAULTS, scan_table, unreadable
from supervision.compare import Migration, migration, movers, side_by_side
from supervision.table import COLUMNS

if TYPE_CHECKING:
    from supervision.scheme import Scheme

_NEEDED = ("uscc", "score", "class", "override", "reason_1", "reason_2", "reason_3", "scheme", "scheme_version")


@dataclass(frozen=True)
class Changes:
    """The migration matrix of enterprises that stand in both results, and those that moved."""

    migration: Migration
    movers: pl.DataFrame
    new: int
    gone: int


def open_previous(name: str, scheme: Scheme) -> pl.DataFrame:
    """Read an earlier output of ``score run``.

    Raises:
        UsageError: there is no such file.
        InputError: ``previous_wrong``: no output of ours, or of another scheme; ``table_unreadable``.
    """
    path = Path(name)
    if not path.is_file():
        raise UsageError("file_not_found", file=name)
    try:
        scan = scan_table(path)
        names = scan.collect_schema().names()
        frame = scan.select(_NEEDED).collect() if set(_NEEDED) <= set(names) else None
    except FAULTS as error:
        raise unreadable(path, error) from error
    if frame is None:
        raise InputError.at("", "previous_wrong", file=name, why=f"应当有列 {'、'.join(COLUMNS)}")
    others = frame.filter(pl.col("scheme") != scheme.id)
    if len(others):
        raise InputError.at("", "previous_wrong", file=name, why=f"方案是 {others['scheme'][0]}，不是 {scheme.id}")
    return frame.drop("scheme", "scheme_version")


def changes(before: pl.DataFrame, out: Path, scheme: Scheme) -> Changes:
    """Compare an earlier output with a new one, by code; of a code that stands twice, the first row counts."""
    after = scan_table(out).select(before.columns).collect()
    earlier, later = (
        one.drop_nulls("uscc").unique("uscc", keep="first", maintain_order=True) for one in (before, after)
    )
    both = later.join(earlier, on="uscc", how="inner", suffix="_before", maintain_order="left")
    was = both.select("uscc", *(pl.col(f"{name}_before").alias(name) for name in before.columns if name != "uscc"))
    pairs = side_by_side(was, both.select(later.columns))
    counts = pairs.group_by("class", "class_to").agg(pl.len()).rows()
    matrix = migration(counts, [scheme.classes, scheme.classes])
    return Changes(matrix, movers(pairs), new=len(later) - len(both), gone=len(earlier) - len(both))
