"""From grounds to a tier: the order of decision, and the stop where the law gives no order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rules.release import Release

LISTS: Final = ("no_penalty", "lighter", "mitigated", "no_coercive_measure")
LENIENCY: Final = {
    "no_penalty": 0,
    "mitigated": 1,
    "mitigated_or_lighter": 2,
    "lighter": 3,
    "general": 4,
    "heavier": 5,
}
_FORCES: Final = {"may": 0, "shall": 1}
_NONE: Final[frozenset[tuple[str, str]]] = frozenset()
_LIST_ORDER: Final = ("applies", "needs_human", "undetermined")


@dataclass(frozen=True, slots=True)
class Finding:
    """A ground's outcome, and the lists in which it stands."""

    id: str
    outcome: str
    force: str
    lists: tuple[str, ...]
    question: str | None = None


@dataclass(slots=True)
class Tier:
    """The tier that follows, with its grounds; a conflict names both sides."""

    tier: str
    force: str | None = None
    why: list[str] = field(default_factory=list)
    conflict: list[list[str]] | None = None
    question: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The ``result`` member of a decision."""
        shown: dict[str, object] = {"tier": self.tier, "force": self.force, "why": self.why}
        if self.conflict:
            shown["conflict"] = self.conflict
        if self.question:
            shown["question"] = self.question
        return shown


def list_outcome(findings: Sequence[Finding]) -> tuple[str, str | None]:
    """A list's outcome and force: applies, else needs_human, else undetermined, else not_met."""
    forces: dict[str, list[str]] = {}
    for one in findings:
        forces.setdefault(one.outcome, []).append(one.force)
    for outcome in _LIST_ORDER:
        if outcome in forces:
            return outcome, strongest(forces[outcome])
    return "not_met", None


def strongest(forces: Iterable[str]) -> str:
    """``shall`` over ``may``."""
    return max(forces, key=_FORCES.__getitem__)


def written_orders(release: Release, day: date) -> frozenset[tuple[str, str]]:
    """Pairs (over, under) of grounds whose order is written down and in force on the day."""
    found = _NONE
    for priority, pairs in release.orders:
        if priority.in_force.contains(day):
            found = found | pairs if found else pairs
    return found


def tier_of(findings: Sequence[Finding], heavier: Sequence[Finding], orders: frozenset[tuple[str, str]]) -> Tier:
    """Decide the tier from the lenient grounds, the heavier ones and the written orders."""
    by_list = {name: [one for one in findings if name in one.lists] for name in LISTS}
    outcomes = {name: list_outcome(by_list[name])[0] for name in LISTS}
    against = [one for one in heavier if one.outcome == "applies"]
    return tier_by_list(by_list, outcomes, against, orders)


def tier_by_list(
    by_list: Mapping[str, Sequence[Finding]],
    outcomes: Mapping[str, str],
    against: Sequence[Finding],
    orders: frozenset[tuple[str, str]],
) -> Tier:
    """Decide the tier from the grounds and outcome of each list, and the heavier grounds that apply."""
    if outcomes["no_penalty"] != "not_met":
        first = by_list["no_penalty"]
        return _settled("no_penalty", outcomes["no_penalty"], first, against, orders)
    return _reduced(by_list, outcomes, against, orders)


def _settled(
    tier: str,
    outcome: str,
    findings: Sequence[Finding],
    against: Sequence[Finding],
    orders: frozenset[tuple[str, str]],
) -> Tier:
    chosen = [one for one in findings if one.outcome == outcome]
    if outcome == "undetermined":
        return Tier("undetermined", None, [one.id for one in chosen])
    if outcome == "needs_human":
        question = next((one.question for one in chosen if one.question), None)
        return Tier("needs_human", None, [one.id for one in chosen], question=question)
    return _against(_tier(tier, chosen), chosen, against, orders)


def _tier(tier: str, chosen: Sequence[Finding]) -> Tier:
    force = strongest(one.force for one in chosen)
    ranked = sorted(chosen, key=lambda one: -_FORCES[one.force])  # stable: the decision's order
    return Tier(tier, force, [one.id for one in ranked])


def _against(
    tier: Tier,
    chosen: Sequence[Finding],
    against: Sequence[Finding],
    orders: frozenset[tuple[str, str]],
) -> Tier:
    """Stop where a heavier ground stands against all chosen ones without a written order."""
    unordered = [h for h in against if not any((one.id, h.id) in orders for one in chosen)]
    if not unordered:
        return tier
    sides = [tier.why, [one.id for one in unordered]]
    question = "既有从宽情形又有从重情形，法律没有规定先后，请综合全案情节裁量并说明理由。"
    return Tier("needs_human", None, [*sides[0], *sides[1]], sides, question)


def _reduced(
    by_list: Mapping[str, Sequence[Finding]],
    outcomes: Mapping[str, str],
    against: Sequence[Finding],
    orders: frozenset[tuple[str, str]],
) -> Tier:
    lighter, mitigated = by_list["lighter"], by_list["mitigated"]
    met = [one for one in (*lighter, *mitigated) if one.outcome == "applies"]
    both = {one.id for one in lighter} & {one.id for one in mitigated}
    open_choice = list({one.id: one for one in met if one.id in both}.values())
    only = {
        name: [one for one in by_list[name] if one.outcome == "applies" and one.id not in both]
        for name in ("lighter", "mitigated")
    }
    standing = _two_lists(only, orders) if only["lighter"] and only["mitigated"] else only
    if isinstance(standing, Tier):
        return standing
    for name, chosen in standing.items():
        if chosen:
            grounds = [*chosen, *open_choice]
            return _against(_tier(name, grounds), grounds, against, orders)
    if open_choice:
        tier = _tier("mitigated_or_lighter", open_choice)
        return _against(tier, open_choice, against, orders)
    return _without_leniency(by_list, outcomes, against)


def _two_lists(
    only: Mapping[str, Sequence[Finding]], orders: frozenset[tuple[str, str]]
) -> Mapping[str, Sequence[Finding]] | Tier:
    """The list that goes first by the written orders, alone; a stop with both sides where none does."""
    prevailing = [over for over, under in (LISTS[1:3], LISTS[2:0:-1]) if _all_under(only[over], only[under], orders)]
    if len(prevailing) == 1:
        return {prevailing[0]: only[prevailing[0]]}
    sides = [[one.id for one in only[name]] for name in ("lighter", "mitigated")]
    question = "同一事实同时符合从轻清单和减轻清单的事项，两者没有规定先后，请选择适用并说明理由。"
    return Tier("needs_human", None, [*sides[0], *sides[1]], sides, question)


def _all_under(over: Sequence[Finding], under: Sequence[Finding], orders: frozenset[tuple[str, str]]) -> bool:
    """Whether each ground of one side stands, by a written order, under some ground of the other."""
    return all(any((first.id, one.id) in orders for first in over) for one in under)


def _without_leniency(
    by_list: Mapping[str, Sequence[Finding]],
    outcomes: Mapping[str, str],
    against: Sequence[Finding],
) -> Tier:
    for outcome in ("needs_human", "undetermined"):
        if outcome in {outcomes["lighter"], outcomes["mitigated"]}:
            grounds = {one.id: one for one in (*by_list["lighter"], *by_list["mitigated"])}
            chosen = [one for one in grounds.values() if one.outcome == outcome]
            return _settled("", outcome, chosen, (), frozenset())
    return _tier("heavier", against) if against else Tier("general")
