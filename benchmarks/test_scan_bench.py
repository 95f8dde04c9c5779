"""`repair scan` end to end: a made-up register in the data standard, from file to file, figures included."""

import contextlib
import io
from datetime import date
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from service.cli import main
from service.syntheticfiles import write_register

pytestmark = pytest.mark.benchmark(group="credit repair", warmup=False)
ON = date(2026, 11, 24)
MANY = 200_000


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("local", [False, True], ids=["standard", "local-columns"])
def test_scan(benchmark: BenchmarkFixture, tmp_path: Path, suffix: str, *, local: bool) -> None:
    register = tmp_path / f"register.{suffix}"
    write_register(MANY, 1, ON, register, local=local)
    benchmark.extra_info |= {"bar": ">= 20000 /s", "items": MANY, "note": f"{suffix} to Parquet, figures included"}
    words = ["repair", "scan", str(register), "--on", ON.isoformat(), "--out", str(tmp_path / "out.parquet"), "--json"]

    def scan() -> int:
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")):
            return main(words)

    assert benchmark.pedantic(scan, rounds=1) == 0  # type: ignore[no-untyped-call]  # it publishes none
