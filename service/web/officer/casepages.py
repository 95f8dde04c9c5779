"""``/officer/cases/{id}``: the page of a case, what is done on it, its documents and its sheet to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from markupsafe import Markup, escape

from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.cases import acts, documents
from service.cases.deciding import CHOICES, parse_choice
from service.cases.model import CHOICE_TITLES, Content
from service.cases.party import unseen, with_history
from service.cases.replay import replay
from service.clock import now
from service.db.repositories import cases as store
from service.departments import department_zh
from service.documents.make import FORMATS
from service.errors import HttpError
from service.web.deps import page_reads, page_writes
from service.web.deskpage import DONE, desk_page, see_other
from service.web.form import form_of
from service.web.officer.caselist import DESK
from service.web.officer.caseview import CaseView, case_view
from service.web.render import catalogue_of, environment, render
from service.web.sent import Pairs, sent_form
from service.web.values import fact_rows
from service.web.words import place_zh
from service.work import Work

if TYPE_CHECKING:
    from service.cases.model import StoredCase

router = APIRouter(include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.CASE_READ)]
Editor = Annotated[Work, page_writes(Permission.CASE_EDIT)]
Decider = Annotated[Work, page_writes(Permission.CASE_DECIDE)]
Form = Annotated[Pairs, Depends(sent_form)]
_NOT_FOUND: Final = 404
_UNPROCESSABLE: Final = 422
_MOST_DIGITS: Final = 9
_FLASHES: Final = {
    "saved": "案件已登记。",
    "draft": "草稿已保存。",
    "revised": "修改已保存，原来的内容在“办理经过”中。",
    "decided": "决定已保存。",
    "reopened": "案件已重新办理；原来的决定在新的决定作出以前仍然有效。",
    "history": "既往记录已写入案件，“是否初次违法”由它判断。",
    "replayed": "复算完成，结果见“决定”。",
}
_FORMATS: Final = {"docx": "Word", "pdf": "PDF", "txt": "文字"}


@router.get("/officer/cases/{id}")
def show(request: Request, work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the address)
    """A case."""
    done = request.query_params.get(DONE, "")
    return _page(request, work, store.get(work.session, work.actor, id), flash=_FLASHES.get(done, ""))


@router.post("/officer/cases/{id}/decision")
def decide(request: Request, work: Decider, id: str, pairs: Form) -> Response:  # noqa: A002
    """Decide; a refusal is shown above the form, with what was filled in."""
    sent = dict(pairs)
    try:
        with work.attempt():
            choice = parse_choice(sent.get("chosen"), sent.get("fine_yuan"), sent.get("reason"))
            acts.decide(work, id, seen(sent), choice)
    except XinhengError as error:
        return _refused(request, work, id, error, sent, "decision")
    return see_other(f"/officer/cases/{id}", done="decided")


@router.post("/officer/cases/{id}/reopening")
def reopen(request: Request, work: Decider, id: str, pairs: Form) -> Response:  # noqa: A002
    """Look at a decided case again."""
    sent = dict(pairs)
    try:
        with work.attempt():
            acts.reopen(work, id, seen(sent), sent.get("reason", ""))
    except XinhengError as error:
        return _refused(request, work, id, error, sent, "reopening")
    return see_other(f"/officer/cases/{id}", done="reopened")


@router.post("/officer/cases/{id}/history")
def take_history(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Write the earlier decisions about the party into the case."""
    sent = dict(pairs)
    try:
        with work.attempt():
            case = store.get(work.session, work.actor, id)
            content = case.content
            found = unseen(work, content.document, content.party_code, case.id)
            grown = with_history(content.document, found, case.department)
            changed = Content(**{**_fields(content), "document": grown})
            draft = case.status == "draft"
            acts.revise(work, id, seen(sent), changed, reason="采用查到的既往记录", draft=draft)
    except XinhengError as error:
        return _refused(request, work, id, error, sent, "history")
    return see_other(f"/officer/cases/{id}", done="history")


@router.post("/officer/cases/{id}/unmasking")
def unmask(
    request: Request,
    work: Annotated[Work, page_writes(Permission.UNMASK)],
    id: str,  # noqa: A002
    pairs: Form,
) -> Response:
    """The page with the party as it is, this once."""
    sent = dict(pairs)
    try:
        with work.attempt():
            case = acts.unmask(work, id, sent.get("reason", ""))
    except XinhengError as error:
        return _refused(request, work, id, error, sent, "unmasking")
    return _page(request, work, case, masked=False, flash="当事人信息在本页显示一次，已记入审计记录。")


