"""The way of a yearly plan from draft to publication, its versions, and changes with their reasons.

One table of moves; a plan that was approved is changed only by a new version that says why, and goes the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import CodedValueError
from supervision.planparams import days_of_year, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

STATES: Final = {
    "draft": "草稿",
    "submitted": "待审批",
    "approved": "已批准",
    "filed": "已备案",
    "published": "已公布",
}
MOVES: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "submit"): "submitted",
    ("submitted", "return"): "draft",
    ("submitted", "approve"): "approved",
    ("approved", "file"): "filed",
    ("filed", "publish"): "published",
}
"""(state, act) → state after it."""
ACTS: Final = {"submit": "送审", "return": "退回", "approve": "批准", "file": "备案", "publish": "公布"}
FIXED: Final = frozenset({"approved", "filed", "published"})
"""States in which the document no longer changes: a change makes a new version."""


class PlanStateError(CodedValueError):
    """An act that the state of a plan does not allow, or a change without its reason."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What a version changes: entry number (None: the plan itself), ``added``, ``removed`` or ``changed``, fields."""

    entry: str | None
    kind: str
    fields: tuple[str, ...] = ()


def after(state: str, act: str) -> str:
    """Return the state after an act.

    Raises:
        PlanStateError: ``plan_act``: the state does not allow it.
    """
    found = MOVES.get((state, act))
    if found is None:
        allowed = [ACTS[name] for (start, name) in MOVES if start == state]
        raise PlanStateError("plan_act", act=ACTS.get(act, act), state=STATES[state], allowed=allowed)
    return found


def acts_of(state: str) -> tuple[str, ...]:
    """Return the acts that a state allows."""
    return tuple(act for start, act in MOVES if start == state)


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[PlanChange]:
    """Return what differs between two documents of a plan, entry by entry.

    Args:
        old: document of the version before (:meth:`supervision.annual.AnnualPlan.as_dict`).
        new: document of this one.
    """
    names = sorted((old.keys() | new.keys()) - {"entries"})
    own = tuple(name for name in names if old.get(name) != new.get(name))
    found = [PlanChange(None, "changed", own)] if own else []
    before = {one["number"]: one for one in old["entries"]}
    now = {one["number"]: one for one in new["entries"]}
    for number in sorted(before.keys() | now.keys()):
        if number not in now:
            found.append(PlanChange(number, "removed"))
        elif number not in before:
            found.append(PlanChange(number, "added"))
        elif before[number] != now[number]:
            fields = sorted(name for name in now[number] if now[number][name] != before[number].get(name))
            found.append(PlanChange(number, "changed", tuple(fields)))
    return found


def require_reasons(found: list[PlanChange], reasons: Mapping[str, str]) -> None:
    """Refuse a version that changes an entry without saying why; the plan itself stands under an empty number.

    Raises:
        PlanStateError: ``plan_change_reason`` with the entries; ``plan_unchanged`` when nothing differs.
    """
    if not found:
        raise PlanStateError("plan_unchanged")
    missing = [one.entry or "计划本身" for one in found if not reasons.get(one.entry or "", "").strip()]
    if missing:
        raise PlanStateError("plan_change_reason", entries=missing)


def filing_day(year: int, place: str, on: date) -> date | None:
    """Return the day by which the plan of a year is filed in a place; None where no rule is known."""
    found = nearest((one for one in days_of_year() if one.duty == "file"), place, on)
    return None if found is None else found.in_year(year)


def filing(year: int, place: str, filed_on: date | None, on: date) -> str:
    """Say how the filing stands: ``filed``, ``filed_late``, ``open``, ``late`` or ``unknown``."""
    last = filing_day(year, place, filed_on or on)
    if last is None:
        return "unknown"
    if filed_on is not None:
        return "filed" if filed_on <= last else "filed_late"
    return "open" if on <= last else "late"


FILINGS: Final = {
    "filed": "按期备案",
    "filed_late": "逾期备案",
    "open": "尚未备案",
    "late": "逾期未备案",
    "unknown": "没有查到备案期限",
}
