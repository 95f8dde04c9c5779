"""``/planner/plans``: the list, a plan with its effect, its entries, its way, and the draws made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
from fastapi import APIRouter, Depends, Request

from kernel.errors import InputError, XinhengError
from service.access.permissions import Permission
from service.db.mapping.plans import plan_of
from service.db.repositories import plans as store
from service.departments import departments
from service.planning import fromdraw, libraries, plans
from service.planning.names import districts
from service.web.deps import page_reads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.planner import planforms
from service.web.planner.drawforms import public_event
from service.web.planner.planlist import LISTING
from service.web.planner.planpage import (
    DESK,
    day_of,
    effect_context,
    entry_page,
    plan_page,
    settings_page,
    tried,
    version_of,
)
from service.web.planner.tables import table_response
from service.web.sent import Pairs, sent_form
from service.work import Work
from supervision.annualtable import plan_table

if TYPE_CHECKING:
    from fastapi.responses import Response

router = APIRouter(prefix="/planner/plans", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.PLAN_READ)]
EditorReads = Annotated[Work, page_reads(Permission.PLAN_EDIT)]
Editor = Annotated[Work, page_writes(Permission.PLAN_EDIT)]
Approver = Annotated[Work, page_writes(Permission.PLAN_APPROVE)]
Form = Annotated[Pairs, Depends(sent_form)]


@router.get("")
def listed(request: Request, work: Reader) -> Response:
    """Every plan within the reader's area."""
    context = {"may_add": work.actor.may(Permission.PLAN_EDIT)}
    return list_page(request, work, DESK, "planner/plans.html", (LISTING, store.plans(work.actor)), context)


@router.get("/new")
def ask(request: Request, work: EditorReads) -> Response:
    """The form of a new plan."""
    sent = {
        "year": work.today.year + (work.today.month > 9),  # noqa: PLR2004 - plans are made in autumn
        "place": work.actor.region,
        "department": work.actor.department,
        "level": "city",
        "most": 60,
        "per_person_day": 1,
        "repeat": "REPEAT.DEFAULT",
    }
    return settings_page(request, work, None, planforms.kept([(key, str(value)) for key, value in sent.items()]))


@router.post("")
def create(request: Request, work: Editor, pairs: Form) -> Response:
    """Keep a new plan."""
    sent = dict(pairs)
    try:
        with work.attempt():
            row = plans.create(work, {**planforms.settings_of(sent, pairs, departments()), "entries": []})
    except XinhengError as error:
        return settings_page(request, work, None, _kept(pairs), error)
    return see_other(f"/planner/plans/{row.id}", done="saved")


@router.get("/{id}")
def show(request: Request, work: Reader, id: str, done: str = "", check: str = "") -> Response:  # noqa: A002
    """A plan: its entries, what is unwise, where it stands; with ``check`` everything that a draw would do."""
    row = store.plan(work.session, work.actor, id)
    return plan_page(request, work, row, {"done": done, "check": check})


@router.get("/{id}/export")
def export(work: Reader, id: str) -> Response:  # noqa: A002
    """The table of a plan as it is published, as a workbook."""
    row = store.plan(work.session, work.actor, id)
    heading, *rows = plan_table(plan_of(row), libraries.load_items(work))
    return table_response(
        pl.DataFrame(rows, schema=dict.fromkeys(heading, pl.String), orient="row"), f"plan-{row.year}"
    )


@router.get("/{id}/settings")
def settings(request: Request, work: EditorReads, id: str) -> Response:  # noqa: A002
    """What a plan says beside its entries."""
    row = store.plan(work.session, work.actor, id)
    document = row.document
    names = ("title", "year", "place", "department", "level", "balance", "most", "tiers", "repeat")
    sent = planforms.kept([(name, str(document.get(name) or "")) for name in names])
    shown = {
        **sent,
        "caps": document["caps"],
        "needs": planforms.needs_text(document["needs"], departments()),
        "per_person_day": planforms.per_day(document["per_person_day"]),
    }
    return settings_page(request, work, row, shown)


