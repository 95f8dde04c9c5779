"""The ledger of visits: which count against a yearly cap, which do not and why, how many are left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from kernel.errors import CodedValueError
from kernel.interval import Interval, add_years
from supervision.planparams import reason_rows, reasons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from supervision.planparams import Cap

DAILY: Final = "daily"
JOINT: Final = "joint"
LEVELS: Final = {"county": "县级", "city": "市级", "province": "省级", "nation": "国家"}


class LedgerError(CodedValueError):
    """A kind of visit, a level or a reason that the closed lists do not have."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in the ledger; ``reason`` is None for an ordinary one, else the code that may keep it from counting.

    ``kind``: daily, special (own), special_ordered (from above) or case.
    """

    unit: str
    body: str
    level: str
    day: date
    reason: str | None = None
    kind: str = DAILY


@dataclass(frozen=True, slots=True)
class CapState:
    """Visits of an enterprise under one cap: counted, not counted, and how many are left.

    ``left`` is None where the cap sets no limit for the class; it never falls below 0. ``why`` says for each visit
    not counted which code of the closed lists keeps it out.
    """

    counted: tuple[Visit, ...]
    not_counted: tuple[Visit, ...]
    left: int | None
    why: tuple[str, ...] = ()
    frequent: bool = False

    @property
    def used_up(self) -> bool:
        """Say whether no further counted visit is allowed."""
        return self.left == 0

    def words(self) -> list[str]:
        """Say in Chinese of each visit whether it counts, and if not, why."""
        rows = [(one, "计入") for one in self.counted]
        rows += [(one, f"不计入：{_name(why)}") for one, why in zip(self.not_counted, self.why, strict=True)]
        return [f"{one.day} {one.body}：{words}" for one, words in sorted(rows, key=lambda row: row[0].day)]


def state(cap: Cap, visits: Iterable[Visit], credit_class: str, who: tuple[str, str], on: date) -> CapState:
    """Return how a cap stands for one enterprise on a day.

    Args:
        cap: the cap.
        visits: of this enterprise, by anybody.
        credit_class: of the enterprise.
        who: (body, level) that would visit; a cap per body or per level counts only its own visits.
        on: the day; the calendar year, or the last ``years`` calendar years, up to it are looked at.

    Raises:
        LedgerError: a visit has a kind or a reason that the closed lists do not have.
    """
    period = period_of(cap, on)
    own = [visit for visit in visits if period.contains(visit.day) and _concerned(cap, visit, who)]
    whys = [why_not(cap, visit.kind, visit.reason) for visit in own]
    counted = tuple(visit for visit, why in zip(own, whys, strict=True) if why is None)
    free = tuple(visit for visit, why in zip(own, whys, strict=True) if why is not None)
    limit = cap.limit(credit_class)
    return CapState(
        counted,
        free,
        None if limit is None else max(0, limit - len(counted)),
        tuple(why for why in whys if why is not None),
        limit is not None and len(own) > limit,
    )


def why_not(cap: Cap, kind: str, reason: str | None) -> str | None:
    """Return the code of what keeps a visit from counting under a cap, or None when it counts.

    A reason that only other documents leave out counts here: the cap names its own.

    Raises:
        LedgerError: the closed lists do not have the kind or the reason.
    """
    kinds = _capped()
    if kind not in kinds:
        raise LedgerError("ledger_kind_unknown", value=kind, allowed=sorted(kinds))
    if reason is not None and reason not in reasons("not_counted"):
        raise LedgerError("ledger_reason_unknown", value=reason, allowed=sorted(reasons("not_counted")))
    if reason in cap.not_counted:
        return reason
    if reason == JOINT and cap.per != "body":
        return JOINT  # one door, one visit: only the initiating department's line counts together with others'
    return None if kinds[kind] else kind


def period_of(cap: Cap, on: date) -> Interval:
    """Return the calendar years that a cap counts together, the current one last."""
    first = on.replace(month=1, day=1)
    return Interval(add_years(first, 1 - cap.years), add_years(first, 1))


@cache
def _capped() -> dict[str, bool]:
    return {row["code"]: row["capped"] for row in reason_rows("visit_kind")}


def _name(why: str) -> str:
    return reasons("not_counted").get(why) or reasons("visit_kind")[why]


def _concerned(cap: Cap, visit: Visit, who: tuple[str, str]) -> bool:
    body, level = who
    if cap.per == "body":
        return visit.body == body
    return cap.per == "total" or visit.level == level
