"""The row function: cases an officer can read, and the promises of the output."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.load import load_scheme
from supervision.row import Result, RowScorer
from supervision.scheme import DIMENSIONS
from tests.supervision.frames import ON, table

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
GOOD_CODE = "91110000600037341L"
HARMLESS: dict[str, Any] = {
    "missed_reports": 0,
    "on_abnormal_list": False,
    "penalties_36m": 0,
    "on_serious_list": False,
    "dishonest_debtor": False,
    "firms_same_person": 1,
    "complaints_12m": 0,
    "uscc": GOOD_CODE,
    "registry_state": "in_operation",
    "established_on": date(2010, 1, 1),
    "entity_type": "joint_stock",
    "sector_risk": "low",
    "registered_capital_10k": 1000,
    "paid_in_share": 1,
    "same_address_entities": 1,
    "address_state": "verified",
    "insured_staff": 30,
    "has_honours": True,
    "latest_inspection_result": "no_problem",
    "last_inspected_on": date(2026, 10, 1),
    "public_credit": "excellent",
    "tax_credit": "a",
    "platform_rating": 95,
    "commitments_net": 1,
    "awards_36m": 1,
}


def score(**given: object) -> Result:
    return RowScorer(load_scheme(), ON).score(HARMLESS | given)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    result = score(**case["given"])
    points = {part.indicator.id: part.bin.points for part in result.parts}
    assert {name: points[name] for name in case.get("points", {})} == case.get("points", {})
    if "class" in case:
        assert (result.class_, result.override) == (case["class"], case.get("override"))


def test_a_harmless_enterprise_has_almost_no_points() -> None:
    assert score().score == 2  # licences were not compared


def test_reasons_fall_and_ties_keep_the_order_of_the_scheme() -> None:
    result = score(unreachable_listed=True, non_cooperation=True, tax_abnormal=True, dishonest_debtor=True)
    assert result.reasons == (("N303", 25), ("N310", 25), ("N317", 15))


def test_a_reason_without_points_is_null() -> None:
    row = score(licences_required=0, licences_in_force=0, tax_abnormal=True).as_row()
    assert (row["reason_1"], row["reason_1_points"]) == ("N317", 15)
    assert (row["reason_2"], row["reason_2_points"], row["reason_3"], row["reason_3_points"]) == (
        None,
        None,
        None,
        None,
    )


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_promises_of_every_row(seed: int) -> None:
    scheme = load_scheme()
    scorer = RowScorer(scheme, ON)
    results = [scorer.score(row) for row in table(scheme, seed, 40).to_dicts()]
    scored = [result for result in results if result.class_ is not None]
    for result in scored:
        assert result.score == sum(result.points[name] or 0 for name in DIMENSIONS)
        assert result.score is not None
        assert 0 <= result.score <= 1000
        assert [points for _, points in result.reasons] == sorted((p for _, p in result.reasons), reverse=True)
    plain = sorted((r.score or 0, scheme.classes.index(r.class_ or "A")) for r in scored if r.override is None)
    assert [place for _, place in plain] == sorted(place for _, place in plain)


@pytest.mark.parametrize(
    ("code", "says", "is_scored"),
    [
        (GOOD_CODE, None, True),
        ("911100006000373410", "校验位不符", True),
        ("91110000600037341", "不是 18 位", True),
        ("9111000060003734IL", "不允许的字符", True),
        ("91110000600037341l", "小写字母", True),
        ("９1110000600037341L", "全角字符", True),
        (" 91110000600037341L", "前后有空白", True),
        ("", "没有统一社会信用代码", False),
        ("  ", "没有统一社会信用代码", False),
        (None, "没有统一社会信用代码", False),
    ],
)
def test_codes(code: str | None, says: str | None, is_scored: bool) -> None:  # noqa: FBT001 - a column of the table above
    result = score(uscc=code)
    assert (result.class_ is not None) == is_scored
    assert result.uscc == code
    assert says in (result.problem or "") if says else result.problem is None


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"penalties_36m": "三次"}, "列 penalties_36m 的值“三次”不能读作整数"),
        ({"penalties_36m": -1}, "列 penalties_36m 的值 -1 不在 0 至 1000000000 之内"),
        ({"established_on": date(2026, 11, 25)}, "不在 1900-01-01 至 2026-11-24 之内"),
        ({"established_on": "2026-02-30"}, "不能读作日期"),
        ({"paid_in_share": float("inf")}, "列 paid_in_share 的值“inf”不能读作数字"),
        ({"on_abnormal_list": 2}, "列 on_abnormal_list 的值“2”不能读作是或否"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_and_the_row_kept(given_: dict[str, Any], says: str) -> None:
    result = score(**given_)
    assert (result.class_, result.score, result.reasons) == (None, None, ())
    assert says in (result.problem or "")


def test_nan_is_absent_and_no_fault() -> None:
    assert score(paid_in_share=float("nan")).as_row() == score(paid_in_share=None).as_row()


def test_a_duplicate_is_scored_and_named() -> None:
    result = RowScorer(load_scheme(), ON).score(HARMLESS, duplicate=True)
    assert result.class_ == "A"
    assert result.problem == "统一社会信用代码在表中出现不止一次"


def test_days_and_months_end_as_the_calendar_says() -> None:
    scorer = RowScorer(load_scheme(), date(2025, 2, 28))
    given_ = HARMLESS | {"established_on": date(2024, 2, 29), "last_inspected_on": date(2024, 8, 31)}
    parts = {part.indicator.id: part.bin.points for part in scorer.score(given_).parts}
    assert (parts["N101"], parts["N321"]) == (12, 1)
    later = scorer.score(given_ | {"established_on": date(2024, 3, 1), "last_inspected_on": date(2024, 9, 1)})
    parts = {part.indicator.id: part.bin.points for part in later.parts}
    assert (parts["N101"], parts["N321"]) == (15, 0)
