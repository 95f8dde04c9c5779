"""A unit that is gone on arrival is replaced by the next of the reserve, by the rule of the draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlmodel import func, select

from service.db.repositories import plans as store
from service.db.tables.plans import TaskRow
from service.draws import drawing
from service.errors import StateError
from service.planning.events import CheckMoved
from service.planning.fromdraw import draw_named, keep_tasks
from service.versions import expect_number
from supervision import taskstates
from supervision.assignments import TaskError
from supervision.drawchanges import Act
from supervision.planparams import reasons
from supervision.tasks import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from service.work import Work
    from supervision.drawchanges import Change
    from supervision.drawlog import Stand, Standing
    from supervision.taskresults import ItemResult


def replace(work: Work, task_id: str, seen: int, code: str) -> list[TaskRow]:
    """Replace the unit of a task for a reason of the closed list; returns the tasks that were made instead.

    Raises:
        StateError: a reason that is not on the list, a draw that does not allow it now, a task that is done.
    """
    task = store.task(work.session, work.actor, task_id, lock=True)
    expect_number(task.version, seen)
    draw = draw_named(work, task.draw_id)
    standing = drawing.standing(work, draw)
    act = Act(code, work.actor.name, work.now.isoformat(timespec="seconds"))
    groups = {one["plan_id"]: one["group"] for one in draw.draft["plans"]}
    places = list(_places(standing, task, groups))
    if not places:
        raise StateError("change_unit", value=task.unit)
    lines = [drawing.replace(work, draw, where, act) for where in places]
    _take_out(work, task)
    return _step_in(work, task, lines)


def _places(standing: Standing, task: TaskRow, groups: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield plan and stratum of each plan of the group that drew the unit, or into which it stepped."""
    stepped = {line.by: line.what[:2] for line in standing.log if len(line.what) == len(("plan", "stratum", "unit"))}
    for plan, strata in standing.drawn.items():
        if groups[plan] != task.unit_group:
            continue
        for stratum, drawn in strata.items():
            if task.unit in drawn["selected"] or stepped.get(task.unit) == (plan, stratum):
                yield plan, stratum, task.unit


def _take_out(work: Work, task: TaskRow) -> None:
    for check in store.checks_of(work.session, task.id):
        try:
            move = taskstates.move("replace", check.state)
        except TaskError as error:
            raise StateError(error.code, **error.params) from error
        where = {"subject": check.id, "department": check.department, "region": check.region}
        work.record(CheckMoved(**where, task=task.id, act="replace", source=check.state, target=move.end))
        check.state, check.version = move.end, check.version + 1
        work.session.add(check)
    task.version += 1
    work.session.add(task)
    work.session.flush()


def _step_in(work: Work, task: TaskRow, lines: Sequence[Change]) -> list[TaskRow]:
    draw = draw_named(work, task.draw_id)
    units = {line.by for line in lines if line.by is not None}
    there = set(
        work.session.exec(
            select(TaskRow.unit).where(TaskRow.draw_id == task.draw_id, TaskRow.unit_group == task.unit_group)
        )
    )
    new = units - there
    if not new:
        return []
    stands = [one for one in drawing.standing(work, draw).stands() if one.task.unit in new]
    plans: dict[str, Any] = {}
    for line in lines:
        if line.by in new:
            plans.setdefault(line.what[0], {}).setdefault(line.what[1], {"selected": []})["selected"].append(line.by)
    first = work.session.exec(select(func.count()).select_from(TaskRow).where(TaskRow.draw_id == task.draw_id)).one()
    return keep_tasks(work, draw, {"plans": plans, **_demands(stands, task.unit_group)}, first + 1)


def _demands(stands: Iterable[Stand], group: str) -> dict[str, Any]:
    own = [one for one in stands if one.task.group == group]
    demands = [
        {
            "group": group,
            "unit": one.task.unit,
            "dept": one.demand.dept,
            "region": one.task.region,
            "people": list(one.people),
        }
        for one in own
    ]
    gaps = [{"rank": rank} for rank, one in enumerate(own) for _ in range(one.demand.heads - len(one.people))]
    return {"demands": demands, "unfilled": gaps}


def reason_of(results: Iterable[ItemResult]) -> str | None:
    """Return the code of a result that allows a replacement, or None: only some of one set do."""
    allowed = reasons("replacement")
    for one in results:
        try:
            if one.result.group == "out_of_scope" and one.code_set == "province-results" and one.code in allowed:
                return one.code
        except ResultError:
            continue
    return None


def choices() -> Mapping[str, str]:
    """Return the reasons for a replacement, code → name."""
    return reasons("replacement")
