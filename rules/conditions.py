"""The closed condition language of the catalogue: parsing, types, and the facts a condition reads.

A condition in YAML is one of::

    {fact: goods_value_yuan, lte: 500}            # eq ne lt lte gt gte in not_in between
    {all: [...]}  {any: [...]}  {not: {...}}      # Kleene connectives
    {at_least: 2, of: [...]}                      # counting

A value is a literal, ``{param: name}`` (a parameter of the provision), or, for dates,
``{fact: name, plus: {years|months|days: n or {param: name}}}``; other facts of the same type
compare by ``{fact: name}`` alone. Every condition may carry
``text`` (its wording in Chinese), ``ours: true`` (our own operationalisation, not read in the
source) and ``unit: working_day``. Nothing is ever evaluated as an expression string.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from kernel.messages import text
from rules.defects import defect
from rules.facts import BadFactValueError

if TYPE_CHECKING:
    from rules.facts import Fact, Vocabulary

Operator = Literal["eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in", "between"]
OPERATORS: Final[tuple[Operator, ...]] = (
    "eq",
    "ne",
    "lt",
    "lte",
    "gt",
    "gte",
    "in",
    "not_in",
    "between",
)
ORDER_OPERATORS: Final = frozenset({"lt", "lte", "gt", "gte", "between"})
OFFSET_UNITS: Final = ("years", "months", "days")


@dataclass(frozen=True, slots=True)
class Param:
    """A reference to a dated parameter of the provision (or of the list it stands in)."""

    name: str


@dataclass(frozen=True, slots=True)
class ShiftedFact:
    """The value of another fact of the same type; a day may be moved by years, months or days."""

    fact: str
    unit: str = "days"
    amount: int | Param = 0


Value = object  # literal (normalised), Param, ShiftedFact, or a tuple of literals


@dataclass(frozen=True, slots=True)
class Wording:
    """What a condition says about itself beside its logic."""

    text: str | None = None
    ours: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one fact with a value."""

    fact: str
    op: Operator
    value: Value
    wording: Wording = field(default=Wording())


@dataclass(frozen=True, slots=True)
class Group:
    """``all`` (need == number of parts), ``any`` (need == 1) or ``at_least`` n of the parts."""

    kind: Literal["all", "any", "at_least"]
    need: int
    parts: tuple[Condition, ...]
    wording: Wording = field(default=Wording())


@dataclass(frozen=True, slots=True)
class Negation:
    """The Kleene negation of a condition."""

    part: Condition
    wording: Wording = field(default=Wording())


Condition = Test | Group | Negation


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every comparison inside the condition, in reading order."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Negation):
        yield from tests_of(condition.part)
    else:
        for part in condition.parts:
            yield from tests_of(part)


def facts_of(condition: Condition) -> tuple[str, ...]:
    """Names of the facts the condition reads, each once, in reading order."""
    names: dict[str, None] = {}
    for test in tests_of(condition):
        names[test.fact] = None
        if isinstance(test.value, ShiftedFact):
            names[test.value.fact] = None
    return tuple(names)


def params_of(condition: Condition) -> tuple[str, ...]:
    """Names of the parameters the condition reads, each once."""
    names: dict[str, None] = {}
    for test in tests_of(condition):
        value = test.value
        if isinstance(value, Param):
            names[value.name] = None
        elif isinstance(value, ShiftedFact) and isinstance(value.amount, Param):
            names[value.amount.name] = None
    return tuple(names)


