"""``score whatif``: variants from a file, and the sensitivity of each indicator."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from service.cli import main
from service.scoring.synth import Wish, population
from supervision.load import load_scheme
from tests.supervision.frames import ON, in_bulk

if TYPE_CHECKING:
    from pathlib import Path

SCHEME = load_scheme()
Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    next(population(SCHEME, Wish(2000, 1, ON))).write_parquet(tmp_path / "in")

    def run(text: str | None) -> tuple[int, Any]:
        words = ["score", "whatif", str(tmp_path / "in"), "--on", str(ON), "--json"]
        if text is not None:
            (tmp_path / "v.yaml").write_text(text, "utf-8")
            words.insert(3, str(tmp_path / "v.yaml"))
        code = main(words)
        return code, json.loads(capfd.readouterr().out)

    return run


def test_cut_offs_of_another_profile_give_its_classes(call: Call, tmp_path: Path) -> None:
    strict = load_scheme("strict")
    code, said = call(f"variants: [{{name: 从严, cut_offs: {list(strict.cutoffs)}}}, {{name: 不变}}]")
    one, same = said["variants"]
    frame = pl.read_parquet(tmp_path / "in")
    pairs = [(a["class"], b["class"]) for a, b in zip(in_bulk(SCHEME, frame), in_bulk(strict, frame), strict=True)]
    assert code == 0
    assert one["moved"] == sum(a != b for a, b in pairs) == one["worse"]
    assert {(a, b): one["matrix"][a][b] for a, b in pairs} == {pair: pairs.count(pair) for pair in pairs}
    assert same["moved"] == 0


def test_an_indicator_that_costs_nothing_moves_nobody_and_comes_last(call: Call) -> None:
    said = call(None)[1]
    moved = [one["moved"] for one in said["sensitivity"]]
    assert said["variants"] == []
    assert moved == sorted(moved, reverse=True)
    assert len(moved) == len(SCHEME.indicators)
    assert moved[0] > 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("variants: []", "variants_wrong"),
        ("variants: [{name: x, weights: {N207: [1]}}]", "variants_wrong"),
        ("variants: [{name: x, points: {N207: [1, 2.5]}}]", "variants_wrong"),
        ("variants: [{name: x, points: {N207: [1]}}]", "variant_wrong"),
        ("variants: [{name: x, points: {N999: [1]}}]", "variant_wrong"),
        ("variants: [{name: x, cut_offs: [3, 2, 1]}]", "variant_wrong"),
        ("[", "yaml_syntax"),
    ],
)
def test_a_wrong_file_is_named(call: Call, text: str, code: str) -> None:
    exit_code, said = call(text)
    assert (exit_code, said["code"]) == (3, code)
