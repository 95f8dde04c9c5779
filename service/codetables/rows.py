"""The rows of the tables, from the data files, the settings and the catalogue in force."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, Any

from kernel.datafile import read_text
from kernel.regions import full_name_zh
from kernel.yamldoc import read_yaml
from rules.schema_repair import RepairAuthority, RepairSetting, RepairThreshold
from service.codetables.table import Code
from service.departments import departments
from supervision.planparams import reason_rows
from supervision.tasks import code_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules.release import Release
    from rules.schema import Provision
    from rules.schema_parts import Parameter

_GROUPS = {"clean": "没有问题", "problem": "发现问题", "out_of_scope": "不在检查范围"}
_RISKS = {"high": "高风险行业", "elevated": "较高风险行业", "low": "低风险行业"}
_YES = {True: "是", False: ""}
_UNITS = {"yuan": "元", "share": "比例", "days": "日", "years": "年", "months": "个月", "times": "倍"}
_PARTIES = {"natural_person": "自然人", "organisation": "单位", "any": "不分"}
_HEAD = frozenset({"id", "place", "in_force", "source", "confidence", "checked_on", "what"})
_WORDS = {
    "visits": "次数",
    "years": "年数",
    "per": "怎样合计",
    "not_counted": "不计入",
    "classes": "类别",
    "duty": "事项",
    "field": "领域",
    "workdays": "工作日",
    "month": "月",
    "day": "日",
    "ratios": "比例（百万分之几）",
    "scope": "范围",
    "code": "情形",
    "lifted_by": "不适用于",
    "tiers": "档次",
    "matrix": "行业风险和企业类别对应的档次",
    "unclassed": "没有类别的按",
    "unrated": "没有行业评级的按",
    "target": "目标",
    "min": "至少",
    "max": "至多",
    "least": "至少",
    "most": "至多",
    "all": "全部",
    "level": "本级合计",
    "body": "本机关",
    "region": "全地区",
    "total": "各级合计",
    "low": "低风险",
    "medium": "一般风险",
    "higher": "较高风险",
    "high": "高风险",
    "name": "名称",
    "rate": "抽取比例（百万分之几）",
    "undisturbed": "无事不扰",
    "publish": "公示结果",
    "abnormal_list": "列入经营异常名录",
    "change_published": "公开计划的变更",
    "file": "计划备案",
    "done": "任务完成",
    "task": "单项任务",
    "auction": "拍卖企业",
    "farm_inputs": "农资经营",
    "markets": "商品交易市场",
    "key": "重点对象",
}


def of_departments(_: Release) -> list[Code]:
    """Departments as the settings name them."""
    return [Code(code, name) for code, name in departments().items()]


def of_regions(_: Release) -> list[Code]:
    """Every region code, those withdrawn with their successors."""
    return _regions()


@cache
def _regions() -> list[Code]:
    current = [
        Code(row["code"], full_name_zh(row["code"]), more=("现行", ""), since=row["since"])
        for row in _csv("regions_current.csv")
    ]
    withdrawn = [
        Code(row["code"], row["name"], more=("已撤销", row["successors"]), since=row["since"], until=row["until"])
        for row in _csv("regions_history.csv")
    ]
    return sorted([*current, *withdrawn], key=lambda one: (one.code, one.until))


def of_results(_: Release) -> list[Code]:
    """Results of visits; the numbers of the sets collide, so each stands with its set."""
    words, sets = category("abnormal_list", "reason"), _data("results.yaml")
    return [
        Code(
            code,
            one.name,
            code_set=name,
            more=(_GROUPS[one.group], words.get(one.listing or "", ""), _YES[one.open], _YES[one.disabled]),
            source=sets[name]["source"],
            confidence=sets[name]["confidence"],
            checked_on=str(sets[name]["checked_on"]),
        )
        for name, codes in code_sets().items()
        for code, one in codes.items()
    ]


def of_reasons(kind: str) -> list[Code]:
    """A closed list of ``triggers.yaml``."""
    return [
        Code(
            row["code"],
            row["name"],
            code_set=row.get("code_set", ""),
            source=row.get("source", ""),
            confidence=row.get("confidence", ""),
        )
        for row in reason_rows(kind)
    ]


def of_words(words: Mapping[str, str]) -> list[Code]:
    """Codes that are spelled in the code, with their words."""
    return [Code(code, name) for code, name in words.items()]


def of_plan_data(file: str) -> list[Code]:
    """Dated entries of the planning parameters: what each says, where, from when, after which source."""
    return [
        Code(
            row["id"],
            str(row.get("what") or _word(row.get("duty") or row["field"])),
            more=("；".join(_said(row)),),
            place=_place(str(row["place"])),
            since=str(row["in_force"]["from"]),
            until=str(row["in_force"]["until"] or ""),
            source=row["source"],
            confidence=row["confidence"],
            checked_on=str(row["checked_on"]),
        )
        for row in _data(file)
    ]


def of_industries(_: Release) -> list[Code]:
    """Divisions of the industry classification that scoring takes as riskier or safer than others."""
    sectors: Any = read_yaml(read_text("codes.yaml", "supervision.indicatordata"), "codes.yaml")
    of_risk = ((code, risk) for risk in _RISKS for code in sectors["sectors"][risk])
    return [
        Code(code, f"GB/T 4754-2017 第 {code} 大类", more=(_RISKS[risk],), confidence="P") for code, risk in of_risk
    ]


def of_thresholds(release: Release) -> list[Code]:
    """Amounts that cut fines into grades, by region, field and party."""
    return [
        _provision(one, tuple(_amounts(one.parameters)), (_PARTIES[one.party], "；".join(one.domains)))
        for one in _repair(release, RepairThreshold)
    ]


def of_settings(release: Release) -> list[Code]:
    """How this city answers what the law of repair leaves open."""
    return [
        _provision(one, (f"{one.parameter} = {_value(one.value)}",), (one.decided_by,))
        for one in _repair(release, RepairSetting)
    ]


def of_authorities(release: Release) -> list[Code]:
    """Words by which an authority is recognised in a register."""
    return [_provision(one, one.words, (one.code,)) for one in _repair(release, RepairAuthority)]


def of_parameters(release: Release) -> list[Code]:
    """Legal numbers of provisions on penalties, each value with its days."""
    return [
        Code(
            f"{name}.{key}",
            one.title,
            more=(f"{_number(value.value)} {_UNITS.get(number.unit, number.unit)}",),
            place=_place(getattr(one, "jurisdiction", None) or ""),
            since=value.from_.isoformat(),
            until=str(value.until or ""),
            source=value.source or "",
            confidence=one.confidence,
            checked_on=str(value.checked_on or one.checked_on),
            href=f"/rules/{name}",
        )
        for name, (_, one) in release.provisions.items()
        for key, number in getattr(one, "parameters", {}).items()
        for value in number.values
    ]


def category(table: str, column: str) -> Mapping[str, str]:
    """The words of a category in the raw records that scoring reads."""
    records: Any = read_yaml(read_text("records.yaml", "supervision.indicatordata"), "records.yaml")
    found: Mapping[str, str] = records[table]["columns"][column]["values"]
    return found


def _repair(release: Release, kind: type[Any]) -> Iterator[Any]:
    provisions = release.repair.provisions.values() if release.repair else ()
    return (one for _, one in provisions if isinstance(one, kind))


def _provision(one: Provision, says: Iterable[str], more: tuple[str, ...]) -> Code:
    return Code(
        one.id,
        one.title,
        more=("；".join(says), *more),
        place=_place(one.jurisdiction or ""),
        since=one.in_force.from_.isoformat(),
        until=str(one.in_force.until or ""),
        source=str(getattr(one, "evidence", "") or "；".join(f"{c.instrument}第{c.article}条" for c in one.citations)),
        confidence=one.confidence,
        checked_on=one.checked_on.isoformat(),
    )


def _amounts(parameters: Mapping[str, Parameter]) -> Iterator[str]:
    for number in parameters.values():
        for value in number.values:
            yield f"{_number(value.value)} {_UNITS.get(number.unit, number.unit)}（{value.from_} 起）"


def _said(row: Mapping[str, Any]) -> Iterator[str]:
    """The values of an entry of the planning parameters, in words."""
    for key, value in row.items():
        if key not in _HEAD:
            yield f"{_word(key)}：{_value(value)}"


@cache
def _reason_words() -> Mapping[str, str]:
    return {row["code"]: row["name"] for kind in ("exemption", "not_counted", "lifting") for row in reason_rows(kind)}


def _word(code: str) -> str:
    for kind, words in (("kind", "第{}类"), ("flag", "第{}档")):
        if code.startswith(kind) and code.removeprefix(kind).isdigit():
            return words.format(code.removeprefix(kind))
    return _WORDS.get(code) or _reason_words().get(code, code)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "，".join(f"{_word(str(key))} {_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "、".join(map(_value, value))
    return f"{value:,}" if isinstance(value, int) else _word(str(value))


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _place(code: str) -> str:
    return f"{full_name_zh(code)}（{code}）" if code else ""


def _csv(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(read_text(file).splitlines()))


def _data(file: str) -> Any:  # noqa: ANN401 - our own file
    return read_yaml(read_text(file, "supervision.plandata"), file)
