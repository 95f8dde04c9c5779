"""The list of checks: one line for each department in each task."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from service.db.tables.plans import CheckRow, SeatRow, TaskRow
from service.departments import department_zh
from service.web.listing import Cell, Choice, Column, Filter, Listing, equals
from service.web.words import place_zh
from supervision.taskstates import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

_PIECE: Final = 500
"""Values in one list of a query: databases limit them."""
TONES: Final = {
    "planned": "quiet",
    "dispatched": "open",
    "entered": "strict",
    "refused": "stop",
    "reviewed": "strict",
    "published": "good",
    "replaced": "quiet",
    "cancelled": "quiet",
}


def tasks_of(session: Session, checks: Iterable[CheckRow]) -> dict[str, TaskRow]:
    """Return the tasks of checks by id."""
    ids = sorted({one.task_id for one in checks})
    pieces = (ids[start : start + _PIECE] for start in range(0, len(ids), _PIECE))
    found = (one for piece in pieces for one in session.exec(select(TaskRow).where(col(TaskRow.id).in_(piece))))
    return {one.id: one for one in found}


def _of_task(condition: Any) -> Any:  # noqa: ANN401 - conditions over columns
    return col(CheckRow.task_id).in_(select(TaskRow.id).where(condition))


def _words(value: str) -> Any:  # noqa: ANN401 - as above
    name, unit, number = (
        column.contains(value, autoescape=True)
        for column in (col(TaskRow.unit_name), col(TaskRow.unit), col(TaskRow.number))
    )
    return _of_task(name | unit | number)


def _day(value: str, *, last: bool) -> Any:  # noqa: ANN401 - as above
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return _of_task(col(TaskRow.day) <= day if last else col(TaskRow.day) >= day)


def _yes(condition: Any) -> Any:  # noqa: ANN401 - as above
    return lambda value: _of_task(condition) if value == "yes" else _of_task(~condition)


def _inspector(value: str) -> Any:  # noqa: ANN401 - as above
    return col(CheckRow.id).in_(select(SeatRow.check_id).where(SeatRow.inspector == value))


def _department(row: CheckRow) -> Cell:
    return Cell(department_zh(row.department), note="" if row.initiating else "配合")


def _people(row: CheckRow) -> Cell:
    return Cell("、".join(row.people) or "空缺", tone="" if row.people else "stop")


_STATES: Final = tuple(Choice(code, name) for code, name in STATES.items())


def listing_of(session: Session, rows: dict[str, TaskRow]) -> Listing[CheckRow]:
    """Return the list; ``rows`` is filled with the tasks of the checks as they are shown."""

    def task(check: CheckRow) -> TaskRow:
        if check.task_id not in rows:
            rows.update(tasks_of(session, [check]))
        return rows[check.task_id]

    of_task = (TaskRow, col(TaskRow.id) == col(CheckRow.task_id))
    return Listing(
        name="tasks",
        title="检查任务",
        path="/planner/tasks",
        columns=(
            Column(
                "unit",
                "检查对象",
                lambda row: Cell(task(row).unit_name, f"/planner/tasks/{row.task_id}", note=task(row).unit),
            ),
            Column("state", "状态", lambda row: Cell(STATES[row.state], tone=TONES[row.state]), CheckRow.state),
            Column("day", "安排日期", lambda row: Cell(task(row).day.isoformat()), col(TaskRow.day), joined=of_task),
            Column(
                "department",
                "部门",
                lambda row: Cell(department_zh(row.department), note="" if row.initiating else "配合"),
                CheckRow.department,
            ),
            Column("region", "区域", lambda row: Cell(place_zh(row.region)), CheckRow.region),
            Column(
                "people",
                "检查人员",
                lambda row: Cell("、".join(row.people) or "空缺", tone="" if row.people else "stop"),
            ),
            Column("items", "事项", lambda row: Cell("、".join(row.items)), is_shown=False),
            Column("joint", "联合", lambda row: Cell("联合" if task(row).joint else "")),
            Column(
                "number",
                "任务编号",
                lambda row: Cell(task(row).number),
                col(TaskRow.number),
                is_shown=False,
                joined=of_task,
            ),
            Column("draw", "抽取", lambda row: Cell(task(row).draw_id), is_shown=False),
            Column("due", "公示期限", lambda row: Cell(str(row.publish_due or "")), CheckRow.publish_due),
        ),
        filters=(
            Filter("q", "企业、代码或者任务编号", _words, kind="search"),
            Filter(
                "state", "状态", equals(col(CheckRow.state)), tuple(Choice(code, name) for code, name in STATES.items())
            ),
            Filter("department", "部门", equals(col(CheckRow.department))),
            Filter("region", "区域代码", equals(col(CheckRow.region))),
            Filter("inspector", "人员编号", _inspector),
            Filter("joint", "联合检查", _yes(col(TaskRow.joint)), (Choice("yes", "是"), Choice("no", "否"))),
            Filter("from", "安排日期不早于", lambda value: _day(value, last=False), kind="date"),
            Filter("to", "不晚于", lambda value: _day(value, last=True), kind="date"),
        ),
        sort="day",
        unique=CheckRow.id,
    )
