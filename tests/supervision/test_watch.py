"""Early warnings, decisions of persons, and what the public may see."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.load import load_scheme
from supervision.overrides import Override, applied, faults, overlapping
from supervision.publicfigures import PublicTable, is_internal, leave_out_internal, public_table
from supervision.table import COLUMNS, TableScorer
from supervision.watch import by_change, by_indicator, watch
from tests.supervision.frames import ON, clean

SCHEME = load_scheme()
CODE = "91110000600037341L"


def results(*rows: tuple[str | None, int | None, str | None]) -> pl.DataFrame:
    schema = {"uscc": pl.String, "score": pl.Int32, "class": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


class TestEarlyWarning:
    def test_two_classes_worse_and_not_one(self) -> None:
        before = results(("a", 40, "A"), ("b", 40, "A"), ("c", 70, "B"))
        after = results(("a", 99, "C"), ("b", 60, "B"), ("c", 60, "B"))
        found = by_change(SCHEME, before, after)
        assert found.rows() == [("E1", "类别骤降两级以上", "a", "A→C，40→99 分")]

    @pytest.mark.parametrize(("score", "signs"), [(159, []), (160, ["E2"])])
    def test_sixty_points_more(self, score: int, signs: list[str]) -> None:
        found = by_change(SCHEME, results(("a", 100, "C")), results(("a", score, "C")))
        assert found["sign"].to_list() == signs

    def test_new_in_the_worst_class(self) -> None:
        found = by_change(SCHEME, results(("a", 175, "C"), ("b", 190, "D")), results(("a", 185, "D"), ("b", 191, "D")))
        assert found.select("sign", "uscc").rows() == [("E3", "a")]

    def test_who_is_new_unscored_or_without_a_code_is_compared_with_nothing(self) -> None:
        after = results(("new", 300, "D"), ("a", None, None), (None, 300, "D"))
        assert len(by_change(SCHEME, results(("a", 1, "A"), (None, 1, "A")), after)) == 0

    def test_of_a_code_that_stands_twice_the_first_row_counts(self) -> None:
        found = by_change(SCHEME, results(("a", 10, "A"), ("a", 200, "D")), results(("a", 200, "D"), ("a", 10, "A")))
        assert set(found["sign"]) == {"E1", "E2", "E3"}
        assert len(found) == 3

    def test_signs_of_indicators(self) -> None:
        frame = pl.DataFrame(
            {
                "uscc": ["a", "b", "c", "d"],
                "batch_registration": [True, False, None, False],
                "complaints_3m": [4, 3, None, 0],
                "complaints_prior_12m": [0, 0, None, 0],
            }
        )
        found = by_indicator(SCHEME, frame, ON)
        assert found.select("sign", "uscc").rows() == [("E4", "a"), ("E5", "a")]
        assert "投诉举报异常增长" in found["seen"][0]

    def test_every_sign_names_something_of_the_default_scheme(self) -> None:
        named = [one.indicator for one in watch().warnings if one.kind == "indicator"]
        assert named
        assert all(name in SCHEME.by_id for name in named)


def decision(**changes: Any) -> Override:  # noqa: ANN401 - any field
    basis: dict[str, Any] = {
        "uscc": "a",
        "class_": "C",
        "reason": "群众来信反映的问题经核实属实",
        "author": "planner-1",
        "since": ON,
        "until": ON + timedelta(days=30),
    }
    return Override(**(basis | changes))


def table(class_: str | None, override: str | None = None) -> pl.DataFrame:
    frame = TableScorer(SCHEME, ON).score(pl.DataFrame({"uscc": ["a", "b"], "penalties_36m": [0, 0]}))
    return frame.with_columns(
        pl.lit(class_, dtype=pl.String).alias("class"), pl.lit(override, dtype=pl.String).alias("override")
    )


class TestOverrides:
    def test_the_class_is_the_persons_and_the_schemes_stays_beside_it(self) -> None:
        row = applied(table("B"), [decision()], SCHEME, ON).row(0, named=True)
        assert (row["class"], row["class_by_scheme"], row["override"]) == ("C", "B", "manual")
        assert (row["override_author"], row["override_until"]) == ("planner-1", ON + timedelta(days=30))

    def test_nobody_else_is_touched_and_the_columns_of_results_come_first(self) -> None:
        before = table("B")
        after = applied(before, [decision()], SCHEME, ON)
        assert after.columns[: len(COLUMNS)] == list(COLUMNS)
        assert after.row(1)[: len(COLUMNS)] == before.row(1)

    @pytest.mark.parametrize(("day", "class_"), [(-1, "B"), (0, "C"), (29, "C"), (30, "B")])
    def test_it_holds_from_its_first_day_until_the_day_before_its_end(self, day: int, class_: str) -> None:
        assert applied(table("B"), [decision()], SCHEME, ON + timedelta(days=day))["class"][0] == class_

    def test_a_fact_of_law_cannot_be_decided_away(self) -> None:
        row = applied(table("D", "H01"), [decision(class_="B")], SCHEME, ON).row(0, named=True)
        assert (row["class"], row["override"]) == ("D", "H01")
        assert row["override_refused"].startswith("H01")

    def test_a_cap_of_the_scheme_can(self) -> None:
        row = applied(table("C", "H03"), [decision(class_="B")], SCHEME, ON).row(0, named=True)
        assert (row["class"], row["override_refused"]) == ("B", None)

    def test_a_row_that_was_not_scored_stays_without_a_class(self) -> None:
        assert applied(table(None), [decision()], SCHEME, ON)["class"].to_list() == [None, None]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"uscc": " "}, "code_missing"),
            ({"class_": "E"}, "override_class"),
            ({"reason": "太短"}, "override_reason"),
            ({"author": ""}, "override_author"),
            ({"until": ON}, "override_until"),
            ({"until": date(2027, 11, 25)}, "override_until"),
        ],
    )
    def test_what_is_wrong_is_named(self, changes: dict[str, Any], code: str) -> None:
        assert [one.code for one in faults(decision(**changes), SCHEME)] == [code]

    def test_twelve_months_to_the_day_are_allowed(self) -> None:
        assert list(faults(decision(until=date(2027, 11, 24)), SCHEME)) == []

    def test_two_decisions_may_follow_but_not_overlap(self) -> None:
        first, next_ = decision(), decision(since=ON + timedelta(days=30), until=ON + timedelta(days=60))
        assert overlapping([first, next_, decision(uscc="b")]) == []
        assert overlapping([first, decision(since=ON + timedelta(days=29))]) == [(0, 1)]


class TestPublic:
    def test_no_column_of_a_result_is_public_but_the_code_and_its_problems(self) -> None:
        frame = TableScorer(SCHEME, ON).score(clean(SCHEME, 1, 20))
        wide = applied(frame, [decision()], SCHEME, ON).with_columns(tier=pl.lit("T1"), class_before=pl.lit("A"))
        assert leave_out_internal(wide).columns == ["uscc", "problem"]
        assert is_internal("reason_1_points")

    def test_a_large_table_is_shown_as_it_is(self) -> None:
        found = public_table({"甲": {"A": 100, "D": 30}, "乙": {"A": 70, "D": 10}}, ["A", "D"])
        assert found.cells == {"甲": {"A": 100, "D": 30}, "乙": {"A": 70, "D": 10}}
        assert (found.row_totals, found.total) == ({"甲": 130, "乙": 80}, 210)

    def test_a_small_cell_takes_three_others_with_it(self) -> None:
        found = public_table({"甲": {"A": 100, "D": 30}, "乙": {"A": 70, "D": 3}}, ["A", "D"])
        assert found.cells == {"甲": {"A": None, "D": None}, "乙": {"A": None, "D": None}}

    def test_a_small_district_is_hidden_whole(self) -> None:
        found = public_table({"甲": {"A": 100}, "乙": {"A": 90}, "丙": {"A": 4}}, ["A"])
        assert found.row_totals == {"甲": 100, "乙": None, "丙": None}

    @settings(max_examples=60)
    @given(seed=st.integers(0, 2**32), rows=st.integers(1, 6), columns=st.integers(1, 4))
    def test_nobody_can_work_out_a_hidden_cell(self, seed: int, rows: int, columns: int) -> None:
        rng = random.Random(seed)  # noqa: S311 - made-up counts
        names = [f"c{n}" for n in range(columns)]
        counts = {f"r{n}": {name: rng.choice([0, 1, 3, 9, 10, 40, 500]) for name in names} for n in range(rows)}
        found = public_table(counts, names)
        assert leaked(found, counts) == []


def leaked(found: PublicTable, counts: dict[str, dict[str, int]]) -> list[tuple[str, str]]:
    """The hidden cells below the limit that follow from the figures shown: an attack with linear algebra."""
    names = list(found.columns)
    cells = list(product(counts, names))
    known: list[tuple[list[float], float]] = []
    for place, (row, name) in enumerate(cells):
        value = found.cells[row][name]
        if value is not None:
            assert value == counts[row][name]
            known.append((unit(place, len(cells)), value))
    for row, total in found.row_totals.items():
        if total is not None:
            known.append(([float(own == row) for own, _ in cells], total))
    for name, total in found.column_totals.items():
        if total is not None:
            known.append(([float(own == name) for _, own in cells], total))
    if found.total is not None:
        known.append(([1.0] * len(cells), found.total))
    matrix = np.array([line for line, _ in known]).reshape(len(known), len(cells))
    rank = np.linalg.matrix_rank(matrix) if known else 0
    return [
        cell
        for place, cell in enumerate(cells)
        if found.cells[cell[0]][cell[1]] is None
        and np.linalg.matrix_rank(np.vstack([matrix, unit(place, len(cells))])) == rank
        and counts[cell[0]][cell[1]] < watch().public.least
    ]


def unit(place: int, count: int) -> list[float]:
    return [float(other == place) for other in range(count)]
