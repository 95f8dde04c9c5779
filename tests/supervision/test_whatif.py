"""Variants of a scheme, all at once, against the row function of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kernel.errors import InputError
from supervision.bulk import BulkScorer
from supervision.load import load_scheme
from supervision.row import RowScorer
from supervision.whatif import Variant, WhatIf, sensitivity
from tests.supervision.frames import ON, clean

if TYPE_CHECKING:
    from supervision.scheme import Scheme

SCHEME = load_scheme()
VARIANTS = [
    Variant("比例更重", {"N404": [0, 0, 0, 9, 20, 40]}, (40, 80, 160)),
    Variant("年报更重", {"N207": [0, 0, 30, 60, 90], "N208": [0, 0, 50]}, SCHEME.cutoffs),
]


def by_row(scheme: Scheme, count: int) -> tuple[list[int], list[int]]:
    scorer = RowScorer(scheme, ON)
    results = [scorer.score(row) for row in clean(SCHEME, 1, count).to_dicts()]
    scores = [result.score or 0 for result in results]
    return scores, [scheme.class_of(score) for score in scores]


def test_bins_are_those_of_the_row_function() -> None:
    frame = clean(SCHEME, 1, 200)
    bins = BulkScorer(SCHEME, ON).bins(frame)
    scorer = RowScorer(SCHEME, ON)
    for place, row in enumerate(frame.to_dicts()):
        assert bins[:, place].tolist() == [part.number for part in scorer.score(row).parts]


def test_scores_and_moves_are_those_of_the_changed_points() -> None:
    frame = clean(SCHEME, 1, 300)
    bins = BulkScorer(SCHEME, ON).bins(frame)
    whatif = WhatIf(SCHEME, VARIANTS)
    scores = whatif.scores(bins)
    plain, classes = by_row(SCHEME, 300)
    assert scores[0].tolist() == plain
    matrices = whatif.matrices(bins)
    for number, variant in enumerate(VARIANTS, 1):
        points = {one.id: variant.points.get(one.id, one.points) for one in SCHEME.indicators}
        wanted = [sum(points[one.id][b] for one, b in zip(SCHEME.indicators, own, strict=True)) for own in bins.T]
        assert scores[number].tolist() == wanted
        after = [sum(score > cut for cut in variant.cutoffs) for score in wanted]
        moved = np.zeros((4, 4), dtype=int)
        np.add.at(moved, (classes, after), 1)
        assert matrices[number].tolist() == moved.tolist()


def test_the_scheme_itself_moves_nobody() -> None:
    matrix = WhatIf(SCHEME, []).matrices(BulkScorer(SCHEME, ON).bins(clean(SCHEME, 2, 100)))[0]
    assert matrix.sum() == np.trace(matrix) == 100


def test_sensitivity_has_a_variant_for_each_indicator() -> None:
    assert [variant.name for variant in sensitivity(SCHEME)] == [one.id for one in SCHEME.indicators]


@pytest.mark.parametrize(
    "variant",
    [
        Variant("x", {"N999": [1]}, SCHEME.cutoffs),
        Variant("x", {"N207": [1]}, SCHEME.cutoffs),
        Variant("x", {}, (1,)),
    ],
)
def test_a_variant_that_does_not_fit_is_refused(variant: Variant) -> None:
    with pytest.raises(InputError, match="variant_wrong"):
        WhatIf(SCHEME, [variant])
