"""Which documents there are, and for which conclusion each may be drafted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.errors import StateError

PUNISHING: Final = frozenset({"mitigated", "lighter", "mitigated_or_lighter", "general", "heavier"})
EXEMPT: Final = frozenset({"no_penalty"})
ANY: Final = frozenset({*PUNISHING, *EXEMPT, "undetermined", "needs_human"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its title, the tiers it belongs to, and whether it names a violation."""

    name: str
    title: str
    tiers: frozenset[str]
    needs_violation: bool = True

    @property
    def decides(self) -> bool:
        """Whether it presupposes a conclusion (an order to correct does not)."""
        return self.tiers is not ANY


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("no_penalty_decision", "不予行政处罚决定书", EXEMPT),
        Kind("correction_order", "责令改正通知书", ANY),
        Kind("commitment", "首违不罚承诺书", EXEMPT),
        Kind("penalty_notice", "行政处罚告知书", PUNISHING),
        Kind("education_record", "批评教育记录", EXEMPT, needs_violation=False),
    )
}
TIER_WORDS: Final = {
    "no_penalty": "不予行政处罚",
    "mitigated": "减轻行政处罚",
    "lighter": "从轻行政处罚",
    "mitigated_or_lighter": "从轻或者减轻行政处罚",
    "general": "一般行政处罚",
    "heavier": "从重行政处罚",
    "undetermined": "尚不能确定",
    "needs_human": "需要人工判断",
}


def require(kind: Kind, tier: str, *, violation: bool, blocked: list[str]) -> None:
    """Refuse a document that the conclusion does not carry.

    Raises StateError: ``document_tier``, ``document_violation`` or ``document_blocked`` (a rule
    forbids any decision while its warning stands).
    """
    if tier not in kind.tiers:
        raise StateError("document_tier", title=kind.title, tier=TIER_WORDS[tier])
    if kind.needs_violation and not violation:
        raise StateError("document_violation", title=kind.title)
    if blocked and kind.decides:
        raise StateError("document_blocked", title=kind.title, why="；".join(blocked))
