"""Registers read: the data standard with its traps, local columns, the flattened document; nothing gets lost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.eligibility import Checker
from credit.records import BadRecordValueError
from credit.regime import Regimes
from credit.register import Columns, Defaults, Entry, Maker, heading_row
from credit.register_cells import read_cell_day, read_kinds, read_wan
from credit.synthetic import headings, rows
from kernel.errors import InputError

WORDS = st.lists(st.sampled_from(["警告", "罚款", "没收违法所得", "责令停产停业"]), min_size=1)
ROW: dict[str, Any] = {
    "行政相对人名称": "大连某某食品有限公司",
    "行政相对人类别": "法人及非法人组织",
    "行政相对人代码_1": "",
    "行政处罚决定书文号": "大市监处罚〔2026〕12号",
    "处罚类别": "警告、罚款",
    "罚款金额(万元)": "0.120000",
    "处罚决定日期": "2026-04-10",
    "处罚机关": "大连市市场监督管理局",
    "处罚机关统一社会信用代码": "11210200MB00000012",
    "公示日期": "2026-04-15",
}


@pytest.fixture
def maker(checker: Checker) -> Maker:
    return Maker(Regimes(checker.policy), Defaults())


def entry(maker: Maker, **changes: object) -> Entry:
    found = ROW | changes
    return next(Columns(tuple(found)).entries([tuple(found.values())], maker))


class TestAmounts:
    @pytest.mark.parametrize(
        ("cell", "fen"),
        [
            ("0.120000", 120_000),
            (0.12, 120_000),
            (0.0029, 2_900),
            ("0.000001", 1),
            ("1,200.5", 1_200_500_000),
            ("1200元", 120_000),
            ("0.12万元", 120_000),
            (0, 0),
            ("0.00", 0),
            (3, 3_000_000),
        ],
    )
    def test_units_are_exact(self, cell: object, fen: int) -> None:
        assert read_wan(cell) == fen

    @pytest.mark.parametrize("cell", ["0.0000001", "-1", "约0.5", "1e3", "0,12", "１.２", True, float("inf"), "12 000"])
    def test_what_is_no_amount_is_refused(self, cell: object) -> None:
        with pytest.raises(BadRecordValueError):
            read_wan(cell)

    @given(st.integers(0, 10**15))
    def test_every_amount_of_the_standard_comes_back(self, fen: int) -> None:
        assert read_wan(f"{Decimal(fen) / 1_000_000:.6f}") == fen

    def test_empty_is_not_nought(self, maker: Maker) -> None:
        nought = entry(maker, **{"罚款金额(万元)": "0"})
        empty = entry(maker, **{"罚款金额(万元)": ""})
        assert (nought.values["fine_yuan"], empty.values["fine_yuan"]) == (0, None)
        assert (nought.remarks, empty.remarks) == (["fine_of_nought"], ["fine_without_amount"])


class TestDays:
    @pytest.mark.parametrize(
        "cell",
        [
            "2026-04-01",
            "2026/4/1",
            "2026.4.1",
            "2026年4月1日",
            "20260401",
            20260401,
            46113,
            46113.0,
            "46113",
            "2026-04-01 00:00:00",
            "2026-04-01T09:30",
            date(2026, 4, 1),
            datetime(2026, 4, 1, 9, 30),  # noqa: DTZ001 - as a workbook gives it
        ],
    )
    def test_forms_of_one_day(self, cell: object) -> None:
        assert read_cell_day(cell) == date(2026, 4, 1)

    @pytest.mark.parametrize("cell", ["2026-02-30", "2026-4/1", "2026年", "不详", "26-04-01", 12, 0.5, "2026-04-01起"])
    def test_what_is_no_day_is_refused(self, cell: object) -> None:
        with pytest.raises(BadRecordValueError):
            read_cell_day(cell)


class TestKinds:
    @pytest.mark.parametrize(
        ("cell", "kinds"),
        [
            ("罚款", ["fine"]),
            ("罚款;警告", ["warning", "fine"]),
            ("1.警告 2.罚款", ["warning", "fine"]),
            ("罚款0.5万元", ["fine"]),
            ("没收违法所得、没收非法财物", ["confiscate_gains", "confiscate_property"]),
            ("责令停产停业", ["stop_business"]),
            ("其他-责令限期改正", ["other"]),
            ("其他（没收违法所得）", ["confiscate_gains", "other"]),
            ("fine,warning", ["warning", "fine"]),
            ('["fine", "warning"]', ["warning", "fine"]),
            ("['罚款']", ["fine"]),
            ("[]", []),
        ],
    )
    def test_kinds_in_one_cell(self, cell: str, kinds: list[str]) -> None:
        assert list(read_kinds(cell)) == kinds

    @pytest.mark.parametrize("cell", ["不予罚款", "约谈", "罚没款", "暂扣或者吊销许可证件", "免除警告"])
    def test_words_that_are_no_kind_are_refused(self, cell: str) -> None:
        with pytest.raises(BadRecordValueError):
            read_kinds(cell)

    @given(
        st.lists(st.sampled_from(["警告", "罚款", "没收违法所得", "吊销许可证件"]), min_size=1),
        st.sampled_from("、，;/ +"),
    )
    def test_order_and_separators_do_not_matter(self, words: list[str], separator: str) -> None:
        assert read_kinds(separator.join(words)) == read_kinds("、".join(sorted(set(words))))


class TestDerived:
    def test_what_the_standard_does_not_carry(self, maker: Maker) -> None:
        values = entry(maker).values
        assert values["channel"] == "market_regulation"
        assert values["jurisdiction"] == "210200"
        assert values["party_kind"] == "enterprise"
        assert values["record_kind"] == "penalty"
        assert values["duties_performed"] is None

    def test_a_register_of_one_system_keeps_wrong_channels(self, checker: Checker) -> None:
        other = Maker(Regimes(checker.policy), Defaults("credit_china", "210000"))
        assert entry(other).values["channel"] == "credit_china"

    def test_drug_regulators_do_not_tell_the_channel(self, maker: Maker) -> None:
        assert entry(maker, 处罚机关="辽宁省药品监督管理局").values["channel"] is None

    def test_the_code_tells_the_kind_of_organisation(self, maker: Maker) -> None:
        assert entry(maker, 行政相对人代码_1="92210200MA0000001B").values["party_kind"] == "enterprise"
        assert "uscc_wrong" in entry(maker, 行政相对人代码_1="92210200MA0000001B").remarks

    def test_a_fine_that_is_not_named(self, maker: Maker) -> None:
        assert entry(maker, 处罚类别="警告").remarks == ["fine_not_named"]


class TestNothingGetsLost:
    def test_a_row_keeps_its_reason(self, maker: Maker) -> None:
        found = entry(maker, 处罚决定日期="不详", **{"罚款金额(万元)": "约1"})
        assert found.problem is not None
        assert "处罚决定日期" in found.problem
        assert "罚款金额(万元)" in found.problem
        assert found.values["number"] == ROW["行政处罚决定书文号"]

    def test_cells_beyond_the_headings(self, maker: Maker) -> None:
        row = (*ROW.values(), "多出")
        assert next(Columns(tuple(ROW)).entries([row], maker)).problem is not None

    def test_no_day_no_answer(self, maker: Maker) -> None:
        assert entry(maker, 处罚决定日期="").problem is not None

    @pytest.mark.parametrize(
        "document",
        [
            None,
            [],
            {},
            {"kind": "penalty", "decision": {"decided_on": "x"}},
            {"kind": "penalty", "notice_served_on": "x"},
        ],
    )
    def test_documents_that_are_none(self, maker: Maker, document: object) -> None:
        assert maker.of_document(document).problem

    def test_made_up_rows_are_all_there(self, maker: Maker) -> None:
        made = list(rows(2000, 7, date(2026, 11, 24), local=True))
        found = list(Columns(headings(local=True)).entries(made, maker))
        assert len(found) == 2000
        assert 0 < sum(one.problem is not None for one in found) < 100


class TestHeadings:
    def test_titles_above_the_headings(self) -> None:
        assert heading_row([["大连市行政处罚登记簿"], [], tuple(ROW)]) == 2

    def test_codes_brackets_stars_and_paths(self) -> None:
        columns = Columns(["CF_JDRQ", "罚款金额（万元）", "*处罚机关*", "decision.published_on", "不认识", "#备注二"])
        assert columns.passed_over == ["不认识"]

    def test_no_headings(self) -> None:
        with pytest.raises(InputError):
            heading_row([["a", "b"], ["1", "2"]])

    def test_the_same_column_twice(self) -> None:
        with pytest.raises(InputError):
            Columns(["处罚决定日期", "decision.decided_on"])
