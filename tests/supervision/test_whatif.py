"""Variants of a scheme, all at once, against the row function of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from kernel.errors import InputError
from service.scoring.synth import Wish
from service.scoring.synth import population as made_up
from supervision.bulk import BulkScorer
from supervision.load import load_scheme
from supervision.row import RowScorer
from supervision.scheme import Scheme
from supervision.whatif import Binner, Population, Variant, WhatIf, sensitivity
from tests.supervision.frames import ON, clean

SCHEME = load_scheme()


def population(frame: pl.DataFrame, scheme: Scheme = SCHEME) -> Population:
    return Binner(scheme, ON).take(frame)


def changed(scheme: Scheme, variant: Variant) -> Scheme:
    """The scheme with the points and cut-offs of a variant; nobody may reach more points than it gives."""
    indicators = tuple(
        replace(one, bins=tuple(replace(each, points=points) for each, points in zip(one.bins, new, strict=True)))
        for one in scheme.indicators
        for new in [variant.points.get(one.id, one.points)]
    )
    cuts = (*variant.cutoffs, None)
    classes = tuple(
        grade.model_copy(update={"up_to": cut}) for grade, cut in zip(scheme.spec.classes, cuts, strict=True)
    )
    return Scheme(scheme.spec.model_copy(update={"classes": classes}), scheme.columns, indicators)


def test_bins_are_those_of_the_row_function() -> None:
    frame = clean(SCHEME, 1, 200)
    bins = BulkScorer(SCHEME, ON).bins(frame)
    scorer = RowScorer(SCHEME, ON)
    for place, row in enumerate(frame.to_dicts()):
        assert bins[:, place].tolist() == [part.number for part in scorer.score(row).parts]


@pytest.mark.parametrize("name", ["default", "wuhan-food-drug-2017"])
def test_scores_and_moves_are_those_of_the_row_function(name: str) -> None:
    """Few changes and many, caps that are reached, rules that set a class or a floor."""
    scheme = load_scheme(name)
    frame = pl.concat([clean(scheme, 1, 100), next(made_up(scheme, Wish(300, 1, ON)))])
    rng = np.random.default_rng(1)
    variants = [
        Variant(
            str(few),
            {
                one.id: [min(each + int(rng.integers(0, 9)), 255) for each in one.points]
                for one in scheme.indicators[:few]
            },
            tuple(cut + few for cut in scheme.cutoffs),
        )
        for few in (0, 1, 3, len(scheme.indicators))
    ]  # fmt: skip
    _same_as_row_by_row(scheme, variants, frame)


def test_small_changes_where_nobody_comes_to_a_cap_and_where_somebody_does() -> None:
    """Enterprises as they are; and the same where many are at a cap that is lower, or above it."""
    rng = np.random.default_rng(2)
    asked = {name for rule in SCHEME.rules for one in rule.when for name in getattr(one, "no_points", ())}
    free = [one for one in SCHEME.indicators if one.id not in asked]
    variants = [
        Variant(
            str(number),
            {
                free[place].id: [max(0, each + int(rng.integers(-2, 3))) for each in free[place].points]
                for place in rng.choice(len(free), number, replace=False)
            },
            SCHEME.cutoffs,
        )
        for number in (1, 3, 12)
    ]
    dimensions = {
        name: part.model_copy(update={"cap": 12}) if name == "social" else part
        for name, part in SCHEME.spec.dimensions.items()
    }
    capped = replace(SCHEME, spec=SCHEME.spec.model_copy(update={"dimensions": dimensions}))
    frame = next(made_up(SCHEME, Wish(80, 2, ON)))
    for scheme in (SCHEME, capped):
        _same_as_row_by_row(scheme, variants, frame)


def _same_as_row_by_row(scheme: Scheme, variants: list[Variant], frame: pl.DataFrame) -> None:
    whatif, people = WhatIf(scheme, variants), population(frame, scheme)
    scores, matrices = whatif.scores(people), whatif.matrices(people)
    before = [RowScorer(scheme, ON).score(row) for row in frame.to_dicts()]
    for number, variant in enumerate(whatif.variants):
        after = [RowScorer(changed(scheme, variant), ON).score(row) for row in frame.to_dicts()]
        assert scores[number].tolist() == [one.score for one in after]
        moved = np.zeros((len(scheme.classes),) * 2, dtype=int)
        for one, two in zip(before, after, strict=True):
            moved[scheme.classes.index(one.class_ or ""), scheme.classes.index(two.class_ or "")] += 1
        assert matrices[number].tolist() == moved.tolist()


def test_rows_that_cannot_be_read_are_left_out() -> None:
    frame = clean(SCHEME, 2, 50).with_columns(penalties_36m=pl.Series([-1] * 7 + [1] * 43))
    assert WhatIf(SCHEME, []).matrices(population(frame)).sum() == 43


def test_the_scheme_itself_moves_nobody() -> None:
    matrix = WhatIf(SCHEME, []).matrices(population(clean(SCHEME, 2, 100)))[0]
    assert matrix.sum() == np.trace(matrix) == 100


def test_sensitivity_has_a_variant_for_each_indicator() -> None:
    assert [variant.name for variant in sensitivity(SCHEME)] == [one.id for one in SCHEME.indicators]


@pytest.mark.parametrize(
    "variant",
    [
        Variant("x", {"N999": [1]}, SCHEME.cutoffs),
        Variant("x", {"N207": [1]}, SCHEME.cutoffs),
        Variant("x", {}, (1,)),
        Variant("x", {}, (9, 5, 20)),
    ],
)
def test_a_variant_that_does_not_fit_is_refused(variant: Variant) -> None:
    with pytest.raises(InputError, match="variant_wrong"):
        WhatIf(SCHEME, [variant])
