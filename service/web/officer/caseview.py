"""One stored case as its page shows it: facts with evidence, the conclusion, what came before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from kernel.money import format_yuan_zh
from service.cases.catalogues import kept_release
from service.cases.content import normal_document
from service.cases.model import CHOICE_TITLES, KIND_TITLES
from service.cases.party import earlier_cases
from service.cases.present import party_shown
from service.db.repositories import cases as store
from service.web.answers import answers_of
from service.web.form import form_of
from service.web.labels import TIERS
from service.web.values import value_zh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from rules.facts import Vocabulary
    from rules.release import Release
    from service.cases.model import Finding, Revision, StoredCase, StoredDecision
    from service.cases.party import Earlier
    from service.web.answers import AnswersView
    from service.work import Work

_MEMBERS: Final = {
    "jurisdiction": "地区",
    "violation": "案由",
    "list_items": "清单事项",
    "history": "既往记录",
    "organ": "机关",
}


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact in words, with its proof and what was found before it."""

    name: str
    label: str
    value: str
    evidence: str
    found_by: str
    found_on: date
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the case: what was done, by whom, why, and what changed."""

    version: int
    title: str
    at: datetime
    by: str
    reason: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision in words."""

    id: str
    number: int
    decided_on: date
    at: datetime
    by: str
    proposed: str
    chosen: str
    fine: str
    departs: bool
    reason: str
    verdict: str
    replayed_at: datetime | None
    differences: tuple[str, ...]
    catalogue: str
    engines: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything on the page of a case."""

    case: StoredCase
    party: Mapping[str, Any]
    title: str
    answers: AnswersView | None
    answer: Mapping[str, Any] | None
    is_old_law: bool
    problems: tuple[str, ...]
    facts: tuple[FactLine, ...]
    earlier: tuple[Earlier, ...]
    unseen: tuple[Earlier, ...]
    decisions: tuple[DecisionLine, ...]
    steps: tuple[Step, ...]
    query: str


def case_view(work: Work, case: StoredCase, *, masked: bool = True) -> CaseView:
    """Read everything about a case."""
    release, answer, problems = _answer(work, case)
    answers = answers_of(answer, release) if answer is not None else None
    findings = store.findings(work.session, case.id)
    earlier = tuple(earlier_cases(work, case.content.party_code, case.id))
    history = case.content.document.get("history")
    known = {one.get("record_id") for one in history if isinstance(one, dict)} if isinstance(history, list) else set()
    content = case.content
    violation = work.engine.release.violations.get(case.gist.violation)
    return CaseView(
        case=case,
        party=party_shown(content.party_name, content.party_code, content.party_type, masked=masked),
        title=violation.title if violation else case.gist.violation or "没有选案由",
        answers=answers,
        answer=answer,
        is_old_law=release.digest != work.engine.release.digest,
        problems=problems,
        facts=tuple(fact_lines(findings, work.engine.release.vocabulary)),
        earlier=earlier,
        unseen=tuple(one for one in earlier if one.record_id not in known),
        decisions=tuple(_decision(one) for one in store.decisions(work.session, case.id)),
        steps=tuple(_steps(store.revisions(work.session, case.id), work.engine.release.vocabulary)),
        query=form_of(content.document, case.id).query,
    )


def _answer(work: Work, case: StoredCase) -> tuple[Release, Mapping[str, Any] | None, tuple[str, ...]]:
    """The answer shown: of a decided case that of its decision under the law it was made by; else today's."""
    release = work.engine.release
    if case.status == "decided" and case.decision_id:
        decision = store.decision(work.session, work.actor, case.decision_id)
        if decision.catalogue != release.digest:
            release = kept_release(work.session, work.files, decision.catalogue)
        return release, decision.answer, ()
    try:
        return release, work.engine.check(case.content.document, work.today), ()
    except InputError as error:
        return release, None, tuple(one.detail for one in error.errors)


def fact_lines(findings: list[Finding], vocabulary: Vocabulary) -> list[FactLine]:
    """The facts that hold, in the vocabulary's order, each with the findings it took the place of."""
    before: dict[str, list[str]] = {}
    for one in findings:
        if one.ended_at is not None:
            words = f"{_value(vocabulary, one.name, one.value)}（{one.found_by}，{one.found_on}）"
            before.setdefault(one.name, []).append(words)
    now = [one for one in findings if one.ended_at is None]
    now.sort(key=lambda one: vocabulary.order.get(one.name, len(vocabulary)))
    return [
        FactLine(
            one.name,
            _label(vocabulary, one.name),
            _value(vocabulary, one.name, one.value),
            one.evidence,
            one.found_by,
            one.found_on,
            tuple(before.get(one.name, ())),
        )
        for one in now
    ]


def _label(vocabulary: Vocabulary, name: str) -> str:
    fact = vocabulary.get(name)
    return fact.label if fact else name


def _value(vocabulary: Vocabulary, name: str, value: object) -> str:
    fact = vocabulary.get(name)
    return value_zh(fact, value) if fact else str(value)


def _decision(one: StoredDecision) -> DecisionLine:
    agree = {True: "两套引擎一致", False: "两套引擎不一致", None: "没有经过第二套引擎"}[one.engines_agree]
    return DecisionLine(
        id=one.id,
        number=one.number,
        decided_on=one.decided_on,
        at=one.decided_at,
        by=one.decided_by_name,
        proposed=TIERS[one.tier],
        chosen=CHOICE_TITLES[one.choice.chosen],
        fine="" if one.choice.fine_fen is None else format_yuan_zh(one.choice.fine_fen),
        departs=one.departs,
        reason=one.choice.reason,
        verdict=one.replay.verdict,
        replayed_at=one.replay.at,
        differences=one.replay.differences,
        catalogue=one.catalogue,
        engines=agree,
    )


def _steps(revisions: list[Revision], vocabulary: Vocabulary) -> list[Step]:
    """Every state, the newest first, each against the one before it."""
    older = [*revisions[1:], None]
    return [
        Step(one.version, KIND_TITLES[one.kind], one.at, one.by_name, one.reason, changes(before, one, vocabulary))
        for one, before in zip(revisions, older, strict=True)
    ]


def changes(before: Revision | None, after: Revision, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What one state changed, a sentence each; nothing for the first."""
    return differences(before.content.document, after.content.document, vocabulary) if before else ()


def differences(before: Mapping[str, Any], after: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[str, ...]:
    """How two case documents differ, fact by fact."""
    one, other = normal_document(before, vocabulary), normal_document(after, vocabulary)
    old, new = one.pop("facts", {}), other.pop("facts", {})
    names = sorted({*old, *new}, key=lambda name: vocabulary.order.get(name, len(vocabulary)))
    lines = [_change(name, old, new, vocabulary) for name in names if old.get(name) != new.get(name)]
    others = [_MEMBERS.get(key, key) for key in sorted({*one, *other}) if one.get(key) != other.get(key)]
    return (*lines, *(f"{title}有改动" for title in others))


def _change(name: str, old: Mapping[str, Any], new: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    then = _value(vocabulary, name, old[name]) if name in old else "尚未查清"
    now = _value(vocabulary, name, new[name]) if name in new else "尚未查清"
    return f"{_label(vocabulary, name)}：{then} → {now}"
