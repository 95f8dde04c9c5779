"""Memory under load: level over minutes, and level while a large answer streams."""

import http.client
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from benchmarks.load_parts import Load, Service, wrk
from service.audit.chain import append
from service.clock import now
from service.db.database import Database
from service.jobs.events import JobEnded

MEGABYTE = 1_000_000
_PIECE = 5000
_LOOK_SECONDS = 10.0
_GENTLE_USERS = 10
_GENTLE_PAUSE = 60
"""Milliseconds between two requests of a connection: a busy office, not a flood."""


@dataclass(frozen=True)
class Level:
    """Memory of all processes of a service, in megabytes: after the first minute, at the end, the largest between."""

    minutes: float
    requests: int
    first: float
    last: float
    largest: float


@dataclass(frozen=True)
class Streamed:
    """One large answer: megabytes sent, lines, seconds, and by how many megabytes memory rose meanwhile."""

    megabytes: float
    lines: int
    seconds: float
    rise: float


def flat(service: Service, load: Load, minutes: float) -> Level:
    """Keep sending for so long, and look at the memory every ten seconds."""
    looked: list[tuple[float, float]] = []
    over = threading.Event()
    begun = time.monotonic()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            looked.append((time.monotonic() - begun, service.resident() / MEGABYTE))

    thread = threading.Thread(target=look)
    thread.start()
    found = wrk(service, load, users=_GENTLE_USERS, seconds=minutes * 60, pause=_GENTLE_PAUSE)
    over.set()
    thread.join()
    settled = [size for at, size in looked if at >= timedelta(minutes=1).total_seconds()] or [looked[-1][1]]
    requests = round(found.a_second * minutes * 60)
    return Level(minutes, requests, settled[0], settled[-1], max(settled))


def fill_trail(database: Database, events: int) -> None:
    """Make the trail long enough for an export to be large."""
    for begin in range(0, events, _PIECE):
        told = [
            JobEnded(subject=f"job-{number}", job="test.count", state="done")
            for number in range(begin, min(events, begin + _PIECE))
        ]
        with database.write() as session:
            _append(session, told)


def _append(session: Session, told: list[JobEnded]) -> None:
    append(session, told, ("system:load", "load"), now())


def streamed(service: Service, load: Load) -> Streamed:
    """Read one answer to its end, looking at the memory of the service all the time."""
    before = largest = service.resident()
    headers = dict(line.split(": ", 1) for line in load.headers.read_text().splitlines())
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=300)
    begun = time.monotonic()
    connection.request("GET", load.path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == http.client.OK, answer.read(500)
    size = lines = 0
    while piece := answer.read(1 << 20):
        size += len(piece)
        lines += piece.count(b"\n")
        largest = max(largest, service.resident())
    connection.close()
    return Streamed(size / MEGABYTE, lines, time.monotonic() - begun, (largest - before) / MEGABYTE)
