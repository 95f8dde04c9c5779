"""What people do with jobs: give one up, have one taken up again, take what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.access.permissions import Permission
from service.db.repositories import jobs as store
from service.errors import HttpError, StateError
from service.jobs.events import JobCancelled, JobRetried
from service.jobs.present import STATE_TITLES, files_of

if TYPE_CHECKING:
    from service.db.tables.jobs import JobRow
    from service.jobs.present import JobFile
    from service.work import Work

_NOT_FOUND: Final = 404


def get(work: Work, job_id: str) -> JobRow:
    """One job; HttpError 404 for one that the actor may not see."""
    row = store.find(work.session, work.actor, job_id)
    if row is None:
        raise HttpError(_NOT_FOUND, "job_unknown", id=job_id)
    return row


def cancel(work: Work, job_id: str) -> JobRow:
    """Give a job up: at once while it waits, at its next step while it runs; StateError once it is over."""
    row = _held(work, job_id)
    if row.state not in {"queued", "running"}:
        raise StateError("job_not_cancellable", state=STATE_TITLES[row.state])
    row.cancel_asked = True
    if row.state == "queued":
        row.state, row.finished_at = "cancelled", work.now
    work.record(JobCancelled(subject=row.id, department=row.department, region=row.region, job=row.kind))
    return row


def retry(work: Work, job_id: str) -> JobRow:
    """Back into the queue from the last checkpoint; StateError unless the job failed or was cancelled."""
    row = _held(work, job_id)
    if row.state not in {"failed", "cancelled"}:
        raise StateError("job_not_retryable", state=STATE_TITLES[row.state])
    row.state, row.cancel_asked, row.attempts = "queued", False, 0
    row.error = row.finished_at = row.claim = None
    work.record(JobRetried(subject=row.id, department=row.department, region=row.region, job=row.kind))
    return row


def file(work: Work, job_id: str, number: int) -> JobFile:
    """One of the files a job of the actor's own made, from 1; HttpError 404 where there is none."""
    row = get(work, job_id)
    files = files_of(row) if row.owner == work.actor.id else []
    if not 1 <= number <= len(files):
        raise HttpError(_NOT_FOUND, "job_file_unknown", id=job_id, number=number)
    return files[number - 1]


def _held(work: Work, job_id: str) -> JobRow:
    row = store.lock_own(work.session, work.actor, job_id, Permission.JOB_CANCEL)
    if row is None:
        raise HttpError(_NOT_FOUND, "job_unknown", id=job_id)
    return row
