"""From a plan to a draw, and from a draw to tasks: where planning meets the ceremony."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import polars as pl
from sqlalchemy import insert
from sqlmodel import func, select

from service.db.mapping.plans import batches_json
from service.db.repositories import draws
from service.db.repositories import plans as store
from service.db.tables.draws import DrawRow
from service.db.tables.plans import CheckRow, PlanRow, SeatRow, TaskRow
from service.draws import draft as drafts
from service.draws.store import folder_of
from service.errors import StateError
from service.ids import new_id
from service.planning import libraries, marks, plans
from service.planning.events import TasksMade
from supervision.annualdraw import folder
from supervision.assignments import Source, TaskError, assignments
from supervision.ceremony import states
from supervision.drawrecord import RESULT
from supervision.taskcalendar import schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlmodel import SQLModel

    from service.work import Work
    from supervision.annual import AnnualPlan, Entry
    from supervision.assignments import Assignment, Check

LINK: Final = "annual_plan"
"""Member of a draft that says which yearly plan it was made of; the record keeps it."""
_AFTER: Final = frozenset({"dispatched", "closed", "published"})
_LEAVE: Final = "leave.tsv"


def prepare(work: Work, plan_id: str, numbers: Sequence[str], new: Mapping[str, Any]) -> DrawRow:
    """Make the draft of a draw of some entries of a plan, frozen today.

    Args:
        work: of the act.
        plan_id: of an approved plan.
        numbers: of its entries.
        new: ``draw_id``, ``title``, ``public`` (the events), ``holders``.

    Raises:
        StateError: no version is approved, or a library is missing.
        InputError: an entry has no ratio for a stratum; the draft is wrong.
    """
    row = store.plan(work.session, work.actor, plan_id)
    plan = plans.in_force(work, row)
    entries = [_entry(plan, number) for number in numbers]
    made = folder(plan, entries, libraries.load(work), marks.known(work), work.today)
    link = {"id": row.id, "entries": list(numbers), "frozen_on": work.today.isoformat()}
    document = {**made.draft, "public": list(new["public"]), LINK: link}
    files = {name: data for name, data in made.files.items() if name != _LEAVE}
    return drafts.create(
        work,
        drafts.NewDraw(
            draw_id=new["draw_id"],
            title=new["title"],
            department=row.department,
            region=row.region,
            document=document,
            holders=tuple(new.get("holders", ())),
            files=files,
        ),
    )


def _entry(plan: AnnualPlan, number: str) -> Entry:
    found = plan.entry(number)
    if found is None:
        raise StateError("plan_entry_unknown", number=number)
    return found


def make_tasks(work: Work, draw: DrawRow) -> list[TaskRow]:
    """Make the tasks of a dispatched draw, each with its day; once.

    Raises:
        StateError: the draw is not dispatched, has no yearly plan, or its tasks are there already.
    """
    require_dispatched(draw)
    if are_made(work, draw):
        raise StateError("task_tasks_made", draw=draw.draw_id)
    making = begin(work, draw)
    rows = making.keep(making.left)
    told(work, draw, rows)
    return rows


def told(work: Work, draw: DrawRow, rows: Sequence[TaskRow]) -> None:
    """Tell the audit trail of tasks that were made."""
    numbers = {"tasks": len(rows), "joint": sum(one.joint for one in rows)}
    where = {"department": draw.department, "region": draw.region}
    work.record(TasksMade(subject=draw.id, **where, draw_id=draw.draw_id, **numbers))


def require_dispatched(draw: DrawRow) -> None:
    """StateError where a draw has not been dispatched."""
    if draw.state not in _AFTER:
        raise StateError("task_draw_state", draw=draw.draw_id, state=states()[draw.state].name)


def are_made(work: Work, draw: DrawRow) -> bool:
    """Whether every visit of a draw has its task; those that stepped in have theirs besides."""
    own = select(func.count()).select_from(TaskRow).where(TaskRow.draw_id == draw.draw_id)
    return work.session.exec(own).one() >= int(draw.summary.get("visits", 0))


def begin(work: Work, draw: DrawRow) -> Making:
    """Work out the tasks of a dispatched draw that are not there yet; nothing is kept yet.

    Raises:
        StateError: the draw is not dispatched, or has no yearly plan.
    """
    require_dispatched(draw)
    made, days = _worked_out(work, draw, orjson.loads(folder_of(work, draw).bytes_of(RESULT)), 1)
    own = select(TaskRow.unit_group, TaskRow.unit).where(TaskRow.draw_id == draw.draw_id)
    there = {(group, unit) for group, unit in work.session.exec(own)}
    return Making(work, draw, [one for one in made if (one.group, one.unit) not in there], days)


def _plan_of(work: Work, draw: DrawRow) -> tuple[PlanRow, AnnualPlan]:
    link = draw.draft.get(LINK)
    row = work.session.get(PlanRow, link["id"]) if isinstance(link, dict) else None
    if row is None:
        raise StateError("task_no_plan", draw=draw.draw_id)
    return row, plans.in_force(work, row)


def keep_tasks(work: Work, draw: DrawRow, result: Mapping[str, Any], first: int = 1) -> list[TaskRow]:
    """Write the tasks of (a part of) a result, numbered from ``first``; StateError where the plan does not fit."""
    made, days = _worked_out(work, draw, result, first)
    return Making(work, draw, made, days).keep(made)


def _worked_out(
    work: Work, draw: DrawRow, result: Mapping[str, Any], first: int
) -> tuple[list[Assignment], Mapping[str, date]]:
    _, plan = _plan_of(work, draw)
    groups = {one["plan_id"]: one["group"] for one in draw.draft["plans"]}
    source = Source(draw.draw_id, result, groups, {one.number: one for one in plan.entries}, libraries.load_items(work))
    try:
        made = assignments(source, first)
    except TaskError as error:
        raise StateError(error.code, **error.params) from error
    people = {one.inspector_id: one for one in libraries.load_people(work)}
    return made, schedule(made, lambda person, day: person in people and people[person].away_on(day))


@dataclass(slots=True)
class Making:
    """Tasks that were worked out and are not kept yet (``left``), each with its day."""

    work: Work
    draw: DrawRow
    left: list[Assignment]
    days: Mapping[str, date]

    def keep(self, some: Sequence[Assignment]) -> list[TaskRow]:
        """Write some of them, with their checks and seats."""
        row, plan = _plan_of(self.work, self.draw)
        maker = _Maker(self.work, self.draw, row, plan, {one.unit for one in some})
        tasks = [maker.task(one, self.days[one.number]) for one in some]
        _add(self.work, [one for one, _ in tasks])
        checks = [check for _, own in tasks for check in own]
        _add(self.work, checks)
        _add(self.work, [seat for check in checks for seat in seats_of(self.work, check)])
        return [one for one, _ in tasks]


def _add(work: Work, rows: Sequence[SQLModel]) -> None:
    """Insert rows many at a time: a quarter of a city is a hundred thousand of them."""
    if rows:
        work.session.execute(insert(type(rows[0])), [one.model_dump() for one in rows])


class _Maker:
    """Makes the rows of tasks, with what the libraries and the ledger say of their units today."""

    def __init__(self, work: Work, draw: DrawRow, row: PlanRow, plan: AnnualPlan, units: set[str]) -> None:
        self.work, self.draw, self.row = work, draw, row
        self.entries = {one.number: one for one in plan.entries}
        objects = libraries.load_objects(work).filter(pl.col("unit").is_in(units))
        self.units = {
            unit: more for unit, *more in objects.select("unit", "name", "address", "credit_class").iter_rows()
        }
        self.lifted: dict[str, set[str]] = {}
        known = marks.known(work).triggers.filter(pl.col("unit").is_in(units))
        for unit, code, since, until in known.iter_rows():
            if since <= work.today < until:
                self.lifted.setdefault(unit, set()).add(code)

    def task(self, task: Assignment, day: date) -> tuple[TaskRow, list[CheckRow]]:
        """Return the row of a task and those of its checks."""
        name, address, credit_class = self.units.get(task.unit, (task.unit, None, None))
        numbers = sorted({number for one in task.checks for number in one.entries})
        entries = [self.entries[number] for number in numbers]
        # The first entry keeps the objects, and the visit counts as that of its department.
        first = entries[0].department
        row = TaskRow(
            id=new_id("task", self.work.now),
            number=task.number,
            draw_id=task.draw_id,
            plan_id=self.row.id,
            unit_group=task.group,
            unit=task.unit,
            unit_name=(name or task.unit)[:200],
            address=(address or "")[:200],
            department=first,
            region=task.region,
            credit_class=credit_class,
            lifted=sorted(self.lifted.get(task.unit, ())),
            joint=task.joint,
            by_class=any(one.by_class for one in entries),
            batches=batches_json(task.batches),
            since=task.window.since,
            last=task.window.last,
            day=day,
            record_digest=self.draw.digest or "",
            created_at=self.work.now,
            version=1,
        )
        level = entries[0].carried_out_by
        return row, [_check_row(self.work, row, one, level, initiating=one.department == first) for one in task.checks]


def _check_row(work: Work, task: TaskRow, one: Check, level: str, *, initiating: bool) -> CheckRow:
    return CheckRow(
        id=new_id("check", work.now),
        task_id=task.id,
        department=one.department,
        region=task.region,
        state="planned",
        initiating=initiating,
        level=level,
        entries=list(one.entries),
        items=list(one.items),
        people=list(one.people),
        empty=one.empty,
        dispatched_on=None,
        checked_on=None,
        method="",
        scanned=None,
        note="",
        entered_at=None,
        entered_by="",
        entered_by_name="",
        reviewed_by="",
        reviewed_by_name="",
        refusal="",
        publish_due=None,
        published_on=None,
        version=1,
    )


def seats_of(work: Work, check: CheckRow) -> list[SeatRow]:
    """Return the rows of the inspectors of a check, still to be added."""
    people = dict.fromkeys(check.people)
    return [SeatRow(id=new_id("seat", work.now), check_id=check.id, inspector=person) for person in people]


def draw_named(work: Work, draw_id: str) -> DrawRow:
    """Return a draw within the actor's area by its public name.

    Raises:
        StateError: there is none.
    """
    found = work.session.exec(draws.statement(work.actor).where(DrawRow.draw_id == draw_id)).one_or_none()
    if found is None:
        raise StateError("task_no_plan", draw=draw_id)
    return found
