"""The one sentence an officer reads first: the tier, 应当 or 可以, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.web.labels import FORCES

if TYPE_CHECKING:
    from service.web.grounds import GroundView, Row
    from service.web.penalty import PenaltyView

_NOT_A_VIOLATION: Final = "not_a_violation"
_ACTS: Final = {
    "no_penalty": "不予行政处罚",
    "mitigated": "减轻行政处罚",
    "lighter": "从轻行政处罚",
    "mitigated_or_lighter": "从轻或者减轻行政处罚",
    "heavier": "从重行政处罚",
}
_TONES: Final = {
    "no_penalty": "good",
    "mitigated": "good",
    "lighter": "good",
    "mitigated_or_lighter": "good",
    "general": "plain",
    "heavier": "strict",
    "undetermined": "open",
    "needs_human": "stop",
}
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence, what follows it, and the colour and icon of the box it stands in."""

    tier: str
    tone: str
    sentence: str
    why: tuple[str, ...]


def headline(result: Row, grounds: dict[str, GroundView], penalty: PenaltyView | None) -> Headline:
    """Say what the decision means; ``grounds`` by id."""
    tier = str(result["tier"])
    why = [str(name) for name in result["why"]] if isinstance(result["why"], list) else []
    sentence = _sentence(tier, str(result["force"]), why)
    return Headline(tier, _TONES[tier], sentence, tuple(_reasons(tier, result, why, grounds, penalty)))


def _sentence(tier: str, force: str, why: list[str]) -> str:
    if why == [_NOT_A_VIOLATION]:
        return "不予行政处罚：法律已经不处罚这一行为"
    if tier in _ACTS:
        return f"{FORCES.get(force, '')}{_ACTS[tier]}"
    if tier == "general":
        return "没有从宽、从重情形，按一般档次裁量"
    if tier == "needs_human":
        return "需要人工判断，系统不作结论"
    return "事实尚未查清，还不能得出结论"


def _reasons(
    tier: str,
    result: Row,
    why: list[str],
    grounds: dict[str, GroundView],
    penalty: PenaltyView | None,
) -> list[str]:
    lines = [str(result["question"])] if result.get("question") else []
    named = [grounds[name] for name in why if name in grounds]
    if tier in _ACTS:
        lines += [f"依据：{_basis(one)}" for one in named[:_NAMED]]
    elif tier == "undetermined":
        lines += _open(named)
    if why == [_NOT_A_VIOLATION]:
        lines.append("适用从旧兼从轻（行政处罚法第三十七条），请法制审核核对新旧条文。")
    return lines + _about_fine(tier, penalty)


def _open(named: list[GroundView]) -> list[str]:
    """Which grounds are not excluded yet, and what has to be found out for that."""
    facts = list(dict.fromkeys(link.label for one in named for link in one.missing))
    lines = [f"尚未排除：{_some([one.title for one in named])}"] if named else []
    return lines + ([f"先查清：{_some(facts)}"] if facts else [])


def _some(names: list[str]) -> str:
    shown = "；".join(names[:_NAMED])
    return f"{shown}等 {len(names)} 项" if len(names) > _NAMED else shown


def _basis(one: GroundView) -> str:
    if one.kind == "list_item":
        return f"{one.source}“{one.title}”"
    cited = "、".join(citation.text for citation in one.citations[:1]) or one.source
    return f"{cited}，{one.title}"


def _about_fine(tier: str, penalty: PenaltyView | None) -> list[str]:
    if penalty is None or not penalty.stated or tier in {"no_penalty", "undetermined", "needs_human"}:
        return []
    if penalty.fine is False:
        return [f"不能罚款：{penalty.trigger}。"]
    if penalty.fine is None:
        return [f"能否罚款尚未查清：{penalty.trigger}。"]
    return [f"罚款：{penalty.chosen}"] if penalty.chosen else []
