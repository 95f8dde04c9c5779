"""Kill -9 at random points under load, and look at what is left."""

import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from service.access import sessions
from service.access.actor import Actor
from service.access.identity import COOKIE
from service.access.keys import form_key
from service.access.policy import AccessSettings
from service.access.sessions import Visitor
from service.clock import now
from service.db.database import Database
from service.db.repositories.jobs import counts
from service.db.tables.accounts import UserRow
from service.db.tables.jobs import JobRow
from service.engine import Engine
from service.filestore import FileStore
from service.jobs.queue import start
from service.work import Works
from tests.faults.checks import check_acts, check_jobs, check_trail
from tests.faults.countjob import KIND
from tests.faults.officers import Officer
from tests.faults.processes import Stable
from tests.service.people import make_user

LEASE_SECONDS = 2
PATIENCE = 180.0


@dataclass(frozen=True)
class Plan:
    """How many kills, from which seed, under which load."""

    kills: int
    seed: int
    officers: int = 3
    jobs_at_once: int = 6
    steps: int = 25
    step_seconds: float = 0.05
    pause: float = 0.6
    """The longest time between two kills."""


@dataclass(frozen=True)
class Outcome:
    """Figures of one run; that it was made means that every check held."""

    server_kills: int
    worker_kills: int
    acts: int
    unanswered: int
    jobs: int
    steps: int
    retaken: int
    events: int
    seconds: float


def run(database: Database, url: str, engine: Engine, folder: Path, plan: Plan) -> Outcome:
    """Run a plan on a migrated, empty database; AssertionError where anything was lost or done twice."""
    begun = time.monotonic()
    works = Works(database, engine, FileStore(folder / "files"))
    environ = {
        "XINHENG_DATABASE_URL": url,
        "XINHENG_DATA_DIR": str(folder),
        "XINHENG_JOB_WORKERS": "0",
        "XINHENG_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
    }
    stable = Stable(environ, folder / "log")
    over = threading.Event()
    officers = [_officer(database, number, stable.ports, over) for number in range(plan.officers)]
    try:
        for place in range(stable.count):
            stable.wait_ready(place)
        for officer in officers:
            officer.start()
        jobs, kills = _kill(stable, works, plan)
        over.set()
        for officer in officers:
            officer.join(PATIENCE)
            if officer.fault is not None:
                raise officer.fault
        retaken = _wait_done(database, jobs)
    finally:
        over.set()
        stable.stop()
    with database.read() as session:
        acts = check_acts(session, [one for officer in officers for one in officer.kept])
        steps = check_jobs(session, jobs)
        events = check_trail(session)
    unanswered = sum(officer.unanswered for officer in officers)
    return Outcome(*kills, acts, unanswered, len(jobs), steps, retaken, events, time.monotonic() - begun)


def _officer(database: Database, number: int, ports: list[int], over: threading.Event) -> Officer:
    user = make_user(database, "officer")
    with database.write() as session:
        row = session.get_one(UserRow, user.id)
        opened = sessions.start(session, row, "full", Visitor("127.0.0.1", "test"), AccessSettings(), now())
    headers = {"cookie": f"{COOKIE}={opened.secret}", "x-csrf-token": form_key(opened.secret)}
    return Officer(f"officer-{number}", ports, headers, over)


def _kill(stable: Stable, works: Works, plan: Plan) -> tuple[list[str], tuple[int, int]]:
    """Kill, start again, and keep jobs waiting; the places and pauses follow from the seed."""
    chance = random.Random(plan.seed)  # noqa: S311 - a seeded plan
    jobs: list[str] = []
    kills = [0, 0]
    for _ in range(plan.kills):
        jobs += _more_jobs(works, plan)
        time.sleep(chance.uniform(0.02, plan.pause))
        place = chance.randrange(stable.count)
        stable.kill(place)
        kills[0 if stable.is_server(place) else 1] += 1
        if stable.is_server(place) and chance.random() < 0.5:
            stable.wait_ready(place)  # otherwise both servers may be away at once
    return jobs, (kills[0], kills[1])


def _more_jobs(works: Works, plan: Plan) -> list[str]:
    with works.database.read() as session:
        found = counts(session)
    waiting = found.get("queued", 0) + found.get("running", 0)
    payload = {"steps": plan.steps, "seconds": plan.step_seconds}
    with works.writing(Actor.system("test")) as work:
        return [
            start(work, KIND, payload, lock="" if number % 2 else "count")
            for number in range(max(0, plan.jobs_at_once - waiting))
        ]


def _wait_done(database: Database, jobs: list[str]) -> int:
    """Wait until nothing waits any more; returns how many jobs were taken up more than once."""
    last = time.monotonic() + PATIENCE
    while True:
        with database.read() as session:
            rows = session.exec(select(JobRow).where(col(JobRow.id).in_(jobs))).all()
        if all(row.state in {"done", "failed", "cancelled"} for row in rows):
            return sum(row.attempts > 1 for row in rows)
        assert time.monotonic() < last, "jobs are left undone"
        time.sleep(0.1)
