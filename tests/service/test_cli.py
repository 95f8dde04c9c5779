"""The command line: what it prints, its exit codes, and that it never shows a traceback."""

import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from rules.schema import KINDS
from service import clock
from service.cli import main, reference
from service.cli.catalogue import KIND_LABELS
from service.cli.commands import COMMANDS, GROUPS, Command, build_parser
from service.engine import Engine
from tests.conftest import ROOT
from tests.service.conftest import CASE, Run

XINHENG = [sys.executable, "-m", "service.cli"]
HELP_SECONDS, CHECK_SECONDS = 0.4, 1.0
SLOWER = 3.0
"""Machines that run tests are busy: the bars themselves are held in benchmarks/."""
REFERENCE = ROOT / "docs/reference/cli.md"
LEAVES = [command.name for command in COMMANDS]


class TestHelp:
    @pytest.mark.parametrize("name", LEAVES)
    def test_every_command_shows_an_example_of_itself(self, run: Run, name: str) -> None:
        done = run(*name.split(), "--help")
        assert done.code == 0
        assert "示例" in done.out
        assert f"xinheng {name}" in done.out.split("示例")[1]
        assert "--json" in done.out

    @pytest.mark.parametrize("words", [[], *[[group] for group in GROUPS]])
    def test_every_group_lists_its_commands(self, run: Run, words: list[str]) -> None:
        done = run(*words, "--help")
        below = [name.split()[len(words)] for name in LEAVES if name.split()[: len(words)] == words]
        assert done.code == 0
        assert all(re.search(rf"^ +{name}( |$)", done.out, re.MULTILINE) for name in below)

    @pytest.mark.parametrize("name", LEAVES)
    def test_the_reference_has_a_heading_for_every_command(self, name: str) -> None:
        assert re.search(rf"^#+ `xinheng {name}`", REFERENCE.read_text("utf-8"), re.MULTILINE)

    def test_the_reference_is_up_to_date(self) -> None:
        assert REFERENCE.read_text("utf-8") == reference.text(), f"run python -m service.cli.reference {REFERENCE}"

    @pytest.mark.parametrize("command", COMMANDS, ids=LEAVES)
    def test_the_example_is_understood(self, command: Command) -> None:
        for line in command.example.splitlines():
            assert build_parser().parse_args(line.split()[1:]).run == command.run

    def test_it_answers_at_once(self) -> None:
        start = time.perf_counter()
        subprocess.run([*XINHENG, "--help"], check=True, capture_output=True)
        assert time.perf_counter() - start < HELP_SECONDS * SLOWER

    def test_it_loads_nothing_heavy(self) -> None:
        code = "import sys; from service.cli import main; main(['case', 'check', '--help']); print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        heavy = {"pydantic", "fastapi", "numpy", "orjson", "yaml", "durable", "rules.load", "asyncio"}
        assert heavy.isdisjoint(done.stdout.split())

    def test_a_single_case_does_not_wait_for_the_tools_of_many(self, case_file: Path) -> None:
        code = "import sys; from service.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
        command = [sys.executable, "-c", code, "case", "check", str(case_file)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert {"numpy", "pyarrow", "polars", "fastapi", "pypinyin"}.isdisjoint(done.stderr.split())

    def test_the_version_is_that_of_the_package(self, run: Run) -> None:
        assert re.fullmatch(r"xinheng \d+\.\d+\.\d+\S*\n", run("--version").out)


class TestUsage:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ([], "缺少"),
            (["case"], "缺少"),
            (["case", "check"], "CASE.json"),
            (["case", "judge"], "judge"),
            (["case", "check", "a.json", "b.json"], "b.json"),
            (["case", "check", "a.json", "--fast"], "--fast"),
            (["case", "check", "a.json", "--on"], "--on"),
            (["case", "check", "a.json", "--on", "20260301"], "20260301"),
            (["case", "check", "a.json", "--on", "2026-02-30"], "2026-02-30"),
            (["case", "check", "there-is-no-such-file.json"], "there-is-no-such-file.json"),
            (["case", "check", "nul\0.json"], "nul"),
            (["case", "ask", "-"], "标准输入"),
            (["case", "batch", "-", "out.ndjson", "--resume"], "--resume"),
            (["rules", "list", "--list", "no_punishment"], "no_penalty"),
            (["workdays", "add", "2026-01-01", "5.5"], "5.5"),
            (["workdays", "add", "昨天", "5"], "昨天"),
            (["serve", "--port", "70000"], "65535"),
            (["serve", "--workers", "0"], "64"),
        ],
    )
    def test_wrong_usage_is_2_and_says_what_is_wrong(self, run: Run, words: list[str], said: str) -> None:
        done = run(*words)
        assert done.code == 2
        assert done.out == ""
        assert said in done.err
        assert "Traceback" not in done.err
        assert run(*words, "--json").json()["status"] == 400

    def test_a_folder_is_no_file(self, run: Run, tmp_path: Path) -> None:
        done = run("case", "check", str(tmp_path))
        assert done.code == 2
        assert "文件夹" in done.err

    def test_a_wrong_setting_names_the_variable(self, monkeypatch: pytest.MonkeyPatch, case_file: Path) -> None:
        monkeypatch.setenv("XINHENG_CATALOGUE", str(case_file))
        assert main(["case", "check", str(case_file)]) == 2

    def test_a_wrong_catalogue_is_bad_data(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "x.yaml").write_text("id: x\nkind: nonsense\n", "utf-8")
        monkeypatch.setenv("XINHENG_CATALOGUE", str(tmp_path))
        assert main(["rules", "list"]) == 3


