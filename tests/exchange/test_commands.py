"""``xinheng rules export`` and ``rules import``: what is printed, what is written, exit codes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from service.cli import main
from service.cli.exchange import _ranges
from service.exchange.grid import read_book
from service.settings import read_settings
from tests.exchange import office
from tests.exchange.desk import KnownShelf, answer, edit, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """A command that has run."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `xinheng …` in this process, over the catalogue that is in memory."""
    monkeypatch.setattr("service.cli.exchange.Shelf", lambda _root, own, _cache: KnownShelf(own=own))
    monkeypatch.delenv("XINHENG_CATALOGUE_DIR", raising=False)

    def go(*words: object) -> Done:
        code = main([str(word) for word in words])
        sys.stdout.flush()
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return go


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


class TestExport:
    @pytest.mark.parametrize("words", [["--excel"], [], ["--excel", "{}"]])
    def test_the_file_may_be_named_either_way(self, run: Run, tmp_path: Path, words: list[str]) -> None:
        target = tmp_path / "lists.xlsx"
        named = [word.format(target) for word in words] if "{}" in words else [str(target), *words]
        done = run("rules", "export", *named, "--source", "samr-2025-first-violation")
        assert (done.code, done.out) == (0, f"已导出 6 个事项：{target}\n")
        sheet = read_book(target).sheet("不予行政处罚")
        assert sheet is not None
        assert len(sheet.rows) == 7

    def test_a_blank_form_has_headings_and_lists_and_no_items(self, run: Run, tmp_path: Path) -> None:
        assert run("rules", "export", "--excel", tmp_path / "blank.xlsx", "--blank").code == 0
        book = read_book(tmp_path / "blank.xlsx")
        rows = {one.name: len(one.rows) for one in book.sheets}
        assert [rows[name] for name in ("不予行政处罚", "条件", "示例", "案由", "清单文件")] == [1] * 5
        assert rows["事实词表"] > 100

    def test_json(self, run: Run, tmp_path: Path) -> None:
        done = run("rules", "export", "--excel", tmp_path / "a.xlsx", "--jurisdiction", "210200", "--json")
        assert json.loads(done.out) == {"file": str(tmp_path / "a.xlsx"), "items": 2}

    def test_without_a_file(self, run: Run) -> None:
        assert run("rules", "export", "--excel").code == 2

    def test_where_nothing_can_be_written(self, run: Run, tmp_path: Path) -> None:
        assert run("rules", "export", "--excel", tmp_path / "none" / "a.xlsx", "--blank").code == 2


