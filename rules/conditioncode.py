"""Conditions as short text, such as ``goods_value_yuan<10000``: how a branch of a penalty is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.conditions import Condition, Group, Negation, ShiftedFact, Test
from rules.facts import fact_value_json

if TYPE_CHECKING:
    from rules.facts import Vocabulary

_SIGNS: Final = {"eq": "=", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def condition_code(condition: Condition, vocabulary: Vocabulary) -> str:
    """A condition as short text, such as ``goods_value_yuan<10000``."""
    if isinstance(condition, Negation):
        return f"not({condition_code(condition.part, vocabulary)})"
    if isinstance(condition, Group):
        parts = [condition_code(part, vocabulary) for part in condition.parts]
        if condition.kind == "at_least":
            return f"at_least({condition.need}: {'; '.join(parts)})"
        return (" and " if condition.kind == "all" else " or ").join(parts)
    return _test_code(condition, vocabulary)


def _test_code(test: Test, vocabulary: Vocabulary) -> str:
    fact = vocabulary[test.fact]
    if isinstance(test.value, ShiftedFact):
        return f"{test.fact}{_SIGNS[test.op]}{test.value.fact}"
    if isinstance(test.value, tuple):
        shown = "|".join(str(fact_value_json(fact, one)) for one in test.value)
        return f"{test.fact} {test.op} {{{shown}}}"
    value = fact_value_json(fact, test.value)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{test.fact}{_SIGNS[test.op]}{shown}"
