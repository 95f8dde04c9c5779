"""Queries for jobs: somebody's own, and those of the area where he may look at jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_
from sqlmodel import col, select

from service.access import scope
from service.access.permissions import Permission
from service.db.tables.jobs import JobRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

    from service.access.actor import Actor


def visible(actor: Actor) -> Any:  # noqa: ANN401 - SQLModel's select of one table
    """The jobs an actor may see."""
    return select(JobRow).where(or_(col(JobRow.owner) == actor.id, *_areas(actor, Permission.JOB_READ)))


def _areas(actor: Actor, right: Permission) -> list[ColumnElement[bool]]:
    """Where the right is held, or everywhere the system is run."""
    rights = (right, Permission.SYSTEM_MANAGE)
    return [scope.condition(JobRow, actor.acting(one)) for one in rights if actor.may(one)]


def find(session: Session, actor: Actor, job_id: str) -> JobRow | None:
    """One job, if the actor may see it."""
    row: JobRow | None = session.exec(visible(actor).where(JobRow.id == job_id)).one_or_none()
    return row


def lock_own(session: Session, actor: Actor, job_id: str, right: Permission) -> JobRow | None:
    """One job, held until the end of the transaction, if it is the actor's or the right reaches it."""
    mine = or_(col(JobRow.owner) == actor.id, *_areas(actor, right))
    return session.exec(select(JobRow).where(JobRow.id == job_id, mine).with_for_update()).one_or_none()


def counts(session: Session) -> dict[str, int]:
    """How many jobs are in each state."""
    found = select(JobRow.state, func.count()).group_by(col(JobRow.state))
    return dict(session.exec(found).all())


def waiting_since(session: Session) -> datetime | None:
    """When the job that has waited longest was started; None: nothing waits."""
    oldest = select(func.min(col(JobRow.created_at))).where(JobRow.state == "queued")
    return session.exec(oldest).one()
