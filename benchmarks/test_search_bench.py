"""The search index: how long it takes to build, and to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.load import load_catalogue
from rules.search import Search

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

RELEASE = load_catalogue()


@pytest.mark.benchmark(group="search")
def test_build_index(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info.update(bar=["<= 150 ms"])
    benchmark.pedantic(Search, args=(RELEASE,), rounds=10)  # type: ignore[no-untyped-call]


@pytest.mark.benchmark(group="search")
@pytest.mark.parametrize("words", ["食", "食品 过期", "gqsp", "guoqishipin", "食品安全法124", "绝无"])
def test_find(benchmark: BenchmarkFixture, words: str) -> None:
    search = Search(RELEASE)
    search.find(words)
    benchmark.extra_info.update(bar=["<= 5 ms"])
    benchmark(search.find, words)
