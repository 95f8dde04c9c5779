"""``score build``: folders of raw records, good and bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from service.cli import main
from supervision.layout import LAYOUT_KEY
from supervision.load import load_scheme
from tests.supervision.frames import ON
from tests.supervision.plainlinks import Plain
from tests.supervision.worlds import Tables, frames, world

if TYPE_CHECKING:
    from pathlib import Path

Call = Callable[..., tuple[int, Any]]
CODE = "91110000600037341L"


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    def run(*words: str | Path) -> tuple[int, Any]:
        code = main([*map(str, words), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return run


def folder(path: Path, made: Tables, suffix: str = "parquet") -> Path:
    path.mkdir()
    for name, frame in frames(made).items():
        if suffix == "csv":
            frame.collect().write_csv(path / f"{name}.csv", include_bom=True)
        else:
            frame.collect().write_parquet(path / f"{name}.parquet")
    return path


def build(call: Call, source: Path, out: Path, *more: str | Path) -> tuple[int, Any]:
    return call("score", "build", source, out, "--on", ON.isoformat(), *more)


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_a_folder_becomes_the_table_that_the_plain_reading_gives(tmp_path: Path, call: Call, suffix: str) -> None:
    made = world(11)
    code, said = build(call, folder(tmp_path / "raw", made, suffix), tmp_path / "out.parquet")
    expected = Plain(ON, made).columns()
    out = pl.read_parquet(tmp_path / "out.parquet")
    scale = json.loads(pl.read_parquet_metadata(tmp_path / "out.parquet")[LAYOUT_KEY])["scales"]["penalty_amount_10k"]
    assert code == 0
    assert said["rows"] - said["not_yet_founded"] == len(out) == len(expected)
    assert out["penalties_36m"].to_list() == [row.get("penalties_36m") for row in expected]
    assert out["controller_class"].cast(pl.String).to_list() == [row.get("controller_class") for row in expected]
    for found, row in zip(out["penalty_amount_10k"].to_list(), expected, strict=True):
        assert found == (None if row["penalty_amount_10k"] is None else int(row["penalty_amount_10k"] * scale + 1e-9))


def test_the_layout_is_tight(tmp_path: Path, call: Call) -> None:
    build(call, folder(tmp_path / "raw", world(11)), tmp_path / "out.parquet")
    kinds = dict(pl.read_parquet(tmp_path / "out.parquet").schema)
    assert isinstance(kinds["registry_state"], pl.Enum)
    assert "other" in kinds["registry_state"].categories.to_list()
    assert kinds["penalties_36m"] == pl.UInt8
    assert kinds["established_on"] == pl.Date
    assert kinds["registered_capital_10k"] == pl.UInt32
    assert kinds["on_abnormal_list"] == pl.Boolean


def test_what_was_built_can_be_scored(tmp_path: Path, call: Call) -> None:
    build(call, folder(tmp_path / "raw", world(11, 26)), tmp_path / "columns")
    code, said = call("score", "run", tmp_path / "columns", tmp_path / "classes", "--on", ON.isoformat())
    assert (code, said["missing_columns"]) == (0, [])
    assert pq.read_metadata(tmp_path / "columns").num_rows == said["rows"]


@pytest.mark.parametrize("name", ["quality.json", "quality.md", "quality.html"])
def test_the_report_is_a_page_of_its_own(tmp_path: Path, call: Call, name: str) -> None:
    made = world(3)
    made["penalties"] = []
    build(call, folder(tmp_path / "raw", made), tmp_path / "out", "--report", tmp_path / name)
    page = (tmp_path / name).read_text("utf-8")
    assert "行政处罚" in page
    assert load_scheme().indicators[0].id in page


def registry(**columns: Any) -> pl.DataFrame:  # noqa: ANN401 - any cells
    return pl.DataFrame({"uscc": [CODE], "state": ["1"], "established_on": ["2010-05-01"]} | columns)


def raw(path: Path, **tables: pl.DataFrame | bytes | str) -> Path:
    """A folder with a small registry and what is given beside it."""
    path.mkdir()
    for name, content in ({"registry.parquet": registry()} | tables).items():
        if isinstance(content, pl.DataFrame):
            content.write_parquet(path / name)
        else:
            (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def whole(frame: pl.DataFrame, tmp_path: Path) -> bytes:
    frame.write_parquet(tmp_path / "whole")
    return (tmp_path / "whole").read_bytes()


class TestRefused:
    """Each is named with its file, and nothing is left behind."""

    def check(self, call: Call, source: Path, code: str, words: str, status: int = 3) -> None:
        out = source.parent / "out.parquet"
        exit_code, said = build(call, source, out)
        assert (exit_code, said["code"]) == (status, code)
        assert words in said["detail"]
        assert [path.name for path in source.parent.iterdir() if "out" in path.name] == []

    def test_no_such_folder(self, tmp_path: Path, call: Call) -> None:
        self.check(call, tmp_path / "none", "folder_not_found", "none", 2)

    def test_no_registry(self, tmp_path: Path, call: Call) -> None:
        (tmp_path / "raw").mkdir()
        self.check(call, tmp_path / "raw", "records_no_registry", "registry")

    def test_a_table_twice(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **{"registry.csv": "uscc\n"})
        self.check(call, source, "records_twice", "registry")

    def test_an_empty_file(self, tmp_path: Path, call: Call) -> None:
        self.check(call, raw(tmp_path / "raw", **{"penalties.csv": b""}), "table_empty_file", "penalties.csv")

    def test_no_parquet(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **{"penalties.parquet": "uscc,decided_on\n"})
        self.check(call, source, "table_no_parquet", "penalties.parquet")

    @pytest.mark.parametrize("share", [0.3, 0.95])
    def test_cut_off(self, tmp_path: Path, call: Call, share: float) -> None:
        data = whole(pl.DataFrame({"uscc": [CODE] * 3000, "decided_on": [ON] * 3000}), tmp_path)
        source = raw(tmp_path / "raw", **{"penalties.parquet": data[: int(len(data) * share)]})
        self.check(call, source, "table_unreadable", "penalties.parquet")

    def test_damaged_inside(self, tmp_path: Path, call: Call) -> None:
        days = pl.date_range(ON.replace(year=1990), ON, eager=True)
        data = bytearray(
            whole(pl.DataFrame({"uscc": [f"{n}" for n in range(len(days))], "decided_on": days}), tmp_path)
        )
        data[500 : len(data) // 2] = b"\xff" * (len(data) // 2 - 500)
        self.check(call, raw(tmp_path / "raw", **{"penalties.parquet": bytes(data)}), "table_unreadable", "raw")

    def test_without_the_column_that_dates_the_facts(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **{"penalties.parquet": pl.DataFrame({"uscc": [CODE]})})
        self.check(call, source, "table_column_missing", "/penalties/decided_on")

    def test_a_column_of_lists(self, tmp_path: Path, call: Call) -> None:
        frame = pl.DataFrame({"uscc": [CODE], "decided_on": [ON], "fine_yuan": [[1]]})
        self.check(call, raw(tmp_path / "raw", **{"penalties.parquet": frame}), "column_type", "/penalties/fine_yuan")

    def test_a_line_with_too_many_cells(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **{"penalties.csv": f"uscc,decided_on\n{CODE},2026-01-01,1,2\n"})
        self.check(call, source, "table_unreadable", "raw")

    def test_the_place_for_the_output_is_a_folder(self, tmp_path: Path, call: Call) -> None:
        code, said = build(call, raw(tmp_path / "raw"), tmp_path)
        assert (code, said["code"]) == (2, "file_is_folder")

    def test_a_report_of_another_kind(self, tmp_path: Path, call: Call) -> None:
        code, said = build(call, raw(tmp_path / "raw"), tmp_path / "out", "--report", tmp_path / "q.pdf")
        assert (code, said["code"]) == (2, "report_extension")
        assert not (tmp_path / "out").exists()


class TestTakenAsItIs:
    """The row stays, what cannot be read counts as absent, and the report says how often."""

    def table(self, call: Call, source: Path, name: str) -> tuple[dict[str, Any], pl.DataFrame]:
        out = source.parent / "out.parquet"
        code, said = build(call, source, out)
        assert code == 0
        return next(one for one in said["tables"] if one["name"] == name), pl.read_parquet(out)

    def penalties(self, **columns: Any) -> dict[str, Any]:  # noqa: ANN401 - any cells
        count = max(len(values) for values in columns.values())
        basis: dict[str, list[Any]] = {
            "uscc": [CODE],
            "decided_on": [ON.isoformat()],
            "department": ["market_regulation"],
            "kinds": ["fine"],
            "fine_yuan": [None],
            "confiscated_yuan": [None],
            "withdrawn_on": [None],
        }
        return {"penalties.parquet": pl.DataFrame({k: v * count for k, v in basis.items()} | columns)}

    def test_text_in_numbers(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **self.penalties(fine_yuan=["1000", "一千", "1e3", " 20.5 ", ""]))
        found, out = self.table(call, source, "penalties")
        assert found["unreadable"] == {"fine_yuan": {"count": 2, "seen": ["一千", "1e3"]}}
        assert (out["penalties_36m"][0], out["penalty_amount_10k"][0]) == (5, 10)  # 1020.5 yuan, in parts of 100

    def test_infinite_and_not_a_number(self, tmp_path: Path, call: Call) -> None:
        values = [float("inf"), float("-inf"), float("nan"), -5.0, 300.0]
        found, out = self.table(call, raw(tmp_path / "raw", **self.penalties(fine_yuan=values)), "penalties")
        assert found["unreadable"]["fine_yuan"]["count"] == 3  # NaN is absent, not a fault
        assert out["penalty_amount_10k"][0] == 3

    def test_days_that_do_not_exist_or_have_not_come(self, tmp_path: Path, call: Call) -> None:
        days = ["2026-02-30", "20260101", "1066-10-14", "2999-01-01", "2026-01-01", None]
        found, out = self.table(call, raw(tmp_path / "raw", **self.penalties(decided_on=days)), "penalties")
        assert found["unreadable"]["decided_on"]["count"] == 3
        assert (found["without_day"], found["after_day"], out["penalties_36m"][0]) == (4, 1, 1)

    def test_null_keys_strangers_and_duplicates(self, tmp_path: Path, call: Call) -> None:
        codes = [CODE, CODE, None, "", "stranger"]
        found, out = self.table(call, raw(tmp_path / "raw", **self.penalties(uscc=codes)), "penalties")
        assert (found["without_key"], found["orphans"], found["duplicates"]) == (2, 1, 1)
        assert out["penalties_36m"].to_list() == [2]

    def test_a_registry_with_null_keys_and_duplicates_keeps_every_row(self, tmp_path: Path, call: Call) -> None:
        frame = pl.DataFrame(
            {"uscc": [CODE, None, CODE], "state": ["1", "1", "2"], "established_on": ["2010-05-01"] * 3}
        )
        found, out = self.table(call, raw(tmp_path / "raw", **{"registry.parquet": frame}), "registry")
        assert (found["without_key"], found["duplicates"]) == (1, 1)
        assert out["uscc"].to_list() == [CODE, None, CODE]
        code, said = call("score", "run", tmp_path / "out.parquet", tmp_path / "classes", "--on", ON.isoformat())
        assert (code, said["rows"], said["unscored"], said["duplicate_codes"]) == (0, 3, 1, 1)

    def test_a_million_kinds_of_penalty(self, tmp_path: Path, call: Call) -> None:
        kinds = pl.select(pl.format("kind {}", pl.int_range(1_000_000))).to_series()
        frame = pl.select(
            uscc=pl.lit(CODE), decided_on=pl.lit(ON), department=pl.lit("market_regulation"), withdrawn_on=pl.lit(None)
        ).join(kinds.to_frame("field").with_columns(kinds=pl.col("field")), how="cross")
        found, out = self.table(call, raw(tmp_path / "raw", **{"penalties.parquet": frame}), "penalties")
        assert found["unreadable"]["field"] == {"count": 1_000_000, "seen": ["kind 0", "kind 1", "kind 2"]}
        assert (out["heaviest_penalty"][0], out["penalties_36m"][0]) == ("other", 254)  # saturated

    def test_more_columns_than_needed_and_fewer(self, tmp_path: Path, call: Call) -> None:
        frame = pl.DataFrame({"UNISCID": [CODE], "decided_on": [ON], "note": ["x"]})
        found, out = self.table(call, raw(tmp_path / "raw", **{"penalties.parquet": frame}), "penalties")
        assert found["extra_columns"] == ["note"]
        assert "fine_yuan" in found["missing_columns"]
        assert out["penalties_36m"].to_list() == [None]  # whose penalty it is cannot be told without a department

    def test_an_older_chinese_encoding(self, tmp_path: Path, call: Call) -> None:
        text = f"uscc,rated_on,kind,value\n{CODE},2026-01-01,public_credit,优\n"
        _, out = self.table(call, raw(tmp_path / "raw", **{"ratings.csv": text.encode("gb18030")}), "ratings")
        assert out["public_credit"][0] == "excellent"

    def test_a_table_without_rows(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **{"penalties.csv": "uscc,decided_on,department,withdrawn_on\n"})
        assert self.table(call, source, "penalties")[1]["penalties_36m"].to_list() == [0]

    def test_a_registry_without_rows(self, tmp_path: Path, call: Call) -> None:
        source = raw(tmp_path / "raw", **{"registry.parquet": registry().head(0)})
        assert len(self.table(call, source, "registry")[1]) == 0

    def test_a_file_that_nobody_knows(self, tmp_path: Path, call: Call) -> None:
        _, said = build(call, raw(tmp_path / "raw", **{"notes.txt": "x"}), tmp_path / "out")
        assert said["unknown_files"] == ["notes.txt"]


def test_coverage_says_which_sources_an_indicator_lacks(tmp_path: Path, call: Call) -> None:
    _, said = build(call, raw(tmp_path / "raw"), tmp_path / "out")
    found = {one["id"]: one for one in said["indicators"]}
    assert (found["N101"]["state"], found["N101"]["share"]) == ("derived", 1.0)
    assert (found["N304"]["state"], found["N304"]["missing_tables"]) == ("table_missing", ["penalties"])
    _, said = call("score", "build", tmp_path / "raw", tmp_path / "food", "--scheme", "food-producer", "--on", ON)
    assert {one["id"]: one["state"] for one in said["indicators"]}["F1"] == "not_derived"
