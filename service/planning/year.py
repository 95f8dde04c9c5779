"""Figures of a year, publication files and the records of scoring, from the stored tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select as sa_select
from sqlmodel import col, func, select

from service.access import scope
from service.db.mapping.plans import plan_of
from service.db.repositories import plans as store
from service.db.tables.plans import CheckRow, PlanRow, ResultRow, SeatRow, TaskRow
from service.departments import department_zh
from service.errors import StateError
from service.planning import libraries
from service.planning.tasks import done_of
from supervision.annualcheck import percent
from supervision.publication import RESULTS, public_rows
from supervision.tasks import Finding, result_code
from supervision.tasksfigures import PPM, Figure, PlanFact, Year, definitions, figures
from supervision.taskstates import DONE
from supervision.visitledger import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.work import Work

LOW: Final = "A"
_OUT: Final = ("replaced", "cancelled")
NAMED: Final = 3
"""Tasks of a day that the calendar names."""
Joined = tuple[TaskRow, CheckRow]


@dataclass(slots=True)
class Day:
    """How many tasks a day has, and the first of them: id and name of the unit."""

    many: int
    named: list[tuple[str, str]] = field(default_factory=list)


def joined(work: Work, year: int, *more: Any) -> Sequence[Joined]:  # noqa: ANN401 - conditions
    """Return the checks of a year within the actor's area, each with its task; in the order of the tasks."""
    wanted = select(TaskRow, CheckRow).join(CheckRow, col(CheckRow.task_id) == col(TaskRow.id))
    first, last = date(year, 1, 1), date(year, 12, 31)
    wanted = wanted.where(col(TaskRow.day).between(first, last), scope.condition(CheckRow, work.actor), *more)
    return [(task, check) for task, check in work.session.exec(wanted.order_by(col(TaskRow.number), col(CheckRow.id)))]


def _results(work: Work, rows: Iterable[Joined]) -> Mapping[str, list[ResultRow]]:
    return store.results_of(work.session, [check.id for _, check in rows])


def _columns(*columns: Any) -> Any:  # noqa: ANN401 - SQLModel's columns have the types of their values
    """A statement over columns: rows as plain tuples, of which a year has a quarter of a million."""
    return sa_select(*columns)


def _of_year(work: Work, year: int, wanted: Any) -> Any:  # noqa: ANN401 - a statement over tasks and checks
    """Narrow a statement to the checks of a year within the actor's area."""
    own = scope.condition(CheckRow, work.actor)
    return wanted.where(col(TaskRow.day).between(date(year, 1, 1), date(year, 12, 31)), own)


def findings(work: Work, year: int) -> list[Finding]:
    """Return what was found in a year, one row a code; what was replaced or cancelled is left out."""
    columns = (
        TaskRow.plan_id,
        CheckRow.entries,
        TaskRow.draw_id,
        TaskRow.unit,
        CheckRow.department,
        ResultRow.item,
        CheckRow.checked_on,
        ResultRow.code_set,
        ResultRow.code,
        TaskRow.joint,
        TaskRow.credit_class,
        CheckRow.published_on,
        ResultRow.due_on,
        ResultRow.corrected_on,
        CheckRow.scanned,
    )
    wanted = _columns(*columns).join(CheckRow, col(CheckRow.task_id) == col(TaskRow.id))
    wanted = wanted.join(ResultRow, col(ResultRow.check_id) == col(CheckRow.id))
    wanted = _of_year(work, year, wanted).where(col(CheckRow.state).not_in(_OUT), col(CheckRow.checked_on).is_not(None))
    entries = _entries(work, year)
    found = []
    for plan_id, numbers, draw_id, *rest in work.session.execute(wanted):
        item = rest[2]
        own = next((one for one in numbers if item in entries.get((plan_id, one), ())), numbers[0])
        found.append(Finding(draw_id, own, *rest))
    return found


