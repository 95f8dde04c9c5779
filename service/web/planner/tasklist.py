"""The list of checks: one line for each department in each task."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from service.db.tables.plans import CheckRow, SeatRow, TaskRow
from service.departments import department_zh, departments
from service.planning import libraries
from service.planning.names import districts
from service.web.listing import Cell, Choice, Column, Filter, Listing, equals
from service.web.words import place_zh
from supervision.taskstates import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlmodel import Session

    from service.work import Work

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


class _Cells:
    """What the columns show; tasks are looked up as they are shown, names once for the whole list."""

    def __init__(self, work: Work, rows: dict[str, TaskRow]) -> None:
        self.work, self.rows = work, rows
        self.names = {one.inspector_id: one.name for one in libraries.load_people(work)}

    def task(self, check: CheckRow) -> TaskRow:
        if check.task_id not in self.rows:
            self.rows.update(tasks_of(self.work.session, [check]))
        return self.rows[check.task_id]

    def unit(self, row: CheckRow) -> Cell:
        task = self.task(row)
        return Cell(task.unit_name, f"/planner/tasks/{row.task_id}", note=task.unit)

    def department(self, row: CheckRow) -> Cell:
        return Cell(department_zh(row.department), note="" if row.initiating else "配合")

    def people(self, row: CheckRow) -> Cell:
        text = "、".join(self.names.get(one, one) for one in row.people) or "空缺"
        return Cell(text, tone="" if row.people else "stop", note=f"还缺 {row.empty} 人" if row.empty else "")

    def inspector(self, value: str) -> Any:  # noqa: ANN401 - conditions over columns
        """The checks of an inspector, by number or by name."""
        wanted = [value, *(number for number, name in self.names.items() if name == value)]
        return col(CheckRow.id).in_(select(SeatRow.check_id).where(col(SeatRow.inspector).in_(wanted)))


def _columns(cells: _Cells) -> tuple[Column[CheckRow], ...]:
    of_task, task = (TaskRow, col(TaskRow.id) == col(CheckRow.task_id)), cells.task
    day, number = col(TaskRow.day), col(TaskRow.number)
    return (
        Column("unit", "检查对象", cells.unit),
        Column("state", "状态", lambda row: Cell(STATES[row.state], tone=TONES[row.state]), CheckRow.state),
        Column("day", "安排日期", lambda row: Cell(task(row).day.isoformat()), day, joined=of_task),
        Column("department", "部门", cells.department, CheckRow.department),
        Column("region", "区域", lambda row: Cell(place_zh(row.region)), CheckRow.region),
        Column("people", "检查人员", cells.people),
        Column("items", "事项", lambda row: Cell("、".join(row.items)), is_shown=False),
        Column("joint", "联合", lambda row: Cell("联合" if task(row).joint else "")),
        Column("number", "任务编号", lambda row: Cell(task(row).number), number, is_shown=False, joined=of_task),
        Column("draw", "抽取", lambda row: Cell(task(row).draw_id), is_shown=False),
        Column("due", "公示期限", lambda row: Cell(str(row.publish_due or "")), CheckRow.publish_due),
    )


def _filters(cells: _Cells) -> tuple[Filter, ...]:
    chosen = {code: tuple(Choice(*pair) for pair in some.items()) for code, some in _choices(cells.work).items()}
    return (
        Filter("q", "企业、代码或任务编号", _words, kind="search"),
        Filter("state", "状态", equals(col(CheckRow.state)), chosen["state"]),
        Filter("department", "部门", equals(col(CheckRow.department)), chosen["department"]),
        Filter("region", "区域", equals(col(CheckRow.region)), chosen["region"]),
        Filter("inspector", "检查人员", cells.inspector),
        Filter("draw", "抽取编号", lambda value: _of_task(col(TaskRow.draw_id) == value)),
        Filter("joint", "联合检查", _yes(col(TaskRow.joint)), (Choice("yes", "是"), Choice("no", "否"))),
        Filter("from", "不早于", lambda value: _day(value, last=False), kind="date"),
        Filter("to", "不晚于", lambda value: _day(value, last=True), kind="date"),
    )


def _choices(work: Work) -> dict[str, Mapping[str, str]]:
    return {"state": STATES, "department": departments(), "region": districts(work)}


def listing_of(work: Work, rows: dict[str, TaskRow]) -> Listing[CheckRow]:
    """Return the list; ``rows`` is filled with the tasks of the checks as they are shown."""
    cells = _Cells(work, rows)
    return Listing(
        name="tasks",
        title="检查任务",
        path="/planner/tasks",
        columns=_columns(cells),
        filters=_filters(cells),
        sort="day",
        unique=CheckRow.id,
    )
