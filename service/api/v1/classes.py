"""``/api/v1/classes``: classes by month, one enterprise explained, decisions of persons. Never for the public."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator  # noqa: TC003  (FastAPI reads the annotation of a dependency)
from datetime import date
from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kernel.errors import FieldError, InputError, pointer
from kernel.jsondoc import read_json
from service.access.permissions import Permission
from service.api import describe_classes as words
from service.api.deps import reads, writes
from service.body import raw_body
from service.classes import jobs, months, overrides, reading
from service.errors import HttpError
from service.idempotency import Answer, once
from service.schemes.acts import in_force
from service.scoring.source import open_source
from service.versions import etag, expect
from service.web.sent import MAX_UPLOAD_BYTES
from service.work import Work
from supervision.load import DEFAULT

if TYPE_CHECKING:
    from service.db.tables.scores import ClassMonthRow, ClassOverrideRow

router = APIRouter(prefix="/api/v1/classes", tags=["信用风险分类（内部）"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
_ACCEPTED: Final = 202
_TOO_LARGE: Final = 413
Reader = Annotated[Work, reads(Permission.SCORE_READ)]
Runner = Annotated[Work, writes(Permission.SCORE_RUN)]
Decider = Annotated[Work, writes(Permission.OVERRIDE_SET)]
Body = Annotated[bytes, Depends(raw_body)]
MonthId = Annotated[str, Path(max_length=64, description="分类结果编号")]
Code = Annotated[str, Path(max_length=80, description="统一社会信用代码")]
OverrideId = Annotated[str, Path(max_length=64, description="人工调整编号")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一个键只办理一次")]


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=500, description="一页几条")
    offset: int = Field(0, ge=0, le=10_000_000, description="从第几条开始（0 起）")


class ResultsQuery(_Page):
    """The filters of a month's enterprises."""

    class_: Literal["A", "B", "C", "D"] | None = Field(None, alias="class", description="类别")
    override: str | None = Field(None, max_length=40, description="决定类别的规则")
    reason: str | None = Field(None, max_length=40, description="理由之一的指标编号")


class MoversQuery(_Page):
    """The filters of those that moved."""

    class_: str | None = Field(None, alias="class", max_length=8, description="上月类别")
    class_to: str | None = Field(None, max_length=8, description="本月类别")


class WarningsQuery(_Page):
    """The filters of the early-warning list."""

    sign: str | None = Field(None, max_length=8, description="情形编号，例如 E4")


class MonthWish(BaseModel):
    """What is to be classified."""

    model_config = ConfigDict(extra="forbid", strict=True)

    columns: str
    on: str
    scheme: str = DEFAULT


class OverrideWish(BaseModel):
    """What a person decides."""

    model_config = ConfigDict(extra="forbid", strict=True)

    class_: str = Field(alias="class")
    reason: str
    since: str = ""
    until: str


async def sent_table(request: Request) -> AsyncIterator[File]:
    """The body as a file, gone afterwards; HttpError 413 as soon as it is too large."""
    with tempfile.TemporaryDirectory() as folder:
        found, size = File(folder) / "columns.parquet", 0
        with found.open("wb") as stream:
            async for part in request.stream():
                size += len(part)
                if size > MAX_UPLOAD_BYTES:
                    raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_UPLOAD_BYTES)
                stream.write(part)
        yield found


@router.get("/months", summary="各月的分类", responses=words.MONTHS, response_class=Response)
def list_months(work: Reader) -> Response:
    """The newest first; of each month the result that holds."""
    return _json({"items": [_month(one) for one in months.listed(work)]})


@router.get("/months/{month_id}", summary="一个月的分类", responses=words.MONTH, response_class=Response)
def show_month(work: Reader, month_id: MonthId) -> Response:
    """Counts by class, what was wrong with the data, and the moves since the month before."""
    return _json(_month(months.find(work, month_id)))


@router.get(
    "/months/{month_id}/enterprises", summary="一个月的企业", responses=words.ENTERPRISES, response_class=Response
)
def list_enterprises(work: Reader, month_id: MonthId, query: Annotated[ResultsQuery, Query()]) -> Response:
    """The riskiest first."""
    asked = {"class": query.class_ or "", "override": query.override or "", "reason": query.reason or ""}
    row = months.find(work, month_id)
    return _slice(reading.enterprises(work, row, asked, query.offset, query.limit), query)


@router.get("/months/{month_id}/movers", summary="类别变化的企业", responses=words.MOVERS, response_class=Response)
def list_movers(work: Reader, month_id: MonthId, query: Annotated[MoversQuery, Query()]) -> Response:
    """Those in another class than the month before, the largest rise first."""
    asked = {"class": query.class_ or "", "class_to": query.class_to or ""}
    row = months.find(work, month_id)
    if row.movers_file is None:
        return _slice(reading.Slice([], 0, 0), query)
    return _slice(reading.file_rows(work.files.path(row.movers_file), asked, query.offset, query.limit), query)


@router.get("/months/{month_id}/warnings", summary="预警名单", responses=words.WARNINGS, response_class=Response)
def list_warnings(work: Reader, month_id: MonthId, query: Annotated[WarningsQuery, Query()]) -> Response:
    """Sharp deteriorations, batch registrations, surges of complaints."""
    file = work.files.path(months.find(work, month_id).warnings_file)
    return _slice(reading.file_rows(file, {"sign": query.sign or ""}, query.offset, query.limit), query)