class ConditionParser:
    """Turns raw YAML into conditions, checked against the fact vocabulary.

    Errors are :class:`kernel.errors.CatalogueError` naming the file and the key.
    """

    def __init__(self, vocabulary: Vocabulary, file: str) -> None:
        """``file`` is the catalogue path shown in messages."""
        self._vocabulary = vocabulary
        self._file = file

    def parse_list(self, raw: object, key: str) -> tuple[Condition, ...]:
        """Parse a YAML list of conditions, all of which have to hold."""
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self._fail(key, "条件应当是一个列表")
        return tuple(self.parse(part, f"{key}[{i}]") for i, part in enumerate(raw))

    def parse(self, raw: object, key: str) -> Condition:
        """Parse one condition."""
        if not isinstance(raw, Mapping):
            self._fail(key, "每个条件应当是键值对")
        body = dict(raw)
        wording = self._wording(body, key)
        if "fact" in body:
            return self._test(body, wording, key)
        if set(body) == {"not"}:
            return Negation(self.parse(body["not"], f"{key}.not"), wording)
        return self._group(body, wording, key)

    def _fail(self, key: str, why: str) -> NoReturn:
        raise defect(self._file, key, why)

    def _wording(self, body: dict[str, object], key: str) -> Wording:
        text, ours, unit = body.pop("text", None), body.pop("ours", False), body.pop("unit", None)
        if text is not None and (not isinstance(text, str) or not text.strip()):
            self._fail(f"{key}.text", "text 应当是非空文字")
        if not isinstance(ours, bool):
            self._fail(f"{key}.ours", "ours 只能是 true 或 false")
        if unit not in {None, "day", "working_day", "hour"}:
            self._fail(f"{key}.unit", "unit 只能是 day、working_day 或 hour")
        return Wording(text, ours, unit)

    def _group(self, body: dict[str, object], wording: Wording, key: str) -> Group:
        keys = set(body)
        if keys == {"at_least", "of"}:
            parts = self.parse_list(body["of"], f"{key}.of")
            need = body["at_least"]
            if isinstance(need, bool) or not isinstance(need, int) or not 1 <= need <= len(parts):
                self._fail(f"{key}.at_least", "at_least 应当在 1 与条件个数之间")
            return Group("at_least", need, parts, wording)
        if keys not in ({"all"}, {"any"}):
            self._fail(key, f"不认识的键 {'、'.join(sorted(keys))}；可用 fact、all、any、not 或 at_least/of")
        kind = next(iter(keys))
        parts = self.parse_list(body[kind], f"{key}.{kind}")
        if not parts:
            self._fail(f"{key}.{kind}", "不能为空")
        need = len(parts) if kind == "all" else 1
        return Group(kind, need, parts, wording)  # type: ignore[arg-type]

    def _test(self, body: dict[str, object], wording: Wording, key: str) -> Test:
        name = body.pop("fact")
        fact = self._vocabulary.get(name) if isinstance(name, str) else None
        if fact is None:
            self._fail(f"{key}.fact", f"事实词表中没有 {name!r}")
        if len(body) != 1 or next(iter(body)) not in OPERATORS:
            self._fail(key, f"应当有且只有一个比较符：{'、'.join(OPERATORS)}")
        op, raw = next(iter(body.items()))
        if op in ORDER_OPERATORS and not fact.is_ordered:
            self._fail(f"{key}.{op}", f"事实 {fact.name} 的取值没有大小顺序")
        value = self._operand(fact, op, raw, f"{key}.{op}")
        return Test(fact.name, op, value, wording)  # type: ignore[arg-type]

    def _operand(self, fact: Fact, op: str, raw: object, key: str) -> Value:
        if op in {"in", "not_in", "between"}:
            if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
                self._fail(key, "应当是非空列表")
            values = tuple(self._literal(fact, one, key) for one in raw)
            if op == "between" and len(values) != 2:  # noqa: PLR2004
                self._fail(key, "between 需要两个值")
            if op == "between" and fact.rank(values[0]) > fact.rank(values[1]):
                self._fail(key, "between 的第一个值不能大于第二个")
            return values
        if isinstance(raw, Mapping):
            return self._reference(fact, raw, key)
        return self._literal(fact, raw, key)

    def _reference(self, fact: Fact, raw: Mapping[str, object], key: str) -> Value:
        if set(raw) == {"param"} and isinstance(raw["param"], str):
            return Param(raw["param"])
        if "fact" not in raw or not set(raw) <= {"fact", "plus"}:
            self._fail(key, "只能写 {param: 名称} 或 {fact: 名称}；日期还可加 plus: {years: n}")
        other = self._vocabulary.get(str(raw["fact"]))
        if other is None or other.type != fact.type:
            self._fail(f"{key}.fact", f"{raw['fact']!r} 不是与 {fact.name} 同类的事实")
        if fact.type != "date" and "plus" in raw:
            self._fail(f"{key}.plus", "只有日期可以加 plus")
        plus = raw.get("plus", {"days": 0})
        if not isinstance(plus, Mapping) or len(plus) != 1 or next(iter(plus)) not in OFFSET_UNITS:
            self._fail(f"{key}.plus", f"应当只写 {'、'.join(OFFSET_UNITS)} 之一")
        unit, amount = next(iter(plus.items()))
        if isinstance(amount, Mapping) and set(amount) == {"param"}:
            amount = Param(str(amount["param"]))
        elif isinstance(amount, bool) or not isinstance(amount, int):
            self._fail(f"{key}.plus.{unit}", "应当是整数或 {param: 名称}")
        return ShiftedFact(str(raw["fact"]), unit, amount)

    def _literal(self, fact: Fact, raw: object, key: str) -> Value:
        value = raw.isoformat() if isinstance(raw, date) else raw
        try:
            return fact.normalise(value)
        except BadFactValueError as error:
            self._fail(key, f"{raw!r} 不是 {fact.name} 的取值：{text(error.code, error.params)}")
