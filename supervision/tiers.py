"""From credit class and sector risk to the tier that a planner uses, and what lifts 无事不扰."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel.errors import CodedValueError
from supervision.planparams import reasons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from supervision.planparams import Tier, TierTable


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
    credit_class: str,
    sector_risk: str,
    *,
    on: date,
    least_visits: int = 0,
    triggers: Iterable[Trigger] = (),
) -> TierDecision:
    """Return the tier; a sector's minimum comes before 无事不扰 and before the cap.

    Args:
        table: in force on the day.
        credit_class: of the month concerned.
        sector_risk: row of the table.
        on: the day of the question.
        least_visits: visits a year that a rule of the sector asks for.
        triggers: complaints, findings and so on; only those in force on the day count.

    Raises:
        TierError: unknown class, sector risk or trigger.
    """
    row = table.matrix.get(sector_risk)
    if row is None or credit_class not in row:
        raise TierError("tier_unknown", value=f"{sector_risk} × {credit_class}")
    tier = table.tiers[row[credit_class]]
    in_force = tuple(sorted(_in_force(triggers, on), key=lambda one: (one.code, one.since)))
    undisturbed = tier.undisturbed and not least_visits and not in_force
    return TierDecision(tier, least_visits, undisturbed, in_force, max(tier.visits, least_visits))


def _in_force(triggers: Iterable[Trigger], on: date) -> Iterable[Trigger]:
    known = reasons("lifting")
    for one in triggers:
        if one.code not in known:
            raise TierError("trigger_unknown", value=one.code, allowed=sorted(known))
        if one.since <= on < one.until:
            yield one
