"""Raw records become columns: the tables and the slow, plain reading of them agree; the future never leaks."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.indicators import Builder, world_on
from supervision.indicatorslinks import chains, controllers
from supervision.indicatorspec import derivations, tables
from supervision.load import load_scheme
from tests.supervision.frames import ON
from tests.supervision.plainlinks import Plain
from tests.supervision.worlds import Tables, frames, later, world

SEEDS = st.integers(0, 2**32)
SCHEME = load_scheme()


def built(made: Tables) -> list[dict[str, Any]]:
    builder = Builder(world_on(frames(made), ON), SCHEME)
    halves = [builder.part(0, 4), builder.part(4, builder.rows)]
    return pl.concat(halves).to_dicts()


def differences(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[tuple[int, str, Any, Any]]:
    assert len(found) == len(expected)
    return [
        (place, name, row[name], plain.get(name))
        for place, (row, plain) in enumerate(zip(found, expected, strict=True))
        for name in row
        if row[name] != plain.get(name)
    ]


def test_every_column_of_the_default_scheme_is_derived() -> None:
    known = {*derivations().counted, *derivations().worked_out}
    assert known == set(SCHEME.columns)


@settings(max_examples=40)
@given(seed=SEEDS)
def test_the_plain_reading_agrees_on_random_worlds(seed: int) -> None:
    made = world(seed)
    assert differences(built(made), Plain(ON, made).columns()) == []


@settings(max_examples=12)
@given(seed=SEEDS)
def test_batches_and_crowds_agree_in_larger_worlds(seed: int) -> None:
    made = world(seed, firms=26)
    assert differences(built(made), Plain(ON, made).columns()) == []


@settings(max_examples=25)
@given(seed=SEEDS)
def test_facts_after_the_day_of_scoring_change_nothing(seed: int) -> None:
    made = world(seed)
    if "changes" in made:
        made["changes"] = [row for row in made["changes"] if row["changed_on"] is None or row["changed_on"] <= ON]
    assert built(later(made, seed)) == built(made)


@pytest.mark.parametrize(("fine", "expected"), [(999.99, 0.099999), (1000, 0.1), (0.01, 1e-06), (100_000.5, 10.00005)])
def test_amounts_are_divided_exactly(fine: float, expected: float) -> None:
    made = one_firm()
    made["penalties"] = [PENALTY | {"fine_yuan": fine}]
    assert built(made)[0]["penalty_amount_10k"] == expected


PENALTY: dict[str, Any] = {
    "uscc": "firm00",
    "decided_on": ON,
    "department": "market_regulation",
    "field": "general",
    "kinds": "fine",
    "fine_yuan": 1,
    "confiscated_yuan": None,
    "withdrawn_on": None,
}


def one_firm() -> Tables:
    return {"registry": [world(1)["registry"][0] | {"uscc": "firm00", "established_on": None}]}


@pytest.mark.parametrize(
    ("decided", "withdrawn", "counts"),
    [
        ((2023, 11, 24), None, 0),  # three years have passed
        ((2023, 11, 25), None, 1),
        ((2026, 11, 24), None, 1),
        ((2026, 11, 25), None, 0),  # not yet known
        ((2026, 1, 5), (2026, 11, 24), 0),
        ((2026, 1, 5), (2026, 11, 25), 1),  # not yet withdrawn
    ],
)
def test_a_penalty_counts_for_three_years_until_it_is_withdrawn(decided: Any, withdrawn: Any, counts: int) -> None:  # noqa: ANN401
    made = one_firm()
    made["penalties"] = [
        PENALTY | {"decided_on": date(*decided), "withdrawn_on": date(*withdrawn) if withdrawn else None}
    ]
    assert built(made)[0]["penalties_36m"] == counts


def test_a_source_without_a_record_says_none_and_a_source_that_is_not_there_says_nothing() -> None:
    made = one_firm()
    made["penalties"] = []
    row = built(made)[0]
    assert (row["penalties_36m"], row["heaviest_penalty"], row["penalty_amount_10k"]) == (0, "none", 0)
    assert (row["complaints_12m"], row["on_serious_list"], row["latest_inspection_result"]) == (None, None, None)


def owner(of: str, by: str, share: float) -> dict[str, Any]:
    return {"uscc": of, "party": by, "party_kind": "enterprise", "role": "shareholder", "share_percent": share,
            "from_on": None, "until_on": None}  # fmt: skip


def heads(*pairs: tuple[str, str, float]) -> dict[str, str]:
    """Head of the group of each name."""
    control = controllers(pl.DataFrame([owner(*pair) for pair in pairs]))
    names = pl.Series("uscc", sorted({name for of, by, _ in pairs for name in (of, by)}))
    _, head = chains(names, control)
    return {name: names[place] for name, place in zip(names, head.tolist(), strict=True)}


class TestOwnership:
    def test_exactly_half_is_no_control(self) -> None:
        assert heads(("b", "a", 50.0)) == {"a": "a", "b": "b"}
        assert heads(("b", "a", 50.0001)) == {"a": "a", "b": "a"}

    def test_shares_of_one_owner_are_added_up(self) -> None:
        assert heads(("b", "a", 30.0), ("b", "a", 20.5)) == {"a": "a", "b": "a"}

    def test_a_circle_has_the_smallest_code_as_its_head(self) -> None:
        circle = (("a", "b", 60.0), ("b", "c", 60.0), ("c", "a", 60.0), ("z", "c", 60.0))
        assert heads(*circle) == dict.fromkeys("abcz", "a")

    def test_who_owns_himself_controls_nobody(self) -> None:
        assert heads(("a", "a", 100.0)) == {"a": "a"}

    def test_the_chain_ends_after_ten_steps(self) -> None:
        line = [(f"n{step:02}", f"n{step + 1:02}", 100.0) for step in range(14)]
        assert heads(*line)["n00"] == "n10"

    def test_the_order_of_rows_says_nothing(self) -> None:
        made = world(5)
        turned = {name: rows if name == "registry" else rows[::-1] for name, rows in made.items()}
        assert built(turned) == built(made)


@settings(max_examples=8)
@given(seed=SEEDS)
def test_a_file_without_a_column_never_makes_an_enterprise_look_better(seed: int) -> None:
    """Every value is either what it was, or there is none."""
    rng = random.Random(seed)  # noqa: S311 - made-up worlds
    made = world(seed)
    whole = built(made)
    for _ in range(6):
        table = rng.choice([name for name in made if name != "changes"])
        column = rng.choice(
            [name for name in tables()[table].columns if name not in {"uscc", "person", tables()[table].when}]
        )
        if (table, column) in BESIDE_THE_POINT:
            continue
        less = frames(made)
        less[table] = less[table].drop(column)
        builder = Builder(world_on(less, ON), SCHEME)
        changed = differences(builder.part(0, builder.rows).to_dicts(), whole) if builder.rows == len(whole) else []
        assert [one for one in changed if one[2] is not None] == [], (table, column)


BESIDE_THE_POINT = {
    ("registry", "state_on"),
    ("registry", "address_cluster"),
    ("registry", "capital_currency"),
    ("registry", "name"),
    ("registry", "scope"),
    ("registry", "legal_rep"),
    ("registry", "contact"),
    ("registry", "agent"),
    ("registry", "address"),
    ("inspections", "code_set"),
    ("complaints", "due_on"),
    ("repairs", "repair_by"),
    ("registry", "established_on"),
}
"""Columns that only refine: without them a registry is taken at its word, and one of several links is enough."""
