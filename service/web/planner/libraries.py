"""``/planner/libraries``: one list and two libraries, triggers and exemptions, the ledger, one unit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Depends, Request
from sqlmodel import col, select

from kernel.errors import InputError, XinhengError
from kernel.interval import add_years
from service.access import scope
from service.access.permissions import Permission
from service.api.deps import identity_of
from service.db.tables.plans import MarkRow
from service.departments import department_zh
from service.errors import HttpError
from service.planning import libraries, libraryimport, marks
from service.planning.entrysheet import by_row, has_rows
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.planner import pending
from service.web.planner.planwords import WORDS
from service.web.planner.tables import XLSX, download, table_response
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work
from supervision.caps import LedgerError, Visit
from supervision.planparams import reasons, tier_tables
from supervision.tiers import Trigger, decide, lifted_words, proposed_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi.responses import Response

router = APIRouter(prefix="/planner/libraries", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.PLAN_READ)]
Editor = Annotated[Work, page_writes(Permission.LIBRARY_EDIT)]
Form = Annotated[Pairs, Depends(sent_form)]
_DESK: Final = "planner"
_NOT_FOUND: Final = 404
_SHOWN: Final = 200
_DONE: Final = {
    "kept": "已导入，成为现在有效的版本。",
    "marked": "已登记。",
    "ended": "已终止。",
    "visited": "已登入台账。",
}


def _days_left(row: MarkRow) -> Cell:
    return Cell(row.until.isoformat(), tone="quiet" if row.ended_at else "")


MARKS: Final[Listing[MarkRow]] = Listing(
    name="unit-marks",
    title="触发情形和豁免",
    path="/planner/libraries/marks",
    columns=(
        Column("unit", "对象", lambda row: Cell(row.unit, f"/planner/libraries/units/{row.unit}"), MarkRow.unit),
        Column("kind", "种类", lambda row: Cell(marks.TITLES[row.kind]), MarkRow.kind),
        Column("code", "情形", lambda row: Cell(reasons(marks.LISTS[row.kind])[row.code]), MarkRow.code),
        Column("since", "起", lambda row: Cell(row.since.isoformat()), MarkRow.since),
        Column("until", "到（不含）", _days_left, MarkRow.until),
        Column("note", "说明", lambda row: Cell(row.note)),
        Column("by", "登记人", lambda row: Cell(row.created_by_name), MarkRow.created_by_name),
    ),
    filters=(
        Filter("unit", "对象代码", contains(col(MarkRow.unit)), kind="search"),
        Filter(
            "kind",
            "种类",
            equals(col(MarkRow.kind)),
            tuple(Choice(code, name) for code, name in marks.TITLES.items()),
        ),
    ),
    sort="since",
    unique=MarkRow.id,
    falling=True,
)


@router.get("")
def overview(request: Request, work: Reader, done: str = "") -> Response:
    """The three libraries: what holds now, and what its report says."""
    shown = [(kind, title, libraries.current(work, kind)) for kind, title in libraries.TITLES.items()]
    context = {"shown": shown, "flash": _DONE.get(done, ""), "may_edit": work.actor.may(Permission.LIBRARY_EDIT)}
    return desk_page(request, work, _DESK, "planner/libraries.html", context)


@router.get("/marks")
def listed_marks(request: Request, work: Reader, done: str = "") -> Response:
    """Triggers that lift 无事不扰, and exemptions."""
    statement = scope.where(select(MarkRow), MarkRow, work.actor)
    context = {"flash": _DONE.get(done, ""), **_mark_context(work)}
    return list_page(request, work, _DESK, "planner/marks.html", (MARKS, statement), context)


def _mark_context(work: Work) -> dict[str, Any]:
    proposals = {code: proposed_end(code, work.today) for code in reasons("lifting")}
    return {
        "may_edit": work.actor.may(Permission.LIBRARY_EDIT),
        "LIFTING": reasons("lifting"),
        "EXEMPTION": reasons("exemption"),
        "proposals": proposals,
    }


@router.post("/marks")
def add_mark(request: Request, work: Editor, pairs: Form) -> Response:
    """Enter a trigger or an exemption; without an end the proposed one is taken."""
    sent = {key: value.strip() for key, value in pairs}
    unit = sent.get("unit", "").upper()
    try:
        with work.attempt():
            kind, _, code = sent.get("code", "").partition(":")
            since = _day(sent, "since") or work.today
            until = _day(sent, "until")
            if until is None:
                until = proposed_end(code, since) if kind == marks.TRIGGER else add_years(since, 1)
            new = marks.NewMark(kind, unit, code, since, until, sent.get("note", ""))
            if kind not in marks.LISTS:
                raise InputError.at("/code", "mark_code", value=code, allowed=list(reasons("lifting").values()))
            marks.add(work, new, _region_of(work, unit))
    except XinhengError as error:
        return _unit_page(request, work, unit, {"error": error, "sent": sent})
    return see_other(f"/planner/libraries/units/{unit}", done="marked")


def _region_of(work: Work, unit: str) -> str:
    row = _object(work, unit)
    return str(row["region"]) if row else work.actor.region


def _object(work: Work, unit: str) -> dict[str, Any] | None:
    if libraries.current(work, "objects") is None:
        return None
    table = libraries.load_objects(work)
    found = table.filter(table["unit"] == unit)
    return found.row(0, named=True) if found.height else None


@router.post("/marks/{id}/end")
def end_mark(work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """End one today."""
    row = marks.end(work, id)
    del pairs
    return see_other(f"/planner/libraries/units/{row.unit}", done="ended")


@router.get("/units")
def find_unit(work: Reader, unit: str = "") -> Response:
    """Go to a unit by its code."""
    del work
    return see_other(f"/planner/libraries/units/{unit.strip().upper()}" if unit.strip() else "/planner/libraries")


@router.get("/units/{unit}")
def unit_page(request: Request, work: Reader, unit: str, done: str = "") -> Response:
    """A unit: its tier, what lifted 无事不扰 and until when, and how it stands under every cap."""
    return _unit_page(request, work, unit, {"flash": _DONE.get(done, "")})


@router.post("/units/{unit}/visits")
def enter_visit(request: Request, work: Editor, unit: str, pairs: Form) -> Response:
    """Enter a visit that came from no task."""
    sent = {key: value.strip() for key, value in pairs}
    try:
        with work.attempt():
            visit = Visit(
                unit,
                sent.get("body", "") or work.actor.department,
                sent.get("level", ""),
                _day(sent, "day") or work.today,
                sent.get("reason") or None,
                sent.get("kind", ""),
            )
            _enter(work, visit, sent.get("note", ""))
    except XinhengError as error:
        return _unit_page(request, work, unit, {"error": error, "sent": sent})
    return see_other(f"/planner/libraries/units/{unit}", done="visited")


def _enter(work: Work, visit: Visit, note: str) -> None:
    try:
        marks.enter_visit(work, visit, _region_of(work, visit.unit), note)
    except LedgerError as error:
        raise InputError.at("/kind", error.code, **error.params) from error


def _day(sent: dict[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(sent[name]) if sent.get(name) else None
    except ValueError as error:
        raise InputError.at(f"/{name}", "library_day", value=sent[name]) from error


def _unit_page(request: Request, work: Work, unit: str, context: dict[str, Any]) -> Response:
    row = _object(work, unit)
    own = marks.marks_of(work, unit)
    credit_class = (row["credit_class"] if row else None) or ""
    triggers = [Trigger(one.code, one.since, one.until) for one in own if one.kind == marks.TRIGGER]
    table = tier_tables()["TIERS.DEFAULT"]
    decision = decide(table, credit_class or None, row["risk"] if row else None, on=work.today, triggers=triggers)
    who = (work.actor.department, "county")
    error = context.get("error")
    full = {
        "unit": unit,
        "row": row,
        "own": own,
        "decision": decision,
        "lifted": lifted_words(decision),
        "standings": marks.standings(work, unit, credit_class, who) if marks.visits_of(work, unit) else [],
        "visits": marks.visits_of(work, unit),
        "sent": {},
        "NOT_COUNTED": reasons("not_counted"),
        "VISIT_KINDS": reasons("visit_kind"),
        **_mark_context(work),
        **WORDS,
        **context,
    }
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/unit.html", full, status=status)


@router.get("/{kind}")
def show(request: Request, work: Reader, kind: str, q: str = "", done: str = "") -> Response:
    """One library: the report, the versions, and its first rows, or those that hold a word."""
    return _library_page(request, work, kind, {"q": q.strip()[:80], "flash": _DONE.get(done, "")})


@router.get("/{kind}/export")
def export(work: Reader, kind: str) -> Response:
    """The library as a table that can be imported again."""
    _require(kind)
    return table_response(libraries.export(work, kind), kind)


@router.get("/{kind}/template")
def template(work: Reader, kind: str) -> Response:
    """The empty table."""
    _require(kind)
    del work
    return table_response(libraries.template(kind), f"{kind}-template")


@router.post("/{kind}")
def look(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.LIBRARY_EDIT)],
    kind: str,
    upload: Annotated[Upload, Depends(sent_upload)],
) -> Response:
    """Read a file and say what it would change; nothing is kept."""
    _require(kind)
    key, sent = identity_of(request).form_key, dict(upload.pairs)
    try:
        sent |= pending.kept(work, upload, key)
        with pending.opened(work, sent, key) as (name, path):
            found = libraries.read(kind, name, path)
    except XinhengError as error:
        return _library_page(request, work, kind, {"error": error, "sent": sent})
    preview = {"rows": found.rows, "report": found.report, "difference": libraryimport.difference(work, found)}
    return _library_page(request, work, kind, {"preview": preview, "sent": sent})


@router.post("/{kind}/apply")
def apply(request: Request, work: Editor, kind: str, pairs: Form) -> Response:
    """Keep the file that was looked at as the new version."""
    _require(kind)
    sent = dict(pairs)
    try:
        with work.attempt(), pending.opened(work, sent, identity_of(request).form_key) as (name, path):
            libraries.keep(work, libraries.read(kind, name, path), sent.get("note", ""))
    except XinhengError as error:
        return _library_page(request, work, kind, {"error": error, "sent": sent})
    return see_other(f"/planner/libraries/{kind}", done="kept")


@router.post("/{kind}/remarks")
def remarks(request: Request, work: Editor, kind: str, pairs: Form) -> Response:
    """The file as it was sent, with what is wrong beside each row."""
    _require(kind)
    with pending.opened(work, dict(pairs), identity_of(request).form_key) as (name, path):
        rows, said = libraryimport.remarked(kind, name, path)
    return download(pending.remarked_workbook(rows, said), f"{kind}-remarks.xlsx", XLSX)


def _require(kind: str) -> None:
    if kind not in libraries.TITLES:
        raise HttpError(_NOT_FOUND, "library_unknown", kind=kind, allowed=list(libraries.TITLES))


_DEPARTMENTS: Final = frozenset({"检查主体", "部门", "配合部门"})


def _named(columns: Sequence[str], row: Sequence[Any]) -> list[Any]:
    """Departments by name; the workbook keeps their codes."""
    return [
        "；".join(department_zh(code) for code in str(cell).split("；")) if heading in _DEPARTMENTS and cell else cell
        for heading, cell in zip(columns, row, strict=True)
    ]


def _library_page(request: Request, work: Work, kind: str, context: dict[str, Any]) -> Response:
    _require(kind)
    q = context.get("q", "")
    table = libraries.export(work, kind) if libraries.current(work, kind) else libraries.template(kind)
    hidden = [name for name in ("联系人", "联系电话") if name in table.columns]
    table = table.drop(hidden)
    found = table
    if q:
        found = table.filter(pl.any_horizontal(pl.all().cast(pl.String).str.contains(q, literal=True)))
    error = context.get("error")
    wrong = by_row(error) if isinstance(error, InputError) and has_rows(error) else {}
    full = {
        "kind": kind,
        "preview": None,
        "sent": {},
        "wrong": sorted(wrong.items()),
        "title": libraries.TITLES[kind],
        "versions": libraries.versions(work, kind),
        "columns": found.columns,
        "rows": [_named(found.columns, row) for row in found.head(_SHOWN).rows()],
        "total": found.height,
        "shown_rows": _SHOWN,
        "q": "",
        "may_edit": work.actor.may(Permission.LIBRARY_EDIT),
        **context,
    }
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/library.html", full, status=status)
