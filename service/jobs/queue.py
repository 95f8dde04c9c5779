"""Starting jobs, and taking them up.

A worker claims a job by a short transaction of its own. It shows that it lives by the heartbeat; a job whose
heartbeat is older than the lease belongs to nobody and is taken up again. A heartbeat from the future counts as
old: a clock was set back, and nobody may wait for it to catch up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from kernel.errors import problem_document
from service.audit.chain import append
from service.db.tables.jobs import LOCK_LENGTH, JobRow
from service.errors import StateError
from service.ids import new_id
from service.jobs.events import JobEnded, JobStarted
from service.jobs.registry import kind_of
from service.jobs.rights import document_of

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlmodel import Session

    from service.db.database import Database
    from service.work import Work


@dataclass(frozen=True, slots=True)
class Claim:
    """A job as it was when a worker took it up."""

    id: str
    kind: str
    token: str
    payload: Any
    checkpoint: Any
    rights: dict[str, Any]


def start(  # noqa: PLR0913 - everything after the payload is seldom needed, and by keyword alone
    work: Work,
    kind: str,
    payload: object = None,
    *,
    lock: str = "",
    subject: str = "",
    slot: str | None = None,
    department: str | None = None,
    region: str | None = None,
    run_after: datetime | None = None,
) -> str:
    """Put a job into the queue, in the transaction of the work; returns its id.

    Jobs of one ``lock`` run one after another. Of one ``slot`` there is a single job ever: starting it again
    gives the id of the one that is there. KeyError for a kind that nobody registered.
    """
    kind_of(kind)
    if slot is not None and (there := work.session.exec(select(JobRow.id).where(JobRow.slot == slot)).first()):
        return there
    actor = work.actor
    row = JobRow(
        id=new_id("job", work.now),
        kind=kind,
        subject=subject[:LOCK_LENGTH],
        payload={} if payload is None else payload,
        lock_key=lock,
        slot=slot,
        state="queued",
        done=0,
        note="",
        owner=actor.id,
        owner_name=actor.name,
        rights=document_of(actor),
        department=actor.department if department is None else department,
        region=actor.region if region is None else region,
        attempts=0,
        cancel_asked=False,
        created_at=work.now,
        run_after=run_after,
    )
    work.session.add(row)
    work.record(JobStarted(subject=row.id, department=row.department, region=row.region, job=kind))
    return row.id


def claim(database: Database, now: datetime, lease: timedelta) -> Claim | None:
    """Take up the oldest job that may run now; None: there is none, or another worker was faster."""
    try:
        with database.write() as session:
            _free_abandoned(session, now, lease)
            row = session.exec(_waiting(now)).first()
            return None if row is None else _take(row, now)
    except IntegrityError:  # PostgreSQL: another worker has just taken a job of the same lock
        return None


def _waiting(now: datetime) -> Any:  # noqa: ANN401 - SQLModel's select of one table
    other = aliased(JobRow)
    locked = exists().where(col(other.state) == "running", col(other.lock_key) == col(JobRow.lock_key))
    return (
        select(JobRow)
        .where(JobRow.state == "queued", or_(col(JobRow.run_after).is_(None), col(JobRow.run_after) <= now))
        .where(or_(col(JobRow.lock_key) == "", ~locked))
        .order_by(col(JobRow.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=JobRow)
    )


def _take(row: JobRow, now: datetime) -> Claim:
    token = new_id("claim", now)
    row.state, row.claim = "running", token
    row.attempts += 1
    row.claimed_at = row.heartbeat_at = now
    return Claim(row.id, row.kind, token, row.payload, row.checkpoint, row.rights)


def _free_abandoned(session: Session, now: datetime, lease: timedelta) -> None:
    """Jobs whose worker died: back into the queue, given up, or cancelled as was asked."""
    beat = col(JobRow.heartbeat_at)
    old = select(JobRow).where(JobRow.state == "running", or_(beat < now - lease, beat > now + lease))
    for row in session.exec(old.order_by(col(JobRow.id)).with_for_update(skip_locked=True)).all():
        row.claim = None
        if row.cancel_asked:
            end(session, row, "cancelled", now)
        elif row.attempts >= kind_of(row.kind).attempts:
            row.error = problem_document(StateError("job_gave_up", attempts=row.attempts))
            end(session, row, "failed", now)
        else:
            row.state = "queued"
    session.flush()


def end(session: Session, row: JobRow, state: str, now: datetime) -> None:
    """Write down that a job is over, and tell the audit trail."""
    row.state, row.finished_at, row.claim = state, now, None
    event = JobEnded(subject=row.id, department=row.department, region=row.region, job=row.kind, state=state)
    append(session, [event], (row.owner, row.owner_name), now)


def beat(database: Database, mine: Claim, now: datetime) -> bool:
    """Show that the worker lives; False: the job is not its any more."""
    with database.write() as session:
        row = session.exec(owned(mine)).one_or_none()
        if row is None:
            return False
        row.heartbeat_at = now
        return True


def owned(mine: Claim) -> Any:  # noqa: ANN401 - SQLModel's select of one table
    """The row of a claim, locked, as long as the claim holds."""
    same = (JobRow.id == mine.id, JobRow.claim == mine.token, JobRow.state == "running")
    return select(JobRow).where(*same).with_for_update()
