"""``/keeper/catalogue`` and ``/keeper/releases``: drafts of the city's own part of the catalogue, and their review."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import col, select

from kernel.errors import InputError, XinhengError
from service.access.permissions import Permission
from service.db.tables.releases import CatalogueDraftRow
from service.exchange.options import Options
from service.releases import drafts
from service.twoperson import STATE_LABELS, STATE_TONES, STATES
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import DONE, desk_page, list_page, see_other
from service.web.listexport import MEDIA_TYPE
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work, Works

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import HTMLResponse

    from service.db.tables.releases import CatalogueReleaseRow
    from service.releases.desk import ReleaseDesk

router = APIRouter(include_in_schema=False)
Reads = Annotated[Work, page_reads(Permission.CATALOGUE_EDIT)]
Writes = Annotated[Work, page_writes(Permission.CATALOGUE_EDIT)]
Uploads = Annotated[Work, page_uploads(Permission.CATALOGUE_EDIT)]
Reviews = Annotated[Work, page_reads(Permission.CATALOGUE_APPROVE)]
Approves = Annotated[Work, page_writes(Permission.CATALOGUE_APPROVE)]
Form = Annotated[Pairs, Depends(sent_form)]
Files = Annotated[Upload, Depends(sent_upload)]
_DRAFTS: Final = "/keeper/catalogue"
_RELEASES: Final = "/keeper/releases"
_REGION: Final = 6
_WORDS: Final = {
    "begun": "草稿已经建立，内容与现行目录相同。",
    "saved": "已经保存。改动以后要重新核对才能提交。",
    "taken": "表格中的内容已经写入草稿。请核对后提交。",
    "same": "表格与草稿相同，没有写入任何内容。",
    "checked": "核对完成，结果见下。",
    "submitted": "已经提交，等待另一位人员审核。",
    "dropped": "草稿已经作废，仍可查看。",
    "returned": "已经退回起草人。",
    "published": "已经发布。各进程在几秒之内启用新的目录。",
}


def _cell(row: CatalogueDraftRow) -> Cell:
    return Cell(STATE_LABELS[row.state], tone=STATE_TONES[row.state])


DRAFTS: Final[Listing[CatalogueDraftRow]] = Listing(
    name="catalogue-drafts",
    title="目录草稿",
    path=_DRAFTS,
    columns=(
        Column("title", "名称", lambda row: Cell(row.title, href=f"{_DRAFTS}/{row.id}"), col(CatalogueDraftRow.title)),
        Column("state", "状态", _cell, col(CatalogueDraftRow.state)),
        Column("author", "起草人", lambda row: Cell(row.author_name), col(CatalogueDraftRow.author_name)),
        Column("reviewer", "审核人", lambda row: Cell(row.reviewer_name or "—")),
        Column(
            "updated",
            "最近改动",
            lambda row: Cell(row.updated_at.strftime("%Y-%m-%d %H:%M")),
            col(CatalogueDraftRow.updated_at),
        ),
    ),
    filters=(
        Filter("q", "名称", contains(col(CatalogueDraftRow.title))),
        Filter(
            "state",
            "状态",
            equals(col(CatalogueDraftRow.state)),
            tuple(Choice(one, STATE_LABELS[one]) for one in STATES),
        ),
    ),
    sort="updated",
    unique=col(CatalogueDraftRow.id),
    falling=True,
)


@router.get(_DRAFTS)
def show_drafts(request: Request, work: Reads) -> Response:
    """Every draft, and what is in force."""
    found = {"releases": drafts.releases(work.session)[:5], "flash": _flash(request)}
    return list_page(request, work, "keeper", "keeper/drafts.html", (DRAFTS, select(CatalogueDraftRow)), found)


@router.post(_DRAFTS)
def begin(request: Request, work: Writes, pairs: Form) -> Response:
    """Begin a draft from what is in force."""
    try:
        with work.attempt():
            row = drafts.begin(work, dict(pairs).get("title", ""))
    except InputError as error:
        found = {"releases": drafts.releases(work.session)[:5], "error": error}
        return list_page(request, work, "keeper", "keeper/drafts.html", (DRAFTS, select(CatalogueDraftRow)), found)
    return see_other(f"{_DRAFTS}/{row.id}", done="begun")


@router.get(_DRAFTS + "/{draft_id}")
def show_draft(request: Request, work: Reads, draft_id: str) -> Response:
    """One draft: its files, what was found, what can be done with it."""
    return _draft_page(request, work, draft_id)


@router.get(_DRAFTS + "/{draft_id}/file")
def show_file(request: Request, work: Reads, draft_id: str, name: str = "") -> Response:
    """One file of a draft, or a new one."""
    row = drafts.find(work.session, draft_id)
    text = row.files.get(name, "")
    return desk_page(request, work, "keeper", "keeper/draft_file.html", {"draft": row, "name": name, "text": text})


@router.post(_DRAFTS + "/{draft_id}/file")
def write_file(request: Request, work: Writes, draft_id: str, pairs: Form) -> Response:
    """Write or remove one file."""
    sent = dict(pairs)
    name, text = sent.get("name", "").strip(), sent.get("text", "").replace("\r\n", "\n")
    row = drafts.find(work.session, draft_id, lock=True)
    try:
        with work.attempt():
            drafts.change(work, row, {name: None if "remove" in sent else text})
    except XinhengError as error:
        found = {"draft": row, "name": name, "text": text, "error": error}
        return desk_page(request, work, "keeper", "keeper/draft_file.html", found, status=error.status)
    return see_other(f"{_DRAFTS}/{draft_id}", done="saved")


@router.get(_DRAFTS + "/{draft_id}/workbook")
def give_workbook(request: Request, work: Reads, draft_id: str, place: str = "") -> Response:
    """The lists of a place as they are in the draft, as a workbook to be changed and read back; without one a form."""
    row = drafts.find(work.session, draft_id)
    data = _desk(request).write_workbook(row, place[:_REGION] or None, work.today)
    name = "lists.xlsx" if place else "blank.xlsx"
    return Response(data, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post(_DRAFTS + "/{draft_id}/workbook")
def take_workbook(request: Request, work: Uploads, draft_id: str, upload: Files) -> Response:
    """Take the rows of an Excel table into the draft; nothing while it has faults."""
    sent = upload.files.get("file")
    row = drafts.find(work.session, draft_id, lock=True)
    if sent is None or not sent.filename:
        return _draft_page(request, work, draft_id, error=InputError.at("/file", "upload_missing"))
    with TemporaryDirectory() as folder:
        workbook = Path(folder) / Path(sent.filename).name
        workbook.write_bytes(sent.file.read())
        try:
            with work.attempt():
                found = _desk(request).import_workbook(work, row, workbook, Options(on=work.today))
        except XinhengError as error:
            return _draft_page(request, work, draft_id, error=error)
        if found.incoming.context.faults.errors:
            return _draft_page(request, work, draft_id, error=found.incoming.context.faults.as_error(workbook.name))
    return see_other(f"{_DRAFTS}/{draft_id}", done="same" if found.preview.empty else "taken")


@router.post(_DRAFTS + "/{draft_id}/check")
def check(request: Request, work: Writes, draft_id: str) -> Response:
    """Find out what the draft would do; takes some seconds."""
    works: Works = request.app.state.works
    _desk(request).check(work, works, draft_id)
    return see_other(f"{_DRAFTS}/{draft_id}", done="checked")


@router.post(_DRAFTS + "/{draft_id}/submit")
def submit(request: Request, work: Writes, draft_id: str) -> Response:
    """Hand it to the reviewers."""
    return _act(request, work, draft_id, "submitted", drafts.submit)


@router.post(_DRAFTS + "/{draft_id}/drop")
def drop(request: Request, work: Writes, draft_id: str) -> Response:
    """Give it up."""
    return _act(request, work, draft_id, "dropped", drafts.drop)


@router.get(_RELEASES)
def show_releases(request: Request, work: Reviews) -> Response:
    """What waits for review, and every release."""
    waiting = select(CatalogueDraftRow).where(col(CatalogueDraftRow.state) == "submitted")
    found = {
        "waiting": work.session.exec(waiting.order_by(col(CatalogueDraftRow.submitted_at))).all(),
        "releases": drafts.releases(work.session),
        "flash": _flash(request),
    }
    return desk_page(request, work, "keeper", "keeper/releases.html", found)


@router.get(_RELEASES + "/{draft_id}")
def show_review(request: Request, work: Reviews, draft_id: str) -> Response:
    """A submitted draft as the reviewer sees it."""
    return _review_page(request, work, draft_id)


@router.post(_RELEASES + "/{draft_id}/return")
def send_back(request: Request, work: Approves, draft_id: str, pairs: Form) -> Response:
    """Return it with a reason."""
    row = drafts.find(work.session, draft_id, lock=True)
    try:
        with work.attempt():
            drafts.send_back(work, row, dict(pairs).get("reason", ""))
    except XinhengError as error:
        return _review_page(request, work, draft_id, error=error)
    return see_other(_RELEASES, done="returned")


@router.post(_RELEASES + "/{draft_id}/publish")
def publish(request: Request, work: Approves, draft_id: str, pairs: Form) -> Response:
    """Approve and publish."""
    row = drafts.find(work.session, draft_id, lock=True)
    try:
        with work.attempt():
            release: CatalogueReleaseRow = drafts.publish(work, row, dict(pairs).get("note", ""))
    except XinhengError as error:
        return _review_page(request, work, draft_id, error=error)
    # Laid out after the flush and before the commit: a crash between the two leaves files that nobody points to
    # wrongly for longer than the next look at the database (service.releases.desk.catch_up).
    work.session.flush()
    _desk(request).put_in_force(release)
    return see_other(_RELEASES, done="published")


def _act(
    request: Request, work: Work, draft_id: str, done: str, act: Callable[[Work, CatalogueDraftRow], None]
) -> Response:
    row = drafts.find(work.session, draft_id, lock=True)
    try:
        with work.attempt():
            act(work, row)
    except XinhengError as error:
        return _draft_page(request, work, draft_id, error=error)
    return see_other(f"{_DRAFTS}/{draft_id}", done=done)


def _draft_page(request: Request, work: Work, draft_id: str, **more: Any) -> HTMLResponse:  # noqa: ANN401 - context
    row = drafts.find(work.session, draft_id)
    status = more["error"].status if more.get("error") else 200
    found = {
        "draft": row,
        "can_edit": row.state in {"draft", "returned"},
        "place": work.actor.region,
        "flash": _flash(request),
        **more,
    }
    return desk_page(request, work, "keeper", "keeper/draft.html", {**_common(), **found}, status=status)


def _review_page(request: Request, work: Work, draft_id: str, **more: Any) -> HTMLResponse:  # noqa: ANN401 - context
    row = drafts.find(work.session, draft_id)
    status = more["error"].status if more.get("error") else 200
    is_own = work.actor.id in {row.author, row.submitted_by}
    return desk_page(
        request,
        work,
        "keeper",
        "keeper/review.html",
        {**_common(), "draft": row, "is_own": is_own, **more},
        status=status,
    )


def _common() -> dict[str, Any]:
    return {
        "labels": STATE_LABELS,
        "tones": STATE_TONES,
        "kinds": {"added": "新增", "changed": "修改", "removed": "删除"},
    }


def _desk(request: Request) -> ReleaseDesk:
    found: ReleaseDesk = request.app.state.release_desk
    return found


def _flash(request: Request) -> str:
    return _WORDS.get(request.query_params.get(DONE, ""), "")
