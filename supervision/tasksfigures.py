"""Figures of a year of draws; each carries its two counts and says what it divides by what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supervision.tasks import PUBLISH, due

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from supervision.tasks import Finding

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A share: ``part`` of ``whole``, with the definition in Chinese."""

    name: str
    part: int
    whole: int
    definition: str

    @property
    def ppm(self) -> int | None:
        """Return the share in parts per million, or None when there is nothing to divide by."""
        return self.part * PPM // self.whole if self.whole else None


def joint_shares(findings: Sequence[Finding]) -> tuple[Figure, ...]:
    """Return the joint share in its three readings; no national formula exists, so each is named."""
    plans, visits, items = ({_key(one, by) for one in findings} for by in ("plan", "visit", "item"))
    joint = [one for one in findings if one.joint]
    own_plans, own_visits, own_items = ({_key(one, by) for one in joint} for by in ("plan", "visit", "item"))
    return (
        Figure("joint_by_plan", len(own_plans), len(plans), "有联合检查的计划 ÷ 全部计划"),
        Figure("joint_by_visit", len(own_visits), len(visits), "联合上门次数 ÷ 全部上门次数"),
        Figure("joint_by_item", len(own_items), len(items), "列入联合检查的事项 ÷ 全部抽查事项"),
    )


def _key(one: Finding, by: str) -> tuple[str, ...]:
    # A joint visit is one visit however many departments take part.
    visit = (one.draw_id, one.unit) if one.joint else (one.draw_id, one.unit, one.dept)
    return {"plan": (one.draw_id, one.plan_id), "visit": visit, "item": (one.item,)}[by]


def drawn_share(findings: Iterable[Finding], enterprises: int) -> Figure:
    """Return the share of enterprises visited at least once."""
    return Figure("drawn", len({one.unit for one in findings}), enterprises, "至少抽查一次的企业 ÷ 全部企业")


def item_coverage(findings: Iterable[Finding], items: Iterable[str]) -> Figure:
    """Return the share of listed items that were checked at least once."""
    listed = set(items)
    return Figure("items", len(listed & {one.item for one in findings}), len(listed), "至少检查一次的事项 ÷ 清单事项")


def on_time(findings: Iterable[Finding], on: date, place: str = "000000") -> Figure:
    """Return the share published in time among those whose time is over, or which are published."""
    part = whole = 0
    for one in findings:
        last = due(PUBLISH, one.checked_on, place).day
        if one.published_on is None and on <= last:
            continue
        whole += 1
        part += one.published_on is not None and one.published_on <= last
    return Figure("on_time", part, whole, "按期公示的结果 ÷ 已公示或者期限已过的结果")


def problem_rates(findings: Iterable[Finding]) -> tuple[Figure, ...]:
    """Return per credit class the share of enterprises with a problem among those found in scope."""
    checked: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    by_unit: dict[tuple[str, str], set[str]] = {}
    for one in findings:
        if one.credit_class is not None:
            by_unit.setdefault((one.credit_class, one.unit), set()).add(one.result.group)
    for (credit_class, _), groups in by_unit.items():
        if groups != {"out_of_scope"}:
            checked[credit_class] += 1
            problems[credit_class] += "problem" in groups
    words = "发现问题的企业 ÷ 实际检查的企业（不含已注销、迁出等）"
    return tuple(Figure(f"problems_{name}", problems[name], checked[name], words) for name in sorted(checked))


def undisturbed_rate(low_risk: Iterable[str], visited: Iterable[str]) -> Figure:
    """Return the share of low-risk enterprises that nobody visited."""
    low = set(low_risk)
    return Figure("undisturbed", len(low - set(visited)), len(low), "没有上门的低风险企业 ÷ 低风险企业")
