"""Writing a decision as the JSON-ready document of ``interfaces.md`` section 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.evaluate import TRUE
from rules.lawtime import fine_possible
from rules.priority import LISTS
from rules.schema import Duty, ListItem
from rules.shown import Face, Shelf, citation_dict, question_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules.answer import Answer, Evaluated, Evaluator
    from rules.compiled import Ground
    from rules.instant import Case, Instant
    from rules.lawtime import Applied
    from rules.penalty import PenaltyWriter
    from rules.release import Release
    from rules.select import Selection

COERCION: Final = "no_coercive_measure"
BRANCH: Final = "penalty.branch"
AMOUNT: Final = "penalty.amount"


@dataclass(frozen=True, slots=True)
class Laws:
    """The answers under the laws of conduct and decision, and that for a coercive measure."""

    answers: Sequence[Answer]
    coercion: Answer


class DecisionWriter:
    """Turns the evaluated answers of one case into its document."""

    def __init__(
        self,
        release: Release,
        shelf: Shelf,
        selection: Selection,
        evaluator: Evaluator,
        penalty: PenaltyWriter,
    ) -> None:
        """One writer a case."""
        self._release = release
        self._shelf = shelf
        self._selection = selection
        self._evaluator = evaluator
        self._penalty = penalty
        self._behind: dict[str, list[str]] = {}

    def write(self, case: Case, instant: Instant, applied: Applied, laws: Laws, on: date) -> dict[str, object]:
        """The document, without warnings and clocks."""
        answer, answers = applied.answer, laws.answers
        sources = {name: laws.coercion if name == COERCION else answer for name in LISTS}
        shown = self._shown(sources.values(), instant)
        return {
            "decided_for": {
                "jurisdiction": case.jurisdiction,
                "conduct_on": instant.conduct_on.isoformat() if instant.conduct_on else None,
                "decision_on": instant.decision_on.isoformat(),
            },
            "catalogue": {"digest": self._release.digest, "as_of": on.isoformat()},
            "violation": self._violation(answer),
            "lists": {name: self._list(name, source, shown) for name, source in sources.items()},
            "heavier": [self._ground(one, answer.day, instant) for one in answer.heavier],
            "missing": self._missing(shown, answer, instant),
            "result": applied.tier.as_dict(),
            "penalty": self._penalty.write(answer),
            "law_version": {
                "applied": _applied_at(answer, instant),
                "why": applied.why,
                "compared": self._compared(answers, instant),
            },
            "duties": self._duties(applied, answer, instant),
            "trace": self._trace(answers, instant),
        }

    def _shown(self, answers: Iterable[Answer], instant: Instant) -> dict[int, tuple[Evaluated, dict[str, object]]]:
        """Each ground once, from the answer whose list it stands in."""
        shown: dict[int, tuple[Evaluated, dict[str, object]]] = {}
        for name, answer in zip(LISTS, answers, strict=True):
            for one in answer.of_list(name):
                if id(one) not in shown:
                    shown[id(one)] = (one, self._ground(one, answer.day, instant))
        return shown

    # -- lists and grounds ------------------------------------------------------------------

    def _list(
        self, name: str, answer: Answer, grounds: Mapping[int, tuple[Evaluated, dict[str, object]]]
    ) -> dict[str, object]:
        outcome, force = answer.outcomes[name]
        inside = [grounds[id(one)][1] for one in answer.of_list(name)]
        shown: dict[str, object] = {"outcome": outcome, "force": force, "grounds": inside}
        questions = [one["question"] for one in inside if one.get("question")]
        if outcome == "needs_human" and questions:
            shown["question"] = questions[0]
        return shown

    def _ground(self, one: Evaluated, day: date, instant: Instant) -> dict[str, object]:
        asked = self._asked(one.open, instant)
        face = Face(one.ground, one.seen, self._release.epoch(day), one.outcome, one.question, asked)
        if one.seen is not None:
            return self._shelf.ground(face, day)
        return self._shelf.face(face, self._rows_beside_its_time(one.ground), day)

    def _rows_beside_its_time(self, ground: Ground) -> list[dict[str, object]]:
        rows = self._evaluator.evaluated(ground, ground.spans[-1]).rows
        force = ground.provision.in_force
        until = f"至{force.until.isoformat()}（不含当日）" if force.until else "起"
        text = f"该事项的施行期间：{force.from_.isoformat()}{until}"
        return [{"text": text, "facts": [], "state": "not_met"}, *rows]

    def _asked(self, facts: tuple[str, ...], instant: Instant) -> tuple[str, ...]:
        """The facts to ask an officer for: those behind a derived one that are still missing."""
        if self._shelf.indirect.isdisjoint(facts):
            return facts
        asked: dict[str, None] = {}
        for name in facts:
            behind = self._behind.get(name)
            if behind is None:
                behind = self._behind[name] = instant.unknown_behind(self._release.vocabulary[name]) or [name]
            asked.update(dict.fromkeys(behind))
        return tuple(asked)

    def _missing(
        self, shown: Mapping[int, tuple[Evaluated, dict[str, object]]], answer: Answer, instant: Instant
    ) -> list[dict[str, object]]:
        """Missing facts, those that would settle most open grounds first; then what branch and amount still need."""
        settles: dict[str, list[str]] = {}
        for one, _ in shown.values():
            for fact in self._asked(one.open, instant):
                settles.setdefault(fact, []).append(one.ground.id)
        for fact in self._asked(answer.choice.missing if answer.choice else (), instant):
            settles.setdefault(fact, []).append(BRANCH)
        for fact in self._asked(_unknown_of_amount(answer, instant), instant):
            settles.setdefault(fact, []).append(AMOUNT)
        order = self._release.vocabulary.order
        ranked = sorted(settles.items(), key=lambda entry: (-len(entry[1]), order[entry[0]]))
        return [question_row(self._release.vocabulary, fact, ids) for fact, ids in ranked]

    # -- the violation and its penalty ------------------------------------------------------

    def _violation(self, answer: Answer) -> dict[str, object] | None:
        name, law = self._selection.violation, answer.law
        if name is None:
            return None
        violation = self._release.violations[name]
        cited = (*law.version.prohibition, *law.version.basis) if law else ()
        return {
            "id": violation.id,
            "title": violation.title,
            "field": violation.field,
            "citations": [citation_dict(one) for one in cited],
            "confidence": (law.version.confidence if law else None) or violation.confidence,
            "open_question": violation.open_question,
        }

    # -- law in time, duties, trace ---------------------------------------------------------

    def _compared(self, answers: Sequence[Answer], instant: Instant) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = [
            {
                "at": answer.at,
                "on": answer.day.isoformat(),
                "tier": answer.tier.tier,
                "force": answer.tier.force,
                "lists": {name: outcome for name, (outcome, _) in answer.outcomes.items()},
                "penalty": self._penalty.write(answer),
                "citations": _basis(answer),
            }
            for answer in answers
        ]
        if len(rows) == 1 and instant.conduct_on is not None:
            rows = [{**rows[0], "at": "conduct"}, rows[0]]
        return rows

    def _duties(self, applied: Applied, answer: Answer, instant: Instant) -> list[dict[str, object]]:
        items = [
            one.ground.provision
            for one in answer.grounds
            if one.outcome == "applies" and isinstance(one.ground.provision, ListItem)
        ]
        exempt = applied.tier.tier == "no_penalty"
        occasions = {
            "violation": self._selection.violation is not None or bool(self._selection.items),
            "no_penalty": exempt,
            "commitment_asked": any(item.commitment for item in items),
        }
        duties = [*self._statutory_duties(occasions, instant.decision_on)]
        duties += [_confiscation(citation_dict(item.citations[-1])) for item in items if item.keeps_confiscation]
        penalty = answer.law.version.penalty if answer.law else None
        if penalty is not None and "confiscate" in penalty.kinds and not exempt and answer.law:
            duties.append(_confiscation(citation_dict(answer.law.version.basis[0])))
        return duties

    def _statutory_duties(self, occasions: Mapping[str, bool], day: date) -> Iterator[dict[str, object]]:
        for ground, span, shown in self._shelf.duties(day):
            duty = ground.provision
            if isinstance(duty, Duty) and occasions.get(duty.when) and self._evaluator.trace(span)[1] == TRUE:
                yield shown

    def _trace(self, answers: Sequence[Answer], instant: Instant) -> list[str]:
        lines = [f"derived {note}" for note in instant.notes]
        for answer in answers:
            begin = f"{answer.at} {answer.day.isoformat()}"
            lines += [f"{begin} {one.ground.id} {one.outcome}" for one in answer.grounds]
            lines += [f"{begin} {one.ground.id} {one.outcome}" for one in answer.heavier]
            lines.append(f"{begin} tier {answer.tier.tier}")
        return lines


def _applied_at(answer: Answer, instant: Instant) -> str:
    """``conduct`` or ``decision``; one and the same day counts as that of the conduct."""
    return "conduct" if instant.conduct_on == instant.decision_on else answer.at


def _unknown_of_amount(answer: Answer, instant: Instant) -> tuple[str, ...]:
    """What the fine is a multiple of, or is counted by, while it is not established and a fine is possible."""
    branch = answer.choice.branch if answer.choice else None
    fine = branch.branch.fine if branch else None
    if fine is None or answer.tier.tier == "no_penalty" or fine_possible(answer, instant.facts) is False:
        return ()
    return tuple(name for name in (fine.base, fine.per) if name and instant.known(name) is None)


def _basis(answer: Answer) -> list[dict[str, object]]:
    return [citation_dict(one) for one in answer.law.version.basis] if answer.law else []


def _confiscation(citation: dict[str, object]) -> dict[str, object]:
    title = "依专门法律没收违法所得和违法物品"
    return {"code": "confiscate", "title": title, "citation": citation}
