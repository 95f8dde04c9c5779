"""The long kill test: `python -m tests.faults [--kills 200] [--seed 2026] [--report FILE]`; `make faults` runs it.

Both databases, one after the other; each run begins with an empty one. The report says what was done and found.
"""

import argparse
import contextlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from service import clock
from service.db import migrate
from service.db.database import Database
from service.engine import Engine
from service.settings import Settings
from tests.databases import Cluster
from tests.faults.killing import Outcome, Plan, run

_SHOWN = 5000
ROWS = (
    ("server_kills", "servers killed"),
    ("worker_kills", "workers killed"),
    ("acts", "acts accepted (cases entered and changed)"),
    ("unanswered", "requests that got no answer and were sent again"),
    ("jobs", "jobs started"),
    ("retaken", "of them taken up more than once"),
    ("steps", "steps of jobs, each done once"),
    ("events", "events in the chain, which holds"),
)
HEAD = """# Killed at random, and nothing lost

Written by `make faults`. Two servers and two workers share one database; three officers enter and change
cases through the interface without a pause, and six jobs of {steps} steps are kept waiting. At random moments
one of the four processes gets `kill -9`, and another is started in its place, often before the last one is back.
Then everything is read:

- every act that was answered with success is there: the case, its state, that state's revision, its event;
- every case has exactly as many revisions and events as its version says: nothing stands there by half;
- every job is done; each of its steps left one event, in order, and its end one: nothing is done twice;
- the audit chain holds from the first event to the last.

A broken promise ends the run with an error and without this page. What is killed are processes; that a commit
outlives a power cut is the promise of `synchronous = FULL` (SQLite) and `fsync = on` (PostgreSQL), which only
pulling a plug could test. A short run of the same is part of the test suite (`tests/faults`).

| | {names} |
|---|{dashes}|
"""


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    plan = Plan(kills=options.kills, seed=options.seed)
    names = [options.only] if options.only else ["sqlite", "postgresql"]
    found = {name: _one(name, plan) for name in names}
    text = _page(found, plan)
    print(text)  # noqa: T201 - what a script has to say
    if options.report:
        options.report.write_text(text, "utf-8")
    return 0


def _one(name: str, plan: Plan) -> Outcome:
    with _folder() as folder, Engine.load(Settings()) as engine, contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder / 'xinheng.db'}"
        if name == "postgresql":
            cluster = Cluster(Path(stack.enter_context(_folder())))
            cluster.start()
            stack.callback(cluster.stop)
            cluster.execute("CREATE DATABASE faults")
            url = cluster.url("faults")
        with contextlib.closing(Database(url)) as database:
            migrate.upgrade(database)
            try:
                return run(database, url, engine, folder, plan)
            except AssertionError:
                print((folder / "log").read_text("utf-8")[-_SHOWN:])  # noqa: T201 - what the processes said last
                raise


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="xinheng-faults-"))
    yield made
    shutil.rmtree(made)


def _page(found: dict[str, Outcome], plan: Plan) -> str:
    head = HEAD.format(steps=plan.steps, names=" | ".join(found), dashes="|".join("---:" for _ in found))
    lines = [f"| {words} | {' | '.join(f'{getattr(one, name):,}' for one in found.values())} |" for name, words in ROWS]
    lines.append(f"| seconds | {' | '.join(f'{one.seconds:,.0f}' for one in found.values())} |")
    where = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    end = f"\nSeed {plan.seed}, {plan.kills} kills a database, on {clock.today().isoformat()}. {where}.\n"
    return head + "\n".join(lines) + "\n" + end


if __name__ == "__main__":
    raise SystemExit(main())
