"""``/api/v1/releases``: the city's own part of the catalogue: drafts, check, review, publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import Response
from pydantic import TypeAdapter
from sqlmodel import col, select

from kernel.errors import FieldError, InputError, pointer
from kernel.jsondoc import read_json
from service.access.permissions import Permission
from service.api import describe_releases as words
from service.api.deps import reads, writes
from service.body import raw_body
from service.db.tables.releases import CatalogueDraftRow, CatalogueReleaseRow
from service.releases import drafts
from service.versions import etag, expect
from service.work import Work, Works

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.releases.desk import ReleaseDesk

router = APIRouter(prefix="/api/v1", tags=["规则目录的发布"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
Reader = Annotated[Work, reads(Permission.CATALOGUE_EDIT)]
Editor = Annotated[Work, writes(Permission.CATALOGUE_EDIT)]
ReleaseReader = Annotated[Work, reads(None)]
ReviewReader = Annotated[Work, reads(Permission.CATALOGUE_APPROVE)]
Reviewer = Annotated[Work, writes(Permission.CATALOGUE_APPROVE)]
Body = Annotated[bytes, Depends(raw_body)]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]
DraftId = Annotated[str, Path(max_length=64, description="草稿编号")]
_TITLE: Final = TypeAdapter(dict[str, str])
_FILES: Final = TypeAdapter(dict[str, str | None])


@router.get("/releases", summary="发布记录", responses=words.RELEASES, response_class=Response)
def list_releases(work: ReleaseReader) -> Response:
    """Every release of the city's own part, the newest first; the first is in force."""
    return _json({"items": [_release(one) for one in drafts.releases(work.session)]})


@router.get("/releases/drafts", summary="草稿", responses=words.DRAFTS, response_class=Response)
def list_drafts(work: Reader) -> Response:
    """Every draft, the newest first, without its files."""
    rows = work.session.exec(select(CatalogueDraftRow).order_by(col(CatalogueDraftRow.created_at).desc())).all()
    return _json({"items": [_draft(row, whole=False) for row in rows]})


