"""A decision as an officer reads it: four answers with their conditions, ranges, duties, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kernel.money import FEN, format_yuan_zh
from kernel.regions import RegionError, full_name_zh
from rules.decision import AMOUNT, BRANCH
from service.web import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules.facts import Vocabulary

Shown = dict[str, Any]
_STATES: Final = {"met": "✓", "not_met": "✗", "missing": "？"}
_OUTCOMES: Final = {"applies": "✓", "not_met": "✗", "undetermined": "？", "needs_human": "！"}
_QUESTIONS: Final = 8
_OF_PENALTY: Final = {BRANCH: "罚款档次", AMOUNT: "罚款数额"}
_INDENT: Final = "    "


def decision_lines(decision: Shown, vocabulary: Vocabulary) -> Iterator[str]:
    """The whole decision, line by line."""
    yield from _head(decision)
    yield ""
    yield from _result(decision)
    shown: set[str] = set()
    for name, answer in decision["lists"].items():
        yield ""
        yield from _list(name, answer, shown)
    if any(ground["outcome"] != "not_met" for ground in decision["heavier"]):
        yield ""
        yield "【从重情形】"
        yield from _grounds(decision["heavier"], set())
    yield from _history(decision.get("history", []))
    yield from _penalty(decision["penalty"], vocabulary)
    yield from _law_version(decision["law_version"])
    yield from _duties(decision["duties"])
    yield from _clocks(decision["clocks"])
    yield from _warnings(decision["warnings"])
    yield from _missing(decision["missing"])


def result_line(decision: Shown) -> str:
    """The conclusion in one line."""
    result = decision["result"]
    words = labels.FORCES.get(result["force"] or "", "") + labels.TIERS[result["tier"]]
    why = "、".join(result["why"])
    return f"结论：{words}（依据：{why}）" if why else f"结论：{words}"


def _head(decision: Shown) -> Iterator[str]:
    violation, case = decision["violation"], decision["decided_for"]
    yield (
        f"案由：{violation['title']}（{violation['id']}）"
        if violation
        else "案由：未指明，只判断一般法定情形和指定的事项"
    )
    yield f"地区：{place_name(case['jurisdiction'])}（{case['jurisdiction']}）"
    yield f"行为日：{case['conduct_on'] or '未查明'}　决定日：{case['decision_on']}"
    catalogue = decision["catalogue"]
    yield f"规则目录：{catalogue['digest'][:19]}（{catalogue['as_of']}）"


def place_name(code: str) -> str:
    """The name of a place, or its code where it has none."""
    try:
        return full_name_zh(code)
    except RegionError:
        return code


def _result(decision: Shown) -> Iterator[str]:
    result = decision["result"]
    yield result_line(decision)
    if result.get("question"):
        yield f"需要判断的问题：{result['question']}"
    if result.get("conflict"):
        sides = "与".join("、".join(side) for side in result["conflict"])
        yield f"相互冲突而没有先后规定：{sides}"
    if decision["second_opinion"]["agrees"] is False:
        yield "两套规则引擎的结论不一致，请人工判断，并通知系统管理员。"


def _list(name: str, answer: Shown, shown: set[str]) -> Iterator[str]:
    force = labels.FORCES.get(answer["force"] or "", "")
    outcome = labels.OUTCOMES[answer["outcome"]] + (f"（{force}）" if force else "")
    yield f"【{labels.LISTS[name]}】{outcome}"
    yield from _grounds(answer["grounds"], shown)


def _grounds(grounds: list[Shown], shown: set[str]) -> Iterator[str]:
    """Grounds still possible with every condition, unless shown before; those that fail on one line."""
    if not grounds:
        yield "  没有可以考虑的事项"
    for ground in grounds:
        again = "，条件见上" if ground["id"] in shown else ""
        shown.add(ground["id"])
        if ground["outcome"] == "not_met":
            yield _failed(ground)
        else:
            yield f"  {_OUTCOMES[ground['outcome']]} {_title(ground)}{again}"
            yield from () if again else _conditions(ground)


def _title(ground: Shown) -> str:
    force = labels.FORCES.get(ground["force"] or "", "")
    source = ground["source"]
    said = [force, ground.get("place") or "", source["number"] or source["title"]]
    return f"{ground['id']} {ground['title']}〔{'，'.join(one for one in said if one)}〕"


def _conditions(ground: Shown) -> Iterator[str]:
    for row in ground["conditions"]:
        ours = "（本系统的理解）" if row.get("ours") else ""
        yield f"{_INDENT}{_STATES[row['state']]} {row['text']}{ours}"
    if ground.get("question"):
        yield f"{_INDENT}！ {ground['question']}"


def _failed(ground: Shown) -> str:
    failed = [row["text"] for row in ground["conditions"] if row["state"] == "not_met"]
    return f"  ✗ {ground['id']} {ground['title']}：不符合“{failed[0] if failed else '条件'}”"


def _history(rows: list[Shown]) -> Iterator[str]:
    if rows:
        yield ""
        yield "【以往记录】是否初次违法"
    for row in rows:
        window = f"{row['window_months']} 个月内" if row["window_months"] else "不限期间"
        said = {True: "是初次违法", False: "不是初次违法", None: "尚不能确定"}[row["first_violation"]]
        counted = f"，计入 {'、'.join(row['counted'])}" if row["counted"] else ""
        yield f"  · {'、'.join(row['items'])}（{window}，{labels.FIRST_SCOPES[row['scope']]}）：{said}{counted}"


def _penalty(penalty: Shown | None, vocabulary: Vocabulary) -> Iterator[str]:
    if penalty is None:
        return
    yield ""
    yield f"【法定处罚】{labels.TRIGGERS[penalty['trigger']]}；{labels.OPTIONAL[penalty['optional']]}"
    yield f"  种类：{'、'.join(labels.KINDS[kind] for kind in penalty['kinds'])}"
    if penalty["ranges"] is None:
        yield "  幅度：需要先查明适用哪一档"
    else:
        for name, found in penalty["ranges"].items():
            yield f"  {labels.RANGES[name]}：{range_text(found, vocabulary)}"
    if penalty.get("note"):
        yield f"  说明：{penalty['note']}"


def range_text(found: Shown | None, vocabulary: Vocabulary) -> str:
    """One range: 5万元以上6.5万元以下, or so many times a base."""
    if found is None:
        return "没有这一档"
    parts: list[str] = []
    if "base" in found:
        base = vocabulary[found["base"]].label
        parts.append(f"{base}的{_ends(found, found['min_x'], found['max_x'], '倍')}")
    if "unit_min_yuan" in found:
        low, high = (_yuan(found[name]) for name in ("unit_min_yuan", "unit_max_yuan"))
        parts.append(f"按{vocabulary[found['per']].label}每一单位{_ends(found, low, high)}")
    if "min_yuan" in found:
        parts.append(_ends(found, _yuan(found["min_yuan"]), _yuan(found["max_yuan"])))
    return "，即".join(parts)


def _ends(found: Shown, low: object, high: object, unit: str = "") -> str:
    lower = f"{low}{unit}以上" if found.get("min_inclusive", True) else f"超过{low}{unit}"
    upper = f"{high}{unit}以下" if found.get("max_inclusive", True) else f"不满{high}{unit}"
    return lower + upper


def _yuan(amount: int) -> str:
    return format_yuan_zh(amount * FEN)


def _law_version(law: Shown) -> Iterator[str]:
    yield ""
    yield f"【新旧法】适用{labels.LAW_AT[law['applied']]}：{law['why']}"
    for row in law["compared"]:
        yield f"  {labels.LAW_AT[row['at']]}：{labels.TIERS[row['tier']]}"


def _duties(duties: list[Shown]) -> Iterator[str]:
    if duties:
        yield ""
        yield "【仍应做的】"
    for duty in duties:
        yield f"  · {duty['title']}（{_cited(duty['citation'])}）"


def _cited(citation: Shown) -> str:
    return f"{citation['instrument']}{citation['article']}"


def _clocks(clocks: list[Shown]) -> Iterator[str]:
    if clocks:
        yield ""
        yield "【期限】"
    for clock in clocks:
        yield f"  · {clock['title']}：{clock['due_on']}{_length(clock)}（{_cited(clock['citation'])}）"


def _length(clock: Shown) -> str:
    provisional = "，暂定" if clock["provisional"] else ""
    return f"，{clock['days']}{labels.CLOCK_UNITS[clock['unit']]}{provisional}"


def _warnings(warnings: list[Shown]) -> Iterator[str]:
    if warnings:
        yield ""
        yield "【提示】"
    for warning in warnings:
        items = f"（{'、'.join(warning['items'])}）" if warning.get("items") else ""
        yield f"  · {warning['detail']}{items}"


def settles_words(settles: Iterable[str]) -> str:
    """What a missing fact would settle: grounds by their ids, the penalty in words."""
    return "、".join(_OF_PENALTY.get(one, one) for one in settles)


def _missing(missing: list[Shown]) -> Iterator[str]:
    if missing:
        yield ""
        yield "【还缺的事实】最有用的在前"
    for number, row in enumerate(missing[:_QUESTIONS], 1):
        yield f"  {number}. {row['question']}〔{row['fact']}；关系到 {settles_words(row['would_settle'])}〕"
    if len(missing) > _QUESTIONS:
        yield f"  ……另有 {len(missing) - _QUESTIONS} 项；可用 case ask 逐项补充"
