"""The service under load: ``python -m benchmarks.load [--report FILE]``; ``make load`` runs it.

wrk on loopback, two processes of the service. The check of a case is held against an endpoint that validates the
same body and answers nothing, in turns; lists and new cases go to SQLite and to PostgreSQL; memory is looked at
over ten minutes, and while large answers stream.
"""

import argparse
import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.load_memory import Level, Streamed, fill_trail, flat, streamed
from benchmarks.load_page import page
from benchmarks.load_parts import Figures, Load, Service, serving, wrk
from service import clock
from service.access import sessions
from service.access.identity import COOKIE
from service.access.keys import form_key
from service.access.policy import AccessSettings
from service.access.sessions import Visitor
from service.api.describe import EXAMPLE_CASE
from service.db import migrate
from service.db.database import Database
from service.db.tables.accounts import UserRow
from tests.databases import Cluster
from tests.faults.officers import entry
from tests.service.people import make_user

WORKERS = 2
USERS = 200
"""Simultaneous users."""


@dataclass(frozen=True)
class Place:
    """A database with an officer and an auditor in it, and the files wrk reads."""

    url: str
    folder: Path
    database: Database

    @property
    def environ(self) -> dict[str, str]:
        """Settings of the service on it."""
        own = {"XINHENG_DATABASE_URL": self.url, "XINHENG_DATA_DIR": str(self.folder), "XINHENG_JOB_WORKERS": "0"}
        return {**own, "XINHENG_SESSION_IDLE_MINUTES": "600"}

    def load(self, path: str, role: str = "", body: object = None) -> Load:
        """Requests to a path: of nobody, or of a new user with a role."""
        headers = self.folder / f"headers-{role}"
        if not headers.exists():
            headers.write_text(self._headers(role) if role else "Accept: */*\n")
        if body is None:
            return Load(path, headers)
        file = self.folder / f"body-{role}"
        file.write_text(json.dumps(body))
        return Load(path, headers, file)

    def _headers(self, role: str) -> str:
        user = make_user(self.database, role)
        with self.database.write() as session:
            row = session.get_one(UserRow, user.id)
            opened = sessions.start(session, row, "full", Visitor("127.0.0.1", "wrk"), AccessSettings(), clock.now())
        return f"Cookie: {COOKIE}={opened.secret}\nX-Csrf-Token: {form_key(opened.secret)}\n"


@contextlib.contextmanager
def place(kind: str) -> Iterator[Place]:
    """A migrated database of a kind, durable as in use."""
    folder = Path(tempfile.mkdtemp(prefix="xinheng-load-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder / 'xinheng.db'}"
        if kind == "postgresql":
            home = Path(tempfile.mkdtemp(prefix="xinheng-load-pg-"))
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            cluster = Cluster(home)
            cluster.start(durable=True)
            stack.callback(cluster.stop)
            cluster.execute("CREATE DATABASE load")
            url = cluster.url("load")
        database = Database(url)
        stack.callback(database.close)
        migrate.upgrade(database)
        yield Place(url, folder, database)


SERVE = ["service.cli", "serve", "--port", "PORT", "--workers", str(WORKERS)]
EMPTY = ["benchmarks.load_empty", "PORT", str(WORKERS)]


def compare_checks(at: Place, seconds: float, rounds: int) -> tuple[Figures, Figures]:
    """The empty endpoint and the check of a case, in turns; the median round of each by requests a second."""
    check = at.load("/api/v1/cases/check", body=EXAMPLE_CASE)
    empty, ours = [], []
    with serving(EMPTY, {}, "/") as nothing, serving(SERVE, at.environ, "/readyz") as service:
        for _ in range(rounds):
            empty.append(wrk(nothing, check, users=USERS, seconds=seconds))
            ours.append(wrk(service, check, users=USERS, seconds=seconds))
    return _middle(empty), _middle(ours)


def _middle(found: list[Figures]) -> Figures:
    wanted = median(one.a_second for one in found)
    return min(found, key=lambda one: abs(one.a_second - wanted))


def of_database(at: Place, service: Service, seconds: float) -> dict[str, Figures]:
    """New cases, and lists of them, from two hundred users."""
    save = at.load("/api/v1/cases", "officer", entry("@NUMBER@", "1"))
    read = at.load("/api/v1/cases?limit=20", "case_reviewer")
    return {
        "enter a case": wrk(service, save, users=USERS, seconds=seconds),
        "list 20 cases": wrk(service, read, users=USERS, seconds=seconds),
        "check a case": wrk(service, at.load("/api/v1/cases/check", body=EXAMPLE_CASE), users=USERS, seconds=seconds),
    }


@dataclass(frozen=True)
class Findings:
    """Everything that was measured."""

    empty: Figures
    check: Figures
    databases: dict[str, dict[str, Figures]]
    level: Level
    streams: dict[str, Streamed]


def measure(seconds: float, rounds: int, minutes: float, events: int) -> Findings:
    """All of it, one after the other."""
    databases, streams = {}, {}
    with place("sqlite") as at:
        empty, check = compare_checks(at, seconds, rounds)
    for kind in ("sqlite", "postgresql"):
        with place(kind) as at:
            fill_trail(at.database, events)
            with serving(SERVE, at.environ, "/readyz") as service:
                databases[kind] = of_database(at, service, seconds)
                streams[kind] = streamed(service, at.load("/api/v1/audit/export", "audit_admin"))
    with place("postgresql") as at, serving(SERVE, at.environ, "/readyz") as service:
        level = flat(service, at.load("/api/v1/cases", "officer", entry("@NUMBER@", "1")), minutes)
    return Findings(empty, check, databases, level, streams)


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often the check and the empty endpoint take turns")
    parser.add_argument("--minutes", type=float, default=10, help="how long memory is looked at")
    parser.add_argument("--events", type=int, default=200_000, help="length of the trail that is exported")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    found = measure(options.seconds, options.rounds, options.minutes, options.events)
    text = page(found, options.seconds, USERS)
    print(text)  # noqa: T201 - what a script has to say
    if options.report:
        options.report.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
