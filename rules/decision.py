"""Writing a decision as the JSON-ready document of ``interfaces.md`` section 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.evaluate import TRUE
from rules.lawtime import Applied, fine_possible
from rules.priority import LISTS
from rules.ranges import Choice, Shares, branch_code, choose_branch, ranges
from rules.schema import Duty, ListItem
from rules.shown import Shelf, citation_dict, citations_on, condition_rows, kind_of, question_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules.answer import Answer, Evaluated, Evaluator
    from rules.compiled import CompiledBranch, CompiledLaw
    from rules.instant import Case, Instant
    from rules.release import Release
    from rules.schema_violation import StatutoryPenalty
    from rules.select import Selection

COERCION: Final = "no_coercive_measure"
BRANCH: Final = "penalty.branch"
_ORDINARY: Final = frozenset({"warning", "fine", "confiscate"})


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
        shares: Shares | None,
    ) -> None:
        """One writer a case; ``shares`` None where no range rule is known for the day."""
        self._release = release
        self._shelf = shelf
        self._selection = selection
        self._evaluator = evaluator
        self._shares = shares
        self._penalties: dict[int, dict[str, object] | None] = {}

    def write(self, case: Case, instant: Instant, applied: Applied, laws: Laws, on: date) -> dict[str, object]:
        """The document, without warnings and clocks."""
        answer, answers = applied.answer, laws.answers
        sources = {name: laws.coercion if name == COERCION else answer for name in LISTS}
        shown = self._shown(sources.values(), instant)
        violation = self._penalised(case)
        return {
            "decided_for": {
                "jurisdiction": case.jurisdiction,
                "conduct_on": instant.conduct_on.isoformat() if instant.conduct_on else None,
                "decision_on": instant.decision_on.isoformat(),
            },
            "catalogue": {"digest": self._release.digest, "as_of": on.isoformat()},
            "violation": self._violation(case, answer),
            "lists": {name: self._list(name, source, shown) for name, source in sources.items()},
            "heavier": [self._ground(one, answer.day, instant) for one in answer.heavier],
            "missing": self._missing(shown, answer, instant),
            "result": applied.tier.as_dict(),
            "penalty": self._penalty(answer, violation, instant.facts),
            "law_version": {
                "applied": answer.at if len(answers) > 1 else "conduct",
                "why": applied.why,
                "compared": self._compared(answers, instant, violation),
            },
            "duties": self._duties(case, applied, answer, instant),
            "trace": self._trace(answers, instant),
        }

    def _shown(self, answers: Iterable[Answer], instant: Instant) -> dict[int, tuple[Evaluated, dict[str, object]]]:
        """Each ground once, from the answer whose list it stands in."""
        shown: dict[int, tuple[Evaluated, dict[str, object]]] = {}
        for name, answer in zip(LISTS, answers, strict=True):
            for one in answer.grounds:
                if name in one.lists and id(one) not in shown:
                    shown[id(one)] = (one, self._ground(one, answer.day, instant))
        return shown

    # -- lists and grounds ------------------------------------------------------------------

    def _list(
        self, name: str, answer: Answer, grounds: Mapping[int, tuple[Evaluated, dict[str, object]]]
    ) -> dict[str, object]:
        outcome, force = answer.outcomes[name]
        inside = [grounds[id(one)][1] for one in answer.grounds if name in one.lists]
        shown: dict[str, object] = {"outcome": outcome, "force": force, "grounds": inside}
        questions = [one["question"] for one in inside if one.get("question")]
        if outcome == "needs_human" and questions:
            shown["question"] = questions[0]
        return shown

    def _ground(self, one: Evaluated, day: date, instant: Instant) -> dict[str, object]:
        ground = one.ground
        rows = self._rows(one)
        shown: dict[str, object] = {
            "id": ground.id,
            "kind": kind_of(ground),
            "outcome": one.outcome,
            "force": getattr(ground.provision, "force", None),
            **self._shelf.head(ground),
            "citations": self._shelf.citations(ground.provision, day),
            "conditions": rows,
            "missing": self._ground_missing(one, instant),
        }
        if one.question:
            shown["question"] = one.question
        return shown

    def _rows(self, one: Evaluated) -> list[dict[str, object]]:
        if one.span is not None:
            return condition_rows(one.span, one.trace)
        span = one.ground.spans[-1]
        rows = condition_rows(span, self._evaluator.trace(span)[0])
        force = one.ground.provision.in_force
        until = f"至{force.until.isoformat()}（不含当日）" if force.until else "起"
        text = f"该事项的施行期间：{force.from_.isoformat()}{until}"
        return [{"text": text, "facts": [], "state": "not_met"}, *rows]

    def _ground_missing(self, one: Evaluated, instant: Instant) -> list[dict[str, object]]:
        asked = self._asked(one.open, instant)
        return [question_row(self._release.vocabulary, fact, [one.ground.id]) for fact in asked]

    def _asked(self, facts: Iterable[str], instant: Instant) -> list[str]:
        """The facts to ask an officer for: those behind a derived one that are still missing."""
        asked: dict[str, None] = {}
        for name in facts:
            fact = self._release.vocabulary[name]
            behind = [one for one in fact.asks if instant.known(one) is None]
            asked.update(dict.fromkeys(behind or [name]))
        return list(asked)

    def _missing(
        self, shown: Mapping[int, tuple[Evaluated, dict[str, object]]], answer: Answer, instant: Instant
    ) -> list[dict[str, object]]:
        """Missing facts, those that would settle most open grounds first."""
        settles: dict[str, list[str]] = {}
        for one, _ in shown.values():
            for fact in self._asked(one.open, instant):
                settles.setdefault(fact, []).append(one.ground.id)
        for fact in self._asked(answer.choice.missing if answer.choice else (), instant):
            settles.setdefault(fact, []).append(BRANCH)
        order = self._release.vocabulary.order
        ranked = sorted(settles.items(), key=lambda entry: (-len(entry[1]), order[entry[0]]))
        return [question_row(self._release.vocabulary, fact, ids) for fact, ids in ranked]

    # -- the violation and its penalty ------------------------------------------------------

    def _penalised(self, case: Case) -> str | None:
        """The violation whose penalty is shown: the given one, or the one the items share."""
        if case.violation is not None:
            return case.violation
        shared: set[str] = set()
        for ground in self._selection.items:
            item = ground.provision
            shared |= set(item.violations) if isinstance(item, ListItem) else set()
        return shared.pop() if len(shared) == 1 else None

    def _violation(self, case: Case, answer: Answer) -> dict[str, object] | None:
        name = self._penalised(case)
        if name is None:
            return None
        violation = self._release.violations[name]
        law = self._release.law_at(name, answer.day)
        cited = (*law.version.prohibition, *law.version.basis) if law else ()
        return {
            "id": violation.id,
            "title": violation.title,
            "field": violation.field,
            "citations": [citation_dict(one) for one in cited],
            "confidence": (law.version.confidence if law else None) or violation.confidence,
            "open_question": violation.open_question,
        }

    def _penalty(self, answer: Answer, violation: str | None, facts: Mapping[str, object]) -> dict[str, object] | None:
        law = self._release.law_at(violation, answer.day) if violation else None
        if id(law) not in self._penalties:
            self._penalties[id(law)] = self._penalty_of(answer, violation, facts)
        return self._penalties[id(law)]

    def _penalty_of(
        self, answer: Answer, violation: str | None, facts: Mapping[str, object]
    ) -> dict[str, object] | None:
        law = self._release.law_at(violation, answer.day) if violation else None
        penalty = law.version.penalty if law else None
        if law is None or penalty is None or not any(one.branch.fine for one in law.branches):
            return None
        choice = answer.choice
        if choice is None or answer.law is not law:
            choice = self._choice_of(answer, violation)
        branch = choice.branch if choice else None
        fine = branch.branch.fine if branch else None
        tiers = ranges(fine, facts, self._shares) if fine and self._shares else None
        shown: dict[str, object] = {
            "trigger": penalty.trigger,
            "optional": _optional(penalty, branch),
            "kinds": _kinds(law, penalty, choice),
            "branch": branch_code(branch.condition, self._release.vocabulary) if branch else None,
            "ranges": tiers,
            "fine_possible": fine_possible(answer, facts) if answer.law is law else None,
        }
        if branch and branch.branch.label:
            shown["label"] = branch.branch.label
        if branch is None or len(law.branches) > 1:
            shown["branches"] = [self._alternative(one) for one in law.branches]
        if penalty.note:
            shown["note"] = penalty.note
        return shown

    def _choice_of(self, answer: Answer, violation: str | None) -> Choice | None:
        law = self._release.law_at(violation, answer.day) if violation else None
        return choose_branch(law, self._evaluator.states) if law else None

    def _alternative(self, one: CompiledBranch) -> dict[str, object]:
        fine = one.branch.fine
        return {
            "when": branch_code(one.condition, self._release.vocabulary),
            "label": one.branch.label,
            "escalation": one.branch.escalation,
            "kinds": list(one.branch.kinds or ()),
            "fine": fine.model_dump(mode="json", exclude_none=True) if fine else None,
        }

    # -- law in time, duties, trace ---------------------------------------------------------

    def _compared(self, answers: Sequence[Answer], instant: Instant, violation: str | None) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for answer in answers:
            penalty = self._penalty(answer, violation, instant.facts)
            rows.append(
                {
                    "at": answer.at,
                    "on": answer.day.isoformat(),
                    "tier": answer.tier.tier,
                    "force": answer.tier.force,
                    "lists": {name: outcome for name, (outcome, _) in answer.outcomes.items()},
                    "penalty": penalty,
                    "citations": self._basis(violation, answer.day),
                }
            )
        if len(rows) == 1 and instant.conduct_on is not None:
            rows = [{**rows[0], "at": "conduct"}, rows[0]]
        return rows

    def _basis(self, violation: str | None, day: date) -> list[dict[str, object]]:
        law = self._release.law_at(violation, day) if violation else None
        return [citation_dict(one) for one in law.version.basis] if law else []

    def _duties(self, case: Case, applied: Applied, answer: Answer, instant: Instant) -> list[dict[str, object]]:
        items = [
            one.ground.provision
            for one in answer.grounds
            if one.outcome == "applies" and isinstance(one.ground.provision, ListItem)
        ]
        exempt = applied.tier.tier == "no_penalty"
        occasions = {
            "violation": case.violation is not None or bool(self._selection.items),
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
        for ground in self._release.duties.values():
            duty, span = ground.provision, ground.at(day)
            if not isinstance(duty, Duty) or span is None or not occasions.get(duty.when):
                continue
            if self._evaluator.trace(span)[1] == TRUE:
                citation = citations_on(duty.citations, day)[0]
                yield {"code": duty.code, "title": duty.title, "citation": citation}

    def _trace(self, answers: Sequence[Answer], instant: Instant) -> list[str]:
        lines = [f"derived {note}" for note in instant.notes]
        for answer in answers:
            lines += [
                f"{answer.at} {answer.day.isoformat()} {one.ground.id} {one.outcome}"
                for one in (*answer.grounds, *answer.heavier)
            ]
            lines.append(f"{answer.at} {answer.day.isoformat()} tier {answer.tier.tier}")
        return lines


def _confiscation(citation: dict[str, object]) -> dict[str, object]:
    title = "依专门法律没收违法所得和违法物品"
    return {"code": "confiscate", "title": title, "citation": citation}


def _optional(penalty: StatutoryPenalty, branch: CompiledBranch | None) -> bool:
    own = branch.branch.optional if branch else None
    return penalty.optional if own is None else own


def _kinds(law: CompiledLaw, penalty: StatutoryPenalty, choice: Choice | None) -> list[str]:
    """The kinds that can be imposed: those of an escalation only once it is established."""
    branch = choice.branch if choice else None
    established = choice.established if choice else ()
    added = [kind for one in established for kind in one.branch.kinds or ()]
    if branch is not None and branch.branch.kinds is not None:
        return list(dict.fromkeys((*branch.branch.kinds, *added)))
    reserved = {kind for one in law.branches if one.branch.escalation for kind in one.branch.kinds or ()}
    base = [kind for kind in penalty.kinds if kind in _ORDINARY or kind not in reserved]
    return list(dict.fromkeys((*base, *added)))
