"""The ledger of visits: which count against a yearly cap, which do not and why, how many are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel.interval import Interval, add_years

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from supervision.planparams import Cap


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in the ledger; ``reason`` is None for an ordinary one, else the code that may keep it from counting."""

    unit: str
    body: str
    level: str
    day: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CapState:
    """Visits of an enterprise under one cap: counted, not counted (with the reason), and how many are left.

    ``left`` is None where the cap sets no limit for the class; it never falls below 0.
    """

    counted: tuple[Visit, ...]
    not_counted: tuple[Visit, ...]
    left: int | None

    @property
    def used_up(self) -> bool:
        """Say whether no further counted visit is allowed."""
        return self.left == 0


def state(cap: Cap, visits: Iterable[Visit], credit_class: str, who: tuple[str, str], on: date) -> CapState:
    """Return how a cap stands for one enterprise on a day.

    Args:
        cap: the cap.
        visits: of this enterprise, by anybody.
        credit_class: of the enterprise.
        who: (body, level) that would visit; a cap per body or per level counts only its own visits.
        on: the day; the calendar year, or the last ``years`` calendar years, up to it are looked at.
    """
    period = period_of(cap, on)
    own = [visit for visit in visits if period.contains(visit.day) and _concerned(cap, visit, who)]
    counted = tuple(visit for visit in own if visit.reason not in cap.not_counted)
    free = tuple(visit for visit in own if visit.reason in cap.not_counted)
    limit = cap.limit(credit_class)
    return CapState(counted, free, None if limit is None else max(0, limit - len(counted)))


def period_of(cap: Cap, on: date) -> Interval:
    """Return the calendar years that a cap counts together, the current one last."""
    first = on.replace(month=1, day=1)
    return Interval(add_years(first, 1 - cap.years), add_years(first, 1))


def _concerned(cap: Cap, visit: Visit, who: tuple[str, str]) -> bool:
    body, level = who
    if cap.per == "body":
        return visit.body == body
    return cap.per == "total" or visit.level == level
