"""Decisions of persons, months, warnings and public figures, from files to files."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from service.cli import main
from supervision.load import load_scheme
from supervision.table import TableScorer
from tests.supervision.frames import ON, clean

if TYPE_CHECKING:
    from pathlib import Path

Call = Callable[..., tuple[int, Any]]
HEAD = "uscc,class,reason,author,since,until\n"


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    def run(*words: str | Path) -> tuple[int, Any]:
        code = main([*map(str, words), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return run


@pytest.fixture
def classes(tmp_path: Path) -> pl.DataFrame:
    frame = TableScorer(load_scheme(), ON).score(clean(load_scheme(), 3, 40))
    frame.write_parquet(tmp_path / "classes.parquet")
    return frame


def decisions(path: Path, *lines: str) -> Path:
    path.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return path


class TestOverride:
    def test_the_decision_stands_beside_the_scheme(self, tmp_path: Path, call: Call, classes: pl.DataFrame) -> None:
        code = classes.filter(pl.col("override").is_null())["uscc"][0]
        line = f"{code},C,经核实停业六个月以上并且无人值守,周某,2026-11-01,2027-03-01"
        source = decisions(
            tmp_path / "d.csv", line, "stranger,C,经核实停业六个月以上并且无人值守,周某,2026-11-01,2027-01-01"
        )
        status, said = call(
            "score", "override", tmp_path / "classes.parquet", source, tmp_path / "out.parquet", "--on", ON
        )
        row = pl.read_parquet(tmp_path / "out.parquet").filter(pl.col("uscc") == code).row(0, named=True)
        assert (status, said["applied"], said["unknown_codes"]) == (0, 1, ["stranger"])
        assert (row["class"], row["override"], row["override_author"]) == ("C", "manual", "周某")
        assert row["class_by_scheme"] == classes.filter(pl.col("uscc") == code)["class"][0]

    def test_every_wrong_row_is_named_and_nothing_written(
        self, tmp_path: Path, call: Call, classes: pl.DataFrame
    ) -> None:
        source = decisions(
            tmp_path / "d.csv",
            "a,C,经核实停业六个月以上并且无人值守,周某,2026-11-01,2026-13-01",
            "b,E,短,周某,2026-11-01,2026-12-01",
            "c,C,经核实停业六个月以上并且无人值守,周某,2026-11-01,2026-12-01",
            "c,C,经核实停业六个月以上并且无人值守,周某,2026-11-30,2026-12-05",
        )
        assert len(classes)
        status, said = call(
            "score", "override", tmp_path / "classes.parquet", source, tmp_path / "out.parquet", "--on", ON
        )
        assert status == 3
        assert {(one["pointer"], one["code"]) for one in said["errors"]} >= {("/1/until", "cell_unreadable")}
        assert {one["code"] for one in said["errors"]} == {
            "cell_unreadable",
            "override_class",
            "override_reason",
            "override_overlap",
        }
        assert not (tmp_path / "out.parquet").exists()

    def test_a_file_without_reasons(self, tmp_path: Path, call: Call, classes: pl.DataFrame) -> None:
        (tmp_path / "d.csv").write_text("uscc,class\na,B\n")
        status, said = call(
            "score", "override", tmp_path / "classes.parquet", tmp_path / "d.csv", tmp_path / "out.parquet"
        )
        assert (status, said["code"], len(classes)) == (3, "table_column_missing", 40)


class TestMonths:
    def test_shares_and_moves(self, tmp_path: Path, call: Call, classes: pl.DataFrame) -> None:
        months = tmp_path / "months"
        months.mkdir()
        classes.write_parquet(months / "2026-10.parquet")
        worse = classes.with_columns(
            pl.when(pl.col("class") == "A").then(pl.lit("B")).otherwise("class").alias("class")
        )
        worse.write_parquet(months / "2026-11.parquet")
        (months / "notes.txt").write_text("x")
        _, said = call("score", "history", months)
        first, second = said["months"]
        assert (first["month"], first["moved"]) == ("2026-10", None)
        assert second["matrix"]["A"]["B"] == second["moved"] == first["classes"]["A"]
        code = classes["uscc"][0]
        _, said = call("score", "history", months, "--uscc", code)
        assert [row["month"] for row in said["months"]] == ["2026-10", "2026-11"]

    def test_no_months(self, tmp_path: Path, call: Call) -> None:
        assert call("score", "history", tmp_path)[1]["code"] == "no_months"


class TestEarly:
    def test_warnings_from_results_and_columns(self, tmp_path: Path, call: Call, classes: pl.DataFrame) -> None:
        columns = clean(load_scheme(), 3, 40).with_columns(pl.lit(value=True).alias("batch_registration"))
        columns.write_parquet(tmp_path / "columns.parquet")
        better = classes.with_columns(score=pl.lit(0, dtype=pl.Int32), **{"class": pl.lit("A")})
        better.write_parquet(tmp_path / "old.parquet")
        out = tmp_path / "early.csv"
        _, said = call("score", "early", tmp_path / "classes.parquet", "--previous", tmp_path / "old.parquet",
                       "--columns", tmp_path / "columns.parquet", "--on", ON, "--out", out)  # fmt: skip
        assert said["warnings"]["E5 批量注册"] == 40
        assert "E3 新列入 D 类" in said["warnings"]
        assert len(pl.read_csv(out)) == sum(said["warnings"].values())

    def test_nothing_to_compare_with(self, tmp_path: Path, call: Call, classes: pl.DataFrame) -> None:
        assert (call("score", "early", tmp_path / "classes.parquet")[0], len(classes)) == (2, 40)


class TestPublic:
    def test_small_cells_and_enterprises_are_not_in_it(self, tmp_path: Path, call: Call) -> None:
        """Somebody who reads every figure of the output learns nothing of an enterprise."""
        codes = [
            f"912102{region}MA{place:06}0X"
            for region, count in (("02", 60), ("03", 25), ("04", 3))
            for place in range(count)
        ]
        rows = pl.DataFrame({"uscc": codes, "class": [("A", "B")[place % 2] for place in range(len(codes))]})
        frame = TableScorer(load_scheme(), ON).score(rows.select("uscc", penalties_36m=pl.lit(0)))
        frame.with_columns(rows["class"]).write_parquet(tmp_path / "classes.parquet")
        _, said = call("score", "public", tmp_path / "classes.parquet")
        text = json.dumps(said)
        assert not [code for code in codes if code in text]
        shown = [count for own in said["cells"].values() for count in own.values() if count is not None]
        assert all(count >= 10 for count in shown)
        assert said["row_totals"]["210204"] is None
        # Without it the others would give the small district back.
        assert [said["row_totals"][name] for name in ("210202", "210203")].count(None) == 1

    def test_what_is_no_result_of_ours(self, tmp_path: Path, call: Call) -> None:
        pl.DataFrame({"uscc": ["a"]}).write_parquet(tmp_path / "x.parquet")
        assert call("score", "public", tmp_path / "x.parquet")[1]["code"] == "previous_wrong"
