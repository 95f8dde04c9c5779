"""``/api/v1/cases``: cases that are kept: list, enter, change, decide, reopen, documents, history."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import InputError
from kernel.jsondoc import read_json
from service.access.permissions import Permission
from service.api import describe_cases as words
from service.api.deps import reads, writes
from service.body import raw_body
from service.cases import acts, documents
from service.cases.content import parse_content
from service.cases.deciding import parse_choice
from service.cases.lists import SORTS, Wanted, found
from service.cases.present import case_json, decision_json, documents_json, finding_json, revision_json, row_json
from service.db.repositories import cases as store
from service.documents.make import FORMATS
from service.errors import HttpError
from service.idempotency import Answer, once
from service.versions import etag, expect, wanted
from service.work import Work

if TYPE_CHECKING:
    from service.cases.model import StoredCase

router = APIRouter(prefix="/api/v1", tags=["案件"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
_NOT_FOUND: Final = 404
_SORTS: Final = tuple(sign + name for name in SORTS for sign in ("", "-"))
Reader = Annotated[Work, reads(Permission.CASE_READ)]
Editor = Annotated[Work, writes(Permission.CASE_EDIT)]
Decider = Annotated[Work, writes(Permission.CASE_DECIDE)]
Body = Annotated[bytes, Depends(raw_body)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键，只办理一次")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]


class CasesQuery(BaseModel):
    """The filters of ``/cases``."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=100, description="案号、当事人或者信用代码中的文字")
    status: Literal["draft", "open", "decided"] | None = Field(None, description="草稿、办理中、已决定")
    violation: str | None = Field(None, max_length=80, description="案由编号")
    tier: str | None = Field(None, max_length=40, description="系统结论的档次")
    chosen: str | None = Field(None, max_length=40, description="办案机关的决定")
    party_code: str | None = Field(None, max_length=40, description="统一社会信用代码")
    officer: str | None = Field(None, max_length=64, description="承办人编号；me 为自己")
    department: str | None = Field(None, max_length=40, description="机关")
    region: str | None = Field(None, max_length=6, description="行政区划代码")
    decided_from: date | None = Field(None, description="决定日不早于")
    decided_until: date | None = Field(None, description="决定日早于")
    sort: Literal[_SORTS] = Field("-updated_at", description="排序；前面加 - 为从大到小")  # type: ignore[valid-type]
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


@router.get("/cases", summary="案件列表", responses=words.LIST, response_class=Response)
def list_cases(request: Request, work: Reader, query: Annotated[CasesQuery, Query()]) -> Response:
    """Cases within the caller's area, a page at a time."""
    filters = query.model_dump(exclude={"sort", "limit", "offset"})
    rows, total = found(work, Wanted(**filters), str(query.sort), query.limit, query.offset)
    end = query.offset + query.limit
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(end)})}"
    document = {
        "total": total,
        "offset": query.offset,
        "limit": query.limit,
        "items": [row_json(row) for row in rows],
        "next": following if end < total else None,
    }
    return Response(orjson.dumps(document), media_type="application/json", headers=_NO_STORE)


