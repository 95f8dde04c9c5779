"""Batches in short and from tables: every format says the same, however it was worked out."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from kernel.errors import InputError, XinhengError, problem_document
from rules.batch import Batch
from rules.batch_answers import summary_of
from service import casebatch
from service.casesummary import NAMES, row_of
from service.engine import Engine
from tests.service.conftest import CASE, Run
from tests.service.test_casefiles import DOCUMENTS, HEAD, ROWS, WRITERS

ON = date(2026, 11, 24)
GOODS = (180, 501, 9_999, 10_000, 10_001, "12345.67", -1)
Start = Callable[..., "subprocess.Popen[bytes]"]


def _case(goods: object) -> str:
    facts = {**CASE["facts"], "goods_value_yuan": goods, "harm_level": "general", "evidence_sufficient": True}
    return json.dumps({"jurisdiction": "210200", "violation": CASE["violation"], "facts": facts})


LINES = [*map(_case, GOODS), "7", "{", _case(0)]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.ndjson"
    path.write_text("\n".join(LINES))
    return path


def batch(run: Run, cases: Path, out: Path, *more: str) -> Any:  # noqa: ANN401
    return run("case", "batch", str(cases), str(out), "--on", ON.isoformat(), *more)


def summaries(run: Run, cases: Path, kind: str, *more: str) -> Path:
    out = cases.with_name(f"summary{kind}")
    assert batch(run, cases, out, "--summary", *more).code == 0
    return out


def expected(engine: Engine, line: str) -> dict[str, Any] | str:
    """The row that the decision document gives, or the code of the problem."""
    try:
        decision = engine.check(json.loads(line), ON)
    except (InputError, ValueError) as error:
        return error.code if isinstance(error, XinhengError) else "json_syntax"
    return dict(zip(NAMES, row_of(summary_of(decision)), strict=True))


class TestSummary:
    def test_lines_of_json_hold_what_the_decisions_hold(self, run: Run, cases: Path, engine: Engine) -> None:
        rows = [json.loads(line) for line in summaries(run, cases, ".ndjson").read_text("utf-8").splitlines()]
        for row, line in zip(rows, LINES, strict=True):
            wanted = expected(engine, line)
            if isinstance(wanted, str):
                assert (row["code"], row["status"]) == (wanted, 422)
            else:
                assert row == {name: _plain(value) for name, value in wanted.items() if "problem" not in name}

    def test_parquet_has_typed_columns_and_every_row(self, run: Run, cases: Path, engine: Engine) -> None:
        table = parquet.read_table(summaries(run, cases, ".parquet"))
        assert table.column_names == list(NAMES)
        for row, line in zip(table.to_pylist(), LINES, strict=True):
            wanted = expected(engine, line)
            if isinstance(wanted, str):
                assert row["problem"] == wanted
                assert row["problem_detail"]
                assert row["tier"] is None
            else:
                assert row == {name: _plain(value) for name, value in wanted.items()}

    def test_csv_opens_in_a_spreadsheet(self, run: Run, cases: Path) -> None:
        data = summaries(run, cases, ".csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
        typed = parquet.read_table(summaries(run, cases, ".parquet")).to_pylist()
        assert [{name: _shown(value) for name, value in row.items()} for row in typed] == rows

    def test_two_engines_give_the_same_rows(self, run: Run, cases: Path) -> None:
        one = summaries(run, cases, ".ndjson").read_bytes()
        assert summaries(run, cases, ".ndjson", "--second-opinion").read_bytes() == one

    def test_only_the_result_is_left(self, run: Run, cases: Path) -> None:
        summaries(run, cases, ".parquet")
        assert sorted(path.name for path in cases.parent.iterdir()) == ["cases.ndjson", "summary.parquet"]

    def test_no_cases_give_a_file_without_rows(self, run: Run, tmp_path: Path) -> None:
        cases = tmp_path / "none.ndjson"
        cases.write_bytes(b"")
        assert parquet.read_table(summaries(run, cases, ".parquet")).num_rows == 0
        assert summaries(run, cases, ".csv").read_bytes().count(b"\n") == 1

    def test_a_fault_of_ours_spoils_one_row_only(self, run: Run, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = summaries(run, cases, ".ndjson").read_bytes()
        monkeypatch.setattr(Batch, "decide_table", lambda *_: 1 / 0)
        assert summaries(run, cases, ".ndjson").read_bytes() == whole
        done = batch(run, cases, cases.with_name("x.ndjson"), "--summary")
        assert "ZeroDivisionError" in done.err

    @pytest.mark.parametrize(
        ("kind", "stopped_after", "torn"),
        [(".ndjson", 1, b'{"tier":'), (".csv", 0, b""), (".csv", 2, b"undetermined,"), (".parquet", 1, b'{"tier":')],
    )
    def test_it_goes_on_where_it_stopped(
        self, run: Run, cases: Path, monkeypatch: pytest.MonkeyPatch, kind: str, stopped_after: int, torn: bytes
    ) -> None:
        whole = summaries(run, cases, kind).read_bytes()
        out = cases.with_name(f"again{kind}")
        monkeypatch.setattr(casebatch, "LARGE_BLOCK", 3)
        with pytest.MonkeyPatch.context() as patch:
            _stop_after(patch, stopped_after)
            assert batch(run, cases, out, "--summary").code == 130
        assert not out.exists()
        with out.with_name(out.name + ".part").open("ab") as part:
            part.write(torn)
        done = batch(run, cases, out, "--summary", "--resume", "--json")
        assert done.json()["skipped"] == 3 * stopped_after
        assert out.read_bytes() == whole
        assert batch(run, cases, out, "--summary", "--resume", "--json").json()["skipped"] == len(LINES)

    def test_results_of_another_kind_are_not_continued(
        self, run: Run, cases: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = cases.with_name("out.ndjson")
        monkeypatch.setattr(casebatch, "LARGE_BLOCK", 3)
        with pytest.MonkeyPatch.context() as patch:
            _stop_after(patch, 1)
            batch(run, cases, out, "--summary")
        done = batch(run, cases, out, "--resume")
        assert done.code == 4
        assert "另一种结果" in done.err


def _stop_after(patch: pytest.MonkeyPatch, blocks: int) -> None:
    """Stop the run, as Ctrl-C does, once so many blocks have been answered."""
    answer = casebatch.Work._in_columns
    left = iter(range(blocks))

    def stopping(self: casebatch.Work, block: Any) -> Any:  # noqa: ANN401
        if next(left, None) is None:
            raise KeyboardInterrupt
        return answer(self, block)

    patch.setattr(casebatch.Work, "_in_columns", stopping)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)


@pytest.mark.parametrize("name", WRITERS)
def test_tables_are_decided_like_their_documents(run: Run, engine: Engine, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out.ndjson"
    done = batch(run, WRITERS[name](tmp_path / name, [HEAD, *ROWS]), out, "--json")
    assert done.json() == {"lines": 6, "bad": 3, "skipped": 0, "out": str(out)}
    rows = [json.loads(line) for line in out.read_bytes().splitlines()]
    for row, document in zip(rows, DOCUMENTS, strict=True):
        try:
            wanted = json.loads(json.dumps(engine.check(document, ON)))
        except InputError as error:
            wanted = json.loads(json.dumps(problem_document(error)))
        assert row == wanted


def test_one_engine_may_be_enough(run: Run, cases: Path) -> None:
    out = cases.with_name("out.ndjson")
    batch(run, cases, out, "--no-second-opinion")
    first = json.loads(out.read_bytes().splitlines()[0])
    assert first["second_opinion"] == {"agrees": None, "differences": []}


@pytest.mark.parametrize(
    ("out", "more", "said"),
    [
        ("out.csv", [], "--summary"),
        ("out.parquet", [], "--summary"),
        ("out.xlsx", ["--summary"], ".csv"),
        ("out.ndjson", ["--workers", "0"], "64"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(run: Run, cases: Path, out: str, more: list[str], said: str) -> None:
    done = batch(run, cases, cases.with_name(out), *more)
    assert done.code == 2
    assert said in done.err
    assert not cases.with_name(out).exists()


def test_a_table_with_unknown_columns_is_bad_data(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("jurisdiction,goods_value\n210200,1\n")
    done = batch(run, path, tmp_path / "out.ndjson", "--json")
    assert done.code == 3
    assert done.json()["errors"][0]["code"] == "case_column_unknown"
    assert "goods_value_yuan" in done.json()["detail"]
    assert not (tmp_path / "out.ndjson").exists()


@pytest.mark.slow
class TestProcesses:
    """Several processes, as they run outside of tests."""

    @pytest.fixture
    def many(self, tmp_path: Path) -> Path:
        path = tmp_path / "many.ndjson"
        path.write_text("".join(f"{LINES[number % len(LINES)]}\n" for number in range(400)))
        return path

    @pytest.fixture
    def start(self, tmp_path: Path) -> Start:
        env = {**os.environ, "XINHENG_CACHE_DIR": str(tmp_path / "cache")}

        def start(*words: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "service.cli", "case", "batch", "--on", ON.isoformat(), *words]
            return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, start_new_session=True)

        return start

    @pytest.mark.parametrize("more", [[], ["--summary"]])
    def test_they_give_the_same_lines_in_the_same_order(
        self, run: Run, start: Start, many: Path, more: list[str]
    ) -> None:
        one, several = many.with_name("one.ndjson"), many.with_name("several.ndjson")
        assert batch(run, many, one, *more).code == 0
        process = start(str(many), str(several), "--workers", "2", *more)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        assert several.read_bytes() == one.read_bytes()
        assert "Traceback" not in said.decode()

    def test_interrupted_they_lose_nothing(self, run: Run, start: Start, many: Path) -> None:
        many.write_bytes(many.read_bytes() * 2)
        one, several = many.with_name("one.ndjson"), many.with_name("several.ndjson")
        assert batch(run, many, one).code == 0
        process = start(str(many), str(several), "--workers", "2")
        part = several.with_name("several.ndjson.part")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (part.exists() and part.stat().st_size):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130, said
        assert "--resume" in said.decode()
        assert "Traceback" not in said.decode()
        assert 0 < part.read_bytes().count(b"\n") < 800
        again = start(str(many), str(several), "--workers", "2", "--resume")
        _, said = again.communicate(timeout=120)
        assert again.returncode == 0, said
        assert several.read_bytes() == one.read_bytes()
