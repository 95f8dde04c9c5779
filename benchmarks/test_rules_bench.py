"""Deciding one case, and many, beside ZEN, OpenFisca-Core and durable-rules on the same items.

Each rival first has to give our answers on cases in which every fact is known, for none of them
keeps *missing* apart from *false*. What the figures mean is written in docs/reference/benchmarks.md.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from functools import cached_property
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.as_durable import Child, Rulesets, child
from benchmarks.as_openfisca import System
from benchmarks.as_zen import Graph, context
from benchmarks.in_turn import in_turn
from benchmarks.population import DAY, Facts, Population, made_up, real
from rules.answer import Evaluator
from rules.decide import Decider
from rules.opinion import second_opinion
from rules.survey import Survey

SIZES = ("200", "1000", "catalogue")
MADE_UP = ("200", "1000")
TRACE_BARS = {"200": ["<= 0.1 ms"], "1000": ["<= 0.4 ms"], "catalogue": []}
OPINION_BARS = {"200": ["<= 1 ms"], "1000": ["<= 3 ms"], "catalogue": []}
MANY = 10_000
BLOCK = 5  # cases that the process of durable-rules answers at a time


class Field:
    """The items and cases of one size, and all who are asked about them."""

    def __init__(self, size: str) -> None:
        self.size = size
        self.population: Population = real() if size == "catalogue" else made_up(int(size))
        self.grounds = [ground for ground in self.population.grounds if ground.at(DAY)]
        self.spans = [span for ground in self.grounds if (span := ground.at(DAY))]
        self.release = self.population.release

    @cached_property
    def survey(self) -> Survey:
        return Survey(self.release.network, self.spans)

    @cached_property
    def zen(self) -> Graph:
        return self.checked_zen(table=False)

    @cached_property
    def zen_table(self) -> Graph:
        return self.checked_zen(table=True)

    @cached_property
    def openfisca(self) -> System:
        return System(self.release.vocabulary, self.grounds, DAY)

    def checked_zen(self, *, table: bool) -> Graph:
        graph = Graph(self.release.vocabulary, self.grounds, DAY, table=table)
        for facts in self.population.complete:
            assert graph.applying(context(facts)) == self.applying(facts)
        return graph

    def beside(self, graph: Graph) -> float:
        """How many times as long ZEN takes, on the same cases without missing facts."""
        ours, theirs = turns(self.population.complete), turns(contexts(self.population))
        ask = self.survey.ask
        return in_turn(lambda: ask(ours()).missing(), lambda: graph.trace(theirs()))

    def applying(self, facts: Facts) -> set[str]:
        outcomes = self.survey.ask(facts).outcomes.tolist()
        return {ground.id for ground, outcome in zip(self.grounds, outcomes, strict=True) if outcome == 2}

    def name_group(self, benchmark: BenchmarkFixture) -> None:
        items = f"the catalogue's {len(self.grounds)}" if self.size == "catalogue" else self.size
        benchmark.group = f"one case, {items} items"


@pytest.fixture(scope="module")
def fields() -> dict[str, Field]:
    return {size: Field(size) for size in SIZES}


@pytest.fixture(scope="module")
def durables(fields: dict[str, Field]) -> Iterator[dict[str, Child]]:
    """A process for each made-up release; both answer as we do where every fact is known."""
    with started(fields["200"]) as small, started(fields["1000"]) as large:
        yield {"200": small, "1000": large}


def started(field: Field) -> AbstractContextManager[Child]:
    return child(Rulesets(field.release.network, field.grounds, DAY), field.population.complete)


def contexts(population: Population) -> tuple[dict[str, object], ...]:
    return tuple(context(facts) for facts in population.complete)


def turns(cases: tuple[Any, ...]) -> Callable[[], Any]:
    """The next of the cases, again from the first after the last."""
    return itertools.cycle(cases).__next__


# -- one case -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_full_trace(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """Every condition's state, every outcome, and the missing facts ranked."""
    field = fields[size]
    field.name_group(benchmark)
    ask, following = field.survey.ask, turns(field.population.facts)
    assert {2, 1, 0} == {outcome for facts in field.population.facts for outcome in ask(facts).outcomes.tolist()}
    benchmark(lambda: ask(following()).missing())
    benchmark.extra_info |= {
        "bar": TRACE_BARS[size],
        "alternative": f"zen_table[{size}]",
        "in_turn": {f"zen_table[{size}]": field.beside(field.zen_table), f"zen[{size}]": field.beside(field.zen)},
    }


