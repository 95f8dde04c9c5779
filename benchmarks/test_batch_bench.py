"""Many cases over columns: two hundred items considered for each, both laws, lists, tier and range.

`columns` begins with columns that are ready, as a Parquet file gives them; `checked_cases` and
`documents` put them together first, from some hundred and fifty facts a case. Before anything is
measured a sample is held equal to the single path.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.population import DAY, PLACE, VIOLATION, CaseMaker, made_up
from rules.batch import Batch
from rules.batch_answers import summary_of
from rules.batch_columns import CaseTable, table_of
from rules.caseinput import parse_case
from rules.decide import Decider
from rules.instant import Case
from rules.release import Release

CASES = 10_000  # as many as OpenFisca-Core is given in the same group
SAMPLE = 100
GROUP = "many cases, 200 items"


@dataclass(frozen=True)
class Made:
    """A release of two hundred items, and cases of its one violation."""

    release: Release
    documents: list[dict[str, object]]
    cases: list[Case]
    table: CaseTable


@cache
def made() -> Made:
    release = made_up(200).release
    maker = CaseMaker(release.vocabulary, seed=1)

    def document() -> dict[str, object]:
        return {"jurisdiction": PLACE, "violation": VIOLATION, "facts": maker.facts(maker.random.uniform(0, 0.3))}

    documents = [document() for _ in range(CASES)]
    cases = [parse_case(one, release) for one in documents]
    return Made(release, documents, cases, table_of(cases, release.vocabulary))


def assert_equal_to_the_single_path() -> None:
    some = made().cases[:SAMPLE]
    decider = Decider(made().release)
    answers = Batch(made().release).decide(some, DAY)
    assert list(answers.summaries()) == [summary_of(decider.decide(case, DAY)) for case in some]


def measure(benchmark: BenchmarkFixture, work: Callable[[], Any], cases: int = CASES) -> None:
    benchmark.group = GROUP
    benchmark.extra_info |= {"items": cases, "note": "both laws, four lists, tier and range; missing kept apart"}
    answers = benchmark.pedantic(work, rounds=7, warmup_rounds=1)  # type: ignore[no-untyped-call]
    assert len(answers) == cases


def test_columns(benchmark: BenchmarkFixture) -> None:
    """Columns ready: outcomes of every item, four lists, the tier under both laws, the range."""
    assert_equal_to_the_single_path()
    batch, table = Batch(made().release), made().table
    measure(benchmark, lambda: batch.decide_table(table, DAY, made().cases.__getitem__))
    benchmark.extra_info["bar"] = [">= 100000 /s", ">= 1 x openfisca_columns"]


def test_checked_cases(benchmark: BenchmarkFixture) -> None:
    """From checked cases in memory."""
    batch, cases = Batch(made().release), made().cases
    measure(benchmark, lambda: batch.decide(cases, DAY))


def test_documents(benchmark: BenchmarkFixture) -> None:
    """From case documents, each value checked as the single path checks it."""
    batch, documents = Batch(made().release), made().documents
    measure(benchmark, lambda: batch.check(documents, DAY))


def test_documents_one_by_one(benchmark: BenchmarkFixture) -> None:
    """The single path with the full decision document, for comparison."""
    decider, some = Decider(made().release), made().documents[:SAMPLE]
    measure(benchmark, lambda: [decider.check(one, DAY) for one in some], SAMPLE)
