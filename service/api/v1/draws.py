"""``/api/v1/draws``: draws that are kept, from the draft to the publication; every step by the time line."""

# Annotations are kept as objects here: each step makes its endpoint with the right it needs.
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path as File
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, func, select

from kernel.errors import FieldError, InputError
from kernel.jsondoc import read_json
from service.access.permissions import Permission
from service.api import describe_draws as words
from service.api.deps import reads, writes
from service.api.sentjson import Sent, read_sent
from service.body import raw_body
from service.db.repositories import draws
from service.db.tables.draws import STATES, DrawRow
from service.draws import draft
from service.draws.acts import STEPS, Step
from service.draws.present import draw_json, listed_json
from service.draws.publication import readable
from service.errors import HttpError
from service.idempotency import Answer, once
from service.versions import etag, expect, wanted
from service.work import Work

router = APIRouter(prefix="/api/v1", tags=["抽取"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
_TOO_LARGE: Final = 413
MAX_FILE_BYTES: Final = 2_000_000_000
"""A frame of fifty million units."""
Reader = Annotated[Work, reads(Permission.DRAW_READ)]
Editor = Annotated[Work, writes(Permission.DRAW_COMMIT)]
Body = Annotated[bytes, Depends(raw_body)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键，只办理一次")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]
Id = Annotated[str, Path(max_length=64, description="抽取在本系统中的编号")]
Name = Annotated[str, Path(max_length=80, description="文件名")]


class DrawsQuery(BaseModel):
    """The filters of ``/draws``."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=100, description="编号或者名称中的文字")
    state: Literal[STATES] | None = Field(None, description="状态")  # type: ignore[valid-type]
    department: str | None = Field(None, max_length=40, description="部门")
    sort: Literal["-updated_at", "updated_at", "-number", "number"] = Field("-updated_at", description="排序")
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


class Entry(Sent):
    """The body of a new draft."""

    draw_id: str
    title: str
    department: str = Field(min_length=1, max_length=40)
    region: str = Field(pattern=r"^[0-9]{6}$")
    document: dict[str, Any]
    holders: list[str] = Field(default_factory=list)
    frames_public: bool = False


async def sent_file(request: Request) -> AsyncIterator[File]:
    """The body as a file of its own, gone afterwards; HttpError 413 as soon as it is too large."""
    with tempfile.TemporaryDirectory() as folder:
        found, size = File(folder) / "file", 0
        with found.open("wb") as stream:
            async for part in request.stream():
                size += len(part)
                if size > MAX_FILE_BYTES:
                    raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_FILE_BYTES)
                stream.write(part)
        yield found


@router.get("/draws", summary="抽取列表", responses=words.LIST, response_class=Response)
def list_draws(request: Request, work: Reader, query: Annotated[DrawsQuery, Query()]) -> Response:
    """Draws within the caller's area, a page at a time."""
    found = draws.statement(work.actor)
    if query.q:
        named = [col(one).contains(query.q, autoescape=True) for one in (DrawRow.draw_id, DrawRow.title)]
        found = found.where(named[0] | named[1])
    for name in ("state", "department"):
        if value := getattr(query, name):
            found = found.where(col(getattr(DrawRow, name)) == value)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    order = col(getattr(DrawRow, query.sort.removeprefix("-")))
    by = order.desc().nulls_last() if query.sort.startswith("-") else order.asc().nulls_last()
    rows = work.session.exec(found.order_by(by, col(DrawRow.id)).offset(query.offset).limit(query.limit)).all()
    end = query.offset + query.limit
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(end)})}"
    return _json(
        {
            "total": total,
            "offset": query.offset,
            "limit": query.limit,
            "items": [listed_json(row) for row in rows],
            "next": following if end < total else None,
        }
    )


