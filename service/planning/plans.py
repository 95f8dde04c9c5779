"""Yearly plans: made, changed entry by entry, submitted, approved, filed, published; changed again with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlmodel import select

from kernel.errors import InputError
from service.access import scope
from service.db.mapping.plans import plan_of
from service.db.repositories import plans as store
from service.db.tables.plans import PlanRow, PlanVersionRow
from service.errors import HttpError, StateError
from service.ids import new_id
from service.planning import libraries, marks
from service.planning.events import PlanMoved, PlanSaved
from service.versions import expect_number
from supervision import annualdraw, planstates
from supervision.annual import read_annual
from supervision.annualcheck import ERROR, remarks
from supervision.annualsheet import label_of
from supervision.drawdoc import Node

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.work import Work
    from supervision.annual import AnnualPlan, Entry
    from supervision.annualcheck import Remark
    from supervision.annualdraw import Effect

_NOT_FOUND: Final = 404
FILE: Final = "计划"


def create(work: Work, document: Mapping[str, Any]) -> PlanRow:
    """Keep a new plan; it belongs to the department and the place that it names.

    Raises:
        InputError: names the place in the document.
        OutOfAreaError: the place or the department is not the actor's.
    """
    plan = read_annual(Node(FILE, "", dict(document)))
    scope.check(work.actor, plan.department, plan.place)
    row = PlanRow(
        id=new_id("plan", work.now),
        title=plan.title,
        year=plan.year,
        department=plan.department,
        region=plan.place,
        state="draft",
        number=1,
        document=plan.as_dict(),
        reasons={},
        created_at=work.now,
        created_by=work.actor.id,
        updated_at=work.now,
        updated_by=work.actor.id,
        updated_by_name=work.actor.name,
        version=1,
    )
    work.session.add(row)
    work.session.flush()
    _saved(work, row, [one.number for one in plan.entries])
    return row


def change(work: Work, plan_id: str, seen: int, document: Mapping[str, Any]) -> PlanRow:
    """Put another document in the place of a draft's.

    Raises:
        InputError: names the place in the document.
        StateError: the plan is not a draft, or somebody changed it meanwhile.
    """
    row = changing(work, plan_id, seen)
    plan = read_annual(Node(FILE, "", dict(document)))
    scope.check(work.actor, plan.department, plan.place)
    changed = [one.entry or "" for one in planstates.changes(row.document, plan.as_dict())]
    _keep(work, row, plan, changed)
    return row


def put_entry(work: Work, plan_id: str, seen: int, number: str | None, entry: Mapping[str, Any]) -> PlanRow:
    """Add an entry (``number`` None), or put one in the place of the one with that number."""
    row = changing(work, plan_id, seen)
    plan = with_entry(row.document, number, entry)
    _keep(work, row, plan, [str(entry["number"])])
    return row


def with_entry(document: Mapping[str, Any], number: str | None, entry: Mapping[str, Any]) -> AnnualPlan:
    """Return the plan with an entry added or replaced; InputError names the place in the entry's fields.

    Raises:
        InputError: the entry is wrong, or its number is taken.
        HttpError: 404, no entry has the number.
    """
    entries = list(document["entries"])
    numbers = [one["number"] for one in entries]
    if number is not None and number not in numbers:
        raise HttpError(_NOT_FOUND, "plan_entry_unknown", number=number)
    if entry["number"] in numbers and entry["number"] != number:
        raise InputError.at("/number", "plan_entry_taken", number=entry["number"])
    place = numbers.index(number) if number is not None else len(entries)
    entries[place : place + 1] = [dict(entry)]
    try:
        return read_annual(Node(FILE, "", {**document, "entries": entries}))
    except InputError as error:
        raise InputError([_in_entry(one, place) for one in error.errors], error.code, **error.params) from error


def _in_entry(error: Any, place: int) -> Any:  # noqa: ANN401 - a field error
    """Take the way to the entry off a pointer, so that the form can show it at its field."""
    prefix = f"/{FILE}/entries/{place}"
    if not error.pointer.startswith(prefix):
        return error
    shown = error.pointer.removeprefix(prefix)
    return type(error)(shown, error.code, {**error.params, "file": FILE, "place": f"“{label_of(shown)}”"})


def remove_entry(work: Work, plan_id: str, seen: int, number: str) -> PlanRow:
    """Take an entry out."""
    row = changing(work, plan_id, seen)
    left = [one for one in row.document["entries"] if one["number"] != number]
    if len(left) == len(row.document["entries"]):
        raise HttpError(_NOT_FOUND, "plan_entry_unknown", number=number)
    _keep(work, row, read_annual(Node(FILE, "", {**row.document, "entries": left})), [number])
    return row


def changing(work: Work, plan_id: str, seen: int) -> PlanRow:
    """Return the locked row of a draft; StateError where it is no draft, or was changed meanwhile."""
    row = store.plan(work.session, work.actor, plan_id, lock=True)
    expect_number(row.version, seen)
    if row.state != "draft":
        raise StateError("plan_fixed", state=planstates.STATES[row.state])
    return row


def _keep(work: Work, row: PlanRow, plan: AnnualPlan, changed: list[str]) -> None:
    row.title, row.year, row.document = plan.title, plan.year, plan.as_dict()
    row.department, row.region = plan.department, plan.place
    _touch(work, row)
    _saved(work, row, changed)


def _touch(work: Work, row: PlanRow) -> None:
    row.updated_at, row.updated_by, row.updated_by_name = work.now, work.actor.id, work.actor.name
    row.version += 1
    work.session.add(row)
    work.session.flush()


def _saved(work: Work, row: PlanRow, changed: list[str]) -> None:
    where = {"subject": row.id, "department": row.department, "region": row.region}
    work.record(PlanSaved(**where, version=row.version, changed=changed))


# -- the way of a plan ------------------------------------------------------------------------------


def submit(work: Work, plan_id: str, seen: int, reasons: Mapping[str, str]) -> PlanRow:
    """Submit a draft as a version, with the report on it and, after the first, the reason of every change.

    Raises:
        StateError: errors in the plan, a change without its reason, nothing changed.
    """
    row = changing(work, plan_id, seen)
    plan = plan_of(row)
    faults = [one for one in found_remarks(work, plan) if one.level == ERROR]
    if faults:
        raise StateError("plan_has_errors", count=len(faults), first=faults[0].words)
    before = [one for one in store.plan_versions(work.session, row.id) if one.number < row.number]
    changes = []
    if before:
        changes = planstates.changes(before[0].document, row.document)
        _allowed(lambda: planstates.require_reasons(changes, reasons))
    version = PlanVersionRow(
        id=new_id("planver", work.now),
        plan_id=row.id,
        number=row.number,
        document=row.document,
        changes=[{"entry": one.entry, "kind": one.kind, "fields": list(one.fields)} for one in changes],
        reasons={name: text.strip() for name, text in reasons.items() if text.strip()},
        report=report(work, plan),
        submitted_at=work.now,
        submitted_by=work.actor.id,
        submitted_by_name=work.actor.name,
        approved_at=None,
        approved_by=None,
        approved_by_name="",
        filed_on=None,
        filed_number="",
        published_on=None,
    )
    existing = work.session.exec(
        select(PlanVersionRow).where(PlanVersionRow.plan_id == row.id, PlanVersionRow.number == row.number)
    ).one_or_none()
    if existing is not None:  # it was returned: the same version again
        work.session.delete(existing)
        work.session.flush()
    work.session.add(version)
    _move(work, row, "submit")
    return row


def act(work: Work, plan_id: str, seen: int, name: str, **given: Any) -> PlanRow:  # noqa: ANN401 - by act
    """Return, approve, file or publish a plan.

    ``given``: ``words`` of a return; ``on`` and ``number`` of the filing.

    Raises:
        StateError: the state does not allow it, or the one who approves is the one who submitted.
    """
    row = store.plan(work.session, work.actor, plan_id, lock=True)
    expect_number(row.version, seen)
    version = next((one for one in store.plan_versions(work.session, row.id) if one.number == row.number), None)
    _allowed(lambda: planstates.after(row.state, name))
    if version is None:
        raise StateError("plan_not_in_force", state=planstates.STATES[row.state])
    if name == "approve":
        if version.submitted_by == work.actor.id:
            raise StateError("plan_own_approval")
        version.approved_at, version.approved_by = work.now, work.actor.id
        version.approved_by_name = work.actor.name
    elif name == "file":
        version.filed_on, version.filed_number = given.get("on") or work.today, str(given.get("number", ""))[:200]
    elif name == "publish":
        version.published_on = work.today
    work.session.add(version)
    _move(work, row, name, str(given.get("words", "")))
    return row


def open_change(work: Work, plan_id: str, seen: int) -> PlanRow:
    """Open an approved plan for a change: a draft of the next version; the one before stays in force meanwhile."""
    row = store.plan(work.session, work.actor, plan_id, lock=True)
    expect_number(row.version, seen)
    if row.state not in planstates.FIXED:
        raise StateError("plan_not_in_force", state=planstates.STATES[row.state])
    before, row.state, row.number = row.state, "draft", row.number + 1
    _touch(work, row)
    _moved(work, row, ("change", before), "")
    return row


def _move(work: Work, row: PlanRow, name: str, words: str = "") -> None:
    before = row.state
    row.state = _allowed(lambda: planstates.after(before, name))
    _touch(work, row)
    _moved(work, row, (name, before), words)


def _moved(work: Work, row: PlanRow, what: tuple[str, str], words: str) -> None:
    name, before = what
    where = {"subject": row.id, "department": row.department, "region": row.region}
    more = {"act": name, "source": before, "target": row.state, "words": words[:1000]}
    work.record(PlanMoved(**where, **more, number=row.number))


def _allowed(call: Any) -> Any:  # noqa: ANN401 - whatever it returns
    try:
        return call()
    except planstates.PlanStateError as error:
        raise StateError(error.code, **error.params) from error


# -- what a plan does -------------------------------------------------------------------------------


def found_remarks(work: Work, plan: AnnualPlan) -> list[Remark]:
    """Return what is unwise or wrong in a plan, without looking at the objects."""
    return remarks(plan, libraries.load_items(work))


def effect_of(work: Work, plan: AnnualPlan, entry: Entry) -> Effect:
    """Return what an entry does today; StateError where there are no objects yet."""
    objects = libraries.load_objects(work)
    pool = annualdraw.pool_of(plan, entry, objects, marks.known(work), work.today)
    return annualdraw.effect(plan, entry, pool)


def report(work: Work, plan: AnnualPlan) -> dict[str, Any]:
    """Return everything that can be said of a plan before any draw.

    Raises:
        StateError: a library is missing. InputError: an entry has no ratio for a stratum.
    """
    return annualdraw.check(plan, libraries.load(work), marks.known(work), work.today)


def in_force(work: Work, row: PlanRow) -> AnnualPlan:
    """Return the plan as last approved, from which draws are made; StateError where no version is approved."""
    for one in store.plan_versions(work.session, row.id):
        if one.approved_at is not None:
            return read_annual(Node(row.title, "", one.document))
    raise StateError("plan_not_in_force", state=planstates.STATES[row.state])


def filing(work: Work, row: PlanRow) -> tuple[str, date | None]:
    """Return how the filing of a plan stands (a word of ``FILINGS``), and its last day."""
    filed = [one.filed_on for one in store.plan_versions(work.session, row.id) if one.filed_on is not None]
    first = min(filed, default=None)
    day = planstates.filing_day(row.year, row.region, first or work.today)
    return planstates.filing(row.year, row.region, first, work.today), day
