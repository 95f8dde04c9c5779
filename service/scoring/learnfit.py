"""Logistic regression with bounds, drawn towards the present points: what has no evidence stays as it is.

SciPy's L-BFGS-B minimises the loss; scikit-learn finds how steeply findings rise with the present score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from supervision.learning import Coding, effects
from supervision.learningorder import time_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Slope = tuple[float, float]
STRENGTHS: Final = (1.0, 10.0, 100.0, 1000.0, 10000.0)
"""How strongly a parameter is drawn to its present value: about as so many visits that speak for it."""


@dataclass(frozen=True)
class Sample:
    """Visits with the bins of before: indicators x visits, findings, days, the score under the scheme."""

    bins: NDArray[np.uint8]
    found: NDArray[np.bool_]
    days: NDArray[np.int64]
    score: NDArray[np.float64]

    def where(self, kept: NDArray[np.bool_]) -> Sample:
        """Some of the visits."""
        return Sample(self.bins[:, kept], self.found[kept], self.days[kept], self.score[kept])


@dataclass(frozen=True)
class Fitted:
    """A constant, the parameters, and the log-odds that one point of the present scheme is worth."""

    constant: float
    values: NDArray[np.float64]
    point: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A strength and the mean loss on later visits it was not fitted to; None stands for the present points."""

    strength: float | None
    loss: float


class Learner:
    """Fits samples of one scheme."""

    def __init__(self, codings: Sequence[Coding]) -> None:
        """Put bounds and present values of all indicators in a row."""
        self.codings = codings
        self._low = np.concatenate([one.low for one in codings])
        self._now = np.concatenate([one.now for one in codings])

    def design(self, bins: NDArray[np.uint8]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Visits x parameters."""
        return hstack(
            [csr_matrix(one.table[own]) for one, own in zip(self.codings, bins, strict=True)],
            format="csr",
        )

    def fit(self, sample: Sample, strength: float, slope: Slope | None = None) -> Fitted:
        """Find the parameters at which findings are most likely, drawn to the present ones."""
        point, constant = slope or slope_of(sample)
        goal = point * self._now
        design, found = self.design(sample.bins), sample.found.astype(np.float64)
        # Parameters of very different weight are brought to one scale, or the search takes ten times as long.
        share = found.mean()
        weight = np.asarray(design.power(2).sum(axis=0)).ravel() * share * (1 - share) + strength
        size = 1 / np.sqrt(np.concatenate([[len(found) * share * (1 - share)], weight]))
        low = [None, *(one if np.isfinite(one) else None for one in self._low / size[1:])]

        def loss(scaled: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            theta = scaled * size
            odds = theta[0] + design @ theta[1:]
            away = theta[1:] - goal
            value = _softplus(odds).sum() - found @ odds + strength / 2 * (away @ away)
            rest = _share(odds) - found
            return value, np.concatenate([[rest.sum()], design.T @ rest + strength * away]) * size

        begin = np.concatenate([[constant], goal]) / size
        best = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=[(one, None) for one in low])
        found_at = best.x * size
        return Fitted(float(found_at[0]), found_at[1:], point)

    def odds(self, fitted: Fitted, sample: Sample) -> NDArray[np.float64]:
        """Log-odds of a finding in each visit."""
        return np.asarray(fitted.constant + self.design(sample.bins) @ fitted.values)

    def effects(self, fitted: Fitted) -> list[NDArray[np.float64]]:
        """The effects of all bins."""
        return effects(self.codings, fitted.values)

    def try_strengths(self, sample: Sample, folds: int = 4) -> list[Tried]:
        """Fit earlier visits and look at the next ones, for each strength and for the present points."""
        losses: dict[float | None, list[float]] = {strength: [] for strength in (*STRENGTHS, None)}
        for earlier, later in time_folds(sample.days, folds):
            train, test = sample.where(earlier), sample.where(later)
            slope = slope_of(train)
            losses[None].append(_loss(test, slope[1] + slope[0] * test.score))
            for strength in STRENGTHS:
                losses[strength].append(_loss(test, self.odds(self.fit(train, strength, slope), test)))
        return [Tried(strength, float(np.mean(found))) for strength, found in losses.items() if found]


def _softplus(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log1p(np.exp(-np.abs(odds))) + np.maximum(odds, 0.0))


def _share(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-odds)))


def slope_of(sample: Sample) -> Slope:
    """Log-odds a point of the present score, not below 0, and the constant."""
    model = LogisticRegression(C=np.inf).fit(sample.score[:, None], sample.found)
    slope = float(model.coef_[0, 0])
    if slope > 0:
        return slope, float(model.intercept_[0])
    share = sample.found.mean()
    return 0.0, float(np.log(share / (1 - share)))


def _loss(sample: Sample, odds: NDArray[np.float64]) -> float:
    return float(log_loss(sample.found, _share(odds), labels=[False, True]))
