"""One law, one case: every ground evaluated under the law of a day, and the tier that follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.compiled import open_facts
from rules.evaluate import OUTCOME_NAMES, UNDETERMINED, States
from rules.priority import LISTS, Finding, Tier, list_outcome, tier_of, written_orders
from rules.ranges import Choice, choose_branch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from rules.compiled import Compiled, CompiledLaw, Ground
    from rules.release import Release
    from rules.select import Selection

NEEDS_HUMAN: Final = "needs_human"
_DISAGREE: Final = "两套规则引擎对这一情形的结论不一致，请人工判断并通知系统管理员。"


@dataclass(slots=True)
class Evaluated:
    """A ground under the law of a day; ``span`` None: not in force then."""

    ground: Ground
    span: Compiled | None
    trace: tuple[int, ...]
    outcome: str
    open: list[str] = field(default_factory=list)
    question: str | None = None

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists in which the ground stands."""
        return self.ground.lists

    def finding(self) -> Finding:
        """The ground as the order of decision sees it."""
        ground = self.ground
        return Finding(ground.id, self.outcome, ground.force, ground.lists, self.question)


@dataclass(slots=True)
class Answer:
    """The four lists, the tier and the branch of the penalty under the law of one day."""

    at: str
    day: date
    grounds: list[Evaluated]
    heavier: list[Evaluated]
    outcomes: dict[str, tuple[str, str | None]]
    tier: Tier
    law: CompiledLaw | None
    choice: Choice | None


class Evaluator:
    """Evaluates grounds for one case; the states of atoms are tested once and kept."""

    def __init__(self, release: Release, facts: Mapping[str, object]) -> None:
        """``facts`` are those of an Instant: normalised, with what follows from them."""
        self.release = release
        self.states: States = release.network.atom_states(facts)
        self._known: dict[str, tuple[tuple[int, ...], int]] = {}
        self.opinions: Mapping[str, str] = {}

    def trace(self, span: Compiled) -> tuple[tuple[int, ...], int]:
        """States of the conditions and the outcome of a span, evaluated once."""
        known = self._known.get(span.key)
        if known is None:
            trace = span.trace(self.states)
            known = (trace, min(trace, default=2))
            self._known[span.key] = known
        return known

    def evaluate(self, ground: Ground, day: date) -> Evaluated:
        """A ground under the law of the day."""
        span = ground.at(day)
        if span is None:
            return Evaluated(ground, None, (), "not_met")
        trace, state = self.trace(span)
        evaluated = Evaluated(ground, span, trace, OUTCOME_NAMES[state])
        if state == UNDETERMINED:
            evaluated.open = open_facts(span, trace, self.states)
        opinion = self.opinions.get(span.key)
        if opinion is not None and opinion != evaluated.outcome:
            evaluated.outcome, evaluated.question = NEEDS_HUMAN, _DISAGREE
        elif state and (dispute := ground.disputed) is not None:
            evaluated.outcome, evaluated.question = NEEDS_HUMAN, dispute.question
        return evaluated


def spans_on(grounds: Iterable[Ground], days: Iterable[date]) -> dict[str, Compiled]:
    """Every span in force on one of the days, by its key: what the second opinion is asked."""
    spans: dict[str, Compiled] = {}
    days = tuple(days)
    for ground in grounds:
        for day in days:
            span = ground.at(day)
            if span is not None:
                spans[span.key] = span
    return spans


def answer_on(evaluator: Evaluator, selection: Selection, at: str, day: date) -> Answer:
    """Evaluate everything under the law of one day."""
    release = evaluator.release
    grounds: list[Evaluated] = []
    for ground in (*selection.items, *selection.statute):
        evaluated = evaluator.evaluate(ground, day)
        if evaluated.span is not None or ground.id in selection.named:
            grounds.append(evaluated)
    heavier = [evaluator.evaluate(ground, day) for ground in release.aggravating.values()]
    heavier = [one for one in heavier if one.span is not None]
    findings = [one.finding() for one in grounds]
    outcomes = {name: list_outcome([one for one in findings if name in one.lists]) for name in LISTS}
    tier = tier_of(findings, [one.finding() for one in heavier], written_orders(release, day))
    law = release.law_at(selection.violation, day) if selection.violation else None
    choice = choose_branch(law, evaluator.states) if law and law.branches else None
    return Answer(at, day, grounds, heavier, outcomes, tier, law, choice)
