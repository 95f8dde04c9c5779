"""Files of cases: the same cases come out of NDJSON, CSV, Excel and Parquet; faults stand in their place."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from kernel.errors import InputError
from rules.batch import Batch
from rules.batch_answers import Summary
from rules.release import Release
from service import casefiles
from service.casecells import Headings, fact_value
from service.casefiles import open_cases
from service.engine import Engine

ON = date(2026, 11, 24)
Table = list[list[Any]]

HEAD = ["jurisdiction", "violation", "list_items", "facts.conduct_date", "decision_date", "goods_value_yuan"]
HEAD += ["first_violation", "correction_status", "party_age"]
ROWS: Table = [
    ["210200", "food-expired-sale", "MR-N05", "2026-03-01", "2026-04-20", "180", "true", "on_spot", ""],
    ["21", "food-expired-sale", "", "2026-03-01", "2026-04-20", "180.50", "false", "refused", "30"],
    ["210200", "", "MR-N05 MR-N06", "", "", "", "", "", ""],
    ["210200", "no-such", "", "", "", "-1", "maybe", "on_spot", "1.5"],
    ["", "food-expired-sale", "", "2026-13-01", "", "１８０", "", "", "x"],
    ["210200", "food-expired-sale", "", "2026-05-01", "2026-04-20", "", "", "", ""],
]
DOCUMENTS: list[Any] = [
    {
        "jurisdiction": "210200",
        "violation": "food-expired-sale",
        "list_items": ["MR-N05"],
        "facts": {
            "conduct_date": "2026-03-01",
            "decision_date": "2026-04-20",
            "goods_value_yuan": "180",
            "first_violation": True,
            "correction_status": "on_spot",
        },
    },
    {
        "jurisdiction": "21",
        "violation": "food-expired-sale",
        "facts": {
            "conduct_date": "2026-03-01",
            "decision_date": "2026-04-20",
            "goods_value_yuan": "180.50",
            "first_violation": False,
            "correction_status": "refused",
            "party_age": 30,
        },
    },
    {"jurisdiction": "210200", "list_items": ["MR-N05", "MR-N06"], "facts": {}},
    {
        "jurisdiction": "210200",
        "violation": "no-such",
        "facts": {
            "goods_value_yuan": "-1",
            "first_violation": "maybe",
            "correction_status": "on_spot",
            "party_age": Decimal("1.5"),
        },
    },
    {
        "violation": "food-expired-sale",
        "facts": {"conduct_date": "2026-13-01", "goods_value_yuan": "１８０", "party_age": "x"},
    },
    {
        "jurisdiction": "210200",
        "violation": "food-expired-sale",
        "facts": {"conduct_date": "2026-05-01", "decision_date": "2026-04-20"},
    },
]


@pytest.fixture(scope="module")
def release(engine: Engine) -> Release:
    return engine.release


def write_csv(path: Path, rows: Table, encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: Table) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def write_parquet(path: Path, rows: Table) -> Path:
    head, *body = rows
    parquet.write_table(pa.table({name: [row[place] for row in body] for place, name in enumerate(head)}), path)
    return path


WRITERS: dict[str, Callable[[Path, Table], Path]] = {
    "cases.csv": write_csv,
    "cases.xlsx": write_xlsx,
    "cases.parquet": write_parquet,
}


def documents(path: Path, release: Release, size: int = 2) -> list[Any]:
    with open_cases(path, release) as cases:
        return [row for block in cases.blocks(size) for row in block.rows()]


@pytest.mark.parametrize("name", WRITERS)
def test_tables_give_the_documents_of_their_rows(tmp_path: Path, release: Release, name: str) -> None:
    path = WRITERS[name](tmp_path / name, [HEAD, *ROWS])
    assert documents(path, release) == DOCUMENTS


@pytest.mark.parametrize("name", WRITERS)
def test_the_batch_over_columns_is_that_over_documents(tmp_path: Path, release: Release, name: str) -> None:
    path = WRITERS[name](tmp_path / name, [HEAD, *ROWS])
    batch = Batch(release)
    with open_cases(path, release) as cases:
        found: list[object] = []
        for block in cases.blocks(4):
            answers = batch.decide_table(block.table(release), ON, partial(block.case_of, release=release))
            found += map(comparable, answers.summaries())
    assert found == list(map(comparable, batch.check(DOCUMENTS, ON).summaries()))


def comparable(answer: Summary | InputError) -> object:
    return str(answer) if isinstance(answer, InputError) else answer


def test_an_office_writes_in_its_own_words(tmp_path: Path, release: Release) -> None:
    facts = release.vocabulary
    head = ["行政区划", "案由", facts["first_violation"].label, facts["correction_status"].label, "违法行为发生日"]
    title = release.violations["food-expired-sale"].title
    label = facts["correction_status"].value_label("on_spot")
    rows: Table = [head, [210200, title, "是", label, date(2026, 3, 1)], [2102, title, "否", label, "2026年3月1日"]]
    for path in (write_xlsx(tmp_path / "a.xlsx", rows), write_csv(tmp_path / "a.csv", rows)):
        first, second = documents(path, release)
        assert first == {
            "jurisdiction": "210200",
            "violation": "food-expired-sale",
            "facts": {"first_violation": True, "correction_status": "on_spot", "conduct_date": "2026-03-01"},
        }
        assert second["jurisdiction"] == "2102"
        assert second["facts"]["conduct_date"] == "2026-03-01"


def test_earlier_records_go_to_the_single_path(tmp_path: Path, release: Release) -> None:
    record = {"record_id": "r-1", "decided_on": "2025-06-01", "same_type": True}
    head = ["jurisdiction", "violation", "conduct_date", "history", "organ"]
    sale = ["210200", "food-expired-sale", "2026-03-01"]
    rows: Table = [head, [*sale, json.dumps([record]), "某局"], [*sale, "", ""], [*sale, "无", ""]]
    path = write_csv(tmp_path / "a.csv", rows)
    first, second, third = documents(path, release)
    assert (first["history"], first["organ"]) == ([record], "某局")
    assert "history" not in second
    assert third["history"] == "无"
    with open_cases(path, release) as cases:
        (block,) = cases.blocks(9)
        assert block.table(release).alone.tolist() == [0, 2]
        answers = Batch(release).decide_table(block.table(release), ON, partial(block.case_of, release=release))
    assert list(map(comparable, answers.summaries())) == list(
        map(comparable, Batch(release).check([first, second, third], ON).summaries())
    )


@pytest.mark.parametrize(
    ("fact", "cell", "value"),
    [
        ("first_violation", "TRUE", True),
        ("first_violation", "否", False),
        ("first_violation", 1.0, True),
        ("first_violation", "0", False),
        ("first_violation", "有", "有"),
        ("party_age", "14", 14),
        ("party_age", 14.0, 14),
        ("party_age", "014", "014"),
        ("party_age", " 14 ", 14),
        ("exceed_ratio", "0.1", Decimal("0.1")),
        ("exceed_ratio", 0.1, 0.1),
        ("exceed_ratio", "1e-1", "1e-1"),
        ("goods_value_yuan", "180.5", "180.5"),
        ("goods_value_yuan", "1,800", "1,800"),
        ("goods_value_yuan", 180.5, 180.5),
        ("goods_value_yuan", Decimal("180.50"), Decimal("180.50")),
        ("conduct_date", "2026/3/5", "2026-03-05"),
        ("conduct_date", "2026.3.5", "2026-03-05"),
        ("conduct_date", "2026-03-05 00:00:00", "2026-03-05"),
        ("conduct_date", "2026-3/5", "2026-3/5"),
        ("conduct_date", "2026年3-5", "2026年3-5"),
        ("conduct_date", datetime(2026, 3, 5), "2026-03-05"),  # noqa: DTZ001  (as a workbook gives it)
        ("conduct_date", datetime(2026, 3, 5, 8), "2026-03-05T08:00:00"),  # noqa: DTZ001  (the same)
        ("correction_status", "on_spot", "on_spot"),
        ("correction_status", "立即", "立即"),
        ("prior_records", "甲；乙;丙", ["甲", "乙", "丙"]),
    ],
)
def test_a_cell_is_read_only_where_it_can_mean_one_thing(
    release: Release, fact: str, cell: object, value: object
) -> None:
    found = fact_value(release.vocabulary[fact], cell)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        (["jurisdiction", "goods_value"], ["case_column_unknown"]),
        (["jurisdiction", "party_age", "facts.party_age"], ["case_column_twice"]),
        (["x", "jurisdiction", "y"], ["case_column_unknown", "case_column_unknown"]),
        (["jurisdiction", "行政区划"], ["case_column_twice"]),
    ],
)
def test_headings_that_mean_nothing_are_refused(release: Release, head: list[str], codes: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        Headings(head, release)
    assert [error.code for error in caught.value.errors] == codes


def test_columns_that_are_no_part_of_the_case_are_passed_over(tmp_path: Path, release: Release) -> None:
    path = write_csv(
        tmp_path / "a.csv", [["#案号", "jurisdiction", "", "_x"], ["大市监〔2026〕1号", "210200", "", "1"]]
    )
    with open_cases(path, release) as cases:
        assert list(cases.notices) == ["case_columns_passed_over"]
        assert [list(block.rows()) for block in cases.blocks(9)] == [[{"jurisdiction": "210200", "facts": {}}]]


class TestCsv:
    def test_chinese_encodings_are_told_apart(self, tmp_path: Path, release: Release) -> None:
        rows = [["行政区划", "整改状态"], ["210200", "立即整改"]]
        rows[0][1] = release.vocabulary["correction_status"].label
        found = {}
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            path = write_csv(tmp_path / f"{encoding}.csv", rows, encoding)
            with open_cases(path, release) as cases:
                found[encoding] = ([list(block.rows()) for block in cases.blocks(9)], list(cases.notices))
        assert found["utf-8"] == found["utf-8-sig"]
        assert found["gb18030"] == (found["utf-8"][0], ["case_file_gb18030"])

    def test_bytes_of_no_encoding_are_refused(self, tmp_path: Path, release: Release) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(b"jurisdiction\n\xff\xff\n")
        with pytest.raises(InputError, match="case_file_encoding"), open_cases(path, release):
            pass

    def test_empty_rows_are_no_cases_and_long_rows_are_wrong(self, tmp_path: Path, release: Release) -> None:
        path = tmp_path / "a.csv"
        path.write_text("\n\njurisdiction,party_age\n,\n210200,30,,\n\n210200\n210200,30,40\n ,\n", "utf-8")
        first, second, third = documents(path, release)
        assert first == {"jurisdiction": "210200", "facts": {"party_age": 30}}
        assert second == {"jurisdiction": "210200", "facts": {}}
        assert third.code == "case_row_too_long"

    def test_cells_may_hold_commas_quotes_and_line_breaks(self, tmp_path: Path, release: Release) -> None:
        text = '甲，"乙"\n丙,丁'
        path = write_csv(tmp_path / "a.csv", [["jurisdiction", "deviation_reason"], ["210200", text]])
        assert documents(path, release)[0]["facts"]["deviation_reason"] == text

    @pytest.mark.parametrize("content", ["", "\n", ",,\n"])
    def test_a_file_without_headings_is_refused(self, tmp_path: Path, release: Release, content: str) -> None:
        path = tmp_path / "a.csv"
        path.write_text(content)
        with pytest.raises(InputError, match="case_file_no_headings"), open_cases(path, release):
            pass

    def test_a_field_without_end_is_a_broken_file(self, tmp_path: Path, release: Release) -> None:
        path = tmp_path / "a.csv"
        path.write_text('jurisdiction\n"' + "x" * 200_000, "utf-8")
        with pytest.raises(InputError, match="case_file_broken"):
            documents(path, release)


class TestExcel:
    def test_only_the_first_sheet_is_read(self, tmp_path: Path, release: Release) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for name in ("一", "二"):
                book.add_worksheet(name).write_column(0, 0, ["jurisdiction", "210200" if name == "一" else "110000"])
        with open_cases(path, release) as cases:
            assert list(cases.notices) == ["case_file_first_sheet"]
            assert [row for block in cases.blocks(9) for row in block.rows()] == [
                {"jurisdiction": "210200", "facts": {}}
            ]

    @pytest.mark.parametrize("content", [b"", b"jurisdiction\n210200\n", b"PK\x03\x04broken"])
    @pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
    def test_a_file_of_another_kind_is_refused(
        self, tmp_path: Path, release: Release, name: str, content: bytes
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match="case_file_broken"), open_cases(path, release):
            pass

    def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
        self, tmp_path: Path, release: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(casefiles, "MAX_WORKBOOK", 1_000_000)
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_001)
        assert path.stat().st_size < 10_000
        with pytest.raises(InputError, match="case_file_too_large"), open_cases(path, release):
            pass


class TestParquet:
    def test_typed_columns_and_a_struct_of_facts(self, tmp_path: Path, release: Release) -> None:
        facts = [
            {"conduct_date": date(2026, 3, 1), "goods_value_yuan": Decimal("180.50"), "party_age": 30, "merit": None},
            {"conduct_date": None, "goods_value_yuan": None, "party_age": None, "merit": True},
        ]
        columns = {
            "jurisdiction": pa.array(["210200", "210200"]).dictionary_encode(),
            "list_items": [["MR-N05"], None],
            "facts": facts,
            "exceed_ratio": pa.array([0.1, float("nan")]),
            "decision_date": pa.array([datetime(2026, 4, 20), None]),  # noqa: DTZ001  (as pandas writes it)
        }
        path = tmp_path / "a.parquet"
        parquet.write_table(pa.table(columns), path)
        assert documents(path, release) == [
            {
                "jurisdiction": "210200",
                "list_items": ["MR-N05"],
                "facts": {
                    "exceed_ratio": 0.1,
                    "decision_date": "2026-04-20",
                    "conduct_date": "2026-03-01",
                    "goods_value_yuan": Decimal("180.50"),
                    "party_age": 30,
                },
            },
            {"jurisdiction": "210200", "facts": {"merit": True}},
        ]

    def test_rows_can_be_passed_over_across_row_groups(self, tmp_path: Path, release: Release) -> None:
        path = tmp_path / "a.parquet"
        table = pa.table({"jurisdiction": ["210200"] * 10, "party_age": list(range(10))})
        parquet.write_table(table, path, row_group_size=3)
        assert_passed_over(path, release, range(10))


def assert_passed_over(path: Path, release: Release, ages: Sequence[int]) -> None:
    """After any number of rows, read in blocks of any size, the others follow."""
    for done in range(len(ages) + 1):
        for size in (1, 4, 100):
            with open_cases(path, release) as cases:
                assert cases.pass_over(done) == done
                rows: list[Any] = [row for block in cases.blocks(size) for row in block.rows()]
                shown = [json.loads(row) if isinstance(row, bytes) else row for row in rows]
                assert [row["facts"]["party_age"] for row in shown] == list(ages[done:])
    with open_cases(path, release) as cases:
        assert cases.pass_over(1000) == len(ages)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.ndjson"])
def test_rows_can_be_passed_over(tmp_path: Path, release: Release, name: str) -> None:
    path = tmp_path / name
    if name == "a.ndjson":
        path.write_text("".join(json.dumps({"facts": {"party_age": age}}) + "\n" for age in range(5)))
    else:
        WRITERS[f"cases{path.suffix}"](path, [["party_age"], *([age] for age in range(5))])
    assert_passed_over(path, release, range(5))


def test_the_number_of_rows_is_known_beforehand(tmp_path: Path, release: Release) -> None:
    lines = tmp_path / "a.ndjson"
    lines.write_bytes(b"{}\n\n{}")
    for path, rows in [(lines, 3), *((WRITERS[name](tmp_path / name, [HEAD, *ROWS]), 6) for name in WRITERS)]:
        with open_cases(path, release) as cases:
            assert cases.about == rows
            assert cases.digest
