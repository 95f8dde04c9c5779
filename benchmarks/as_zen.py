"""The same items for ZEN (zen-engine): one expression an item, in one graph.

ZEN knows true and false; a comparison with an absent fact is one of the two, so only cases in which
every fact is known can be compared. Its trace shows the value of every expression.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import zen

from rules.compiled import Ground
from rules.conditions import Condition, Negation, ShiftedFact, Test
from rules.evaluate import allowed_values
from rules.facts import Vocabulary

OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "in": "in", "not_in": "not in"}


class Graph:
    """Items as a decision graph, compiled once; ``facts`` are those of a decision."""

    def __init__(self, vocabulary: Vocabulary, grounds: Iterable[Ground], day: date) -> None:
        self.vocabulary = vocabulary
        spans = ((ground, ground.at(day)) for ground in grounds)
        expressions = {
            ground.id: " and ".join(self.expression(line.condition, ground.keys) for line in span.lines)
            for ground, span in spans
            if span is not None
        }
        self.decision = zen.ZenEngine().create_decision(_graph(expressions))

    def trace(self, facts: Mapping[str, object]) -> Mapping[str, object]:
        """The graph's answer with its trace."""
        answer: Mapping[str, object] = self.decision.evaluate(facts, {"trace": True})
        return answer

    def applying(self, facts: Mapping[str, object]) -> set[str]:
        """The items whose expression is true."""
        result = self.trace(facts)["result"]
        assert isinstance(result, dict)
        return {name for name, holds in result.items() if holds is True}

    def expression(self, condition: Condition, keys: Mapping[str, str]) -> str:
        """A condition in ZEN's language."""
        if isinstance(condition, Test):
            return self._comparison(condition, name_of(keys.get(condition.fact, condition.fact)))
        if isinstance(condition, Negation):
            return f"not ({self.expression(condition.part, keys)})"
        parts = [self.expression(part, keys) for part in condition.parts]
        if condition.kind == "at_least":
            return f"({' + '.join(f'(({part}) ? 1 : 0)' for part in parts)} >= {condition.need})"
        return f"({(' and ' if condition.kind == 'all' else ' or ').join(parts)})"

    def _comparison(self, test: Test, name: str) -> str:
        fact, value = self.vocabulary[test.fact], test.value
        if fact.type == "enum":
            return f"{name} in {sorted(map(str, allowed_values(fact, test)))}"
        if fact.type == "date":
            return f"d({name}) {OPERATORS[test.op]} {_day(value)}"
        if isinstance(value, ShiftedFact):
            return f"{name} {OPERATORS[test.op]} {name_of(value.fact)}"
        if test.op == "between" and isinstance(value, tuple):
            return f"({value[0]} <= {name} and {name} <= {value[1]})"
        return f"{name} {OPERATORS[test.op]} {plain(value)}"


def name_of(key: str) -> str:
    """A fact key as an identifier (``first_violation`` of a list carries its way of counting)."""
    return "".join(one if one.isalnum() else "_" for one in key)


def context(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts as ZEN takes them."""
    return {name_of(key): plain_fact(value) for key, value in facts.items()}


def plain_fact(value: object) -> object:
    """A fact as JSON would have it."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def plain(value: object) -> str:
    """A constant in ZEN's language."""
    if isinstance(value, tuple):
        return f"[{', '.join(plain(one) for one in value)}]"
    return str(value).lower() if isinstance(value, bool | int | Decimal) else json.dumps(value, ensure_ascii=False)


def _day(value: object) -> str:
    if isinstance(value, ShiftedFact):
        return f"d({name_of(value.fact)}).add({value.amount}, '{value.unit[:-1]}')"
    return f"d('{value}')"


def _graph(expressions: Mapping[str, str]) -> str:
    content = {"expressions": [{"id": name, "key": name, "value": text} for name, text in expressions.items()]}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {"id": "items", "type": "expressionNode", "name": "items", "content": content},
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    for node in nodes:
        node["position"] = {"x": 0, "y": 0}
    edges = [
        {"id": "to", "sourceId": "in", "targetId": "items", "type": "edge"},
        {"id": "from", "sourceId": "items", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})