def _entries(work: Work, year: int) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the items of the entries of the plans that the tasks of a year came from."""
    used = _of_year(work, year, _columns(TaskRow.plan_id).join(CheckRow, col(CheckRow.task_id) == col(TaskRow.id)))
    return {
        (row.id, one["number"]): tuple(one["items"])
        for row in work.session.exec(select(PlanRow).where(col(PlanRow.id).in_(used)))
        for one in row.document["entries"]
    }


def year_of(work: Work, year: int) -> Year:
    """Return what the figures of a year are made of; StateError where the libraries are missing."""
    columns = (
        TaskRow.draw_id,
        TaskRow.plan_id,
        TaskRow.unit,
        TaskRow.lifted,
        CheckRow.entries,
        CheckRow.state,
        CheckRow.checked_on,
        CheckRow.dispatched_on,
    )
    wanted = _columns(*columns).join(CheckRow, col(CheckRow.task_id) == col(TaskRow.id))
    rows = work.session.execute(_of_year(work, year, wanted)).all()
    objects = libraries.load_objects(work)
    low = objects.filter(objects["credit_class"] == LOW)["unit"].to_list()
    kept = [row for row in rows if row.state not in _OUT and row.dispatched_on is not None]
    items = [one.code for one in libraries.load_items(work).values() if one.listed != "undisturbed"]
    return Year(
        findings=findings(work, year),
        plans=_plan_facts(work, {(row.draw_id, row.plan_id, number) for row in rows for number in row.entries}),
        enterprises=objects.height,
        items=items,
        low_risk=frozenset(low),
        lifted={row.unit: frozenset(row.lifted) for row in rows},
        checks=(sum(row.checked_on is not None for row in kept), len(kept)),
        place=work.actor.region or "000000",
        on=work.today,
    )


def _plan_facts(work: Work, used: set[tuple[str, str, str]]) -> list[PlanFact]:
    """Return the entries of the yearly plans that tasks came from: draw, plan, number."""
    ids = {plan_id for _, plan_id, _ in used}
    plans = {one.id: plan_of(one) for one in work.session.exec(select(PlanRow).where(col(PlanRow.id).in_(ids)))}
    found = []
    for draw_id, plan_id, number in sorted(used):
        entry = plans[plan_id].entry(number)
        if entry is not None:
            found.append(PlanFact(draw_id, number, entry.joint, entry.by_class))
    return found


def by_district(work: Work, year: int) -> list[tuple[str, str, str, int]]:
    """Return how many checks of a year there are: region, department, state, number."""
    keys = (CheckRow.region, CheckRow.department, CheckRow.state)
    wanted = _columns(*keys, func.count()).join(TaskRow, col(TaskRow.id) == col(CheckRow.task_id)).group_by(*keys)
    return [tuple(row) for row in work.session.execute(_of_year(work, year, wanted))]


def visits(work: Work, year: int) -> tuple[int, int]:
    """Return how many visits a year has, and how many of them are joint; what was replaced or cancelled apart."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    wanted = _columns(TaskRow.joint, func.count()).where(col(TaskRow.day).between(first, last), _own(work).exists())
    counts = {bool(joint): many for joint, many in work.session.execute(wanted.group_by(col(TaskRow.joint)))}
    return sum(counts.values()), counts.get(True, 0)


def _own(work: Work) -> Any:  # noqa: ANN401 - a statement that belongs into one over tasks
    """The checks of a task within the actor's area that are still to count."""
    own = sa_select(col(CheckRow.id)).where(col(CheckRow.task_id) == col(TaskRow.id))
    own = own.where(scope.condition(CheckRow, work.actor), col(CheckRow.state).not_in(_OUT))
    return own.correlate(TaskRow)


def seats(work: Work, year: int) -> list[tuple[str, date, bool, int]]:
    """Return how many checks of a year each inspector has: inspector, day, whether done, number."""
    is_done = col(CheckRow.state).in_(DONE)
    wanted = _columns(SeatRow.inspector, TaskRow.day, is_done, func.count())
    wanted = wanted.join(CheckRow, col(CheckRow.id) == col(SeatRow.check_id))
    wanted = wanted.join(TaskRow, col(TaskRow.id) == col(CheckRow.task_id))
    wanted = _of_year(work, year, wanted).where(col(CheckRow.state).not_in(_OUT))
    rows = work.session.execute(wanted.group_by(col(SeatRow.inspector), col(TaskRow.day), is_done))
    return [(inspector, day, bool(done), many) for inspector, day, done, many in rows]


