"""From credit class and sector risk to the tier that a planner uses, and what lifts 无事不扰."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kernel.errors import CodedValueError
from kernel.interval import add_months
from supervision.planparams import reason_rows, reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from supervision.planparams import SectorRule, Tier, TierTable


class TierError(CodedValueError):
    """A class, a sector risk or a reason that the table does not have."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What lifted 无事不扰: a code of the closed list, from a day until (not including) another."""

    code: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier of one enterprise, the visits that its sector asks for at least, and why it is disturbed if it is.

    ``undisturbed``: no visit is to be started. ``lifted_by``: the triggers in force, with their ends.
    """

    tier: Tier
    least_visits: int
    undisturbed: bool
    lifted_by: tuple[Trigger, ...]
    most_visits: int


def decide(
    table: TierTable,
    credit_class: str | None,
    sector_risk: str | None,
    *,
    on: date,
    least_visits: int = 0,
    triggers: Iterable[Trigger] = (),
) -> TierDecision:
    """Return the tier; a sector's minimum comes before 无事不扰 and before the cap.

    Args:
        table: in force on the day.
        credit_class: of the month concerned; None takes the class that the table names for it.
        sector_risk: row of the table; None takes the row that the table names for it.
        on: the day of the question.
        least_visits: visits a year that a rule of the sector asks for.
        triggers: complaints, findings and so on; only those in force on the day count.

    Raises:
        TierError: unknown class, sector risk or trigger.
    """
    credit_class, sector_risk = credit_class or table.unclassed, sector_risk or table.unrated
    row = table.matrix.get(sector_risk)
    if row is None or credit_class not in row:
        raise TierError("tier_unknown", value=f"{sector_risk} × {credit_class}")
    tier = table.tiers[row[credit_class]]
    in_force = tuple(sorted(_in_force(triggers, on), key=lambda one: (one.code, one.since)))
    undisturbed = tier.undisturbed and not least_visits and not in_force
    return TierDecision(tier, least_visits, undisturbed, in_force, max(tier.visits, least_visits))


def proposed_end(code: str, since: date) -> date:
    """Return the first day on which a trigger entered today would no longer lift 无事不扰; the planner may set another.

    Raises:
        TierError: the closed list has no such trigger.
    """
    for row in reason_rows("lifting"):
        if row["code"] == code:
            return add_months(since, row["months"])
    raise TierError("trigger_unknown", value=code, allowed=sorted(reasons("lifting")))


def lifted_words(decision: TierDecision) -> str:
    """Say in Chinese what lifted 无事不扰 and until when; empty when nothing did."""
    names = reasons("lifting")
    return "；".join(
        f"因{names[one.code]}自 {one.since} 起解除无事不扰，到 {one.until - timedelta(1)} 为止"
        for one in decision.lifted_by
    )


def required(rule: SectorRule, grade: str, visited: Mapping[int, int]) -> int:
    """Return how many more visits a rule of a sector asks for; 0 where it names no minimum for the grade.

    Args:
        rule: of the sector.
        grade: of the enterprise in that sector's own grading.
        visited: its visits so far in this calendar year (under 1), in this and the one before (under 2), and so on.
    """
    minimum = rule.visits.get(grade)
    return max(0, minimum.least - visited.get(minimum.years, 0)) if minimum else 0


def _in_force(triggers: Iterable[Trigger], on: date) -> Iterable[Trigger]:
    known = reasons("lifting")
    for one in triggers:
        if one.code not in known:
            raise TierError("trigger_unknown", value=one.code, allowed=sorted(known))
        if one.since <= on < one.until:
            yield one
