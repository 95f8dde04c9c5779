"""Cells of any workbook, and the rows that stand in it, however the office has laid them out."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from kernel.errors import InputError
from service.errors import UsageError
from service.exchange.faults import Faults
from service.exchange.grid import read_book
from service.exchange.items import HEADINGS
from service.exchange.tables import Table, read_table
from service.exchange.xlsxparts import letters, place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Rows = list[list[Any]]

NAMES = (
    ("序号｜事项名称｜违反条款｜罚则｜免罚情形", "no title prohibition penalty_basis conditions"),
    (
        "序 号｜违法\n行为｜违反依据（条款）｜处罚依据：｜不予处罚的适用条件",
        "no title prohibition penalty_basis conditions",
    ),
    (
        "项次｜案由｜处罚依据｜处罚种类及幅度｜不予行政处罚情形｜备注",
        "no violations penalty_basis penalty conditions note",
    ),
)
HEADS = ["序号", "违法行为", "违反依据", "处罚依据", "适用条件"]


def _book(path: Path, write: Callable[[Any, Any], None], name: str = "清单") -> Path:
    with xlsxwriter.Workbook(path) as book:
        write(book.add_worksheet(name), book)
    return path


def _table(path: Path) -> tuple[Table, Faults]:
    faults = Faults()
    table = read_table(read_book(path).sheets[0], HEADINGS, faults, key="title")
    assert table is not None
    return table, faults


class TestCells:
    def test_values_come_as_people_see_them(self, tmp_path: Path) -> None:
        def write(sheet: Any, book: Any) -> None:  # noqa: ANN401
            sheet.write_row(0, 0, [5, 5.5, True, "　甲\r\n乙 ", "５００元"])
            sheet.write_datetime(1, 0, datetime(2026, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
            sheet.write_blank(1, 1, None, book.add_format())

        sheet = read_book(_book(tmp_path / "a.xlsx", write)).sheets[0]
        assert [sheet.cell(1, at).text for at in range(1, 6)] == ["5", "5.5", "是", "甲\n乙", "５００元"]
        assert sheet.cell(2, 1).value == date(2026, 3, 5)
        assert sheet.cell(2, 2).blank
        assert sheet.cell(99, 99).blank

    def test_a_merged_cell_counts_in_every_place(self, tmp_path: Path) -> None:
        sheet = read_book(_book(tmp_path / "a.xlsx", lambda one, _: one.merge_range(0, 0, 2, 1, "合并"))).sheets[0]
        assert sheet.cell(3, 2).text == "合并"
        assert sheet.raw(3, 2).blank
        assert sheet.anchor(3, 2) == (1, 1)

    def test_formulas_errors_and_hidden_rows_are_known(self, tmp_path: Path) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            sheet.write_formula(0, 0, "=1+1", None, 2)
            sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
            sheet.write(2, 0, "藏")
            sheet.set_row(2, None, None, {"hidden": True})

        sheet = read_book(_book(tmp_path / "a.xlsx", write)).sheets[0]
        assert sheet.cell(1, 1).value == 2
        assert sheet.facts.formulas == {(1, 1), (2, 1)}
        assert sheet.cell(2, 1).trouble == "exchange_error_value"
        assert sheet.facts.hidden_rows == {3}

    def test_a_formula_that_was_never_worked_out_is_a_fault(self, tmp_path: Path) -> None:
        path = _book(tmp_path / "a.xlsx", lambda sheet, _: sheet.write_formula(0, 0, "=A2"))
        part = "xl/worksheets/sheet1.xml"
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts[part] = parts[part].replace(b"<v>0</v>", b"")
        with zipfile.ZipFile(path, "w") as new:
            for name, data in parts.items():
                new.writestr(name, data)
        assert read_book(path).sheets[0].cell(1, 1).trouble == "exchange_uncomputed"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("mark", [",", "\t", ";"])
    def test_csv_in_the_encodings_and_with_the_marks_of_excel(self, tmp_path: Path, encoding: str, mark: str) -> None:
        path = tmp_path / "清单.csv"
        path.write_text(mark.join(["序号", "违法行为"]) + "\n" + mark.join(["1", '"甲\n乙"']) + "\n", encoding)
        sheet = read_book(path).sheets[0]
        assert [sheet.cell(2, 1).text, sheet.cell(2, 2).text] == ["1", "甲\n乙"]

    @pytest.mark.parametrize("suffix", [".xls", ".et", ".xlsm"])
    def test_a_file_is_what_its_content_is(self, tmp_path: Path, suffix: str) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            sheet.write(0, 0, "甲")
            sheet.set_row(1, None, None, {"hidden": True})

        path = _book(tmp_path / "a.xlsx", write).rename(tmp_path / f"a{suffix}")
        sheet = read_book(path).sheets[0]
        assert sheet.cell(1, 1).text == "甲"
        assert sheet.facts.hidden_rows == {2}

    def test_references(self) -> None:
        assert [letters(one) for one in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]
        assert place("AAA12") == (12, 703)


class TestFilesThatCannotBeRead:
    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="file_not_found"):
            read_book(tmp_path / "none.xlsx")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="file_is_folder"):
            read_book(tmp_path)

    def test_another_kind(self, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(b"x")
        with pytest.raises(UsageError, match="exchange_suffix"):
            read_book(tmp_path / "a.docx")

    @pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04broken"])
    @pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
    def test_a_damaged_file(self, tmp_path: Path, name: str, data: bytes) -> None:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match="exchange_damaged"):
            read_book(tmp_path / name)

    def test_an_archive_that_is_no_workbook(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
            package.writestr("hello.txt", "x")
        with pytest.raises(InputError, match="exchange_damaged"):
            read_book(tmp_path / "a.xlsx")

    def test_csv_in_no_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(b"\xff\xff\xff")
        with pytest.raises(InputError, match="exchange_damaged"):
            read_book(tmp_path / "a.csv")


class TestHeadings:
    @pytest.mark.parametrize("above", [0, 1, 3, 12])
    def test_titles_may_stand_above(self, tmp_path: Path, above: int) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            for row in range(above):
                sheet.merge_range(row, 0, row, 4, f"标题{row}")
            sheet.write_row(above, 0, HEADS)
            sheet.write_row(above + 1, 0, [1, "甲"])

        table, _ = _table(_book(tmp_path / "a.xlsx", write))
        assert table.heading_row == above + 1
        assert table.titles == tuple(f"标题{row}" for row in range(above))
        assert [one.text("title") for one in table.records] == ["甲"]

    @pytest.mark.parametrize(("heads", "keys"), NAMES)
    def test_other_names_for_the_same(self, tmp_path: Path, heads: str, keys: str) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            sheet.write_row(0, 0, heads.split("｜"))
            sheet.write_row(1, 0, ["1"] * len(keys.split()))

        table, _ = _table(_book(tmp_path / "a.xlsx", write))
        assert set(table.columns) == set(keys.split())

    def test_a_column_we_do_not_know_is_told(self, tmp_path: Path) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            sheet.write_row(0, 0, [*HEADS, "责任科室"])
            sheet.write_row(1, 0, [1, "甲"])

        _, faults = _table(_book(tmp_path / "a.xlsx", write))
        assert [(one.code, one.reference) for one in faults.notices] == [("exchange_unknown_column", "F1")]

    def test_no_headings_no_table(self, tmp_path: Path) -> None:
        path = _book(tmp_path / "a.xlsx", lambda sheet, _: sheet.write_row(0, 0, ["姓名", "电话", "处罚依据"]))
        assert read_table(read_book(path).sheets[0], HEADINGS, Faults(), key="title") is None


class TestRows:
    def _read(
        self, tmp_path: Path, rows: Rows, merges: Sequence[tuple[int, int, int, int]] = ()
    ) -> tuple[Table, Faults]:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            for number, row in enumerate([HEADS, *rows]):
                for at, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, at, value)
            for top, left, bottom, right in merges:
                sheet.merge_range(top, left, bottom, right, rows[top - 1][left])

        return _table(_book(tmp_path / "a.xlsx", write))

    def test_blank_rows_between_and_below_are_nothing(self, tmp_path: Path) -> None:
        table, faults = self._read(tmp_path, [[1, "甲"], [None, "  "], [2, "乙"], [None], [None, None, "\n"]])
        assert [one.row for one in table.records] == [2, 4]
        assert faults.found == []

    def test_headings_on_every_printed_page_are_no_items(self, tmp_path: Path) -> None:
        rows: Rows = [[1, "甲"], [*HEADS], [2, "乙"]]
        table, _ = self._read(tmp_path, rows)
        assert [one.text("title") for one in table.records] == ["甲", "乙"]

    def test_sections_and_notes_are_no_items(self, tmp_path: Path) -> None:
        table, faults = self._read(tmp_path, [["一、食品"], [1, "甲"], ["二、广告"], [2, "乙"], ["注：以上由本局解释"]])
        assert [(one.text("title"), one.section) for one in table.records] == [("甲", "食品"), ("乙", "广告")]
        assert [one.code for one in faults.notices] == ["exchange_section", "exchange_section", "exchange_note_row"]

    def test_a_number_merged_beside_several_conditions(self, tmp_path: Path) -> None:
        rows: Rows = [
            [1, "甲", None, None, "初次违法"],
            [None, None, None, None, "当场改正"],
            [2, "乙", None, None, "复查合格"],
        ]
        table, faults = self._read(tmp_path, rows, [(1, 0, 2, 0), (1, 1, 2, 1)])
        assert [one.text("conditions") for one in table.records] == ["初次违法\n当场改正", "复查合格"]
        assert [one.code for one in faults.notices] == ["exchange_continued"]

    def test_more_conditions_below_without_a_merged_cell(self, tmp_path: Path) -> None:
        table, _ = self._read(tmp_path, [[1, "甲", None, None, "初次违法"], [None, None, None, None, "当场改正"]])
        assert [one.text("conditions") for one in table.records] == ["初次违法\n当场改正"]

    def test_a_row_that_only_lacks_its_title_is_not_swallowed(self, tmp_path: Path) -> None:
        table, _ = self._read(tmp_path, [[1, "甲", None, None, "初次违法"], [2, None, None, None, "当场改正"]])
        assert [one.text("conditions") for one in table.records] == ["初次违法", "当场改正"]

    def test_one_number_merged_over_several_acts(self, tmp_path: Path) -> None:
        table, _ = self._read(tmp_path, [[1, "甲"], [None, "乙"], [2, "丙"]], [(1, 0, 2, 0)])
        assert [(one.text("no"), one.text("title")) for one in table.records] == [("1", "甲"), ("1", "乙"), ("2", "丙")]

    def test_hidden_rows_are_read_and_told(self, tmp_path: Path) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            sheet.write_row(0, 0, HEADS)
            sheet.write_row(1, 0, [1, "甲"])
            sheet.set_row(1, None, None, {"hidden": True})

        table, faults = _table(_book(tmp_path / "a.xlsx", write))
        assert len(table.records) == 1
        assert [one.code for one in faults.notices] == ["exchange_hidden_row"]

    def test_a_formula_is_read_as_what_it_shows(self, tmp_path: Path) -> None:
        def write(sheet: Any, _: Any) -> None:  # noqa: ANN401
            sheet.write_row(0, 0, HEADS)
            sheet.write_formula(1, 1, '="甲"&"乙"', None, "甲乙")

        table, faults = _table(_book(tmp_path / "a.xlsx", write))
        assert table.records[0].text("title") == "甲乙"
        assert [one.code for one in faults.notices] == ["exchange_formula"]
