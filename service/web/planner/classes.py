"""``/planner/classes``: classes by month, who moved and why, one enterprise, early warnings, decisions of persons."""

# Annotations are kept as objects here: FastAPI looks them up.
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kernel.errors import InputError, XinhengError
from kernel.interval import add_months
from service.access.permissions import Permission
from service.classes import jobs, months, overrides, reading
from service.db.tables.scores import ClassMonthRow
from service.schemes.acts import in_force, names
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import desk_page, see_other
from service.web.planner.classview import TONES, bars, matrix, names_of, shown, titles
from service.web.planner.classwhatif import tried
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work
from supervision.load import DEFAULT
from supervision.watch import watch

router = APIRouter(prefix="/planner/classes", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.SCORE_READ)]
Decider = Annotated[Work, page_writes(Permission.OVERRIDE_SET)]
Form = Annotated[Pairs, Depends(sent_form)]
_DESK: Final = "planner"
_DONE: Final = {
    "started": "已开始分类，完成之后本页显示结果。进度见“后台任务”。",
    "set": "已调整，到截止日自动恢复。",
    "ended": "已终止，恢复按方案分类。",
}


@router.get("")
def overview(request: Request, work: Reader, month: str = "", done: str = "") -> Response:
    """The classes of a month, and what has changed since the one before."""
    return _overview(request, work, month, {"flash": _DONE.get(done, "")})


def _overview(request: Request, work: Work, month: str, context: Mapping[str, Any]) -> Response:
    every = months.listed(work)
    chosen = months.latest(work, month)
    full: dict[str, Any] = {
        **_frame(work, every, chosen),
        "may_run": work.actor.may(Permission.SCORE_RUN),
        "holding": overrides.next_to_end(work),
        "schemes": names(work.session),
        "DEFAULT": DEFAULT,
    }
    if chosen is not None:
        scheme = in_force(work.session, chosen.scheme)
        series = months.series(every, chosen)
        place = series.index(chosen)
        before = series[place - 1] if place else None
        changes = chosen.report["changes"]
        signs = reading.counts_by(work.files.path(chosen.warnings_file), "sign", "title")
        full |= {
            "bars": bars(scheme, chosen, before),
            "scheme": scheme,
            "before": before,
            "series": series,
            "matrix": matrix(scheme, changes["matrix"]) if changes else [],
            "changes": changes,
            "signs": signs,
        }
    error = context.get("error")
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/classes.html", {**full, **context}, status=status)


def _frame(work: Work, every: list[ClassMonthRow], chosen: ClassMonthRow | None) -> dict[str, Any]:
    return {"months": every, "month": chosen, "TONES": TONES, "may_set": work.actor.may(Permission.OVERRIDE_SET)}


@router.post("")
def classify(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.SCORE_RUN)],
    upload: Annotated[Upload, Depends(sent_upload)],
) -> Response:
    """Keep a table of columns and start the classification of its month."""
    sent = {key: value.strip() for key, value in upload.pairs}
    file = upload.files.get("file")
    try:
        with work.attempt():
            if file is None or not file.filename:
                raise InputError.at("/file", "class_no_file")
            on = _day(sent, "on") or work.today
            kept = _kept(work, file.filename, file.file.read())
            wish = months.Wish(on.isoformat()[:7], on, kept, *months.home(work.actor))
            jobs.begin(work, wish, in_force(work.session, sent.get("scheme") or DEFAULT).id)
    except XinhengError as error:
        return _overview(request, work, "", {"error": error})
    return see_other("/planner/classes", done="started")


def _kept(work: Work, name: str, data: bytes) -> str:
    """The digest of the sent table, once it proves to be one; an error names the file as its owner does."""
    from service.scoring.source import open_source  # noqa: PLC0415 - start-up time

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "columns.parquet"
        path.write_bytes(data)
        try:
            open_source(str(path), in_force(work.session, DEFAULT))
        except InputError as error:
            raise InputError.at("/file", error.code, **{**error.params, "file": name}) from error
        return work.files.put(path)


