"""Entering a case from the check page, and changing one: number, party, evidence for each fact, words of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request

from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.cases import acts
from service.cases.content import parse_content
from service.cases.model import STATUS_TITLES, Evidence
from service.cases.present import ALWAYS_MASKED, MASKED
from service.db.repositories import cases as store
from service.documents.particulars import LABELS
from service.masking import masked_code, masked_name
from service.web.deps import page_reads, page_writes
from service.web.deskpage import desk_page, see_other
from service.web.form import CaseForm, form_of, read_form
from service.web.officer.caselist import DESK
from service.web.officer.casepages import seen
from service.web.officer.caseview import differences
from service.web.sent import Pairs, sent_form
from service.web.values import value_zh
from service.work import Work

if TYPE_CHECKING:
    from fastapi.responses import Response

    from service.cases.model import Content, StoredCase

router = APIRouter(include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.CASE_EDIT)]
Editor = Annotated[Work, page_writes(Permission.CASE_EDIT)]
Form = Annotated[Pairs, Depends(sent_form)]
_QUERY: Final = "case_query"
_UNPROCESSABLE: Final = 422
_LONG: Final = frozenset({"fact_statement", "evidence", "correction_demands", "proposed_penalty", "contact"})
_OWN: Final = frozenset({"party_name", "party_code", "document_number"})
"""Particulars that the case itself has: they are not asked for twice."""
_ANCHORS: Final = {
    "/number": "f-number",
    "/party/name": "f-party_name",
    "/party/code": "f-party_code",
    "/reason": "f-reason",
}


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A fact with the fields of its evidence as they are filled in."""

    name: str
    label: str
    value: str
    text: str
    by: str
    on: str


@router.get("/officer/cases/new")
def new(request: Request, work: Reader) -> Response:
    """The form of a new case, with the facts of the check page."""
    form = read_form(request.query_params.multi_items(), work.engine.release.vocabulary)
    return _page(request, work, form, None, {})


@router.post("/officer/cases/new")
def new_sent(request: Request, work: Editor, pairs: Form) -> Response:
    """The same for a case whose address would be too long."""
    return _page(request, work, read_form(pairs, work.engine.release.vocabulary), None, {})


@router.post("/officer/cases")
def save(request: Request, work: Editor, pairs: Form) -> Response:
    """Enter the case, or keep a draft; what is wrong stands above the form, with everything as it was filled in."""
    sent = dict(pairs)
    form = read_form(parse_qsl(sent.get(_QUERY, "")), work.engine.release.vocabulary)
    draft = "draft" in sent
    try:
        with work.attempt():
            case = acts.save(work, _content(work, form, sent), draft=draft)
    except XinhengError as error:
        return _page(request, work, form, None, sent, error)
    return see_other(f"/officer/cases/{case.id}", done="draft" if draft else "saved")


@router.get("/officer/cases/{id}/edit")
def edit(request: Request, work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the address)
    """The form of a case; facts come from the check page, in the address."""
    case = store.get(work.session, work.actor, id)
    sent = request.query_params.multi_items()
    form = read_form(sent, work.engine.release.vocabulary) if sent else form_of(case.content.document, case.id)
    return _page(request, work, form, case, _filled(case))