class TestCheck:
    def test_json_is_the_decision_and_nothing_else(self, run: Run, case_file: Path, engine: Engine) -> None:
        done = run("case", "check", str(case_file), "--json", "--on", "2026-11-24")
        assert done.code == 0
        assert done.err == ""
        assert done.json() == engine.check(CASE, date(2026, 11, 24))

    def test_a_byte_order_mark_is_no_mistake(self, run: Run) -> None:
        data = b"\xef\xbb\xbf" + json.dumps(CASE).encode()
        assert run("case", "check", "-", "--json", stdin=data).code == 0

    def test_an_officer_reads_the_four_answers(self, run: Run, case_file: Path) -> None:
        done = run("case", "check", str(case_file))
        assert done.code == 0
        for words in (
            "经营超过保质期的食品",
            "辽宁省大连市",
            "【不予处罚】",
            "【从轻处罚】",
            "【减轻处罚】",
            "【不予强制措施】",
            "✓ 初次违法",
            "？ 不属于餐饮服务",
            "✗ APL-30",
            "5万元以上6.5万元以下",
            "不满5万元",
            "责令当事人改正",
            "【还缺的事实】",
            "24 个月",
        ):
            assert words in done.out

    def test_what_no_penalty_decided_is_told(self, run: Run) -> None:
        case = {"jurisdiction": "2102", "facts": {"party_type": "individual", "party_age": 13}}
        out = run("case", "check", "-", stdin=json.dumps(case)).out
        assert "结论：应当不予处罚（依据：APL-30）" in out

    def test_earlier_records_are_told(self, run: Run) -> None:
        record = {"record_id": "r-1", "decided_on": "2025-06-01", "violation": "food-expired-sale"}
        facts = {name: value for name, value in CASE["facts"].items() if name != "first_violation"}
        case = {**CASE, "facts": facts, "history": [record]}
        assert "不是初次违法，计入 r-1" in run("case", "check", "-", stdin=json.dumps(case)).out

    def test_every_violation_and_item_can_be_shown(self, run: Run, engine: Engine) -> None:
        for violation in engine.release.violations:
            case = {"jurisdiction": "210200", "violation": violation, "facts": {"conduct_date": "2026-09-01"}}
            assert run("case", "check", "-", stdin=json.dumps(case)).code == 0, violation

    def test_without_a_day_it_is_today_in_china(self, run: Run) -> None:
        case = {"jurisdiction": "210200"}
        decision = run("case", "check", "-", "--json", stdin=json.dumps(case)).json()
        assert decision["decided_for"]["decision_on"] == clock.today().isoformat()


