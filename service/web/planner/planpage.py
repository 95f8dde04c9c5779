"""What the pages of a plan show: a plan, its settings, an entry with its effect."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError, XinhengError
from service.access.permissions import Permission
from service.db.mapping.plans import plan_of
from service.db.repositories import plans as store
from service.departments import department_zh, departments
from service.planning import libraries, plans
from service.planning.names import districts
from service.web.deskpage import desk_page
from service.web.planner import planforms
from service.web.planner.drawforms import GAMES
from service.web.planner.planlist import TONES
from service.web.planner.planwords import WORDS
from service.web.words import place_zh
from supervision import planparams, planstates
from supervision.items import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request
    from fastapi.responses import Response

    from service.db.tables.plans import PlanRow
    from service.web.sent import Pairs
    from service.work import Work
    from supervision.annual import AnnualPlan
    from supervision.inspectors import Inspector

DESK: Final = "planner"
_RATIOS: Final = planparams.ratio_sets()
_SECTORS: Final = planparams.sector_rules()
DONE: Final = {
    "saved": "已保存。",
    "removed": "已删去这一项。",
    "imported": "已写入计划项目。",
    "submit": "已送审。",
    "return": "已退回修改。",
    "approve": "已批准。",
    "file": "已登记备案。",
    "publish": "已公布。",
    "change": "已开始变更；上一版在新版批准以前继续有效。",
}


def version_of(sent: Mapping[str, str]) -> int:
    """Return the version that a form was made from; 0 for none."""
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0


def day_of(text: str) -> date | None:
    """Return the day that a field sends, None for an empty one; InputError for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError.at("/on", "library_day", value=text) from error


def tried(work: Work, row: PlanRow, pairs: Pairs) -> dict[str, Any]:
    """Return the effect of an entry that is not kept, or what is wrong with it."""
    sent = dict(pairs)
    try:
        entry = planforms.entry_of(pairs, districts(work))
        departments = [entry.get("department", ""), *entry.get("partners", [])]
        plan = plans.with_entry(planforms.with_needs(row.document, departments), sent.get("old") or None, entry)
    except XinhengError as error:
        return {"error": error, "effect": None, "told": []}
    found = plan.entry(entry["number"])
    shown = planforms.shown_entry(found, districts(work)) if found is not None else {}
    return {"error": None, "shown": shown, **effect_context(work, plan, entry["number"])}


def effect_context(work: Work, plan: AnnualPlan, number: str) -> dict[str, Any]:
    """Return what an entry does, what is to be said of it, and who is there to do it."""
    entry = plan.entry(number)
    told = [one for one in plans.found_remarks(work, plan) if one.entry == number]
    try:
        effect = plans.effect_of(work, plan, entry) if entry is not None else None
    except XinhengError as error:
        return {"effect": None, "told": told, "why_not": error.detail}
    people = _people(work, plan, number, tuple(effect.by_region) if effect else ())
    return {"effect": effect, "told": [*told, *(effect.remarks if effect else ())], "people": people, "why_not": ""}


def _people(work: Work, plan: AnnualPlan, number: str, regions: Sequence[str]) -> list[dict[str, Any]]:
    """Return for each department of an entry who may go to its districts, against the seats that it needs."""
    entry = plan.entry(number)
    if entry is None:
        return []
    everybody = [one for one in libraries.load_people(work) if one.active]
    found = []
    for dept in entry.departments:
        own = plan.needs[dept]
        heads = sum(many for _, many in (own.joint if entry.joint else own.alone))
        there = [one for one in everybody if one.department == dept and _goes(one, regions)]
        room = sum(min(max(one.load - one.done, 0), plan.most) for one in there)
        found.append({"dept": dept, "heads": heads, "persons": len(there), "room": room})
    return found


def _goes(person: Inspector, regions: Sequence[str]) -> bool:
    return not regions or not person.regions or any(one in regions for one in person.regions)


