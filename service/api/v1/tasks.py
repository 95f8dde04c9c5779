"""``/api/v1/tasks``, ``/api/v1/inspection-results``, ``/api/v1/inspection-figures``: visits, results, figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, func, select

from kernel.errors import InputError
from service.access.permissions import Permission
from service.api import describe_plans as words
from service.api.deps import reads, writes
from service.api.deskparts import answered, object_of, page_json, route
from service.api.sentjson import Sent, read_sent
from service.body import raw_body
from service.db.repositories import plans as store
from service.db.tables.plans import CHECK_STATES, CheckRow, TaskRow
from service.idempotency import Answer, once
from service.planning import fromdraw, jobs, tasks, year
from service.planning.present import check_json, task_json, task_listed
from service.versions import etag, expect, wanted
from service.work import Work
from supervision.taskresults import Entry, ItemResult

router = APIRouter(prefix="/api/v1", tags=["检查任务"])
_CREATED: Final = 201
_ACCEPTED: Final = 202
Reader = Annotated[Work, reads(Permission.TASK_READ)]
Dispatcher = Annotated[Work, writes(Permission.TASK_DISPATCH)]
Body = Annotated[bytes, Depends(raw_body)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键，只办理一次")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]
Id = Annotated[str, Path(max_length=64, description="编号")]
Year = Annotated[int | None, Query(alias="year", ge=2000, le=2200, description="年度")]


class TasksQuery(BaseModel):
    """The filters of ``/tasks``."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=100, description="企业名称、代码或者任务编号中的文字")
    state: Literal[CHECK_STATES] | None = Field(None, description="有一个部门的检查处于这种状态")  # type: ignore[valid-type]
    department: str | None = Field(None, max_length=40, description="参加的部门")
    region: str | None = Field(None, max_length=6, description="行政区划代码")
    draw: str | None = Field(None, max_length=80, description="抽取编号")
    day_from: date | None = Field(None, description="安排日期不早于")
    day_until: date | None = Field(None, description="安排日期早于")
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


class ResultIn(Sent):
    """One code found at one item."""

    item: str = Field(max_length=80)
    code_set: str = Field(max_length=40)
    code: str = Field(max_length=40)
    note: str = Field(default="", max_length=2000)
    due_on: str | None = None


class EntryIn(Sent):
    """The results of one department."""

    checked_on: str
    method: Literal["onsite", "paper", "network", "testing", "professional"]
    scanned: bool
    results: list[ResultIn]


@router.get("/tasks", summary="检查任务列表", responses=words.TASKS, response_class=Response)
def list_tasks(request: Request, work: Reader, query: Annotated[TasksQuery, Query()]) -> Response:
    """Tasks of which the caller sees a check, a page at a time, by day."""
    checks = store.checks(work.actor)
    for name in ("state", "department", "region"):
        if (value := getattr(query, name)) is not None:
            checks = checks.where(col(getattr(CheckRow, name)) == value)
    found = select(TaskRow).where(col(TaskRow.id).in_(checks.with_only_columns(col(CheckRow.task_id))))
    if query.q:
        columns = (col(TaskRow.unit_name), col(TaskRow.unit), col(TaskRow.number))
        name_, unit, number = (one.contains(query.q, autoescape=True) for one in columns)
        found = found.where(name_ | unit | number)
    if query.draw:
        found = found.where(TaskRow.draw_id == query.draw)
    if query.day_from:
        found = found.where(col(TaskRow.day) >= query.day_from)
    if query.day_until:
        found = found.where(col(TaskRow.day) < query.day_until)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    order = (col(TaskRow.day), col(TaskRow.id))
    rows = work.session.exec(found.order_by(*order).offset(query.offset).limit(query.limit)).all()
    return answered(page_json(request, [task_listed(one) for one in rows], (total, query.limit, query.offset)))


