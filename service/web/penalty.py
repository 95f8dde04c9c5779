"""The penalty of a decision: when it may be imposed, which branch, and the span to scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.ranges import branch_code
from rules.wording import condition_text
from service.web.grounds import Row, as_row, rows, strings
from service.web.labels import KINDS, OPTIONAL, RANGES, TRIGGERS
from service.web.scale import Scale, scale_of
from service.web.words import times_zh, yuan_zh

if TYPE_CHECKING:
    from datetime import date

    from rules.compiled import CompiledBranch
    from rules.facts import Fact, Vocabulary
    from rules.release import Release

TIER_RANGES: Final = {
    "mitigated": ("mitigated",),
    "lighter": ("lighter",),
    "mitigated_or_lighter": ("mitigated", "lighter"),
    "general": ("general",),
    "heavier": ("heavier",),
}
"""Which part of the span each tier means; the other tiers mean none."""


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One tier of the span in words; ``chosen`` marks that of the case."""

    tier: str
    label: str
    amount: str
    multiple: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BranchView:
    """One branch of the article in words."""

    when: str
    fine: str
    kinds: str
    chosen: bool
    escalation: bool


@dataclass(frozen=True, slots=True)
class PenaltyView:
    """Everything the page says about the penalty; ``fine`` None: not known yet whether possible."""

    trigger: str
    optional: str
    kinds: tuple[str, ...]
    branch: str | None
    branches: tuple[BranchView, ...]
    rows: tuple[RangeRow, ...]
    per: str
    scale: Scale | None
    fine: bool | None
    note: str

    @property
    def chosen(self) -> str:
        """The amount of the applicable tier in words; empty where no tier is chosen."""
        return " 或者 ".join(row.amount or row.multiple for row in self.rows if row.chosen)


class PenaltyReader:
    """Reads the penalty of one decision; branches are put into words with the catalogue."""

    def __init__(self, release: Release) -> None:
        """``release`` is the one the decision was made with."""
        self._vocabulary = release.vocabulary
        self._release = release

    def view(self, penalty: Row, tier: str, violation: str, on: date) -> PenaltyView:
        """The penalty under the law of a day, with the rows of the tier marked."""
        law = self._release.law_at(violation, on)
        branches = law.branches if law else ()
        ranges = {name: as_row(one) for name, one in as_row(penalty["ranges"] or {}).items() if one}
        chosen = TIER_RANGES.get(tier, ())
        range_rows = tuple(_range_row(name, one, chosen) for name, one in ranges.items())
        return PenaltyView(
            trigger=TRIGGERS[str(penalty["trigger"])],
            optional=OPTIONAL[bool(penalty["optional"])],
            kinds=tuple(KINDS[name] for name in strings(penalty["kinds"])),
            branch=self._branch(penalty, branches),
            branches=tuple(self._branches(penalty, branches)),
            rows=range_rows,
            per=self._per(ranges),
            scale=scale_of(ranges, chosen),
            fine=None if penalty["fine_possible"] is None else bool(penalty["fine_possible"]),
            note=str(penalty.get("note") or ""),
        )

    def _branch(self, penalty: Row, branches: tuple[CompiledBranch, ...]) -> str | None:
        if not penalty["ranges"]:
            return None
        found = next((one for one in branches if self._code(one) == penalty["branch"]), None)
        return self._when(found) if found else str(penalty.get("label") or "")

    def _branches(self, penalty: Row, branches: tuple[CompiledBranch, ...]) -> list[BranchView]:
        if "branches" not in penalty:
            return []
        taken = penalty["branch"] if penalty["ranges"] else object()
        shown = zip(branches, rows(penalty["branches"]), strict=True)
        return [self._branch_view(one, row, taken) for one, row in shown]

    def _branch_view(self, one: CompiledBranch, row: Row, taken: object) -> BranchView:
        kinds = "；".join(KINDS[name] for name in strings(row["kinds"]))
        fine = fine_zh(as_row(row["fine"]), self._vocabulary) if row["fine"] else ""
        chosen = self._code(one) == taken and one.branch.fine is not None
        return BranchView(self._when(one), fine, kinds, chosen, bool(row["escalation"]))

    def _when(self, one: CompiledBranch) -> str:
        words = condition_text(one.condition, self._vocabulary) if one.condition else ""
        label = one.branch.label or ""
        if label and words and label != words:
            return f"{label}（{words}）"
        return label or words or "一般情形"

    def _code(self, one: CompiledBranch) -> str | None:
        return branch_code(one.condition, self._vocabulary)

    def _per(self, ranges: Row) -> str:
        names = {str(as_row(one).get("per")) for one in ranges.values() if as_row(one).get("per")}
        return "、".join(each_zh(self._vocabulary[name]) for name in sorted(names))


def _range_row(name: str, one: Row, chosen: tuple[str, ...]) -> RangeRow:
    amount = span_zh(one, "min_yuan", "max_yuan")
    multiple = span_zh(one, "min_x", "max_x")
    if "unit_min_yuan" in one:
        multiple = span_zh(one, "unit_min_yuan", "unit_max_yuan")
    return RangeRow(name, RANGES[name], amount, multiple, name in chosen)


def span_zh(one: Row, low_key: str, high_key: str) -> str:
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


def fine_zh(fine: Row, vocabulary: Vocabulary) -> str:
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