@router.post("/{id}/settings")
def save_settings(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Change them."""
    sent = dict(pairs)
    row = store.plan(work.session, work.actor, id)
    try:
        with work.attempt():
            document = {**planforms.settings_of(sent, pairs, departments()), "entries": row.document["entries"]}
            plans.change(work, id, version_of(sent), document)
    except XinhengError as error:
        return settings_page(request, work, row, _kept(pairs), error)
    return see_other(f"/planner/plans/{id}", done="saved")


def _kept(pairs: Pairs) -> dict[str, Any]:
    return {**planforms.kept(pairs), "caps": [value for key, value in pairs if key == "caps"]}


@router.get("/{id}/entries/new")
def new_entry(request: Request, work: EditorReads, id: str) -> Response:  # noqa: A002
    """The form of a new entry."""
    row = store.plan(work.session, work.actor, id)
    return entry_page(request, work, row, planforms.blank_entry(plan_of(row)), {"number": ""})


@router.get("/{id}/entries/{number}")
def show_entry(request: Request, work: Reader, id: str, number: str) -> Response:  # noqa: A002
    """An entry with its effect."""
    row = store.plan(work.session, work.actor, id)
    plan = plan_of(row)
    entry = plan.entry(number)
    if entry is None:
        return see_other(f"/planner/plans/{id}")
    shown = planforms.kept([])
    effect = effect_context(work, plan, number)
    return entry_page(
        request, work, row, {**shown, **planforms.shown_entry(entry, districts(work))}, {"number": number, **effect}
    )


@router.post("/{id}/effect")
def effect_now(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """The effect of an entry as it is filled in: a part of the page, asked for while it is being filled in."""
    row = store.plan(work.session, work.actor, id)
    return desk_page(request, work, DESK, "planner/_effect.html", tried(work, row, pairs))


@router.post("/{id}/entries")
def save_entry(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Keep an entry, or (``do`` other than save) only say what it would do, with everything as it was filled in."""
    sent = dict(pairs)
    row = store.plan(work.session, work.actor, id)
    old = sent.get("old") or None
    if sent.get("do") != "save":
        found = tried(work, row, pairs)
        shown = planforms.kept(pairs) | found.get("shown", {})
        return entry_page(request, work, row, shown, {"number": old or "", **found})
    try:
        with work.attempt():
            entry = planforms.entry_of(pairs, districts(work))
            who = [entry.get("department", ""), *entry.get("partners", [])]
            version = version_of(sent)
            if set(who) - set(row.document["needs"]):
                document = planforms.with_needs(row.document, who)
                version = plans.change(work, id, version, document).version
            plans.put_entry(work, id, version, old, entry)
    except XinhengError as error:
        return entry_page(request, work, row, planforms.kept(pairs), {"number": old or "", "error": error})
    return see_other(f"/planner/plans/{id}", done="saved")


@router.post("/{id}/entries/{number}/remove")
def remove_entry(request: Request, work: Editor, id: str, number: str, pairs: Form) -> Response:  # noqa: A002
    """Take an entry out."""
    row = store.plan(work.session, work.actor, id)
    try:
        with work.attempt():
            plans.remove_entry(work, id, version_of(dict(pairs)), number)
    except XinhengError as error:
        return plan_page(request, work, row, {"error": error})
    return see_other(f"/planner/plans/{id}", done="removed")


@router.post("/{id}/submit")
def submit(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Submit a draft; reasons of changes come under ``reason:<number>``."""
    sent = dict(pairs)
    row = store.plan(work.session, work.actor, id)
    reasons = {key.partition(":")[2]: value for key, value in sent.items() if key.startswith("reason:")}
    try:
        with work.attempt():
            plans.submit(work, id, version_of(sent), reasons)
    except XinhengError as error:
        return plan_page(request, work, row, {"error": error, "reasons": reasons})
    return see_other(f"/planner/plans/{id}", done="submit")


@router.post("/{id}/change")
def open_change(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Open an approved plan for a change."""
    row = store.plan(work.session, work.actor, id)
    try:
        with work.attempt():
            plans.open_change(work, id, version_of(dict(pairs)))
    except XinhengError as error:
        return plan_page(request, work, row, {"error": error})
    return see_other(f"/planner/plans/{id}", done="change")


@router.post("/{id}/act")
def act(request: Request, work: Approver, id: str, pairs: Form) -> Response:  # noqa: A002
    """Return, approve, file or publish a plan."""
    sent = dict(pairs)
    row = store.plan(work.session, work.actor, id)
    name = sent.get("act", "")
    try:
        with work.attempt():
            given = {"words": sent.get("words", ""), "number": sent.get("number", ""), "on": day_of(sent.get("on", ""))}
            plans.act(work, id, version_of(sent), name, **given)
    except XinhengError as error:
        return plan_page(request, work, row, {"error": error})
    return see_other(f"/planner/plans/{id}", done=name)


@router.post("/{id}/draw")
def prepare(
    request: Request,
    work: Annotated[Work, page_writes(Permission.DRAW_COMMIT)],
    id: str,  # noqa: A002
    pairs: Form,
) -> Response:
    """Freeze the pools of some entries and make the draft of their draw."""
    sent = dict(pairs)
    row = store.plan(work.session, work.actor.acting(Permission.PLAN_READ), id)
    numbers = [value for key, value in pairs if key == "entry"]
    try:
        with work.attempt():
            if not numbers:
                raise InputError.at("/entry", "plan_draw_nothing")
            new = {
                "draw_id": sent.get("draw_id", "").strip(),
                "title": sent.get("title", "").strip() or row.title,
                "public": [public_event(sent)],
                "holders": planforms.split(sent.get("holders", "")),
            }
            draw = fromdraw.prepare(work, id, numbers, new)
    except XinhengError as error:
        return plan_page(request, work, row, {"error": error, "draw_sent": planforms.kept(pairs), "chosen": numbers})
    return see_other(f"/planner/draws/{draw.id}", done="created")
