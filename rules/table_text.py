"""Conditions as lines of a table cell, and cases as lines of facts: what is written here is read back.

:mod:`rules.table_read` turns every text made here into the same condition. A group is a heading
line followed by its members, each with one more dash in front::

    初次违法
    以下任一项：
    - 改正情况为「当场改正」
    - 整改用时不超过5个工作日（本系统理解）
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Final

from rules.conditions import Condition, Group, Negation, Param, ShiftedFact, Test
from rules.wording import number_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules.facts import Fact, Vocabulary

OURS: Final = "（本系统理解）"
HEADINGS: Final = {"any": "以下任一项", "all": "以下各项", "at_least": "以下至少{need}项"}
NOT: Final = "并非"
NUMBER_WORDS: Final = {"eq": "为", "ne": "不为", "lt": "低于", "lte": "不超过", "gt": "超过", "gte": "不低于"}
DAY_WORDS: Final = {"eq": "为", "ne": "不为", "lt": "早于", "lte": "不晚于", "gt": "晚于", "gte": "不早于"}
OFFSETS: Final = {"years": "年", "months": "个月", "days": "日"}
COUNTED: Final = {"working_day": "个工作日", "day": "个自然日"}
NOT_KNOWN: Final = "未查明"
TRUTH: Final = {True: "是", False: "否"}


def conditions_text(conditions: Iterable[Condition], vocabulary: Vocabulary) -> str:
    """All conditions of a list, one line (or one block of lines) each; empty for none."""
    return "\n".join(line for one in conditions for line in condition_lines(one, vocabulary))


def condition_lines(condition: Condition, vocabulary: Vocabulary, depth: int = 0) -> Iterator[str]:
    """The lines of one condition; members of a group are one dash deeper."""
    dash = "-" * depth + " " * bool(depth)
    if isinstance(condition, Test):
        yield dash + _said(test_text(condition, vocabulary), condition, inline=_is_counted(condition, vocabulary))
        return
    yield dash + _said(heading(condition), condition) + "："
    for part in parts_of(condition):
        yield from condition_lines(part, vocabulary, depth + 1)


def parts_of(condition: Group | Negation) -> tuple[Condition, ...]:
    """The members of a group; the one of a negation."""
    return condition.parts if isinstance(condition, Group) else (condition.part,)


def heading(condition: Group | Negation) -> str:
    """What stands above the members: 以下任一项, 以下至少2项, 并非."""
    if isinstance(condition, Negation):
        return NOT
    return HEADINGS[condition.kind].format(need=condition.need)


def _said(text: str, condition: Condition, *, inline: bool = False) -> str:
    wording = condition.wording
    unit = "" if wording.unit is None or inline else f"【单位：{wording.unit}】"
    own = "" if wording.text is None else f"【表述：{_one_line(wording.text)}】"
    return f"{text}{OURS * wording.ours}{unit}{own}"


def _one_line(text: str) -> str:
    plain = text == text.strip() and not any(sign in text for sign in "\n\r】\"'")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _is_counted(test: Test, vocabulary: Vocabulary) -> bool:
    """Whether the unit of the wording stands with the number itself (5个工作日)."""
    fact = vocabulary[test.fact]
    counts = fact.type in {"integer", "number"} and fact.unit == "天" and test.op not in {"in", "not_in", "between"}
    return counts and test.wording.unit in COUNTED and not isinstance(test.value, Param | ShiftedFact)


def test_text(test: Test, vocabulary: Vocabulary) -> str:
    """One comparison, without what it says about itself."""
    fact = vocabulary[test.fact]
    if fact.type == "bool" and test.op == "eq" and isinstance(test.value, bool):
        return fact.yes if test.value else fact.no
    if test.op in {"in", "not_in"}:
        return f"{fact.label}{'属于' if test.op == 'in' else '不属于'}{operand_text(test, vocabulary)}"
    if test.op == "between":
        return f"{fact.label}在{operand_text(test, vocabulary)}之间（含两端）"
    words = DAY_WORDS if fact.type == "date" else NUMBER_WORDS
    return f"{fact.label}{words[test.op]}{operand_text(test, vocabulary)}"


def operand_text(test: Test, vocabulary: Vocabulary) -> str:
    """What a fact is compared with: a value, several, a parameter or another fact."""
    fact = vocabulary[test.fact]
    if isinstance(test.value, Param):
        return f"〔参数：{test.value.name}〕"
    if isinstance(test.value, ShiftedFact):
        return _shifted(test.value, vocabulary)
    if test.op in {"in", "not_in", "between"} and isinstance(test.value, tuple):
        shown = [literal_text(fact, one) for one in test.value]
        return "与".join(shown) if test.op == "between" else "、".join(shown)
    if _is_counted(test, vocabulary):
        return f"{number_text(test.value)}{COUNTED[str(test.wording.unit)]}"
    return literal_text(fact, test.value)


def _shifted(value: ShiftedFact, vocabulary: Vocabulary) -> str:
    other = f"〔{vocabulary[value.fact].label}〕"
    if value.amount == 0 and value.unit == "days":
        return other
    amount = f"〔参数：{value.amount.name}〕" if isinstance(value.amount, Param) else str(value.amount)
    return f"{other}后{amount}{OFFSETS[value.unit]}"


def literal_text(fact: Fact, value: object) -> str:
    """A value of a fact so that it can be read back; free text as a JSON string."""
    if fact.type in {"text", "text_list"}:
        return json.dumps(value, ensure_ascii=False)
    return value_text(fact, value)


def case_text(facts: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """The facts of a case, one a line; values as in the catalogue's tests. Facts not known are left out."""
    return "\n".join(_fact_line(vocabulary[name], value) for name, value in facts.items() if name in vocabulary)


def _fact_line(fact: Fact, raw: object) -> str:
    if raw is None:
        return f"{fact.label}：{NOT_KNOWN}"
    value = fact.normalise(raw)
    if isinstance(value, bool):
        return fact.yes if value else fact.no
    if isinstance(value, date):
        return f"{fact.label}：{value.isoformat()}"
    return f"{fact.label}：{literal_text(fact, value)}"
