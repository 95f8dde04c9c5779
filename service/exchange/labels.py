"""The Chinese words of codes in the workbook; read back as well, so no two may be alike."""

from __future__ import annotations

from typing import Final

LISTS: Final = {
    "no_penalty": "不予行政处罚",
    "lighter": "从轻处罚",
    "mitigated": "减轻处罚",
    "no_coercive_measure": "不予强制措施",
}
"""Also the names of the sheets."""
LIST_WORDS: Final = (
    ("no_coercive_measure", ("强制措施", "行政强制")),
    ("no_penalty", ("不予行政处罚", "不予处罚", "免予处罚", "免于处罚", "免罚", "不罚", "首违", "轻微违法")),
    ("lighter", ("从轻",)),
    ("mitigated", ("减轻",)),
)
"""Words by which the title of a table or the name of a sheet tells its list."""


def list_of(text: str) -> str | None:
    """The list that a title, a sheet's name or a cell tells; None where it tells none, or two."""
    exact = next((key for key, name in LISTS.items() if text in {key, name}), None)
    found = [key for key, words in LIST_WORDS if any(word in text for word in words)]
    return exact or (found[0] if len(found) == 1 else None)


FORCES: Final = {"shall": "应当", "may": "可以"}
STATUSES: Final = {"active": "现行", "draft": "草稿"}
COMMITMENTS: Final = {"required": "须签署承诺书", "optional": "可以签署承诺书"}
SCOPES: Final = {
    "same_type_same_party": "同一当事人的同类违法",
    "any_type_same_organ": "同一机关发现的任何违法",
    "since_list_in_force": "清单施行以来",
}
ROLES: Final = {
    "basis": "依据",
    "exemption": "从宽依据",
    "power": "权限依据",
    "list": "清单依据",
    "procedure": "程序依据",
    "limit": "期限依据",
    "prohibition": "违反依据",
    "penalty": "处罚依据",
}
EXPECTED: Final = {"applies": "适用", "not_met": "不适用", "undetermined": "待查", "needs_human": "需人工判断"}
TRIGGERS: Final = {
    "immediate": "查实即可处罚",
    "on_refusal": "责令改正后拒不改正的才罚款",
    "serious_only": "情节严重的才罚款",
}
OPTIONAL: Final = {"no": "应当", "yes": "可以"}
POWERS: Final = {"discretionary": "可以采取", "conditional": "具备条件才可以采取", "mandatory": "应当采取"}
OPERATORS: Final = {
    "eq": "等于",
    "ne": "不等于",
    "lt": "低于",
    "lte": "不超过",
    "gt": "超过",
    "gte": "不低于",
    "in": "属于",
    "not_in": "不属于",
    "between": "介于",
}
GROUPS: Final = {"all": "全部满足", "any": "任一满足", "at_least": "至少", "not": "并非"}
UNITS: Final = {"working_day": "工作日", "day": "自然日", "hour": "小时"}
PARTS: Final = {"conditions": "适用条件", "exclusions": "不适用情形"}
NEW: Final = "新建"
"""Written under 案由: make the violation of this row's own basis and penalty."""
