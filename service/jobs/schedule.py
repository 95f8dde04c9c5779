"""Jobs that start by themselves: read from ``schedule.yaml``, each once a day whatever the number of workers."""

from __future__ import annotations

from datetime import time
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from rules.schema_parts import Strict
from service import clock
from service.access.actor import Actor
from service.db.tables.jobs import JobRow
from service.jobs.queue import start
from service.jobs.registry import title_of

if TYPE_CHECKING:
    from datetime import datetime

    from service.work import Works

_FILE: Final = "schedule.yaml"
Clock = Annotated[time, BeforeValidator(time.fromisoformat)]


class Entry(Strict):
    """One job a day."""

    kind: str
    at: Clock
    payload: dict[str, Any]

    def slot(self, now: datetime) -> str:
        """The name of today's run; one job of it ever exists."""
        return f"{self.kind}@{now.date().isoformat()}"

    def is_due(self, now: datetime) -> bool:
        """Whether today's time has come."""
        return now.time() >= self.at


@cache
def entries() -> tuple[Entry, ...]:
    """The delivered schedule."""
    return tuple(TypeAdapter(list[Entry]).validate_python(read_yaml(read_text(_FILE, "service.jobs"), _FILE)))


def start_due(works: Works, now: datetime | None = None) -> list[str]:
    """Start what is due today and has not been started; returns the ids of today's jobs."""
    at = (now or clock.now()).astimezone(clock.CHINA)
    due = {entry.slot(at): entry for entry in entries() if entry.is_due(at)}
    with works.database.read() as session:
        there = session.exec(select(JobRow.slot, JobRow.id).where(col(JobRow.slot).in_(due))).all()
    found = [identifier for _, identifier in there]
    for slot in sorted(due.keys() - {slot for slot, _ in there}):
        found += _start(works, due[slot], at)
    return found


def _start(works: Works, entry: Entry, at: datetime) -> list[str]:
    try:
        with works.writing(Actor.system("schedule"), at) as work:
            subject = f"{title_of(entry.kind)} {at.date().isoformat()}"
            return [start(work, entry.kind, entry.payload, slot=entry.slot(at), lock=entry.kind, subject=subject)]
    except IntegrityError:  # another worker was faster
        return []
