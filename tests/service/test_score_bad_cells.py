"""Cells that cannot be right, in tables for ``score run``: the row stays, and ``problem`` says which column and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from service.cli import main
from service.scoring import synth
from tests.supervision.frames import ON

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "91110000600037341L"
CELLS: list[tuple[str, list[Any], list[str | None]]] = [
    ("penalties_36m", ["3", "三", "2.5", " 4 ", None], [None, "penalties_36m", "penalties_36m", None, None]),
    ("penalty_amount_10k", [1.5, float("inf"), float("-inf"), float("nan"), -1.0],
     [None, "penalty_amount_10k", "penalty_amount_10k", None, "penalty_amount_10k"]),
    ("established_on", ["2020-01-01", "2026-11-25", "2026-02-30", "1066-10-14", "soon"],
     [None, "established_on", "established_on", "established_on", "established_on"]),
    ("on_abnormal_list", ["是", "no", "1", "2", ""], [None, "on_abnormal_list", None, "on_abnormal_list", None]),
    ("sector_risk", ["low", "没见过", "", "LOW", None], [None] * 5),
]  # fmt: skip


def scored(
    tmp_path: Path, frame: pl.DataFrame, capfd: pytest.CaptureFixture[str]
) -> tuple[dict[str, Any], pl.DataFrame]:
    frame.write_parquet(tmp_path / "in.parquet")
    out = tmp_path / "out.parquet"
    assert main(["score", "run", str(tmp_path / "in.parquet"), str(out), "--on", ON.isoformat(), "--json"]) == 0
    said: dict[str, Any] = json.loads(capfd.readouterr().out)
    return said, pl.read_parquet(out)


@pytest.mark.parametrize(("column", "cells", "faults"), CELLS, ids=[column for column, _, _ in CELLS])
def test_a_cell_that_cannot_be_read_keeps_its_row(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], column: str, cells: list[Any], faults: list[str | None]
) -> None:
    frame = pl.DataFrame({"uscc": [GOOD[:-2] + f"{place}X" for place in range(5)], column: cells})
    said, out = scored(tmp_path, frame, capfd)
    assert (said["rows"], len(out)) == (5, 5)
    for fault, class_, problem in zip(faults, out["class"], out["problem"], strict=True):
        assert (class_ is None) == (fault is not None)
        assert fault is None or fault in (problem or "")


def test_codes_that_are_absent_wrong_or_there_twice(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    codes = [GOOD, GOOD, None, "", "123", GOOD.lower()]
    said, out = scored(tmp_path, pl.DataFrame({"uscc": codes, "penalties_36m": [0] * 6}), capfd)
    assert (said["duplicate_codes"], said["unscored"]) == (1, 2)
    problems = out["problem"].to_list()
    assert ["不止一次" in (one or "") for one in problems] == [True, True, False, False, False, False]
    assert ["没有统一社会信用代码" in (one or "") for one in problems] == [False, False, True, True, False, False]
    assert "18 位" in problems[4]
    assert "小写" in problems[5]


def test_a_million_different_categories(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = 1_000_000
    numbers = np.arange(rows)
    codes = synth._codes(numbers, 1, ["210200"], np.random.default_rng(1))
    kinds = pl.select(pl.format("种类{}", pl.lit(pl.Series(numbers)))).to_series()
    frame = pl.DataFrame({"uscc": codes, "sector_risk": kinds})
    said, out = scored(tmp_path, frame, capfd)
    assert (said["rows"], said["unscored"]) == (rows, 0)
    assert out["points_basic"].n_unique() == 1  # all of them take the scheme's "other"
