"""The sheets 条件, 案由 and 清单文件: what their rows give, and what is said of rows that are wrong."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from kernel import messages
from service.exchange import condition_rows, examples, sources, violations
from service.exchange.items import COLUMNS
from tests.exchange.desk import Read, codes, item, read_alone, said
from tests.health.tree import sources as python_files
from tests.health.tree import tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.exchange.columns import Column

ITEM = {
    "编号": "DL-1",
    "违法行为": "经营超过保质期的食品",
    "案由": "food-expired-sale",
    "强度": "可以",
    "来源": "samr-2025-first-violation",
    "适用条件": None,
}
HEADS = {
    "条件": [one.header for one in condition_rows.HEADINGS],
    "示例": [one.header for one in examples.HEADINGS],
    "案由": [one.header for one in violations.HEADINGS],
    "清单文件": [one.header for one in sources.HEADINGS],
}
LAW = {
    "案由编号": "dl-act",
    "案由名称": "某种行为",
    "领域": "市场监管",
    "施行日期": "2022-01-01",
    "违反依据": "《食品安全法》第三十四条",
    "处罚依据": "《食品安全法》第一百二十四条第一款",
    "何时处罚": "查实即可处罚",
    "罚款应当或可以": "应当",
    "处罚种类": "罚款、吊销许可证件",
    "罚款幅度": "1万元以下罚款",
}


def _read(tmp_path: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]], **changed: Any) -> Read:  # noqa: ANN401
    path = tmp_path / "rows.xlsx"
    own = ITEM | changed
    with xlsxwriter.Workbook(path) as book:
        list_sheet = book.add_worksheet("不予行政处罚")
        list_sheet.write_row(0, 0, list(own))
        list_sheet.write_row(1, 0, [one or "" for one in own.values()])
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADS[name])
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, [row.get(head, "") for head in HEADS[name]])
    return read_alone(path)


def _rows(*rows: tuple[str, str, str, str, str]) -> dict[str, list[dict[str, Any]]]:
    names = ("层次", "组合", "事实", "比较", "数值")
    return {"条件": [{"事项编号": "DL-1", **dict(zip(names, row, strict=True))} for row in rows]}


def _codes(found: Read) -> list[str]:
    return [one for one in codes(found) if one != "exchange_no_example"]


class TestConditions:
    def test_comparisons_and_groups(self, tmp_path: Path) -> None:
        rows = _rows(
            ("1", "", "是否初次违法（first_violation）", "等于", "是"),
            ("2", "任一满足", "", "", ""),
            ("2.1", "", "货值金额", "不超过", "500元"),
            ("2.2", "全部满足", "", "", ""),
            ("2.2.1", "", "改正情况", "属于", "当场改正、责令期限内改正"),
            ("2.2.2", "", "逾期天数", "介于", "3、5"),
            ("3", "至少1项", "", "", ""),
            ("3.1", "", "立案日", "不超过", "〔违法行为被发现日〕后7日"),
            ("4", "并非", "", "", ""),
            ("4.1", "", "货值金额", "超过", "1万元"),
        )
        assert item(_read(tmp_path, rows), "DL-1")["conditions"] == [
            {"fact": "first_violation", "eq": True},
            {
                "any": [
                    {"fact": "goods_value_yuan", "lte": 500},
                    {
                        "all": [
                            {"fact": "correction_status", "in": ["on_spot", "within_deadline"]},
                            {"fact": "overdue_days", "between": [3, 5]},
                        ]
                    },
                ]
            },
            {"at_least": 1, "of": [{"fact": "filing_date", "lte": {"fact": "discovery_date", "plus": {"days": 7}}}]},
            {"not": {"fact": "goods_value_yuan", "gt": 10000}},
        ]

    def test_units_own_words_and_our_reading(self, tmp_path: Path) -> None:
        row = {"事项编号": "DL-1", "层次": "1", "事实": "整改用时", "比较": "不超过", "数值": "5天"}
        more = {"计算单位": "工作日", "本系统理解": "是", "自定表述": "五个工作日内整改"}
        found = item(_read(tmp_path, {"条件": [row | more]}), "DL-1")
        assert found["conditions"] == [
            {"fact": "correction_days", "lte": 5, "unit": "working_day", "ours": True, "text": "五个工作日内整改"}
        ]

    def test_exclusions_have_rows_of_their_own(self, tmp_path: Path) -> None:
        rows = _rows(("1", "", "是否初次违法", "等于", "是"))
        rows["条件"].append(rows["条件"][0] | {"用于": "不适用情形", "事实": "是否使用暴力或威胁"})
        found = item(_read(tmp_path, rows), "DL-1")
        assert found["exclusions"] == [{"fact": "violence", "eq": True}]

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (("甲", "", "货值金额", "不超过", "500元"), "exchange_place"),
            (("1.1", "", "货值金额", "不超过", "500元"), "exchange_place_orphan"),
            (("1", "任一满足", "", "", ""), "exchange_group"),
            (("1", "随便", "", "", ""), "exchange_group"),
            (("1", "", "货物价值", "不超过", "500元"), "exchange_fact"),
            (("1", "", "货值金额", "", "500元"), "exchange_required"),
            (("1", "", "货值金额", "大约", "500元"), "exchange_choice"),
            (("1", "", "货值金额", "不超过", ""), "exchange_required"),
            (("1", "", "货值金额", "不超过", "五只"), "table_other_unit"),
            (("1", "", "改正情况", "不超过", "当场改正"), "table_no_order"),
            (("1", "", "改正情况", "等于", "改了"), "table_not_a_value"),
            (("1", "", "逾期天数", "介于", "3"), "table_two_ends"),
        ],
    )
    def test_rows_that_are_wrong(self, tmp_path: Path, row: tuple[str, str, str, str, str], code: str) -> None:
        found = _read(tmp_path, _rows(row), 适用条件="初次违法")
        assert _codes(found) == [code]
        assert said(found)[0].startswith("「条件」第2行")

    def test_one_place_twice(self, tmp_path: Path) -> None:
        row = ("1", "", "货值金额", "不超过", "500元")
        assert _codes(_read(tmp_path, _rows(row, row), 适用条件="初次违法")) == ["exchange_place_twice"]

    def test_rows_of_no_item(self, tmp_path: Path) -> None:
        rows = {"条件": [{"事项编号": "DL-9", "层次": "1", "事实": "货值金额", "比较": "不超过", "数值": "5元"}]}
        assert _codes(_read(tmp_path, rows, 适用条件="初次违法")) == ["exchange_no_such_item"]

    def test_both_places_may_say_the_same(self, tmp_path: Path) -> None:
        rows = _rows(("1", "", "货值金额", "不超过", "500元"))
        assert _codes(_read(tmp_path, rows, 适用条件="货值500元以下")) == []

    def test_both_places_may_not_differ(self, tmp_path: Path) -> None:
        rows = _rows(("1", "", "货值金额", "不超过", "500元"))
        assert _codes(_read(tmp_path, rows, 适用条件="货值600元以下")) == ["exchange_two_conditions"]


class TestViolations:
    def test_branches_and_times(self, tmp_path: Path) -> None:
        rows: list[dict[str, Any]] = [
            LAW
            | {"适用情形": "货值金额低于1万元", "罚款幅度": "5万元以上10万元以下罚款"}
            | {"有效期至（含当日）": "2025-12-31"},
            {"适用情形": "货值金额不低于1万元", "罚款幅度": "货值金额10倍以上20倍以下罚款"},
            {"档次名称": "情节严重", "适用情形": "情节严重", "查明才适用": "是", "本档种类": "吊销许可证件"},
            {
                "施行日期": "2026-01-01",
                "处罚依据": "《食品安全法》第一百二十五条",
                "何时处罚": "责令改正后拒不改正的才罚款",
                "罚款应当或可以": "可以",
                "处罚种类": "罚款",
                "罚款幅度": "2万元以下罚款",
            },
        ]
        found = item(_read(tmp_path, {"案由": rows}, 适用条件="初次违法", 案由="dl-act"), "dl-act")
        first, second = found["versions"]
        assert first["in_force"] == {"from": "2022-01-01", "until": "2026-01-01"}
        assert first["penalty"] == {
            "trigger": "immediate",
            "optional": False,
            "kinds": ["fine", "revoke_permit"],
            "branches": [
                {"when": {"fact": "goods_value_yuan", "lt": 10000}, "fine": {"min_yuan": 50000, "max_yuan": 100000}},
                {
                    "when": {"fact": "goods_value_yuan", "gte": 10000},
                    "fine": {"min_x": 10, "max_x": 20, "base": "goods_value_yuan"},
                },
                {
                    "label": "情节严重",
                    "when": {"fact": "circumstances_serious", "eq": True},
                    "escalation": True,
                    "kinds": ["revoke_permit"],
                },
            ],
        }
        assert (second["penalty"]["trigger"], second["penalty"]["optional"]) == ("on_refusal", True)

    @pytest.mark.parametrize(
        ("column", "text", "code"),
        [
            ("罚款幅度", "5万元以上罚款", "table_fine_no_ceiling"),
            ("罚款幅度", "三倍以下罚款", "table_fine_no_base"),
            ("处罚种类", "批评", "table_penalty_kind"),
            ("何时处罚", "随时", "exchange_choice"),
            ("何时处罚", "", "exchange_required"),
            ("适用情形", "数额较大", "table_unknown_condition"),
            ("违反依据", "有关规定", "table_citation_form"),
            ("处罚依据", "《食品安全法》第四百条", "table_no_such_article"),
            ("施行日期", "去年", "exchange_start_day"),
            ("强制措施权力", "可能", "exchange_choice"),
        ],
    )
    def test_cells_that_are_wrong(self, tmp_path: Path, column: str, text: str, code: str) -> None:
        changed = (
            {column: text} if column != "何时处罚" or text else {"何时处罚": "", "罚款应当或可以": "", "处罚种类": ""}
        )
        found = _read(tmp_path, {"案由": [LAW | changed]}, 适用条件="初次违法")
        assert code in _codes(found)

    def test_a_violation_needs_an_id(self, tmp_path: Path) -> None:
        found = _read(tmp_path, {"案由": [LAW | {"案由编号": ""}]}, 适用条件="初次违法")
        assert _codes(found) == ["exchange_required"]


class TestSources:
    def test_a_new_document_and_its_items(self, tmp_path: Path) -> None:
        row = {
            "文件名称": "大连市某清单（2026年）",
            "文号": "大某发〔2026〕1号",
            "适用地区": "大连市",
            "施行日期": "2026-02-01",
            "有效期至（含当日）": "2028-01-31",
            "初次违法期限（月）": 12,
        }
        found = _read(tmp_path, {"清单文件": [row]}, 适用条件="初次违法", 来源="大连市某清单（2026年）")
        assert _codes(found) == []
        source = item(found, "dalian-2026")
        assert source["first_violation"] == {"window_months": 12}
        assert item(found, "DL-1")["source"] == "dalian-2026"
        assert item(found, "DL-1")["jurisdiction"] == "210200"
        assert item(found, "DL-1")["in_force"] == {"from": "2026-02-01", "until": "2028-02-01"}

    def test_a_document_without_a_name(self, tmp_path: Path) -> None:
        found = _read(tmp_path, {"清单文件": [{"文号": "一号"}]}, 适用条件="初次违法")
        assert _codes(found) == ["exchange_required"]

    def test_headings_that_are_gone(self, tmp_path: Path) -> None:
        path = tmp_path / "rows.xlsx"
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet("案由").write_row(0, 0, ["甲", "乙", "丙"])
        assert codes(read_alone(path)) == ["exchange_no_headings"]


class TestWords:
    def test_every_code_of_a_message_has_words(self) -> None:
        used = {
            node.value
            for path in python_files("rules", "service")
            if path.name.startswith("table_") or "exchange" in path.parts
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        codes_used = {one for one in used if one.startswith(("exchange_", "table_")) and one.replace("_", "").isalpha()}
        assert codes_used - set(messages.table()) <= {"exchange_unknown_"}
        mine = {one for one in messages.table() if one.startswith("exchange_")} - {
            "exchange_unknown_violation",
            "exchange_unknown_source",
        }
        assert mine <= used

    def test_no_two_columns_of_a_sheet_have_one_name(self) -> None:
        groups: list[Sequence[Column]] = [COLUMNS, violations.COLUMNS, sources.COLUMNS]
        for columns in groups:
            headers = [one.header for one in columns]
            assert len(headers) == len(set(headers))
            assert len({one.key for one in columns}) == len(columns)