class TestProcess:
    """As a process of its own: the real start, the real streams."""

    def _run(self, *words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*XINHENG, *words], capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]

    def test_a_case_is_checked_within_the_bar(self, case_file: Path, tmp_path: Path) -> None:
        env = {**os.environ, "XINHENG_CACHE_DIR": str(tmp_path / "cache")}
        first = self._run("case", "check", str(case_file), "--json", env=env)
        start = time.perf_counter()
        second = self._run("case", "check", str(case_file), "--json", env=env)
        assert time.perf_counter() - start < CHECK_SECONDS * SLOWER
        assert first.returncode == second.returncode == 0
        assert first.stdout == second.stdout
        assert list((tmp_path / "cache").iterdir())

    def test_it_works_where_the_cache_cannot_be_written(self, case_file: Path, tmp_path: Path) -> None:
        blocker = tmp_path / "file"
        blocker.write_bytes(b"")
        env = {**os.environ, "XINHENG_CACHE_DIR": str(blocker / "cache")}
        assert self._run("case", "check", str(case_file), env=env).returncode == 0

    def test_it_works_from_any_folder(self, tmp_path: Path) -> None:
        command = Path(sys.executable).with_name("xinheng")
        done = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0

    @pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
    def test_a_terminal_without_our_characters_gets_the_rest(self, case_file: Path, encoding: str) -> None:
        env = {**os.environ, "PYTHONIOENCODING": encoding}
        done = self._run("case", "check", str(case_file), env=env)
        assert done.returncode == 0
        as_json = self._run("case", "check", str(case_file), "--json", env=env)
        assert "经营超过保质期的食品" in as_json.stdout.decode("utf-8")

    def test_a_closed_pipe_is_no_fault(self) -> None:
        process = subprocess.Popen([*XINHENG, "rules", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
        process.stderr.close()
        assert process.wait() in {0, 141}
        assert "Error" not in errors

    def test_an_interrupt_is_quiet(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        def interrupted(*_: object) -> Engine:
            raise KeyboardInterrupt

        monkeypatch.setattr(Engine, "load", interrupted)
        monkeypatch.setattr("service.cli.case.read_whole", lambda _: b"{}")
        assert main(["case", "check", "case.json"]) == 130
        assert capsys.readouterr() == ("", "")


def test_a_fault_of_ours_is_70_without_a_traceback(run: Run, case_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> dict[str, object]:
        raise ZeroDivisionError

    monkeypatch.setattr(Engine, "check", broken)
    done = run("case", "check", str(case_file), "--json")
    assert done.code == 70
    assert done.json()["code"] == "internal_error"
    assert "ZeroDivisionError at" in done.err
    assert "Traceback" not in done.err


class TestRules:
    def test_a_list_holds_its_grounds(self, run: Run) -> None:
        rows = run("rules", "list", "--list", "no_penalty", "--json").json()["items"]
        assert {"MR-N05", "APL-30"} <= {row["id"] for row in rows}
        assert all("no_penalty" in row["lists"] for row in rows)

    def test_a_place_sees_its_own_items_and_those_above(self, run: Run) -> None:
        rows = run("rules", "list", "--jurisdiction", "2102", "--kind", "list_item", "--json").json()["items"]
        assert "MR-N05" in {row["id"] for row in rows}
        assert all(row["jurisdiction"] in {"000000", "210000", "210200"} for row in rows if row["jurisdiction"])
        assert {row["jurisdiction"] for row in rows} >= {"000000"}

    def test_filters_narrow(self, run: Run) -> None:
        wide = run("rules", "list", "--json").json()["total"]
        fielded = run("rules", "list", "--field", "市场监管", "--json").json()["total"]
        about = run("rules", "list", "--violation", "food-expired-sale", "--json").json()
        assert 0 < about["total"] < fielded < wide

    @pytest.mark.parametrize(
        ("option", "value", "code"),
        [
            ("--field", "市场", "catalogue_filter"),
            ("--violation", "food-expired", "unknown_violation"),
            ("--jurisdiction", "990000", "region_unknown"),
            ("--jurisdiction", "x", "region_form"),
        ],
    )
    def test_a_filter_that_can_match_nothing_is_bad_data(self, run: Run, option: str, value: str, code: str) -> None:
        done = run("rules", "list", option, value, "--json")
        assert done.code == 3
        assert done.json()["code"] == code

    def test_every_provision_can_be_shown(self, run: Run, engine: Engine) -> None:
        for identifier in engine.release.provisions:
            assert run("rules", "show", identifier).code == 0, identifier
        shown = run("rules", "show", "MR-N05", "--json").json()
        assert shown["versions"][0]["conditions"][0]["text"] == "初次违法"
        assert shown["definition"]["id"] == "MR-N05"

    def test_every_kind_has_a_chinese_label(self) -> None:
        assert {kind.replace("statute_ground", "statute") for kind in KINDS} == set(KIND_LABELS)

    def test_an_unknown_id_names_the_nearest(self, run: Run) -> None:
        done = run("rules", "show", "MR-N05x")
        assert done.code == 3
        assert "MR-N05" in done.err

    @pytest.mark.parametrize("words", [["gqsp"], ["过期食品"], ["食品", "过期"], ["guoqishipin"]])
    def test_search_finds_the_violation_and_its_items(self, run: Run, words: list[str]) -> None:
        found = {row["id"] for row in run("rules", "search", *words, "--json").json()["items"]}
        assert {"food-expired-sale", "MR-N05"} <= found

    def test_search_by_article(self, run: Run) -> None:
        found = run("rules", "search", "食品安全法124", "--json", "--limit", "100").json()["items"]
        assert "food-expired-sale" in {row["id"] for row in found}
        assert found[0]["matched"][0].startswith("条文：食品安全法124")

    def test_search_takes_filters_and_a_limit(self, run: Run) -> None:
        found = run("rules", "search", "食品", "--kind", "list_item", "--limit", "3", "--json").json()["items"]
        assert len(found) == 3
        assert {row["kind"] for row in found} == {"list_item"}

    def test_check_is_1_when_there_is_a_defect_and_0_otherwise(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        from rules.check import Finding  # noqa: PLC0415

        notice = Finding("expires_soon", "notice", "a.yaml", "in_force.until", "很快到期")
        defect = Finding("test_fails", "defect", "b.yaml", "tests[0]", "结论不同")
        monkeypatch.setattr("service.cli.catalogue_check.check_release", lambda *_, **__: [notice])
        assert run("rules", "check").code == 0
        monkeypatch.setattr("service.cli.catalogue_check.check_release", lambda *_, **__: [defect, notice])
        done = run("rules", "check", "--json")
        assert done.code == 1
        assert [row["code"] for row in done.json()["findings"]] == ["test_fails", "expires_soon"]
        in_words = run("rules", "check")
        assert in_words.out.splitlines()[0].startswith("缺陷　b.yaml　tests[0]")

    def test_a_file_that_cannot_be_read_is_the_defect(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "X.yaml").write_text("id: X\nkind: nonsense\n", "utf-8")
        monkeypatch.setenv("XINHENG_CATALOGUE_DIR", str(tmp_path))
        assert main(["rules", "check", "--no-proofs", "--json"]) == 1
        (row,) = json.loads(capsys.readouterr().out)["findings"]
        assert (row["code"], row["severity"], row["file"]) == ("entry_unreadable", "defect", "X.yaml")
        assert main(["rules", "check", "--no-proofs"]) == 1
        assert capsys.readouterr().out.startswith("缺陷　X.yaml")
        assert main(["rules", "list"]) == 3

    def test_check_runs_on_the_delivered_catalogue(self, run: Run) -> None:
        done = run("rules", "check", "--no-proofs", "--on", "2026-11-24", "--json")
        assert done.code == int(any(row["severity"] == "defect" for row in done.json()["findings"]))


class TestWorkdays:
    @pytest.mark.parametrize(
        ("words", "shown"),
        [
            (
                ["add", "2026-09-30", "1"],
                {"start": "2026-09-30", "n": 1, "day": "2026-10-08", "provisional": False},
            ),
            (["add", "2026-09-30", "0"], {"start": "2026-09-30", "n": 0, "day": "2026-09-30", "provisional": False}),
            (["add", "2036-02-20", "5"], {"start": "2036-02-20", "n": 5, "day": "2036-02-27", "provisional": True}),
            (
                ["between", "2026-09-28", "2026-10-12"],
                {"start": "2026-09-28", "end": "2026-10-12", "days": 6, "provisional": False},
            ),
        ],
    )
    def test_json(self, run: Run, words: list[str], shown: dict[str, object]) -> None:
        assert run("workdays", *words, "--json").json() == shown

    def test_a_worked_weekend_and_a_provisional_year_are_told(self, run: Run) -> None:
        assert "星期六，调休上班" in run("workdays", "add", "2026-09-28", "5").out
        assert "暂定" in run("workdays", "add", "2036-02-20", "5").out

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["add", "2026-01-01", "-1"], "workdays_negative"),
            (["add", "9999-12-01", "500"], "workdays_out_of_range"),
            (["between", "2026-02-01", "2026-01-01"], "days_out_of_order"),
        ],
    )
    def test_what_cannot_be_counted_is_bad_data(self, run: Run, words: list[str], code: str) -> None:
        done = run("workdays", *words, "--json")
        assert done.code == 3
        assert done.json()["code"] == code
