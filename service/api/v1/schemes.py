"""``/api/v1/schemes``: scoring schemes: what is in force, drafts, their effect, publication by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import Response
from sqlmodel import col, select

from kernel.errors import InputError
from kernel.jsondoc import read_json
from service.access.permissions import Permission
from service.api import describe_schemes as words
from service.api.deps import reads, writes
from service.body import raw_body
from service.db.tables.schemes import SchemeRow
from service.schemes import acts
from service.versions import etag, expect
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervision.scheme import Scheme

router = APIRouter(prefix="/api/v1", tags=["评分方案"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
Reader = Annotated[Work, reads(Permission.SCORE_READ)]
Editor = Annotated[Work, writes(Permission.SCHEME_EDIT)]
Reviewer = Annotated[Work, writes(Permission.SCHEME_PUBLISH)]
Body = Annotated[bytes, Depends(raw_body)]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]
SchemeId = Annotated[str, Path(max_length=64, description="草稿编号")]


@router.get("/schemes", summary="现行方案", responses=words.SCHEMES_IN_FORCE, response_class=Response)
def list_schemes(work: Reader) -> Response:
    """Every scheme that scoring can use, in the version that is in force."""
    return _json({"items": [_scheme(acts.in_force(work.session, name)) for name in acts.names(work.session)]})


@router.get("/schemes/drafts", summary="草稿和版本", responses=words.DRAFTS, response_class=Response)
def list_drafts(work: Reader) -> Response:
    """Every version that was drafted here, the newest first, without its file."""
    rows = work.session.exec(select(SchemeRow).order_by(col(SchemeRow.created_at).desc())).all()
    return _json({"items": [_row(row, whole=False) for row in rows]})


@router.post(
    "/schemes/drafts",
    summary="起草方案",
    responses=words.BEGIN,
    openapi_extra=words.TEXT_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def begin(work: Editor, body: Body) -> Response:
    """Keep a new draft; the body has ``text``, the file in YAML."""
    row = acts.begin(work, _text(body, "text"))
    headers = {"etag": etag(row.version), "location": f"/api/v1/schemes/drafts/{row.id}"}
    return _json(_row(row), _CREATED, headers)


@router.get("/schemes/drafts/{scheme_id}", summary="一个草稿或者版本", responses=words.DRAFT, response_class=Response)
def show_draft(work: Reader, scheme_id: SchemeId) -> Response:
    """The file, and what the last trial found."""
    return _answer(acts.find(work.session, scheme_id))


@router.put(
    "/schemes/drafts/{scheme_id}",
    summary="修改草稿",
    responses=words.CHANGE,
    openapi_extra=words.TEXT_BODY,
    response_class=Response,
)
def change(work: Editor, scheme_id: SchemeId, body: Body, if_match: IfMatch = None) -> Response:
    """Replace the file of a draft; it has to be tried again."""
    text = _text(body, "text")
    return _act(work, scheme_id, if_match, lambda at, row: acts.change(at, row, text))


@router.post("/schemes/drafts/{scheme_id}/try", summary="试算", responses=words.ACT, response_class=Response)
def try_out(work: Editor, scheme_id: SchemeId, if_match: IfMatch = None) -> Response:
    """What it would do instead of the scheme in force; takes seconds."""
    return _act(work, scheme_id, if_match, lambda at, row: acts.try_out(at, row, at.today))


@router.post("/schemes/drafts/{scheme_id}/submit", summary="提交审核", responses=words.ACT, response_class=Response)
def submit(work: Editor, scheme_id: SchemeId, if_match: IfMatch = None) -> Response:
    """Hand it to the reviewers."""
    return _act(work, scheme_id, if_match, acts.submit)


@router.post("/schemes/drafts/{scheme_id}/drop", summary="作废草稿", responses=words.ACT, response_class=Response)
def drop(work: Editor, scheme_id: SchemeId, if_match: IfMatch = None) -> Response:
    """Give it up."""
    return _act(work, scheme_id, if_match, acts.drop)


@router.post(
    "/schemes/drafts/{scheme_id}/return",
    summary="退回草稿",
    responses=words.RETURN,
    openapi_extra=words.REASON_BODY,
    response_class=Response,
)
def send_back(work: Reviewer, scheme_id: SchemeId, body: Body, if_match: IfMatch = None) -> Response:
    """Return it with a reason."""
    reason = _text(body, "reason")
    return _act(work, scheme_id, if_match, lambda at, row: acts.send_back(at, row, reason))


@router.post(
    "/schemes/drafts/{scheme_id}/publish", summary="审核通过并发布", responses=words.PUBLISH, response_class=Response
)
def publish(work: Reviewer, scheme_id: SchemeId, if_match: IfMatch = None) -> Response:
    """Put it in force as a second person."""
    return _act(work, scheme_id, if_match, acts.publish)


def _act(work: Work, scheme_id: str, if_match: str | None, act: Callable[[Work, SchemeRow], None]) -> Response:
    row = acts.find(work.session, scheme_id, lock=True)
    expect(row.version, if_match)
    act(work, row)
    return _answer(row)


def _answer(row: SchemeRow) -> Response:
    return _json(_row(row), headers={"etag": etag(row.version)})


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "scheme": scheme.id,
        "version": scheme.version,
        "title": scheme.spec.title,
        "indicators": len(scheme.indicators),
        "classes": list(scheme.classes),
        "cutoffs": list(scheme.cutoffs),
    }


def _row(row: SchemeRow, *, whole: bool = True) -> dict[str, Any]:
    shown = {
        "id": row.id,
        "scheme": row.scheme,
        "scheme_version": row.scheme_version,
        "title": row.title,
        "state": row.state,
        "author": row.author_name,
        "reviewer": row.reviewer_name,
        "review_note": row.review_note,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "version": row.version,
    }
    return {**shown, "text": row.text, "report": row.report} if whole else shown


def _text(body: bytes, key: str) -> str:
    """The one text of a body; InputError ``draft_body`` for any other content."""
    found = read_json(body)
    if not isinstance(found, dict) or set(found) != {key} or not isinstance(found[key], str):
        raise InputError.at("", "draft_body")
    return str(found[key])


def _json(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, {**_NO_STORE, **(headers or {})}, "application/json")
