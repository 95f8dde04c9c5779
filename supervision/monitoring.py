"""How a scheme fares on a population: classes, scores, bins, and what absent values decide.

A census only counts, so populations of any size fit. Two censuses of different months show drift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from supervision.bulk import BulkScorer
from supervision.schema import Unknown
from supervision.scheme import MISSING, USCC, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

MOST: Final = 1000
STABLE: Final = 0.1
"""A population stability index below this is usually called stable (a convention of credit scoring, no law)."""
SHIFTED: Final = 0.25
"""From here on the same convention calls the shift large."""
BANDS: Final = 10
_NONE: Final = 0.5


def with_absent_at(scheme: Scheme, *, most: bool) -> Scheme:
    """The scheme in which an absent value costs what the best (or the worst) value of the indicator costs.

    At the best, no rule holds it against an enterprise that little is known of it.
    """
    choose = max if most else min
    indicators = tuple(
        replace(one, bins=(replace(one.bins[MISSING], points=choose(one.points[1:])), *one.bins[1:]))
        for one in scheme.indicators
    )
    kept = [rule for rule in scheme.rules if most or not any(isinstance(one, Unknown) for one in rule.when)]
    return Scheme(scheme.spec.model_copy(update={"rules": tuple(kept)}), scheme.columns, indicators)


@dataclass
class Census:
    """Counts over a population on a day; rows that cannot be scored are counted apart."""

    scheme: Scheme
    on: date

    def __post_init__(self) -> None:
        """Begin without anybody."""
        size, scheme = len(self.scheme.classes), self.scheme
        self.rows = self.unscored = 0
        self.scores = np.zeros(MOST + 1, dtype=np.int64)
        self.classes = np.zeros(size, dtype=np.int64)
        self.bins = [np.zeros(len(one.bins), dtype=np.int64) for one in scheme.indicators]
        self.if_best, self.if_worst = (np.zeros((size, size), dtype=np.int64) for _ in range(2))
        """Classes as they are (rows) by what they would be were absent values the best, or the worst (columns)."""
        self._as_is = BulkScorer(scheme, self.on)
        self._bounds = [BulkScorer(with_absent_at(scheme, most=most), self.on) for most in (False, True)]

    def add(self, frame: pl.DataFrame, scales: Mapping[str, int] | None = None) -> None:
        """Count the rows of a table with the names of the scheme."""
        prepared = self._as_is.prepare(frame, scales)
        scored = self._as_is.score_prepared(prepared, len(frame))
        good = (frame[USCC].is_not_null() & (frame[USCC] != "")).to_numpy()
        for faults in scored.faults.values():
            good = good & ~faults
        self.rows += len(frame)
        self.unscored += len(frame) - int(good.sum())
        self.scores += np.bincount(scored.score[good], minlength=MOST + 1)
        self.classes += np.bincount(scored.place[good], minlength=len(self.classes))
        for counts, bins in zip(self.bins, self._as_is.bins_prepared(prepared, len(frame)), strict=True):
            np.add(counts, np.bincount(bins[good], minlength=len(counts)), out=counts)
        for table, scorer in zip((self.if_best, self.if_worst), self._bounds, strict=True):
            np.add.at(table, (scored.place[good], scorer.score_prepared(prepared, len(frame)).place[good]), 1)

    @property
    def scored(self) -> int:
        """Rows that have a class."""
        return self.rows - self.unscored

    @property
    def decided_by_absent(self) -> NDArray[np.int64]:
        """By class: how many would be in a better one if every absent value were the best."""
        return np.asarray(self.if_best.sum(axis=1) - np.diag(self.if_best))

    @property
    def unsure_for_absent(self) -> NDArray[np.int64]:
        """By class: how many would be in a worse one if every absent value were the worst."""
        return np.asarray(self.if_worst.sum(axis=1) - np.diag(self.if_worst))

    def absent_share(self, place: int) -> float:
        """Share of the scored rows in which an indicator has no value."""
        return float(self.bins[place][MISSING] / max(self.scored, 1))


def psi(before: NDArray[np.int64], after: NDArray[np.int64]) -> float:
    """The population stability index: sum of ``(q - p) * ln(q / p)`` over the bins.

    A bin that is empty on one side only counts as half an enterprise there; two empty bins say nothing.
    """
    kept = (before + after) > 0
    one, two = (np.maximum(counts[kept], _NONE) for counts in (before, after))
    p, q = one / max(one.sum(), _NONE), two / max(two.sum(), _NONE)
    return float(((q - p) * np.log(q / p)).sum())


def score_bands(scores: NDArray[np.int64], bands: int = BANDS) -> list[int]:
    """Highest scores of bands that hold about equally many rows; the last band ends at 1000."""
    total = np.cumsum(scores)
    wanted = [total[-1] * part / bands for part in range(1, bands)]
    ends = [int(np.searchsorted(total, share)) for share in wanted]
    return [*sorted({end for end in ends if end < MOST}), MOST]


def banded(scores: NDArray[np.int64], ends: list[int]) -> NDArray[np.int64]:
    """Counts of the bands that end at these scores."""
    starts = [0, *(end + 1 for end in ends[:-1])]
    return np.add.reduceat(scores, starts)


@dataclass(frozen=True)
class Drift:
    """Stability indices between two months: of classes, of scores in bands of the first, of every indicator."""

    classes: float
    scores: float
    indicators: Mapping[str, float]


def drift(before: Census, after: Census) -> Drift:
    """Compare two censuses under the same scheme."""
    ends = score_bands(before.scores)
    own = {
        one.id: psi(before.bins[one.place], after.bins[one.place])
        for one in after.scheme.indicators
    }  # fmt: skip
    bands = psi(banded(before.scores, ends), banded(after.scores, ends))
    return Drift(psi(before.classes, after.classes), bands, own)