def entry_page(
    request: Request,
    work: Work,
    row: PlanRow,
    shown: Mapping[str, Any],
    context: dict[str, Any],
) -> Response:
    """Return the page of an entry."""
    plan = plan_of(row)
    usual: dict[str, Any] = {"effect": None, "told": [], "why_not": "", "people": [], "number": ""}
    error = context.get("error")
    full = {
        **usual,
        "row": row,
        "sent": planforms.kept([]) | dict(shown),
        "items_choices": _item_choices(work, plan),
        "departments": departments(),
        "districts": districts(work),
        "sector_choices": [("", "没有"), *((name, f"{one.what}（{name}）") for name, one in _SECTORS.items())],
        "ratio_choices": [("", "自定"), *((name, f"{name} {one.what}") for name, one in _RATIOS.items())],
        "may_edit": row.state == "draft" and work.actor.may(Permission.PLAN_EDIT, row.department, row.region),
        **WORDS,
        **context,
    }
    status = getattr(error, "status", 200) if error is not None else 200
    return desk_page(request, work, DESK, "planner/plan_entry.html", full, status=status)


def _item_choices(work: Work, plan: AnnualPlan) -> list[tuple[str, str]]:
    """Return the items that may be chosen, those of the plan's own department first."""
    items = sorted(libraries.load_items(work).values(), key=lambda one: (one.department != plan.department, one.code))
    return [(one.code, f"{one.code} {one.name}（{department_zh(one.department)}，{KINDS[one.kind]}）") for one in items]


def settings_page(
    request: Request,
    work: Work,
    row: PlanRow | None,
    sent: Mapping[str, Any],
    error: XinhengError | None = None,
) -> Response:
    """Return the page of what a plan says beside its entries."""
    caps = [one for one in planparams.caps().values() if one.origin.in_force.contains(work.today)]
    shown = planforms.kept([]) | dict(sent)
    shown.setdefault("caps", [])
    places = {
        code: place_zh(code) for code in dict.fromkeys((shown["place"], work.actor.region, *districts(work))) if code
    }
    more = {"caps_known": caps, "places": places, "departments": departments()}
    context = {"row": row, "sent": shown, "error": error, **more, **WORDS}
    status = error.status if error is not None else 200
    return desk_page(request, work, DESK, "planner/plan_settings.html", context, status=status)


def plan_page(request: Request, work: Work, row: PlanRow, context: dict[str, Any]) -> Response:
    """Return the page of a plan."""
    plan = plan_of(row)
    versions = store.plan_versions(work.session, row.id)
    before = next((one for one in versions if one.number < row.number), None)
    error = context.get("error")
    filing, filing_day = plans.filing(work, row)
    full = {
        "row": row,
        "plan": plan,
        "state": planstates.STATES[row.state],
        "tone": TONES[row.state],
        "acts": [one for one in planstates.acts_of(row.state) if one != "submit"],
        "versions": versions,
        "changes": planstates.changes(before.document, row.document) if before and row.state == "draft" else [],
        "told": plans.found_remarks(work, plan),
        "filing": planstates.FILINGS[filing],
        "filing_day": filing_day,
        "report": None,
        "reasons": {},
        "draw_sent": planforms.kept([("holders", "司法局")]),
        "chosen": [one.number for one in plan.entries],
        "flash": DONE.get(str(context.get("done", "")), ""),
        "may_edit": work.actor.may(Permission.PLAN_EDIT, row.department, row.region),
        "may_approve": work.actor.may(Permission.PLAN_APPROVE, row.department, row.region),
        "may_draw": work.actor.may(Permission.DRAW_COMMIT) and any(one.approved_at for one in versions),
        "games": GAMES,
        **WORDS,
        **context,
    }
    if context.get("check"):
        try:
            full["report"] = plans.report(work, plan)
        except XinhengError as found:
            full["error"] = error = found
    status = error.status if error is not None else 200
    return desk_page(request, work, DESK, "planner/plan.html", full, status=status)
