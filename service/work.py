"""The transaction of one request or job: who acts, when, on which data, and what is told to the audit trail."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service import clock
from service.audit.chain import append

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlmodel import Session

    from service.access.actor import Actor
    from service.audit.events import Event
    from service.db.database import Database
    from service.engine import Engine
    from service.filestore import FileStore


@dataclass(slots=True)
class Work:
    """What an act works with; made by :class:`Works`, never kept beyond its transaction."""

    session: Session
    actor: Actor
    now: datetime
    engine: Engine
    files: FileStore
    _events: list[Event] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The civil day of the act in China."""
        return self.now.astimezone(clock.CHINA).date()

    def record(self, event: Event) -> None:
        """Tell the audit trail; the event is kept if the act is, and only then."""
        self._events.append(event)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the act that may be refused: an error within takes back what it did, and the act goes on."""
        told = len(self._events)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self._events[told:]
            raise

    def keep_events(self) -> None:
        """Append what was recorded; last of all, since the end of the chain is locked until the commit."""
        if self._events:
            self.session.flush()
            append(self.session, self._events, (self.actor.id, self.actor.name), self.now)
            self._events.clear()


@dataclass(frozen=True, slots=True)
class Works:
    """Makes the works of one process."""

    database: Database
    engine: Engine
    files: FileStore

    @contextmanager
    def reading(self, actor: Actor, now: datetime | None = None) -> Iterator[Work]:
        """A work that only looks; events recorded all the same (an unmasking, say) are kept in an act of their own."""
        at = now or clock.now()
        with self.database.read() as session:
            work = Work(session, actor, at, self.engine, self.files)
            yield work
        if work._events:  # noqa: SLF001 - its own maker
            with self.database.write() as session:
                append(session, work._events, (actor.id, actor.name), at)  # noqa: SLF001 - its own maker

    @contextmanager
    def writing(self, actor: Actor, now: datetime | None = None) -> Iterator[Work]:
        """A work whose changes and events are kept together at the end, or not at all."""
        with self.database.write() as session:
            work = Work(session, actor, now or clock.now(), self.engine, self.files)
            yield work
            work.keep_events()
