"""Comparisons as people write them after the name of a fact: 不超过500元, 五万元以上十万元以下, 属于「当场改正」.

以上, 以下, 以内 and 届满 include the number itself; 不满, 不足, 超过 and 以外 do not (民法典 1259),
unless brackets say otherwise: 500元以下（不含）.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.errors import CodedValueError
from rules.facts import BadFactValueError
from rules.table_numbers import NUMBER, parse_day, parse_number
from rules.table_words import Lexicon, squash

if TYPE_CHECKING:
    from decimal import Decimal

    from rules.facts import Fact
Raw = dict[str, object]
_AHEAD: Final = {
    "lte": "不超过 不高于 不多于 不大于 不晚于 不迟于 未超过 没有超过 至多 最多 <= ≤ ≦ 小于等于 小于或等于",
    "lt": "低于 不满 未满 不足 少于 小于 早于 先于 不到 未达到 未达 <",
    "gte": "不低于 不少于 不小于 不早于 达到 至少 已满 满 >= ≥ ≧ 大于等于 大于或等于",
    "gt": "超过 高于 多于 大于 晚于 迟于 逾 >",
    "not_in": "不属于",
    "in": "属于",
    "ne": "不为 不是 不等于 不得为 ≠ !=",
    "eq": "等于 == = 为 是 系 :",
}
OPERATOR_WORDS: Final = sorted(
    ((word, op) for op, said in _AHEAD.items() for word in said.split()), key=lambda pair: -len(pair[0])
)
_BEHIND: Final = {
    "及以下": "lte", "以下": "lte", "以内": "lte", "之内": "lte",
    "及以上": "gte", "以上": "gte", "以外": "gt", "之前": "lt", "以前": "lt", "之后": "gt", "以后": "gt",
}  # fmt: skip
_OTHER_WAY: Final = {("lte", False): "lt", ("gte", False): "gt", ("lt", True): "lte", ("gt", True): "gte"}
_FILLERS: Final = re.compile(r"^(?:控制在|应当|应|须|必须|累计|总计|合计|共计|总额|总数|一共|在|的|共)+")
_INCLUDED: Final = re.compile(r"\((?P<no>不)?(?:包含|包括|含)[^()]*\)")
_BETWEEN: Final = re.compile(r"(?:介于)?(.+?)(?:与|和|至|到|~|-|、)(.+?)之间")
_OPEN_RANGE: Final = re.compile(rf"({NUMBER}[^0-9,]*?)(?:至|到|~|-)({NUMBER}.*)")
_UNITS: Final = {
    "天": "天 日", "个月": "个月 月", "年": "年 周年", "周岁": "周岁 岁", "人": "人 名 个人", "小时": "小时 个小时",
    "次": "次", "处": "处 个", "个": "个 项", "倍": "倍", "款": "款 个", "%": "%", "‰": "‰",
    "平方米": "平方米 平米 ㎡ m2", "立方米": "立方米 m³ m3", "吨/年": "吨/年 吨", "元": "元 元整", "元/人": "元/人 元",
}  # fmt: skip
_COUNTS: Final = {"个工作日": "working_day", "工作日": "working_day", "个自然日": "day", "自然日": "day"}
_SHARES: Final = {"百分之": "%", "千分之": "‰"}
_REFERENCE: Final = re.compile(
    r"(?:〔(?P<named>[^〔〕]+)〕|(?P<bare>[^0-9〔〕]+?))(?:(?:之)?后(?:〔参数:(?P<param>[^〔〕]+)〕|(?P<n>-?[0-9]+))(?P<unit>年|个月|日|天))?"
)
_OFFSETS: Final = {"年": "years", "个月": "months", "日": "days", "天": "days"}
_PARAMETER: Final = re.compile(r"〔参数:(?P<name>[^〔〕]+)〕")
_YES: Final = ("是", "有", "true")
_NO: Final = ("否", "无", "没有", "不是", "false")
_BETWEEN_VALUES: Final = re.compile(r"[、,和与或及/;]")


class TableError(CodedValueError):
    """Text of a table cannot be read; ``code`` names the message, which says what to write instead."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison read: operator, operand as the catalogue writes it, and the unit it was counted in."""

    op: str
    operand: object
    unit: str | None = None


def read_comparisons(fact: Fact, rest: str, lexicon: Lexicon) -> tuple[Compared, ...]:
    """What stands after the name of a fact (squashed): one comparison, or two for a range.

    Raises:
        TableError: no comparison is written, or the value is none of the fact's.
    """
    text, inclusive = _without_brackets(_FILLERS.sub("", rest))
    text = _FILLERS.sub("", text)
    if fact.type in {"enum", "bool", "text", "text_list"}:
        return (_choice(fact, text, lexicon),)
    return _measured(fact, text, inclusive, lexicon)