@router.post("/officer/cases/{id}/replay")
def replay_decision(
    work: Annotated[Work, page_writes(Permission.CASE_REPLAY)],
    id: str,  # noqa: A002
    pairs: Form,
) -> Response:
    """Compute a decision of the case again."""
    replay(work, dict(pairs).get("decision", ""))
    return see_other(f"/officer/cases/{quote(id)}", done="replayed")


@router.get("/officer/cases/{id}/documents/{name}")
def document(work: Reader, id: str, name: str) -> Response:  # noqa: A002
    """A draft as a file."""
    kind, _, form = name.partition(".")
    if form not in FORMATS:
        raise HttpError(_NOT_FOUND, "not_found", path=name)
    made = documents.make(work, store.get(work.session, work.actor, id), kind, form)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{made.title}.{form}')}",
        "Cache-Control": "no-store",
    }
    return Response(made.data, media_type=FORMATS[form], headers=headers)


@router.get("/officer/cases/{id}/sheet")
def sheet(request: Request, work: Reader, id: str) -> Response:  # noqa: A002
    """The sheet to print and sign, with number and party."""
    case = store.get(work.session, work.actor, id)
    view = case_view(work, case)
    if view.answers is None:
        return see_other(f"/officer/cases/{id}")
    release = work.engine.release
    form = form_of(case.content.document, case.id)
    missing = [one.name for one in view.answers.missing]
    context = {
        "form": form,
        "faults": [],
        "answers": view.answers,
        "violation": release.violations.get(form.violation),
        "address": f"/officer/cases/{case.id}",
        "rows": fact_rows(case.content.facts, missing, release),
        "printed": now(),
        "place_name": place_zh(form.place),
        "stored": view,
    }
    return render(request, "sheet.html", catalogue_of(release), context)


def seen(sent: dict[str, str]) -> int:
    """The version a form was made from; 0, which none is, where the field was tampered with."""
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _fields(content: Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in content.__slots__}


def _refused(
    request: Request, work: Work, case_id: str, error: XinhengError, sent: dict[str, str], which: str
) -> Response:
    """The page again, with what went wrong and what was filled in."""
    case = store.get(work.session, work.actor, case_id)
    status = error.status if error.status < 500 else _UNPROCESSABLE  # noqa: PLR2004 - a fault of ours is not shown here
    return _page(request, work, case, error=error, sent=sent, which=which, status=status)


def _page(  # noqa: PLR0913 - each is a part of what is shown
    request: Request,
    work: Work,
    case: StoredCase,
    *,
    masked: bool = True,
    flash: str = "",
    error: XinhengError | None = None,
    sent: dict[str, str] | None = None,
    which: str = "",
    status: int = 200,
) -> Response:
    view = case_view(work, case, masked=masked)
    check = f"/cases/check?{view.query}"
    context = {
        "view": view,
        "case": case,
        "panel": _panel(view, check),
        "check": check,
        "documents": _documents(view),
        "choices": [(value, CHOICE_TITLES[value]) for value in CHOICES],
        "sent": sent or {},
        "which": which,
        "flash": flash,
        "error": error,
        "may": {one.name: work.actor.may(one, case.department, case.region) for one in _SHOWN},
        "place_name": place_zh(case.region) if case.region else "",
        "department_zh": department_zh,
        "titles": {name: one.title for name, one in work.engine.release.violations.items()},
        "anchors": {"/reason": f"f-reason-{which}", "/fine_yuan": "f-fine", "/chosen": "f-chosen"},
    }
    return desk_page(request, work, DESK, "officer/case.html", context, status=status)


_SHOWN: Final = (Permission.CASE_EDIT, Permission.CASE_DECIDE, Permission.CASE_REPLAY, Permission.UNMASK)


def _panel(view: CaseView, check: str) -> Markup:
    """The conclusion as on the check page; its links to questions lead there, since this page asks none."""
    if view.answers is None:
        return Markup()
    context = {
        "answers": view.answers,
        "form": form_of(view.case.content.document, view.case.id),
        "stored": True,
        "partial": False,
        "drafts": [],
        "faults": [],
        "kept": True,
        "me": None,
    }
    text = environment().get_template("_answers.html").render(context)
    return Markup(text.replace('href="#q-', f'href="{escape(check)}#q-'))  # noqa: S704 - our own template, escaped


def _documents(view: CaseView) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each document that the conclusion carries, with the addresses of its formats."""
    if view.answer is None:
        return []
    base = f"/officer/cases/{view.case.id}/documents"
    return [
        (one.title, [(_FORMATS[form], f"{base}/{one.kind}.{form}") for form in one.formats])
        for one in documents.of_answer(view.answer)
    ]
