"""Batches: one line out for each line in, whatever the lines are and however often it was stopped."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service import casebatch, casefiles
from service.cli import batch
from service.engine import Engine
from tests.service.conftest import CASE, Run

ON = date(2026, 11, 24)


def _case(goods: int) -> bytes:
    return json.dumps({**CASE, "facts": {**CASE["facts"], "goods_value_yuan": goods}}).encode()


LINES = [
    _case(180),
    b"{bad",
    b"",
    _case(501),
    '{"jurisdiction": "大连"}'.encode("gbk"),
    b'{"jurisdiction": "210200", "jurisdiction": "210200"}',
    b"[" * 5000,
    b'"' + b"x" * 4_100_000 + b'"',
    _case(-1),
    _case(20000),
]
CODES = {1: "json_syntax", 2: "empty_document", 4: "not_utf8", 5: "duplicate_key", 6: "too_deep", 7: "too_large"}
CODES[8] = "amount_negative"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.ndjson"
    path.write_bytes(b"\n".join(LINES))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.ndjson"


def _rows(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.splitlines()]


def _batch(run: Run, cases: Path | str, out: Path | str, *more: str, **options: Any) -> Any:  # noqa: ANN401
    return run("case", "batch", str(cases), str(out), "--on", ON.isoformat(), *more, **options)


def test_one_line_for_each_line_in_the_same_order(run: Run, cases: Path, out: Path, engine: Engine) -> None:
    done = _batch(run, cases, out, "--json")
    assert done.code == 0
    assert done.json() == {"lines": 10, "bad": 7, "skipped": 0, "out": str(out)}
    rows = _rows(out.read_bytes())
    assert {number: row["code"] for number, row in enumerate(rows) if "code" in row} == CODES
    assert all(row["status"] == 422 for row in rows if "code" in row)
    for number, line in enumerate(LINES):
        if number not in CODES:
            assert rows[number] == engine.check(json.loads(line), ON)


def test_only_the_result_is_left(run: Run, cases: Path, out: Path) -> None:
    _batch(run, cases, out)
    assert sorted(path.name for path in out.parent.iterdir()) == ["cases.ndjson", "out.ndjson"]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_end_of_the_last_line_does_not_matter(run: Run, tmp_path: Path, out: Path, end: bytes) -> None:
    path = tmp_path / "cases.ndjson"
    path.write_bytes(b"\r\n".join([_case(1), _case(2)]) + end)
    _batch(run, path, out)
    assert [row["result"]["tier"] for row in _rows(out.read_bytes())] == ["undetermined"] * 2


def test_no_lines_give_no_lines(run: Run, tmp_path: Path, out: Path) -> None:
    path = tmp_path / "cases.ndjson"
    path.write_bytes(b"")
    assert _batch(run, path, out).code == 0
    assert out.read_bytes() == b""


def test_standard_input_and_output(run: Run, cases: Path, out: Path) -> None:
    _batch(run, cases, out)
    streamed = _batch(run, "-", "-", "--json", stdin=b"\n".join(LINES))
    assert streamed.code == 0
    assert streamed.out.encode() == out.read_bytes()
    assert "共 10 行" in streamed.err
    to_file = out.with_name("other.ndjson")
    assert _batch(run, "-", to_file, stdin=b"\n".join(LINES)).code == 0
    assert to_file.read_bytes() == out.read_bytes()


def test_a_fault_in_one_case_does_not_stop_the_others(
    run: Run, cases: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Engine.check

    def faulty(self: Engine, document: Any, on: date | None = None) -> dict[str, object]:  # noqa: ANN401
        if document["facts"]["goods_value_yuan"] == 501:
            raise ZeroDivisionError
        return check(self, document, on)

    monkeypatch.setattr(Engine, "check", faulty)
    done = _batch(run, cases, out)
    assert done.code == 0
    assert _rows(out.read_bytes())[3]["code"] == "internal_error"
    assert "ZeroDivisionError" in done.err


class TestWrongFiles:
    def test_input_that_is_not_there(self, run: Run, out: Path) -> None:
        done = _batch(run, out.with_name("none"), out)
        assert done.code == 2
        assert not out.exists()

    def test_output_that_is_a_folder_or_has_none(self, run: Run, cases: Path, tmp_path: Path) -> None:
        assert _batch(run, cases, tmp_path).code == 2
        assert _batch(run, cases, tmp_path / "none" / "out").code == 2
        assert [path.name for path in tmp_path.iterdir()] == ["cases.ndjson"]

    def test_output_that_is_the_input(self, run: Run, cases: Path) -> None:
        before = cases.read_bytes()
        assert _batch(run, cases, cases).code == 2
        assert cases.read_bytes() == before


class TestResume:
    def _stop_after(self, monkeypatch: pytest.MonkeyPatch, lines: int) -> None:
        """Stop the run, as Ctrl-C does, once so many lines have been answered."""
        answer = casebatch.answer_row
        left = iter(range(lines))

        def stopping(engine: Engine, row: bytes, on: date) -> casebatch.Answered:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return answer(engine, row, on)

        monkeypatch.setattr(casebatch, "answer_row", stopping)

    @pytest.mark.parametrize("stopped_after", range(len(LINES) + 1))
    @pytest.mark.parametrize("torn", [b"", b'{"decided_for": {"juris'])
    def test_it_goes_on_where_it_stopped(
        self, run: Run, cases: Path, out: Path, stopped_after: int, torn: bytes
    ) -> None:
        whole = out.with_name("whole.ndjson")
        _batch(run, cases, whole)
        with pytest.MonkeyPatch.context() as monkeypatch:
            self._stop_after(monkeypatch, stopped_after)
            code = _batch(run, cases, out).code
        if stopped_after < len(LINES):
            assert code == 130
            assert not out.exists()
            part = out.with_name("out.ndjson.part")
            assert part.read_bytes().count(b"\n") == stopped_after
            with part.open("ab") as stream:
                stream.write(torn)
        resumed = run("case", "batch", str(cases), str(out), "--resume", "--json")
        assert resumed.code == 0
        assert resumed.json()["skipped"] == stopped_after
        assert out.read_bytes() == whole.read_bytes()
        assert not list(out.parent.glob("*.part*"))

    def test_without_the_option_it_starts_anew(self, run: Run, cases: Path, out: Path) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            self._stop_after(monkeypatch, 3)
            _batch(run, cases, out)
        assert _batch(run, cases, out, "--json").json()["skipped"] == 0
        assert out.read_bytes().count(b"\n") == len(LINES)

    def test_nothing_to_go_on_with_is_a_fresh_start(self, run: Run, cases: Path, out: Path) -> None:
        done = _batch(run, cases, out, "--resume", "--json")
        assert done.code == 0
        assert done.json()["skipped"] == 0

    @pytest.mark.parametrize("change", ["input", "catalogue", "day", "note", "fewer"])
    def test_it_refuses_results_that_do_not_belong_together(
        self, run: Run, cases: Path, out: Path, change: str
    ) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            self._stop_after(monkeypatch, 5)
            _batch(run, cases, out)
        note = out.with_name("out.ndjson.part.json")
        state = json.loads(note.read_bytes())
        if change == "input":
            cases.write_bytes(cases.read_bytes() + b"\n{}")
        if change == "catalogue":
            note.write_text(json.dumps({**state, "catalogue": "sha256:0"}))
        if change == "note":
            note.write_text("{")
        if change == "fewer":
            part = out.with_name("out.ndjson.part")
            part.write_bytes(part.read_bytes() * 3)
        day = "2026-11-25" if change == "day" else ON.isoformat()
        done = run("case", "batch", str(cases), str(out), "--resume", "--on", day, "--json")
        assert done.code == 4
        assert done.json()["code"] == "resume_impossible"
        assert not out.exists()

    def test_a_finished_run_is_left_alone_or_refused(self, run: Run, cases: Path, out: Path) -> None:
        _batch(run, cases, out)
        before = out.stat().st_mtime_ns
        assert _batch(run, cases, out, "--resume", "--json").json()["skipped"] == len(LINES)
        assert out.stat().st_mtime_ns == before
        out.write_bytes(b"{}\n")
        assert _batch(run, cases, out, "--resume").code == 4

    def test_two_runs_do_not_write_the_same_file(self, run: Run, cases: Path, out: Path) -> None:
        code = (
            "import fcntl, sys, time; f = open(sys.argv[1], 'ab'); fcntl.flock(f, fcntl.LOCK_EX);"
            "print('locked', flush=True); time.sleep(60)"
        )
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(out) + ".part"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert other.stdout
        other.stdout.readline()
        done = _batch(run, cases, out)
        other.kill()
        other.wait()
        other.stdout.close()
        assert done.code == 4

    def test_a_killed_process_loses_nothing(self, cases: Path, out: Path, tmp_path: Path) -> None:
        cases.write_bytes(b"".join(_case(number) + b"\n" for number in range(700)))
        command = [sys.executable, "-m", "service.cli", "case", "batch", str(cases), str(out), "--on", ON.isoformat()]
        env = {**os.environ, "XINHENG_CACHE_DIR": str(tmp_path / "cache")}
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=env)
        part = out.with_name("out.ndjson.part")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (not part.exists() or part.stat().st_size < 100_000):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not out.exists()
        assert subprocess.run([*command, "--resume"], check=False, capture_output=True, env=env).returncode == 0
        values = [row["decided_for"]["decision_on"] for row in _rows(out.read_bytes())]
        assert values == ["2026-04-20"] * 700


def test_progress_is_told_now_and_then(run: Run, cases: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_PROGRESS_SECONDS", 0.0)
    assert "已处理 1 行" in _batch(run, cases, out).err


@pytest.mark.parametrize("longest", [1, 7, 64])
def test_lines_are_cut_only_at_their_ends(longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casefiles, "MAX_BYTES", longest)
    monkeypatch.setattr(casefiles, "_CHUNK", 3)
    lines = [b"a", b"", b"b" * 100, b"c"]
    found = list(casefiles.lines_of(io.BytesIO(b"\n".join(lines))))
    assert [line[:1] for line in found] == [b"a", b"", b"b", b"c"]
