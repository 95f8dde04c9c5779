"""What the pages of tasks show: one task, the calendar, the workload, the grid."""

from __future__ import annotations

import calendar
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import XinhengError
from kernel.interval import add_months
from kernel.workdays import is_workday
from service.access.permissions import Permission
from service.db.mapping.plans import batches_of
from service.db.repositories import plans as store
from service.planning import libraries, replacing, tasks, year
from service.web.deskpage import desk_page
from service.web.planner.planwords import WORDS
from service.web.planner.tasklist import TONES
from supervision.planparams import reasons
from supervision.taskcalendar import workload
from supervision.taskresults import rectified
from supervision.tasks import result_code
from supervision.taskstates import DONE as DONE_STATES

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import Response

    from service.db.tables.plans import CheckRow, ResultRow
    from service.work import Work

_DESK: Final = "planner"
_OUT: Final = ("replaced", "cancelled")
DONE: Final = {
    "made": "已生成检查任务并安排日期。",
    "dispatched": "已派发。",
    "moved": "已改期。",
    "replaced": "已由候补名单的下一个接替。",
    "restaffed": "已按规则换人。",
    "reviewed": "已办理审核。",
    "cancelled": "已取消这项检查，理由已记录。",
    "published": "已登记公示。",
    "followed": "已登记后续处理。",
    "entered": "结果已录入，等待审核。",
}


def task_page(request: Request, work: Work, task_id: str, context: dict[str, Any]) -> Response:
    """Return the page of a task."""
    task = store.task(work.session, work.actor, task_id)
    checks = store.checks_of(work.session, task.id)
    results = store.results_of(work.session, [one.id for one in checks])
    mine = tasks.inspector_of(work)
    error = context.get("error")
    full = {
        "task": task,
        "batches": batches_of(task.batches),
        "checks": [_check(work, one, results.get(one.id, []), mine) for one in checks],
        "changes": store.changes_of(work.session, task.id),
        "people": {one.inspector_id: one.name for one in libraries.load_people(work)},
        "item_names": {code: one.name for code, one in libraries.load_items(work).items()},
        "may_dispatch": work.actor.may(Permission.TASK_DISPATCH, task.department, task.region),
        "replacements": replacing.choices(),
        "cancellations": reasons("cancellation"),
        "flash": DONE.get(str(context.get("done", "")), ""),
        "TONES": TONES,
        **WORDS,
        **context,
    }
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/task.html", full, status=status)


def _check(work: Work, check: CheckRow, results: list[ResultRow], mine: str | None) -> dict[str, Any]:
    may_enter = check.state in {"dispatched", "refused"} and mine in check.people
    shown = []
    for one in results:
        state = rectified(one.due_on, one.corrected_on, work.today) if one.due_on else ""
        due = tasks.listing_due(one, check.region, work.today)
        name = result_code(one.code_set, one.code).name
        shown.append({"row": one, "name": name, "rectified": state, "listing_due": due})
    late = check.publish_due is not None and check.published_on is None and check.publish_due < work.today
    may = work.actor.may(Permission.TASK_DISPATCH, check.department, check.region)
    return {"row": check, "results": shown, "may_enter": may_enter, "late": late, "may_dispatch": may}


def calendar_page(request: Request, work: Work, month: str) -> Response:
    """Return the tasks of a month, day by day; ``month`` as 2026-06."""
    first = _month(month, work.today)
    last = add_months(first, 1)
    mine = None if work.actor.may(Permission.TASK_DISPATCH) else tasks.inspector_of(work)
    by_day = year.days(work, first, last, mine)
    weeks = [
        [_day_cell(day, first, by_day.get(day)) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    context = {
        "first": first,
        "before": add_months(first, -1),
        "after": add_months(first, 1),
        "weeks": weeks,
        "names": "一二三四五六日",
    }
    return desk_page(request, work, _DESK, "planner/task_calendar.html", context)


def _day_cell(day: date, first: date, found: year.Day | None) -> dict[str, Any]:
    return {"day": day, "in_month": day.month == first.month, "off": not is_workday(day).value, "found": found}


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def workload_page(request: Request, work: Work) -> Response:
    """Return the tasks of each inspector this year, busiest first."""
    people = {one.inspector_id: one for one in libraries.load_people(work)}
    found = workload(year.seats(work, work.today.year))
    idle = sorted(
        person for person, one in people.items() if one.active and person not in {row.inspector_id for row in found}
    )
    context = {"rows": found, "people": people, "idle": idle, "most": max((one.tasks for one in found), default=1)}
    return desk_page(request, work, _DESK, "planner/task_workload.html", context)


def grid_page(request: Request, work: Work) -> Response:
    """Return how many checks there are, and how many are done, by district and department."""
    every: Counter[tuple[str, str]] = Counter()
    done: Counter[tuple[str, str]] = Counter()
    for region, dept, state, many in year.by_district(work, work.today.year):
        if state not in _OUT:
            every[region, dept] += many
            done[region, dept] += many * (state in DONE_STATES)
    visits, joint = year.visits(work, work.today.year)
    context = {
        "regions": sorted({region for region, _ in every}),
        "departments": sorted({dept for _, dept in every}),
        "every": every,
        "done_of": done,
        "joint": joint,
        "visits": visits,
    }
    return desk_page(request, work, _DESK, "planner/task_grid.html", context)
