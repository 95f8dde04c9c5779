"""``/keeper/schemes``: scoring schemes, drafted by one person and put in force by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response  # noqa: TC002  (FastAPI reads what an endpoint returns)
from sqlmodel import col, select

from kernel.datafile import read_text
from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.db.tables.schemes import SchemeRow
from service.schemes import acts
from service.twoperson import EDITABLE, STATE_LABELS, STATE_TONES
from service.web.deps import page_reads, page_writes
from service.web.deskpage import DONE, desk_page, see_other
from service.web.sent import Pairs, sent_form
from service.work import Work
from supervision.load import PACKAGE, scheme_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
Reads = Annotated[Work, page_reads(Permission.SCORE_READ)]
Writes = Annotated[Work, page_writes(Permission.SCHEME_EDIT)]
Approves = Annotated[Work, page_writes(Permission.SCHEME_PUBLISH)]
Form = Annotated[Pairs, Depends(sent_form)]
_PATH: Final = "/keeper/schemes"
_WORDS: Final = {
    "begun": "草稿已经建立。",
    "saved": "已经保存。改动以后要重新试算才能提交。",
    "tried": "试算完成，结果见下。",
    "submitted": "已经提交，等待另一位人员审核。",
    "dropped": "草稿已经作废，仍可查看。",
    "returned": "已经退回起草人。",
    "published": "已经发布，下一次评分起使用。",
}


@router.get(_PATH)
def show_schemes(request: Request, work: Reads) -> Response:
    """What is in force under each name, and every draft."""
    known = [
        (acts.in_force(work.session, name), acts.published(work.session, name)) for name in acts.names(work.session)
    ]
    drafts = work.session.exec(select(SchemeRow).order_by(col(SchemeRow.updated_at).desc()).limit(100)).all()
    found = {"known": known, "drafts": drafts, "labels": STATE_LABELS, "tones": STATE_TONES, "flash": _flash(request)}
    return desk_page(request, work, "keeper", "keeper/schemes.html", found)


@router.get(_PATH + "/new")
def show_new(request: Request, work: Reads, base: str = "default") -> Response:
    """A new draft, from the text of a scheme."""
    row = acts.published(work.session, base)
    text = row.text if row else read_text(f"{base}.yaml", PACKAGE) if base in scheme_ids() else ""
    return desk_page(request, work, "keeper", "keeper/scheme_file.html", {"row": None, "text": text})


@router.post(_PATH)
def begin(request: Request, work: Writes, pairs: Form) -> Response:
    """Keep a new draft."""
    text = _text(pairs)
    try:
        with work.attempt():
            row = acts.begin(work, text)
    except XinhengError as error:
        return _file_page(request, work, None, text, error)
    return see_other(f"{_PATH}/{row.id}", done="begun")


@router.get(_PATH + "/{row_id}")
def show_scheme(request: Request, work: Reads, row_id: str) -> Response:
    """One version: its file, what it would do, what can be done with it."""
    return _page(request, work, row_id)


@router.get(_PATH + "/{row_id}/file")
def show_file(request: Request, work: Reads, row_id: str) -> Response:
    """The file of a draft, to be changed."""
    row = acts.find(work.session, row_id)
    return desk_page(request, work, "keeper", "keeper/scheme_file.html", {"row": row, "text": row.text})


@router.post(_PATH + "/{row_id}/file")
def change(request: Request, work: Writes, row_id: str, pairs: Form) -> Response:
    """Replace the file of a draft."""
    text, row = _text(pairs), acts.find(work.session, row_id, lock=True)
    try:
        with work.attempt():
            acts.change(work, row, text)
    except XinhengError as error:
        return _file_page(request, work, row, text, error)
    return see_other(f"{_PATH}/{row_id}", done="saved")


@router.post(_PATH + "/{row_id}/try")
def try_out(request: Request, work: Writes, row_id: str) -> Response:
    """Find out what it would do."""
    return _act(request, work, row_id, "tried", lambda at, row: acts.try_out(at, row, at.today))


@router.post(_PATH + "/{row_id}/submit")
def submit(request: Request, work: Writes, row_id: str) -> Response:
    """Hand it to the reviewers."""
    return _act(request, work, row_id, "submitted", acts.submit)


@router.post(_PATH + "/{row_id}/drop")
def drop(request: Request, work: Writes, row_id: str) -> Response:
    """Give it up."""
    return _act(request, work, row_id, "dropped", acts.drop)


@router.post(_PATH + "/{row_id}/return")
def send_back(request: Request, work: Approves, row_id: str, pairs: Form) -> Response:
    """Return it with a reason."""
    reason = dict(pairs).get("reason", "")
    return _act(request, work, row_id, "returned", lambda at, row: acts.send_back(at, row, reason))


@router.post(_PATH + "/{row_id}/publish")
def publish(request: Request, work: Approves, row_id: str) -> Response:
    """Put it in force."""
    return _act(request, work, row_id, "published", acts.publish)


def _act(request: Request, work: Work, row_id: str, done: str, act: Callable[[Work, SchemeRow], None]) -> Response:
    row = acts.find(work.session, row_id, lock=True)
    try:
        with work.attempt():
            act(work, row)
    except XinhengError as error:
        return _page(request, work, row_id, error=error)
    return see_other(f"{_PATH}/{row_id}", done=done)


def _page(request: Request, work: Work, row_id: str, **more: Any) -> HTMLResponse:  # noqa: ANN401 - context
    row = acts.find(work.session, row_id)
    may = work.actor.may
    found = {
        "row": row,
        "can_edit": row.state in EDITABLE and may(Permission.SCHEME_EDIT),
        "can_review": row.state == "submitted" and may(Permission.SCHEME_PUBLISH),
        "is_own": work.actor.id in {row.author, row.submitted_by},
        "labels": STATE_LABELS,
        "tones": STATE_TONES,
        "flash": _flash(request),
        **more,
    }
    status = more["error"].status if more.get("error") else 200
    return desk_page(request, work, "keeper", "keeper/scheme.html", found, status=status)


def _file_page(request: Request, work: Work, row: SchemeRow | None, text: str, error: XinhengError) -> HTMLResponse:
    found = {"row": row, "text": text, "error": error}
    return desk_page(request, work, "keeper", "keeper/scheme_file.html", found, status=error.status)


def _text(pairs: Pairs) -> str:
    return dict(pairs).get("text", "").replace("\r\n", "\n")


def _flash(request: Request) -> str:
    return _WORDS.get(request.query_params.get(DONE, ""), "")