@router.post(
    "/cases",
    summary="登记案件",
    responses=words.CREATE,
    openapi_extra=words.ENTRY_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def save_case(request: Request, work: Editor, body: Body, key: Key = None) -> Response:
    """Enter a case; ``draft`` true keeps what cannot be decided yet."""

    def act() -> Answer:
        raw = _object(body)
        draft = _flag(raw, "draft")
        case = acts.save(work, parse_content(raw, work.engine.release.vocabulary), draft=draft)
        shown = _case(work, case)
        return Answer(_CREATED, shown, {"etag": etag(case.version), "location": f"/api/v1/cases/{case.id}"})

    return once(work, key, _route(request), body, act)


@router.get("/cases/{id:stored}", summary="一个案件", responses=words.ONE, response_class=Response)
def show_case(work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the interface)
    """A case with its facts, each with evidence."""
    case = store.get(work.session, work.actor, id)
    return _answer(_case(work, case), case.version)


@router.put(
    "/cases/{id:stored}",
    summary="修改案件",
    description="以新的内容代替旧的；旧的内容作为历史保留。办理中的案件要写明理由（reason）。",
    responses=words.CHANGE,
    openapi_extra=words.REVISION_BODY,
    response_class=Response,
)
def change_case(work: Editor, id: str, body: Body, if_match: IfMatch = None) -> Response:  # noqa: A002
    """Replace the content of a case."""
    seen = _seen(work, id, if_match)
    raw = _object(body)
    reason, draft = _reason(raw), _flag(raw, "draft")
    content = parse_content(raw, work.engine.release.vocabulary)
    case = acts.revise(work, id, seen, content, reason=reason, draft=draft)
    return _answer(_case(work, case), case.version)


@router.post(
    "/cases/{id:stored}/decision",
    summary="作出决定",
    description="按现行目录判断并保存决定；选择与系统结论不同时要写明理由。",
    responses=words.DECIDE,
    openapi_extra=words.CHOICE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def decide_case(
    request: Request,
    work: Decider,
    id: str,  # noqa: A002
    body: Body,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Decide an open case."""

    def act() -> Answer:
        seen = _seen(work, id, if_match)
        raw = _object(body, ("chosen", "fine_yuan", "reason"))
        choice = parse_choice(raw.get("chosen"), raw.get("fine_yuan"), raw.get("reason"))
        decision = acts.decide(work, id, seen, choice)
        headers = {"etag": etag(seen + 1), "location": f"/api/v1/decisions/{decision.id}"}
        return Answer(_CREATED, decision_json(decision), headers)

    return once(work, key, _route(request), body, act)


@router.post(
    "/cases/{id:stored}/reopening",
    summary="重新办理已决定的案件",
    responses=words.REOPEN,
    openapi_extra=words.REASON_BODY,
    response_class=Response,
)
def reopen_case(
    request: Request,
    work: Decider,
    id: str,  # noqa: A002
    body: Body,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Look at a decided case again."""

    def act() -> Answer:
        seen = _seen(work, id, if_match)
        case = acts.reopen(work, id, seen, _reason(_object(body, ("reason",))))
        return Answer(200, _case(work, case), {"etag": etag(case.version)})

    return once(work, key, _route(request), body, act)


@router.post(
    "/cases/{id:stored}/unmasking",
    summary="查看未遮盖的当事人信息",
    description="要写明理由；每次查看都记入审计记录。",
    responses=words.UNMASK,
    openapi_extra=words.REASON_BODY,
    response_class=Response,
)
def unmask_case(work: Annotated[Work, writes(Permission.CASE_READ)], id: str, body: Body) -> Response:  # noqa: A002
    """The case with the party as it is."""
    case = acts.unmask(work, id, _reason(_object(body, ("reason",))))
    return _answer(_case(work, case, masked=False), case.version)


@router.get("/cases/{id:stored}/history", summary="案件的全部历史", responses=words.HISTORY, response_class=Response)
def case_history(work: Reader, id: str) -> Response:  # noqa: A002
    """Every state, every decision and every finding of a case."""
    case = store.get(work.session, work.actor, id)
    shown = {
        "revisions": [revision_json(one) for one in store.revisions(work.session, case.id)],
        "decisions": [decision_json(one, whole=False) for one in store.decisions(work.session, case.id)],
        "findings": [finding_json(one) for one in store.findings(work.session, case.id)],
    }
    return _answer(shown, case.version)


@router.get(
    "/cases/{id:stored}/documents", summary="案件可以生成的文书", responses=words.DOCUMENTS, response_class=Response
)
def case_documents(work: Reader, id: str) -> Response:  # noqa: A002
    """The documents that the conclusion carries, with their addresses."""
    case = store.get(work.session, work.actor, id)
    return _answer({"items": documents_json(case.id, documents.possible(work, case))}, case.version)


@router.get(
    "/cases/{id:stored}/documents/{name}",
    summary="生成一份文书",
    description="名称为“种类.格式”，格式是 docx、pdf 或者 txt。没有查清、没有填写的内容标为“待填写”。",
    responses=words.DOCUMENT,
    response_class=Response,
)
def case_document(work: Reader, id: str, name: str) -> Response:  # noqa: A002
    """A draft as a file."""
    kind, _, form = name.partition(".")
    if form not in FORMATS:
        raise HttpError(_NOT_FOUND, "not_found", path=name)
    made = documents.make(work, store.get(work.session, work.actor, id), kind, form)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(f'{made.title}.{form}')}", **_NO_STORE}
    return Response(made.data, media_type=FORMATS[form], headers=headers)


def _case(work: Work, case: StoredCase, *, masked: bool = True) -> dict[str, Any]:
    return case_json(case, store.findings(work.session, case.id, now=True), masked=masked)


def _seen(work: Work, case_id: str, if_match: str | None) -> int:
    """The version a change starts from; HttpError 428 or 412, and 404 for a case that is not there."""
    wanted(if_match)
    version = store.row(work.session, work.actor, case_id, lock=True).version
    expect(version, if_match)
    return version


def _answer(document: object, version: int) -> Response:
    headers = {**_NO_STORE, "etag": etag(version)}
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)


def _route(request: Request) -> str:
    return f"{request.method} {request.url.path}"[:200]


def _object(body: bytes, keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """The body as an object; with ``keys`` nothing else may stand in it."""
    raw = read_json(body)
    if not isinstance(raw, dict):
        raise InputError.at("", "entry_not_object", allowed="、".join(keys))
    if unknown := [key for key in raw if keys and key not in keys]:
        raise InputError.at(f"/{unknown[0]}", "unknown_key", key=unknown[0], allowed="、".join(keys))
    return raw


def _reason(raw: dict[str, Any]) -> str:
    """Take the reason out of a body."""
    reason = raw.pop("reason", None)
    if reason is not None and not isinstance(reason, str):
        raise InputError.at("/reason", "entry_text", key="reason", most=acts.MOST_REASON)
    return reason or ""


def _flag(raw: dict[str, Any], key: str) -> bool:
    """Take a yes or no out of a body."""
    value = raw.pop(key, False)
    if not isinstance(value, bool):
        raise InputError.at(f"/{key}", "entry_flag", key=key)
    return value
