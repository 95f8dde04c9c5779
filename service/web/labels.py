"""Chinese words for every code that a page, a document or the command line shows.

A test holds these tables and the codes together: a value without a label fails the build.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service import labels

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTS: Final[Mapping[str, str]] = {
    "no_penalty": "不予处罚",
    "lighter": "从轻处罚",
    "mitigated": "减轻处罚",
    "no_coercive_measure": "不予强制措施",
}
LISTS_HELP: Final[Mapping[str, str]] = {
    "no_penalty": "依法不给予行政处罚",
    "lighter": "在法定幅度内选择较低的处罚",
    "mitigated": "低于法定最低限，或者减少处罚种类",
    "no_coercive_measure": "不采取查封、扣押等行政强制措施",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "applies": "适用",
    "undetermined": "尚缺事实",
    "needs_human": "需人工判断",
    "not_met": "不适用",
}
OUTCOME_ICONS: Final[Mapping[str, str]] = {
    "applies": "yes",
    "undetermined": "ask",
    "needs_human": "person",
    "not_met": "no",
}
STATES: Final[Mapping[str, str]] = {"met": "已满足", "not_met": "不满足", "missing": "尚未查清"}
STATE_ICONS: Final[Mapping[str, str]] = {"met": "yes", "not_met": "no", "missing": "ask"}
STATE_SIGNS: Final[Mapping[str, str]] = {"met": "√", "not_met": "×", "missing": "？"}
OUTCOME_SIGNS: Final[Mapping[str, str]] = {
    "applies": "√",
    "undetermined": "？",
    "needs_human": "※",
    "not_met": "×",
}
FORCES: Final = labels.FORCES
TIERS: Final[Mapping[str, str]] = {
    "no_penalty": "不予处罚",
    "mitigated": "减轻处罚",
    "lighter": "从轻处罚",
    "mitigated_or_lighter": "从轻或者减轻处罚",
    "general": "一般处罚",
    "heavier": "从重处罚",
    "undetermined": "尚不能确定",
    "needs_human": "需人工判断",
}
RANGES: Final[Mapping[str, str]] = {
    "mitigated": "减轻",
    "lighter": "从轻",
    "general": "一般",
    "heavier": "从重",
}
TRIGGERS: Final[Mapping[str, str]] = {
    "immediate": "查实违法即可处罚",
    "on_refusal": "先责令改正，拒不改正或者逾期不改正的才罚款",
    "serious_only": "情节严重的才罚款",
}
OPTIONAL: Final[Mapping[bool, str]] = {True: "可以罚款（也可以不罚款）", False: "应当罚款"}
KINDS: Final = labels.PENALTY_KINDS
ROLES: Final[Mapping[str, str]] = {
    "prohibition": "禁止（义务）条款",
    "penalty": "处罚条款",
    "basis": "依据",
    "power": "强制措施权限",
    "exemption": "从宽依据",
    "list": "清单",
    "procedure": "程序依据",
    "limit": "期限依据",
}
GROUND_KINDS: Final[Mapping[str, str]] = {
    "list_item": "清单事项",
    "statute": "法定情形",
    "aggravating": "从重情形",
}
PROVISION_KINDS: Final[Mapping[str, str]] = {
    "list_item": "清单事项",
    "violation": "案由",
    "statute_ground": "法定情形",
    "aggravating": "从重情形",
}
HIT_KINDS: Final[Mapping[str, str]] = {
    "violation": "案由",
    "list_item": "清单事项",
    "statute": "法定情形",
}
LAW_AT: Final[Mapping[str, str]] = {"conduct": "行为时的规定", "decision": "作出决定时的规定"}
CLOCK_STATES: Final[Mapping[str, str]] = {"running": "进行中", "kept": "按期", "overdue": "已超期"}
CLOCK_UNITS: Final[Mapping[str, str]] = {"day": "日", "working_day": "个工作日"}
PARAMETER_UNITS: Final[Mapping[str, str]] = {
    "day": "日",
    "hour": "小时",
    "working_day": "个工作日",
    "year": "年",
    "month": "个月",
    "yuan": "元",
    "share": "（占幅度的比例）",
}
DUTIES: Final[Mapping[str, str]] = {
    "order_to_correct": "责令改正",
    "confiscate": "没收",
    "educate": "教育",
    "commitment": "承诺书",
    "guardian": "责令监护人",
}
FIRST_SCOPES: Final[Mapping[str, str]] = {
    "same_type_same_party": "同一当事人的同类违法",
    "any_type_same_organ": "同一机关发现的任何违法",
    "since_list_in_force": "清单施行以来",
}
COMMITMENTS: Final[Mapping[str, str]] = {"required": "须签署承诺书", "optional": "可以签署承诺书"}


@dataclass(frozen=True, slots=True)
class Confidence:
    """How well an entry is confirmed: a short Chinese label, caveats, and whether to be careful."""

    label: str
    caveats: tuple[str, ...]
    weak: bool


_LEVELS: Final = (
    # (pattern over the catalogue's own words, label, weak)
    (r"^unverified|^V0", "未核实", True),
    (r"^derived", "由已公布的情形推导，未见原文", True),
    (r"^general knowledge", "未读到原文", True),
    (r"^D\b", "本系统的整理", True),
    (r"^V3|verified [3-9] sources", "三处以上来源核实", False),
    (r"^V2|verified 2 sources", "两处来源核实", False),
    (r"^V1|verified 1 source", "一处来源核实", False),
    (r"unverified|not read|general knowledge", "未核实", True),
)
_CAVEATS: Final = (
    (r"figures? [^;]*unverified|amounts? [^;]*(unverified|not read)|penalty figures", "款额未核实"),
    (r"rule text [^;]*not read|wording unverified", "条文原文未读"),
    (r"article[^;]*unverified|article number inferred|number is inferred", "条号未核实"),
    (r"day unknown|date not stated", "日期不明"),
    (r"title abridged", "标题有删节"),
    (r"excerpt", "据清单摘录"),
    (r"case report", "据案例报道"),
    (r"press report", "据新闻报道"),
    (r"(not|un)-?(individually re-?checked|checked)", "未逐项复核"),
)
_OTHER: Final = "核实情况见目录记录"


def confidence(words: str) -> Confidence:
    """Turn the catalogue's record of how an entry was checked into Chinese."""
    level = next(((label, weak) for at, label, weak in _LEVELS if re.search(at, words)), (_OTHER, True))
    caveats = tuple(label for at, label in _CAVEATS if re.search(at, words))
    doubtful = any(one in caveats for one in ("款额未核实", "条文原文未读", "条号未核实"))
    return Confidence(level[0], caveats, level[1] or doubtful)
