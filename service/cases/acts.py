"""What is done to a case: save, revise with a reason, decide, reopen. Each is one transaction of its work.

Nothing is overwritten: every state is a revision, every decision stays, every finding is closed and not
changed. ``seen`` is the version the actor had before him; another one meanwhile is StateError ``version_stale``.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import IntegrityError

from kernel.canonical import digest
from kernel.errors import InputError
from kernel.regions import RegionError, normalise
from service.access import scope
from service.access.permissions import Permission
from service.cases.content import normal_document
from service.cases.deciding import judge
from service.cases.events import CaseDecided, CaseReopened, CaseRevised, CaseSaved, CaseUnmasked
from service.cases.model import Content, Evidence, Finding, Gist, Revision, StoredCase
from service.db.mapping.cases import case_row, decision_row, finding_row, revision_row
from service.db.repositories import cases as store
from service.errors import StateError
from service.ids import new_id
from service.versions import expect_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.cases.model import Choice, Kind, StoredDecision
    from service.db.tables.cases import CaseRow
    from service.work import Work

LEAST_REASON: Final = 2
MOST_REASON: Final = 1000


def save(work: Work, content: Content, *, draft: bool = False) -> StoredCase:
    """Enter a case. A draft may hold what cannot be decided yet; otherwise InputError as a check gives it.

    It belongs to the actor's department and region (where he has none: to the place of the case).
    """
    content, gist = judged(work, content, draft=draft)
    actor = work.actor
    case = StoredCase(
        id=new_id("case", work.now),
        department=actor.department,
        region=actor.region or _place(content.document),
        status="draft" if draft else "open",
        content=content,
        gist=gist,
        officer=actor.id,
        officer_name=actor.name,
        created_at=work.now,
        updated_at=work.now,
        updated_by=actor.name,
        version=1,
    )
    scope.check(actor, case.department, case.region)
    with _number_of_its_own(work, case):
        work.session.add(case_row(case))
    _keep_findings(work, case)
    _keep_revision(work, case, "saved", "")
    work.record(CaseSaved(**_subject(case), number=content.number, status=case.status))
    return store.whole(work.session, store.row(work.session, actor, case.id))


def revise(
    work: Work, case_id: str, seen: int, content: Content, *, reason: str = "", draft: bool = False
) -> StoredCase:
    """Change a case that is not decided; a reason is needed unless it was a draft.

    A draft becomes an open case when it is saved without ``draft``; an open case does not become a draft again.
    """
    row, case = _changing(work, case_id, seen)
    if case.status == "decided":
        raise StateError("case_is_decided")
    stays_draft = draft and case.status == "draft"
    reason = reason.strip() if case.status == "draft" else checked_reason(reason, "修改案件")
    content, gist = judged(work, content, draft=stays_draft)
    changed = replace(case, content=content, gist=gist, status="draft" if stays_draft else "open")
    return _keep(work, row, changed, "revised", reason)


def reopen(work: Work, case_id: str, seen: int, reason: str) -> StoredCase:
    """Look at a decided case again; its decision stands until another is made."""
    row, case = _changing(work, case_id, seen)
    if case.status != "decided":
        raise StateError("case_not_decided")
    reason = checked_reason(reason, "重新办理")
    return _keep(work, row, replace(case, status="open"), "reopened", reason)


def decide(work: Work, case_id: str, seen: int, choice: Choice) -> StoredDecision:
    """Decide an open case; the day is the decision date among its facts, else today.

    Raises StateError where the case is a draft, decided, or not to be decided now (a rule that blocks,
    earlier decisions about the party that the case does not hold, a departure without a reason).
    """
    row, case = _changing(work, case_id, seen)
    if case.status != "open":
        raise StateError("case_is_draft" if case.status == "draft" else "case_is_decided")
    decision = judge(work, case, choice)
    work.session.add(decision_row(decision))
    work.session.flush()
    decided = replace(
        case,
        status="decided",
        gist=gist_of(decision.answer, case.content),
        decided_on=decision.decided_on,
        chosen=choice.chosen,
        fine_fen=choice.fine_fen,
        decision_id=decision.id,
    )
    _keep(work, row, decided, "decided", decision.choice.reason, decision)
    return decision


def unmask(work: Work, case_id: str, reason: str) -> StoredCase:
    """The case for somebody who says why he has to see the party's name and code; the trail is told."""
    case = store.get(work.session, work.actor, case_id)
    work.actor.require(Permission.UNMASK, case.department, case.region)
    work.record(CaseUnmasked(**_subject(case), reason=checked_reason(reason, "查看未遮盖的信息")))
    return case


def judged(work: Work, content: Content, *, draft: bool) -> tuple[Content, Gist]:
    """The content in its normal form, and what the rules make of it today.

    InputError where it cannot be decided; of a draft then nothing is said.
    """
    document = normal_document(content.document, work.engine.release.vocabulary)
    content = replace(content, document=document, evidence=_of_facts(content, document))
    try:
        return content, gist_of(work.engine.check(document, work.today), content)
    except InputError as error:
        if draft:
            return content, Gist(violation=_violation(document))
        raise InputError([one.under("/document") for one in error.errors], error.code, **error.params) from error


