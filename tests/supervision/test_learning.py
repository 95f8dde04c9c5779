"""Points out of effects, drafts that the strict loader takes, the worth of an order of visits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import InputError
from supervision.learning import About, coding, draft, effects, order_of, whole_points
from supervision.learningorder import Visits, time_folds, worth
from supervision.load import load_scheme, parse_scheme, scheme_ids
from tests.supervision.frames import by_row, clean

if TYPE_CHECKING:
    from supervision.scheme import Scheme

SCHEME = load_scheme()
ABOUT = About("draft-1", "草案", "无", date(2026, 11, 25))
CODINGS = [coding(one) for one in SCHEME.indicators]
WIDTH = sum(one.table.shape[1] for one in CODINGS)


def redrafted(scheme: Scheme, points: dict[str, tuple[int, ...]]) -> Scheme:
    document = draft(scheme, points, scheme.cutoffs, ABOUT)
    return parse_scheme(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "draft.yaml")


@pytest.mark.parametrize("name", [name for name in scheme_ids() if name not in {"shaanxi-food-2017", "food-producer"}])
def test_a_draft_with_the_present_points_scores_as_the_scheme_does(name: str) -> None:
    scheme = load_scheme(name)
    again = redrafted(scheme, {one.id: one.points for one in scheme.indicators})
    frame = clean(scheme, 1, 60)
    kept = [{k: v for k, v in row.items() if not k.startswith("scheme")} for row in by_row(scheme, frame)]
    assert [{k: v for k, v in row.items() if not k.startswith("scheme")} for row in by_row(again, frame)] == kept


def test_the_present_values_give_the_present_effects() -> None:
    found = effects(CODINGS, np.concatenate([one.now for one in CODINGS]))
    for one, own in zip(SCHEME.indicators, found, strict=True):
        assert own[1:].min() == 0
        known = np.array(one.points[1:]) - min(one.points[1:])
        assert own[1:].tolist() == known.tolist(), one.id


@pytest.mark.parametrize("name", ["shaanxi-food-2017", "food-producer"])
def test_a_long_run_of_steps_is_learned_in_groups(name: str) -> None:
    scheme = load_scheme(name)
    codings = [coding(one) for one in scheme.indicators]
    points = whole_points(scheme, effects(codings, np.concatenate([one.now for one in codings])))
    again = redrafted(scheme, points)
    assert all(len(one.cuts) <= 40 for one in again.indicators)
    assert any(len(one.cuts) > 40 for one in scheme.indicators)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_points_never_fall_along_the_direction(seed: int) -> None:
    random = np.random.default_rng(seed)
    low = np.concatenate([one.low for one in CODINGS])
    values = np.maximum(random.normal(size=WIDTH), low)
    points = whole_points(SCHEME, effects(CODINGS, values))
    for one in SCHEME.indicators:
        along = [points[one.id][number] for number in order_of(one)]
        assert along == sorted(along), one.id
        assert points[one.id][0] >= min(points[one.id][1:])
        assert all(0 <= each <= 255 for each in points[one.id])
    assert sum(max(each) for each in points.values()) <= 1000


def test_a_draft_holds_the_points_it_was_given() -> None:
    values = np.maximum(np.random.default_rng(1).normal(size=WIDTH), np.concatenate([one.low for one in CODINGS]))
    points = whole_points(SCHEME, effects(CODINGS, values))
    learned = redrafted(SCHEME, points)
    kept = {one.id: one.points for one in learned.indicators if one.spec.kind != "bands"}
    assert kept == {name: points[name] for name in kept}
    assert (learned.id, learned.spec.status, learned.version) == ("default-learned", "proposal", "draft-1")


def test_order_of_a_falling_risk_is_turned() -> None:
    assert order_of(SCHEME.by_id["N101"]) == [5, 4, 3, 2, 1]
    assert order_of(SCHEME.by_id["N207"])[0] == 1
    assert len(order_of(SCHEME.by_id["N102"])) == 1


def test_no_effect_gives_no_points() -> None:
    with pytest.raises(InputError, match="learning_nothing"):
        whole_points(SCHEME, [np.zeros(len(one.bins)) for one in SCHEME.indicators])


class TestWorth:
    def test_by_hand(self) -> None:
        visits = Visits(np.array([0, 10, 20, 30]), np.array([False, False, True, True]))
        one = worth(visits, np.array([1.0, 4.0, 2.0, 3.0]))
        # order: day 10, 30, 20, 0 on days 0, 10, 20, 30: found ones move from 20 to 20 and from 30 to 10
        assert (one.precision, one.found_in_first_half, one.days_earlier, one.found_later) == (0.5, 0.5, 10.0, 0.0)

    def test_ties_share_their_places(self) -> None:
        visits = Visits(np.array([0, 10, 20, 30]), np.array([True, False, False, False]))
        one = worth(visits, np.zeros(4))
        assert (one.found_in_first_half, one.days_earlier, one.found_later) == (0.5, -15.0, 1.0)

    def test_the_order_of_the_visits_moves_nothing(self) -> None:
        days = np.array([3, 5, 5, 9, 70, 80])
        assert worth(Visits(days, days > 4), -days.astype(float)).days_earlier == 0

    def test_nothing_moves_out_of_its_period(self) -> None:
        visits = Visits(np.array([0, 100]), np.array([False, True]))
        assert worth(visits, np.array([0.0, 1.0]), 60).days_earlier == 0
        assert worth(visits, np.array([0.0, 1.0]), 365).days_earlier == 100

    def test_without_findings(self) -> None:
        assert worth(Visits(np.arange(3), np.zeros(3, dtype=bool)), np.zeros(3)).days_earlier == 0
        assert worth(Visits(np.arange(0), np.zeros(0, dtype=bool)), np.zeros(0)).precision == 0


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 5))
def test_every_day_before_a_fold_is_earlier_than_those_in_it(days: list[int], folds: int) -> None:
    array = np.array(days, dtype=np.int64)
    for earlier, later in time_folds(array, folds):
        assert array[earlier].max() < array[later].min()
