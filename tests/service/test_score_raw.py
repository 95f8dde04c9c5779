"""``score synth --raw``: records and columns that fit, the same for the same seed, like a city in its shares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from service.cli import main
from service.scoring import rawpopulation, synth
from service.scoring.rawpopulation import write_raw
from service.scoring.synth import Wish
from supervision.indicatorspec import tables
from supervision.load import load_scheme
from supervision.table import TableScorer
from tests.supervision.frames import ON

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 600: several of them cost little."""
    monkeypatch.setattr(synth, "BLOCK", 600)
    monkeypatch.setattr(rawpopulation, "BLOCK", 600)


def written(path: Path, count: int, seed: int = 3, *, tight: bool = True) -> pl.DataFrame:
    write_raw(load_scheme(), Wish(count, seed, ON, tight), path / "columns", path / "raw", lambda _rows: None)
    return pl.read_parquet(path / "columns")


@pytest.mark.usefixtures("small_blocks")
class TestSmall:
    def test_building_from_the_records_gives_the_columns(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        columns = written(tmp_path, 1500)
        words = ["score", "build", str(tmp_path / "raw"), str(tmp_path / "built"), "--on", ON.isoformat(), "--json"]
        assert main(words) == 0
        said: dict[str, Any] = json.loads(capfd.readouterr().out)
        assert pl.read_parquet(tmp_path / "built").equals(columns)
        assert said["missing_tables"] == []
        assert all(one["unreadable"] == {} and one["orphans"] == 0 for one in said["tables"])
        # Made up on purpose, so that a report has something to find; nothing else contradicts itself.
        odd = {"inspected_after_exit", "shares_above_all", "circle_of_owners", "listed_but_gone", "fine_without_amount"}
        assert {one["id"] for one in said["contradictions"]} <= odd

    def test_every_table_has_records(self, tmp_path: Path) -> None:
        written(tmp_path, 1800)
        found = {path.stem: pl.read_parquet(path) for path in (tmp_path / "raw").iterdir()}
        assert set(found) == set(tables())
        assert [
            name for name, frame in found.items() if not len(frame) and name not in {"serious_list", "persons"}
        ] == []

    def test_the_same_seed_gives_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            written(tmp_path / name, 700)
        files = [{path.name: path.read_bytes() for path in (tmp_path / name / "raw").iterdir()} for name in ("a", "b")]
        assert files[0] == files[1]

    def test_another_seed_gives_another_city(self, tmp_path: Path) -> None:
        for name, seed in (("a", 1), ("b", 2)):
            (tmp_path / name).mkdir()
            written(tmp_path / name, 500, seed)
        one, other = (pl.read_parquet(tmp_path / name / "raw" / "registry.parquet") for name in ("a", "b"))
        assert not set(one["uscc"]) & set(other["uscc"])

    def test_counts_of_records_are_those_that_were_drawn(self, tmp_path: Path) -> None:
        """Where records are not bent to fit the day of foundation, building gives back what was drawn."""
        columns = written(tmp_path, 600, tight=False)
        drawn = synth.drawn_block(load_scheme(), Wish(600, 3, ON), 0, 0)
        for name in ("penalties_36m", "failed_food_samples_24m", "legal_rep_changes_12m", "negative_items"):
            assert columns[name].to_list() == drawn[name].fill_null(0).to_list(), name
        for name in ("on_abnormal_list", "on_serious_list", "wage_arrears"):
            assert columns[name].to_list() == drawn[name].fill_null(value=False).to_list(), name

    def test_no_enterprise_at_all(self, tmp_path: Path) -> None:
        assert len(written(tmp_path, 0)) == 0

    def test_a_folder_that_is_there_stays(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "raw").mkdir()
        words = ["score", "synth", "10", str(tmp_path / "out"), "--seed", "1", "--raw", str(tmp_path / "raw"), "--json"]
        assert main(words) == 2
        assert json.loads(capfd.readouterr().out)["code"] == "folder_there"
        assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_the_shares_of_the_classes_are_near_those_of_real_places(tmp_path: Path) -> None:
    frame = written(tmp_path, 30_000, seed=1, tight=False)
    shares = TableScorer(load_scheme(), ON).score(frame)["class"].value_counts(normalize=True)
    found = dict(shares.with_columns(pl.col("class").cast(pl.String)).iter_rows())
    for name, low, high in (("A", 0.60, 0.70), ("B", 0.22, 0.31), ("C", 0.05, 0.08), ("D", 0.015, 0.03)):
        assert low <= found[name] <= high, name
