"""Branches and spans of a fine in the words of a law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.wording import condition_text
from service.web.labels import KINDS
from service.web.words import times_zh, yuan_zh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.compiled import CompiledBranch
    from rules.facts import Fact, Vocabulary

_GENERAL = "一般情形"


@dataclass(frozen=True, slots=True)
class BranchView:
    """One branch of the article in words."""

    when: str
    fine: str
    kinds: str
    chosen: bool
    escalation: bool


def branch_view(one: CompiledBranch, vocabulary: Vocabulary, *, chosen: bool = False) -> BranchView:
    """A branch of the catalogue in words."""
    raw = one.branch.fine.model_dump(mode="json", exclude_none=True) if one.branch.fine else None
    return BranchView(
        when=when_zh(one, vocabulary),
        fine=fine_zh(raw, vocabulary) if raw else "",
        kinds="；".join(KINDS[name] for name in one.branch.kinds or ()),
        chosen=chosen,
        escalation=one.branch.escalation,
    )


def when_zh(one: CompiledBranch, vocabulary: Vocabulary) -> str:
    """When a branch is taken: its own label, its condition, or both."""
    words = condition_text(one.condition, vocabulary) if one.condition else ""
    label = one.branch.label or ""
    if label and words and label != words:
        return f"{label}（{words}）"
    return label or words or _GENERAL


def span_zh(one: Mapping[str, object], low_key: str, high_key: str) -> str:
    """A span as a law writes it: 5万元以上6.5万元以下, 不满5万元, 超过6.5万元不满8.5万元.

    以上 and 以下 include the number, 超过 and 不满 do not (民法典 1259). Empty where unknown.
    """
    if low_key not in one or high_key not in one:
        return ""
    words = times_zh if low_key.endswith("_x") else yuan_zh
    low, high = one[low_key], one[high_key]
    low_in, high_in = one.get("min_inclusive", True), one.get("max_inclusive", True)
    if low == high:
        return words(low)
    upper = f"{words(high)}以下" if high_in else f"不满{words(high)}"
    if not low and low_in:
        return upper
    return f"{words(low)}以上{upper}" if low_in else f"超过{words(low)}{upper}"


def each_zh(fact: Fact) -> str:
    """每平方米, 每人: what one unit of a count is called."""
    return f"每{fact.unit or '单位'}"


def fine_zh(fine: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """A fine as the article states it: 货值金额10倍以上20倍以下."""
    if "base" in fine:
        words = vocabulary[str(fine["base"])].label + span_zh(fine, "min_x", "max_x")
    else:
        words = span_zh(fine, "min_yuan", "max_yuan")
    if "per" in fine:
        counted = vocabulary[str(fine["per"])]
        words = f"按{counted.label}计，{each_zh(counted)}{words}"
    bounds = (("floor_yuan", "最低"), ("cap_yuan", "最高"))
    return "，".join([words, *(f"{name}{yuan_zh(fine[key])}" for key, name in bounds if key in fine)])
