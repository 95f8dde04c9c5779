"""Branches and amounts over columns: those of the single path, to the yuan."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.batch import Batch
from rules.batch_amounts import column_amounts, shown_amounts
from rules.batch_answers import summary_of
from rules.decide import Decider
from rules.load import CATALOGUE, link, read_documents
from rules.ranges import Shares, ranges
from rules.release import Release
from rules.schema_violation import Fine

ON = date(2026, 11, 24)
THIRTY = Shares(Decimal("0.30"), Decimal("0.30"))
SALE = {"conduct_date": "2026-03-01", "decision_date": "2026-04-20", "discovery_date": "2026-03-05"}

fines = st.one_of(
    st.builds(
        lambda low, more, cap, floor: Fine(min_x=low, max_x=low + more, base="b", cap_yuan=cap, floor_yuan=floor),
        st.decimals(0, 5, places=2),
        st.decimals(0, 20, places=2),
        st.none() | st.integers(0, 50_000),
        st.none() | st.integers(0, 50),
    ),
    st.builds(
        lambda low, more, cap: Fine(min_yuan=low, max_yuan=low + more, per="n", cap_yuan=cap),
        st.integers(0, 500),
        st.integers(0, 500),
        st.none() | st.integers(0, 50_000),
    ),
)
shares = st.builds(
    Shares, st.sampled_from([Decimal("0.3"), Decimal("0.25"), Decimal("0.333")]), st.just(Decimal("0.3"))
)


@given(fine=fines, cut=shares, factors=st.lists(st.integers(0, 10_000_000), min_size=1, max_size=20))
def test_amounts_over_columns_are_those_of_each_case(fine: Fine, cut: Shares, factors: list[int]) -> None:
    measure = "b" if fine.base else "n"
    expected = [shown_amounts(ranges(fine, {measure: factor}, cut)) for factor in factors]
    assert column_amounts(fine, cut, factors) == expected


def test_half_a_yuan_goes_up_in_columns_too() -> None:
    fine = Fine(min_x=1, max_x=2, base="b")
    found = shown_amounts(ranges(fine, {"b": 150}, THIRTY))
    assert found == ((0, 2), (2, 2), (2, 3), (3, 3))
    assert column_amounts(fine, THIRTY, [150]) == [found]


@pytest.mark.parametrize(
    ("fine", "factors"),
    [
        (Fine(min_x=1, max_x=2, base="b"), [Decimal("1.5")]),
        (Fine(min_x=10, max_x=20, base="b"), [10**15]),
        (Fine(min_x=1, max_x=2, base="b", cap_yuan=10**13), [1]),
        (Fine(min_x=Decimal("0.0000001"), max_x=2, base="b"), [1]),
    ],
    ids=str,
)
def test_what_is_not_exact_in_columns_is_left_to_each_case(fine: Fine, factors: list[Any]) -> None:
    assert column_amounts(fine, THIRTY, factors) is None


def assert_equal(release: Release, documents: list[dict[str, Any]]) -> list[str | None]:
    """Batch and single path say the same; returns the branches chosen."""
    decider = Decider(release)
    expected = [summary_of(decider.check(one, ON)) for one in documents]
    assert list(Batch(release).check(documents, ON).summaries()) == expected
    return [one.penalty.branch if one.penalty else None for one in expected]


def sale(goods: object = None, **facts: object) -> dict[str, Any]:
    known = {**SALE, "goods_value_yuan": goods, **facts}
    return {"jurisdiction": "210200", "violation": "food-expired-sale", "facts": known}


@pytest.fixture(scope="module")
def documents() -> dict[str, Any]:
    return read_documents(CATALOGUE)


def test_many_different_amounts_are_exact_to_the_fen(documents: dict[str, Any]) -> None:
    goods = [f"{10_000 + step}.{step % 100:02d}" for step in range(70)]
    assert_equal(link(documents), [sale(one) for one in [*goods, None, "9999999999.99", "12345678901.05"]])


def test_a_branch_that_may_hold_stands_before_those_after_it(documents: dict[str, Any]) -> None:
    """Branches that overlap: the first that holds is taken, and none while an earlier one may hold."""
    path = next(name for name in documents if name.endswith("/food-expired-sale.yaml"))
    body = copy.deepcopy(documents[path])
    branches = body["versions"][-1]["penalty"]["branches"]
    ways = [one for one in branches if not one.get("escalation")]
    for fine, when in zip(ways, ({"fact": "goods_value_yuan", "lt": 10_000}, None), strict=True):
        fine.pop("when", None)
        fine.update({"when": when} if when else {})
    release = link({**documents, path: body})
    found = assert_equal(release, [sale(None), sale(1), sale(10_000), sale(None, circumstances_serious=True)])
    assert found[:3] == [None, "goods_value_yuan<10000", None]
    open_one, second = (summary_of(Decider(release).check(sale(goods), ON)).penalty for goods in (None, 10_000))
    assert open_one is not None
    assert second is not None
    assert (open_one.ranges, bool(second.ranges)) == ((), True)
