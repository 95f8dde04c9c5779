"""``/api/v1/repairs``: repairs that are kept: open, move, look back, documents, reminders, figures, scans."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import InputError, XinhengError, problem_document
from kernel.jsondoc import read_json
from service import clock
from service.access.permissions import Permission
from service.api import describe_desk as words
from service.api.deps import public, reads, writes
from service.api.deskparts import JSON, NO_STORE, answered, any_body, object_of, page_json, route
from service.body import raw_body
from service.db.repositories import repairs as store
from service.documents.make import FORMATS
from service.errors import HttpError
from service.idempotency import Answer, once
from service.repairdesk import acts, determining, documents, figures, reminding
from service.repairdesk.acts import Wish
from service.repairdesk.lists import REPAIR_SORTS, Wanted, found_repairs
from service.repairdesk.present import move_json, repair_json, repair_row_json
from service.versions import etag, expect, wanted
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.repairdesk.model import StoredRepair

router = APIRouter(prefix="/api/v1", tags=["信用修复"])
_CREATED: Final = 201
_NOT_FOUND: Final = 404
_SORTS: Final = tuple(sign + name for name in REPAIR_SORTS for sign in ("", "-"))
Reader = Annotated[Work, reads(Permission.REPAIR_READ)]
Editor = Annotated[Work, writes(Permission.REPAIR_EDIT)]
Mover = Annotated[Work, writes(Permission.REPAIR_READ)]
Counter = Annotated[Work, reads(Permission.STATISTICS_READ)]
Body = Annotated[bytes, Depends(raw_body)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键，只办理一次")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]


class RepairsQuery(BaseModel):
    """The filters of ``/repairs``."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=100, description="文号、当事人或者信用代码中的文字")
    state: str | None = Field(None, max_length=40, description="状态")
    open: bool | None = Field(None, description="true 只要没有办结的，false 只要办结的")
    record: str | None = Field(None, max_length=64, description="信用记录的编号")
    department: str | None = Field(None, max_length=40, description="机关")
    region: str | None = Field(None, max_length=6, description="行政区划代码")
    sort: Literal[_SORTS] = Field("due_on", description="排序；前面加 - 为从大到小")  # type: ignore[valid-type]
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


class PeriodQuery(BaseModel):
    """The period of figures."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: date = Field(alias="from", description="统计期的第一天")
    until: date = Field(description="统计期的最后一天")
    by: Literal["all", "department", "region"] = Field("all", description="合计，或者按机关、地区分")
    department: str | None = Field(None, max_length=40, description="只统计这个机关")
    region: str | None = Field(None, max_length=6, description="只统计这个地区")

    @property
    def wanted(self) -> figures.Wanted:
        """The same for the counting; InputError for a period that ends before it begins."""
        return figures.Wanted(self.first, self.until, self.by, self.department, self.region)


@router.get("/repairs", summary="修复事项列表", responses=words.REPAIRS, response_class=Response)
def list_repairs(request: Request, work: Reader, query: Annotated[RepairsQuery, Query()]) -> Response:
    """Repairs within the caller's area; those whose clock runs out first come first."""
    exact = {"state": query.state, "record_id": query.record, "department": query.department, "region": query.region}
    rows, total = found_repairs(work, Wanted(str(query.sort), query.limit, query.offset, exact, query.q, query.open))
    records = store.record_rows(work.session, {row.record_id for row in rows})
    items = [repair_row_json(row, records.get(row.record_id)) for row in rows]
    return answered(page_json(request, items, (total, query.limit, query.offset)))


@router.post(
    "/repairs",
    summary="开立修复事项",
    responses=words.OPENED,
    openapi_extra=words.OPEN_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def open_repair(request: Request, work: Editor, body: Body, key: Key = None) -> Response:
    """Open a repair of a record."""

    def act() -> Answer:
        raw = object_of(body, ("record",))
        repair = acts.open_repair(work, str(raw.get("record") or ""))
        headers = {"etag": etag(repair.version), "location": f"/api/v1/repairs/{repair.id}"}
        return Answer(_CREATED, repair_json(repair), headers)

    return once(work, key, route(request), body, act)


@router.post(
    "/repairs/scan",
    dependencies=[public("判断所送的记录，不读取也不保存任何数据")],
    summary="逐行判断许多记录",
    description="一行一份记录（NDJSON），一行一个结论，次序不变；读不懂的行得到它的错误。",
    openapi_extra=words.LINES_BODY,
    responses=words.SCAN,
    response_class=Response,
)
def scan(request: Request, body: Annotated[bytes, Depends(any_body)], on: date | None = None) -> Response:
    """Judge every line of the body on a day."""
    checks, day = request.app.state.repairs, on or clock.today()

    def lines() -> Iterator[bytes]:
        for line in body.splitlines():
            if line.strip():
                try:
                    found: object = checks.check(read_json(line), day)
                except XinhengError as error:
                    found = problem_document(error)
                yield orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)

    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=NO_STORE)


