"""The decision about a case: four answers, the tier, the range, the duties and the warnings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, Protocol

from rules.answer import Answer, Evaluator, answer_on
from rules.caseinput import parse_case
from rules.clocks import clocks_of
from rules.decision import DecisionWriter, Laws
from rules.evaluate import OUTCOME_NAMES
from rules.instant import Case, Instant, instant_of
from rules.lawtime import Applied, choose
from rules.penalty import PenaltyWriter
from rules.priority import Tier
from rules.schema import ListItem
from rules.select import Selection, select
from rules.shown import Shelf
from rules.standing import asked_on, standing_on
from rules.warnings import Viewed, warnings_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from rules.compiled import Ground
    from rules.facts import FactValue
    from rules.release import Release
    from rules.schema_violation import Violation

NOT_A_VIOLATION: Final = "not_a_violation"
MANDATORY: Final = "mandatory"
_FEW_ITEMS: Final = 20
_MOST_SELECTIONS: Final = 512


class Opinion(Protocol):
    """A second engine: outcomes of the spans it is asked for."""

    def ask(self, facts: Mapping[str, object], keys: Collection[str]) -> Mapping[str, str]:
        """Outcome (applies, not_met, undetermined) of each key."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it was made from; ``document`` is the JSON-ready answer."""

    case: Case
    instant: Instant
    applied: Applied
    answers: tuple[Answer, ...]
    document: dict[str, object]