def days(work: Work, first: date, last: date, inspector: str | None) -> dict[date, Day]:
    """Return the tasks of the days from ``first`` until (not including) ``last``, of one inspector or of all."""
    own = _own(work)
    if inspector is not None:
        own = own.where(col(CheckRow.id).in_(select(SeatRow.check_id).where(SeatRow.inspector == inspector)))
    day = col(TaskRow.day)
    place = func.row_number().over(partition_by=day, order_by=(col(TaskRow.number), col(TaskRow.id))).label("place")
    many = func.count().over(partition_by=day).label("many")
    inner = _columns(day, TaskRow.id, TaskRow.unit_name, place, many)
    inner = inner.where(day >= first, day < last, own.exists()).subquery()
    found: dict[date, Day] = {}
    for row in work.session.execute(
        sa_select(inner).where(inner.c.place <= NAMED).order_by(inner.c.day, inner.c.place)
    ):
        found.setdefault(row.day, Day(row.many)).named.append((row.id, row.unit_name))
    return found


def shown_figures(work: Work, year: int, *, internal: bool = True) -> list[dict[str, Any]]:
    """Return the figures of a year as rows: name, both counts, share, definition, source, target."""
    of = year_of(work, year)
    return [_shown(one, of) for one in figures(of) if internal or not definitions()[one.of].internal]


def _shown(one: Figure, of: Year) -> dict[str, Any]:
    definition = definitions()[one.of]
    target = definition.target(of.place, of.on)
    about = one.name.removeprefix(one.of).removeprefix("_")
    share = "—" if one.ppm is None else percent(one.ppm)
    if definition.unit == "ratio":
        share = "—" if one.ppm is None else f"{one.ppm / PPM:.2f} 倍"
    return {
        **one.as_dict(),
        "title": definition.name,
        "about": about,
        "share": share,
        "source": definition.source,
        "confidence": definition.confidence,
        "internal": definition.internal,
        "target": None if target is None else percent(target["ppm"]),
        "reached": None if target is None or one.ppm is None else one.ppm >= target["ppm"],
    }


def publication(work: Work, year: int, states: Sequence[str] = ("reviewed", "published")) -> list[dict[str, str]]:
    """Return what may be published of the results of a year: no class, no person."""
    rows = joined(work, year, col(CheckRow.state).in_(states))
    results = _results(work, rows)
    items = libraries.load_items(work)
    plans = _names_of_entries(work, rows)
    found = []
    for task, check in rows:
        number = check.entries[0]
        name, kind = plans.get((task.plan_id, number), (number, ""))
        found += [
            {
                "plan_number": number,
                "plan_name": name,
                "task_number": task.number,
                "kind": kind,
                "department": department_zh(check.department),
                "uscc": task.unit,
                "name": task.unit_name,
                "item": items[one.item].name if one.item in items else one.item,
                "checked_on": check.checked_on,
                "code_set": one.code_set,
                "code": one.code,
                "result": result_code(one.code_set, one.code).name,
            }
            for one in results.get(check.id, [])
        ]
    return public_rows(found, RESULTS)


def _names_of_entries(work: Work, rows: Iterable[Joined]) -> dict[tuple[str, str], tuple[str, str]]:
    ids = {task.plan_id for task, _ in rows}
    found = {}
    for row in work.session.exec(select(PlanRow).where(col(PlanRow.id).in_(ids))):
        for one in plan_of(row).entries:
            drawing = {"directed": "定向", "undirected": "不定向"}[one.drawing]
            found[row.id, one.number] = one.name, drawing
    return found


def scoring_records(work: Work, year: int) -> dict[str, list[dict[str, Any]]]:
    """Return the raw records that the results of a year give, as ``score build`` reads them.

    Raises:
        StateError: there are none.
    """
    rows = [(task, check) for task, check in joined(work, year) if check.checked_on and check.state not in _OUT]
    if not rows:
        raise StateError("task_no_results", year=year)
    results = _results(work, rows)
    return records([done_of(task, check, results.get(check.id, [])) for task, check in rows])
