"""A yearly plan as the table that is published: one line an entry, the columns that published plans have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from supervision.annual import DRAWINGS
from supervision.annualcheck import percent
from supervision.caps import LEVELS
from supervision.items import KINDS
from supervision.planparams import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from supervision.annual import AnnualPlan, Entry
    from supervision.items import Item

HEADINGS: Final = (
    "抽查计划编号",
    "计划名称",
    "抽查事项",
    "抽查对象范围",
    "抽查类型",
    "事项类别",
    "抽查比例",
    "抽取户数",
    "频次",
    "信用风险分类要求",
    "检查方式",
    "起止时间",
    "组织层级",
    "实施层级",
    "发起部门",
    "配合部门",
    "牵头股室",
    "参与股室",
    "检查主体",
    "备注",
)


def plan_table(plan: AnnualPlan, items: Mapping[str, Item]) -> list[list[str]]:
    """Return heading and lines; ratios are ratios of strata, no class of any enterprise stands here."""
    return [list(HEADINGS), *(_line(one, items) for one in plan.entries)]


def _line(one: Entry, items: Mapping[str, Item]) -> list[str]:
    return [
        one.number,
        one.name,
        "；".join(items[code].name if code in items else code for code in one.items),
        _scope(one),
        DRAWINGS[one.drawing],
        KINDS[one.kind],
        _ratio(one),
        "" if one.sizing.count is None else str(one.sizing.count),
        one.frequency,
        one.class_note or ("按信用风险分类" if one.by_class else "不涉及"),
        "；".join(reasons("method")[code] for code in one.methods),
        "；".join(f"{batch.since} 至 {batch.last}" for batch in one.batches),
        LEVELS[one.organised_by],
        LEVELS[one.carried_out_by],
        one.department,
        "；".join(one.partners),
        one.office,
        "；".join(one.partner_offices),
        one.body or one.department,
        one.remarks,
    ]


def _ratio(one: Entry) -> str:
    if one.sizing.rule == "fixed":
        return "；".join(f"{name} {many} 户" for name, many in one.sizing.rate.items())
    return "；".join(f"{name} {percent(rate)}" for name, rate in one.sizing.rate.items())


def _scope(one: Entry) -> str:
    scope = one.scope
    parts = [
        *("区域 " + "、".join(scope.regions) for _ in scope.regions[:1]),
        *("种类 " + "、".join(reasons("object_kind")[code] for code in scope.kinds) for _ in scope.kinds[:1]),
        *("行业 " + "、".join(scope.fields) for _ in scope.fields[:1]),
        *("标签 " + "、".join(scope.tags) for _ in scope.tags[:1]),
    ]
    return "；".join(parts) or "全部对象"