@router.post(
    "/draws",
    summary="建立抽取草稿",
    responses=words.CREATE,
    openapi_extra=words.ENTRY_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def create_draw(request: Request, work: Editor, body: Body, key: Key = None) -> Response:
    """Keep a new draft; its files follow by name."""

    def act() -> Answer:
        sent = read_sent(Entry, body)
        new = draft.NewDraw(
            sent.draw_id.strip(),
            sent.title.strip(),
            sent.department,
            sent.region,
            sent.document,
            tuple(sent.holders),
            frames_public=sent.frames_public,
        )
        row = draft.create(work, new)
        headers = {"etag": etag(row.version), "location": f"/api/v1/draws/{row.id}"}
        return Answer(_CREATED, draw_json(work, row), headers)

    return once(work, key, _route(request), body, act)


@router.get("/draws/{id}", summary="一次抽取", responses=words.ONE, response_class=Response)
def show_draw(work: Reader, id: Id) -> Response:  # noqa: A002 - the name of the interface
    """A draw with its holders, events, files, steps and changes; never who was drawn."""
    row = draws.row(work.session, work.actor, id)
    return _json(draw_json(work, row), row.version)


@router.get("/draws/{id}/files/{name}", summary="一个文件", responses=words.FILE, response_class=Response)
def get_file(work: Reader, id: Id, name: Name) -> Response:  # noqa: A002 - as above
    """A file of a draw, byte for byte; what was drawn only once the draw is closed."""
    found = readable(work, draws.row(work.session, work.actor, id), name)
    return FileResponse(work.files.path(found.file), media_type="application/octet-stream", headers=_NO_STORE)


@router.put(
    "/draws/{id}/files/{name}",
    summary="放入一个文件",
    description="对象名录、人员名册或者回避名单，原样的字节；有错的行逐一指明。记录公布以后不能再放。",
    responses=words.PUT_FILE,
    openapi_extra=words.FILE_BODY,
    response_class=Response,
)
def put_file(
    work: Editor,
    id: Id,  # noqa: A002 - as above
    name: Name,
    file: Annotated[File, Depends(sent_file)],
    if_match: IfMatch = None,
) -> Response:
    """Keep a frame, the roster or the recusals."""
    row = _seen(work, id, if_match)
    draft.put(work, row, name, file.read_bytes())
    return _json(draw_json(work, row), row.version)


def _endpoint(name: str, step: Step) -> Callable[..., Response]:
    def endpoint(
        request: Request,
        work: Annotated[Work, writes(step.permission)],
        id: Id,  # noqa: A002 - as above
        body: Body,
        if_match: IfMatch = None,
        key: Key = None,
    ) -> Response:
        def act() -> Answer:
            row = _seen(work, id, if_match)
            sent = _fields(step, body)
            made = step.do(work, row, sent)
            shown = draw_json(work, row)
            return Answer(200, {**shown, "nonce": made} if name == "seal" else shown, {"etag": etag(row.version)})

        # What is shown once is not kept to be shown again.
        return once(work, None if name == "seal" else key, _route(request), body, act)

    return endpoint


for _name, _step in STEPS.items():
    router.add_api_route(
        f"/draws/{{id}}/{_name}",
        _endpoint(_name, _step),
        methods=["POST"],
        name=f"draw_{_name}",
        summary=_step.title,
        responses=words.step_answers(_name),
        openapi_extra=words.step_body(_name),
        response_class=Response,
    )


def _fields(step: Step, body: bytes) -> dict[str, str]:
    """The fields of a step: text, nothing unknown; InputError names what is wrong."""
    document = read_json(body)
    known = {**step.required, **step.optional}
    if not isinstance(document, dict):
        raise InputError.at("", "member_wrong", why="应当是 JSON 对象")
    faults = [FieldError(f"/{name}", "member_wrong", {"why": "没有这一项"}) for name in document if name not in known]
    faults += [
        FieldError(f"/{name}", "member_wrong", {"why": "应当是文字"})
        for name, value in document.items()
        if name in known and not isinstance(value, str)
    ]
    if faults:
        raise InputError(faults)
    step.check(document)
    return document


def _seen(work: Work, key: str, if_match: str | None) -> DrawRow:
    """The draw, locked, in the version that the caller saw; HttpError 404, 412, 428."""
    wanted(if_match)
    row = draws.row(work.session, work.actor, key, lock=True)
    expect(row.version, if_match)
    return row


def _json(document: object, version: int | None = None) -> Response:
    headers = {**_NO_STORE, **({"etag": etag(version)} if version is not None else {})}
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)


def _route(request: Request) -> str:
    return f"{request.method} {request.url.path}"[:200]
