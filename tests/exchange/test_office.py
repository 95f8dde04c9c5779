"""A new user's afternoon: thirty items written as an office writes them, corrected, and deciding a case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.decide import Decider
from service.exchange.desk import Considered, Selection, export_workbook
from service.exchange.grid import read_book
from tests.exchange import office
from tests.exchange.desk import (
    OFFICE,
    ON,
    KnownShelf,
    answer,
    codes,
    edit,
    item,
    notices,
    read,
    said,
)

GOLDEN = Path(__file__).parent / "golden" / "office-errors.txt"
CASE = {
    "jurisdiction": "210200",
    "violation": "food-expired-sale",
    "facts": {
        "conduct_date": "2026-11-10", "discovery_date": "2026-11-12", "decision_date": "2026-11-20",
        "party_type": "enterprise", "first_violation": True, "correction_status": "on_spot",
        "goods_value_yuan": 180, "food_accident": False,
    },
}  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The city's own folder, empty."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def with_mistakes(tmp_path_factory: pytest.TempPathFactory) -> Considered:
    """The table with the slips, looked at."""
    path = tmp_path_factory.mktemp("office") / "清单.xlsx"
    office.write(path, office.rows(mistakes=True))
    return read(path, **OFFICE)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corrected table, handed back with cases proposed, and every case answered."""
    folder = tmp_path_factory.mktemp("office")
    office.write(folder / "清单.xlsx", office.rows(mistakes=False))
    (folder / "back.xlsx").write_bytes(read(folder / "清单.xlsx", **OFFICE).marked())
    return edit(folder / "back.xlsx", folder / "answered.xlsx", {"示例": answer})


class TestMistakes:
    def test_every_slip_is_found_in_its_row_and_said_as_agreed(self, with_mistakes: Considered) -> None:
        lines = [line for line in said(with_mistakes) if "还没有一个" not in line]
        assert lines == GOLDEN.read_text("utf-8").splitlines()

    def test_each_wrong_row_has_exactly_its_own_fault(self, with_mistakes: Considered) -> None:
        faults = with_mistakes.incoming.context.faults.errors
        rows = {one.row for one in faults if one.code != "exchange_no_example"}
        items = with_mistakes.incoming.entries.values()
        numbers = {
            one.document["source_item"] for one in items if one.records[0].row in rows and "source_item" in one.document
        }
        assert numbers == {str(number) for number in office.MISTAKES}

    def test_every_message_has_words_of_its_own(self, with_mistakes: Considered) -> None:
        found = with_mistakes.incoming.context.faults.found
        assert [one.code for one in found if "（代码" in one.detail] == []

    def test_nothing_is_written(self, with_mistakes: Considered, own: Path) -> None:
        with_mistakes.into = own
        with pytest.raises(Exception, match="exchange_faults"):
            with_mistakes.write()
        assert list(own.iterdir()) == []

    def test_the_table_comes_back_with_the_faults_in_it(self, with_mistakes: Considered, tmp_path: Path) -> None:
        path = tmp_path / "back.xlsx"
        path.write_bytes(with_mistakes.marked())
        before, after = with_mistakes.book.sheets[0], read_book(path).sheets[0]
        assert after.merged == before.merged
        column = after.width
        assert after.cell(4, column).text == "错误说明"
        for one in with_mistakes.incoming.context.faults.errors:
            assert one.detail in after.cell(one.row, column).text
        same = [[after.raw(row, at).text for at in range(1, column)] for row in range(1, len(before.rows) + 1)]
        assert same == [[before.raw(row, at).text for at in range(1, column)] for row in range(1, len(before.rows) + 1)]

    def test_a_table_handed_back_is_read_as_before(self, with_mistakes: Considered, tmp_path: Path) -> None:
        path = tmp_path / "back.xlsx"
        path.write_bytes(with_mistakes.marked())
        again = read(path, **OFFICE)
        assert set(said(again)) == set(said(with_mistakes))
        (tmp_path / "twice.xlsx").write_bytes(again.marked())
        assert read_book(tmp_path / "twice.xlsx").sheets[0].width == read_book(path).sheets[0].width


