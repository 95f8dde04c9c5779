"""``/planner/tasks``: the list, calendar, workload, grid by district, one task, sheets, results, publication."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Depends, Request
from sqlmodel import col

from kernel.errors import InputError, XinhengError
from service.access.permissions import Permission
from service.db.repositories import draws
from service.db.repositories import plans as store
from service.db.tables.draws import DrawRow
from service.documents.tasksheet import sheet_word, sheets_pdf
from service.planning import fromdraw, jobs, replacing, tasks, year
from service.planning.sheetsof import sheets_of
from service.web.deps import page_reads, page_writes
from service.web.deskpage import list_page, see_other
from service.web.planner.planpage import day_of, version_of
from service.web.planner.tables import download, table_response
from service.web.planner.tasklist import listing_of, tasks_of
from service.web.planner.taskpage import DONE, calendar_page, grid_page, task_page, workload_page
from service.web.sent import Pairs, sent_form
from service.work import Work

if TYPE_CHECKING:
    from fastapi.responses import Response

router = APIRouter(prefix="/planner/tasks", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.TASK_READ)]
Dispatcher = Annotated[Work, page_writes(Permission.TASK_DISPATCH)]
Form = Annotated[Pairs, Depends(sent_form)]
_DESK: Final = "planner"
_MOST_SHEETS: Final = 300
_MOST_DRAWS: Final = 5
"""Draws whose tasks can be made from the list; older ones from their own page."""
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("")
def listed(request: Request, work: Reader, done: str = "") -> Response:
    """The checks within the reader's area; an inspector who sees nothing else begins with his own."""
    return _list(request, work, {"flash": DONE.get(done, "")})


def _list(request: Request, work: Work, more: dict[str, Any]) -> Response:
    statement = store.checks(work.actor)
    # An export has every row: their tasks in one query, not one by one.
    known = tasks_of(work.session, work.session.exec(statement)) if "export" in request.query_params else {}
    lists = listing_of(work, known), statement
    mine = tasks.inspector_of(work)
    context = {
        "mine": mine,
        "flash": "",
        "error": None,
        "may_dispatch": work.actor.may(Permission.TASK_DISPATCH),
        "draws": _open_draws(work) if work.actor.may(Permission.TASK_DISPATCH) else [],
        **more,
    }
    return list_page(request, work, _DESK, "planner/tasks.html", lists, context)


def _open_draws(work: Work) -> list[dict[str, Any]]:
    """Return the draws whose tasks have to be made or handed out, the newest first; and those on the way."""
    wanted = draws.statement(work.actor.acting(Permission.TASK_DISPATCH))
    wanted = wanted.where(col(DrawRow.state) == "dispatched").order_by(col(DrawRow.updated_at).desc())
    waiting = tasks.any_planned(work)
    found = []
    for draw in work.session.exec(wanted.limit(_MOST_DRAWS)):
        made, planned = fromdraw.are_made(work, draw), tasks.planned(work, draw.draw_id) if waiting else 0
        if not made or planned:
            found.append({"draw": draw, "made": made, "planned": planned, "job": jobs.waiting(work, draw)})
    return found


@router.post("/make")
def make(request: Request, work: Dispatcher, pairs: Form) -> Response:
    """Make the tasks of a dispatched draw; those of a large one by a job."""
    draw = fromdraw.draw_named(work, dict(pairs).get("draw", ""))
    try:
        with work.attempt():
            if jobs.is_large(draw):
                return see_other(f"/jobs/{jobs.begin(work, draw)}")
            fromdraw.make_tasks(work, draw)
    except XinhengError as error:
        return _list(request, work, {"error": error})
    return see_other("/planner/tasks", draw=draw.draw_id, done="made")


@router.post("/dispatch")
def dispatch_all(work: Dispatcher, pairs: Form) -> Response:
    """Hand out every planned check of a draw."""
    draw = fromdraw.draw_named(work, dict(pairs).get("draw", ""))
    tasks.dispatch_draw(work, draw.draw_id)
    return see_other("/planner/tasks", draw=draw.draw_id, done="dispatched")


@router.get("/calendar")
def calendar(request: Request, work: Reader, month: str = "") -> Response:
    """The tasks of a month, day by day."""
    return calendar_page(request, work, month)


@router.get("/workload")
def workload(request: Request, work: Reader) -> Response:
    """The tasks of each inspector this year."""
    return workload_page(request, work)


@router.get("/grid")
def grid(request: Request, work: Reader) -> Response:
    """Districts against departments."""
    return grid_page(request, work)


@router.get("/sheets")
def sheets(request: Request, work: Reader) -> Response:
    """The sheets of the checks that the list shows, as one PDF to print."""
    state = listing_of(work, {}).state(request.query_params.multi_items())
    rows = state.everything(work.session, store.checks(work.actor))
    ids = list(dict.fromkeys(one.task_id for one in rows))
    if len(ids) > _MOST_SHEETS:
        raise InputError.at("", "task_sheets_many", count=len(ids), most=_MOST_SHEETS)
    if not ids:
        raise InputError.at("", "task_sheets_none")
    data = sheets_pdf(sheets_of(work, ids, str(request.base_url)))
    return download(data, "task-sheets.pdf", "application/pdf")


