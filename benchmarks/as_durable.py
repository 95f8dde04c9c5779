"""The same items for durable-rules as its manual shows it: one rule an item, one fact a case.

The library has no negation, no dates and no order of words: negations are pushed into the
comparisons, days are given as numbers, and what compares one fact with another is tested before and
given as a fact of its own. It knows true and false only, and says nothing of the conditions of a
rule that did not fire.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO

from benchmarks.as_zen import name_of
from rules.compiled import Ground
from rules.conditions import Condition, Negation, ShiftedFact, Test
from rules.evaluate import TRUE, Network, allowed_values
from rules.facts import Fact

OPERATORS = {"eq": "eq", "ne": "ne", "lt": "lt", "lte": "le", "gt": "gt", "gte": "ge"}
OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}

Tree = object  # {"all": [...]}, {"any": [...]}, [fact, operator, value]


class Rulesets:
    """Items as rules for :mod:`durable_rulesets`."""

    def __init__(self, network: Network, grounds: Iterable[Ground], day: date) -> None:
        self.network = network
        spans = ((ground, ground.at(day)) for ground in grounds)
        self.rules = {
            ground.id: {"all": [self.tree(line.condition, ground.keys, holds=True) for line in span.lines]}
            for ground, span in spans
            if span is not None
        }

    def case(self, facts: Mapping[str, object]) -> dict[str, object]:
        """The facts of a case in the form the rules read."""
        known = {name_of(key): plain(value) for key, value in facts.items() if not isinstance(value, tuple)}
        return known | {f"atom{atom.index}": atom.state(facts) == TRUE for atom in self.network.shifted}

    def tree(self, condition: Condition, keys: Mapping[str, str], *, holds: bool) -> Tree:
        """A condition, or its negation, as a tree without negations."""
        if isinstance(condition, Test):
            return self._comparison(condition, keys, holds=holds)
        if isinstance(condition, Negation):
            return self.tree(condition.part, keys, holds=not holds)
        assert condition.kind != "at_least"
        kind = condition.kind if holds else {"all": "any", "any": "all"}[condition.kind]
        return {kind: [self.tree(part, keys, holds=holds) for part in condition.parts]}

    def _comparison(self, test: Test, keys: Mapping[str, str], *, holds: bool) -> Tree:
        name, fact = name_of(keys.get(test.fact, test.fact)), self.network.vocabulary[test.fact]
        if fact.type == "enum":
            return _one_of(name, fact, test, holds=holds)
        if isinstance(test.value, ShiftedFact):
            return [f"atom{self.network.add(test, keys)}", "eq", holds]
        compare = OPERATORS[test.op]
        return [name, compare if holds else OPPOSITE[compare], plain(test.value)]


def _one_of(name: str, fact: Fact, test: Test, *, holds: bool) -> Tree:
    passing = allowed_values(fact, test)
    return {"any": [[name, "eq", value] for value in fact.value_names if (value in passing) == holds]}


def plain(value: object) -> object:
    """A fact or constant as the library takes it."""
    if isinstance(value, date):
        return value.toordinal()
    return float(value) if isinstance(value, Decimal) else value


class Child:
    """The process that holds the rulesets."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, cases: int) -> list[list[str]]:
        """The rules that fired in each of the next cases."""
        self.send(str(cases))
        answers: list[list[str]] = json.loads(_pipe(self._process.stdout).readline())
        return answers

    def send(self, *lines: str) -> None:
        """Write lines to the process."""
        _pipe(self._process.stdin).writelines(f"{line}\n" for line in lines)
        _pipe(self._process.stdin).flush()


@contextmanager
def child(rulesets: Rulesets, cases: Sequence[Mapping[str, object]]) -> Iterator[Child]:
    """A process that holds the rules and goes through the cases in turn."""
    script = Path(__file__).with_name("durable_rulesets.py")
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-W", "ignore", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        started = Child(process)
        started.send(json.dumps(rulesets.rules), json.dumps([rulesets.case(facts) for facts in cases]))
        try:
            yield started
        finally:
            _pipe(process.stdin).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
