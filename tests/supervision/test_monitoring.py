"""Census, drift, hit rates: small figures worked out by hand, and the row function as judge."""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
import polars as pl
import pytest

from service.scoring.synth import Wish, population
from supervision.load import load_scheme
from supervision.monitoring import Census, banded, drift, psi, score_bands, with_absent_at
from supervision.monitoringhits import Rate, by_class, calibration, calibration_gap, order_quality, rising
from supervision.row import RowScorer
from tests.supervision.frames import ON, clean

SCHEME = load_scheme()


def census(frame: pl.DataFrame) -> Census:
    counted = Census(SCHEME, ON)
    counted.add(frame)
    return counted


class TestCensus:
    def test_counts_are_those_of_the_row_function(self) -> None:
        frame = clean(SCHEME, 3, 200)
        counted = census(frame)
        results = [RowScorer(SCHEME, ON).score(row) for row in frame.to_dicts()]
        for place, name in enumerate(SCHEME.classes):
            assert counted.classes[place] == sum(result.class_ == name for result in results)
        assert counted.scores.tolist() == np.bincount([one.score or 0 for one in results], minlength=1001).tolist()
        for one in SCHEME.indicators:
            numbers = [result.parts[one.place].number for result in results]
            assert counted.bins[one.place].tolist() == np.bincount(numbers, minlength=len(one.bins)).tolist()

    def test_two_halves_count_as_much_as_the_whole(self) -> None:
        frame = clean(SCHEME, 4, 100)
        halves = Census(SCHEME, ON)
        halves.add(frame.head(30))
        halves.add(frame.tail(70))
        whole = census(frame)
        assert (halves.rows, halves.classes.tolist()) == (100, whole.classes.tolist())
        assert halves.if_worst.tolist() == whole.if_worst.tolist()

    def test_rows_that_cannot_be_scored_are_counted_apart(self) -> None:
        frame = clean(SCHEME, 5, 4).with_columns(
            uscc=pl.Series(["91110000600037341L", None, "", "91110000600037341L"]),
            penalties_36m=pl.Series([1, 1, 1, -5]),
        )
        counted = census(frame)
        assert (counted.rows, counted.unscored, counted.classes.sum()) == (4, 3, 1)

    def test_absent_values_decide_what_the_row_function_says_they_decide(self) -> None:
        frame = next(population(SCHEME, Wish(300, 6, ON)))
        counted = census(frame)
        places = {name: place for place, name in enumerate(SCHEME.classes)}
        as_is, best, worst = (
            [places[RowScorer(scheme, ON).score(row).class_ or ""] for row in frame.to_dicts()]
            for scheme in (SCHEME, with_absent_at(SCHEME, most=False), with_absent_at(SCHEME, most=True))
        )
        assert counted.decided_by_absent.sum() == sum(b < a for a, b in zip(as_is, best, strict=True)) > 0
        assert counted.unsure_for_absent.sum() == sum(w > a for a, w in zip(as_is, worst, strict=True)) > 0
        assert all(b <= a <= w for a, b, w in zip(as_is, best, worst, strict=True))


class TestDrift:
    def test_index_by_hand(self) -> None:
        found = psi(np.array([80, 20]), np.array([50, 50]))
        assert found == pytest.approx(-0.3 * log(0.5 / 0.8) + 0.3 * log(0.5 / 0.2))

    def test_the_same_month_has_not_moved(self) -> None:
        one = census(clean(SCHEME, 7, 100))
        moved = drift(one, one)
        assert (moved.classes, moved.scores, set(moved.indicators.values())) == (0, 0, {0.0})

    def test_an_empty_bin_on_one_side_stays_finite(self) -> None:
        assert 0 < psi(np.array([0, 10]), np.array([5, 5])) < 10

    def test_a_column_that_is_no_longer_delivered_shows(self) -> None:
        frame = clean(SCHEME, 8, 200)
        moved = drift(census(frame), census(frame.drop("penalties_36m")))
        worst = max(moved.indicators, key=lambda name: moved.indicators[name])
        assert SCHEME.by_id[worst].column.name == "penalties_36m"
        assert moved.indicators[worst] > 0.25

    def test_bands_hold_about_equally_many_and_all(self) -> None:
        scores = np.zeros(1001, dtype=np.int64)
        scores[10:110] = 3
        ends = score_bands(scores)
        assert banded(scores, ends).tolist() == [30] * 10
        assert ends[-1] == 1000


class TestHits:
    def test_interval_of_wilson(self) -> None:
        low, high = Rate(10, 1).interval or (0.0, 0.0)
        assert [low, high] == pytest.approx([0.01788, 0.40415], abs=1e-4)
        assert (Rate(0, 0).share, Rate(0, 0).interval) == (None, None)

    def test_by_class(self) -> None:
        rates = by_class(np.array([0, 0, 2], dtype=np.uint8), np.array([True, False, True]), 3)
        assert rates == [Rate(2, 1), Rate(0, 0), Rate(1, 1)]

    def test_order_quality_counts_pairs(self) -> None:
        score = np.array([1.0, 2.0, 2.0, 3.0])
        found = np.array([False, True, False, True])
        # pairs: 2>1, 2=2, 3>1, 3>2
        assert order_quality(score, found) == pytest.approx((1 + 0.5 + 1 + 1) / 4)
        assert order_quality(score, np.zeros(4, dtype=bool)) is None

    def test_rising_pools_what_falls(self) -> None:
        values = rising(np.array([0.1, 0.4, 0.2, 0.5]), np.array([1.0, 1.0, 3.0, 1.0]))
        assert values.tolist() == pytest.approx([0.1, 0.25, 0.25, 0.5])

    def test_calibration_learns_from_the_earlier_half_only(self) -> None:
        days = np.arange(400)
        score = np.tile([10.0, 20.0], 200)
        found = (score == 20) & (days % 4 == 1)
        groups = calibration(score, found, days)
        turned = np.where(days < 200, found, ~found)
        again = calibration(score, turned, days)
        assert [one.expected for one in groups] == [one.expected for one in again]
        assert {round(one.expected, 3) for one in groups} == {0.0, 0.5}
        assert calibration_gap(groups) < 0.05  # type: ignore[operator]
        assert (calibration_gap(again) or 0) > 0.4

    def test_one_day_of_visits_gives_no_curve(self) -> None:
        assert calibration(np.ones(3), np.ones(3, dtype=bool), np.zeros(3, dtype=np.int64)) == []
        assert calibration_gap([]) is None


def test_an_absent_value_at_its_worst_costs_what_the_worst_value_costs() -> None:
    worst = with_absent_at(SCHEME, most=True)
    one = worst.by_id["N207"]
    assert one == replace(SCHEME.by_id["N207"], bins=one.bins)
    assert one.bins[0].points == max(one.points)
