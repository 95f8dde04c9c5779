"""One law, one case: every ground evaluated under the law of a day, and the tier that follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.evaluate import OUTCOME_NAMES, States
from rules.priority import Finding, Tier, list_outcome, tier_by_list
from rules.ranges import Choice, choose_branch
from rules.standing import Standing, standing_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules.compiled import Compiled, CompiledLaw, Ground, Seen
    from rules.release import Release
    from rules.select import Selection
    from rules.standing import Conclusion

NEEDS_HUMAN: Final = "needs_human"
_DISAGREE: Final = "两套规则引擎对这一情形的结论不一致，请人工判断并通知系统管理员。"
_MOST: Final = 32
"""Conclusions of one standing that are remembered; then it begins anew."""


@dataclass(slots=True)
class Evaluated:
    """A ground under the law of a day; ``span`` and ``seen`` None: not in force then."""

    ground: Ground
    span: Compiled | None
    seen: Seen | None
    outcome: str
    question: str | None = None

    @property
    def trace(self) -> tuple[int, ...]:
        """The state of each condition."""
        return self.seen.trace if self.seen else ()

    @property
    def rows(self) -> list[dict[str, object]]:
        """The conditions as they are shown."""
        return self.seen.rows if self.seen else []

    @property
    def open(self) -> tuple[str, ...]:
        """The facts that keep it undetermined."""
        return self.seen.open if self.seen else ()

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
    inside: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def of_list(self, name: str) -> list[Evaluated]:
        """The grounds that stand in a list."""
        grounds = self.grounds
        return [grounds[place] for place in self.inside[name]]


class Evaluator:
    """Evaluates grounds for one case; the states of atoms are tested once and kept."""

    def __init__(self, release: Release, facts: Mapping[str, object]) -> None:
        """``facts`` are those of an Instant: normalised, with what follows from them."""
        self.release = release
        self.states: States = release.network.atom_states(facts)
        self.opinions: Mapping[str, str] = {}

    def trace(self, span: Compiled) -> tuple[tuple[int, ...], int]:
        """States of the conditions and the outcome of a span."""
        seen = span.seen(self.states)
        return seen.trace, seen.state

    def evaluate(self, ground: Ground, day: date) -> Evaluated:
        """A ground under the law of the day."""
        return self.evaluated(ground, ground.at(day))

    def evaluated(self, ground: Ground, span: Compiled | None) -> Evaluated:
        """A ground with its conditions of a time; None: not in force."""
        if span is None:
            return Evaluated(ground, None, None, "not_met")
        seen = span.seen(self.states)
        evaluated = Evaluated(ground, span, seen, OUTCOME_NAMES[seen.state])
        opinion = self.opinions.get(span.key)
        if opinion is not None and opinion != evaluated.outcome:
            evaluated.outcome, evaluated.question = NEEDS_HUMAN, _DISAGREE
        elif seen.state and (dispute := ground.disputed) is not None:
            evaluated.outcome, evaluated.question = NEEDS_HUMAN, dispute.question
        return evaluated


def answer_on(evaluator: Evaluator, selection: Selection, at: str, day: date) -> Answer:
    """Evaluate everything under the law of one day."""
    standing = standing_on(evaluator.release, selection, day)
    grounds = [evaluator.evaluated(ground, span) for ground, span in standing.grounds]
    heavier = [evaluator.evaluated(ground, span) for ground, span in standing.general.heavier]
    outcomes, tier = _concluded(standing, grounds, heavier)
    law = standing.law
    choice = choose_branch(law, evaluator.states) if law and law.branches else None
    return Answer(at, day, grounds, heavier, outcomes, tier, law, choice, standing.inside)


def _concluded(standing: Standing, grounds: list[Evaluated], heavier: list[Evaluated]) -> Conclusion:
    """The lists and the tier: they follow from the outcomes (a question stands for one that needs a person)."""
    key = tuple(one.question or one.outcome for part in (grounds, heavier) for one in part)
    found = standing.concluded.get(key)
    if found is None:
        if len(standing.concluded) >= _MOST:
            standing.concluded.clear()
        found = standing.concluded[key] = _conclusion(standing, grounds, heavier)
    return found


def _conclusion(standing: Standing, grounds: list[Evaluated], heavier: list[Evaluated]) -> Conclusion:
    findings = [one.finding() for one in grounds]
    by_list = {name: [findings[place] for place in places] for name, places in standing.inside.items()}
    outcomes = {name: list_outcome(found) for name, found in by_list.items()}
    against = [one.finding() for one in heavier if one.outcome == "applies"]
    tier = tier_by_list(by_list, {name: one[0] for name, one in outcomes.items()}, against, standing.general.orders)
    return outcomes, tier
