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
REMARKS: Final[Mapping[str, str]] = {
    "fine_not_named": "处罚类别漏写罚款而有金额（按罚款处理）",
    "fine_without_amount": "有罚款而没有金额",
    "fine_of_nought": "有罚款而金额为零",
    "confiscation_not_named": "处罚类别漏写没收而有金额（按没收违法所得处理）",
    "uscc_wrong": "统一社会信用代码有误",
    "party_contradicts": "相对人类别与统一社会信用代码不一致",
    "end_differs": "公示截止期与推算的不同",
    "duplicate": "同一机关、文号、当事人重复",
    "number_shared": "同一机关、文号有几个当事人",
}
"""What is odd in a row of a register that can nevertheless be read."""
STEPS: Final[Mapping[str, str]] = {
    "publish": "公示处罚信息",
    "publish_pushed": "公示推送来的处罚信息",
    "push_penalty": "推送处罚信息",
    "accept": "决定是否受理",
    "decide": "作出决定",
    "extend": "延长期限",
    "site_answer": "网站答复申请人",
    "stop_publication": "停止公示",
    "sync_list": "停止共享",
    "push": "跨省推送",
    "withdraw": "撤回处罚信息",
}
"""The clocks by their steps."""
RECORD_KINDS: Final[Mapping[str, str]] = {
    "penalty": "行政处罚",
    "abnormal_list": "异常名录",
    "serious_list": "严重失信主体名单",
    "spot_check": "抽查检查结果",
    "court_dishonest": "法院失信被执行人",
    "credit_reporting": "征信",
    "other": "其他失信信息",
}
CHANNELS: Final[Mapping[str, str]] = {"market_regulation": "国家企业信用信息公示系统", "credit_china": "信用中国"}
PARTIES: Final[Mapping[str, str]] = {
    "enterprise": "企业",
    "sole_trader": "个体工商户",
    "institution": "事业单位",
    "social_org": "社会组织",
    "cooperative": "农民专业合作社",
    "individual": "自然人",
}
KINDS: Final[Mapping[str, str]] = {
    "warning": "警告",
    "criticism": "通报批评",
    "fine": "罚款",
    "confiscate_gains": "没收违法所得",
    "confiscate_property": "没收非法财物",
    "suspend_permit": "暂扣许可证件",
    "downgrade_qualification": "降低资质等级",
    "revoke_permit": "吊销许可证件",
    "restrict_business": "限制开展生产经营活动",
    "stop_business": "责令停产停业",
    "close_business": "责令关闭",
    "ban_from_trade": "限制从业",
    "detention": "行政拘留",
    "other": "其他",
}
DOMAINS: Final[Mapping[str, str]] = {
    "food": "食品",
    "drug": "药品",
    "special_equipment": "特种设备",
    "work_safety": "安全生产",
    "fire": "消防",
    "environment": "生态环境",
    "tax": "税务",
    "transport": "交通运输",
    "other": "其他领域",
}
REGIMES: Final[Mapping[str, str]] = {
    "NDRC36": "《信用修复管理办法》（国家发展改革委令第36号）",
    "NDRC58": "《失信行为纠正后的信用信息修复管理办法（试行）》（国家发展改革委令第58号）",
    "SAMR107": "《市场监督管理信用修复管理办法》（市场监管总局令第107号）",
    "SAMR21": "《市场监督管理信用修复管理办法》（国市监信规〔2021〕3号）",
    "OLD527": "2019年信用修复通知（发改办财金〔2019〕527号）",
}
"""The regimes as pages name them."""
