"""What may stand in the cells of an item, in every way that people write it, and what is said when it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.exchange.columns import names, pieces
from tests.exchange.desk import Read, codes, item, notices, read_alone, said, table

if TYPE_CHECKING:
    from pathlib import Path

GOOD: dict[str, Any] = {
    "编号": "DL-1",
    "违法行为": "经营超过保质期的食品",
    "案由": "food-expired-sale",
    "违反依据": "《食品安全法》第三十四条第（十）项",
    "处罚依据": "食品安全法124①(五)",
    "强度": "可以",
    "适用条件": "初次违法",
    "来源": "samr-2025-first-violation",
    "适用地区": "大连市",
    "施行日期": "2026-01-01",
}
MORE = ("其他依据", "有效期至（含当日）", "初次违法期限（月）", "承诺书", "仍须没收", "状态", "领域")
HEADS = (*GOOD, *MORE)
DAYS = ("2026-01-01", "2026/1/1", "2026.1.1", "2026年1月1日", "２０２６年１月１日", "20260101", 20260101, 46023)
WRONG_CHOICES = {"强度": "必须", "承诺书": "要", "仍须没收": "也许", "状态": "完成"}
NEEDED = {"违法行为": "exchange_required", "适用条件": "exchange_required", "来源": "exchange_no_source"}


def _read(tmp_path: Path, *rows: dict[str, Any]) -> Read:
    path = table(tmp_path / "items.xlsx", HEADS, [[row.get(head) for head in HEADS] for row in rows])
    return read_alone(path)


def _one(tmp_path: Path, **changed: Any) -> Read:  # noqa: ANN401
    return _read(tmp_path, GOOD | changed)


def _codes(found: Read) -> list[str]:
    return [one for one in codes(found) if one != "exchange_no_example"]


class TestDays:
    @pytest.mark.parametrize("text", DAYS)
    def test_a_day_however_it_is_written(self, tmp_path: Path, text: object) -> None:
        found = _one(tmp_path, 施行日期=text)
        assert _codes(found) == []
        assert item(found, "DL-1")["in_force"]["from"] == "2026-01-01"

    @pytest.mark.parametrize("text", ["2026-02-30", "明年", "2026年", "45"])
    def test_what_is_no_day_is_said(self, tmp_path: Path, text: str) -> None:
        assert _codes(_one(tmp_path, 施行日期=text)) == ["exchange_start_day"]

    def test_the_last_day_is_included(self, tmp_path: Path) -> None:
        found = _one(tmp_path, **{"有效期至（含当日）": "2027-12-31"})
        assert item(found, "DL-1")["in_force"] == {"until": "2028-01-01", "from": "2026-01-01"}

    @pytest.mark.parametrize("text", ["长期", "长期有效", "—", None])
    def test_without_end(self, tmp_path: Path, text: str | None) -> None:
        found = _one(tmp_path, **{"有效期至（含当日）": text})
        assert item(found, "DL-1")["in_force"]["until"] is None

    def test_an_end_before_the_start_is_a_fault(self, tmp_path: Path) -> None:
        assert _codes(_one(tmp_path, **{"有效期至（含当日）": "2025-12-31"})) == ["exchange_days_reversed"]

    def test_a_day_that_the_source_does_not_name(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 施行日期="不明")
        assert item(found, "DL-1")["in_force"] == {"until": None, "from": "2021-07-15", "day_known": False}

    def test_a_blank_day_is_that_of_the_source(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 施行日期=None)
        assert item(found, "DL-1")["in_force"]["from"] == "2025-02-07"


class TestPlaces:
    @pytest.mark.parametrize("text", ["210200", "大连市", "辽宁省大连市", "辽宁省大连市（210200）", 210200, "2102"])
    def test_a_place_however_it_is_written(self, tmp_path: Path, text: object) -> None:
        assert item(_one(tmp_path, 适用地区=text), "DL-1")["jurisdiction"] == "210200"

    def test_several_places(self, tmp_path: Path) -> None:
        found = item(_one(tmp_path, 适用地区="上海市\n江苏省"), "DL-1")
        assert (found["jurisdiction"], found["also_in"]) == ("310000", ["320000"])

    @pytest.mark.parametrize("text", ["大连", "鼓楼区", "999999", "不知道"])
    def test_no_place_or_several(self, tmp_path: Path, text: str) -> None:
        found = _one(tmp_path, 适用地区=text)
        assert _codes(found) == ["exchange_region"]
        assert text in said(found)[0]


class TestViolations:
    def test_by_name_by_another_name_and_by_label(self, tmp_path: Path) -> None:
        names_of_it = [
            "经营超过保质期的食品、食品添加剂",
            "卖过期食品",
            "经营超过保质期的食品、食品添加剂（food-expired-sale）",
        ]
        for text in names_of_it:
            assert item(_one(tmp_path, 案由=text), "DL-1")["violations"] == ["food-expired-sale"]

    def test_several(self, tmp_path: Path) -> None:
        found = item(_one(tmp_path, 案由="food-expired-sale\nfood-no-label"), "DL-1")
        assert found["violations"] == ["food-expired-sale", "food-no-label"]

    def test_an_unknown_one_is_told_with_the_nearest(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 案由="经营超过保质期食品")
        assert _codes(found) == ["exchange_unknown_violation"]
        assert "food-expired-sale" in said(found)[0]

    def test_none_is_looked_for_by_the_penalty_article(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 案由=None, 违法行为="货架上有过了日子的东西")
        assert _codes(found) == ["exchange_no_violation"]
        assert "food-expired-sale" in said(found)[0]

    def test_another_article_than_that_of_the_violation_is_remarked(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 处罚依据="《食品安全法》第一百二十五条第一款第（二）项")
        assert _codes(found) == []
        assert "exchange_other_basis" in notices(found)

    def test_the_field_is_that_of_the_violation(self, tmp_path: Path) -> None:
        assert item(_one(tmp_path), "DL-1")["field"] == "市场监管"

    def test_a_slip_in_the_field_is_told(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 领域="市场监督")
        assert _codes(found) == ["exchange_field"]
        assert "市场监管" in said(found)[0]


class TestOthers:
    def test_citations_of_other_roles(self, tmp_path: Path) -> None:
        found = item(_one(tmp_path, 其他依据="从宽依据：《行政处罚法》第三十三条第一款\n《立法法》第一条"), "DL-1")
        assert [(one["role"], one["article"]) for one in found["citations"]] == [
            ("prohibition", "34(十)"),
            ("penalty", "124①(五)"),
            ("exemption", "33①"),
            ("basis", "1"),
        ]

    def test_an_article_that_does_not_exist(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 违反依据="《食品安全法》第三百四十条")
        assert _codes(found) == ["table_no_such_article"]

    @pytest.mark.parametrize(("text", "months"), [("24", 24), (24, 24), ("２４", 24), ("二十四", 24), ("24个月", 24)])
    def test_numbers_stored_as_text(self, tmp_path: Path, text: object, months: int) -> None:
        found = item(_one(tmp_path, **{"初次违法期限（月）": text}), "DL-1")
        assert found["first_violation"] == {"window_months": months}

    @pytest.mark.parametrize("text", ["两年", "0", "-1", "1.5"])
    def test_what_is_no_number_of_months(self, tmp_path: Path, text: str) -> None:
        assert _codes(_one(tmp_path, **{"初次违法期限（月）": text})) == ["exchange_count"]

    def test_a_period_in_the_conditions_goes_to_its_column(self, tmp_path: Path) -> None:
        found = item(_one(tmp_path, 适用条件="二年内初次违法"), "DL-1")
        assert found["first_violation"] == {"window_months": 24}

    def test_a_period_that_contradicts_its_column(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 适用条件="一年内初次违法", **{"初次违法期限（月）": 24})
        assert _codes(found) == ["exchange_window"]

    @pytest.mark.parametrize(("column", "text"), WRONG_CHOICES.items())
    def test_what_is_not_among_the_choices(self, tmp_path: Path, column: str, text: str) -> None:
        found = _one(tmp_path, **{column: text})
        assert _codes(found) == ["exchange_choice"]
        assert "可以写" in said(found)[0]

    def test_wide_words_are_taken_as_ours_and_told(self, tmp_path: Path) -> None:
        found = _one(tmp_path, 适用条件="初次违法\n及时改正")
        assert item(found, "DL-1")["conditions"][1]["ours"] is True
        assert "exchange_assumed" in notices(found)

    @pytest.mark.parametrize(("column", "code"), NEEDED.items())
    def test_what_must_be_filled_in(self, tmp_path: Path, column: str, code: str) -> None:
        assert code in _codes(_one(tmp_path, **{column: None}))

    def test_every_fault_of_every_row_at_once(self, tmp_path: Path) -> None:
        found = _read(
            tmp_path,
            GOOD | {"强度": "必须", "施行日期": "明天"},
            GOOD | {"编号": "DL-2", "违法行为": "乙", "适用条件": "态度好\n货值金额500元"},
        )
        assert sorted(_codes(found)) == [
            "exchange_choice",
            "exchange_start_day",
            "table_no_comparison",
            "table_unknown_condition",
        ]

    def test_lists_of_all_kinds_in_one_table(self, tmp_path: Path) -> None:
        heads = [*GOOD, "所属清单"]
        kinds = ("不予行政处罚", "从轻处罚清单", "减轻", "不予实施行政强制措施", "从轻减轻", None)
        rows = [[*(GOOD | {"编号": f"DL-{n}", "违法行为": f"第{n}项"}).values(), kind] for n, kind in enumerate(kinds)]
        found = read_alone(table(tmp_path / "items.xlsx", heads, rows, name="汇总"))
        assert [item(found, f"DL-{n}")["list"] for n in range(4)] == [
            "no_penalty",
            "lighter",
            "mitigated",
            "no_coercive_measure",
        ]
        assert _codes(found) == ["exchange_choice", "exchange_choice"]

    def test_a_table_that_does_not_tell_its_list(self, tmp_path: Path) -> None:
        found = read_alone(table(tmp_path / "items.xlsx", [*GOOD], [[*GOOD.values()]], name="汇总"))
        assert _codes(found) == ["exchange_which_list"]
        again = read_alone(tmp_path / "items.xlsx", list_key="mitigated")
        assert item(again, "DL-1")["list"] == "mitigated"

    def test_one_number_twice(self, tmp_path: Path) -> None:
        found = _read(tmp_path, GOOD, GOOD | {"违法行为": "另一项"})
        assert _codes(found) == ["exchange_repeated"]
        assert "第 2 行已经用过" in said(found)[-1]


def test_entries_of_a_cell() -> None:
    assert pieces("甲；乙\n丙;丁、戊") == ["甲", "乙", "丙", "丁、戊"]
    assert names("甲、乙，丙\n丁") == ["甲", "乙", "丙", "丁"]
