"""The whole catalogue checked: with proofs, and without them."""

from datetime import date

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from rules.check import check_release
from rules.load import load_catalogue

BARS = {True: "<= 10 s", False: "<= 1 s"}
ON = date(2026, 11, 24)


@pytest.mark.parametrize("prove", [True, False], ids=["proofs", "no_proofs"])
def test_whole_catalogue(benchmark: BenchmarkFixture, *, prove: bool) -> None:
    release = load_catalogue()
    benchmark.group = "catalogue check"
    benchmark.extra_info["bar"] = BARS[prove]
    benchmark.extra_info["note"] = f"{len(release.items)} items, {len(release.violations)} violations"
    assert benchmark(check_release, release, ON, prove=prove)
