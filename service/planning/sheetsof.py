"""The sheets of stored tasks: names instead of codes, and where the code at the door leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from service.db.mapping.plans import plan_of
from service.db.tables.plans import CheckRow, PlanRow, TaskRow
from service.departments import department_zh
from service.documents.tasksheet import Sheet, SheetCheck
from service.planning import libraries
from service.web.words import place_zh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.work import Work


def sheets_of(work: Work, task_ids: Sequence[str], base: str) -> list[Sheet]:
    """Return the sheets of tasks in the order given; ``base`` is the address of this service."""
    rows = {one.id: one for one in work.session.exec(select(TaskRow).where(col(TaskRow.id).in_(task_ids)))}
    checks: dict[str, list[CheckRow]] = {}
    wanted = select(CheckRow).where(col(CheckRow.task_id).in_(task_ids)).order_by(col(CheckRow.department))
    for one in work.session.exec(wanted):
        checks.setdefault(one.task_id, []).append(one)
    names = {one.inspector_id: one.name for one in libraries.load_people(work)}
    items = {code: one.name for code, one in libraries.load_items(work).items()}
    titles = _titles(work, {one.plan_id for one in rows.values()})
    return [
        _sheet(rows[task_id], checks[task_id], (names, items, titles), base) for task_id in task_ids if task_id in rows
    ]


def _titles(work: Work, plan_ids: set[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for row in work.session.exec(select(PlanRow).where(col(PlanRow.id).in_(plan_ids))):
        found |= {(row.id, one.number): one.name for one in plan_of(row).entries}
    return found


def _sheet(
    task: TaskRow,
    checks: Sequence[CheckRow],
    words: tuple[dict[str, str], dict[str, str], dict[tuple[str, str], str]],
    base: str,
) -> Sheet:
    names, items, titles = words
    numbers = dict.fromkeys(number for one in checks for number in one.entries)
    return Sheet(
        number=task.number,
        title="；".join(titles.get((task.plan_id, number), number) for number in numbers),
        draw_id=task.draw_id,
        record=task.record_digest,
        unit=task.unit,
        name=task.unit_name,
        place=task.address,
        region=place_zh(task.region),
        since=task.since.isoformat(),
        last=task.last.isoformat(),
        day=task.day.isoformat(),
        checks=tuple(
            SheetCheck(
                department_zh(one.department),
                tuple(names.get(person, person) for person in one.people),
                tuple((code, items.get(code, "")) for code in one.items),
                one.initiating,
            )
            for one in checks
        ),
        address=f"{base.rstrip('/')}/planner/tasks/{task.id}",
    )