def _day(sent: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(sent[name]) if sent.get(name) else None
    except ValueError as error:
        raise InputError.at(f"/{name}", "cell_unreadable", column=name, value=sent[name], type="日期") from error


@router.get("/list")
def listed(request: Request, work: Reader, month: str = "", page: int = 1) -> Response:
    """Enterprises of a month by class, rule or reason, the riskiest first."""
    asked = {name: request.query_params.get(name, "") for name in ("class", "override", "reason")}
    return _list(request, work, month, ("planner/class_list.html", asked), page)


@router.get("/movers")
def moved(request: Request, work: Reader, month: str = "", page: int = 1) -> Response:
    """Who is in another class than the month before, and why."""
    asked = {name: request.query_params.get(name, "") for name in ("class", "class_to")}
    return _list(request, work, month, ("planner/class_movers.html", asked), page)


@router.get("/warnings")
def warned(request: Request, work: Reader, month: str = "", page: int = 1) -> Response:
    """The early-warning list."""
    asked = {"sign": request.query_params.get("sign", "")}
    return _list(request, work, month, ("planner/class_warnings.html", asked), page)


def _list(request: Request, work: Work, month: str, which: tuple[str, dict[str, str]], page: int) -> Response:
    template, asked = which
    every, chosen = months.listed(work), months.latest(work, month)
    full: dict[str, Any] = {**_frame(work, every, chosen), "asked": asked, "found": None, "page": max(page, 1)}
    if chosen is not None:
        scheme = in_force(work.session, chosen.scheme)
        found = _slice(work, chosen, template, asked, (full["page"] - 1) * reading.PAGE)
        known = names_of(work, (row["uscc"] for row in found.rows if row["uscc"]))
        rows = shown([_later(row) for row in found.rows], scheme, known)
        full |= {
            "found": found,
            "rows": rows,
            "scheme": scheme,
            "titles": titles(scheme),
            "pages": max(1, -(-found.total // reading.PAGE)),
            "signs": watch().warnings,
        }
    return desk_page(request, work, _DESK, template, full)


def _slice(work: Work, month: ClassMonthRow, template: str, asked: dict[str, str], offset: int) -> reading.Slice:
    if template == "planner/class_list.html":
        return reading.enterprises(work, month, asked, offset)
    file = month.warnings_file if template == "planner/class_warnings.html" else month.movers_file
    return reading.file_rows(work.files.path(file), asked, offset) if file else reading.Slice([], 0, 0)


def _later(row: dict[str, Any]) -> dict[str, Any]:
    """A mover is shown with the reasons of the later month."""
    later = {name.removesuffix("_to"): value for name, value in row.items() if name.startswith("reason_")}
    return {**row, **later} if "class_to" in row else row


@router.get("/enterprises")
def find(work: Reader, uscc: str = "") -> Response:
    """Go to an enterprise by its code."""
    del work
    code = uscc.strip().upper()
    return see_other(f"/planner/classes/enterprises/{code}" if code else "/planner/classes")


@router.get("/enterprises/{uscc}")
def enterprise(request: Request, work: Reader, uscc: str, month: str = "", done: str = "") -> Response:
    """One enterprise: its classes by month, and every indicator of one of them."""
    return _enterprise(request, work, uscc, month, {"flash": _DONE.get(done, "")})


def _enterprise(request: Request, work: Work, uscc: str, month: str, context: Mapping[str, Any]) -> Response:
    found = reading.enterprise(work, uscc, month)
    error = context.get("error")
    full = {
        "found": found,
        "titles": titles(found.scheme),
        "name": names_of(work, [uscc]).get(uscc, ""),
        "TONES": TONES,
        "may_set": work.actor.may(Permission.OVERRIDE_SET),
        "may_plan": work.actor.may(Permission.PLAN_READ),
        "sent": {},
        "last_day": add_months(work.today, watch().overrides.months),
        "rules": watch().overrides,
        "holds": overrides.holds,
        **context,
    }
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/class_enterprise.html", full, status=status)


@router.post("/enterprises/{uscc}/overrides")
def decide(request: Request, work: Decider, uscc: str, pairs: Form) -> Response:
    """Set a person's decision on the class."""
    sent = {key: value.strip() for key, value in pairs}
    try:
        with work.attempt():
            found = reading.enterprise(work, uscc)
            since = _day(sent, "since") or work.today
            until = _day(sent, "until") or since
            new = overrides.New(uscc, sent.get("class", ""), sent.get("reason", ""), since, until)
            overrides.add(work, new, found.row, found.scheme)
    except XinhengError as error:
        return _enterprise(request, work, uscc, "", {"error": error, "sent": sent})
    return see_other(f"/planner/classes/enterprises/{uscc}", done="set")


@router.post("/overrides/{id}/end")
def end(work: Decider, id: str, pairs: Form) -> Response:  # noqa: A002 - the name in the address
    """End a decision before its day."""
    del pairs
    row = overrides.end(work, id)
    return see_other(f"/planner/classes/enterprises/{row.uscc}", done="ended")


@router.get("/what-if")
def what_if(request: Request, work: Reader, month: str = "") -> Response:
    """Other cut-offs, or other points of one indicator, over a month's enterprises: who would move."""
    every, chosen = months.listed(work), months.latest(work, month)
    full: dict[str, Any] = {**_frame(work, every, chosen), "scheme": None, "trial": None}
    if chosen is not None:
        scheme = in_force(work.session, chosen.scheme)
        full["scheme"] = scheme
        try:
            full["trial"] = tried(work, chosen, scheme, request.query_params)
        except XinhengError as error:
            full |= {"error": error, "trial": tried(work, chosen, scheme, {})}
    status = full["error"].status if isinstance(full.get("error"), XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/class_whatif.html", full, status=status)