class TestCorrected:
    def test_thirty_items_decide_a_case(self, answered: Path, own: Path) -> None:
        found = read(answered, own, **OFFICE)
        assert said(found) == []
        assert len([one for one in found.preview.added if one.kind == "list_item"]) == 30
        found.write()
        release = _release(own)
        assert len([one for one in release.items if one.startswith("dalian-2026-")]) == 30
        decision: Any = Decider(release).check(CASE, ON)
        assert decision["result"] == {"tier": "no_penalty", "force": "may", "why": ["dalian-2026-N01"]}

    def test_one_fen_more_and_it_does_not_apply(self, answered: Path, own: Path) -> None:
        read(answered, own, **OFFICE).write()
        case = CASE | {"list_items": ["dalian-2026-N01"], "facts": CASE["facts"] | {"goods_value_yuan": "500.01"}}  # type: ignore[operator]
        decision: Any = Decider(_release(own)).check(case, ON)
        grounds = {one["id"]: one["outcome"] for one in decision["lists"]["no_penalty"]["grounds"]}
        assert grounds["dalian-2026-N01"] == "not_met"

    def test_what_is_written_is_read_back_the_same(self, answered: Path, own: Path) -> None:
        found = read(answered, own, **OFFICE)
        found.write()
        assert found.release is not None
        assert _release(own).digest == found.release.digest
        again = read(answered, own, **OFFICE)
        assert again.preview.empty

    def test_the_catalogue_check_has_no_defect_in_them(self, answered: Path, own: Path) -> None:
        from rules.check import check_release  # noqa: PLC0415

        read(answered, own, **OFFICE).write()
        found = check_release(_release(own), ON, prove=False)
        assert [one.detail for one in found if one.severity == "defect" and "dalian-2026-N" in one.file] == []

    def test_a_new_violation_is_made_of_its_row(self, answered: Path, own: Path) -> None:
        found = read(answered, own, **OFFICE)
        assert item(found, "dalian-2026-N30")["violations"] == ["dalian-2026-V30"]
        law = item(found, "dalian-2026-V30")["versions"][0]
        assert law["penalty"] == {
            "trigger": "immediate", "optional": True, "kinds": ["confiscate", "fine"],
            "branches": [{"fine": {"min_yuan": 0, "max_yuan": 5000}}],
        }  # fmt: skip
        assert law["in_force"]["from"] == "1998-05-01", "the day of the law cited, from the register"

    def test_a_wrong_answer_stops_the_import(self, answered: Path, tmp_path: Path) -> None:
        def slip(row: dict[str, Any]) -> None:
            if row["事项编号"] == "dalian-2026-N01" and "500.01" in row["示例名称"]:
                row["应当得出"] = "适用"

        found = read(edit(answered, tmp_path / "slip.xlsx", {"示例": slip}), **OFFICE)
        assert codes(found) == ["exchange_example_fails"]
        assert "「示例」第4行“应当得出”（E4）" in said(found)[0]

    def test_without_any_case_an_item_is_not_in_force(self, answered: Path, tmp_path: Path) -> None:
        found = read(edit(answered, tmp_path / "plain.xlsx", {}, drop=["示例"]), **OFFICE)
        assert codes(found) == ["exchange_no_example"] * 30

    def test_a_condition_without_a_case_of_its_own_is_asked_for(self, answered: Path, tmp_path: Path) -> None:
        def leave_out(row: dict[str, Any]) -> None:
            if row["事项编号"] == "dalian-2026-N01" and "500.01" in row["示例名称"]:
                row["应当得出"] = None

        found = read(edit(answered, tmp_path / "less.xlsx", {"示例": leave_out}), **OFFICE)
        assert set(codes(found)) == {"exchange_check"}
        assert "exchange_unanswered" in notices(found)

    def test_a_second_edition_changes_only_what_it_says(self, answered: Path, own: Path, tmp_path: Path) -> None:
        read(answered, own, **OFFICE).write()
        rows = office.rows(mistakes=False)
        rows[2] = replace(rows[2], cases="初次违法")
        office.write(tmp_path / "second.xlsx", rows)
        found = read(tmp_path / "second.xlsx", own, **OFFICE)
        assert [one.id for one in found.preview.changed] == ["dalian-2026-N03"]
        assert [one.sentence() for one in found.preview.changed[0].differences] == [
            "适用条件：去掉「货值金额不超过1000元」"
        ]


def _release(own: Path) -> Any:  # noqa: ANN401
    from rules.load import link  # noqa: PLC0415

    return link(KnownShelf(own=(own,)).read())


class TestConditionsInSeveralRows:
    def test_they_belong_to_one_item(self, tmp_path: Path) -> None:
        office.write(tmp_path / "merged.xlsx", office.rows(mistakes=False), merged_number=True)
        found = read(tmp_path / "merged.xlsx", **OFFICE)
        assert codes(found) == ["exchange_no_example"] * 30
        assert item(found, "dalian-2026-N05")["conditions"] == [
            {"fact": "first_violation", "eq": True},
            {"fact": "food_kind", "ne": "loose_cooked"},
            {"fact": "food_accident", "eq": False},
        ]


