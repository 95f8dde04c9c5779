"""From a decided case to the words of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.documents import wording
from service.documents.kinds import KINDS, TIER_WORDS, Kind, require
from service.documents.wording import blank, day_zh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.facts import Vocabulary
    from rules.instant import Case

DRAFT_NOTE: Final = "本文书为系统根据已录入事实生成的草稿，须经承办人核对、补齐标记为“待填写”的内容并依程序审批后使用。"


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of a document, ready for a template."""

    kind: Kind
    context: dict[str, Any]


def draft(
    kind: str, case: Case, decision: Mapping[str, Any], vocabulary: Vocabulary, particulars: Mapping[str, str]
) -> Draft:
    """Draft a document; StateError where the conclusion does not carry it.

    ``particulars`` come from :func:`service.documents.particulars.parse_particulars`.
    """
    wanted = KINDS[kind]
    violation = decision.get("violation")
    require(wanted, decision["result"]["tier"], violation=violation is not None, blocked=wording.blocking(decision))
    context: dict[str, Any] = dict(particulars)
    context |= {
        "title": wanted.title,
        "note": DRAFT_NOTE,
        "violation": violation["title"] if violation else blank("违法行为"),
        "prohibition": _cited(violation, "prohibition"),
        "penalty_basis": _cited(violation, "penalty"),
        "conduct_on": day_zh(decision["decided_for"]["conduct_on"], "违法行为日期"),
        "facts": wording.established(case.facts, vocabulary) or [blank("已经查明的事实")],
        "reasons": wording.reasoning(decision, case.facts, vocabulary),
        "conclusion": wording.conclusion(decision, TIER_WORDS),
        "ranges": wording.range_lines(decision, vocabulary) or ["该违法行为没有规定罚款数额。"],
        "duties": wording.duties(decision) or [blank("应当履行的义务")],
        "items": "、".join(decision["result"]["why"]) or blank("适用的情形"),
        "digest": decision["catalogue"]["digest"],
    }
    return Draft(wanted, context)


def reasoning_text(case: Case, decision: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The reasoning alone, to copy: the range only where a penalty is in question."""
    reasons = wording.reasoning(decision, case.facts, vocabulary)
    exempt = decision["result"]["tier"] == "no_penalty"
    ranges = [] if exempt else wording.range_lines(decision, vocabulary)
    return "\n".join([*reasons, *ranges, f"综上，{wording.conclusion(decision, TIER_WORDS)}。"])


def _cited(violation: Mapping[str, Any] | None, role: str) -> str:
    cited = [one for one in violation["citations"] if one["role"] == role] if violation else []
    return wording.citations_zh(cited)
