"""Why a catalogue file was refused, in Chinese, and at which key: pydantic's findings in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS: Final = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少这个键",
    "date_from_datetime_parsing": "应当是日历上有的日期，写成 YYYY-MM-DD",
    "date_parsing": "应当是日历上有的日期，写成 YYYY-MM-DD",
    "date_type": "应当是日历上有的日期，写成 YYYY-MM-DD",
    "bool_type": "只能是 true 或 false",
    "int_type": "应当是整数",
    "decimal_type": "应当是数字",
    "decimal_parsing": "应当是数字",
    "string_type": "应当是文字，纯数字的须加引号",
    "string_too_short": "不能为空",
    "string_too_long": "超过 {max_length} 个字",
    "string_pattern_mismatch": "格式不符，应当符合 {pattern}",
    "tuple_type": "应当是列表",
    "list_type": "应当是列表",
    "too_short": "列表不能为空",
    "dict_type": "应当是键值对",
    "model_type": "应当是键值对",
    "model_attributes_type": "应当是键值对",
    "literal_error": "只能是 {expected} 之一",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
}
_UNION_MEMBERS: Final = frozenset({"int", "decimal", "function-before[_exact(), decimal]"})


def key_of(location: tuple[int | str, ...]) -> str:
    """The dotted path of a finding; without the kind, and without the members of a number's type."""
    key = ""
    for part in location[1:]:  # the first part is the kind, chosen by the discriminator
        if part in _UNION_MEMBERS:
            continue
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return key


def reason_of(error: Mapping[str, Any]) -> str:
    """What is wrong, in Chinese; a finding of our own models already says so."""
    context = dict(error.get("ctx", {}))
    if error["type"] == "value_error":
        return str(context["error"])
    if _UNION_MEMBERS & set(error["loc"]):
        return "应当是数字"
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
    known = _REASONS.get(error["type"])
    return known.format_map(context) if known else f"不符合格式（{error['msg']}）"
