"""The second opinion on a release: its grounds as conjunctions of atoms, tested independently.

Nothing of the evaluator's compiled form is used: the conditions are turned into disjunctive
normal form, the comparisons are tested by a plain interpreter, and durable-rules chains from the
atoms to the grounds (:mod:`rules.engine`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kernel.interval import add_months, add_years
from rules import dnf
from rules.conditions import Condition, Negation, ShiftedFact, Test
from rules.engine import SecondOpinion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from rules.compiled import Ground
    from rules.facts import Fact, Vocabulary
    from rules.release import Release

    Comparison = Callable[[Any, Any], bool]
    Conditions = tuple[str, tuple[Condition, ...], Mapping[str, str]]


class ReleaseOpinion:
    """durable-rules over every ground of a release; one instance a release, freed by close()."""

    def __init__(self, vocabulary: Vocabulary, grounds: Iterable[Conditions]) -> None:
        """Build the packs and check each rule on a hit and a near miss.

        ``grounds``: the key of each span, its conditions, and how facts are renamed in them.
        """
        self._vocabulary = vocabulary
        self._atoms: dict[str, tuple[str, object, Comparison]] = {}
        self._names: dict[object, str] = {}
        self._of_rule: dict[str, frozenset[str]] = {}
        rules = {key: self._rule(key, parts, keys) for key, parts, keys in grounds}
        self._engine = SecondOpinion(rules)

    def ask(self, facts: Mapping[str, object], keys: Collection[str]) -> Mapping[str, str]:
        """The outcome of each span named in ``keys``: applies, not_met or undetermined.

        Raises rules.engine.EngineFault when the engine fails.
        """
        needed = frozenset().union(*[self._of_rule[key] for key in keys])
        atoms = self._atoms
        return self._engine.ask({name: _state(*atoms[name], facts) for name in needed}, keys)

    def close(self) -> None:
        """Free the engine's packs."""
        self._engine.close()

    def _rule(
        self, key: str, conditions: Iterable[Condition], keys: Mapping[str, str]
    ) -> tuple[frozenset[dnf.Literal], ...]:
        tree = dnf.All(tuple(self._tree(one, keys) for one in conditions))
        conjunctions = dnf.to_conjunctions(tree, rule=key)
        self._of_rule[key] = frozenset(atom for part in conjunctions for atom, _ in part)
        return conjunctions

    def _tree(self, condition: Condition, keys: Mapping[str, str]) -> dnf.Tree:
        if isinstance(condition, Test):
            return dnf.Leaf(self._name(condition, keys.get(condition.fact, condition.fact)))
        if isinstance(condition, Negation):
            return dnf.Not(self._tree(condition.part, keys))
        parts = tuple(self._tree(part, keys) for part in condition.parts)
        if condition.kind == "all":
            return dnf.All(parts)
        return dnf.Any(parts) if condition.kind == "any" else dnf.AtLeast(condition.need, parts)

    def _name(self, test: Test, key: str) -> str:
        identity = (key, test.op, test.value)
        name = self._names.setdefault(identity, f"a{len(self._names)}")
        if name not in self._atoms:
            self._atoms[name] = (key, test.value, _comparison(self._vocabulary[test.fact], test.op))
        return name


def second_opinion(release: Release) -> ReleaseOpinion:
    """Build the second opinion for a release (some hundreds of milliseconds)."""
    return ReleaseOpinion(release.vocabulary, _all_rules(release))


def _all_rules(release: Release) -> Iterable[Conditions]:
    shelves = (release.statute, release.items, release.aggravating, release.limited)
    for shelf in shelves:
        for ground in shelf.values():
            yield from _rules_of(ground)


def _rules_of(ground: Ground) -> Iterable[Conditions]:
    for span in ground.spans:
        yield span.key, tuple(line.condition for line in span.lines), ground.keys


def _state(key: str, other: object, holds: Comparison, facts: Mapping[str, object]) -> bool | None:
    value = facts.get(key)
    if isinstance(other, ShiftedFact):
        other = _moved(facts.get(other.fact), other)
    return None if value is None or other is None else holds(value, other)


def _moved(day: object, reference: ShiftedFact) -> object:
    if not isinstance(day, date) or not isinstance(reference.amount, int):
        return day
    if reference.unit == "years":
        return add_years(day, reference.amount)
    if reference.unit == "months":
        return add_months(day, reference.amount)
    return day + timedelta(days=reference.amount)


def _comparison(fact: Fact, op: str) -> Comparison:
    """What tells whether a value stands to another as the operator says; words by their place."""
    if op in {"in", "not_in"}:
        return lambda value, others: (value in others) == (op == "in")
    if op in {"eq", "ne"}:
        return lambda value, other: (value == other) == (op == "eq")
    if fact.type != "enum":
        return _order(op)
    places, holds = {name: place for place, name in enumerate(fact.value_names)}, _order(op)
    if op == "between":
        return lambda value, ends: holds(places[value], [places[end] for end in ends])
    return lambda value, other: holds(places[value], places[other])


def _order(op: str) -> Comparison:
    if op == "between":
        return lambda value, ends: not (value < ends[0] or value > ends[1])
    if op in {"lt", "gte"}:
        return lambda value, other: (value < other) == (op == "lt")
    return lambda value, other: (value > other) == (op == "gt")