def _without_brackets(text: str) -> tuple[str, bool | None]:
    match = _INCLUDED.search(text)
    if match is None:
        return text, None
    return text.replace(match[0], "", 1), match["no"] is None


def operator_ahead(text: str) -> tuple[str | None, str]:
    """The operator that a squashed text begins with, and the rest."""
    for word, op in OPERATOR_WORDS:
        if text.startswith(word):
            return op, text[len(word) :]
    return None, text


def _choice(fact: Fact, text: str, lexicon: Lexicon) -> Compared:
    between = _BETWEEN.fullmatch(text)
    if between:
        return compare(fact, "between", f"{between[1]}、{between[2]}", lexicon)
    op, rest = operator_ahead(text)
    found = compare(fact, op or "eq", rest, lexicon)
    if op is None and isinstance(found.operand, str):
        plain_choice(fact, found.operand)
    return found


def plain_choice(fact: Fact, value: str) -> str:
    """A value named without a comparison; of 轻微 nobody can tell whether 无 is meant as well.

    Raises:
        TableError: the value lies between others, so that the comparison must be written.
    """
    if fact.ordered and value in fact.value_names[1:-1]:
        raise TableError("table_which_end", label=fact.label, value=fact.value_label(value))
    return value


def compare(fact: Fact, op: str, text: str, lexicon: Lexicon) -> Compared:
    """A comparison whose operator is known already, as in the columns of a table; ``text`` is squashed.

    Raises:
        TableError: the text is no value of the fact, or the fact has no order.
    """
    if op in {"lt", "lte", "gt", "gte", "between"} and not fact.is_ordered:
        raise TableError("table_no_order", label=fact.label)
    parameter = _PARAMETER.fullmatch(text)
    if parameter and op not in {"in", "not_in", "between"}:
        return Compared(op, {"param": parameter["name"]})
    if op in {"in", "not_in", "between"}:
        return _several(fact, op, text, lexicon)
    if fact.type == "enum" and not text.startswith("〔"):
        found = _labels(fact, text)
        if len(found) > 1 and op in {"eq", "ne"}:
            return Compared("in" if op == "eq" else "not_in", found)
        if len(found) > 1:
            raise TableError("table_one_value", label=fact.label, value=text)
        return Compared(op, found[0])
    operand, unit = read_value(fact, text, lexicon)
    return Compared(op, operand, unit)


def _several(fact: Fact, op: str, text: str, lexicon: Lexicon) -> Compared:
    plain = text.removesuffix("其中之一").removesuffix("之一")
    if fact.type == "enum":
        values: list[object] = list(_labels(fact, plain))
    else:
        joints = "[与和至到~、]" if op == "between" else "[、和与或及;]"
        parts = re.split(joints, plain.removesuffix("之间").removeprefix("在"))
        values = [read_value(fact, part, lexicon)[0] for part in parts]
    if op == "between" and len(values) != 2:  # noqa: PLR2004  (a range has two ends)
        raise TableError("table_two_ends", label=fact.label, value=text)
    return Compared(op, values)


def _labels(fact: Fact, text: str) -> list[str]:
    """Values of an enumeration, by label (longest first) or by name, one after another."""
    known = sorted(
        ((squash(said), one.value) for one in fact.values for said in (one.label, one.value)),
        key=lambda pair: -len(pair[0]),
    )
    found: list[str] = []
    rest = text.replace("「", "").replace("」", "")
    while rest:
        value = next(((said, value) for said, value in known if rest.startswith(said)), None)
        if value is None:
            allowed = "、".join(one.label for one in fact.values)
            raise TableError("table_not_a_value", label=fact.label, value=text, allowed=allowed)
        found.append(value[1])
        rest = _BETWEEN_VALUES.sub("", rest[len(value[0]) :], count=1)
    if not found:
        raise TableError("table_no_comparison", label=fact.label)
    return list(dict.fromkeys(found))


def _measured(fact: Fact, text: str, inclusive: bool | None, lexicon: Lexicon) -> tuple[Compared, ...]:  # noqa: FBT001
    between = _BETWEEN.fullmatch(text)
    if between:
        return (_ends(fact, between[1], between[2], lexicon),)
    op, rest = operator_ahead(text)
    behind = any(rest.endswith(word) for word in _BEHIND)
    if op in {"in", "not_in"} or (op and not behind and not _has_second(rest)):
        return (_turned(compare(fact, op, rest, lexicon), inclusive),)
    halves = _halves(text)
    if len(halves) == 2:  # noqa: PLR2004  (a lower and an upper bound)
        low, high = (_one(fact, half, None, lexicon) for half in halves)
        if (low.op, high.op, low.unit, high.unit) == ("gte", "lte", None, None):
            return (Compared("between", [low.operand, high.operand]),)
        return (low, high)
    span = _OPEN_RANGE.fullmatch(text)
    if span and not any(text.endswith(word) for word in _BEHIND):
        return (_ends(fact, span[1], span[2], lexicon),)
    return (_one(fact, text, inclusive, lexicon),)


