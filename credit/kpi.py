"""Figures about credit repair, computed from the stored moves of cases; every number names its cases.

A figure is a named definition with its own time (``kpi.yaml``). All of them look at the cases as they
stood at the end of the period, so that a figure reported once comes out the same later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from credit.worktable import table
from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from rules.schema_parts import Strict, Text

if TYPE_CHECKING:
    from credit.workflow import Case, Step, Workflow

DECISIONS: Final = ("grant", "refuse")
REFUSALS: Final = ("not_accept", "refuse")
_COMPARED: Final = ("class", "earliest_on")
By = Literal["all", "department", "region"]
Counting = Literal[
    "clocks_in_time",
    "decisions_upheld",
    "notices_same_day",
    "days_to_grant",
    "grants_by_month",
    "refusals_by_reason",
    "beyond_maximum",
]


class Span(Strict):
    """The days on which a definition holds, half-open."""

    from_: date = Field(alias="from")
    until: date | None


class Definition(Strict):
    """A figure's name and what it means; see ``kpi.yaml``."""

    id: Text
    label: Text
    computes: Counting
    steps: tuple[str, ...] = ()
    definition: Text
    in_force: Span
    confidence: Text
    checked_on: date

    def holds_on(self, day: date) -> bool:
        """Whether the definition is the one of a day."""
        return self.in_force.from_ <= day and (self.in_force.until is None or day < self.in_force.until)


class _File(Strict):
    figures: tuple[Definition, ...]


@cache
def definitions() -> tuple[Definition, ...]:
    """The delivered definitions, past ones too."""
    return _File.model_validate(read_yaml(read_text("kpi.yaml", "credit"), "kpi.yaml")).figures


@dataclass(frozen=True, slots=True)
class Filed:
    """A case with what its file says beside the workflow.

    ``publishable`` and ``ends_on`` are those of the check of the record; ``recheck`` is what the check
    of the record says as of the day of the decision (None: the decision has not been looked at again).
    """

    case: Case
    department: str
    region: str
    decided_on: date
    published: bool
    publishable: bool
    ends_on: date | None = None
    recheck: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are counted, both included."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


