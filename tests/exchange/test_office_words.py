"""What an office writes is understood as it would be by a colleague, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from rules.table_cites import read_citations
from rules.table_numbers import parse_day, parse_number, parse_share
from rules.table_penalty import read_penalty
from rules.table_values import TableError

if TYPE_CHECKING:
    from rules.table_read import ConditionReader

CASES = Path(__file__).parent / "cases"


def _cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=case["says"][:40].replace("\n", "／")) for case in found]


@pytest.mark.parametrize("case", _cases("conditions"))
def test_conditions(reader: ConditionReader, case: dict[str, Any]) -> None:
    reading = reader.read(case["says"])
    if "unread" in case:
        assert case["unread"] in [one.error.code for one in reading.unread]
    else:
        assert [one.error.detail for one in reading.unread] == []
        assert list(reading.conditions) == case["is"]


@pytest.mark.parametrize("case", _cases("citations"))
def test_citations(case: dict[str, Any]) -> None:
    if "unread" in case:
        with pytest.raises(TableError) as caught:
            read_citations(case["says"], "penalty")
        assert caught.value.code == case["unread"]
        return
    found = [[one["instrument"], one["article"], one.get("version")] for one in read_citations(case["says"], "penalty")]
    assert found == [[*one, None][:3] for one in case["is"]]


@pytest.mark.parametrize("case", _cases("penalties"))
def test_penalties(reader: ConditionReader, case: dict[str, Any]) -> None:
    if "wrong" in case:
        with pytest.raises(TableError) as caught:
            read_penalty(case["says"], reader)
        assert caught.value.code == case["wrong"]
        assert "（代码" not in caught.value.detail, "a message of its own"
    elif "fine" in case:
        assert read_penalty(case["says"], reader)["branches"] == [{"fine": case["fine"]}]
    else:
        assert read_penalty(case["says"], reader) == case["is"]


class TestFirstViolation:
    def test_a_period_is_read_beside_the_condition(self, reader: ConditionReader) -> None:
        reading = reader.read("二年内初次违法\n当场改正")
        assert reading.window_months == 24
        assert reading.conditions[0] == {"fact": "first_violation", "eq": True}

    def test_months_are_months(self, reader: ConditionReader) -> None:
        assert reader.read("6个月内首次违法").window_months == 6


class TestCases:
    def test_facts_of_a_case(self, reader: ConditionReader) -> None:
        facts, unread = reader.read_case(
            "初次违法；货值金额：180元\n当场改正\n违法行为发生日：2026年3月1日\n危害后果：轻微"
        )
        assert unread == []
        assert facts == {
            "first_violation": True,
            "goods_value_yuan": 180,
            "correction_status": "on_spot",
            "conduct_date": "2026-03-01",
            "harm_level": "minor",
        }

    def test_not_established_is_not_false(self, reader: ConditionReader) -> None:
        assert reader.read_case("货值金额：未查明")[0] == {"goods_value_yuan": None}

    @pytest.mark.parametrize("text", ["货值金额：很少", "改正情况：当场改正、拒不改正", "心情：好"])
    def test_what_is_no_fact_stays_unread(self, reader: ConditionReader, text: str) -> None:
        facts, unread = reader.read_case(text)
        assert (facts, len(unread)) == ({}, 1)


NUMBERS = {
    "500": 500,
    "5,000": 5000,
    "１.５万": 15000,
    "五百": 500,
    "两千": 2000,
    "一万二千": 12000,
    "0.5": Decimal("0.5"),
    "三亿": 300_000_000,
    "零": 0,
    "-3": -3,
    "十五": 15,
    "": None,
    "五五": None,
    "1.2.3": None,
    "abc": None,
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_numbers(text: str, value: object) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("5%", "0.05"), ("百分之十", "0.1"), ("千分之三", "0.003"), ("3‰", "0.003"), ("5", None)]
)
def test_shares(text: str, value: str | None) -> None:
    assert parse_share(text) == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    "text",
    ["2026-03-05", "2026/3/5", "2026.3.5", "20260305", "2026年3月5日", "２０２６年３月５日", "二〇二六年三月五日"],
)
def test_days(text: str) -> None:
    assert parse_day(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["2026-02-30", "2026年13月1日", "三月五日", "2026", "", "20261301"])
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text) is None