class TestImport:
    def test_a_new_user(self, run: Run, own: Path, tmp_path: Path) -> None:
        """Try, read what is wrong, correct it, answer the cases, write."""
        source = tmp_path / "清单.xlsx"
        office.write(source, office.rows(mistakes=True))
        place = ["--jurisdiction", "210200", "--start", "2026-01-01", "--into", own]
        first = run("rules", "import", source, *place)
        assert (first.code, first.out) == (3, "")
        assert "「清单」第7行“不予处罚情形”（F7）：“货值金额”后面没有写明是不超过、低于、达到还是等于" in first.err
        assert "没有写入任何内容。加 --errors 文件名.xlsx 可以取回标好错误的表。" in first.err

        office.write(source, office.rows(mistakes=False))
        second = run("rules", "import", source, *place, "--errors", tmp_path / "back.xlsx")
        assert second.code == 3
        assert "共 30 行" in second.err

        answered = edit(tmp_path / "back.xlsx", tmp_path / "answered.xlsx", {"示例": answer})
        third = run("rules", "import", answered, *place, "--force", "may")
        assert third.code == 0
        assert third.out.startswith("预览：新增 32　修改 0　删去 0　不变 0\n＋ dalian-2026")
        assert "尚未写入。确认无误后加 --apply。" in third.err
        assert list(own.iterdir()) == []

        fourth = run("rules", "import", answered, *place, "--force", "may", "--apply")
        assert fourth.code == 0
        assert f"已写入 {own}" in fourth.out
        assert len(list(own.rglob("*.yaml"))) == 32

    def test_faults_as_json(self, run: Run, tmp_path: Path) -> None:
        office.write(tmp_path / "清单.xlsx", office.rows(mistakes=True))
        done = run("rules", "import", tmp_path / "清单.xlsx", "--jurisdiction", "210200", "--json")
        assert done.code == 3
        problem = json.loads(done.out)
        assert problem["code"] == "exchange_faults"
        assert {"pointer", "code", "detail"} == set(problem["errors"][0])
        assert "/清单/F7" in [one["pointer"] for one in problem["errors"]]

    def test_a_preview_as_json(self, run: Run, tmp_path: Path) -> None:
        run("rules", "export", "--excel", tmp_path / "a.xlsx", "--source", "samr-2025-first-violation")

        def later(row: dict[str, Any]) -> None:
            if row["编号"] == "MR-N05":
                row["说明"] = "改过"

        edit(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {"不予行政处罚": later})
        found = json.loads(run("rules", "import", tmp_path / "b.xlsx", "--json").out)
        assert found["applied"] is False
        assert found["digest"]["before"] != found["digest"]["after"]
        assert [one["id"] for one in found["preview"]["changed"]] == ["MR-N05"]
        assert found["preview"]["changed"][0]["fields"] == [{"field": "说明", "before": "", "after": "改过"}]

    def test_what_is_delivered_cannot_be_changed_in_the_citys_folder(self, run: Run, own: Path, tmp_path: Path) -> None:
        run("rules", "export", "--excel", tmp_path / "a.xlsx", "--source", "samr-2025-first-violation")

        def other(row: dict[str, Any]) -> None:
            if row["编号"] == "MR-N05":
                row["强度"] = "应当"

        edit(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {"不予行政处罚": other})
        done = run("rules", "import", tmp_path / "b.xlsx", "--into", own, "--apply")
        assert done.code == 3
        assert "不在要写入的文件夹里" in done.err

    def test_the_folder_of_the_settings_is_used_and_rows_go_only_when_asked(
        self, run: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _in_force(run, own, tmp_path)
        monkeypatch.setenv("XINHENG_CATALOGUE_DIR", str(own))
        done = run("rules", "export", "--excel", tmp_path / "a.xlsx", "--source", "dalian-2026")
        assert done.out.startswith("已导出 30 个事项")

        def drop(row: dict[str, Any]) -> None:
            row["删去"] = row["编号"] == "dalian-2026-N30"

        edit(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {"不予行政处罚": drop})
        stays = run("rules", "import", tmp_path / "b.xlsx", "--apply")
        assert "删去 0" in stays.out
        assert "确实要删的加 --remove" in stays.err
        goes = run("rules", "import", tmp_path / "b.xlsx", "--remove", "--apply")
        assert "删去 1" in goes.out
        assert not list(own.rglob("dalian-2026-N30.yaml"))
        assert len(list(own.rglob("dalian-2026-N*.yaml"))) == 29

    def test_apply_needs_a_folder(self, run: Run, tmp_path: Path) -> None:
        run("rules", "export", "--excel", tmp_path / "a.xlsx", "--blank")
        assert run("rules", "import", tmp_path / "a.xlsx", "--apply").code == 2

    @pytest.mark.parametrize("option", ["--errors", "--workbook"])
    def test_the_file_read_is_never_written_over(self, run: Run, tmp_path: Path, option: str) -> None:
        path = table(tmp_path / "a.xlsx", ["序号", "违法行为", "适用条件"], [[1, "甲", "乙"]])
        before = path.read_bytes()
        assert run("rules", "import", path, "--jurisdiction", "210200", option, path).code == 2
        assert path.read_bytes() == before

    def test_a_file_without_any_table(self, run: Run, tmp_path: Path) -> None:
        path = table(tmp_path / "a.xlsx", ["姓名", "电话"], [["甲", "1"]])
        done = run("rules", "import", path)
        assert done.code == 3
        assert "没有在任何工作表里找到认得的表头" in done.err

    @pytest.mark.parametrize("words", [[], ["none.xlsx"], ["--resume"]])
    def test_wrong_usage(self, run: Run, words: list[str]) -> None:
        assert run("rules", "import", *words).code == 2

    def test_resume_says_what_it_did(self, run: Run, own: Path) -> None:
        assert run("rules", "import", "--resume", "--into", own).out == "没有中断的写入\n"


def _in_force(run: Run, own: Path, tmp_path: Path) -> None:
    """The thirty items in the city's folder."""
    office.write(tmp_path / "清单.xlsx", office.rows(mistakes=False))
    place = ["--jurisdiction", "210200", "--start", "2026-01-01", "--force", "may", "--into", own]
    run("rules", "import", tmp_path / "清单.xlsx", *place, "--errors", tmp_path / "back.xlsx")
    edit(tmp_path / "back.xlsx", tmp_path / "answered.xlsx", {"示例": answer})
    assert run("rules", "import", tmp_path / "answered.xlsx", *place, "--apply").code == 0


def test_the_folder_has_to_be_there(tmp_path: Path) -> None:
    assert read_settings({"XINHENG_CATALOGUE_DIR": str(tmp_path)}).further == (tmp_path.resolve(),)
    assert read_settings({}).further == ()
    with pytest.raises(Exception, match="setting_wrong"):
        read_settings({"XINHENG_CATALOGUE_DIR": str(tmp_path / "none")})


def test_rows_are_named_in_short() -> None:
    assert _ranges([3, 5, 6, 7, 9]) == "3、5至7、9"
