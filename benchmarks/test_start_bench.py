"""How long the command takes from the shell to its answer, beside bare imports of two libraries."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.in_turn import in_turn

PYTHON = Path(sys.executable)
XINHENG = PYTHON.with_name("xinheng")
IMPORTS = "imports_of_fastapi_and_pydantic"
CASE = {
    "jurisdiction": "210200",
    "violation": "food-expired-sale",
    "list_items": ["MR-N05"],
    "facts": {
        "conduct_date": "2026-03-01",
        "discovery_date": "2026-03-05",
        "decision_date": "2026-04-20",
        "party_type": "enterprise",
        "first_violation": True,
        "correction_status": "on_spot",
        "goods_value_yuan": 180,
    },
}

pytestmark = pytest.mark.benchmark(group="start of the command", min_rounds=9, max_time=4)


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own commands
    return done.stdout


def bare_imports() -> str:
    return run(PYTHON, "-c", "import fastapi, pydantic")


def measure(benchmark: BenchmarkFixture, command: Callable[[], str], bar: str) -> str:
    said = command()  # makes the catalogue's cache where there is none
    benchmark(command)
    benchmark.extra_info |= {
        "bar": bar,
        "alternative": IMPORTS,
        "in_turn": {IMPORTS: in_turn(command, bare_imports, 3)},
    }
    return said


def test_help(benchmark: BenchmarkFixture) -> None:
    assert "case" in measure(benchmark, lambda: run(XINHENG, "--help"), "<= 0.4 s")


def test_case_check(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    document = tmp_path / "case.json"
    document.write_text(json.dumps(CASE), "utf-8")
    said = measure(benchmark, lambda: run(XINHENG, "case", "check", document, "--json"), "<= 1.0 s")
    assert json.loads(said)["lists"]["no_penalty"]["grounds"][0]["id"] == "MR-N05"


def test_imports_of_fastapi_and_pydantic(benchmark: BenchmarkFixture) -> None:
    assert benchmark(bare_imports) == ""