@router.get("/publication")
def publication(work: Reader, year_wanted: int = 0) -> Response:
    """What may be published of the results of a year: no class, no person."""
    wanted = year_wanted or work.today.year
    rows = year.publication(work, wanted)
    return table_response(pl.DataFrame(rows or [{"说明": "没有审核通过的结果"}]), f"results-{wanted}")


@router.get("/records")
def records(work: Annotated[Work, page_reads(Permission.STATISTICS_READ)], year_wanted: int = 0) -> Response:
    """The raw records that scoring reads, as CSV files in an archive."""
    wanted = year_wanted or work.today.year
    found = year.scoring_records(work, wanted)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in found.items():
            if rows:
                archive.writestr(f"{name}.csv", pl.DataFrame(rows, infer_schema_length=None).write_csv())
    return download(out.getvalue(), f"records-{wanted}.zip", "application/zip")


@router.post("/publish")
def publish(work: Dispatcher, pairs: Form) -> Response:
    """Note that everything reviewed was published today."""
    wanted = dict(pairs).get("year", "")
    of = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) == len("2026") else work.today.year
    tasks.publish(work, [check.id for _, check in year.joined(work, of) if check.state == "reviewed"])
    return see_other("/planner/tasks", done="published")


@router.get("/{id}")
def show(request: Request, work: Reader, id: str, done: str = "") -> Response:  # noqa: A002
    """One task: who goes, for what, how far it is."""
    return task_page(request, work, id, {"done": done})


@router.get("/{id}/sheet.{form}")
def sheet(request: Request, work: Reader, id: str, form: str) -> Response:  # noqa: A002
    """The sheet of a task, as PDF or Word."""
    store.task(work.session, work.actor, id)
    (one,) = sheets_of(work, [id], str(request.base_url))
    if form == "docx":
        templates = request.app.state.settings.templates
        return download(sheet_word(one, templates), f"task-{one.number}.docx", _WORD)
    return download(sheets_pdf([one]), f"task-{one.number}.pdf", "application/pdf")


@router.post("/{id}/day")
def reschedule(request: Request, work: Dispatcher, id: str, pairs: Form) -> Response:  # noqa: A002
    """Put the visit on another day."""
    sent = dict(pairs)

    def act() -> None:
        day = day_of(sent.get("day", ""))
        if day is None:
            raise InputError.at("/day", "library_day", value="")
        tasks.reschedule(work, id, version_of(sent), day, sent.get("reason", ""))

    return _done(request, work, id, "moved", act)


@router.post("/{id}/replace")
def replace(request: Request, work: Dispatcher, id: str, pairs: Form) -> Response:  # noqa: A002
    """Let the next of the reserve take the place of a unit that is gone."""
    sent = dict(pairs)
    return _done(
        request, work, id, "replaced", lambda: replacing.replace(work, id, version_of(sent), sent.get("code", ""))
    )


@router.post("/{id}/checks/{check}/dispatch")
def dispatch(request: Request, work: Dispatcher, id: str, check: str) -> Response:  # noqa: A002
    """Hand out one check."""
    return _done(request, work, id, "dispatched", lambda: tasks.dispatch(work, [check]))


@router.post("/{id}/checks/{check}/restaff")
def restaff(request: Request, work: Dispatcher, id: str, check: str, pairs: Form) -> Response:  # noqa: A002
    """Let the next person by rule go."""
    sent = dict(pairs)
    person, reason = sent.get("person", ""), sent.get("reason", "")
    return _done(request, work, id, "restaffed", lambda: tasks.restaff(work, check, version_of(sent), person, reason))


@router.post("/{id}/checks/{check}/cancel")
def cancel(request: Request, work: Dispatcher, id: str, check: str, pairs: Form) -> Response:  # noqa: A002
    """Take a check out that does not take place."""
    sent = dict(pairs)
    code, words = sent.get("code", ""), sent.get("words", "")
    return _done(request, work, id, "cancelled", lambda: tasks.cancel(work, check, version_of(sent), code, words))


@router.post("/{id}/checks/{check}/review")
def review(request: Request, work: Dispatcher, id: str, check: str, pairs: Form) -> Response:  # noqa: A002
    """Pass results, or send them back."""
    sent = dict(pairs)
    passed, words = sent.get("passed") == "yes", sent.get("words", "")
    return _done(
        request, work, id, "reviewed", lambda: tasks.review(work, check, version_of(sent), passed=passed, words=words)
    )


@router.post("/{id}/checks/{check}/publish")
def publish_one(request: Request, work: Dispatcher, id: str, check: str) -> Response:  # noqa: A002
    """Note that the results of a check were published today."""
    return _done(request, work, id, "published", lambda: tasks.publish(work, [check]))


@router.post("/{id}/results/{result}")
def follow_up(request: Request, work: Dispatcher, id: str, result: str, pairs: Form) -> Response:  # noqa: A002
    """Note that a problem was put right, or the decision to list as abnormal."""
    sent = dict(pairs)

    def act() -> None:
        day = day_of(sent.get("on", "")) or work.today
        follow = tasks.correct if sent.get("what") == "corrected" else tasks.list_abnormal
        follow(work, result, day)

    return _done(request, work, id, "followed", act)


def _done(request: Request, work: Work, task_id: str, done: str, act: Any) -> Response:  # noqa: ANN401 - an act
    store.task(work.session, work.actor, task_id)
    try:
        with work.attempt():
            act()
    except XinhengError as error:
        return task_page(request, work, task_id, {"error": error})
    return see_other(f"/planner/tasks/{task_id}", done=done)
