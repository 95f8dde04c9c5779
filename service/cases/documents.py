"""Documents of a stored case: from its facts as they stand, or as they were decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernel.canonical import digest
from kernel.errors import InputError
from rules.caseinput import parse_case
from service.cases.events import CaseDocumentMade
from service.db.repositories import cases as store
from service.documents.kinds import KINDS
from service.documents.make import REASONING, Made, Wish, draft_from
from service.documents.wording import blocking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.cases.model import StoredCase
    from service.work import Work


@dataclass(frozen=True, slots=True)
class Possible:
    """A document that the conclusion carries."""

    kind: str
    title: str
    formats: tuple[str, ...]


def answer_of(work: Work, case: StoredCase) -> Mapping[str, Any] | None:
    """What the rules say of a case: of a decided one the answer of its decision; None for a draft that has none."""
    if case.status == "decided" and case.decision_id:
        return store.decision(work.session, work.actor, case.decision_id).answer
    try:
        return work.engine.check(case.content.document, work.today)
    except InputError:
        return None


def possible(work: Work, case: StoredCase) -> list[Possible]:
    """The documents that the conclusion carries; none of a decision while a rule forbids one."""
    answer = answer_of(work, case)
    return of_answer(answer) if answer is not None else []


def of_answer(answer: Mapping[str, Any]) -> list[Possible]:
    """The documents that an answer carries."""
    tier, named, blocked = answer["result"]["tier"], answer.get("violation") is not None, bool(blocking(answer))
    found = [
        Possible(one.name, one.title, ("docx", "pdf"))
        for one in KINDS.values()
        if tier in one.tiers and (named or not one.needs_violation) and not (blocked and one.decides)
    ]
    return [*found, Possible(REASONING, "理由段落", ("txt",))]


def make(work: Work, case: StoredCase, kind: str, form: str) -> Made:
    """Draft a document with the particulars of the case; the trail is told.

    InputError where the case cannot be decided, StateError where the conclusion does not carry the document.
    """
    answer = answer_of(work, case) or work.engine.check(case.content.document, work.today)
    parsed = parse_case(case.content.document, work.engine.release)
    given = {
        "party_name": case.content.party_name,
        "party_code": case.content.party_code,
        "document_number": case.content.number,
    }
    particulars = {**{key: value for key, value in given.items() if value}, **case.content.particulars}
    made = draft_from(work.engine.release, parsed, answer, Wish(kind, form, particulars, work.engine.templates))
    subject = {"subject": case.id, "department": case.department, "region": case.region}
    work.record(CaseDocumentMade(**subject, document=kind, format=form, digest=digest(made.data)))
    return made
