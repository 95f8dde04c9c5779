"""The evaluator: three-valued (Kleene), compiled once a release, every condition traced.

States are small integers so that the connectives are built-ins: ``FALSE`` 0, ``UNKNOWN`` 1,
``TRUE`` 2; *all* is ``min``, *any* is ``max``, *not* is ``2 - x``. Equal comparisons of a release
share one atom, which is tested once a case; a comparison whose fact is missing is never tested
and stays ``UNKNOWN``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kernel.interval import add_months, add_years
from rules.conditions import Condition, Negation, ShiftedFact, Test

if TYPE_CHECKING:
    from rules.facts import Fact, Vocabulary

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2
NOT_MET: Final = FALSE
UNDETERMINED: Final = UNKNOWN
APPLIES: Final = TRUE
STATE_NAMES: Final = ("not_met", "missing", "met")
OUTCOME_NAMES: Final = ("not_met", "undetermined", "applies")

States = list[int]
Tester = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison: its place in the states, the fact key it reads, and its test."""

    index: int
    key: str
    test: Test
    check: Tester | None  # None: reads a second fact, see ShiftedAtom


@dataclass(frozen=True, slots=True)
class ShiftedAtom:
    """A comparison of one fact with another (a day moved by calendar months or days)."""

    index: int
    key: str
    other: str
    unit: str
    amount: int
    compare: Callable[[object, object], bool]

    def state(self, facts: Mapping[str, object]) -> int:
        """TRUE or FALSE when both are known, else UNKNOWN."""
        left, right = facts.get(self.key), facts.get(self.other)
        if left is None or right is None:
            return UNKNOWN
        if isinstance(right, date):
            right = shift(right, self.unit, self.amount)
        return TRUE if self.compare(left, right) else FALSE


@dataclass(frozen=True, slots=True)
class Compound:
    """A connective over earlier nodes."""

    index: int
    kind: str
    need: int
    parts: tuple[int, ...]
    apply: Callable[[States], int]


def shift(day: date, unit: str, amount: int) -> date:
    """The day moved by calendar years or months (ending on the corresponding day) or by days."""
    if unit == "years":
        try:
            return day.replace(year=day.year + amount)  # a third of the time of add_years
        except ValueError:  # 29 February in a common year, or a year that does not exist
            return add_years(day, amount)
    return add_months(day, amount) if unit == "months" else day + timedelta(days=amount)