class Decider:
    """Decides cases under one release; with a second opinion, both engines have to agree."""

    def __init__(self, release: Release, second: Opinion | None = None) -> None:
        """``second`` may be None where only the evaluator is wanted (drafts, comparisons)."""
        self.release = release
        self._second = second
        self._shelf = Shelf(release)
        self._selections = lru_cache(_MOST_SELECTIONS)(partial(_selected, release))

    def check(self, document: object, on: date) -> dict[str, object]:
        """Decide a case document; InputError where it is wrong."""
        return self.decide(parse_case(document, self.release), on)

    def decide(self, case: Case, on: date) -> dict[str, object]:
        """Decide a case; ``on`` is the day taken for the decision where none is given."""
        return self.decided(case, on).document

    def decided(self, case: Case, on: date) -> Decided:
        """The decision with its intermediate results (for documents, batches and checks)."""
        selection = self._selection(case)
        instant = self.instant(case, on, selection)
        evaluator = Evaluator(self.release, instant.facts)
        opinion = self._ask(evaluator, selection, instant)
        answers = self._answers(selection, instant, evaluator)
        coercion = self._coercion(selection, instant, evaluator, answers[-1])
        cut = standing_on(self.release, selection, instant.decision_on).cut
        applied = choose(answers[0] if len(answers) > 1 else None, answers[-1], instant.facts, cut.shares)
        if instant.conduct_on == instant.decision_on:
            applied = Applied(answers[-1], answers[-1].tier, applied.why)
        penalty = PenaltyWriter(evaluator, cut, instant.facts)
        writer = DecisionWriter(self.release, self._shelf, selection, evaluator, penalty)
        document = writer.write(case, instant, applied, Laws(answers, coercion), on)
        document["clocks"] = clocks_of(evaluator, instant.facts)
        document["second_opinion"] = opinion
        if case.history is not None:
            document["history"] = instant.history
        viewed = Viewed(self.release, self._shelf, selection, instant, applied, cut)
        document["warnings"] = warnings_of(viewed, evaluator, opinion)
        return Decided(case, instant, applied, answers, document)

    def _selection(self, case: Case) -> Selection:
        """The grounds of a case, the same object for cases that ask the same; long lists are not kept."""
        if case.list_items is not None and len(case.list_items) > _FEW_ITEMS:
            return select(case, self.release)
        return self._selections(case.jurisdiction, case.violation, case.list_items)

    def instant(self, case: Case, on: date, selection: Selection) -> Instant:
        """The facts of a case with what follows from them and from the catalogue; InputError as check."""
        party = any(reads_partys_proof(ground) for ground in selection.items)
        stated = _stated_by_law(self.release.violations.get(selection.violation or ""), case.facts)
        instant = instant_of(
            replace(case, facts={**case.facts, **stated}),
            on,
            selection.items,
            violation=selection.violation,
            evidence_is_the_partys=party,
        )
        instant.notes += [f"{name}={value} (violation)" for name, value in stated.items()]
        instant.overruled = tuple(name for name in stated if name in case.facts)
        self._derive_from_catalogue(selection.violation, instant)
        return instant

    def _derive_from_catalogue(self, violation: str | None, instant: Instant) -> None:
        """What the catalogue itself answers: other statutory grounds, and whether the law changed."""
        if "other_statutory_ground" not in instant.facts:
            instant.facts["other_statutory_ground"] = False
            instant.notes.append("other_statutory_ground=false (grounds of the catalogue stand apart)")
        changed = "law_changed_between_conduct_and_decision"
        if changed not in instant.facts and violation and instant.conduct_on:
            then = self.release.law_at(violation, instant.conduct_on)
            now = self.release.law_at(violation, instant.decision_on)
            instant.facts[changed] = then is not now
            instant.notes.append(f"{changed}={then is not now}")

    def _ask(self, evaluator: Evaluator, selection: Selection, instant: Instant) -> dict[str, object]:
        """Ask the second engine about every ground of the case; its answers go to the evaluator."""
        if self._second is None:
            return {"agrees": None, "differences": []}
        days = (instant.decision_on, instant.conduct_on or instant.decision_on, instant.measure_on)
        spans = asked_on(self.release, selection, days)
        try:
            evaluator.opinions = self._second.ask(instant.facts, spans)
        except Exception as error:  # noqa: BLE001  (any fault of the engine must reach a person)
            evaluator.opinions = dict.fromkeys(spans, "fault")
            return {"agrees": False, "fault": f"{type(error).__name__}: {error}"}
        differences = [
            {"ground": key, "evaluator": mine, "second": theirs}
            for key, theirs in evaluator.opinions.items()
            if theirs != (mine := OUTCOME_NAMES[evaluator.trace(spans[key])[1]])
        ]
        return {"agrees": not differences, "differences": differences}

    def _answers(self, selection: Selection, instant: Instant, evaluator: Evaluator) -> tuple[Answer, ...]:
        """The answer under each law; where nothing changed in between, evaluated once."""
        conduct, decision = instant.conduct_on, instant.decision_on
        if conduct is None or conduct == decision:
            return (self.answer(selection, evaluator, "decision", decision),)
        old = self.answer(selection, evaluator, "conduct", conduct)
        if self._same_law(selection, conduct, decision):
            same = replace(old, at="decision", day=decision)
            self._without_law(selection.violation, same)
            return old, same
        return old, self.answer(selection, evaluator, "decision", decision)

    def _coercion(self, selection: Selection, instant: Instant, evaluator: Evaluator, decision: Answer) -> Answer:
        """The answer under the law of the measure's own day: 行政处罚法 37 is about penalties."""
        if instant.measure_on == decision.day:
            return decision
        return self.answer(selection, evaluator, "measure", instant.measure_on)

    def answer(self, selection: Selection, evaluator: Evaluator, at: str, day: date) -> Answer:
        """Everything under the law of one day; ``at`` names the day."""
        answer = answer_on(evaluator, selection, at, day)
        self._without_law(selection.violation, answer)
        return answer

    def _same_law(self, selection: Selection, one: date, other: date) -> bool:
        mine, theirs = (standing_on(self.release, selection, day) for day in (one, other))
        return mine.same_law(theirs)

    def _without_law(self, violation: str | None, answer: Answer) -> None:
        """An act that the law of the day no longer punishes has no penalty (行政处罚法 4, 37)."""
        if violation is None or answer.law is not None:
            return
        first = self.release.violations[violation].versions[0].in_force.from_
        if answer.day >= first:
            answer.tier = Tier("no_penalty", "shall", [NOT_A_VIOLATION])


def _selected(
    release: Release, jurisdiction: str, violation: str | None, list_items: tuple[str, ...] | None
) -> Selection:
    return select(Case(jurisdiction, violation, list_items, {}), release)


def _stated_by_law(violation: Violation | None, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """What the law of the violation itself says, where the officer has not said otherwise.

    That a measure has to be taken (行政强制法 16② leaves no room then) is not for him to say otherwise.
    """
    if violation is None:
        return {}
    stated = {"statute_excludes_no_fault": violation.no_fault_excluded, "power_kind": violation.power_kind}
    found: dict[str, FactValue] = {
        name: value for name, value in stated.items() if value is not None and name not in facts
    }
    if violation.power_kind == MANDATORY and facts.get("power_kind", MANDATORY) != MANDATORY:
        found["power_kind"] = MANDATORY
    return found


def reads_partys_proof(ground: Ground) -> bool:
    """Whether a penal item reads ``evidence_sufficient``: then it is the party's own proof."""
    item = ground.provision
    if not isinstance(item, ListItem) or item.list == "no_coercive_measure":
        return False
    return "evidence_sufficient" in ground.reads
