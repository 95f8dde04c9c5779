"""``/api/v1/records`` and ``/api/v1/registers``: credit records that are kept, and the registers they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kernel.jsondoc import read_json
from service.access.permissions import Permission
from service.api import describe_desk as words
from service.api.deps import reads, writes
from service.api.deskparts import NO_STORE, answered, any_body, object_of, page_json, route
from service.body import raw_body
from service.db.repositories import repairs as store
from service.idempotency import Answer, once
from service.repairdesk import bigregisters, importing, records
from service.repairdesk.lists import RECORD_SORTS, Wanted, found_records
from service.repairdesk.present import import_json, record_json, record_row_json
from service.versions import etag, expect, wanted
from service.work import Work

if TYPE_CHECKING:
    from service.repairdesk.model import StoredRecord

router = APIRouter(prefix="/api/v1", tags=["信用记录"])
_CREATED: Final = 201
_ACCEPTED: Final = 202
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SORTS: Final = tuple(sign + name for name in RECORD_SORTS for sign in ("", "-"))
Reader = Annotated[Work, reads(Permission.REPAIR_READ)]
Editor = Annotated[Work, writes(Permission.REPAIR_EDIT)]
Importer = Annotated[Work, writes(Permission.REPAIR_IMPORT)]
Body = Annotated[bytes, Depends(raw_body)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键，只办理一次")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]


class RecordsQuery(BaseModel):
    """The filters of ``/records``."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=100, description="文号、当事人或者信用代码中的文字")
    outcome: str | None = Field(None, max_length=40, description="最近一次判断的结论")
    kind: str | None = Field(None, max_length=40, description="记录种类")
    channel: str | None = Field(None, max_length=40, description="公示渠道")
    department: str | None = Field(None, max_length=40, description="机关")
    region: str | None = Field(None, max_length=6, description="行政区划代码")
    sort: Literal[_SORTS] = Field("-updated_at", description="排序；前面加 - 为从大到小")  # type: ignore[valid-type]
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


@router.get("/records", summary="信用记录列表", responses=words.RECORDS, response_class=Response)
def list_records(request: Request, work: Reader, query: Annotated[RecordsQuery, Query()]) -> Response:
    """Records within the caller's area, a page at a time."""
    exact = query.model_dump(include={"outcome", "kind", "channel", "department", "region"})
    rows, total = found_records(work, Wanted(str(query.sort), query.limit, query.offset, exact, query.q))
    return answered(page_json(request, [record_row_json(row) for row in rows], (total, query.limit, query.offset)))


@router.post(
    "/records",
    summary="登记一条信用记录",
    responses=words.RECORD_SAVED,
    openapi_extra=words.RECORD_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def save_record(request: Request, work: Editor, body: Body, key: Key = None) -> Response:
    """Enter a record document as ``xinheng repair check`` takes it."""

    def act() -> Answer:
        record = records.save(work, read_json(body))
        headers = {"etag": etag(record.version), "location": f"/api/v1/records/{record.id}"}
        return Answer(_CREATED, record_json(record), headers)

    return once(work, key, route(request), body, act)


@router.get("/records/{id}", summary="一条信用记录", responses=words.RECORD, response_class=Response)
def show_record(work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the interface)
    """A record with what was last said of it."""
    return _record(store.record(work.session, work.actor, id))


@router.put(
    "/records/{id}",
    summary="修改信用记录",
    description="以新的内容代替旧的。有办理中的修复事项时，只能改纠正、履行、承诺、材料、名单和重整的情况。",
    responses=words.RECORD_CHANGED,
    openapi_extra=words.RECORD_BODY,
    response_class=Response,
)
def change_record(work: Editor, id: str, body: Body, if_match: IfMatch = None) -> Response:  # noqa: A002  (as above)
    """Replace a record's document."""
    wanted(if_match)
    version = store.record_row_of(work.session, work.actor, id, lock=True).version
    expect(version, if_match)
    return _record(records.change(work, id, version, read_json(body)))


@router.post(
    "/records/{id}/unmasking",
    summary="查看未遮盖的当事人信息",
    description="要写明理由；每次查看都记入审计记录。",
    responses=words.UNMASKED,
    openapi_extra=words.UNMASK_BODY,
    response_class=Response,
)
def unmask_record(work: Annotated[Work, writes(Permission.REPAIR_READ)], id: str, body: Body) -> Response:  # noqa: A002
    """The record with the party as it is."""
    reason = str(object_of(body, ("reason",)).get("reason") or "")
    return _record(records.unmask(work, id, reason), masked=False)


@router.post(
    "/registers",
    summary="上传登记簿",
    description=(
        "读取并核对，不登记任何记录；核对结果看过之后再应用。文件名写在 name 中，扩展名决定格式。"
        "超过五万条的由后台任务读取，答 202。"
    ),
    responses=words.IMPORTED,
    openapi_extra=words.FILE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def read_register(
    work: Importer,
    body: Annotated[bytes, Depends(any_body)],
    name: Annotated[str, Query(max_length=200, description="文件名，例如 登记簿.csv")],
    channel: Annotated[Literal["market_regulation", "credit_china"] | None, Query(description="取自哪个系统")] = None,
) -> Response:
    """Read and check a register."""
    one = bigregisters.receive(work, name, body, channel)
    if isinstance(one, str):
        return _started(one)
    headers = {"etag": etag(one.version), "location": f"/api/v1/registers/{one.id}"}
    return Answer(_CREATED, import_json(one), headers).response()


@router.get("/registers/{id}", summary="一次导入", responses=words.IMPORT, response_class=Response)
def show_import(work: Annotated[Work, reads(Permission.REPAIR_IMPORT)], id: str) -> Response:  # noqa: A002
    """What was found in a register, and what became of it."""
    one = store.register_import(work.session, work.actor, id)
    return answered(import_json(one), one.version)


@router.post("/registers/{id}/application", summary="导入登记簿", responses=words.APPLIED, response_class=Response)
def apply_import(work: Importer, id: str, if_match: IfMatch = None) -> Response:  # noqa: A002  (as above)
    """Make records of a register that was read."""
    one = bigregisters.carry_out(work, id, _seen(work, id, if_match))
    if isinstance(one, str):
        return _started(one)
    return answered(import_json(one), one.version)


@router.delete("/registers/{id}", summary="放弃导入", responses=words.APPLIED, response_class=Response)
def drop_import(work: Importer, id: str, if_match: IfMatch = None) -> Response:  # noqa: A002  (as above)
    """Give a register up that was read."""
    one = importing.drop(work, id, _seen(work, id, if_match))
    return answered(import_json(one), one.version)


@router.get("/registers/{id}/workbook", summary="逐行核对结果", responses=words.WORKBOOK, response_class=Response)
def import_workbook(work: Annotated[Work, reads(Permission.REPAIR_IMPORT)], id: str) -> Response:  # noqa: A002
    """The rows of a register with remarks, as a workbook to send back."""
    one = store.register_import(work.session, work.actor, id)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote('核对结果.xlsx')}", **NO_STORE}
    return Response(importing.workbook(work, one), media_type=_XLSX, headers=headers)


def _started(job: str) -> Response:
    href = f"/api/v1/jobs/{job}"
    return Answer(_ACCEPTED, {"job": {"id": job, "href": href}}, {"location": href}).response()


def _seen(work: Work, import_id: str, if_match: str | None) -> int:
    wanted(if_match)
    version = store.import_row_of(work.session, work.actor, import_id, lock=True).version
    expect(version, if_match)
    return version


def _record(record: StoredRecord, *, masked: bool = True) -> Response:
    return answered(record_json(record, masked=masked), record.version)