class TestAsPublished:
    @pytest.fixture
    def drafts(self, own: Path, tmp_path: Path) -> Considered:
        """The table with its slips, taken as drafts and written."""
        office.write(tmp_path / "公布.xlsx", office.rows(mistakes=True))
        found = read(tmp_path / "公布.xlsx", own, as_published=True, **OFFICE)
        assert said(found) == []
        found.write()
        return found

    def test_everything_is_a_draft_and_no_draft_decides(self, drafts: Considered, own: Path) -> None:
        release = _release(own)
        kinds = {one.kind for one in drafts.preview.added if not one.draft}
        assert kinds == {"source"}
        assert not [one for one in release.items if one.startswith("dalian-2026")]
        assert len(release.drafts) == 32
        decision: Any = Decider(release).check(CASE, ON)
        assert "dalian" not in str(decision["lists"])

    def test_the_words_are_kept_beside(self, drafts: Considered) -> None:
        first = item(drafts, "dalian-2026-N02")
        assert first["prose"]["conditions"] == "初次违法；货值金额500元"
        assert first["prose"]["conditions_left"] == "货值金额500元"
        assert first["conditions"] == [{"fact": "first_violation", "eq": True}]
        assert first["citations"][1] == {"instrument": "食品安全法", "article": "125①(二)", "role": "penalty"}

    def test_an_article_that_does_not_exist_is_only_words(self, drafts: Considered) -> None:
        fourth = item(drafts, "dalian-2026-N04")
        assert [one["article"] for one in fourth["citations"]] == ["67"]
        assert "第三百二十五条" in fourth["prose"]["citations"]

    def test_an_unknown_act_becomes_a_draft_of_a_violation(self, drafts: Considered) -> None:
        violation = item(drafts, "dalian-2026-V01")
        assert violation["status"] == "draft"
        assert violation["versions"][0]["basis"][0]["article"] == "124①(五)"
        assert violation["prose"]["penalty"].startswith("没收违法所得")

    def test_a_second_import_makes_no_second_drafts(self, drafts: Considered, own: Path) -> None:
        again = read(drafts.path, own, as_published=True, **OFFICE)
        assert again.preview.empty
        assert "exchange_known_item" in notices(again)

    def test_completed_in_the_working_table_it_is_in_force(self, drafts: Considered, own: Path, tmp_path: Path) -> None:
        (tmp_path / "todo.xlsx").write_bytes(drafts.completed())

        def complete(row: dict[str, Any]) -> None:
            if row["编号"] == "dalian-2026-N01":
                assert "案由" in row["待办"]
                row["状态"], row["案由"] = "现行", "food-expired-sale"

        filled = edit(tmp_path / "todo.xlsx", tmp_path / "filled.xlsx", {"不予行政处罚": complete, "示例": answer})
        found = read(filled, own)
        assert said(found) == []
        assert [one.id for one in found.preview.changed if not one.draft] == ["dalian-2026-N01"]
        found.write()
        decision: Any = Decider(_release(own)).check(CASE, ON)
        assert decision["result"]["why"] == ["dalian-2026-N01"]

    @pytest.mark.parametrize(
        ("number", "code"),
        [("01", "exchange_draft_violation"), ("02", "table_still_prose"), ("03", "exchange_no_example")],
    )
    def test_nothing_half_done_becomes_active(
        self, drafts: Considered, own: Path, tmp_path: Path, number: str, code: str
    ) -> None:
        (tmp_path / "todo.xlsx").write_bytes(drafts.completed())

        def activate(row: dict[str, Any]) -> None:
            if row["编号"] == f"dalian-2026-N{number}":
                row["状态"] = "现行"

        found = read(edit(tmp_path / "todo.xlsx", tmp_path / "early.xlsx", {"不予行政处罚": activate}), own)
        assert code in codes(found)

    def test_drafts_are_exported_with_what_they_lack(self, drafts: Considered, own: Path, tmp_path: Path) -> None:
        assert drafts.into == own
        data, count = export_workbook(KnownShelf(own=(own,)), Selection(drafts_only=True), ON)
        (tmp_path / "drafts.xlsx").write_bytes(data)
        sheet = read_book(tmp_path / "drafts.xlsx").sheet("不予行政处罚")
        assert sheet is not None
        assert count == 30
        heads = [sheet.raw(1, at).text for at in range(1, sheet.width + 1)]
        row = {head: sheet.raw(3, at).text for at, head in enumerate(heads, 1)}
        assert row["适用条件"] == "初次违法\n？货值金额500元"
        assert "？" in row["待办"]