@dataclass(slots=True)
class Network:
    """All nodes of a release: atoms first met first, compounds after their parts."""

    vocabulary: Vocabulary
    size: int = 0
    atoms: dict[int, Atom] = field(default_factory=dict)
    shifted: list[ShiftedAtom] = field(default_factory=list)
    compounds: dict[int, Compound] = field(default_factory=dict)
    by_key: dict[str, list[tuple[int, Tester]]] = field(default_factory=dict)
    _known: dict[object, int] = field(default_factory=dict)

    def add(self, condition: Condition, keys: Mapping[str, str]) -> int:
        """Compile a condition without parameters left in it; returns its node.

        ``keys`` renames facts (``first_violation`` of a list with its own window).
        """
        if isinstance(condition, Test):
            return self._atom(condition, keys.get(condition.fact, condition.fact))
        if isinstance(condition, Negation):
            return self._compound("not", 1, (self.add(condition.part, keys),))
        parts = tuple(self.add(part, keys) for part in condition.parts)
        return self._compound(condition.kind, condition.need, parts)

    def fresh_states(self) -> States:
        """States with nothing known yet."""
        return [UNKNOWN] * self.size

    def atom_states(self, facts: Mapping[str, object]) -> States:
        """Test every atom whose fact is established; the others stay UNKNOWN."""
        states = [UNKNOWN] * self.size
        by_key = self.by_key
        for key, value in facts.items():
            for index, check in by_key.get(key, ()):
                states[index] = TRUE if check(value) else FALSE
        for atom in self.shifted:
            states[atom.index] = atom.state(facts)
        return states

    def below(self, node: int) -> tuple[Compound, ...]:
        """The compounds needed for a node, parts before wholes, each once."""
        found: dict[int, Compound] = {}
        self._collect(node, found)
        return tuple(found.values())

    def atoms_below(self, node: int) -> tuple[Atom, ...]:
        """The atoms a node depends on, each once, in reading order."""
        compound = self.compounds.get(node)
        if compound is None:
            return (self.atoms[node],)
        found: dict[int, Atom] = {}
        for part in compound.parts:
            found.update((atom.index, atom) for atom in self.atoms_below(part))
        return tuple(found.values())

    def _collect(self, node: int, found: dict[int, Compound]) -> None:
        compound = self.compounds.get(node)
        if compound is None or node in found:
            return
        for part in compound.parts:
            self._collect(part, found)
        found[node] = compound

    def _atom(self, test: Test, key: str) -> int:
        identity = (key, test.op, test.value)
        node = self._known.get(identity)
        if node is None:
            node = self._known[identity] = self._next()
            self._place_atom(node, test, key)
        return node

    def _place_atom(self, node: int, test: Test, key: str) -> None:
        if isinstance(test.value, ShiftedFact):
            value, amount = test.value, test.value.amount
            compare = _COMPARE[test.op]
            assert isinstance(amount, int)  # noqa: S101  (parameters are resolved before)
            self.shifted.append(ShiftedAtom(node, key, value.fact, value.unit, amount, compare))
            self.atoms[node] = Atom(node, key, test, None)
            return
        check = tester(self.vocabulary[test.fact], test)
        self.atoms[node] = Atom(node, key, test, check)
        self.by_key.setdefault(key, []).append((node, check))

    def _compound(self, kind: str, need: int, parts: tuple[int, ...]) -> int:
        identity = (kind, need, parts)
        node = self._known.get(identity)
        if node is None:
            node = self._known[identity] = self._next()
            self.compounds[node] = Compound(node, kind, need, parts, _apply(kind, need, parts))
        return node

    def _next(self) -> int:
        self.size += 1
        return self.size - 1


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_MIRRORED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.gt,
    "lte": operator.ge,
    "gt": operator.lt,
    "gte": operator.le,
}


def tester(fact: Fact, test: Test) -> Tester:
    """The function that tests a known value; enumerations become membership in a set."""
    if fact.type in {"bool", "enum"}:
        allowed = allowed_values(fact, test)
        return allowed.__contains__
    value: Any = test.value
    if test.op == "between":
        low, high = value
        return lambda known: bool(low <= known <= high)
    if test.op in {"in", "not_in"}:
        members = frozenset(value)
        return members.__contains__ if test.op == "in" else lambda known: known not in members
    # Mirrored, the constant comes first and can be bound: `limit >= known` is `known <= limit`, in C.
    return partial(_MIRRORED[test.op], value)


def allowed_values(fact: Fact, test: Test) -> frozenset[object]:
    """The values of a bool or an enumeration that pass the test."""
    every: tuple[object, ...] = (True, False) if fact.type == "bool" else fact.value_names
    rank: dict[Any, int] = {value: place for place, value in enumerate(every)}
    value: Any = test.value
    if test.op in {"in", "not_in"}:
        inside: frozenset[object] = frozenset(value)
        return inside if test.op == "in" else frozenset(every) - inside
    if test.op == "between":
        low, high = value
        return frozenset(v for v in every if rank[low] <= rank[v] <= rank[high])
    compare, place = _COMPARE[test.op], rank[value]
    return frozenset(one for one in every if compare(rank[one], place))


def _apply(kind: str, need: int, parts: tuple[int, ...]) -> Callable[[States], int]:
    if kind == "not":
        only = parts[0]
        return lambda states: TRUE - states[only]
    pick = picker(parts)
    if kind == "all":
        return lambda states: min(pick(states))
    if kind == "any":
        return lambda states: max(pick(states))

    def at_least(states: States) -> int:
        seen = pick(states)
        if seen.count(TRUE) >= need:
            return TRUE
        return FALSE if len(seen) - seen.count(FALSE) < need else UNKNOWN

    return at_least


def picker(nodes: Sequence[int]) -> Callable[[States], tuple[int, ...]]:
    """A function that takes the states of some nodes as a tuple, in one call."""
    if len(nodes) == 1:
        only = nodes[0]
        return lambda states: (states[only],)
    return operator.itemgetter(*nodes)