@router.post("/officer/cases/{id}/edit")
def edit_sent(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """The same for a case whose address would be too long."""
    case = store.get(work.session, work.actor, id)
    form = read_form(pairs, work.engine.release.vocabulary)
    return _page(request, work, form, case, _filled(case))


@router.post("/officer/cases/{id}")
def change(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Keep the next version of a case."""
    sent = dict(pairs)
    form = read_form(parse_qsl(sent.get(_QUERY, "")), work.engine.release.vocabulary)
    draft = "draft" in sent
    try:
        with work.attempt():
            content = _content(work, form, _unmasked(sent, store.get(work.session, work.actor, id)))
            acts.revise(work, id, seen(sent), content, reason=sent.get("reason", ""), draft=draft)
    except XinhengError as error:
        return _page(request, work, form, store.get(work.session, work.actor, id), sent, error)
    return see_other(f"/officer/cases/{id}", done="draft" if draft else "revised")


def _content(work: Work, form: CaseForm, sent: dict[str, str]) -> Content:
    """What the form says, read as strictly as the interface reads it."""
    vocabulary = work.engine.release.vocabulary
    evidence = {}
    for name in form.raw:
        fields = {part: sent.get(f"{part}.{name}", "").strip() for part in ("text", "by", "on")}
        if name in vocabulary and any(fields.values()):
            evidence[name] = fields
    raw: dict[str, Any] = {
        "number": sent.get("number", ""),
        "party": {"name": sent.get("party_name", ""), "code": sent.get("party_code", "")},
        "document": form.document(vocabulary),
        "evidence": evidence,
        "particulars": {key: sent[f"p.{key}"] for key in LABELS if sent.get(f"p.{key}", "").strip()},
        "note": sent.get("note", ""),
    }
    return parse_content(raw, vocabulary)


def _filled(case: StoredCase) -> dict[str, str]:
    """The fields as the case has them; what is masked is masked here too."""
    filled = _fields(case.content)
    return filled | _masks(case, filled)


def _fields(content: Content) -> dict[str, str]:
    filled = {
        "number": content.number,
        "party_name": content.party_name,
        "party_code": content.party_code,
        "note": content.note,
    }
    filled |= {f"p.{key}": value for key, value in content.particulars.items()}
    for name, one in content.evidence.items():
        filled |= {f"text.{name}": one.text, f"by.{name}": one.by or "", f"on.{name}": _iso(one)}
    return filled


def _masks(case: StoredCase, filled: dict[str, str]) -> dict[str, str]:
    """The masked form of every field that is masked."""
    hidden = [f"p.{key}" for key in ALWAYS_MASKED]
    masks = {}
    if case.name_is_personal:
        hidden += ["party_name", *(f"p.{key}" for key in MASKED)]
        masks["party_code"] = masked_code(filled["party_code"])
    return masks | {key: masked_name(filled[key]) for key in hidden if filled.get(key)}


def _unmasked(sent: dict[str, str], case: StoredCase) -> dict[str, str]:
    """What was sent; a field that still holds the mask was not changed."""
    filled = _fields(case.content)
    kept = {key: filled[key] for key, mask in _masks(case, filled).items() if mask and sent.get(key) == mask}
    return sent | kept


def _iso(one: Evidence) -> str:
    return one.on.isoformat() if one.on else ""


def _page(
    request: Request,
    work: Work,
    form: CaseForm,
    case: StoredCase | None,
    sent: dict[str, str],
    error: XinhengError | None = None,
) -> Response:
    vocabulary = work.engine.release.vocabulary
    facts = [_entry(work, name, text, sent) for name, text in form.raw.items()]
    violation = work.engine.release.violations.get(form.violation)
    changed = differences(case.content.document, form.document(vocabulary), vocabulary) if case else ()
    context = {
        "case": case,
        "form": form,
        "check": f"/cases/check?{form.query}",
        "title": violation.title if violation else "没有选案由",
        "facts": facts,
        "changed": changed,
        "sent": sent,
        "version": sent.get("version") or (case.version if case else 0),
        "particulars": [(key, label, key in _LONG) for key, label in LABELS.items() if key not in _OWN],
        "has_particulars": any(sent.get(f"p.{key}") for key in LABELS),
        "error": error,
        "anchors": _ANCHORS,
        "statuses": STATUS_TITLES,
    }
    status = 200 if error is None else error.status if error.status < 500 else _UNPROCESSABLE  # noqa: PLR2004 - as HTTP
    return desk_page(request, work, DESK, "officer/entry.html", context, status=status)


def _entry(work: Work, name: str, text: str, sent: dict[str, str]) -> FactEntry:
    fact = work.engine.release.vocabulary.get(name)
    value = form_value(work, name, text)
    fields = (sent.get(f"{part}.{name}", "") for part in ("text", "by", "on"))
    return FactEntry(name, fact.label if fact else name, value, *fields)


def form_value(work: Work, name: str, text: str) -> str:
    """A fact of the form in words."""
    vocabulary = work.engine.release.vocabulary
    fact = vocabulary.get(name)
    if fact is None:
        return text
    facts = CaseForm(raw={name: text}).document(vocabulary)["facts"]
    return value_zh(fact, facts[name]) if isinstance(facts, dict) else text
