"""A block of drawn columns, and what turns counts into rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from supervision.values import threshold

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

NEVER: Final = -1
"""The number of no day."""
_EPOCH: Final = 719163  # date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Drawn:
    """A block of drawn columns, with the generator and the day."""

    frame: pl.DataFrame
    random: np.random.Generator
    on: date
    number: int

    @property
    def size(self) -> int:
        """How many enterprises."""
        return len(self.frame)

    def counts(self, name: str) -> Ints:
        """A drawn count; absent is 0."""
        return self.frame[name].fill_null(0).cast(pl.Int64).to_numpy()

    def flags(self, name: str) -> NDArray[np.bool_]:
        """A drawn flag; absent is no."""
        return self.frame[name].fill_null(value=False).to_numpy()

    def words(self, name: str, known: dict[str, str]) -> list[str | None]:
        """A drawn category in the codes of the records."""
        return self.frame[name].replace_strict(known, default=None, return_dtype=pl.String).to_list()

    def days(self, count: int, months: int, after_months: int = 0) -> Ints:
        """Day numbers of facts: fewer than ``months`` and at least ``after_months`` months ago."""
        first = number_of(threshold(self.on, "month", months)) + 1
        last = number_of(threshold(self.on, "month", after_months)) if after_months else number_of(self.on)
        return self.random.integers(first, last + 1, count)


def number_of(day: date) -> int:
    """The day as Polars and NumPy count it."""
    return day.toordinal() - _EPOCH


def known(days: Ints) -> pl.Series:
    """Day numbers, with :data:`NEVER` as no day."""
    return pl.Series(days, dtype=pl.Int64).replace(NEVER, None)


def repeated(drawn: Drawn, count: Ints) -> tuple[Ints, pl.Series]:
    """Row numbers repeated by a count, and the codes that belong to them."""
    rows = np.repeat(np.arange(drawn.size), np.maximum(count, 0))
    return rows, drawn.frame["uscc"].gather(rows)


def place_of(count: Ints, rows: Ints) -> Ints:
    """Which of its own each repeated row is, from 0."""
    place: Ints = np.arange(len(rows)) - np.concatenate([[0], np.cumsum(count)])[rows]
    return place
