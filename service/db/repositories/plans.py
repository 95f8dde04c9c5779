"""Queries for plans, tasks and results. Everything that is looked up lies within the actor's area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from service.access import scope
from service.db.tables.plans import (
    CheckRow,
    PlanRow,
    PlanVersionRow,
    ResultRow,
    SeatRow,
    TaskChangeRow,
    TaskRow,
)
from service.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlmodel import Session
    from sqlmodel.sql.expression import SelectOfScalar

    from service.access.actor import Actor

_NOT_FOUND: Final = 404
_PIECE: Final = 500
"""Values in one list of a query: databases limit them."""


def plans(actor: Actor) -> SelectOfScalar[PlanRow]:
    """Every plan within the actor's area; lists narrow and sort it."""
    return scope.where(select(PlanRow), PlanRow, actor)


def plan(session: Session, actor: Actor, plan_id: str, *, lock: bool = False) -> PlanRow:
    """A plan; HttpError 404 where there is none within the actor's area. ``lock``: to change it."""
    wanted = plans(actor).where(PlanRow.id == plan_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "plan_unknown", id=plan_id)
    return found


def plan_versions(session: Session, plan_id: str) -> Sequence[PlanVersionRow]:
    """The versions of a plan, the newest first."""
    wanted = select(PlanVersionRow).where(PlanVersionRow.plan_id == plan_id)
    return session.exec(wanted.order_by(col(PlanVersionRow.number).desc())).all()


def checks(actor: Actor) -> SelectOfScalar[CheckRow]:
    """Every check within the actor's area: each department sees its own."""
    return scope.where(select(CheckRow), CheckRow, actor)


def check(session: Session, actor: Actor, check_id: str, *, lock: bool = False) -> CheckRow:
    """A check; HttpError 404 where there is none within the actor's area. ``lock``: to change it."""
    wanted = checks(actor).where(CheckRow.id == check_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "task_unknown", id=check_id)
    return found


def task(session: Session, actor: Actor, task_id: str, *, lock: bool = False) -> TaskRow:
    """A task of which the actor sees a check at least; HttpError 404 otherwise."""
    own = checks(actor).where(CheckRow.task_id == task_id).limit(1)
    wanted = select(TaskRow).where(TaskRow.id == task_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None or session.exec(own).first() is None:
        raise HttpError(_NOT_FOUND, "task_unknown", id=task_id)
    return found


def checks_of(session: Session, task_id: str) -> Sequence[CheckRow]:
    """The checks of a task by department: whoever goes to one door knows who else comes."""
    return session.exec(select(CheckRow).where(CheckRow.task_id == task_id).order_by(col(CheckRow.department))).all()


def results_of(session: Session, check_ids: Iterable[str]) -> dict[str, list[ResultRow]]:
    """The results of checks, in order, by check."""
    ids = list(check_ids)
    found: dict[str, list[ResultRow]] = {}
    for start in range(0, len(ids), _PIECE):
        wanted = select(ResultRow).where(col(ResultRow.check_id).in_(ids[start : start + _PIECE]))
        for one in session.exec(wanted.order_by(col(ResultRow.check_id), col(ResultRow.position))):
            found.setdefault(one.check_id, []).append(one)
    return found


def changes_of(session: Session, task_id: str) -> Sequence[TaskChangeRow]:
    """What was changed at a task, the oldest first."""
    wanted = select(TaskChangeRow).where(TaskChangeRow.task_id == task_id)
    return session.exec(wanted.order_by(col(TaskChangeRow.number))).all()


def seats(session: Session, check_id: str) -> Sequence[SeatRow]:
    """The inspectors of a check."""
    return session.exec(select(SeatRow).where(SeatRow.check_id == check_id).order_by(col(SeatRow.inspector))).all()
