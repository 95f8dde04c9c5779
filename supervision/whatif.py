"""What if points or cut-offs were different: many variants of a scheme over one population at once.

An enterprise is binned once, to a byte an indicator. A block of enterprises becomes a matrix of ones and
zeroes (a column for each bin), and one product with the points of all variants gives all scores. Scores stay
below 2^24, where floats of four bytes are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kernel.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from supervision.scheme import Scheme

_BLOCK: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Variant:
    """Changes to a scheme: points of bins by indicator (bin 0 is absent), and cut-offs."""

    name: str
    points: Mapping[str, Sequence[int]]
    cutoffs: tuple[int, ...]


class WhatIf:
    """Variants of one scheme; dimension caps are taken as reached by nobody, as in every delivered scheme."""

    def __init__(self, scheme: Scheme, variants: Sequence[Variant]) -> None:
        """Put the points of all variants into one matrix; the first column is the scheme as it is.

        Raises:
            InputError: ``variant_wrong``: an unknown indicator, or not as many points as bins or cut-offs as classes.
        """
        self._scheme = scheme
        for variant in variants:
            _check(scheme, variant)
        plain = Variant(scheme.version, {}, scheme.cutoffs)
        self.variants = (plain, *variants)
        self._starts = np.cumsum([0, *(len(one.bins) for one in scheme.indicators)])
        self._points = np.array([_column(scheme, one) for one in self.variants], dtype=np.float32)
        self._cutoffs = np.array([one.cutoffs for one in self.variants], dtype=np.float32)

    def matrices(self, bins: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Count moves from the scheme's class to each variant's: variants x classes before x classes after.

        ``bins``: indicators x enterprises, from :meth:`supervision.bulk.BulkScorer.bins`. Rules are left out:
        they do not depend on points.
        """
        classes = len(self._scheme.classes)
        counts = np.zeros((len(self.variants), classes * classes), dtype=np.int64)
        for start in range(0, bins.shape[1], _BLOCK):
            places = self._places(bins[:, start : start + _BLOCK])
            before = places[0] * np.uint8(classes)
            for number, after in enumerate(places):
                counts[number] += np.bincount(before + after, minlength=classes * classes)
        return counts.reshape(-1, classes, classes)

    def scores(self, bins: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Scores of every enterprise under every variant: variants x enterprises."""
        ones = np.zeros((int(self._starts[-1]), bins.shape[1]), dtype=np.float32)
        rows = np.arange(bins.shape[1])
        for own, start in zip(bins, self._starts[:-1], strict=True):
            ones[own + start, rows] = 1
        scores: NDArray[np.float32] = self._points @ ones
        return scores

    def _places(self, bins: NDArray[np.uint8]) -> NDArray[np.uint8]:
        scores = self.scores(bins)
        places = np.zeros(scores.shape, dtype=np.uint8)
        for cut in self._cutoffs.T:
            places += scores > cut[:, None]
        return places


def _check(scheme: Scheme, variant: Variant) -> None:
    known = scheme.by_id
    wrong = [name for name in variant.points if name not in known]
    wrong += [name for name, points in variant.points.items() if name in known and len(points) != len(known[name].bins)]
    if wrong or len(variant.cutoffs) != len(scheme.cutoffs):
        raise InputError.at("", "variant_wrong", name=variant.name, what=wrong or ["分界"])


def _column(scheme: Scheme, variant: Variant) -> list[int]:
    return [points for one in scheme.indicators for points in variant.points.get(one.id, one.points)]


def sensitivity(scheme: Scheme, step: int = 5) -> list[Variant]:
    """A variant for each indicator: every bin that costs points costs ``step`` more."""
    return [
        Variant(one.id, {one.id: [points + step * (points > 0) for points in one.points]}, scheme.cutoffs)
        for one in scheme.indicators
    ]
