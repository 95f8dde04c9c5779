"""What inspections found, by class and by score: hit rates with intervals, order, calibration.

``found`` and ``score`` stand side by side, one entry a visit; the score is the one of before the visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

STEPS: Final = 50
_Z: Final = 1.959964  # 97.5 % of the normal distribution: intervals hold 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """So many findings in so many visits, with Wilson's interval."""

    visits: int
    found: int

    @property
    def share(self) -> float | None:
        """Findings a visit; None without visits."""
        return self.found / self.visits if self.visits else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval that holds the true rate in 95 of 100 cases."""
        if not self.visits:
            return None
        n, p, square = self.visits, self.found / self.visits, _Z * _Z
        middle = (p + square / (2 * n)) / (1 + square / n)
        half = _Z / (1 + square / n) * sqrt(p * (1 - p) / n + square / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


def by_class(places: NDArray[np.uint8], found: NDArray[np.bool_], classes: int) -> list[Rate]:
    """Hit rates of the classes, best class first."""
    visits = np.bincount(places, minlength=classes)
    hits = np.bincount(places, weights=found, minlength=classes)
    return [Rate(int(one), int(two)) for one, two in zip(visits, hits, strict=True)]


def order_quality(score: NDArray[np.float64], found: NDArray[np.bool_]) -> float | None:
    """How often a visit with a finding has the higher score than one without (area under the ROC curve).

    Ties count half; None where all visits are of one kind.
    """
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    hits = int(found.sum())
    misses = len(found) - hits
    if not hits or not misses:
        return None
    return float((ranks[found].sum() - hits * (hits + 1) / 2) / (hits * misses))


def gains(score: NDArray[np.float64], found: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Share of all findings in each share of the visits (in :data:`STEPS` steps), highest scores first.

    Equal scores share evenly. Empty where nothing was found.
    """
    if not found.any():
        return []
    _, inverse, counts = np.unique(-score, return_inverse=True, return_counts=True)
    hits = np.cumsum([0, *np.bincount(inverse, weights=found)])
    visits = np.cumsum([0, *counts])
    shares = np.linspace(0, 1, STEPS + 1)
    part = np.interp(shares * visits[-1], visits, hits) / hits[-1]
    return list(zip(shares.tolist(), part.tolist(), strict=True))


def rising(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest sequence that never falls (weighted least squares, pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, heavy, size = value, weight, 1
        while blocks and blocks[-1][0] >= mean:
            last_mean, last_heavy, last_size = blocks.pop()
            mean = (last_mean * last_heavy + mean * heavy) / (last_heavy + heavy)
            heavy, size = last_heavy + heavy, last_size + size
        blocks.append((mean, heavy, size))
    return np.repeat([block[0] for block in blocks], [block[2] for block in blocks])


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A group of later visits: the rate that earlier visits led to expect, and what was found."""

    expected: float
    rate: Rate


def calibration(
    score: NDArray[np.float64], found: NDArray[np.bool_], days: NDArray[np.int64], groups: int = 8
) -> list[Calibrated]:
    """Learn the rate of each score from the earlier half of the visits and hold the later half against it.

    Groups of the later visits hold about equally many. Empty where either half is.
    """
    middle = np.median(days) if len(days) else 0
    first = days < middle
    if not first.any() or first.all():
        return []
    known, inverse, counts = np.unique(score[first], return_inverse=True, return_counts=True)
    rates = rising(np.bincount(inverse, weights=found[first]) / counts, counts.astype(np.float64))
    expected = np.interp(score[~first], known, rates)
    return list(_grouped(expected, found[~first], groups))


def _grouped(expected: NDArray[np.float64], found: NDArray[np.bool_], groups: int) -> Iterator[Calibrated]:
    order = np.argsort(expected, kind="stable")
    for rows in np.array_split(order, min(groups, len(order))):
        yield Calibrated(float(expected[rows].mean()), Rate(len(rows), int(found[rows].sum())))


def calibration_gap(calibrated: list[Calibrated]) -> float | None:
    """Mean distance between the rates expected and found, by visits; None without any."""
    visits = sum(one.rate.visits for one in calibrated)
    if not visits:
        return None
    return sum(one.rate.visits * abs(one.expected - (one.rate.share or 0.0)) for one in calibrated) / visits
