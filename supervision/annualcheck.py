"""What is unwise or not allowed in a yearly plan, said entry by entry before anything is drawn.

An ``error`` keeps the plan from being submitted; a ``warning`` does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kernel import messages
from supervision.drawrecord import NO_QUALIFICATION, PPM
from supervision.planparams import days_of_year, nearest, ratio_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from supervision.annual import AnnualPlan, Entry
    from supervision.items import Item

ERROR: Final = "error"
WARNING: Final = "warning"
_TOLERANCE: Final = 1
"""A printed count may differ by one from the ratio: rounding."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about an entry (None: about the plan), with a code of a message."""

    entry: str | None
    level: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def words(self) -> str:
        """The Chinese sentence."""
        return messages.text(self.code, self.params)

    def as_dict(self) -> dict[str, object]:
        """Return the remark as a document."""
        return {"entry": self.entry, "level": self.level, "code": self.code, "detail": self.words}


def remarks(plan: AnnualPlan, items: Mapping[str, Item]) -> list[Remark]:
    """Return what the items and the entries say against each other.

    Args:
        plan: the plan.
        items: the list of items by code.
    """
    found = [one for entry in plan.entries for one in _of_entry(plan, entry, items)]
    return found + list(_together(plan)) + list(_uncovered(plan, items))


def _of_entry(plan: AnnualPlan, entry: Entry, items: Mapping[str, Item]) -> Iterator[Remark]:
    for code in entry.items:
        item = items.get(code)
        if item is None:
            yield Remark(entry.number, ERROR, "annual_item_unlisted", {"item": code})
        else:
            yield from _of_item(entry, item)
            yield from _of_people(plan, entry, item)
    if entry.kind == "general" and any(items[code].kind == "key" for code in entry.items if code in items):
        yield Remark(entry.number, WARNING, "annual_kind_mixed", {})
    done = nearest((one for one in days_of_year() if one.duty == "done"), plan.place, entry.span.last)
    if done is not None and entry.span.last > done.in_year(plan.year):
        yield Remark(entry.number, WARNING, "annual_late", {"last": entry.span.last, "day": done.in_year(plan.year)})
    yield from _of_ratios(entry)


def _of_item(entry: Entry, item: Item) -> Iterator[Remark]:
    named = {"item": item.code, "name": item.name}
    if not (item.holds_on(entry.span.since) and item.holds_on(entry.span.last)):
        yield Remark(entry.number, ERROR, "annual_item_not_in_force", named)
    missing = sorted(set(item.partners) - set(entry.departments))
    if item.department not in entry.departments:
        yield Remark(entry.number, ERROR, "annual_item_of_others", {**named, "department": item.department})
    elif missing:
        yield Remark(entry.number, WARNING, "annual_partner_missing", {**named, "departments": missing})
    if item.listed == "undisturbed":
        yield Remark(entry.number, WARNING, "annual_item_undisturbed", named)
    kinds = set(entry.scope.kinds)
    if item.object_kinds and kinds - set(item.object_kinds):
        yield Remark(entry.number, ERROR, "annual_object_kind", named)
    rates = [] if entry.sizing.rule == "fixed" else list(entry.sizing.rate.values())
    if item.max_ppm is not None and any(rate > item.max_ppm for rate in rates):
        yield Remark(entry.number, WARNING, "annual_over_limit", {**named, "percent": percent(item.max_ppm)})
    if item.min_ppm is not None and any(0 < rate < item.min_ppm for rate in rates):
        yield Remark(entry.number, WARNING, "annual_under_limit", {**named, "percent": percent(item.min_ppm)})


def _of_people(plan: AnnualPlan, entry: Entry, item: Item) -> Iterator[Remark]:
    """Somebody of the team must have the qualification that an item asks for."""
    own = plan.needs.get(item.department)
    if item.qualification == NO_QUALIFICATION or own is None or item.department not in entry.departments:
        return
    heads = own.joint if entry.joint else own.alone
    if item.qualification not in {qualification for qualification, _ in heads}:
        params = {"item": item.code, "qualification": item.qualification, "department": item.department}
        yield Remark(entry.number, WARNING, "annual_qualification", params)


def _of_ratios(entry: Entry) -> Iterator[Remark]:
    """Hold the ratios against the published set that the entry names."""
    if entry.sizing.ratio_set is None or entry.sizing.rule == "fixed":
        return
    limits = ratio_sets()[entry.sizing.ratio_set].ratios
    for stratum, rate in entry.sizing.rate.items():
        one = limits.get("all" if stratum == "全部" else stratum)
        if one is None:
            continue
        over = one.most is not None and rate > one.most
        under = one.least is not None and rate < one.least
        differs = one.target is not None and rate != one.target
        if over or under or differs:
            params = {"set": entry.sizing.ratio_set, "stratum": stratum, "percent": percent(rate)}
            yield Remark(entry.number, WARNING, "annual_ratio_differs", params)


def _together(plan: AnnualPlan) -> Iterator[Remark]:
    """Two departments that look at the same objects at the same time, apart: 综合查一次."""
    for place, one in enumerate(plan.entries):
        for other in plan.entries[place + 1 :]:
            if one.scope == other.scope and set(one.departments).isdisjoint(other.departments) and _meet(one, other):
                params = {"other": other.number, "departments": sorted({*one.departments, *other.departments})}
                code = "annual_could_be_joint" if one.group != other.group else "annual_same_ticket"
                yield Remark(one.number, WARNING, code, params)


def _meet(one: Entry, other: Entry) -> bool:
    return any(a.since <= b.last and b.since <= a.last for a in one.batches for b in other.batches)


def _uncovered(plan: AnnualPlan, items: Mapping[str, Item]) -> Iterator[Remark]:
    used = {code for entry in plan.entries for code in entry.items}
    own = [
        one
        for one in items.values()
        if one.department == plan.department and one.listed != "undisturbed" and one.holds_on(_first(plan))
    ]
    missing = sorted(one.code for one in own if one.code not in used)
    if missing:
        yield Remark(None, WARNING, "annual_items_uncovered", {"items": missing, "count": len(missing)})


def _first(plan: AnnualPlan) -> date:
    return min((entry.span.since for entry in plan.entries), default=plan_start(plan))


def plan_start(plan: AnnualPlan) -> date:
    """Return the first day of the plan's year."""
    return days_of_year()[0].in_year(plan.year).replace(month=1, day=1)


def count_remark(entry: Entry, size: int, total: int) -> Remark | None:
    """Say that the number printed in the plan is not what its ratios give.

    Args:
        entry: with the number.
        size: what the ratios give.
        total: of all units in the strata.
    """
    count = entry.sizing.count
    if count is None or abs(count - size) <= _TOLERANCE:
        return None
    share = percent(count * PPM // total) if total else "—"
    return Remark(entry.number, WARNING, "annual_count_differs", {"count": count, "size": size, "percent": share})


def percent(ppm: int) -> str:
    """Return parts per million as a percentage.

    >>> percent(25_000)
    '2.5%'
    """
    return f"{ppm / 10_000:.4f}".rstrip("0").rstrip(".") + "%"


def by_kind(entries: Iterable[Entry]) -> dict[str, int]:
    """Return how many entries are general and how many key."""
    found = {"general": 0, "key": 0}
    for one in entries:
        found[one.kind] += 1
    return found