@dataclass(slots=True)
class Tally:
    """What was counted: ``hit`` and ``missed`` name the record of every single count, once for each time.

    ``parts``: the same by month or reason; ``total``: a sum to be divided by the number of hits.
    """

    hit: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    total: int = 0

    def add(self, name: str, *, good: bool = True, part: str | None = None) -> None:
        """Count one."""
        (self.hit if good else self.missed).append(name)
        if part is not None:
            self.parts.setdefault(part, []).append(name)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its definition and its cases; ``value`` None: nothing was there to be counted.

    Shares are fractions of 1. ``group``: the department or region; None for all together.
    """

    definition: Definition
    period: Period
    group: str | None
    value: Fraction | None
    hit: tuple[str, ...]
    missed: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]


def figures(filed: Iterable[Filed], period: Period, workflow: Workflow, by: By = "all") -> list[Figure]:
    """Every figure whose definition holds at the end of the period, for all cases or group by group."""
    groups: dict[str | None, list[Filed]] = {} if by != "all" else {None: []}
    for one in filed:
        groups.setdefault(None if by == "all" else str(getattr(one, by)), []).append(_as_of(one, period.last, workflow))
    current = [one for one in definitions() if one.holds_on(period.last)]
    return [
        _figure(one, period, group, groups[group])
        for group in sorted(groups, key=lambda name: name or "")
        for one in current
    ]


def _as_of(filed: Filed, day: date, workflow: Workflow) -> Filed:
    case = workflow.replay(filed.case, day)
    return Filed(
        case,
        filed.department,
        filed.region,
        filed.decided_on,
        filed.published,
        filed.publishable,
        filed.ends_on,
        filed.recheck,
    )


def _figure(definition: Definition, period: Period, group: str | None, filed: Sequence[Filed]) -> Figure:
    tally = Tally()
    for one in filed:
        _COUNTINGS[definition.computes](one, definition, period, tally)
    parts = {name: tuple(tally.parts[name]) for name in sorted(tally.parts)}
    return Figure(definition, period, group, _value(definition, tally), tuple(tally.hit), tuple(tally.missed), parts)


def _value(definition: Definition, tally: Tally) -> Fraction | None:
    hits = len(tally.hit)
    if definition.computes in {"grants_by_month", "refusals_by_reason", "beyond_maximum"}:
        return Fraction(hits)
    if definition.computes == "days_to_grant":
        return Fraction(tally.total, hits) if hits else None
    counted = hits + len(tally.missed)
    return Fraction(hits, counted) if counted else None


def _clocks_in_time(filed: Filed, definition: Definition, period: Period, tally: Tally) -> None:
    """A clock that ran out in the period; one that still runs on its last day is not yet late."""
    for clock in filed.case.clocks:
        last = clock.due.on
        if clock.step not in definition.steps or last is None or not period.holds(last):
            continue
        if clock.ended_on is not None or last < period.last:
            tally.add(filed.case.record_id, good=not clock.is_late_on(period.last))


def _decisions_upheld(filed: Filed, _: Definition, period: Period, tally: Tally) -> None:
    steps = [one for one in filed.case.history if one.move in DECISIONS]
    if steps and period.holds(steps[-1].on) and filed.recheck is not None:
        tally.add(filed.case.record_id, good=_is_upheld(steps[-1], filed.recheck))


def _is_upheld(step: Step, recheck: Mapping[str, object]) -> bool:
    """Whether the check made again allows the grant on the same class and day, or the refusal."""
    allowed = recheck["outcome"] in table().moves["grant"].outcomes
    if step.move != "grant":
        return not allowed
    before = step.facts.get("answer")
    same = isinstance(before, Mapping) and all(before.get(one) == recheck.get(one) for one in _COMPARED)
    return allowed and same


def _notices_same_day(filed: Filed, _: Definition, period: Period, tally: Tally) -> None:
    if filed.publishable and period.holds(filed.decided_on):
        served = [str(one.facts.get("served_on")) for one in filed.case.history if one.move == "notify"]
        tally.add(filed.case.record_id, good=filed.decided_on.isoformat() in served)


def _days_to_grant(filed: Filed, _: Definition, period: Period, tally: Tally) -> None:
    received: date | None = None
    for step in filed.case.history:
        if step.move in {"receive", "take_up"}:
            received = step.on
        elif step.move == "grant" and period.holds(step.on) and received is not None:
            tally.add(filed.case.record_id)
            tally.total += (step.on - received).days


def _grants_by_month(filed: Filed, _: Definition, period: Period, tally: Tally) -> None:
    for step in filed.case.history:
        if step.move == "grant" and period.holds(step.on):
            tally.add(filed.case.record_id, part=f"{step.on:%Y-%m}")


def _refusals_by_reason(filed: Filed, _: Definition, period: Period, tally: Tally) -> None:
    for step in filed.case.history:
        if step.move in REFUSALS and period.holds(step.on):
            tally.add(filed.case.record_id, part=str(step.facts["reason"]))


def _beyond_maximum(filed: Filed, _: Definition, period: Period, tally: Tally) -> None:
    stopped = "publication_stopped" in filed.case.marks or filed.case.made("end_by_itself")
    over = filed.ends_on is not None and filed.ends_on < period.last
    if filed.published and over and not stopped and not filed.case.made("correct_record"):
        tally.add(filed.case.record_id)


_COUNTINGS: Final[Mapping[Counting, Callable[[Filed, Definition, Period, Tally], None]]] = {
    "clocks_in_time": _clocks_in_time,
    "decisions_upheld": _decisions_upheld,
    "notices_same_day": _notices_same_day,
    "days_to_grant": _days_to_grant,
    "grants_by_month": _grants_by_month,
    "refusals_by_reason": _refusals_by_reason,
    "beyond_maximum": _beyond_maximum,
}
