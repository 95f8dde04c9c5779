"""Cut-offs from a population: the scores at which classes get the shares that are wanted.

Shares are counted after the rules (somebody on the serious list is in the last class whatever the
score), because those are the shares a planner sees. Once found, cut-offs are frozen in a version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kernel.errors import InputError
from supervision.scheme import Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MOST: Final = 1000
_HUNDRED: Final = 100


def without_cutoffs(scheme: Scheme) -> Scheme:
    """The scheme with classes that only the rules decide."""
    last = len(scheme.spec.classes) - 1
    grades = tuple(
        grade if place == last else grade.model_copy(update={"up_to": _MOST - last + 1 + place})
        for place, grade in enumerate(scheme.spec.classes)
    )
    return Scheme(scheme.spec.model_copy(update={"classes": grades}), scheme.columns, scheme.indicators)


class Tally:
    """Counts of scores, by the class that the rules demand at least."""

    def __init__(self, classes: int) -> None:
        """Begin without anybody."""
        self.counts = np.zeros((classes, _MOST + 1), dtype=np.int64)

    def add(self, score: NDArray[np.uint16], least: NDArray[np.uint8]) -> None:
        """Count rows by their score and the place of their class under :func:`without_cutoffs`."""
        np.add.at(self.counts, (least, score), 1)

    def cut_offs(self, shares: Sequence[float]) -> tuple[int, ...]:
        """The highest score of every class but the last, so that shares come nearest (per cent, best class first).

        Raises:
            InputError: ``shares_wrong``: not one share a class, or they do not add up to a hundred.
        """
        if len(shares) != len(self.counts) or abs(sum(shares) - _HUNDRED) > 1e-6 or min(shares) <= 0:  # noqa: PLR2004
            raise InputError.at("", "shares_wrong", classes=len(self.counts))
        total = max(int(self.counts.sum()), 1)
        found: list[int] = []
        for place in range(1, len(self.counts)):
            wanted = sum(shares[place:]) / _HUNDRED * total
            found.append(max(self._cut(place, wanted), found[-1] + 1 if found else 0))
        return tuple(found)

    def _cut(self, place: int, wanted: float) -> int:
        """The cut after which the number of rows in this class or a worse one is nearest to the number wanted."""
        bound = self.counts[place:].sum()
        free = self.counts[:place].sum(axis=0)
        above = bound + free.sum() - np.cumsum(free)
        return int(np.abs(above - wanted).argmin())

    def shares(self, cuts: Sequence[int]) -> list[float]:
        """The shares that cut-offs give, in per cent."""
        scores = np.arange(_MOST + 1)
        by_score = (scores[:, None] > np.array(cuts)).sum(axis=1)
        places = np.maximum(by_score, np.arange(len(self.counts))[:, None])
        counted = np.bincount(places.ravel(), weights=self.counts.ravel(), minlength=len(self.counts))
        return [round(float(share), 3) for share in counted * _HUNDRED / max(int(self.counts.sum()), 1)]
