"""What an order of visits is worth, at the same number of visits every day.

Visits of a period keep their days as places; a scheme puts the enterprise with the highest score into the
first of them. Enterprises with equal scores share their places evenly, so the outcome is an expectation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WINDOW: Final = 60
"""Days within which visits may be moved: no plan moves a visit by a year."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Of an order: findings a visit in the first half, share of all findings there, days earlier, share later."""

    precision: float
    found_in_first_half: float
    days_earlier: float
    found_later: float


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits, one entry each: the day they were made, and whether something was found."""

    days: NDArray[np.int64]
    found: NDArray[np.bool_]

    def windows(self, length: int = WINDOW) -> Iterator[NDArray[np.intp]]:
        """Places of the visits of each period, the first beginning with the first visit."""
        if len(self.days):
            number = (self.days - self.days.min()) // length
            for one in np.unique(number):
                yield np.flatnonzero(number == one)


def worth(visits: Visits, score: NDArray[np.float64], length: int = WINDOW) -> Worth:
    """Measure the order by falling score; ``-day`` as score is the order in which the visits were made."""
    early = first = hits = half = 0.0
    later = 0.0
    for rows in visits.windows(length):
        days, found = visits.days[rows], visits.found[rows]
        slots, share = _expected(days, score[rows])
        moved = days - slots
        early += float(moved[found].sum())
        later += float((moved[found] < 0).sum())
        first += float(share[found].sum())
        half += len(rows) / 2
        hits += float(found.sum())
    return Worth(_over(first, half), _over(first, hits), _over(early, hits), _over(later, hits))


def _over(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _expected(days: NDArray[np.int64], score: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The day each visit gets, and how much of it falls into the first half."""
    places = np.sort(days)
    _, group, counts = np.unique(-score, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    starts = ends - counts
    total = np.concatenate([[0], np.cumsum(places)])
    mean_day = (total[ends] - total[starts]) / counts
    first = np.clip((len(days) / 2 - starts) / counts, 0.0, 1.0)
    return mean_day[group], first[group]


def time_folds(days: NDArray[np.int64], folds: int) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Earlier and later visits, further on each time; no day lies on both sides."""
    edges = np.quantile(days, np.linspace(0, 1, folds + 2)[1:], method="higher") if len(days) else np.zeros(0)
    for start, end in pairwise(edges):
        earlier, later = days < start, (days >= start) & ((days < end) | (end == edges[-1]))
        if earlier.any() and later.any():
            yield earlier, later