@router.get("/repairs/reminders", summary="提醒名单", responses=words.REMINDERS, response_class=Response)
def reminders(
    work: Reader,
    on: date | None = None,
    days: Annotated[int, Query(ge=0, le=366, description="多少天之内可以申请的企业")] = reminding.DAYS,
) -> Response:
    """Businesses that can apply, and clocks that run out in 1, 3 or 5 working days or have run out."""
    day = on or work.today
    found = {
        "on": day.isoformat(),
        "businesses": [reminding.business_json(one) for one in reminding.businesses(work, day, days)],
        "staff": [reminding.staff_json(one) for one, _ in reminding.staff(work, day)],
    }
    return answered(found)


@router.get("/repairs/figures", summary="统计指标", responses=words.FIGURES, response_class=Response)
def all_figures(work: Counter, query: Annotated[PeriodQuery, Query()]) -> Response:
    """Every figure of a period with its definition."""
    return answered({"items": [figures.figure_json(one) for one in figures.computed(work, query.wanted)]})


@router.get(
    "/repairs/figures/{name}", summary="一个指标由哪些事项得出", responses=words.FIGURE, response_class=Response
)
def one_figure(work: Counter, name: str, query: Annotated[PeriodQuery, Query()], group: str | None = None) -> Response:
    """One figure with the ids of every repair (or record without one) that was counted."""
    found = figures.one(work, query.wanted, name, group)
    parts = {part: list(ids) for part, ids in found.parts.items()}
    cases = {"hit": list(found.hit), "missed": list(found.missed), "parts": parts}
    return answered({**figures.figure_json(found), "cases": cases})


@router.get("/repairs/{id}", summary="一个修复事项", responses=words.REPAIR, response_class=Response)
def show_repair(work: Reader, id: str, on: date | None = None) -> Response:  # noqa: A002  (the name is that of the interface)
    """A repair as it stands, or as it stood at the end of the day ``on``."""
    repair = store.repair(work.session, work.actor, id)
    if on is None:
        return _repair(repair)
    return answered(repair_json(repair, acts.replayed(work, repair, on)))


@router.get("/repairs/{id}/moves", summary="已经办的和可以办的步骤", responses=words.MOVES, response_class=Response)
def moves_of(work: Reader, id: str) -> Response:  # noqa: A002  (as above)
    """Every move that was made, and those that lead on, each with what refuses it today."""
    repair = store.repair(work.session, work.actor, id)
    made = [move_json(one) for one in store.moves(work.session, repair.id)]
    record = store.record(work.session, work.actor, repair.record_id)
    asked = [determining.question_json(one) for one in determining.now(work, record)]
    offered = [
        {**_possible(name, move, refusal), "questions": asked if name == determining.MOVE and not refusal else []}
        for name, move, refusal in acts.possible(work, repair)
    ]
    return answered({"items": made, "possible": offered}, repair.version)


@router.post(
    "/repairs/{id}/moves",
    summary="办理一步",
    description="不能办的，答 409：为什么、依据哪条、哪一天起可以；什么也不改变。",
    responses=words.MOVED,
    openapi_extra=words.MOVE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def move_repair(
    request: Request,
    work: Mover,
    id: str,  # noqa: A002  (as above)
    body: Body,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Make a move; the right it needs is that of the move."""

    def act() -> Answer:
        wanted(if_match)
        version = store.repair_row_of(work.session, work.actor, id, lock=True).version
        expect(version, if_match)
        repair = acts.make_move(work, id, version, _wish(body))
        return Answer(_CREATED, repair_json(repair), {"etag": etag(repair.version)})

    return once(work, key, route(request), body, act)


@router.get(
    "/repairs/{id}/documents/{name}",
    summary="生成一份文书",
    description="名称为“种类.格式”，格式是 docx、pdf 或者 txt。没有查清、没有填写的内容标为“待填写”。",
    responses=words.DOCUMENT,
    response_class=Response,
)
def repair_document(work: Reader, id: str, name: str) -> Response:  # noqa: A002  (as above)
    """A draft as a file."""
    kind, _, form = name.partition(".")
    if form not in FORMATS:
        raise HttpError(_NOT_FOUND, "not_found", path=name)
    made = documents.make(work, store.repair(work.session, work.actor, id), kind, form)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(f'{made.title}.{form}')}", **NO_STORE}
    return Response(made.data, media_type=FORMATS[form], headers=headers)


def _repair(repair: StoredRepair) -> Response:
    return Response(
        orjson.dumps(repair_json(repair)), media_type=JSON, headers={**NO_STORE, "etag": etag(repair.version)}
    )


def _possible(name: str, move: Any, refusal: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the table
    return {
        "move": name,
        "label": move.label,
        "permission": acts.permission_of(name).value,
        "needs": list(move.needs),
        "holds": list(move.holds),
        "document": move.document,
        "refused": refusal.detail if refusal else None,
        "rules": list(refusal.rules) if refusal else [],
        "from_on": refusal.from_on.isoformat() if refusal and refusal.from_on else None,
    }


def _wish(body: bytes) -> Wish:
    raw = object_of(body, ("move", "on", "facts"))
    facts = raw.get("facts") or {}
    if not isinstance(facts, dict):
        raise InputError.at("/facts", "entry_part_not_object", key="facts")
    name = str(raw.get("move") or "")
    return Wish(name, acts.parse_facts(name, facts), _day(raw.get("on")))


def _day(raw: object) -> date | None:
    if raw is None:
        return None
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise InputError.at("/on", "record_day") from error
