"""What the function of a job works with: its payload, its checkpoints, its transactions, its progress."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from service import clock
from service.jobs.queue import end, owned
from service.jobs.rights import actor_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from datetime import datetime

    from service.access.actor import Actor
    from service.db.tables.jobs import JobRow
    from service.engine import Engine
    from service.filestore import FileStore
    from service.jobs.queue import Claim
    from service.work import Work, Works

_EVERY_SECONDS: Final = 0.5
"""Progress is written at most this often."""


class JobInterrupt(BaseException):
    """The function has to end now; a handler that catches Exception does not swallow it."""


class JobLost(JobInterrupt):
    """The lease ran out and somebody else has taken the job up: nothing of this run may be kept."""


class JobCancelledByUser(JobInterrupt):
    """Somebody asked for the job to be given up."""


class JobPaused(JobInterrupt):
    """The worker is stopping; the job goes on from its last checkpoint elsewhere."""


class Run:
    """One run of one job, from the last checkpoint on."""

    def __init__(self, works: Works, mine: Claim, stopping: threading.Event) -> None:
        """``stopping`` is set when the worker is asked to end."""
        self._works = works
        self._mine = mine
        self._stopping = stopping
        self._written = 0.0
        self.id = mine.id
        self.kind = mine.kind
        self.payload: Any = mine.payload
        self.checkpoint: Any = mine.checkpoint
        self.actor: Actor = actor_of(mine.rights)
        self.result: Any = None
        self.is_finished = False

    @property
    def files(self) -> FileStore:
        """Bulk files beside the database."""
        return self._works.files

    @property
    def engine(self) -> Engine:
        """The catalogue release in use, and the deciders."""
        return self._works.engine

    def now(self) -> datetime:
        """The present moment."""
        return clock.now()

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A transaction that looks only."""
        with self._works.reading(self.actor) as work:
            yield work

    @contextmanager
    def step(
        self, checkpoint: object, *, done: int | None = None, total: int | None = None, note: str | None = None
    ) -> Iterator[Work]:
        """A transaction whose effects are kept together with the checkpoint; both, or neither.

        Raises JobLost, JobCancelledByUser or JobPaused before anything is done.
        """
        with self._works.writing(self.actor) as work:
            row = self._own(work)
            yield work
            row.checkpoint = checkpoint
            _show(row, done, total, note)
        self.checkpoint = checkpoint

    @contextmanager
    def finish(self) -> Iterator[Work]:
        """The last transaction: its effects are kept together with "done" and with ``self.result``."""
        with self._works.writing(self.actor) as work:
            row = self._own(work)
            yield work
            work.keep_events()
            row.result = self.result
            if row.total is not None:
                row.done = row.total
            end(work.session, row, "done", work.now)
        self.is_finished = True

    def progress(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Show how far the job is; cheap enough to be called for every line."""
        if self._stopping.is_set():
            raise JobPaused
        if time.monotonic() - self._written < _EVERY_SECONDS:
            return
        self._written = time.monotonic()
        with self._works.writing(self.actor) as work:
            _show(self._own(work), done, total, note)

    def _own(self, work: Work) -> JobRow:
        """The job's row, locked, as long as the job is ours and is wanted."""
        if self._stopping.is_set():
            raise JobPaused
        row: JobRow | None = work.session.exec(owned(self._mine)).one_or_none()
        if row is None:
            raise JobLost
        if row.cancel_asked:
            raise JobCancelledByUser
        row.heartbeat_at = work.now
        return row


def _show(row: JobRow, done: int | None, total: int | None, note: str | None) -> None:
    if done is not None:
        row.done = done
    if total is not None:
        row.total = total
    if note is not None:
        row.note = note