@router.post(
    "/columns",
    summary="上传指标列的表",
    description="`xinheng score build` 的结果，原样的字节；返回摘要，供开始分类时引用。",
    responses=words.KEPT,
    openapi_extra=words.COLUMNS_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def keep_columns(work: Runner, file: Annotated[File, Depends(sent_table)]) -> Response:
    """Keep a table of columns once it proves to be one."""
    try:
        source = open_source(str(file), in_force(work.session, DEFAULT))
    except InputError as error:
        raise InputError.at("", error.code, **{**error.params, "file": "请求的内容"}) from error
    found = {"columns": work.files.put(file), "rows": source.rows, "missing_columns": list(source.layout.missing)}
    return _json(found, _CREATED)


@router.post(
    "/months",
    summary="开始一个月的分类",
    responses=words.STARTED,
    openapi_extra=words.MONTH_BODY,
    status_code=_ACCEPTED,
    response_class=Response,
)
def classify(work: Runner, body: Body) -> Response:
    """Start the job; the month is that of the day."""
    sent = _read(MonthWish, body)
    on = _day(sent.on, "on")
    wish = months.Wish(sent.on[:7], on, sent.columns, *months.home(work.actor))
    job = jobs.begin(work, wish, in_force(work.session, sent.scheme).id)
    return _json({"job": job}, _ACCEPTED, {"location": f"/api/v1/jobs/{job}"})


@router.get("/enterprises/{uscc}", summary="一户企业", responses=words.ENTERPRISE, response_class=Response)
def show_enterprise(
    work: Reader,
    uscc: Code,
    month: Annotated[str, Query(max_length=64, description="哪一个月的分类结果；默认最近一个月")] = "",
) -> Response:
    """Its classes by month, every indicator of one month, decisions of persons, warnings."""
    found = reading.enterprise(work, uscc, month)
    return _json(
        {
            "uscc": found.uscc,
            "class_now": found.class_now,
            "month": _month(found.month),
            "history": found.history,
            "indicators": [part.as_dict() for part in found.result.parts] if found.result else None,
            "overrides": [_decided(one, work.today) for one in found.overrides],
            "warnings": found.warnings,
        }
    )


@router.get("/overrides", summary="有效的人工调整", responses=words.OVERRIDES, response_class=Response)
def list_overrides(work: Reader) -> Response:
    """Those that hold today, the next to end first."""
    return _json({"items": [_decided(one, work.today) for one in overrides.holding(work)]})


@router.post(
    "/enterprises/{uscc}/overrides",
    summary="人工调整类别",
    responses=words.DECIDE,
    openapi_extra=words.OVERRIDE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def decide(request: Request, work: Decider, uscc: Code, body: Body, key: Key = None) -> Response:
    """Set a decision with a reason and an end."""

    def act() -> Answer:
        sent = _read(OverrideWish, body)
        since = _day(sent.since, "since") if sent.since else work.today
        found = reading.enterprise(work, uscc)
        new = overrides.New(uscc, sent.class_, sent.reason, since, _day(sent.until, "until"))
        row = overrides.add(work, new, found.row, found.scheme)
        return Answer(_CREATED, _decided(row, work.today), {"etag": etag(row.version)})

    return once(work, key, f"{request.method} {request.url.path}", body, act)


@router.post("/overrides/{override_id}/end", summary="终止人工调整", responses=words.END, response_class=Response)
def end(work: Decider, override_id: OverrideId, if_match: IfMatch = None) -> Response:
    """End a decision before its day."""
    expect(overrides.find(work, override_id, lock=True).version, if_match)
    row = overrides.end(work, override_id)
    return _json(_decided(row, work.today), headers={"etag": etag(row.version)})


def _month(row: ClassMonthRow) -> dict[str, Any]:
    kept = ("id", "month", "number", "scheme", "scheme_version", "scheme_digest", "department", "region", "rows")
    shown = {name: getattr(row, name) for name in kept}
    days = {"scored_on": row.scored_on.isoformat(), "created_at": row.created_at.isoformat()}
    return {**shown, **days, "counts": row.counts, "report": row.report, "created_by_name": row.created_by_name}


def _decided(row: ClassOverrideRow, on: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "uscc": row.uscc,
        "class": row.decided,
        "class_by_scheme": row.by_scheme,
        "reason": row.reason,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "author": row.created_by_name,
        "holds": overrides.holds(row, on),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "version": row.version,
    }


def _read(model: type[Any], body: bytes) -> Any:  # noqa: ANN401 - an instance of the model
    try:
        return TypeAdapter(model).validate_python(read_json(body))
    except ValidationError as error:
        wrong = [FieldError(pointer(*one["loc"]), "parameter_wrong", _why(one)) for one in error.errors()]
        raise InputError(wrong) from error


def _why(one: Any) -> dict[str, object]:  # noqa: ANN401 - a finding of Pydantic
    known = {"missing": "缺少这一项", "extra_forbidden": "不认识的项"}
    name = ".".join(map(str, one["loc"])) or "内容"
    return {"name": name, "value": "", "why": known.get(one["type"], "类型不对")}


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError.at(f"/{name}", "cell_unreadable", column=name, value=text, type="日期") from error


def _slice(found: reading.Slice, query: _Page) -> Response:
    return _json({"total": found.total, "offset": query.offset, "limit": query.limit, "items": found.rows})


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(value), status, media_type="application/json", headers={**_NO_STORE, **(headers or {})}
    )
