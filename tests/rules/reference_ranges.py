"""Part of the reference: the branch of a penalty and its ranges (four-lists.md 4.3)."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.rules.reference_conditions import Asked, Facts, Raw, number, truth

SHARE = Decimal("0.30")


def fine(law: Raw | None, facts: Facts, orders: Mapping[str, list[Any]]) -> dict[str, Any] | None:
    """The branch that the facts select: an established escalation first, then the first that holds."""
    penalty = (law or {}).get("penalty")
    if penalty is None or not any(branch.get("fine") for branch in penalty["branches"]):
        return None
    asked = Asked(facts, orders, {})
    branches = [(truth(one["when"], asked) if "when" in one else True, one) for one in penalty["branches"]]
    dear = [one for state, one in branches if one.get("escalation") and one.get("fine") and state]
    plain = [(state, one) for state, one in branches if not one.get("escalation") and state is not False]
    chosen = dear[0] if dear else plain[0][1] if plain and plain[0][0] else None
    optional = chosen.get("optional", penalty.get("optional", False)) if chosen else penalty.get("optional", False)
    amount = chosen.get("fine") if chosen else None
    ranges = cut(amount, facts) if amount else None
    return {"trigger": penalty["trigger"], "optional": optional, "fine": amount, "ranges": ranges}


def cut(amount: Raw, facts: Facts) -> dict[str, Any]:
    """The four tiers of a range (four-lists.md 4.3)."""
    multiple = "base" in amount
    low, high = (
        number(amount["min_x" if multiple else "min_yuan"]),
        number(amount["max_x" if multiple else "max_yuan"]),
    )
    part = SHARE * (high - low)
    spans = {
        "mitigated": (Decimal(0), low) if low else None,
        "lighter": (low, low + part),
        "general": (low + part, high - part) if high > low else None,
        "heavier": (high - part, high),
    }
    return {tier: shown(span, amount, facts) if span else None for tier, span in spans.items()}


def shown(span: tuple[Decimal, Decimal], amount: Raw, facts: Facts) -> dict[str, Any]:
    names = [amount[key] for key in ("base", "per") if key in amount]
    row: dict[str, Any] = dict(zip(("min_x", "max_x"), span, strict=True)) if "base" in amount else {}
    if all(facts.get(name) is not None for name in names):
        ends = []
        for end in span:
            yuan = end
            for name in names:
                yuan *= number(facts[name])
            yuan = min(yuan, number(amount["cap_yuan"])) if "cap_yuan" in amount else yuan
            yuan = max(yuan, number(amount["floor_yuan"])) if "floor_yuan" in amount else yuan
            ends.append(int(yuan.quantize(Decimal(1), ROUND_HALF_UP)))
        row["min_yuan"], row["max_yuan"] = ends
    return row
