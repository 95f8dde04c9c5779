"""A workbook that comes back is the one that was sent, with the faults in it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from service.exchange.faults import Fault
from service.exchange.grid import read_book
from service.exchange.marking import Marks, marked_workbook
from tests.exchange.desk import export, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WRONG = Fault("不予行政处罚", 3, 5, "违法行为", "exchange_required", {"header": "违法行为"})
PROPOSALS: list[dict[str, Any]] = [{"item": "X-1", "name": "基本情形", "facts": "初次违法"}]


def _marked(path: Path, target: Path, faults: Sequence[Fault], proposals: Sequence[dict[str, Any]] = ()) -> Path:
    target.write_bytes(marked_workbook(path, read_book(path), Marks(faults, {"不予行政处罚": 1}, proposals)))
    return target


def _part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode("utf-8")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("export") / "some.xlsx", source="samr-2025-first-violation")


class TestOurTable:
    def test_the_fault_stands_in_its_row(self, exported: Path, tmp_path: Path) -> None:
        back = read_book(_marked(exported, tmp_path / "back.xlsx", [WRONG])).sheet("不予行政处罚")
        assert back is not None
        assert back.cell(1, back.width).text == "错误说明"
        assert back.cell(3, back.width).text == "【违法行为】“违法行为”没有填，请补上。"
        assert back.cell(2, back.width).blank

    def test_drop_downs_widths_and_frozen_rows_stay(self, exported: Path, tmp_path: Path) -> None:
        back = _marked(exported, tmp_path / "back.xlsx", [WRONG], PROPOSALS)
        for number in range(2, 12):
            name = f"xl/worksheets/sheet{number}.xml"
            before, after = _part(exported, name), _part(back, name)
            for tag in ("dataValidation ", "<pane ", "autoFilter"):
                assert before.count(tag) == after.count(tag), (name, tag)
            assert before.count("<col ") <= after.count("<col ")
        assert _part(exported, "xl/workbook.xml").count("definedName") == _part(back, "xl/workbook.xml").count(
            "definedName"
        )

    def test_the_wrong_cell_has_a_ground_of_its_own(self, exported: Path, tmp_path: Path) -> None:
        back = _marked(exported, tmp_path / "back.xlsx", [WRONG])
        style = {
            one: re.search(rf'<c r="{one}" s="(\d+)"', _part(back, "xl/worksheets/sheet2.xml")) for one in ("E2", "E3")
        }
        assert style["E2"] is not None
        assert style["E3"] is not None
        assert style["E2"][1] != style["E3"][1]
        assert "FFFFC7CE" in _part(back, "xl/styles.xml")

    def test_hidden_sheets_stay_hidden(self, exported: Path, tmp_path: Path) -> None:
        before, after = (read_book(path) for path in (exported, _marked(exported, tmp_path / "back.xlsx", [WRONG])))
        assert [(one.name, one.hidden) for one in after.sheets] == [(one.name, one.hidden) for one in before.sheets]

    def test_cases_are_offered_below_those_that_stand_there(self, exported: Path, tmp_path: Path) -> None:
        before = read_book(exported).sheet("示例")
        after = read_book(_marked(exported, tmp_path / "back.xlsx", [WRONG], PROPOSALS)).sheet("示例")
        assert before is not None
        assert after is not None
        assert len(after.rows) == len(before.rows) + 1
        assert [after.cell(len(after.rows), at).text for at in (1, 2, 4)] == ["X-1", "基本情形", "初次违法"]

    def test_a_second_round_takes_the_place_of_the_first(self, exported: Path, tmp_path: Path) -> None:
        first = _marked(exported, tmp_path / "first.xlsx", [WRONG])
        other = Fault("不予行政处罚", 4, 5, "违法行为", "exchange_required", {"header": "违法行为"})
        second = read_book(_marked(first, tmp_path / "second.xlsx", [other])).sheet("不予行政处罚")
        assert second is not None
        assert [second.cell(row, second.width).blank for row in (3, 4)] == [True, False]


class TestTheirTable:
    def test_a_sheet_for_cases_is_added(self, tmp_path: Path) -> None:
        path = table(tmp_path / "own.xlsx", ["序号", "违法行为"], [[1, "甲"], [2, "乙"]])
        back = read_book(_marked(path, tmp_path / "back.xlsx", [WRONG], PROPOSALS))
        assert [one.name for one in back.sheets] == ["不予行政处罚", "示例"]
        assert [one.text for one in (back.sheets[1].cell(1, 5), back.sheets[1].cell(2, 1))] == ["应当得出", "X-1"]

    def test_a_csv_comes_back_as_a_workbook(self, tmp_path: Path) -> None:
        path = tmp_path / "不予行政处罚.csv"
        path.write_text("序号,违法行为\n1,甲\n2,\n", "utf-8")
        fault = Fault("不予行政处罚", 3, 2, "违法行为", "exchange_required", {"header": "违法行为"})
        back = read_book(_marked(path, tmp_path / "back.xlsx", [fault], PROPOSALS))
        assert back.sheets[0].cell(3, 3).text.startswith("【违法行为】")
        assert back.sheets[1].cell(2, 4).text == "初次违法"

    def test_a_workbook_of_another_maker_is_written_anew(self, tmp_path: Path) -> None:
        """A package that is laid out in a way we cannot change still comes back, as plain cells."""
        path = table(tmp_path / "own.xlsx", ["序号", "违法行为"], [[1, "甲"], [2, "乙"]])
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist() if name != "xl/styles.xml"}
        with zipfile.ZipFile(path, "w") as new:
            for name, data in parts.items():
                new.writestr(name, data)
        back = read_book(_marked(path, tmp_path / "back.xlsx", [WRONG]))
        assert back.sheets[0].cell(3, 3).text.startswith("【违法行为】")
        assert back.sheets[0].cell(2, 2).text == "甲"
