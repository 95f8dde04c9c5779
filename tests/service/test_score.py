"""The commands ``score …``: whole files, bad files, stopped runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import datafusion
import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from service.cli import main
from service.scoring import run as running
from service.scoring.duplicates import find_duplicates
from service.scoring.parts import PartError, footer_of, join
from service.scoring.run import Job, score_file
from service.scoring.source import open_source
from service.scoring.spark import Task
from supervision.load import load_scheme
from tests.supervision.frames import ON, by_row, clean, table

if TYPE_CHECKING:
    from pathlib import Path

Call = Callable[..., tuple[int, Any]]
OUT_COLUMNS = ["uscc", "score", "class", "points_basic", "points_dynamic", "points_supervision", "points_relations",
               "points_social", "override", "reason_1", "reason_1_points", "reason_2", "reason_2_points", "reason_3",
               "reason_3_points", "scheme", "scheme_version", "problem"]  # fmt: skip


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    def run(*words: str | Path) -> tuple[int, Any]:
        code = main([*map(str, words), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return run


def write(frame: pl.DataFrame, path: Path, **options: Any) -> Path:  # noqa: ANN401 - of Polars
    frame.write_parquet(path, **options)
    return path


class TestRun:
    def test_output_has_the_rows_of_the_input_in_order(self, tmp_path: Path, call: Call) -> None:
        frame = table(load_scheme(), 1, 500)
        source = write(frame, tmp_path / "in.parquet", row_group_size=70)
        code, said = call("score", "run", source, tmp_path / "out.parquet", "--on", ON)
        out = pl.read_parquet(tmp_path / "out.parquet")
        twice = {one for one in frame["uscc"].to_list() if one and frame["uscc"].to_list().count(one) > 1}
        assert code == 0
        assert out.columns == OUT_COLUMNS
        assert out.to_dicts() == by_row(load_scheme(), frame, twice)
        assert said["rows"] == 500
        assert said["unscored"] == out["class"].null_count()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]

    def test_text_columns_are_text_and_numbers_whole(self, tmp_path: Path, call: Call) -> None:
        call("score", "run", write(table(load_scheme(), 2, 50), tmp_path / "a"), tmp_path / "b", "--on", ON)
        kinds = dict(pl.read_parquet(tmp_path / "b").schema)
        assert kinds["class"] == kinds["reason_1"] == kinds["problem"] == kinds["uscc"] == pl.String
        assert kinds["score"] == kinds["points_basic"] == pl.Int32

    def test_the_same_input_gives_the_same_file(self, tmp_path: Path, call: Call) -> None:
        source = write(table(load_scheme(), 3, 300), tmp_path / "in.parquet")
        for name in ("a", "b"):
            call("score", "run", source, tmp_path / name, "--on", ON)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_duplicates_are_named_on_every_row_however_far_apart(self, tmp_path: Path, call: Call) -> None:
        frame = clean(load_scheme(), 4, 400)
        codes = frame["uscc"].to_list()
        codes[399] = codes[0]
        source = write(frame.with_columns(pl.Series("uscc", codes)), tmp_path / "in.parquet", row_group_size=50)
        _, said = call("score", "run", source, tmp_path / "out.parquet", "--on", ON)
        problems = pl.read_parquet(tmp_path / "out.parquet")["problem"].to_list()
        assert said["duplicate_codes"] == 1
        assert [place for place, words in enumerate(problems) if words] == [0, 399]

    def test_aliases_and_other_columns(self, tmp_path: Path, call: Call) -> None:
        frame = pl.DataFrame({"UNISCID": ["91110000600037341L"], "ESTDATE": ["2020-01-01"], "x": [[1]]})
        code, said = call("score", "run", write(frame, tmp_path / "in"), tmp_path / "out", "--on", ON)
        assert (code, said["extra_columns"]) == (0, ["x"])
        assert "established_on" not in said["missing_columns"]

    def test_a_name_with_signs_of_a_pattern(self, tmp_path: Path, call: Call) -> None:
        source = write(clean(load_scheme(), 5, 3), tmp_path / "a[1]*.parquet")
        assert call("score", "run", source, tmp_path / "b[2].parquet", "--on", ON)[1]["rows"] == 3

    def test_a_file_without_rows(self, tmp_path: Path, call: Call) -> None:
        source = write(table(load_scheme(), 1, 0), tmp_path / "in.parquet")
        assert call("score", "run", source, tmp_path / "out.parquet")[0] == 0
        assert pl.read_parquet(tmp_path / "out.parquet").columns == OUT_COLUMNS

    @pytest.mark.shared
    def test_real_registrations_are_scored_as_they_are(self, tmp_path: Path, call: Call, shared_dir: Path) -> None:
        source = shared_dir / "data" / "ln_enterprises.parquet"
        code, said = call("score", "run", source, tmp_path / "out.parquet", "--on", ON)
        assert (code, said["rows"]) == (0, 49270)
        assert "registry_state" in said["missing_columns"]
        assert pl.read_parquet(tmp_path / "out.parquet")["uscc"].equals(pl.read_parquet(source)["uscc"])


class TestBadInput:
    def check(self, call: Call, path: Path, out: Path, code: str, status: int = 3) -> dict[str, Any]:
        exit_code, said = call("score", "run", path, out)
        assert (exit_code, said["code"]) == (status, code)
        assert not out.exists()
        assert not out.with_name("out.parts").exists()
        found: dict[str, Any] = said
        return found

    def test_no_such_file(self, tmp_path: Path, call: Call) -> None:
        self.check(call, tmp_path / "none", tmp_path / "out", "file_not_found", 2)

    def test_empty_file(self, tmp_path: Path, call: Call) -> None:
        (tmp_path / "in").write_bytes(b"")
        self.check(call, tmp_path / "in", tmp_path / "out", "table_empty_file")

    def test_no_parquet(self, tmp_path: Path, call: Call) -> None:
        (tmp_path / "in").write_text("uscc,score\n")
        self.check(call, tmp_path / "in", tmp_path / "out", "table_no_parquet")

    @pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
    def test_cut_off(self, tmp_path: Path, call: Call, share: float) -> None:
        whole = write(table(load_scheme(), 5, 500), tmp_path / "whole").read_bytes()
        (tmp_path / "in").write_bytes(whole[: int(len(whole) * share)])
        said = self.check(call, tmp_path / "in", tmp_path / "out", "table_unreadable")
        assert "in" in said["detail"]

    def test_damaged_inside(self, tmp_path: Path, call: Call) -> None:
        data = bytearray(write(table(load_scheme(), 5, 5000), tmp_path / "whole").read_bytes())
        data[1000 : len(data) // 2] = b"\xff" * (len(data) // 2 - 1000)
        (tmp_path / "in").write_bytes(data)
        self.check(call, tmp_path / "in", tmp_path / "out", "table_unreadable")

    def test_without_a_column_for_the_code(self, tmp_path: Path, call: Call) -> None:
        source = write(pl.DataFrame({"penalties_36m": [1]}), tmp_path / "in")
        self.check(call, source, tmp_path / "out", "table_column_missing")

    def test_without_any_column_of_the_scheme(self, tmp_path: Path, call: Call) -> None:
        source = write(pl.DataFrame({"uscc": ["x"], "y": [1]}), tmp_path / "in")
        self.check(call, source, tmp_path / "out", "table_no_indicators")

    def test_a_column_of_lists(self, tmp_path: Path, call: Call) -> None:
        source = write(pl.DataFrame({"uscc": ["x"], "penalties_36m": [[1]]}), tmp_path / "in")
        assert "penalties_36m" in self.check(call, source, tmp_path / "out", "column_type")["detail"]

    def test_unknown_scheme(self, tmp_path: Path, call: Call) -> None:
        code, said = call("score", "run", tmp_path / "in", tmp_path / "out", "--scheme", "x")
        assert (code, said["code"]) == (2, "scheme_unknown")

    @pytest.mark.parametrize("name", ["out.csv", "out.XLSX", "out.ndjson"])
    def test_output_named_like_another_kind_of_file(self, tmp_path: Path, call: Call, name: str) -> None:
        source = write(table(load_scheme(), 3, 5), tmp_path / "in.parquet")
        code, _ = call("score", "run", source, tmp_path / name, "--on", ON)
        assert code == 2
        assert not (tmp_path / name).exists()

    def test_output_over_input(self, tmp_path: Path, call: Call) -> None:
        source = write(table(load_scheme(), 5, 5), tmp_path / "in")
        before = source.read_bytes()
        assert call("score", "run", source, source)[0] == 2
        assert source.read_bytes() == before

    def test_a_million_different_categories(self, tmp_path: Path, call: Call) -> None:
        names = pl.Series("sector_risk", np.arange(200_000)).cast(pl.String)
        source = write(pl.DataFrame([pl.Series("uscc", ["x"]).extend_constant("x", 199_999), names]), tmp_path / "in")
        code, said = call("score", "run", source, tmp_path / "out")
        assert (code, said["unscored"]) == (0, 0)


class TestStoppedRun:
    @pytest.fixture(autouse=True)
    def _small_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(running, "PART", 100)

    def job(self, tmp_path: Path, **options: Any) -> Job:  # noqa: ANN401 - fields of a job
        scheme = load_scheme()
        return Job(scheme, ON, open_source(str(tmp_path / "in"), scheme), tmp_path / "out", **options)

    def stop_after(self, tmp_path: Path, rows: int) -> None:
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            if done > rows:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            score_file(self.job(tmp_path, tell=tell))

    def test_leaves_no_output_and_goes_on_behind_its_last_part(self, tmp_path: Path) -> None:
        write(table(load_scheme(), 6, 750), tmp_path / "in")
        self.stop_after(tmp_path, 450)
        assert not (tmp_path / "out").exists()
        assert score_file(self.job(tmp_path, resume=True)).resumed >= 300
        resumed = (tmp_path / "out").read_bytes()
        assert score_file(self.job(tmp_path)).resumed == 0
        assert (tmp_path / "out").read_bytes() == resumed

    def test_is_not_continued_over_another_input(self, tmp_path: Path) -> None:
        write(table(load_scheme(), 6, 750), tmp_path / "in")
        self.stop_after(tmp_path, 450)
        write(table(load_scheme(), 7, 750), tmp_path / "in")
        assert main(["score", "run", str(tmp_path / "in"), str(tmp_path / "out"), "--resume", "--on", str(ON)]) == 4
        assert not (tmp_path / "out").exists()


class TestPrevious:
    def test_the_output_is_that_of_a_full_run_and_moves_are_counted(self, tmp_path: Path, call: Call) -> None:
        before, after = clean(load_scheme(), 20, 300), clean(load_scheme(), 21, 300)
        after = pl.concat([before.head(250), after.tail(50)])
        after = after.with_columns(on_serious_list=pl.int_range(300) % 3 == 0)
        call("score", "run", write(before, tmp_path / "one"), tmp_path / "old", "--on", "2026-10-24")
        call("score", "run", write(after, tmp_path / "two"), tmp_path / "full", "--on", ON)
        out = tmp_path / "new"
        _, said = call("score", "run", tmp_path / "two", out, "--on", ON, "--previous", tmp_path / "old")
        assert out.read_bytes() == (tmp_path / "full").read_bytes()
        old, new = (pl.read_parquet(path)["class"].head(250).to_list() for path in (tmp_path / "old", out))
        moved = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
        found = said["changes"]
        assert (found["matched"], found["new"], found["gone"]) == (250, 50, 50)
        assert found["moved"] == len(moved) == len(found["movers"])

    def test_something_else_is_refused(self, tmp_path: Path, call: Call) -> None:
        source = write(clean(load_scheme(), 20, 5), tmp_path / "in")
        assert call("score", "run", source, tmp_path / "out", "--previous", source)[1]["code"] == "previous_wrong"
        call("score", "run", source, tmp_path / "old", "--scheme", "strict")
        code, said = call("score", "run", source, tmp_path / "out", "--previous", tmp_path / "old")
        assert (code, said["code"]) == (3, "previous_wrong")


class TestSpark:
    def test_spans_on_a_worker_give_the_same_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The function that Spark's workers run, called as they call it, spans in any order."""
        source = write(table(load_scheme(), 22, 500), tmp_path / "in")
        monkeypatch.setattr(running, "PART", 100)

        def scattered(job: Job, _master: str, folder: Path, spans: list[tuple[int, int]], twice: pl.Series) -> None:
            batch = pl.DataFrame({"id": range(len(spans))}).reverse().to_arrow().to_batches()
            assert sum(len(one) for one in Task(job, folder, twice, tuple(spans))(batch)) == len(spans)

        monkeypatch.setattr(running, "score_spans", scattered)
        job = Job(load_scheme(), ON, open_source(str(source), load_scheme()), tmp_path / "here")
        score_file(job)
        score_file(replace(job, out=tmp_path / "there", master="local[2]"))
        assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()

    def test_is_asked_for_by_name_when_it_is_not_installed(
        self, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("service.scoring.spark.find_spec", lambda _name: None)
        source = write(clean(load_scheme(), 22, 5), tmp_path / "in")
        code, said = call("score", "run", source, tmp_path / "out", "--engine", "spark")
        assert (code, said["code"]) == (2, "engine_missing")
        assert "xinheng[spark]" in said["detail"]


class TestExplain:
    def test_equals_the_bulk_result_for_every_enterprise(self, tmp_path: Path, call: Call) -> None:
        frame = clean(load_scheme(), 8, 40)
        source = write(frame, tmp_path / "in")
        call("score", "run", source, tmp_path / "out", "--on", ON)
        for row in pl.read_parquet(tmp_path / "out").to_dicts():
            code, said = call("score", "explain", source, row["uscc"], "--on", ON)
            assert code == 0
            assert {name: said[name] for name in OUT_COLUMNS} == row
            assert sum(one["points"] for one in said["indicators"]) == row["score"]
            assert {"id", "value", "points", "band", "source"} <= set(said["indicators"][0])

    def test_of_an_unknown_enterprise(self, tmp_path: Path, call: Call) -> None:
        source = write(clean(load_scheme(), 8, 4), tmp_path / "in")
        assert call("score", "explain", source, "91110000600037341L")[1]["code"] == "enterprise_unknown"


class TestSynth:
    def test_fits_the_scheme_and_is_the_same_for_the_same_seed(self, tmp_path: Path, call: Call) -> None:
        for name, seed in (("a", 1), ("b", 1), ("c", 2)):
            call("score", "synth", "300", tmp_path / name, "--seed", str(seed))
        _, said = call("score", "schema")
        made = pq.read_schema(tmp_path / "a")
        assert made.names == [column["name"] for column in said["columns"]]
        kinds = {"date32": "date32[day]", "string": "large_string"}
        assert [str(one) for one in made.types] == [kinds.get(one["dtype"], one["dtype"]) for one in said["columns"]]
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()

    def test_a_larger_population_begins_with_the_smaller(self, tmp_path: Path, call: Call) -> None:
        for count in (50, 300):
            call("score", "synth", str(count), tmp_path / str(count), "--seed", "3")
        assert pl.read_parquet(tmp_path / "300").head(50).equals(pl.read_parquet(tmp_path / "50"))

    def test_both_layouts_give_the_same_results(self, tmp_path: Path, call: Call) -> None:
        for layout in ("natural", "tight"):
            call("score", "synth", "3000", tmp_path / layout, "--seed", "4", "--layout", layout)
            call("score", "run", tmp_path / layout, tmp_path / f"{layout}.out", "--on", ON)
        assert (tmp_path / "natural.out").read_bytes() == (tmp_path / "tight.out").read_bytes()
        first = pl.read_parquet(tmp_path / "tight")["uscc"][7]
        explained = [call("score", "explain", tmp_path / name, first, "--on", ON)[1] for name in ("natural", "tight")]
        assert explained[0]["score"] == explained[1]["score"]

    def test_codes_are_right_and_different_and_classes_near_the_published_shares(
        self, tmp_path: Path, call: Call
    ) -> None:
        call("score", "synth", "20000", tmp_path / "in", "--seed", "5")
        _, said = call("score", "run", tmp_path / "in", tmp_path / "out", "--on", ON)
        assert (said["problems"], said["duplicate_codes"]) == (0, 0)
        shares = {name: count / 20000 for name, count in said["classes"].items()}
        assert shares == pytest.approx({"A": 0.65, "B": 0.26, "C": 0.07, "D": 0.02}, abs=0.02)


def test_compare_counts_every_move(tmp_path: Path, call: Call) -> None:
    source = write(table(load_scheme(), 9, 300), tmp_path / "in")
    out = tmp_path / "movers.csv"
    _, said = call("score", "compare", source, "--scheme", "lenient", "--scheme", "strict", "--on", ON, "--out", out)
    results = []
    for name in ("lenient", "strict"):
        call("score", "run", source, tmp_path / name, "--scheme", name, "--on", ON)
        results.append(pl.read_parquet(tmp_path / name)["class"].to_list())
    moved = [pair for pair in zip(*results, strict=True) if pair[0] != pair[1]]
    assert said["moved"] == len(moved) == len(said["movers"]) == len(pl.read_csv(out))
    assert said["matrix"]["A"]["B"] == moved.count(("A", "B"))
    assert sum(count for row in said["matrix"].values() for count in row.values()) == 300


def test_calibration_reaches_the_shares(tmp_path: Path, call: Call) -> None:
    call("score", "synth", "20000", tmp_path / "in", "--seed", "6")
    _, said = call("score", "calibrate", tmp_path / "in", "--shares", "50,30,15,5", "--on", ON)
    assert said["shares"] == pytest.approx({"A": 50, "B": 30, "C": 15, "D": 5}, abs=3)
    assert call("score", "calibrate", tmp_path / "in", "--shares", "50,30")[1]["code"] == "shares_wrong"


class TestDuplicates:
    CODES = ("a", "b", None, "a", "", "", "c", " ", "c", "c", "d")

    @pytest.mark.parametrize("together", [2, 100])
    @pytest.mark.parametrize("size", [1, 3, 20])
    def test_are_found_in_any_cut(self, together: int, size: int, tmp_path: Path) -> None:
        pieces = [pl.Series(self.CODES[at : at + size], dtype=pl.String) for at in range(0, len(self.CODES), size)]
        found = find_duplicates(lambda: pieces, len(self.CODES), str(tmp_path), together)
        assert found.to_list() == ["a", "c"]
        assert list(tmp_path.iterdir()) == []


class TestParts:
    def test_are_joined_as_they_are(self, tmp_path: Path) -> None:
        parts = [
            write(pl.DataFrame({"a": [n, None, 5], "b": ["x", "y", None]}), tmp_path / str(n), row_group_size=2)
            for n in range(20)
        ]
        assert join(parts, tmp_path / "all", {"key": "值"}) == 60
        assert pl.read_parquet(tmp_path / "all").equals(pl.concat([pl.read_parquet(part) for part in parts]))
        assert pq.read_table(tmp_path / "all").num_rows == 60
        assert pl.read_parquet_metadata(tmp_path / "all") == {"key": "值"}

    def test_are_read_by_those_who_use_page_indexes(self, tmp_path: Path) -> None:
        frame = pl.DataFrame({"a": range(3000), "b": [str(n % 7) for n in range(3000)]})
        parts = [write(frame.slice(at, 500), tmp_path / str(at), row_group_size=200) for at in range(0, 3000, 500)]
        join(parts, tmp_path / "all.parquet", {})
        context = datafusion.SessionContext()
        context.register_parquet("found", str(tmp_path / "all.parquet"))
        asked = "SELECT count(*) AS n, sum(a) AS s FROM found WHERE b = '3' AND a > 1500"
        wanted = frame.filter((pl.col("b") == "3") & (pl.col("a") > 1500))
        assert context.sql(asked).to_pylist() == [{"n": len(wanted), "s": wanted["a"].sum()}]

    def test_a_broken_part_is_refused(self, tmp_path: Path) -> None:
        part = tmp_path / "part"
        part.write_bytes(b"PAR1 nothing")
        with pytest.raises(PartError):
            footer_of(part)
