"""Chinese words for the codes of credit repair that commands, pages and documents share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTCOMES: Final[Mapping[str, str]] = {
    "OUT_OF_SCOPE": "不在信用修复范围之内",
    "CORRECT_RECORD_INSTEAD": "应当更正或者撤下，不走信用修复",
    "NOT_PUBLISHABLE": "不公示",
    "AUTO_ENDED": "期满自动停止公示",
    "WRONG_CHANNEL": "渠道不对",
    "REORG_FORMAL": "重整计划执行完毕，正式修复",
    "REORG_TEMP_SHIELD": "重整、和解，临时屏蔽",
    "BARRED_UNTIL": "因虚假承诺在期限内不得申请",
    "NOT_REPAIRABLE": "不能提前修复",
    "DUTY_OPEN": "还有义务没有履行",
    "TOO_EARLY": "期限未到",
    "PROMISE_MISSING": "缺少信用承诺",
    "MATERIALS_INCOMPLETE": "材料不齐全",
    "ELIGIBLE": "可以申请修复",
    "NEEDS_HUMAN": "需要人工判断",
}
CLASSES: Final[Mapping[str, str]] = {"minor": "轻微", "general": "一般", "serious": "严重"}
STATES: Final[Mapping[str, str]] = {"met": "符合", "not_met": "不符合", "missing": "尚未查清"}
CONFIDENCE: Final[Mapping[str, str]] = {
    "P": "已读原文",
    **{f"V{number}": f"{number}个来源印证" for number in range(1, 10)},
    "F": "只见片段",
    "DR": "只见征求意见稿",
    "GK": "一般认识，未经印证",
    "DESIGN": "本系统的处理，不是法律",
}
AFFECTS: Final[Mapping[str, str]] = {
    "outcome": "结论",
    "class": "类别",
    "earliest_on": "最早申请日",
    "ends_on": "公示截止日",
}
REPAIR_KINDS: Final[Mapping[str, str]] = {
    "repair_instrument": "修复：办法",
    "repair_class": "修复：类别",
    "repair_period": "修复：公示期",
    "repair_rule": "修复：规则",
    "repair_exclusion": "修复：不可修复",
    "repair_clock": "修复：办理期限",
    "repair_threshold": "修复：数额标准",
    "repair_authority": "修复：机关名称",
    "repair_parameter": "修复：待定问题",
    "repair_setting": "修复：本地规定",
    "repair_question": "修复：存疑",
}
"""Kinds of provisions of credit repair in the catalogue."""
