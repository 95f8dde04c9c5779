"""The same items for OpenFisca-Core: one variable a fact, one variable with a formula an item.

OpenFisca computes whole columns of cases with numpy and knows no missing value, so only cases in
which every fact is known can be compared. Enumerations are given as the places of their values and
amounts in fen, which is the quickest form it has.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.model_api import ETERNITY, MONTH, Variable
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from benchmarks.as_zen import name_of
from rules.compiled import Ground
from rules.conditions import Condition, Negation, ShiftedFact, Test
from rules.evaluate import allowed_values
from rules.facts import Fact, Vocabulary

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
TYPES = {"bool": bool, "enum": int, "money": int, "integer": int, "number": float, "date": date}
PERIOD = "2026-06"

Column = np.ndarray[tuple[int], np.dtype[Any]]
Read = Callable[[str], Column]
Formula = Callable[[Read], Column]
Columns = Mapping[str, Column]


class System:
    """Items as a tax and benefit system with one entity, the case."""

    def __init__(self, vocabulary: Vocabulary, grounds: Iterable[Ground], day: date) -> None:
        self.vocabulary = vocabulary
        self.entity = build_entity(key="case", plural="cases", label="a case", is_person=True)
        self.system = TaxBenefitSystem([self.entity])
        self.types: dict[str, Fact] = {}
        self.items: list[str] = []
        for ground in grounds:
            span = ground.at(day)
            if span is not None:
                self._add_item(ground, [line.condition for line in span.lines])

    def columns(self, cases: Sequence[Mapping[str, object]]) -> Columns:
        """The facts that the items read, a column each."""
        return {
            name_of(key): np.array(
                [plain(fact, case[key]) for case in cases], self.system.variables[name_of(key)].dtype
            )
            for key, fact in self.types.items()
        }

    def simulation(self, columns: Columns, cases: int, *, trace: bool = False) -> Simulation:
        """A simulation of so many cases with their facts set."""
        simulation = SimulationBuilder().build_default_simulation(self.system, count=cases)
        simulation.trace = trace
        for name, column in columns.items():
            simulation.set_input(name, "ETERNITY", column)
        return simulation

    def answers(self, columns: Columns, cases: int, *, trace: bool = False) -> list[Column]:
        """For each item, for each case, whether it applies."""
        simulation = self.simulation(columns, cases, trace=trace)
        return [simulation.calculate(item, PERIOD) for item in self.items]

    def applying(self, columns: Columns) -> set[str]:
        """The items that apply in a single case, by the id of the ground."""
        answers = self.answers(columns, 1, trace=True)
        return {item.replace("_", "-") for item, answer in zip(self.items, answers, strict=True) if answer[0]}

    def _add_item(self, ground: Ground, conditions: Sequence[Condition]) -> None:
        parts = [self._formula(condition, ground.keys) for condition in conditions]

        def formula(case: Any, period: Any) -> Column:  # noqa: ANN401  (the library publishes no types)
            return all_of([part(lambda name: case(name, period)) for part in parts])

        self.items.append(name_of(ground.id))
        # A formula cannot be asked for all eternity: the library looks for the one of a day.
        self._add_variable(name_of(ground.id), bool, definition_period=MONTH, formula=formula)

    def _add_variable(self, name: str, kind: type, **extra: object) -> None:
        body = {"value_type": kind, "entity": self.entity, "definition_period": ETERNITY, "label": name} | extra
        self.system.add_variable(type(name, (Variable,), body))

    def _read(self, key: str, fact: Fact) -> str:
        if key not in self.types:
            self.types[key] = fact
            self._add_variable(name_of(key), TYPES[fact.type])
        return name_of(key)

    def _formula(self, condition: Condition, keys: Mapping[str, str]) -> Formula:
        if isinstance(condition, Test):
            key = keys.get(condition.fact, condition.fact)
            return self._comparison(condition, self._read(key, self.vocabulary[condition.fact]))
        if isinstance(condition, Negation):
            part = self._formula(condition.part, keys)
            return lambda read: np.logical_not(part(read))
        parts = [self._formula(part, keys) for part in condition.parts]
        if condition.kind == "all":
            return lambda read: all_of([part(read) for part in parts])
        need = condition.need
        if need == 1:
            return lambda read: any_of([part(read) for part in parts])
        return lambda read: np.sum([part(read) for part in parts], axis=0) >= need

    def _comparison(self, test: Test, name: str) -> Formula:
        fact, value = self.vocabulary[test.fact], test.value
        if fact.type == "enum":
            places = [fact.value_names.index(str(one)) for one in allowed_values(fact, test)]
            return lambda read: np.isin(read(name), places)
        if isinstance(value, ShiftedFact):
            return self._of_two_facts(test.op, name, value)
        if isinstance(value, tuple):
            low, high = (plain(fact, end) for end in value)
            return lambda read: (read(name) >= low) & (read(name) <= high)
        compare, constant = OPERATORS[test.op], plain(fact, value)
        return lambda read: compare(read(name), constant)

    def _of_two_facts(self, op: str, name: str, value: ShiftedFact) -> Formula:
        other, compare = self._read(value.fact, self.vocabulary[value.fact]), OPERATORS[op]
        amount = int(value.amount) if isinstance(value.amount, int) else 0
        move = {"years": years_later, "days": operator.add}[value.unit]
        return lambda read: compare(read(name), move(read(other), amount) if amount else read(other))


def all_of(columns: Sequence[Column]) -> Column:
    """Where all columns are true."""
    result = columns[0]
    for column in columns[1:]:
        result = result & column
    return result


def any_of(columns: Sequence[Column]) -> Column:
    """Where some column is true."""
    result = columns[0]
    for column in columns[1:]:
        result = result | column
    return result


def years_later(days: Column, years: int) -> Column:
    """The corresponding days; 29 February becomes the 28th."""
    months = days.astype("M8[M]")
    in_month = days - months.astype("M8[D]")
    moved = months + 12 * years
    last = (moved + 1).astype("M8[D]") - moved.astype("M8[D]") - np.timedelta64(1, "D")
    found: Column = moved.astype("M8[D]") + np.minimum(in_month, last)
    return found


def plain(fact: Fact, value: object) -> object:
    """A fact or constant as a column has it."""
    if fact.type == "enum":
        return fact.value_names.index(str(value))
    return (
        float(value) if isinstance(value, Decimal) else np.datetime64(value, "D") if isinstance(value, date) else value
    )
