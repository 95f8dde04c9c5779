"""``/api/v1/plans`` and ``/api/v1/libraries``: yearly plans with their way, and one list and two libraries."""

# Annotations are kept as objects here: each act makes its endpoint with the right it needs.
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path as File
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, func, select

from kernel.errors import InputError
from service.access.permissions import Permission
from service.api import describe_plans as words
from service.api.deps import reads, writes
from service.api.deskparts import answered, any_body, object_of, page_json, route
from service.body import raw_body
from service.db.mapping.plans import plan_of
from service.db.repositories import plans as store
from service.db.tables.plans import LIBRARIES, PLAN_STATES, PlanRow
from service.draws.present import draw_json
from service.idempotency import Answer, once
from service.planning import fromdraw, libraries, plans
from service.planning.present import library_json, plan_json, plan_listed
from service.versions import etag, expect, wanted
from service.work import Work

router = APIRouter(prefix="/api/v1", tags=["抽查计划"])
_CREATED: Final = 201
Reader = Annotated[Work, reads(Permission.PLAN_READ)]
Editor = Annotated[Work, writes(Permission.PLAN_EDIT)]
Body = Annotated[bytes, Depends(raw_body)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键，只办理一次")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]
Id = Annotated[str, Path(max_length=64, description="计划在本系统中的编号")]
Kind = Annotated[Literal[LIBRARIES], Path(description="items 事项清单，objects 对象名录，inspectors 人员名录")]  # type: ignore[valid-type]
ACTS: Final = {
    "submit": ("送审", Permission.PLAN_EDIT),
    "change": ("打开变更", Permission.PLAN_EDIT),
    "return": ("退回", Permission.PLAN_APPROVE),
    "approve": ("批准", Permission.PLAN_APPROVE),
    "file": ("登记备案", Permission.PLAN_APPROVE),
    "publish": ("登记公布", Permission.PLAN_APPROVE),
}


class PlansQuery(BaseModel):
    """The filters of ``/plans``."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=100, description="名称中的文字")
    year: int | None = Field(None, ge=2000, le=2200, description="年度")
    state: Literal[PLAN_STATES] | None = Field(None, description="状态")  # type: ignore[valid-type]
    department: str | None = Field(None, max_length=40, description="部门")
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


@router.get("/plans", summary="年度抽查计划列表", responses=words.LIST, response_class=Response)
def list_plans(request: Request, work: Reader, query: Annotated[PlansQuery, Query()]) -> Response:
    """Plans within the caller's area, a page at a time, the last changed first."""
    found = store.plans(work.actor)
    if query.q:
        found = found.where(col(PlanRow.title).contains(query.q, autoescape=True))
    for name in ("year", "state", "department"):
        if (value := getattr(query, name)) is not None:
            found = found.where(col(getattr(PlanRow, name)) == value)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    order = (col(PlanRow.updated_at).desc(), col(PlanRow.id))
    rows = work.session.exec(found.order_by(*order).offset(query.offset).limit(query.limit)).all()
    return answered(page_json(request, [plan_listed(one) for one in rows], (total, query.limit, query.offset)))


@router.post(
    "/plans",
    summary="建立年度抽查计划",
    description="内容与计划文件相同：名称、年度、地区、部门、项目（entries）、派员要求（needs）等。",
    responses=words.CREATE,
    openapi_extra=words.DOCUMENT_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def create_plan(request: Request, work: Editor, body: Body, key: Key = None) -> Response:
    """Keep a new plan."""

    def act() -> Answer:
        row = plans.create(work, object_of(body, words.MEMBERS))
        headers = {"etag": etag(row.version), "location": f"/api/v1/plans/{row.id}"}
        return Answer(_CREATED, plan_json(work, row), headers)

    return once(work, key, route(request), body, act)


@router.get("/plans/{id}", summary="一份计划", responses=words.ONE, response_class=Response)
def show_plan(work: Reader, id: Id) -> Response:  # noqa: A002 - the name of the interface
    """A plan with its document and versions."""
    row = store.plan(work.session, work.actor, id)
    return answered(plan_json(work, row), row.version)


@router.put(
    "/plans/{id}",
    summary="修改计划草稿",
    responses=words.CHANGE,
    openapi_extra=words.DOCUMENT_BODY,
    response_class=Response,
)
def change_plan(work: Editor, id: Id, body: Body, if_match: IfMatch = None) -> Response:  # noqa: A002
    """Put another document in the place of a draft's."""
    seen = _seen(work, id, if_match)
    row = plans.change(work, id, seen, object_of(body, words.MEMBERS))
    return answered(plan_json(work, row), row.version)


@router.get(
    "/plans/{id}/report",
    summary="抽取之前的检查",
    description="各层户数、预计上门次数、次数上限、碰面的部门、各周各区人手、一般与重点、百分之三下限，以及逐项提示。",
    responses=words.REPORT,
    response_class=Response,
)
def plan_report(work: Reader, id: Id) -> Response:  # noqa: A002
    """Everything that can be said of a plan before any draw, with today's libraries."""
    row = store.plan(work.session, work.actor, id)
    return answered(plans.report(work, plan_of(row)), row.version)


def _endpoint(name: str, permission: Permission) -> Callable[..., Response]:
    def endpoint(
        request: Request,
        work: Annotated[Work, writes(permission)],
        id: Id,  # noqa: A002 - as above
        body: Body,
        if_match: IfMatch = None,
        key: Key = None,
    ) -> Response:
        def act() -> Answer:
            seen = _seen(work, id, if_match)
            row = _do(work, (id, seen, name), object_of(body, words.ACT_MEMBERS[name]))
            return Answer(200, plan_json(work, row), {"etag": etag(row.version)})

        return once(work, key, route(request), body, act)

    return endpoint


def _do(work: Work, what: tuple[str, int, str], sent: dict[str, Any]) -> PlanRow:
    key, seen, name = what
    for member, value in sent.items():
        if member != "reasons" and not isinstance(value, str):
            raise InputError.at(f"/{member}", "member_wrong", why="应当是文字")
    if name == "submit":
        reasons = sent.get("reasons", {})
        if not isinstance(reasons, dict) or not all(isinstance(one, str) for one in reasons.values()):
            raise InputError.at("/reasons", "member_wrong", why="应当是“编号: 理由”的对象")
        return plans.submit(work, key, seen, reasons)
    if name == "change":
        return plans.open_change(work, key, seen)
    try:
        on = date.fromisoformat(sent["on"]) if sent.get("on") else None
    except ValueError as error:
        raise InputError.at("/on", "library_day", value=sent["on"]) from error
    return plans.act(work, key, seen, name, on=on, number=sent.get("number", ""), words=sent.get("words", ""))


for _name, (_title, _permission) in ACTS.items():
    router.add_api_route(
        f"/plans/{{id}}/{_name}",
        _endpoint(_name, _permission),
        methods=["POST"],
        name=f"plan_{_name}",
        summary=_title,
        responses=words.act_answers(_permission),
        openapi_extra=words.act_body(_name),
        response_class=Response,
    )


@router.post(
    "/plans/{id}/draws",
    summary="由计划建立抽取草稿",
    description="冻结今天的对象池和人员名册；只能由批准过的计划建立。",
    responses=words.DRAW,
    openapi_extra=words.DRAW_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def prepare_draw(
    request: Request,
    work: Annotated[Work, writes(Permission.DRAW_COMMIT)],
    id: Id,  # noqa: A002 - as above
    body: Body,
    key: Key = None,
) -> Response:
    """Freeze the pools of some entries and make the draft of their draw."""

    def act() -> Answer:
        sent = object_of(body, words.DRAW_MEMBERS)
        for name in ("entries", "public"):
            if not isinstance(sent.get(name), list) or not sent[name]:
                raise InputError.at(f"/{name}", "member_wrong", why="应当是不空的数组")
        for name in ("draw_id", "title"):
            if not isinstance(sent.get(name), str):
                raise InputError.at(f"/{name}", "member_wrong", why="应当是文字")
        row = fromdraw.prepare(work, id, [str(one) for one in sent["entries"]], sent)
        headers = {"etag": etag(row.version), "location": f"/api/v1/draws/{row.id}"}
        return Answer(_CREATED, draw_json(work, row), headers)

    return once(work, key, route(request), body, act)


@router.get("/libraries", summary="一单两库", responses=words.LIBRARIES, response_class=Response)
def list_libraries(work: Reader) -> Response:
    """The three libraries: what holds now, with the report on it."""
    return answered({"items": [library_json(kind, libraries.current(work, kind)) for kind in libraries.TITLES]})


@router.put(
    "/libraries/{kind}",
    summary="导入一个库的新版本",
    description="文件原样的字节（.xlsx、.csv，对象名录还可以 .parquet）；有一处错误就整份不导入，逐处写明行和列。",
    responses=words.IMPORT,
    openapi_extra=words.FILE_BODY,
    response_class=Response,
)
def import_library(
    work: Annotated[Work, writes(Permission.LIBRARY_EDIT)],
    kind: Kind,
    body: Annotated[bytes, Depends(any_body)],
    name: Annotated[str, Query(max_length=120, description="文件名，扩展名说明类型")],
    note: Annotated[str, Query(max_length=500, description="说明")] = "",
) -> Response:
    """Read a file and keep it as the new version."""
    with tempfile.TemporaryDirectory() as folder:
        path = File(folder) / f"file{File(name).suffix.lower()}"
        path.write_bytes(body)
        row = libraries.keep(work, libraries.read(kind, name, path), note)
    return answered(library_json(kind, row))


def _seen(work: Work, key: str, if_match: str | None) -> int:
    """Return the version that the caller saw; HttpError 404, 412, 428."""
    wanted(if_match)
    row = store.plan(work.session, work.actor, key, lock=True)
    expect(row.version, if_match)
    return row.version
