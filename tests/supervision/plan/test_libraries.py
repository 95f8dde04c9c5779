"""One list and two libraries: what is read, what is refused with row and column, what a report says."""

from datetime import date

import polars as pl
import pytest

from kernel.errors import InputError
from supervision import inspectors, items, objects
from supervision.tablerows import write_rows
from supervision.teamsroster import read_recusal, read_roster
from tests.supervision.plan.libraries import ITEM_ROWS, PEOPLE_ROWS, libraries, object_table

SINCE, LAST = date(2026, 6, 1), date(2026, 6, 12)


def refusal(call: object, *arguments: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        call(*arguments)  # type: ignore[operator]  # a reader
    return [one.detail for one in caught.value.field_errors]


class TestItems:
    def test_words_and_codes_are_read(self) -> None:
        first, second, *_ = items.read_items("事项.xlsx", ITEM_ROWS)
        assert (first.kind, first.since, first.max_ppm, first.methods) == (
            "general",
            date(2025, 1, 1),
            100_000,
            ("onsite",),
        )
        assert (second.kind, second.partners, second.qualification) == ("key", ("fire", "health"), "-")

    def test_writing_and_reading_again_gives_the_same(self) -> None:
        read = items.read_items("事项.xlsx", ITEM_ROWS)
        records = [{column.name: getattr(one, column.name) for column in items.COLUMNS} for one in read]
        assert items.read_items("再.xlsx", write_rows(items.COLUMNS, records)) == read

    @pytest.mark.parametrize(
        ("row", "column", "value", "said"),
        [
            (1, 2, "特别", "第 2 行“事项类别”：“特别”不在规定的范围内；可用的有：一般、重点。"),
            (2, 0, "M1", "第 3 行“事项编号”：“M1”在第 2 行 已经出现过"),
            (3, 8, "2025-02-30", "第 4 行“起始日期”：“2025-02-30”不是日历上有的日期"),
            (1, 7, "market", "第 2 行“配合部门”：“market”是检查主体"),
            (1, 9, 2_000_000, "第 2 行“比例上限（百万分之）”：“2000000”应当是 0 到 1000000 的整数"),
            (1, 1, "", "第 2 行“抽查事项”：这一格必须填写"),
            (0, 2, "类别", "第 1 行“类别”：没有名为“类别”的列"),
        ],
    )
    def test_a_wrong_cell_is_named(self, row: int, column: int, value: object, said: str) -> None:
        rows = [list(one) for one in ITEM_ROWS]
        rows[row][column] = value
        told = refusal(items.read_items, "事项.xlsx", rows)
        assert any(f"事项.xlsx {said}".replace(" 行 已", " 行已") in one for one in told), told

    def test_empty_rows_do_not_shift_the_numbers(self) -> None:
        rows = [ITEM_ROWS[0], [None] * 10, ITEM_ROWS[1], ["M9", *ITEM_ROWS[2][1:7], "market", *ITEM_ROWS[2][8:]]]
        assert "第 4 行" in refusal(items.read_items, "事项.xlsx", rows)[0]


class TestInspectors:
    def test_only_who_may_go_is_on_the_roster(self) -> None:
        made = inspectors.roster(inspectors.read_inspectors("人员.xlsx", PEOPLE_ROWS), SINCE, LAST, 10)
        people = {one.inspector_id: one for one in read_roster("roster.tsv", made.roster)}
        assert set(people) == {"M01", "M02", "F01", "F02"}
        assert made.left_out == {"M03": "uncertified", "M04": "uncertified", "M05": "inactive"}
        assert people["M01"].cap == 5  # away for five of ten working days
        assert (people["M02"].cap, people["M02"].regions) == (10, frozenset({"210202", "210203"}))
        assert read_recusal("recusal.tsv", made.recusal) == {"U03": frozenset({"M01"})}

    def test_what_is_left_of_the_year_limits_the_seats(self) -> None:
        rows = [*PEOPLE_ROWS[:1], ["M09", "壬", "Z9", "", "market", "", "", "", "", 3, ""]]
        made = inspectors.roster(inspectors.read_inspectors("人员.xlsx", rows), SINCE, LAST, 10)
        assert read_roster("roster.tsv", made.roster)[0].cap == 3

    @pytest.mark.parametrize("span", ["2026-06-05~2026-06-01", "六月", "2026-06-01"])
    def test_a_leave_that_cannot_be_is_refused(self, span: str) -> None:
        rows = [list(one) for one in PEOPLE_ROWS]
        rows[1][7] = span
        assert "人员.xlsx 第 2 行“请假”" in refusal(inspectors.read_inspectors, "人员.xlsx", rows)[0]

    def test_writing_and_reading_again_gives_the_same(self) -> None:
        read = inspectors.read_inspectors("人员.xlsx", PEOPLE_ROWS)
        records = [{column.name: getattr(one, column.name) for column in inspectors.COLUMNS} for one in read]
        assert inspectors.read_inspectors("再.xlsx", write_rows(inspectors.COLUMNS, records)) == read


class TestObjects:
    def test_words_become_codes_and_tags_a_list(self) -> None:
        first = libraries().objects.row(0, named=True)
        assert (first["unit"], first["kind"], first["state"], first["risk"]) == ("U00", "1", "1", "low")
        assert first["tags"] == ["学校", "食堂"]

    def test_exporting_and_reading_again_gives_the_same(self) -> None:
        read = libraries().objects
        assert objects.read_objects("再.csv", objects.export(read)).equals(read)

    @pytest.mark.parametrize(
        ("column", "value", "said"),
        [
            ("统一社会信用代码", "U01", "“统一社会信用代码”：“U01”在第 3 行已经出现过"),
            ("统一社会信用代码", "U 1", "“U 1”不能用作对象代码"),
            ("统一社会信用代码", "", "“统一社会信用代码”：这一格必须填写"),
            ("行政区划", "2102", "“2102”不是六位行政区划代码"),
            ("信用风险类别", "E", "“E”不在规定的范围内；可用的有：A、B、C、D。"),
            ("行业风险", "很高", "“很高”不在规定的范围内"),
        ],
    )
    def test_a_wrong_cell_is_named(self, column: str, value: str, said: str) -> None:
        table = object_table(4).with_columns(
            pl.when(pl.int_range(pl.len()) == 2).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        )
        told = refusal(objects.read_objects, "对象.csv", table)
        assert any("对象.csv 第 4 行" in one and said in one for one in told), told

    def test_the_report_counts_what_is_doubtful(self) -> None:
        found = {one.code: one for one in objects.quality(libraries().objects).findings}
        assert (found["code"].rows, found["address"].rows, found["tags"].rows) == (40, 40, 32)
        assert "class" not in found
        right = libraries().objects.with_columns(unit=pl.lit("91110000600037341L")).head(1)
        assert "code" not in {one.code for one in objects.quality(right).findings}
