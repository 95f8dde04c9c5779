"""``/credit/import``: a register is uploaded, looked at, and then made into records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import col

from credit import labels
from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.repairs import ImportRow
from service.repairdesk import bigregisters, importing
from service.web.credit.records import seen
from service.web.credit.shown import DESK, TONES
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import DONE, desk_page, see_other
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work

if TYPE_CHECKING:
    from service.repairdesk.model import RegisterImport

router = APIRouter(include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.REPAIR_IMPORT)]
Writer = Annotated[Work, page_writes(Permission.REPAIR_IMPORT)]
Form = Annotated[Pairs, Depends(sent_form)]
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNPROCESSABLE: Final = 422
_STATUSES: Final = {"read": ("待确认", "open"), "applied": ("已导入", "good"), "dropped": ("已放弃", "quiet")}
_FLASHES: Final = {
    "read": "已读取并核对，确认后才登记为记录。",
    "applied": "已导入。",
    "dropped": "已放弃，没有登记任何记录。",
}


@router.get("/credit/import")
def start(request: Request, work: Reader) -> Response:
    """The form, and what was imported before."""
    return _start_page(request, work, None)


def _start_page(request: Request, work: Work, error: XinhengError | None) -> Response:
    earlier = store.imports(work.actor).order_by(col(ImportRow.created_at).desc()).limit(20)
    context = {
        "earlier": work.session.exec(earlier).all(),
        "statuses": _STATUSES,
        "error": error,
        "channels": labels.CHANNELS,
    }
    return desk_page(request, work, DESK, "credit/import.html", context, status=_UNPROCESSABLE if error else 200)


@router.post("/credit/import")
def upload(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.REPAIR_IMPORT)],
    sent: Annotated[Upload, Depends(sent_upload)],
) -> Response:
    """Read and check a register."""
    file, channel = sent.files.get("file"), dict(sent.pairs).get("channel") or None
    try:
        with work.attempt():
            name = file.filename if file and file.filename else ""
            data = file.file.read() if file else b""
            one = bigregisters.receive(work, name, data, channel if channel in labels.CHANNELS else None)
    except XinhengError as error:
        return _start_page(request, work, error)
    return see_other(f"/jobs/{one}") if isinstance(one, str) else see_other(f"/credit/import/{one.id}", done="read")


@router.get("/credit/import/{id}")
def show(request: Request, work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the address)
    """What was found in a register."""
    done = request.query_params.get(DONE, "")
    return _page(request, work, store.register_import(work.session, work.actor, id), flash=_FLASHES.get(done, ""))


@router.post("/credit/import/{id}/application")
def apply(request: Request, work: Writer, id: str, pairs: Form) -> Response:  # noqa: A002
    """Make records of it."""
    try:
        with work.attempt():
            one = bigregisters.carry_out(work, id, seen(dict(pairs)))
    except XinhengError as error:
        return _page(request, work, store.register_import(work.session, work.actor, id), error=error)
    if isinstance(one, str):
        return see_other(f"/jobs/{one}")
    return see_other(f"/credit/import/{quote(id)}", done="applied")


@router.post("/credit/import/{id}/drop")
def drop(request: Request, work: Writer, id: str, pairs: Form) -> Response:  # noqa: A002
    """Give it up."""
    try:
        with work.attempt():
            importing.drop(work, id, seen(dict(pairs)))
    except XinhengError as error:
        return _page(request, work, store.register_import(work.session, work.actor, id), error=error)
    return see_other(f"/credit/import/{quote(id)}", done="dropped")


@router.get("/credit/import/{id}/workbook")
def workbook(work: Reader, id: str) -> Response:  # noqa: A002
    """Every row with what was found in it."""
    data = importing.workbook(work, store.register_import(work.session, work.actor, id))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote('核对结果.xlsx')}",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=_XLSX, headers=headers)


def _page(
    request: Request, work: Work, one: RegisterImport, *, flash: str = "", error: XinhengError | None = None
) -> Response:
    counts = one.figures.get("outcomes", {})
    context = {
        "one": one,
        "figures": one.figures,
        "outcomes": [
            (labels.OUTCOMES[code], counts[code], TONES.get(code, "")) for code in labels.OUTCOMES if code in counts
        ],
        "remarks": [(labels.REMARKS.get(code, code), count) for code, count in one.figures.get("remarks", {}).items()],
        "status": _STATUSES[one.status],
        "running": importing.running_job(work, one),
        "flash": flash,
        "error": error,
    }
    return desk_page(
        request, work, DESK, "credit/import-one.html", context, status=200 if error is None else min(error.status, 499)
    )
