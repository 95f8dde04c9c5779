"""从旧兼从轻 (行政处罚法 37): the law at the conduct, unless the law at the decision is lighter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.priority import LENIENCY, Tier
from rules.ranges import ranges, whole_range

if TYPE_CHECKING:
    from rules.answer import Answer
    from rules.ranges import Shares
    from rules.schema_violation import Fine

TIMELY: Final = frozenset({"self_before_discovery", "on_spot", "within_deadline"})
UNTIMELY: Final = frozenset({"refused", "late"})
_OPEN: Final = ("needs_human", "undetermined")


@dataclass(frozen=True, slots=True)
class Applied:
    """The answer that applies, the tier of the whole decision, and why."""

    answer: Answer
    tier: Tier
    why: str


def choose(
    conduct: Answer | None,
    decision: Answer,
    facts: Mapping[str, object],
    shares: Shares | None,
) -> Applied:
    """Compare the answers under both laws and take the lighter; equal ones leave the old law."""
    if conduct is None:
        return Applied(decision, decision.tier, "行为日期未查明，只按作出决定时的规定核查。")
    if conduct.day == decision.day:
        return Applied(conduct, conduct.tier, "行为与决定同日，规定相同。")
    tiers = (conduct.tier.tier, decision.tier.tier)
    settled = _definitely_lightest(conduct, decision)
    if settled is not None:
        return settled
    if tiers[0] == tiers[1]:
        return _by_range(conduct, decision, facts, shares)
    if any(tier in _OPEN for tier in tiers):
        return _open(conduct, decision)
    return _by_tier(conduct, decision)


def _by_tier(conduct: Answer, decision: Answer) -> Applied:
    if LENIENCY[decision.tier.tier] < LENIENCY[conduct.tier.tier]:
        return Applied(decision, decision.tier, "作出决定时的规定处罚较轻，适用新规定（第三十七条）。")
    return Applied(conduct, conduct.tier, "行为时的规定处罚较轻，适用行为时的规定（第三十七条）。")


def _definitely_lightest(conduct: Answer, decision: Answer) -> Applied | None:
    """No penalty cannot be made lighter, whatever the other law turns out to say."""
    if conduct.tier.tier == "no_penalty" and not _more_binding(conduct, decision):
        return Applied(conduct, conduct.tier, "按行为时的规定不予处罚，没有更轻的结果。")
    if decision.tier.tier == "no_penalty":
        return Applied(decision, decision.tier, "按作出决定时的规定不予处罚，适用新规定（第三十七条）。")
    return None


def _more_binding(conduct: Answer, decision: Answer) -> bool:
    """Whether the new law commands the leniency that the old one only allows."""
    same = conduct.tier.tier == decision.tier.tier and conduct.tier.tier in LENIENCY
    return same and conduct.tier.tier != "heavier" and (conduct.tier.force, decision.tier.force) == ("may", "shall")


def _open(conduct: Answer, decision: Answer) -> Applied:
    """One law gives no definite tier: it is shown, for its questions have to be answered first."""
    place = {name: number for number, name in enumerate(_OPEN)}
    one = min(conduct, decision, key=lambda answer: place.get(answer.tier.tier, len(place)))
    why = "两个时点之一尚无定论，先列出尚无定论的一方；查明以后再比较轻重（第三十七条）。"
    return Applied(one, one.tier, why)


def _by_range(conduct: Answer, decision: Answer, facts: Mapping[str, object], shares: Shares | None) -> Applied:
    if conduct.law is None and decision.law is not None:
        why = "目录中没有行为时的规定，按作出决定时的规定示意，请人工比对行为时的法律。"
        return Applied(decision, decision.tier, why)
    order = _comparison(conduct, decision, facts, shares)
    if order is None:
        unknown = "两个时点的罚款幅度无法直接比较，按行为时的规定示意，请法制审核比对。"
        return Applied(conduct, conduct.tier, unknown)
    if order < 0:
        why = "档次相同而作出决定时的罚款幅度较低，适用新规定（第三十七条）。"
        return Applied(decision, decision.tier, why)
    if order == 0 and _more_binding(conduct, decision):
        why = "幅度相同，而作出决定时的规定是应当从宽，适用新规定（第三十七条）。"
        return Applied(decision, decision.tier, why)
    same = "两个时点的结果相同，适用行为时的规定。"
    lower = "档次相同而行为时的罚款幅度较低，适用行为时的规定。"
    return Applied(conduct, conduct.tier, lower if order else same)


def _comparison(conduct: Answer, decision: Answer, facts: Mapping[str, object], shares: Shares | None) -> int | None:
    """-1 where the new law costs less, 1 where the old one does, 0 where both cost the same.

    While it is open whether a fine is possible at all, both outcomes are tried: a law is the
    lighter one only if it never costs more. None where that cannot be said.
    """
    if conduct.law is decision.law:
        return 0
    signs: set[int] = set()
    for assumed in _outcomes(facts):
        old, new = (heaviness(one, {**facts, **assumed}, shares) for one in (conduct, decision))
        if old is None or new is None:
            return None
        signs.add((new > old) - (new < old))
    signs -= {0}
    return None if len(signs) > 1 else next(iter(signs), 0)


def _outcomes(facts: Mapping[str, object]) -> list[dict[str, object]]:
    """What correction and gravity may yet turn out to be; one empty outcome where both are known."""
    corrected = facts.get("correction_status")
    corrections: tuple[object, ...] = ("within_deadline", "refused") if corrected in {None, "none"} else (corrected,)
    serious = facts.get("circumstances_serious")
    gravities: tuple[object, ...] = (False, True) if serious is None else (serious,)
    return [{"correction_status": one, "circumstances_serious": other} for one in corrections for other in gravities]


def heaviness(answer: Answer, facts: Mapping[str, object], shares: Shares | None) -> tuple[float, float] | None:
    """(most, least) that the tier costs under a law, in yuan; None where it cannot be said."""
    law = answer.law
    if law is None or law.version.penalty is None:
        return None
    if not any(one.branch.fine for one in law.branches):
        return (0.0, 0.0)
    if fine_possible(answer, facts) is False:
        return (0.0, 0.0)
    branch = answer.choice.branch if answer.choice else None
    if branch is None:
        return None
    if branch.branch.fine is None:
        return (0.0, 0.0)
    return _ends(_tier_range(branch.branch.fine, answer.tier.tier, facts, shares))


def _tier_range(fine: Fine, tier: str, facts: Mapping[str, object], shares: Shares | None) -> Mapping[str, object]:
    if shares is not None:
        found = ranges(fine, facts, shares).get(tier)
        if isinstance(found, Mapping):
            return found
    return whole_range(fine, facts)


def _ends(found: Mapping[str, object]) -> tuple[float, float] | None:
    most, least = found.get("max_yuan"), found.get("min_yuan")
    if not isinstance(most, int) or not isinstance(least, int):
        return None
    return float(most), float(least)


def fine_possible(answer: Answer, facts: Mapping[str, object]) -> bool | None:
    """Whether a fine can be imposed at all; None while that depends on what is not known yet.

    Where the article orders correction first (``on_refusal``), timely correction leaves no fine,
    and a party that has not corrected may still do so in time.
    """
    law = answer.law
    if law is None or law.version.penalty is None:
        return False
    if not any(one.branch.fine for one in law.branches):
        return False
    trigger = law.version.penalty.trigger
    if trigger == "on_refusal":
        status = facts.get("correction_status")
        return False if status in TIMELY else True if status in UNTIMELY else None
    if trigger == "serious_only":
        serious = facts.get("circumstances_serious")
        return serious if isinstance(serious, bool) else None
    return True
