"""``/draws``: what everybody may read of the draws, without a login: records, values, results, one's own row.

Before the event an enterprise sees that it is in the list and can be drawn (or why not); its tier only where tiers
are public. After the publication everybody can check everything, with the files and the check page.
"""

# Annotations are kept as objects here: FastAPI reads them.
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from service.access.actor import Actor
from service.api.deps import public
from service.db.mapping.draws import draw_of
from service.db.repositories import draws
from service.db.tables.draws import DrawRow
from service.draws.publication import find_row, public_files
from service.draws.record import record_of
from service.draws.store import folder_of
from service.errors import HttpError
from service.planning import tasks
from service.web.planner.drawview import HELPERS, DrawView, view_of
from service.web.render import catalogue_of, render
from service.work import Work, Works
from supervision.drawdoc import read_document
from supervision.drawrecord import RESULT
from supervision.drawtext import unit_fault

router = APIRouter(prefix="/draws", include_in_schema=False, dependencies=[public("抽取的记录和结果依法向社会公开")])
_NOT_FOUND: Final = 404
_VISITOR: Final = Actor("public", "社会公众")


@dataclass(frozen=True, slots=True)
class OwnRow:
    """What the list of one plan says of a unit; ``stratum`` only where tiers are public, ``drawn`` once published."""

    plan: str
    departments: str
    is_ok: bool
    status: str
    stratum: str | None
    drawn: str | None


@router.get("")
def records(request: Request) -> Response:
    """Every record, the newest first."""
    works: Works = request.app.state.works
    with works.reading(_VISITOR) as work:
        rows = [draw_of(one) for one in draws.chain(work.session)]
    return _render(request, "draws/records.html", {"rows": rows})


@router.get("/records/{id}")
def one_record(request: Request, id: str, unit: str = "") -> Response:  # noqa: A002 - the name in the address
    """One record: digest, numbers, values, files; and the row of one enterprise."""
    works: Works = request.app.state.works
    code = unit.strip().upper()
    with works.reading(_VISITOR) as work:
        row = draws.public_row(work.session, id)
        view = view_of(work, row)
        found = list(own_rows(work, row, view, code)) if code and unit_fault(code) is None else []
        counts = record_of(work, row).counts or {}
        cancelled = tasks.cancelled(work, row.draw_id) if row.state == "published" else {}
    context = {
        "view": view,
        "unit": code,
        "rows": found,
        "plans": {one.plan_id: f"{one.departments}（{one.plan_id}）" for one in view.plans},
        "counts": counts,
        "cancelled": cancelled,
    }
    return _render(request, "draws/record.html", context)


@router.get("/records/{id}/files/{name}")
def file(request: Request, id: str, name: str) -> Response:  # noqa: A002 - as above
    """A published file, byte for byte."""
    works: Works = request.app.state.works
    with works.reading(_VISITOR) as work:
        row = draws.public_row(work.session, id)
        found = next((one for one in public_files(work, row) if one.name == name), None)
        if found is None:
            raise HttpError(_NOT_FOUND, "draw_file_unknown", name=name)
        return FileResponse(work.files.path(found.file), media_type="application/octet-stream", filename=name)


def own_rows(work: Work, row: DrawRow, view: DrawView, unit: str) -> list[OwnRow]:
    """What each plan's list says of a unit."""
    files = {one.name: one for one in view.files}
    drawn = _drawn(work, row) if row.state == "published" else None
    found = []
    for plan, shown in zip(row.draft["plans"], view.plans, strict=True):
        line = find_row(work.files.path(files[plan["frame"]].file), unit)
        if line is not None:
            _, stratum, status, _ = line
            said = _said(drawn, plan["plan_id"], stratum, unit) if drawn is not None else None
            tier = stratum if row.frames_public else None
            found.append(OwnRow(plan["plan_id"], shown.departments, status == "ok", status, tier, said))
    return found


def _drawn(work: Work, row: DrawRow) -> dict[str, Any]:
    plans = read_document(RESULT, folder_of(work, row).bytes_of(RESULT))["plans"].value
    return plans if isinstance(plans, dict) else {}


def _said(drawn: dict[str, Any], plan: str, stratum: str, unit: str) -> str:
    one = drawn[plan][stratum]
    if unit in one["selected"]:
        return "drawn"
    return "reserve" if unit in one["reserve"] else "not"


def _render(request: Request, template: str, context: dict[str, Any]) -> Response:
    state = request.app.state
    return render(request, template, catalogue_of(state.engine.release), {**HELPERS, **context})
