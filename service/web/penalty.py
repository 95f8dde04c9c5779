"""The penalty of a decision: when it may be imposed, which branch, and the span to scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.web.branches import BranchView, branch_view, each_zh, span_zh, when_zh
from service.web.grounds import Link, Row, as_row, link_to, strings
from service.web.labels import KINDS, OPTIONAL, RANGES, TRIGGERS
from service.web.scale import Scale, scale_of

if TYPE_CHECKING:
    from rules.compiled import CompiledBranch, CompiledLaw
    from rules.facts import Vocabulary
    from rules.schema_violation import StatutoryPenalty

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
class StepView:
    """The step of a finer table (裁量基准), or the facts without which none can be chosen."""

    benchmark: str
    label: str
    tier: str
    amount: str
    missing: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PenaltyView:
    """Everything the page says about the penalty.

    ``stated``: the catalogue knows an amount; ``open``: facts are missing to choose the branch;
    ``fine`` None: not known yet whether a fine is possible at all.
    """

    trigger: str
    optional: str
    kinds: tuple[str, ...]
    note: str
    stated: bool = False
    open: bool = False
    branch: str = ""
    branches: tuple[BranchView, ...] = ()
    rows: tuple[RangeRow, ...] = ()
    per: str = ""
    scale: Scale | None = None
    fine: bool | None = False
    benchmark: str = ""
    step: StepView | None = None

    @property
    def chosen(self) -> str:
        """The amount of the applicable tier in words; empty where no tier is chosen."""
        return " 或者 ".join(row.amount or row.multiple for row in self.rows if row.chosen)


class PenaltyReader:
    """Reads the penalty under one law; branches are put into words with the catalogue."""

    def __init__(self, vocabulary: Vocabulary, tier: str, *, branch_open: bool) -> None:
        """``tier`` is that of the whole decision; ``branch_open``: the branch waits for facts."""
        self._vocabulary = vocabulary
        self._chosen = TIER_RANGES.get(tier, ())
        self._open = branch_open

    def view(self, penalty: Row | None, law: CompiledLaw | None) -> PenaltyView | None:
        """The penalty under a law with the rows of the tier marked; None where the law has none."""
        if law is None or law.version.penalty is None:
            return None
        if penalty is None:
            return _without_amount(law.version.penalty)
        ranges = {name: as_row(one) for name, one in as_row(penalty["ranges"] or {}).items() if one}
        taken = self._taken(penalty, law)
        several = len(law.branches) > 1 or taken is None
        views = (branch_view(one, self._vocabulary, chosen=one is taken) for one in law.branches)
        return PenaltyView(
            trigger=TRIGGERS[str(penalty["trigger"])],
            optional=OPTIONAL[bool(penalty["optional"])],
            kinds=tuple(KINDS[name] for name in strings(penalty["kinds"])),
            note=str(penalty.get("note") or ""),
            stated=True,
            open=self._open and taken is None,
            branch=when_zh(taken, self._vocabulary) if taken else "",
            branches=tuple(views) if several else (),
            rows=tuple(_range_row(name, one, self._chosen) for name, one in ranges.items()),
            per=self._per(ranges),
            scale=scale_of(ranges, self._chosen),
            fine=None if penalty["fine_possible"] is None else bool(penalty["fine_possible"]),
            benchmark=_benchmark(as_row(penalty["benchmark"])) if penalty.get("benchmark") else "",
            step=self._step(as_row(penalty["step"])) if penalty.get("step") else None,
        )

    def _taken(self, penalty: Row, law: CompiledLaw) -> CompiledBranch | None:
        """The branch the decision took: by its code, else the one that has no condition."""
        code = penalty["branch"]
        if code is None and self._open:
            return None
        found = (one for one in law.branches if one.code == code)
        return next(found, None)

    def _per(self, ranges: Row) -> str:
        names = {str(as_row(one).get("per")) for one in ranges.values() if as_row(one).get("per")}
        return "、".join(each_zh(self._vocabulary[name]) for name in sorted(names))

    def _step(self, one: Row) -> StepView:
        step = as_row(one["step"] or {})
        missing = tuple(link_to(self._vocabulary, name) for name in strings(one["missing"]))
        fine = as_row(step.get("fine") or {})
        amount = span_zh(fine, "min_yuan", "max_yuan") or span_zh(fine, "min_x", "max_x")
        tier = RANGES[str(step["tier"])] if step else ""
        return StepView(_benchmark(as_row(one["benchmark"])), str(step.get("label") or ""), tier, amount, missing)


def _without_amount(penalty: StatutoryPenalty) -> PenaltyView:
    """A law that the catalogue knows without an amount: other kinds only, or not read."""
    return PenaltyView(
        trigger=TRIGGERS[penalty.trigger].replace("罚款", "处罚"),
        optional="",
        kinds=tuple(KINDS[name] for name in penalty.kinds),
        note=penalty.note or "",
    )


def _benchmark(one: Row) -> str:
    number = f"（{one['number']}）" if one.get("number") else ""
    return f"{one['title']}{number}"


def _range_row(name: str, one: Row, chosen: tuple[str, ...]) -> RangeRow:
    amount = span_zh(one, "min_yuan", "max_yuan")
    multiple = span_zh(one, "min_x", "max_x") or span_zh(one, "unit_min_yuan", "unit_max_yuan")
    return RangeRow(name, RANGES[name], amount, multiple, name in chosen)
