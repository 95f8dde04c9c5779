"""Real registrations, scored as they are: nothing is known but when they were founded, and that is said."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from service.cli import main
from tests.supervision.frames import ON

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "liaoning-registrations.md"


@pytest.mark.shared
def test_real_registrations_are_all_scored_and_none_is_called_harmless(
    tmp_path: Path, shared_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = shared_dir / "data" / "ln_enterprises.parquet"
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "registry.parquet").symlink_to(source)
    columns, classes = tmp_path / "columns.parquet", tmp_path / "classes.parquet"
    assert main(["score", "build", str(tmp_path / "records"), str(columns), "--on", ON.isoformat(), "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert main(["score", "run", str(columns), str(classes), "--on", ON.isoformat()]) == 0
    out = pl.read_parquet(classes)
    assert out["uscc"].equals(pl.read_parquet(source)["uscc"])
    assert (set(out["class"]), set(out["override"]), out["problem"].null_count()) == ({"B"}, {"Q01"}, 49_270)
    found = {one["id"]: one for one in said["indicators"]}
    known = {name for name, one in found.items() if one["filled"]}
    assert known == {"N101", "N104", "N111"}
    assert found["N405"]["state"] == "column_missing"
    assert found["N304"]["missing_tables"] == ["penalties"]
    foreign = {one["id"]: one["count"] for one in said["contradictions"]}
    page = PAGE.read_text("utf-8")
    assert f"{found['N104']['share']:.1%} 有值" in page
    assert f"{foreign['foreign_capital']:,} 户是外币" in page
    low, high = min(out["score"].to_list()), max(out["score"].to_list())
    assert f"分数在 {low} 至 {high} 之间" in page
