"""How fast the machine itself is around each benchmark: shared ones have slow minutes."""

import random
from collections.abc import Iterator
from statistics import median
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

TABLE = {number: number % 7 for number in range(50_000)}
ORDER = random.Random(1).sample(range(50_000), 20_000)


@pytest.fixture(autouse=True)
def pace(benchmark: BenchmarkFixture) -> Iterator[None]:
    """Measure the same small piece of work before and after; the table compares it within the run."""
    before = yardstick()
    yield
    benchmark.extra_info["pace"] = (before + yardstick()) / 2


def yardstick() -> float:
    """Seconds for some look-ups all over a table that the nearest cache cannot hold."""
    return median(_look_up() for _ in range(15))


def _look_up() -> float:
    start = perf_counter()
    sum(map(TABLE.__getitem__, ORDER))
    return perf_counter() - start
