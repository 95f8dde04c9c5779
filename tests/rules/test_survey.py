"""The survey of many provisions answers as the evaluator does, condition for condition."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from rules.compiled import Compiled, open_facts, spans_of
from rules.conditions import ShiftedFact
from rules.evaluate import Atom, Network
from rules.facts import Fact
from rules.load import parse_provision
from rules.release import Release
from rules.schema import ListItem
from rules.survey import Survey

Facts = Mapping[str, object]
CASES = 300
COMMON: dict[str, object] = {
    "kind": "list_item",
    "title": "t",
    "list": "no_penalty",
    "force": "may",
    "field": "f",
    "source": "s",
    "fields": ["f"],
    "in_force": {"from": "2020-01-01"},
    "confidence": "c",
    "checked_on": "2026-01-01",
}


def every_span(release: Release) -> list[Compiled]:
    shelves = (release.items, release.statute, release.aggravating, release.limited, release.checks, release.duties)
    return [span for shelf in shelves for ground in shelf.values() for span in ground.spans]


class RandomCases:
    """Facts at, just below and just above the values that conditions compare them with."""

    def __init__(self, network: Network, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  (made-up cases)
        self.values: dict[str, list[object]] = {}
        for atom in network.atoms.values():
            fact = network.vocabulary[atom.test.fact]
            self.values.setdefault(atom.key, []).extend(near(fact, atom))
            if isinstance(atom.test.value, ShiftedFact):
                other = atom.test.value.fact
                self.values.setdefault(other, []).extend(near(network.vocabulary[other], atom))

    def __iter__(self) -> Iterator[Facts]:
        for _ in range(CASES):
            missing = self.random.uniform(0, 0.3)
            yield {key: self.random.choice(of) for key, of in self.values.items() if self.random.random() >= missing}


def near(fact: Fact, atom: Atom) -> list[object]:
    if fact.type == "bool":
        return [True, False]
    if fact.type == "enum":
        return list(fact.value_names)
    if fact.type == "date":
        return [date(2024, 2, 29) + timedelta(days=step) for step in (0, 1, 365, 366, 730, 731, 1826, 1827)]
    constants = atom.test.value if isinstance(atom.test.value, tuple) else (atom.test.value,)
    if not fact.is_ordered:
        return ["甲", "乙"]
    numbers = [one for one in constants if isinstance(one, int | Decimal)] or [100]
    return [one + step for one in numbers for step in (-1, 0, 1)]


def assert_same(network: Network, spans: Sequence[Compiled], cases: RandomCases) -> Counter[int]:
    survey, seen = Survey(network, spans), Counter[int]()
    order = network.vocabulary.order
    for facts in cases:
        answered, states, asked = survey.ask(facts), network.atom_states(facts), Counter[str]()
        for number, span in enumerate(spans):
            trace = span.trace(states)
            asked.update(missing := open_facts(span, trace, states))
            assert answered.trace(number) == trace
            assert answered.outcomes[number] == min(trace, default=2)
            assert answered.open_facts(number) == missing
        assert answered.missing() == sorted(asked.items(), key=lambda entry: (-entry[1], order[entry[0]]))
        seen.update(answered.outcomes.tolist())
    return seen


def test_every_span_of_the_catalogue_comes_out_as_in_the_evaluator(release: Release) -> None:
    seen = assert_same(release.network, every_span(release), RandomCases(release.network, seed=1))
    assert set(seen) == {0, 1, 2}


def random_condition(rng: random.Random, leaves: Sequence[object], depth: int) -> object:
    kind = rng.choice(("leaf", "all", "any", "not", "at_least")) if depth else "leaf"
    if kind == "leaf":
        return rng.choice(leaves)
    if kind == "not":
        return {"not": random_condition(rng, leaves, depth - 1)}
    parts = [random_condition(rng, leaves, depth - 1) for _ in range(rng.randint(1, 4))]
    return {"at_least": rng.randint(1, len(parts)), "of": parts} if kind == "at_least" else {kind: parts}


def leaves() -> list[object]:
    return [
        {"fact": "first_violation", "eq": True},
        {"fact": "obstruction", "ne": True},
        {"fact": "harm_level", "lte": "minor"},
        {"fact": "harm_level", "between": ["minor", "general"]},
        {"fact": "correction_status", "not_in": ["late", "none"]},
        {"fact": "goods_value_yuan", "lte": 500},
        {"fact": "goods_value_yuan", "gt": 500},
        {"fact": "goods_value_yuan", "between": [500, "1000.01"]},
        {"fact": "persons_affected", "in": [2, 5]},
        {"fact": "persons_affected", "ne": 3},
        {"fact": "area_m2", "lt": 9.5},
        {"fact": "deviation_reason", "eq": "甲"},
        {"fact": "discovery_date", "gt": {"fact": "conduct_date", "plus": {"years": 2}}},
        {"fact": "discovery_date", "gte": "2024-02-29"},
    ]


def made_up_spans(network: Network) -> list[Compiled]:
    rng = random.Random(7)  # noqa: S311  (made-up conditions)
    spans: list[Compiled] = []
    for number in range(200):
        conditions = [random_condition(rng, leaves(), depth=3) for _ in range(rng.randint(1, 4))]
        item = parse_provision({"id": f"i{number}", **COMMON, "conditions": conditions}, "f")
        assert isinstance(item, ListItem)
        spans += spans_of(network, "f", item, None)
    return spans


def test_every_connective_nested_in_every_other(release: Release) -> None:
    network = Network(release.vocabulary)
    spans = made_up_spans(network)
    seen = assert_same(network, spans, RandomCases(network, seed=2))
    assert set(seen) == {0, 1, 2}


def test_a_span_without_conditions_applies_and_shows_none(release: Release) -> None:
    always = Compiled("always#0", date(2020, 1, 1), None, (), lambda _states: (), ())
    spans = [always, *every_span(release)[:2], always]
    answered = Survey(release.network, spans).ask({})
    assert answered.outcomes.tolist() == [2, 1, 1, 2]
    assert answered.trace(0) == answered.trace(3) == ()
    assert answered.open_facts(3) == []


def test_no_spans_no_answers(release: Release) -> None:
    answered = Survey(release.network, ()).ask({"first_violation": True})
    assert answered.outcomes.tolist() == []
    assert answered.missing() == []