@router.post(
    "/tasks",
    summary="由抽取生成检查任务",
    description="抽取派发以后，由它的结果生成全部任务并安排日期；每次抽取只生成一次。",
    responses=words.MAKE,
    openapi_extra=words.MAKE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def make_tasks(request: Request, work: Dispatcher, body: Body, key: Key = None) -> Response:
    """Make the tasks of a dispatched draw."""

    def act() -> Answer:
        sent = object_of(body, ("draw", "dispatch"))
        if not isinstance(sent.get("draw"), str):
            raise InputError.at("/draw", "member_wrong", why="应当是文字")
        draw, dispatched = fromdraw.draw_named(work, sent["draw"]), sent.get("dispatch") is True
        if jobs.is_large(draw):
            key = jobs.begin(work, draw, dispatch=dispatched)
            href = f"/api/v1/jobs/{key}"
            return Answer(_ACCEPTED, {"draw": sent["draw"], "job": {"id": key, "href": href}}, {"location": href})
        rows = fromdraw.make_tasks(work, draw)
        if dispatched:
            tasks.dispatch_draw(work, sent["draw"])
        return Answer(_CREATED, {"draw": sent["draw"], "tasks": len(rows), "joint": sum(one.joint for one in rows)})

    return once(work, key, route(request), body, act)


@router.get("/tasks/{id}", summary="一个任务", responses=words.TASK, response_class=Response)
def show_task(work: Reader, id: Id) -> Response:  # noqa: A002 - the name of the interface
    """A task with the checks and results of every department; no class."""
    task = store.task(work.session, work.actor, id)
    return answered(task_json(work, task), task.version)


@router.post(
    "/checks/{id}/results",
    summary="录入一个部门的检查结果",
    description="每个事项至少一个结果代码，连同代码集；只有派去的检查人员可以录入。",
    responses=words.ENTER,
    openapi_extra=words.ENTRY_BODY,
    response_class=Response,
)
def enter_results(
    request: Request,
    work: Annotated[Work, writes(Permission.TASK_RESULT)],
    id: Id,  # noqa: A002
    body: Body,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Enter what one department found."""

    def act() -> Answer:
        sent = read_sent(EntryIn, body)
        rows = tuple(
            ItemResult(one.item, one.code_set, one.code, one.note, _day(one.due_on, f"/results/{place}/due_on"))
            for place, one in enumerate(sent.results)
        )
        checked_on = _day(sent.checked_on, "/checked_on")
        if checked_on is None:
            raise InputError.at("/checked_on", "library_day", value="")
        entry = Entry(checked_on, sent.method, sent.scanned, rows)
        check = tasks.enter(work, id, _seen(work, id, if_match), entry)
        return _check(work, check)

    return once(work, key, route(request), body, act)


@router.post(
    "/checks/{id}/review",
    summary="审核检查结果",
    responses=words.REVIEW,
    openapi_extra=words.REVIEW_BODY,
    response_class=Response,
)
def review_results(
    request: Request,
    work: Dispatcher,
    id: Id,  # noqa: A002
    body: Body,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Pass results, or send them back with the reason."""

    def act() -> Answer:
        sent = object_of(body, ("passed", "words"))
        if not isinstance(sent.get("passed"), bool) or not isinstance(sent.get("words", ""), str):
            raise InputError.at("/passed", "member_wrong", why="应当是 true 或者 false")
        seen = _seen(work, id, if_match)
        return _check(work, tasks.review(work, id, seen, passed=sent["passed"], words=sent.get("words", "")))

    return once(work, key, route(request), body, act)


@router.post(
    "/checks/{id}/cancel",
    summary="取消一个部门的检查",
    description="只限规定的理由：没有排上人、上级机关要求停止；写明情况，抽取公布时一并公开数目。",
    responses=words.CANCEL,
    openapi_extra=words.CANCEL_BODY,
    response_class=Response,
)
def cancel_check(
    request: Request,
    work: Dispatcher,
    id: Id,  # noqa: A002
    body: Body,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Take a check out that does not take place."""

    def act() -> Answer:
        sent = object_of(body, ("code", "words"))
        given = {name: sent.get(name) for name in ("code", "words")}
        for name, value in given.items():
            if not isinstance(value, str):
                raise InputError.at(f"/{name}", "member_wrong", why="应当是文字")
        return _check(work, tasks.cancel(work, id, _seen(work, id, if_match), str(given["code"]), str(given["words"])))

    return once(work, key, route(request), body, act)


@router.get(
    "/inspection-results",
    summary="可以公示的检查结果",
    description="审核通过的结果；不含信用风险类别和任何人的信息。",
    responses=words.PUBLICATION,
    response_class=Response,
)
def publication(work: Reader, of: Year = None) -> Response:
    """What may be published of the results of a year."""
    wanted_year = of or work.today.year
    return answered({"year": wanted_year, "items": year.publication(work, wanted_year)})


@router.get(
    "/inspection-figures",
    summary="抽查的统计指标",
    description="每个数有分子、分母、算法、出处和目标；internal 为按类别的内部指标，不得公开。",
    responses=words.FIGURES,
    response_class=Response,
)
def figures(
    work: Annotated[Work, reads(Permission.STATISTICS_READ)],
    of: Year = None,
) -> Response:
    """The figures of a year."""
    wanted_year = of or work.today.year
    return answered({"year": wanted_year, "items": year.shown_figures(work, wanted_year)})


def _check(work: Work, check: CheckRow) -> Answer:
    shown: dict[str, Any] = check_json(check, store.results_of(work.session, [check.id]).get(check.id, []))
    return Answer(200, shown, {"etag": etag(check.version)})


def _seen(work: Work, key: str, if_match: str | None) -> int:
    """Return the version that the caller saw; HttpError 404, 412, 428."""
    wanted(if_match)
    row = store.check(work.session, work.actor, key, lock=True)
    expect(row.version, if_match)
    return row.version


def _day(text: str | None, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError.at(place, "library_day", value=text) from error