def _has_second(rest: str) -> bool:
    return bool(re.search(r"[,且]|以上.*[0-9一二三四五六七八九十]", rest)) and len(_halves(rest)) > 1


def _halves(text: str) -> list[str]:
    """``5万元以上10万元以下`` and ``超过3天,不满5天`` in two; a single bound in one piece."""
    parts = [part for part in re.split(r"(?<=以上)[,且]?|[,且](?!\d{3})", text) if part]
    return parts if len(parts) == 2 else [text]  # noqa: PLR2004


def _ends(fact: Fact, low: str, high: str, lexicon: Lexicon) -> Compared:
    if parse_number(low) is not None:  # 5至10日, 5-10万元: the unit stands once
        tail = re.sub(r"^[0-9.,]+|^[零〇一二两三四五六七八九十百千]+", "", high)
        low += tail
    first, second = (read_value(fact, one, lexicon) for one in (low, high))
    return Compared("between", [first[0], second[0]], second[1])


def _one(fact: Fact, text: str, inclusive: bool | None, lexicon: Lexicon) -> Compared:  # noqa: FBT001
    op, rest = operator_ahead(text)
    behind = next((word for word in _BEHIND if rest.endswith(word)), None)
    if op is None and behind is None:
        raise TableError("table_no_comparison", label=fact.label)
    if behind is not None:
        if op not in {None, "eq", "gte"}:
            raise TableError("table_two_directions", label=fact.label, value=text)
        op, rest = _BEHIND[behind], rest.removesuffix(behind)
    return _turned(compare(fact, str(op), rest, lexicon), inclusive)


def _turned(found: Compared, inclusive: bool | None) -> Compared:  # noqa: FBT001
    """The comparison with or without its end, where brackets say so."""
    if inclusive is None or found.op not in {"lt", "lte", "gt", "gte"}:
        return found
    return Compared(_OTHER_WAY.get((found.op, inclusive), found.op), found.operand, found.unit)


def read_value(fact: Fact, text: str, lexicon: Lexicon) -> tuple[object, str | None]:
    """One value of a fact (squashed text) as the catalogue writes it, and the unit it was counted in.

    Raises:
        TableError: it is none, or not in the fact's unit.
    """
    plain = text.replace("「", "").replace("」", "")
    if text.startswith("〔"):
        return _reference(fact, text, lexicon), None
    if fact.type == "bool":
        if plain in _YES + _NO:
            return plain in _YES, None
        raise TableError("table_not_a_value", label=fact.label, value=text, allowed="是、否")
    if fact.type == "date":
        day = parse_day(plain)
        return (day.isoformat(), None) if day else (_reference(fact, text, lexicon), None)
    if fact.type in {"text", "text_list"}:
        raise TableError("table_quote_text", label=fact.label, value=text)
    return _quantity(fact, plain, lexicon)


def _quantity(fact: Fact, text: str, lexicon: Lexicon) -> tuple[object, str | None]:
    plain = text.removeprefix("人民币")
    for words, sign in _SHARES.items():
        if plain.startswith(words):
            plain = plain.removeprefix(words) + sign
    match = re.fullmatch(rf"({NUMBER})(.*)", plain)
    number = parse_number(match[1]) if match else None
    if match is None or number is None:
        if lexicon.fact_named(plain):
            return _reference(fact, plain, lexicon), None
        raise TableError("table_not_a_number", label=fact.label, value=text)
    unit = _COUNTS.get(match[2]) if fact.unit == "天" else None
    if unit is None and match[2] and match[2] not in _UNITS.get(fact.unit, fact.unit).split():
        raise TableError("table_other_unit", label=fact.label, value=text, unit=fact.unit)
    return _checked(fact, number, text), unit


def _checked(fact: Fact, number: int | Decimal, text: str) -> object:
    try:
        fact.normalise(number)
    except (BadFactValueError, CodedValueError) as error:
        raise TableError("table_not_a_number", label=fact.label, value=text) from error
    return number if isinstance(number, int) else float(number)


def _reference(fact: Fact, text: str, lexicon: Lexicon) -> Raw:
    parameter = _PARAMETER.fullmatch(text)
    if parameter:
        return {"param": parameter["name"]}
    match = _REFERENCE.fullmatch(text)
    other = lexicon.fact_named(match["named"] or match["bare"]) if match else None
    if match is None or other is None or other.type != fact.type:
        wanted = "YYYY-MM-DD 的日期，或者另一个日期" if fact.type == "date" else fact.label
        raise TableError("table_not_a_value", label=fact.label, value=text, allowed=wanted)
    if match["unit"] is None:
        return {"fact": other.name}
    amount: object = {"param": match["param"]} if match["param"] else int(match["n"])
    return {"fact": other.name, "plus": {_OFFSETS[match["unit"]]: amount}}
