"""Codes with their sets, clocks in working days, figures with their denominators."""

from dataclasses import replace
from datetime import date

import pytest

from supervision.tasks import ABNORMAL, PUBLISH, Finding, ResultError, due, public_row, result_code
from supervision.tasksfigures import (
    drawn_share,
    item_coverage,
    joint_shares,
    on_time,
    problem_rates,
    undisturbed_rate,
)

ONE = Finding(
    "Q4", "P1", "U1", "market", "I1", date(2026, 9, 1), "province-results", "1", joint=False, credit_class="A"
)


def test_a_code_means_what_its_set_says() -> None:
    assert result_code("province-results", "6").name == "通过登记的住所（经营场所）无法联系"
    assert result_code("disclosure-results", "6").name == "不予配合情节严重"
    assert result_code("province-results", "9").group == "out_of_scope"
    for wrong in (("", "6"), ("province-results", "2"), ("disclosure-results", "A")):
        with pytest.raises(ResultError):
            result_code(*wrong)


def test_duties_end_after_working_days() -> None:
    assert due(PUBLISH, date(2026, 9, 1)).day == date(2026, 9, 29)
    assert due(ABNORMAL, date(2026, 9, 1)).day == date(2026, 9, 15)
    with pytest.raises(ResultError):
        due(PUBLISH, date(2014, 9, 30))
    with pytest.raises(ResultError):
        due("tea", date(2026, 9, 1))


def test_what_is_published_holds_no_class() -> None:
    row = public_row(ONE)
    assert "credit_class" not in row
    assert "A" not in row.values()
    assert row["result"] == "未发现问题"


def test_the_joint_share_depends_on_what_is_counted() -> None:
    joint = [
        replace(ONE, unit="U2", dept=dept, item=item, joint=True, plan_id="P2")
        for dept, item in (("market", "I1"), ("fire", "I2"))
    ]
    found = joint_shares([ONE, replace(ONE, unit="U3"), replace(ONE, unit="U4", item="I3"), *joint])
    assert [(one.name, one.part, one.whole) for one in found] == [
        ("joint_by_plan", 1, 2),
        ("joint_by_visit", 1, 4),
        ("joint_by_check", 2, 5),
        ("joint_by_item", 2, 3),
    ]


def test_a_result_whose_time_is_not_over_is_not_late() -> None:
    last = date(2026, 9, 29)
    findings = [ONE, replace(ONE, published_on=last), replace(ONE, published_on=date(2026, 9, 30))]
    assert (on_time(findings, last).part, on_time(findings, last).whole) == (1, 2)
    assert (on_time(findings, date(2026, 9, 30)).part, on_time(findings, date(2026, 9, 30)).whole) == (1, 3)


def test_shares_name_their_denominators() -> None:
    findings = [
        ONE,
        replace(ONE, code="3"),
        replace(ONE, unit="U2", code="9"),
        replace(ONE, unit="U3", credit_class="D", code="6"),
    ]
    assert [(one.name, one.part, one.whole) for one in problem_rates(findings)] == [
        ("problems_A", 1, 1),
        ("problems_D", 1, 1),
    ]
    assert drawn_share(findings, 100).ppm == 30_000
    assert drawn_share([], 0).ppm is None
    assert (item_coverage(findings, ["I1", "I2"]).part, item_coverage(findings, ["I1", "I2"]).whole) == (1, 2)
    assert undisturbed_rate(["U1", "U9"], ["U1"]).ppm == 500_000
