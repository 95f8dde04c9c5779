"""What the public may see of classes: nothing of an enterprise, and no figure that gives one away.

A table of counts is published with its totals, so hiding a small cell is not enough: what one cell hides, the
total of its row or column gives back. Cells are hidden until no row and no column has a single hidden one, and
until what is hidden in each stands for enough enterprises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from supervision.watch import watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

INTERNAL: Final = frozenset(
    {
        "score",
        "class",
        "override",
        "class_by_scheme",
        "override_reason",
        "override_author",
        "override_until",
        "override_refused",
        "next_due",
    }
)
"""Columns of results that never leave the office, besides points and reasons."""
_INTERNAL_BEGINNINGS: Final = ("points_", "reason_", "scheme", "class", "tier", "score")
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class PublicTable:
    """Counts by row and column; ``None`` is hidden. Totals are those of everything, hidden cells included."""

    columns: tuple[str, ...]
    cells: Mapping[str, Mapping[str, int | None]]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None


def is_internal(column: str) -> bool:
    """Whether a column says something of a class."""
    return column in INTERNAL or column.startswith(_INTERNAL_BEGINNINGS)


def leave_out_internal(frame: pl.DataFrame) -> pl.DataFrame:
    """The table without anything that says something of a class."""
    return frame.select(name for name in frame.columns if not is_internal(name))


def public_table(counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> PublicTable:
    """Hide what is too small, and as much more as it takes that nobody can work it out."""
    least = watch().public.least
    names = tuple(columns)
    whole = {row: {name: own.get(name, 0) for name in names} for row, own in counts.items()}
    rows = {row: sum(own.values()) for row, own in whole.items()}
    heads = {name: sum(own[name] for own in whole.values()) for name in names}
    # A total below the limit is hidden with everything in it; a cell of 0 is hidden too, as it tells as much.
    hidden = {(row, name) for row, own in whole.items() for name, count in own.items() if count < least}
    hidden |= {(row, name) for row in whole for name in names if rows[row] < least or heads[name] < least}
    while extra := _open_line(whole, names, hidden, least):
        hidden.add(extra)
    cells = {row: {name: None if (row, name) in hidden else own[name] for name in names} for row, own in whole.items()}
    total = sum(rows.values())
    return PublicTable(
        names,
        cells,
        _totals(rows, least),
        _totals(heads, least),
        total if total >= least else None,
    )


def _totals(counts: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Totals obey the same rule among themselves: the grand total gives back a single hidden one."""
    hidden = {name for name, count in counts.items() if count < least}
    while len(hidden) == 1 or 0 < sum(counts[name] for name in hidden) < least:
        rest = sorted((count, name) for name, count in counts.items() if name not in hidden)
        if not rest:
            break
        hidden.add(rest[0][1])
    return {name: None if name in hidden else count for name, count in counts.items()}


def _open_line(
    whole: Mapping[str, Mapping[str, int]], names: Sequence[str], hidden: set[tuple[str, str]], least: int
) -> tuple[str, str] | None:
    """The smallest further cell to hide, where a row or column still gives a hidden one away."""
    lines: list[list[tuple[str, str]]] = [[(row, name) for name in names] for row in whole]
    lines += [[(row, name) for row in whole] for name in names]
    known = _worked_out(hidden, lines)
    for line in lines:
        dark = [cell for cell in line if cell in hidden]
        is_open = bool(known & set(dark)) or sum(whole[row][name] for row, name in dark) < least
        if dark and is_open:
            rest = _smallest(whole, (cell for cell in line if cell not in hidden))
            if rest is not None:
                return rest
    return None


def _worked_out(hidden: set[tuple[str, str]], lines: Sequence[Sequence[tuple[str, str]]]) -> set[tuple[str, str]]:
    """Hidden cells that the totals of rows and columns fix: no change of them leaves every total as it is."""
    cells = sorted(hidden)
    if not cells:
        return set()
    sums = np.array([[cell in line for cell in cells] for line in map(set, lines)], dtype=float)
    _, strengths, directions = np.linalg.svd(sums)
    rank = int((strengths > _TINY).sum())
    free = np.abs(directions[rank:]).max(axis=0, initial=0)
    return {cell for cell, change in zip(cells, free.tolist(), strict=True) if change < _TINY}


def _smallest(whole: Mapping[str, Mapping[str, int]], cells: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    return min(cells, key=lambda cell: (whole[cell[0]][cell[1]], cell), default=None)
