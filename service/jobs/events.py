"""What the audit trail is told about jobs."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class JobStarted(Event):
    """Somebody, or the schedule, asked for a job."""

    kind: ClassVar[str] = "job.started"
    title: ClassVar[str] = "发起后台任务"

    job: str
    """The kind of job."""


@event
class JobEnded(Event):
    """A job is over; ``state`` says how."""

    kind: ClassVar[str] = "job.ended"
    title: ClassVar[str] = "后台任务结束"

    job: str
    state: str


@event
class JobCancelled(Event):
    """Somebody asked for a job to be given up."""

    kind: ClassVar[str] = "job.cancelled"
    title: ClassVar[str] = "取消后台任务"

    job: str


@event
class JobRetried(Event):
    """Somebody asked for a job that failed to be taken up again."""

    kind: ClassVar[str] = "job.retried"
    title: ClassVar[str] = "重试后台任务"

    job: str
