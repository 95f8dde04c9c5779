"""The same items for ZEN (zen-engine), in two forms.

As expressions, one an item: the trace shows the value of every item, but not of its conditions. As
a decision table, one row an item: quicker, and the trace shows only the rows that were hit. ZEN
knows true and false: a comparison with an absent fact is one of the two, or stops the evaluation, so
answers can be compared only where every fact is known.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import zen

from rules.compiled import Ground
from rules.conditions import Condition, Negation, ShiftedFact, Test
from rules.evaluate import allowed_values
from rules.facts import Vocabulary

OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "in": "in", "not_in": "not in"}


class Graph:
    """Items as a decision graph, compiled once; ``table``: as a decision table."""

    def __init__(self, vocabulary: Vocabulary, grounds: Iterable[Ground], day: date, *, table: bool) -> None:
        self.vocabulary = vocabulary
        self.table = table
        spans = ((ground, ground.at(day)) for ground in grounds)
        expressions = {
            ground.id: " and ".join(self.expression(line.condition, ground.keys) for line in span.lines)
            for ground, span in spans
            if span is not None
        }
        node = _table(expressions) if table else _expressions(expressions)
        self.decision = zen.ZenEngine().create_decision(_graph(node))

    def trace(self, facts: dict[str, object]) -> Mapping[str, Any]:
        """The graph's answer with its trace."""
        answer: Mapping[str, Any] = self.decision.evaluate(facts, {"trace": True})
        return answer

    def applying(self, facts: dict[str, object]) -> set[str]:
        """The items whose expression is true."""
        result = self.trace(facts)["result"]
        if self.table:
            return {row["item"] for row in result or ()}
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


def _expressions(items: Mapping[str, str]) -> dict[str, object]:
    content = {"expressions": [{"id": name, "key": name, "value": text} for name, text in items.items()]}
    return {"type": "expressionNode", "content": content}


def _table(items: Mapping[str, str]) -> dict[str, object]:
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "item", "name": "item", "field": "item"}],
        "rules": [{"_id": name, "when": text, "item": json.dumps(name)} for name, text in items.items()],
    }
    return {"type": "decisionTableNode", "content": content}


def _graph(node: dict[str, object]) -> str:
    chain: dict[str, dict[str, object]] = {
        "in": {"type": "inputNode", "content": {}},
        "items": node,
        "out": {"type": "outputNode", "content": {}},
    }
    nodes = [{"id": name, "name": name, "position": {"x": 0, "y": 0}, **one} for name, one in chain.items()]
    edges = [
        {"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"}
        for one, other in (("in", "items"), ("items", "out"))
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})