def gist_of(answer: Mapping[str, Any], content: Content) -> Gist:
    """What lists show of a decision."""
    result, conduct = answer["result"], answer["decided_for"]["conduct_on"]
    return Gist(
        violation=_violation(content.document),
        tier=str(result["tier"]),
        force=str(result["force"] or ""),
        missing=len(answer["missing"]),
        conduct_on=date.fromisoformat(conduct) if conduct else None,
    )


def checked_reason(reason: str, act: str) -> str:
    """The reason without blanks around it; InputError where there is none to speak of."""
    reason = reason.strip()
    if not LEAST_REASON <= len(reason) <= MOST_REASON or "\x00" in reason:
        raise InputError.at("/reason", "reason_needed", act=act, most=MOST_REASON)
    return reason


def _place(document: Mapping[str, Any]) -> str:
    """The six digits of the place of a case; "" where a draft names none."""
    try:
        return normalise(str(document.get("jurisdiction") or ""))
    except RegionError:
        return ""


def _violation(document: Mapping[str, Any]) -> str:
    found = document.get("violation")
    return found[:80] if isinstance(found, str) else ""


def _of_facts(content: Content, document: Mapping[str, Any]) -> dict[str, Evidence]:
    """The evidence of facts that the case has; what is said of others is not kept."""
    facts = document.get("facts", {})
    return {name: one for name, one in content.evidence.items() if name in facts}


def _changing(work: Work, case_id: str, seen: int) -> tuple[CaseRow, StoredCase]:
    row = store.row(work.session, work.actor, case_id, lock=True)
    expect_number(row.version, seen)
    return row, store.whole(work.session, row)


@contextmanager
def _number_of_its_own(work: Work, case: StoredCase) -> Iterator[None]:
    """Write the case; InputError where another has its number, even one that is being written this moment."""
    number = case.content.number
    taken = InputError.at("/number", "case_number_taken", number=number)
    if number and store.number_taken(work.session, case.department, number, case.id):
        raise taken
    try:
        with work.session.begin_nested():
            yield
            work.session.flush()
    except IntegrityError as error:
        raise taken from error


def _keep(
    work: Work,
    row: CaseRow,
    case: StoredCase,
    kind: Kind,
    reason: str,
    decision: StoredDecision | None = None,
) -> StoredCase:
    """Write the next version of a case, and tell the trail."""
    case = replace(case, version=case.version + 1, updated_at=work.now, updated_by=work.actor.name)
    with _number_of_its_own(work, case):
        for name, value in case_row(case).model_dump().items():
            setattr(row, name, value)
        work.session.add(row)
    changed = _keep_findings(work, case)
    _keep_revision(work, case, kind, reason)
    subject = _subject(case)
    if decision is not None:
        work.record(_decided(subject, decision))
    elif kind == "reopened":
        work.record(CaseReopened(**subject, version=case.version, reason=reason))
    else:
        work.record(CaseRevised(**subject, version=case.version, reason=reason, changed=changed))
    work.session.flush()
    return store.whole(work.session, row)


def _decided(subject: dict[str, str], decision: StoredDecision) -> CaseDecided:
    return CaseDecided(
        **subject,
        decision=decision.id,
        catalogue=decision.catalogue,
        answer=digest(dict(decision.answer)),
        tier=decision.tier,
        chosen=decision.choice.chosen,
        departs=decision.departs,
    )


def _subject(case: StoredCase) -> dict[str, str]:
    return {"subject": case.id, "department": case.department, "region": case.region}


def _keep_findings(work: Work, case: StoredCase) -> list[str]:
    """Close the findings that another takes the place of, and add the new ones; returns the names changed."""
    rows = {one.name: one for one in store.finding_rows(work.session, case.id, now=True)}
    changed = []
    for name, value in case.content.facts.items():
        wanted = _finding(work, case, name, value)
        row = rows.pop(name, None)
        if row is not None and _same(row, wanted, case):
            continue
        if row is not None:
            row.ended_at = work.now
            work.session.add(row)
        work.session.add(finding_row(case.id, new_id("fact", work.now), wanted))
        changed.append(name)
    for name, row in rows.items():
        row.ended_at = work.now
        work.session.add(row)
        changed.append(name)
    return changed


def _same(row: Any, wanted: Finding, case: StoredCase) -> bool:  # noqa: ANN401 - a row of findings
    """Whether the finding is the one there is: nothing new is said, nor by whom and when it was established."""
    if (row.value, row.evidence) != (wanted.value, wanted.evidence):
        return False
    said = case.content.evidence.get(wanted.name)
    by, on = (said.by, said.on) if said else (None, None)
    return by in {None, row.found_by} and on in {None, row.found_on}


def _finding(work: Work, case: StoredCase, name: str, value: object) -> Finding:
    said = case.content.evidence.get(name, Evidence(""))
    return Finding(
        name=name,
        value=value,
        evidence=said.text,
        found_by=said.by or work.actor.name,
        found_on=said.on or work.today,
        entered_by=work.actor.id,
        entered_at=work.now,
        ended_at=None,
        version=case.version,
    )


def _keep_revision(work: Work, case: StoredCase, kind: Kind, reason: str) -> None:
    revision = Revision(
        id=new_id("revision", work.now),
        case_id=case.id,
        version=case.version,
        kind=kind,
        at=work.now,
        by=work.actor.id,
        by_name=work.actor.name,
        reason=reason,
        content=case.content,
    )
    work.session.add(revision_row(revision))
