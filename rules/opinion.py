"""The second opinion on a release: its grounds as conjunctions of atoms, tested independently.

Nothing of the evaluator's compiled form is used: the conditions are turned into disjunctive
normal form, the comparisons are tested by a plain interpreter, and durable-rules chains from the
atoms to the grounds (:mod:`rules.engine`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kernel.interval import add_months, add_years
from rules import dnf
from rules.conditions import Condition, Negation, ShiftedFact, Test
from rules.engine import SecondOpinion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from rules.compiled import Ground
    from rules.engine import Question
    from rules.facts import Fact, Vocabulary
    from rules.release import Release

    Comparison = Callable[[Any, Any], bool]
    Conditions = tuple[str, tuple[Condition, ...], Mapping[str, str]]
    Texts = tuple[str, ...]

_MOST_ASKED: Final = 1_000
_MOST_VALUES: Final = 1_000
"""Questions and values that are remembered; then it begins anew."""


class ReleaseOpinion:
    """durable-rules over every ground of a release; one instance a release, freed by close()."""

    def __init__(self, vocabulary: Vocabulary, grounds: Iterable[Conditions]) -> None:
        """Build the packs and check each rule on a hit and a near miss.

        ``grounds``: the key of each span, its conditions, and how facts are renamed in them.
        """
        self._vocabulary = vocabulary
        self._names: dict[object, str] = {}
        self._tests: dict[tuple[str, str], dict[str, tuple[object, Comparison]]] = {}
        self._reads: dict[str, tuple[str, str]] = {}  # by atom: the facts that it compares
        rules = {key: self._rule(key, parts, keys) for key, parts, keys in grounds}
        self._engine = SecondOpinion(rules)
        self._columns = {facts: _Column(facts, tests, self._engine) for facts, tests in self._tests.items()}
        self._asked: dict[tuple[str, ...], tuple[Question, list[_Column]]] = {}

    def ask(self, facts: Mapping[str, object], keys: Collection[str]) -> Mapping[str, str]:
        """The outcome of each span named in ``keys``: applies, not_met or undetermined.

        Raises rules.engine.EngineFault when the engine fails.
        """
        asked = tuple(keys)
        found = self._asked.get(asked)
        if found is None:
            if len(self._asked) >= _MOST_ASKED:
                self._asked.clear()
            found = self._asked[asked] = self._question(asked)
        question, columns = found
        return question.ask([column.read(facts) for column in columns])

    def close(self) -> None:
        """Free the engine's packs."""
        self._engine.close()

    def _question(self, keys: Collection[str]) -> tuple[Question, list[_Column]]:
        """Whole columns are read: a column remembers what each value of its fact comes to."""
        read = {self._reads[atom]: None for atom in self._engine.atoms(keys)}
        columns = [self._columns[facts] for facts in read]
        return self._engine.question(keys, [atom for one in columns for atom in one.atoms]), columns

    def _rule(
        self, key: str, conditions: Iterable[Condition], keys: Mapping[str, str]
    ) -> tuple[frozenset[dnf.Literal], ...]:
        tree = dnf.All(tuple(self._tree(one, keys) for one in conditions))
        return dnf.to_conjunctions(tree, rule=key)

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
        name = self._names.get(identity)
        if name is None:
            name = self._names[identity] = f"a{len(self._names)}"
            facts = self._reads[name] = (key, test.value.fact if isinstance(test.value, ShiftedFact) else key)
            comparison = _comparison(self._vocabulary[test.fact], test.op)
            self._tests.setdefault(facts, {})[name] = (test.value, comparison)
        return name


class _Column:
    """All comparisons of one fact (with constants, or with one other fact), and what they come to for values seen."""

    def __init__(
        self, facts: tuple[str, str], tests: Mapping[str, tuple[object, Comparison]], engine: SecondOpinion
    ) -> None:
        self.atoms = tuple(tests)
        self._fact, self._other = facts
        self._tests = tests
        self._words = engine.words
        self._known: dict[object, tuple[Texts, Texts]] = {}
        self._unknown = self._joined(dict.fromkeys(tests))

    def read(self, facts: Mapping[str, object]) -> tuple[Texts, Texts]:
        """What the comparisons contribute to a case, when sure and when possible."""
        value, other = facts.get(self._fact), facts.get(self._other)
        if value is None or other is None:
            return self._unknown
        pair = (value, other)
        found = self._known.get(pair)
        if found is None:
            if len(self._known) >= _MOST_VALUES:
                self._known.clear()
            found = self._known[pair] = self._joined(
                {atom: holds(value, _moved(other, reference)) for atom, (reference, holds) in self._tests.items()}
            )
        return found

    def _joined(self, states: Mapping[str, bool | None]) -> tuple[Texts, Texts]:
        words = [self._words(atom, state) for atom, state in states.items()]
        return tuple(text for sure, _ in words for text in sure), tuple(text for _, maybe in words for text in maybe)


def second_opinion(release: Release) -> ReleaseOpinion:
    """Build the second opinion for a release (some hundreds of milliseconds)."""
    return ReleaseOpinion(release.vocabulary, _all_rules(release))


def _all_rules(release: Release) -> Iterable[Conditions]:
    """What every case asks stands together, and before all else: packs run whole."""
    shelves = (release.statute, release.aggravating, release.items, release.limited)
    for shelf in shelves:
        for ground in shelf.values():
            yield from _rules_of(ground)


def _rules_of(ground: Ground) -> Iterable[Conditions]:
    for span in ground.spans:
        yield span.key, tuple(line.condition for line in span.lines), ground.keys


def _moved(other: object, reference: object) -> object:
    """What a fact is compared with: a constant, or the other fact, a day moved as the condition says."""
    if not isinstance(reference, ShiftedFact):
        return reference
    if not isinstance(other, date) or not isinstance(reference.amount, int):
        return other
    if reference.unit == "years":
        return add_years(other, reference.amount)
    if reference.unit == "months":
        return add_months(other, reference.amount)
    return other + timedelta(days=reference.amount)


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
