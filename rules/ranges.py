"""Lawful ranges: the branch of the penalty that the facts select, cut into tiers.

``s = max - min``; lighter is the lowest share of ``s``, heavier the highest (both with their end
values), general what lies between, mitigated what lies below a statutory minimum. A statute that
states only a ceiling has the minimum 0 and no mitigation by amount. Amounts are exact in fen and
rounded half up to the yuan when shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kernel.money import FEN
from rules.evaluate import FALSE, TRUE, UNKNOWN, States

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.compiled import CompiledBranch, CompiledLaw
    from rules.schema_violation import Fine

TIERS: Final = ("mitigated", "lighter", "general", "heavier")
Cut = tuple[Decimal, Decimal, bool, bool]


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of the span that are lighter and heavier (0.30 each nationally)."""

    lighter: Decimal
    heavier: Decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """The branch chosen, or the facts without which none can be chosen."""

    branch: CompiledBranch | None
    missing: tuple[str, ...] = ()
    not_excluded: tuple[CompiledBranch, ...] = ()  # escalations neither established nor excluded
    established: tuple[CompiledBranch, ...] = ()  # escalations established


def choose_branch(law: CompiledLaw, states: States) -> Choice:
    """Pick the branch of the penalty: an established escalation first, else the first that holds.

    An escalation that is not established is never taken; it is reported instead.
    """
    states_of = {id(one): one.state(states) for one in law.branches}
    escalations = [one for one in law.branches if one.branch.escalation]
    doubtful = tuple(one for one in escalations if states_of[id(one)] == UNKNOWN)
    established = tuple(one for one in escalations if states_of[id(one)] == TRUE)
    dearer = next((one for one in established if one.branch.fine is not None), None)
    if dearer is not None:
        return Choice(dearer, (), doubtful, established)
    for one in law.branches:
        if one.branch.escalation or states_of[id(one)] == FALSE:
            continue
        if states_of[id(one)] == TRUE:
            return Choice(one, (), doubtful, established)
        return Choice(None, tuple(one.when.open_facts(states) if one.when else ()), doubtful, established)
    return Choice(None, (), doubtful, established)


def ranges(fine: Fine, facts: Mapping[str, object], shares: Shares) -> dict[str, object]:
    """The four tiers of a fine; a tier that cannot exist is None.

    Each range has ``min_yuan`` and ``max_yuan``; multiples carry ``min_x``, ``max_x`` and
    ``base``, and the amounts too once the base is established. Ends belong to the range unless
    ``min_inclusive`` or ``max_inclusive`` is false.
    """
    if fine.base is None and fine.per is None:
        return _fixed(fine, shares)
    return {tier: _range(fine, facts, cut) for tier, cut in cuts(fine, shares).items()}


@lru_cache(1_000)
def _fixed(fine: Fine, shares: Shares) -> dict[str, object]:
    """The tiers of a fine whose amounts depend on no fact; shared, not to be changed."""
    return {tier: _range(fine, {}, cut) for tier, cut in cuts(fine, shares).items()}


def cuts(fine: Fine, shares: Shares) -> dict[str, Cut | None]:
    """Where each tier begins and ends, in fen or as a multiple, and whether its ends belong to it."""
    low, high = _bounds(fine)
    span = high - low
    found: dict[str, Cut | None] = {
        "mitigated": (Decimal(0), low, True, False) if low > 0 else None,
        "lighter": (low, low + shares.lighter * span, True, True),
        "general": (low + shares.lighter * span, high - shares.heavier * span, False, False),
        "heavier": (high - shares.heavier * span, high, True, True),
    }
    if span == 0:
        found["general"] = None
    return found


def whole_range(fine: Fine, facts: Mapping[str, object]) -> dict[str, object]:
    """The statutory range itself, in the form of a tier."""
    low, high = _bounds(fine)
    return _range(fine, facts, (low, high, True, True)) or {}


def _bounds(fine: Fine) -> tuple[Decimal, Decimal]:
    if fine.base is not None:
        return Decimal(fine.min_x or 0), Decimal(fine.max_x or 0)
    return Decimal(fine.min_yuan or 0) * FEN, Decimal(fine.max_yuan or 0) * FEN


def _range(fine: Fine, facts: Mapping[str, object], cut: Cut | None) -> dict[str, object] | None:
    if cut is None:
        return None
    low, high, low_in, high_in = cut
    shown: dict[str, object] = {}
    if fine.base is not None:
        shown |= {"min_x": plain(low), "max_x": plain(high), "base": fine.base}
        shown |= _multiplied(fine, facts, low, high)
    elif fine.per is not None:
        shown |= _per_unit(fine, facts, low, high)
    else:
        shown |= {"min_yuan": yuan(low), "max_yuan": yuan(high)}
    if not low_in:
        shown["min_inclusive"] = False
    if not high_in:
        shown["max_inclusive"] = False
    if low == 0 and not high_in and "min_yuan" in shown:
        shown["min_yuan"] = 0  # what is mitigated lies below the statute, and below its floor
    return shown


def _multiplied(fine: Fine, facts: Mapping[str, object], low: Decimal, high: Decimal) -> dict[str, object]:
    base = facts.get(fine.base or "")
    if not isinstance(base, int | Decimal):
        return {}
    count = facts.get(fine.per) if fine.per else 1
    if not isinstance(count, int | Decimal):
        return {}
    amounts = (_bounded(fine, one * base * count) for one in (low, high))
    return dict(zip(("min_yuan", "max_yuan"), map(yuan, amounts), strict=True))


def _bounded(fine: Fine, fen: Decimal) -> Decimal:
    if fine.cap_yuan is not None:
        fen = min(fen, Decimal(fine.cap_yuan) * FEN)
    return fen if fine.floor_yuan is None else max(fen, Decimal(fine.floor_yuan) * FEN)


def _per_unit(fine: Fine, facts: Mapping[str, object], low: Decimal, high: Decimal) -> dict[str, object]:
    shown: dict[str, object] = {
        "per": fine.per,
        "unit_min_yuan": yuan(low),
        "unit_max_yuan": yuan(high),
    }
    count = facts.get(fine.per or "")
    if isinstance(count, int | Decimal):
        amounts = (_bounded(fine, one * count) for one in (low, high))
        shown |= dict(zip(("min_yuan", "max_yuan"), map(yuan, amounts), strict=True))
    return shown


def inside(found: Mapping[str, object], amount: Decimal) -> bool:
    """Whether an amount in yuan lies in a range; a range without amounts holds everything."""
    least, most = found.get("min_yuan"), found.get("max_yuan")
    if not isinstance(least, int) or not isinstance(most, int):
        return True
    low = amount >= least if found.get("min_inclusive", True) else amount > least
    return low and (amount <= most if found.get("max_inclusive", True) else amount < most)


def yuan(fen: Decimal) -> int:
    """Whole yuan, half a yuan rounded up."""
    return int((fen / FEN).quantize(Decimal(1), ROUND_HALF_UP))


def plain(number: Decimal) -> int | float:
    """A multiple for JSON: an integer where it is one."""
    return int(number) if number == number.to_integral_value() else float(number)