@pytest.mark.parametrize("size", SIZES)
def test_one_ground_after_the_other(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """What a decision does for the few grounds it considers, here for all of them."""
    field = fields[size]
    field.name_group(benchmark)
    benchmark.extra_info["note"] = "the evaluator as a decision uses it"
    following = turns(field.population.facts)

    def evaluate() -> list[Any]:
        evaluator = Evaluator(field.release, following())
        return [evaluator.evaluate(ground, DAY) for ground in field.grounds]

    found = benchmark(evaluate)
    facts = following()
    evaluator, survey = Evaluator(field.release, facts), field.survey.ask(facts)
    for number, ground in enumerate(field.grounds):
        assert evaluator.evaluate(ground, DAY).trace == survey.trace(number)
    assert len(found) == len(field.grounds)


@pytest.mark.parametrize("size", SIZES)
def test_with_second_opinion(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """The full trace, the second engine on every item, and the comparison of both."""
    field = fields[size]
    field.name_group(benchmark)
    benchmark.extra_info["bar"] = OPINION_BARS[size]
    keys = [span.key for span in field.spans]
    names = ("not_met", "undetermined", "applies")
    following = turns(field.population.facts)
    with closing(second_opinion(field.release)) as opinion:

        def both() -> bool:
            facts = following()
            surveyed = field.survey.ask(facts)
            surveyed.missing()
            second = opinion.ask(facts, keys)
            return [names[state] for state in surveyed.outcomes.tolist()] == [second[key] for key in keys]

        assert all(both() for _ in field.population.facts)
        assert benchmark(both)


@pytest.mark.parametrize("size", SIZES)
def test_decision_document(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """The whole decision with all items considered, as the interface gives it."""
    field = fields[size]
    field.name_group(benchmark)
    benchmark.extra_info["note"] = "every item in full, both laws, tier, range, duties and warnings; one engine"
    decider, following = Decider(field.release), turns(field.population.cases)
    document = benchmark(lambda: decider.decide(following(), DAY))
    shown = {ground["id"] for part in document["lists"].values() for ground in part["grounds"]}
    assert {ground.id for ground in field.grounds} <= shown


@pytest.mark.parametrize("size", SIZES)
def test_zen_table(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """ZEN in its quicker form; its trace shows the rows that were hit."""
    measure_zen(benchmark, fields[size], fields[size].zen_table)


@pytest.mark.parametrize("size", SIZES)
def test_zen(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """ZEN with the value of every item in its trace."""
    measure_zen(benchmark, fields[size], fields[size].zen)


def measure_zen(benchmark: BenchmarkFixture, field: Field, graph: Graph) -> None:
    field.name_group(benchmark)
    benchmark.extra_info["note"] = "two-valued; no state of single conditions"
    following = turns(contexts(field.population))
    assert benchmark(lambda: graph.trace(following()))["trace"]


@pytest.mark.parametrize("size", MADE_UP)
def test_durable_as_its_manual_shows(
    benchmark: BenchmarkFixture, fields: dict[str, Field], durables: dict[str, Child], size: str
) -> None:
    """durable-rules with comparisons in its rules; says only which rules fired."""
    field, process = fields[size], durables[size]
    field.name_group(benchmark)
    benchmark.extra_info |= {"items": BLOCK, "note": "two-valued; a rule that does not fire says nothing"}
    fired = process.run(len(field.population.complete))
    assert [set(rules) for rules in fired] == [field.applying(facts) for facts in field.population.complete]
    assert len(benchmark(process.run, BLOCK)) == BLOCK


@pytest.mark.parametrize("size", MADE_UP)
def test_openfisca(benchmark: BenchmarkFixture, fields: dict[str, Field], size: str) -> None:
    """OpenFisca-Core with its trace on, one case."""
    field = fields[size]
    field.name_group(benchmark)
    benchmark.extra_info["note"] = "two-valued; made for columns, not for one case"
    assert_columns_agree(field)
    following = turns(tuple(field.openfisca.columns([facts]) for facts in field.population.complete[:20]))
    answers = benchmark(lambda: field.openfisca.answers(following(), 1, trace=True))
    assert len(answers) == len(field.grounds)


def assert_columns_agree(field: Field) -> None:
    complete = field.population.complete
    answers = field.openfisca.answers(field.openfisca.columns(complete), len(complete))
    for row, facts in enumerate(complete):
        theirs = {ground.id for ground, column in zip(field.grounds, answers, strict=True) if column[row]}
        assert theirs == field.applying(facts)


# -- many cases ---------------------------------------------------------------------------------


@pytest.mark.benchmark(group="many cases, 200 items", max_time=2)
def test_one_case_after_the_other(benchmark: BenchmarkFixture, fields: dict[str, Field]) -> None:
    """The full trace of two thousand cases."""
    field = fields["200"]
    facts, ask = field.population.facts * 10, field.survey.ask
    assert benchmark(lambda: sum(len(ask(one).missing()) for one in facts)) > 0
    benchmark.extra_info |= {"items": len(facts), "note": "three-valued, every condition, missing facts ranked"}


@pytest.mark.benchmark(group="many cases, 200 items", max_time=2)
def test_openfisca_columns(benchmark: BenchmarkFixture, fields: dict[str, Field]) -> None:
    """OpenFisca-Core over ten thousand cases, columns ready, without trace."""
    field = fields["200"]
    complete = field.population.complete
    columns = field.openfisca.columns(complete * (MANY // len(complete)))
    answers = benchmark(lambda: field.openfisca.answers(columns, MANY))
    applying = sum(len(field.applying(facts)) for facts in complete)
    assert sum(int(column.sum()) for column in answers) == applying * (MANY // len(complete))
    benchmark.extra_info |= {"items": MANY, "note": "two-valued, items only"}
