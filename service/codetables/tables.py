"""The list of all code tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credit import labels
from service.cases.model import CHOICE_TITLES, STATUS_TITLES
from service.codetables import rows
from service.codetables.table import Code, CodeTable
from supervision.planstates import STATES as PLAN_STATES
from supervision.taskstates import STATES as CHECK_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.release import Release

_VALUES: Final = ("内容",)


def _words(words: Mapping[str, str]) -> Callable[[Release], list[Code]]:
    return lambda _: rows.of_words(words)


def _reasons(kind: str) -> Callable[[Release], list[Code]]:
    return lambda _: rows.of_reasons(kind)


def _plan(file: str) -> Callable[[Release], list[Code]]:
    return lambda _: rows.of_plan_data(file)


def _records(table: str, column: str) -> Callable[[Release], list[Code]]:
    return lambda _: rows.of_words(rows.category(table, column))


TABLES: Final = (
    CodeTable(
        "departments",
        "部门",
        "账号、案件、计划、抽取、任务",
        rows.of_departments,
        "city",
        about="本市另有名称的，写成文件，用 XINHENG_DEPARTMENTS 指定；没有列出的代码照原样显示。",
    ),
    CodeTable("regions", "行政区划", "账号的范围、案件、信用记录、任务", rows.of_regions, more=("现状", "改为")),
    CodeTable("verdict", "案件处理决定", "案件", _words(CHOICE_TITLES)),
    CodeTable("case-status", "案件状态", "案件", _words(STATUS_TITLES)),
    CodeTable(
        "legal-numbers",
        "处罚条文中的法定数值",
        "处罚适用核查",
        rows.of_parameters,
        "catalogue",
        more=("数值",),
    ),
    CodeTable("penalty-kinds", "处罚种类", "信用记录、登记簿、评分", _words(labels.KINDS)),
    CodeTable("record-kinds", "失信信息种类", "信用记录", _words(labels.RECORD_KINDS)),
    CodeTable("record-fields", "违法领域", "信用记录", _words(labels.DOMAINS)),
    CodeTable("channels", "公示渠道", "信用记录", _words(labels.CHANNELS)),
    CodeTable("party-kinds", "当事人种类", "信用记录、案件", _words(labels.PARTIES)),
    CodeTable("repair-outcomes", "信用修复的判断", "信用记录、修复事项", _words(labels.OUTCOMES)),
    CodeTable(
        "thresholds",
        "较低、较大数额罚款的标准",
        "信用修复",
        rows.of_thresholds,
        "catalogue",
        more=("数额", "当事人", "领域"),
        about="各省、各领域不同；没有写明的地方由人判断。",
    ),
    CodeTable(
        "repair-settings",
        "信用修复中由本市决定的做法",
        "信用修复",
        rows.of_settings,
        "catalogue",
        more=("决定", "由谁决定"),
    ),
    CodeTable(
        "authorities", "登记簿中的机关名称", "登记导入", rows.of_authorities, "catalogue", more=("字样", "机关代码")
    ),
    CodeTable(
        "inspection-results",
        "检查结果",
        "检查结果录入、公示、评分",
        rows.of_results,
        more=("归类", "列入经营异常名录的原因", "须整改", "不再使用"),
        about="各代码集的编号互相冲突（同一个 6 意思不同），代码总是连同代码集一起使用。",
    ),
    CodeTable("abnormal-reasons", "列入经营异常名录的原因", "检查结果、评分", _records("abnormal_list", "reason")),
    CodeTable("replacement", "由候补接替的原因", "检查任务", _reasons("replacement")),
    CodeTable("cancellation", "抽中后不检查的原因", "检查任务、抽取", _reasons("cancellation")),
    CodeTable("out-of-pool", "不进入抽取名单的原因", "抽查计划、抽取", _reasons("out_of_pool")),
    CodeTable("lifting", "解除无事不扰的情形", "触发情形", _reasons("lifting")),
    CodeTable("exemption", "豁免", "豁免登记", _reasons("exemption")),
    CodeTable("not-counted", "不计入次数上限的原因", "检查台账", _reasons("not_counted")),
    CodeTable("visit-kinds", "检查种类", "检查台账", _reasons("visit_kind")),
    CodeTable("methods", "检查方式", "检查结果录入", _reasons("method")),
    CodeTable("object-kinds", "检查对象种类", "检查对象名录库", _reasons("object_kind")),
    CodeTable("plan-states", "计划状态", "抽查计划", _words(PLAN_STATES)),
    CodeTable("check-states", "检查状态", "检查任务", _words(CHECK_STATES)),
    CodeTable("industries", "行业", "企业信用风险分类", rows.of_industries, more=("风险",)),
    CodeTable("tiers", "抽查档次", "抽查计划", _plan("tiers.yaml"), more=_VALUES),
    CodeTable("ratios", "抽查比例", "抽查计划", _plan("ratios.yaml"), more=_VALUES),
    CodeTable("caps", "检查次数上限", "抽查计划、检查台账", _plan("caps.yaml"), more=_VALUES),
    CodeTable("least-visits", "行业规定的最少次数", "抽查计划", _plan("sectors.yaml"), more=_VALUES),
    CodeTable("repeats", "同年不重复抽取", "抽查计划", _plan("repeats.yaml"), more=_VALUES),
    CodeTable("exemption-rules", "各地的豁免规定", "抽查计划", _plan("exemptions.yaml"), more=_VALUES),
    CodeTable("inspection-clocks", "检查之后的期限", "检查任务", _plan("clocks.yaml"), more=_VALUES),
    CodeTable("plan-days", "计划的日期要求", "抽查计划", _plan("filing.yaml"), more=_VALUES),
)
BY_NAME: Final = {one.name: one for one in TABLES}
