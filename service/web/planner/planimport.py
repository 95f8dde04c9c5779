"""``/planner/plans/{id}/import``: entries of a plan from a workbook: read, looked at, applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request

from kernel.errors import InputError, XinhengError
from service.access.permissions import Permission
from service.api.deps import identity_of
from service.db.repositories import plans as store
from service.planning import entrysheet
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import desk_page, see_other
from service.web.planner import pending
from service.web.planner.planpage import DESK, version_of
from service.web.planner.tables import XLSX, download, table_response
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.responses import Response

    from service.db.tables.plans import PlanRow

router = APIRouter(prefix="/planner/plans", include_in_schema=False)
EditorReads = Annotated[Work, page_reads(Permission.PLAN_EDIT)]
Editor = Annotated[Work, page_writes(Permission.PLAN_EDIT)]
Form = Annotated[Pairs, Depends(sent_form)]


@router.get("/{id}/import")
def ask(request: Request, work: EditorReads, id: str) -> Response:  # noqa: A002
    """Choose a workbook."""
    return _page(request, work, store.plan(work.session, work.actor, id), {})


@router.get("/{id}/import/workbook")
def workbook(work: EditorReads, id: str) -> Response:  # noqa: A002
    """The workbook to fill in: with the entries that are there, or the headings alone."""
    row = store.plan(work.session, work.actor, id)
    return table_response(entrysheet.table(work, row), f"plan-{row.year}-entries")


@router.post("/{id}/import")
def look(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.PLAN_EDIT)],
    id: str,  # noqa: A002
    upload: Annotated[Upload, Depends(sent_upload)],
) -> Response:
    """Read a workbook and say what it would do; nothing is kept."""
    row = store.plan(work.session, work.actor, id)
    key = identity_of(request).form_key
    sent: dict[str, str] = {}
    try:
        sent = pending.kept(work, upload, key)
        with pending.opened(work, sent, key) as (name, path):
            found = entrysheet.preview(work, row, name, path)
    except XinhengError as error:
        return _page(request, work, row, {"error": error, "sent": sent})
    return _page(request, work, row, {"preview": found, "sent": sent})


@router.post("/{id}/import/apply")
def apply(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Keep the entries that were looked at."""
    sent = dict(pairs)
    row = store.plan(work.session, work.actor, id)
    try:
        with work.attempt(), pending.opened(work, sent, identity_of(request).form_key) as (name, path):
            entrysheet.apply(work, id, version_of(sent), name, path)
    except XinhengError as error:
        return _page(request, work, row, {"error": error, "sent": sent})
    return see_other(f"/planner/plans/{id}", done="imported")


@router.post("/{id}/import/remarks")
def remarks(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """The workbook as it was sent, with what is wrong beside each row."""
    row = store.plan(work.session, work.actor, id)
    with pending.opened(work, dict(pairs), identity_of(request).form_key) as (name, path):
        rows, said = entrysheet.remarked(work, row, name, path)
    return download(pending.remarked_workbook(rows, said), f"plan-{row.year}-remarks.xlsx", XLSX)


def _page(request: Request, work: Work, row: PlanRow, context: Mapping[str, Any]) -> Response:
    error = context.get("error")
    wrong = entrysheet.by_row(error) if isinstance(error, InputError) and entrysheet.has_rows(error) else {}
    usual: dict[str, Any] = {"row": row, "preview": None, "error": None, "sent": {}, "wrong": sorted(wrong.items())}
    full = {**usual, "WHAT": entrysheet.WORDS, **context}
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, DESK, "planner/plan_import.html", full, status=status)