@router.post(
    "/releases/drafts",
    summary="建立草稿",
    responses=words.BEGIN,
    openapi_extra=words.TITLE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def begin(work: Editor, body: Body) -> Response:
    """Begin a draft from what is in force; the body has ``title``."""
    sent = _read(_TITLE, body, {"title"})
    row = drafts.begin(work, sent.get("title", ""))
    headers = {"etag": etag(row.version), "location": f"/api/v1/releases/drafts/{row.id}"}
    return _json(_draft(row), _CREATED, headers)


@router.get("/releases/drafts/{draft_id}", summary="一份草稿", responses=words.DRAFT, response_class=Response)
def show_draft(work: Reader, draft_id: DraftId) -> Response:
    """The draft with its files and what the last check found."""
    return _answer(drafts.find(work.session, draft_id))


@router.get("/releases/reviews/{draft_id}", summary="送审的草稿", responses=words.REVIEW, response_class=Response)
def show_review(work: ReviewReader, draft_id: DraftId) -> Response:
    """The same for a reviewer."""
    return _answer(drafts.find(work.session, draft_id))


@router.patch(
    "/releases/drafts/{draft_id}/files",
    summary="写入或者删去文件",
    description="键为文件名，值为文件内容；值为 null 时删去这个文件。改动以后要重新核对。",
    responses=words.CHANGE,
    openapi_extra=words.FILES_BODY,
    response_class=Response,
)
def change_files(work: Editor, draft_id: DraftId, body: Body, if_match: IfMatch = None) -> Response:
    """Write and remove files of a draft."""
    row = drafts.find(work.session, draft_id, lock=True)
    expect(row.version, if_match)
    drafts.change(work, row, _read(_FILES, body))
    return _answer(row)


@router.post("/releases/drafts/{draft_id}/check", summary="核对草稿", responses=words.CHECK, response_class=Response)
def check(request: Request, work: Editor, draft_id: DraftId) -> Response:
    """Differences, findings of the catalogue check, decided cases that would come out otherwise; takes seconds."""
    works: Works = request.app.state.works
    return _answer(_desk(request).check(work, works, draft_id))


@router.post("/releases/drafts/{draft_id}/submit", summary="提交审核", responses=words.ACT, response_class=Response)
def submit(work: Editor, draft_id: DraftId, if_match: IfMatch = None) -> Response:
    """Hand a checked draft to the reviewers."""
    return _act(work, draft_id, if_match, drafts.submit)


@router.post("/releases/drafts/{draft_id}/drop", summary="作废草稿", responses=words.ACT, response_class=Response)
def drop(work: Editor, draft_id: DraftId, if_match: IfMatch = None) -> Response:
    """Give a draft up."""
    return _act(work, draft_id, if_match, drafts.drop)


@router.post(
    "/releases/reviews/{draft_id}/return",
    summary="退回草稿",
    responses=words.REVIEW_ACT,
    openapi_extra=words.REASON_BODY,
    response_class=Response,
)
def send_back(work: Reviewer, draft_id: DraftId, body: Body, if_match: IfMatch = None) -> Response:
    """Return a submitted draft; the body has ``reason``."""
    reason = _read(_TITLE, body, {"reason"}).get("reason", "")
    return _act(work, draft_id, if_match, lambda at, row: drafts.send_back(at, row, reason))


@router.post(
    "/releases/reviews/{draft_id}/publish", summary="审核通过并发布", responses=words.PUBLISH, response_class=Response
)
def publish(request: Request, work: Reviewer, draft_id: DraftId, if_match: IfMatch = None) -> Response:
    """Approve as a second person and publish; every process takes the release up within seconds."""
    row = drafts.find(work.session, draft_id, lock=True)
    expect(row.version, if_match)
    release = drafts.publish(work, row)
    work.session.flush()
    _desk(request).put_in_force(release)
    return _json(_release(release))


def _act(work: Work, draft_id: str, if_match: str | None, act: Callable[[Work, CatalogueDraftRow], None]) -> Response:
    row = drafts.find(work.session, draft_id, lock=True)
    expect(row.version, if_match)
    act(work, row)
    return _answer(row)


def _answer(row: CatalogueDraftRow) -> Response:
    return _json(_draft(row), headers={"etag": etag(row.version)})


def _draft(row: CatalogueDraftRow, *, whole: bool = True) -> dict[str, Any]:
    shown = {
        "id": row.id,
        "title": row.title,
        "state": row.state,
        "base": row.base,
        "author": row.author_name,
        "reviewer": row.reviewer_name,
        "review_note": row.review_note,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "version": row.version,
    }
    return {**shown, "files": row.files, "report": row.report} if whole else shown


def _release(row: CatalogueReleaseRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "digest": row.digest,
        "title": row.title,
        "draft": row.draft_id,
        "author": row.author_name,
        "reviewer": row.reviewer_name,
        "published_at": row.published_at.isoformat(),
        "files": sorted(row.files),
    }


def _read(adapter: TypeAdapter[Any], body: bytes, allowed: set[str] | None = None) -> dict[str, Any]:
    """A flat object of texts; InputError with every place that is none."""
    found = read_json(body)
    if not isinstance(found, dict):
        raise InputError.at("", "draft_body")
    wrong = [key for key in found if allowed is not None and key not in allowed]
    wrong += [key for key, value in found.items() if not isinstance(value, str) and (allowed or value is not None)]
    if wrong:
        raise InputError([FieldError(pointer(key), "draft_body") for key in dict.fromkeys(wrong)], "draft_body")
    read: dict[str, Any] = adapter.validate_python(found)
    return read


def _desk(request: Request) -> ReleaseDesk:
    found: ReleaseDesk = request.app.state.release_desk
    return found


def _json(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, {**_NO_STORE, **(headers or {})}, "application/json")
