"""A worker: claims jobs one after another and does them, until it is asked to stop."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from kernel.errors import XinhengError, problem_document
from service import clock
from service.errors import StateError
from service.jobs.queue import Claim, beat, claim, end, owned
from service.jobs.registry import kind_of
from service.jobs.run import JobCancelledByUser, JobLost, JobPaused, Run
from service.jobs.schedule import start_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from service.db.tables.jobs import JobRow
    from service.work import Works

_log = logging.getLogger("xinheng.jobs")
LEASE: Final = timedelta(seconds=60)
_BEATS_A_LEASE: Final = 4
_IDLE_SECONDS: Final = 1.0
_SCHEDULE_SECONDS: Final = 30.0


class Worker:
    """One thread's worth of work; start several processes for more."""

    def __init__(self, works: Works, stopping: threading.Event | None = None, lease: timedelta = LEASE) -> None:
        """``lease``: how long a job stays this worker's without a sign of life."""
        self._works = works
        self._lease = lease
        self.stopping = stopping or threading.Event()

    def loop(self) -> None:
        """Work until :attr:`stopping` is set; a database that is away is waited for."""
        schedule_at = 0.0
        while not self.stopping.is_set():
            try:
                if (now := clock.now().timestamp()) >= schedule_at or schedule_at - now > _SCHEDULE_SECONDS:
                    schedule_at = now + _SCHEDULE_SECONDS
                    start_due(self._works)
                if not self.run_one():
                    self.stopping.wait(_IDLE_SECONDS)
            except DBAPIError as error:
                _log.warning("the database does not answer: %s", type(error.orig).__name__)
                self.stopping.wait(_IDLE_SECONDS)

    def run_one(self) -> bool:
        """Claim and do one job; False: nothing waits."""
        mine = claim(self._works.database, clock.now(), self._lease)
        if mine is None:
            return False
        run = Run(self._works, mine, self.stopping)
        with self._beating(mine):
            self._do(run, mine)
        return True

    def _do(self, run: Run, mine: Claim) -> None:
        try:
            result = kind_of(mine.kind).handler(run)
            if not run.is_finished:
                run.result = run.result if result is None else result
                with run.finish():
                    pass
        except JobLost:
            _log.warning("job %s was taken over by another worker", mine.id)
        except JobPaused:
            self._close(mine, _pause)
        except JobCancelledByUser:
            self._close(mine, lambda session, row: end(session, row, "cancelled", clock.now()))
        except XinhengError as error:
            self._fail(mine, problem_document(error))
        except DBAPIError:
            raise  # the lease runs out, and the job is taken up again from its checkpoint
        except Exception:  # noqa: BLE001 - whatever a handler raises becomes the state of its job, and a line in the log
            _log.exception("job %s (%s) failed", mine.id, mine.kind)
            self._fail(mine, problem_document(StateError("job_fault")))

    def _fail(self, mine: Claim, problem: dict[str, object]) -> None:
        def failed(session: Session, row: JobRow) -> None:
            row.error = problem
            end(session, row, "failed", clock.now())

        self._close(mine, failed)

    def _close(self, mine: Claim, how: _Close) -> None:
        with self._works.database.write() as session:
            row = session.exec(owned(mine)).one_or_none()
            if row is not None:
                how(session, row)

    @contextmanager
    def _beating(self, mine: Claim) -> Iterator[None]:
        """Show signs of life while the job is being done, however long its function computes."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat, args=(mine, over), name=f"beat-{mine.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat(self, mine: Claim, over: threading.Event) -> None:
        while not over.wait(self._lease.total_seconds() / _BEATS_A_LEASE):
            try:
                if not beat(self._works.database, mine, clock.now()):
                    return
            except DBAPIError as error:
                _log.warning("no sign of life for %s: %s", mine.id, type(error.orig).__name__)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Close = Callable[[Session, JobRow], None]


def _pause(_session: Session, row: JobRow) -> None:
    """Back into the queue; the attempt does not count, since nothing went wrong."""
    row.state, row.claim = "queued", None
    row.attempts -= 1


def run_all(works: Works) -> int:
    """Do every job that waits, in this thread; returns how many."""
    worker = Worker(works)
    count = 0
    while worker.run_one():
        count += 1
    return count
