"""Conditions in Chinese: one generated sentence a condition, unless the catalogue words it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.money import format_yuan_zh
from rules.conditions import Condition, Group, Negation, ShiftedFact, Test

if TYPE_CHECKING:
    from rules.facts import Fact, Vocabulary

_NUMBER_WORDS: Final = {
    "eq": "为",
    "ne": "不为",
    "lt": "低于",
    "lte": "不超过",
    "gt": "超过",
    "gte": "不低于",
}
_DATE_WORDS: Final = {
    "eq": "为",
    "ne": "不为",
    "lt": "早于",
    "lte": "不晚于",
    "gt": "晚于",
    "gte": "不早于",
}
_UNIT_WORDS: Final = {"working_day": "个工作日", "day": "日", "hour": "小时"}
_OFFSET_WORDS: Final = {"years": "年", "months": "个月", "days": "日"}


def condition_text(condition: Condition, vocabulary: Vocabulary) -> str:
    """The condition as an officer would read it in a list of conditions."""
    if condition.wording.text:
        return condition.wording.text
    if isinstance(condition, Test):
        return _test_text(condition, vocabulary)
    if isinstance(condition, Negation):
        return f"并非：{condition_text(condition.part, vocabulary)}"
    return _group_text(condition, vocabulary)


def _group_text(group: Group, vocabulary: Vocabulary) -> str:
    parts = [_inner(part, vocabulary) for part in group.parts]
    if group.kind == "any":
        return "，或者".join(parts)
    if group.kind == "all":
        return "，并且".join(parts)
    return f"以下至少{group.need}项：{'；'.join(parts)}"


def _inner(part: Condition, vocabulary: Vocabulary) -> str:
    text = condition_text(part, vocabulary)
    return f"（{text}）" if isinstance(part, Group) and not part.wording.text else text


def _test_text(test: Test, vocabulary: Vocabulary) -> str:
    fact = vocabulary[test.fact]
    if fact.type == "bool" and test.op in {"eq", "ne"}:
        return fact.yes if (test.value is True) == (test.op == "eq") else fact.no
    if test.op in {"in", "not_in"}:
        return _membership_text(test, fact)
    words = _DATE_WORDS if fact.type == "date" else _NUMBER_WORDS
    if test.op == "between":
        low, high = test.value  # type: ignore[misc]
        return f"{fact.label}在{value_text(fact, low)}与{value_text(fact, high)}之间（含两端）"  # type: ignore[has-type]
    shown = _operand_text(fact, test, vocabulary)
    return f"{fact.label}{words[test.op]}{shown}"


def _membership_text(test: Test, fact: Fact) -> str:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    shown = "、".join(value_text(fact, one) for one in values)
    return f"{fact.label}{'为' if test.op == 'in' else '不为'}{shown}{'之一' if len(values) > 1 else ''}"


def _operand_text(fact: Fact, test: Test, vocabulary: Vocabulary) -> str:
    value = test.value
    if isinstance(value, ShiftedFact):
        other = vocabulary[value.fact].label
        return f"{other}{f'后{value.amount}{_OFFSET_WORDS[value.unit]}' if value.amount else ''}"
    if test.wording.unit:
        return f"{number_text(value)}{_UNIT_WORDS[test.wording.unit]}"
    return value_text(fact, value)


def value_text(fact: Fact, value: object) -> str:
    """A value of a fact in Chinese: amounts with 元, enumerations by their label."""
    if fact.type == "bool":
        return "是" if value else "否"
    if fact.type == "money" and isinstance(value, int):
        return format_yuan_zh(value)
    if fact.type == "enum":
        return f"「{fact.value_label(value)}」"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "、".join(str(one) for one in value)
    return f"{number_text(value)}{fact.unit}"


def number_text(value: object) -> str:
    """A number without exponent or trailing zeros."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
