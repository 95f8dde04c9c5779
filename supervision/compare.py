"""Two classifications of the same enterprises: who moves from which class to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNSCORED = ""
"""Stands for the class of a row that could not be scored."""
_KEPT = ("score", "class", "override", "reason_1", "reason_2", "reason_3")


@dataclass(frozen=True, slots=True)
class Migration:
    """How many enterprises went from each class to each."""

    matrix: dict[str, dict[str, int]]
    rows: int
    moved: int

    def lines(self) -> Iterable[str]:
        """The matrix as text: a row for each class before, a column for each class after."""
        after = list(next(iter(self.matrix.values()), {}))
        yield "\t".join(["", *(name or "未评" for name in after)])
        for name, row in self.matrix.items():
            yield "\t".join([name or "未评", *(str(row[other]) for other in after)])


def side_by_side(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Results of the same rows under two schemes or on two days, in one table; names of the later end in ``_to``."""
    kept = [pl.col(name).cast(pl.String) if name != "score" else pl.col(name) for name in _KEPT]
    later = after.select(pl.all().exclude("uscc")).select(kept).rename(lambda name: f"{name}_to")
    return before.select("uscc", *kept).hstack(later)


def movers(pairs: pl.DataFrame) -> pl.DataFrame:
    """The enterprises whose class differs, the largest rise of the score first."""
    moved = pairs.filter(pl.col("class").ne_missing(pl.col("class_to")))
    rise = pl.col("score_to").fill_null(0) - pl.col("score").fill_null(0)
    return moved.sort(rise, descending=True, maintain_order=True)


def migration(counts: Iterable[tuple[str | None, str | None, int]], classes: Sequence[Sequence[str]]) -> Migration:
    """Make the matrix of counted pairs; ``classes``: those of before and of after, best first."""
    before, after = ([*names, UNSCORED] for names in classes)
    matrix = {name: dict.fromkeys(after, 0) for name in before}
    rows = moved = 0
    for old, new, count in counts:
        matrix[old or UNSCORED][new or UNSCORED] += count
        rows += count
        moved += count * (old != new)
    return Migration(matrix, rows, moved)


def count_pairs(pairs: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Number of rows for each pair of classes."""
    return pairs.group_by("class", "class_to").agg(pl.len()).rows()
