"""Columns against the evaluator: any condition, any facts, one case at a time or all at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.batch_columns import UNKNOWN_CODE, Column, combined, groups, scattered
from rules.batch_days import shifted, years_and_days
from rules.batch_planes import Planes, bits_at, packed, unpacked
from rules.conditions import Condition, Group, Negation, ShiftedFact
from rules.conditions import Test as Comparison
from rules.evaluate import FALSE, TRUE, Network, shift
from rules.facts import Vocabulary
from rules.instant import years_between
from rules.load import load_catalogue

VOCABULARY: Vocabulary = load_catalogue().vocabulary
BOOL, ENUM, MONEY, NUMBER = "first_violation", "harm_level", "goods_value_yuan", "exceed_ratio"
PLAIN_ENUM = "correction_status"
DAY, LATER_DAY = "penalty_served_date", "paid_date"
START = date(2024, 2, 27)

days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
decimals = st.sampled_from([0, 1, Decimal("0.1"), Decimal("0.10"), Decimal("0.25"), 2, Decimal("1.999")])
values: dict[str, st.SearchStrategy[Any]] = {
    BOOL: st.booleans(),
    ENUM: st.sampled_from(VOCABULARY[ENUM].value_names),
    PLAIN_ENUM: st.sampled_from(VOCABULARY[PLAIN_ENUM].value_names),
    MONEY: st.integers(0, 60),
    NUMBER: decimals,
    DAY: days,
    LATER_DAY: days,
}
ORDERED = (ENUM, MONEY, NUMBER, DAY)
SIGNS = ("eq", "ne", "lt", "lte", "gt", "gte")


def compared(fact: str) -> st.SearchStrategy[Condition]:
    """Comparisons of one fact with literals."""
    signs = SIGNS if fact in ORDERED else SIGNS[:2]
    single = st.tuples(st.sampled_from(signs), values[fact])
    many = st.tuples(st.sampled_from(("in", "not_in")), st.lists(values[fact], min_size=1, max_size=3).map(tuple))
    kinds = [single, many]
    if fact in ORDERED:
        kinds.append(st.tuples(st.just("between"), st.tuples(values[fact], values[fact])))
    return st.one_of(kinds).map(lambda pair: Comparison(fact, *pair))


two_facts = st.builds(
    lambda op, unit, amount: Comparison(LATER_DAY, op, ShiftedFact(DAY, unit, amount)),
    st.sampled_from(SIGNS),
    st.sampled_from(("years", "months", "days")),
    st.integers(0, 2),
)
leaves = st.one_of(two_facts, *(compared(fact) for fact in values if fact != LATER_DAY))


def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    some = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        parts.map(Negation),
        some.map(lambda those: Group("all", len(those), those)),
        some.map(lambda those: Group("any", 1, those)),
        some.flatmap(
            lambda those: st.integers(1, len(those)).map(lambda need: Group("at_least", need, those)),
        ),
    )


conditions = st.recursive(leaves, joined, max_leaves=8)
cases = st.lists(st.fixed_dictionaries({}, optional=values), min_size=1, max_size=70)


def columns_of(facts: list[dict[str, Any]]) -> dict[str, Column]:
    found = {}
    for name in values:
        rows = [row for row, case in enumerate(facts) if name in case]
        if rows:
            found[name] = scattered(VOCABULARY[name], len(facts), rows, [facts[row][name] for row in rows])
    return found


def single_states(network: Network, node: int, facts: dict[str, Any]) -> int:
    states = network.atom_states(facts)
    for compound in network.below(node):
        states[compound.index] = compound.apply(states)
    return states[node]


@settings(max_examples=300)
@given(condition=conditions, facts=cases)
def test_a_condition_over_columns_is_the_condition_case_by_case(
    condition: Condition, facts: list[dict[str, Any]]
) -> None:
    network = Network(VOCABULARY)
    node = network.add(condition, {})
    planes = Planes(network, columns_of(facts), len(facts))
    sure, possible = (unpacked(plane, len(facts)).tolist() for plane in planes.node(node))
    states = [single_states(network, node, case) for case in facts]
    assert sure == [state == TRUE for state in states]
    assert possible == [state != FALSE for state in states]


@pytest.mark.parametrize("op", [*SIGNS, "between", "in", "not_in"])
def test_long_columns_are_compared_like_short_ones(op: str) -> None:
    """Beyond a few distinct values only some are tested: every threshold has to come out right."""
    amounts = list(range(0, 300, 2))
    for limit in (-1, 0, 1, 2, 149, 150, 298, 299, 300):
        value: object = (limit, limit + 51) if op in {"between", "in", "not_in"} else limit
        network = Network(VOCABULARY)
        node = network.add(Comparison(MONEY, op, value), {})  # type: ignore[arg-type]
        facts = [{MONEY: amount} if amount % 10 else {} for amount in amounts]
        planes = Planes(network, columns_of(facts), len(facts))
        sure = unpacked(planes.node(node)[0], len(facts)).tolist()
        assert sure == [single_states(network, node, case) == TRUE for case in facts], limit


def test_amounts_are_compared_exactly_where_a_float_would_not_be() -> None:
    network = Network(VOCABULARY)
    largest = 10**15
    node = network.add(Comparison(MONEY, "lte", largest - 1), {})
    facts: list[dict[str, Any]] = [{MONEY: largest - 2 + step} for step in range(4)]
    planes = Planes(network, columns_of(facts), len(facts))
    assert unpacked(planes.node(node)[0], 4).tolist() == [True, True, False, False]


@given(start=st.dates(date(1949, 1, 1), date(2100, 12, 31)), apart=st.integers(0, 36_000))
def test_years_between_days_are_those_of_the_single_path(start: date, apart: int) -> None:
    starts = [start, date(start.year // 4 * 4, 2, 29) if start.year % 100 else start]
    for one in starts:
        end = one + timedelta(days=apart)
        whole, rest = years_and_days(np.array([one.toordinal()], np.int32), np.array([end.toordinal()], np.int32))
        expected = Decimal(int(whole[0])) + (Decimal(int(rest[0])) / 366).quantize(Decimal("0.0001"))
        assert expected == years_between(one, end)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 2, 29), date(2026, 2, 28), (2, 0)),
        (date(2024, 2, 29), date(2026, 2, 27), (1, 364)),
        (date(2023, 3, 1), date(2025, 2, 28), (1, 364)),
        (date(2023, 3, 1), date(2025, 3, 1), (2, 0)),
        (date(2024, 2, 29), date(2028, 2, 29), (4, 0)),
        (date(2024, 5, 1), date(2024, 5, 1), (0, 0)),
    ],
)
def test_corresponding_days_around_the_end_of_february(start: date, end: date, expected: tuple[int, int]) -> None:
    whole, rest = years_and_days(np.array([start.toordinal()], np.int32), np.array([end.toordinal()], np.int32))
    assert (int(whole[0]), int(rest[0])) == expected


@given(
    day=st.dates(date(1949, 1, 1), date(2200, 12, 31)),
    unit=st.sampled_from(("years", "months", "days")),
    amount=st.integers(-60, 60),
)
def test_days_are_moved_like_those_of_the_evaluator(day: date, unit: str, amount: int) -> None:
    for one in (day, date(2024, 2, 29), date(2023, 10, 31)):
        moved = shifted(np.array([one.toordinal()], np.int32), unit, amount)
        assert date.fromordinal(int(moved[0])) == shift(one, unit, amount)


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 1)), max_size=50))
def test_cases_that_agree_in_all_keys_are_brought_together(pairs: list[tuple[int, int]]) -> None:
    columns = [np.array([pair[place] for pair in pairs], np.int32) for place in (0, 1)]
    rows = np.arange(len(pairs))
    keys = [(columns[0], 4), (columns[1], 2)]
    seen = sorted(row for _, those in groups(keys, rows) for row in those.tolist())
    assert seen == rows.tolist()
    for first, those in groups(keys, rows):
        assert {pairs[row] for row in those.tolist()} == {pairs[first]}
    assert len(combined(keys, rows)[0]) == len(set(pairs))


def test_keys_too_many_for_a_table_are_sorted_instead() -> None:
    keys = [(np.array([5, 1 << 40, 5, UNKNOWN_CODE]), 1 << 61), (np.array([0, 0, 0, 0]), 1 << 20)]
    assert [those.tolist() for _, those in groups(keys, np.arange(4))] == [[3], [0, 2], [1]]


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_bits_come_back_from_a_plane(bits: list[bool]) -> None:
    plane = packed(np.array(bits))
    assert unpacked(plane, len(bits)).tolist() == bits
    assert bits_at(plane, np.arange(len(bits))).tolist() == bits
