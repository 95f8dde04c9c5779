"""The catalogue's conditions as formulas of z3: the same nodes the evaluator computes.

All facts count as established. Yes-no facts are booleans, enumerations small whole numbers, amounts
whole fen, other numbers exact fractions, days the ordinal of the calendar, texts a number each. A day moved by years or
months is a number of its own, first only bounded (365 to 366 days a year) and then fixed around
each day that a solution used, so that *impossible* is a proof and *possible* is a case that was replayed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rules.compiled import FIRST
from rules.conditions import ShiftedFact
from rules.evaluate import Atom, Network, allowed_values, shift
from rules.facts import FIRST_YEAR, LAST_YEAR, MAX_NUMBER
from rules.instant import DAYS_IN_ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rules.facts import Fact

Term = Any
"""A formula of z3, which publishes no types."""
NEVER: Final = "never_before"
MONTHS: Final = "months_since_last_same_type"
SAME_TYPE: Final = "same_type_same_party"
_LEAST_DAYS: Final = {"years": 365, "months": 28}
_MOST_DAYS: Final = {"years": 366, "months": 31}
_DECIMALS: Final = 6
_FARTHEST: Final = 1500
"""Days looked at from one: a move by years is equally long for a year at least."""
_TEXTS: Final = frozenset({"text", "text_list"})


class Encoder:
    """Nodes of a network as terms; facts met for the first time assert what bounds them."""

    def __init__(self, network: Network, z3: Any, solver: Any) -> None:  # noqa: ANN401  (z3 has no types)
        """``z3`` is the module; bounds are asserted on ``solver`` below every scope, in its context."""
        self._network = network
        self._z3 = z3
        self._context = solver.ctx
        self._solver = solver
        self._vars: dict[str, Term] = {}
        self._nodes: dict[int, Term] = {}
        self._moved: dict[tuple[str, str, int], Term] = {}
        self._texts: list[object] = []

    def node(self, index: int) -> Term:
        """The term of a node of the network."""
        term = self._nodes.get(index)
        if term is None:
            compound = self._network.compounds.get(index)
            if compound is None:
                term = self._atom(self._network.atoms[index])
            else:
                parts = [self.node(part) for part in compound.parts]
                term = self._connect(compound.kind, compound.need, parts)
            self._nodes[index] = term
        return term

    def every(self, nodes: Sequence[int]) -> Term:
        """All nodes hold; without nodes, always."""
        return self._z3.And([self._true, *(self.node(one) for one in nodes)])

    @property
    def _true(self) -> Term:
        return self._z3.BoolVal(True, self._context)  # noqa: FBT003 - z3 takes it so

    def variable(self, key: str) -> Term:
        """The unknown of a fact (or of 初次违法 under one list's way of counting)."""
        if key not in self._vars:
            fact = self.fact(key)
            self._vars[key] = self._declare(key, fact)
            self._bound(self._vars[key], fact)
            self._link_days(key)
            if key.startswith(FIRST):
                self._link_first(key)
        return self._vars[key]

    def fact(self, key: str) -> Fact:
        """The fact of the vocabulary behind a key."""
        return self._network.vocabulary[key.partition("|")[0]]

    def value(self, model: Any, key: str) -> object:  # noqa: ANN401  (a z3 model)
        """What a solution says of a fact, in the form the evaluator reads."""
        return self.read(model, self.variable(key), key)

    def read(self, model: Any, term: Term, key: str) -> object:  # noqa: ANN401  (a z3 model)
        """What a solution says of a term that stands for a fact."""
        found = model.eval(term, model_completion=True)
        fact = self.fact(key)
        if fact.type == "bool":
            return bool(self._z3.is_true(found))
        if fact.type == "number":
            return _decimal(found.numerator_as_long(), found.denominator_as_long())
        number = int(found.as_long())
        if fact.type == "enum":
            return fact.value_names[number]
        if fact.type in _TEXTS:
            return self._texts[number] if number < len(self._texts) else ""
        return date.fromordinal(number) if fact.type == "date" else number

    def refine(self, model: Any) -> bool:  # noqa: ANN401  (a z3 model)
        """Fix the moved days of a solution that moved them inexactly; False when all are exact."""
        wrong = False
        for (key, unit, amount), moved in self._moved.items():
            here = self.variable(key)
            day = int(model.eval(here, model_completion=True).as_long())
            step = _step(day, unit, amount)
            if int(model.eval(moved, model_completion=True).as_long()) != day + step:
                wrong = True
                first, last = (_alike(day, towards, unit, amount) for towards in (-1, 1))
                self._solver.add(self._z3.Implies(self._z3.And(first <= here, here <= last), moved == here + step))
        return wrong

    def substitute(self, term: Term, key: str, other: Term) -> Term:
        """The term with another unknown in the place of a fact."""
        return self._z3.substitute(term, (self.variable(key), other))

    def fresh(self, key: str, name: str) -> Term:
        """A second unknown of the same fact, within the same bounds."""
        other = self._declare(f"{key}#{name}", self.fact(key))
        self._bound(other, self.fact(key))
        return other

    def fixed(self, key: str, value: object) -> Term:
        """A value of a numeric fact as a term."""
        return self._constant(self.fact(key), value)

    def _connect(self, kind: str, need: int, parts: list[Term]) -> Term:
        z3 = self._z3
        if kind == "not":
            return z3.Not(parts[0])
        if kind == "at_least":
            return z3.AtLeast(*parts, need)
        return z3.And(parts) if kind == "all" else z3.Or(parts)

    def _atom(self, atom: Atom) -> Term:
        fact, test, left = self.fact(atom.key), atom.test, self.variable(atom.key)
        value: Any = test.value
        if isinstance(value, ShiftedFact):
            return _COMPARE[test.op](left, self._shifted(value))
        if fact.type in {"bool", "enum"}:
            return self._member(fact, left, allowed_values(fact, test))
        if test.op == "between":
            low, high = (self._constant(fact, one) for one in value)
            return self._z3.And(low <= left, left <= high)
        if test.op in {"in", "not_in"}:
            inside = self._z3.Or([left == self._constant(fact, one) for one in value])
            return inside if test.op == "in" else self._z3.Not(inside)
        return _COMPARE[test.op](left, self._constant(fact, value))

    def _member(self, fact: Fact, left: Term, allowed: frozenset[object]) -> Term:
        if fact.type == "bool":
            choices = [left] * (True in allowed) + [self._z3.Not(left)] * (False in allowed)
        else:
            choices = [left == place for place, name in enumerate(fact.value_names) if name in allowed]
        return self._z3.Or([self._z3.Not(self._true), *choices])

    def _shifted(self, value: ShiftedFact) -> Term:
        right, amount = self.variable(value.fact), value.amount
        assert isinstance(amount, int)  # noqa: S101  (parameters are resolved before)
        if value.unit == "days" or amount == 0:
            return right + amount
        key = (value.fact, value.unit, amount)
        if key not in self._moved:
            moved = self._z3.Int(f"{value.fact}+{amount}{value.unit}", self._context)
            ends = sorted(amount * days[value.unit] for days in (_LEAST_DAYS, _MOST_DAYS))
            self._solver.add(right + ends[0] <= moved, moved <= right + ends[1])
            self._moved[key] = moved
        return self._moved[key]

    def _declare(self, name: str, fact: Fact) -> Term:
        if fact.type == "bool":
            return self._z3.Bool(name, self._context)
        return (self._z3.Real if fact.type == "number" else self._z3.Int)(name, self._context)

    def _bound(self, term: Term, fact: Fact) -> None:
        if fact.type in _TEXTS:
            self._solver.add(term >= 0)
        elif fact.type != "bool":
            low, high = bounds(fact)
            self._solver.add(self._constant(fact, low) <= term, term <= self._constant(fact, high))

    def _constant(self, fact: Fact, value: object) -> Term:
        if isinstance(value, date):
            return self._z3.IntVal(value.toordinal(), self._context)
        if fact.type in _TEXTS:
            if value not in self._texts:
                self._texts.append(value)
            return self._z3.IntVal(self._texts.index(value), self._context)
        if fact.type == "number":
            return self._z3.RealVal(str(value), self._context)
        return self._z3.IntVal(int(str(value)), self._context)

    def _link_days(self, key: str) -> None:
        """A case whose days contradict each other is refused: no proof may rest on one."""
        for earlier, later, _ in DAYS_IN_ORDER:
            if key in {earlier, later} and {earlier, later} <= set(self._vars):
                self._solver.add(self._vars[earlier] <= self._vars[later])

    def _link_first(self, key: str) -> None:
        """What the lists' ways of counting 初次违法 have to do with each other.

        Only what is sure: who was never caught before is first under every list, and a list that
        counts the same type within so many months follows the months since the last one.
        """
        z3, never = self._z3, self.variable(NEVER)
        first = self._vars[key]
        _, window, scope, exempted = [*key.split("|")[:4], "", "", ""][:4]
        months = self.variable(MONTHS)
        since = months >= self._constant(self.fact(MONTHS), window) if window.isdigit() else z3.Not(self._true)
        counted = z3.Or(never, since)
        if scope == SAME_TYPE and exempted == "True":
            self._solver.add(first == counted)
        else:
            self._solver.add(z3.Implies(counted if scope == SAME_TYPE else never, first))


def bounds(fact: Fact) -> tuple[object, object]:
    """The least and the greatest value of a fact that is not a boolean (places, for enumerations)."""
    if fact.type == "enum":
        return 0, len(fact.values) - 1
    if fact.type == "date":
        return date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    scale = 100 if fact.type == "money" else 1  # amounts are fen inside
    low = 0 if fact.type == "money" else -MAX_NUMBER
    return (fact.min if fact.min is not None else low), (fact.max or MAX_NUMBER) * scale


def _step(day: int, unit: str, amount: int) -> int:
    """How many days the move is from that day (an ordinal of the calendar)."""
    return shift(date.fromordinal(day), unit, amount).toordinal() - day


def _alike(day: int, towards: int, unit: str, amount: int) -> int:
    """The last day in a direction from which the move is just as long."""
    step = _step(day, unit, amount)
    for other in range(day + towards, day + towards * _FARTHEST, towards):
        if _step(other, unit, amount) != step:
            return other - towards
    return day + towards * (_FARTHEST - 1)


def _decimal(numerator: int, denominator: int) -> int | Decimal:
    """The fraction as the evaluator reads numbers, to six decimals."""
    if denominator == 1:
        return numerator
    return round(Decimal(numerator) / Decimal(denominator), _DECIMALS).normalize()


def keys_below(network: Network, nodes: Iterable[int]) -> dict[str, None]:
    """The fact keys that nodes read, in reading order."""
    return dict.fromkeys(key for node in nodes for atom in network.atoms_below(node) for key in _keys(atom))


def _keys(atom: Atom) -> Iterator[str]:
    yield atom.key
    if isinstance(atom.test.value, ShiftedFact):
        yield atom.test.value.fact


_COMPARE: Final[dict[str, Callable[[Any, Any], Term]]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
}
