"""First paint of every list in Chromium: ``python -m benchmarks.list_pages`` after ``python -m benchmarks.many_rows``.

Serves the database and the data folder of the settings in a process of its own and prints a table: the median and
the quickest first contentful paint, and the same for the time until the answer was there; milliseconds.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlmodel import select

from benchmarks.load_parts import serving
from service import clock
from service.access import sessions
from service.access.identity import COOKIE
from service.access.policy import AccessSettings
from service.access.sessions import Visitor
from service.db.database import Database
from service.db.tables.accounts import UserRow
from service.settings import read_settings
from service.storage import open_database

LOADS: Final = 5
PAGES: Final = {
    "officer": ("/officer", "/officer?status=open", "/officer?officer=me", "/officer?q=食品", "/jobs"),
    "clerk": (
        *("/credit", "/credit/repairs", "/credit/records", "/credit/records?outcome=ELIGIBLE"),
        *("/credit/records?q=大连", "/credit/import", "/credit/reminders"),
    ),
    "planner": (
        *("/planner", "/planner/classes", "/planner/classes/list", "/planner/classes/movers"),
        *("/planner/classes/warnings", "/planner/libraries/objects", "/planner/libraries/marks", "/planner/plans"),
        *("/planner/draws", "/planner/tasks", "/planner/tasks?q=00", "/planner/tasks/calendar"),
        *("/planner/tasks/workload", "/planner/tasks/grid"),
    ),
    "sysadmin": ("/keeper/users", "/keeper/users?role=officer", "/jobs", "/keeper/codes"),
    "audadmin": ("/keeper/audit", "/keeper/audit?kind=job.ended"),
    "editor": ("/keeper/catalogue",),
    "credit": ("/keeper/schemes",),
    "": ("/draws", "/rules"),
}
"""Addresses by the login of the person of the demonstration city who opens them; nobody: public."""
_PAINTED: Final = """() => new Promise(done => {
  const page = performance.getEntriesByType("navigation")[0];
  const look = list => list.getEntries().filter(one => one.name === "first-contentful-paint")
    .forEach(one => done([one.startTime, page.responseEnd - page.requestStart]));
  new PerformanceObserver(look).observe({type: "paint", buffered: true});
})"""


@dataclass(frozen=True, slots=True)
class Painted:
    """What one load took, in milliseconds: until something was painted, until the answer was there."""

    paint: float
    answer: float


def load(page: Page, address: str) -> Painted:
    """Open an address and wait for its first paint."""
    page.goto(address)
    paint, answer = page.evaluate(_PAINTED)
    return Painted(paint, answer)


def line(address: str, loads: list[Painted]) -> str:
    """One row of the table; the first load warms up."""
    paints, answers = [one.paint for one in loads[1:]], [one.answer for one in loads[1:]]
    figures = (median(paints), min(paints), median(answers), min(answers))
    return f"| `{address}` | " + " | ".join(f"{one:.0f}" for one in figures) + " |"


def cookie(database: Database, login: str) -> str:
    """What the browser of somebody holds once he has logged in."""
    with database.write() as session:
        row = session.exec(select(UserRow).where(UserRow.login == login)).one()
        visitor = Visitor("127.0.0.1", "benchmark")
        return sessions.start(session, row, "full", visitor, AccessSettings(), clock.now()).secret


@contextmanager
def browser_of(browser: Browser, base: str, secret: str) -> Iterator[BrowserContext]:
    """A browser of somebody, or of nobody."""
    context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(120_000)
    if secret:
        context.add_cookies([{"name": COOKIE, "value": secret, "url": base}])
    yield context
    context.close()


def main() -> None:
    """Measure every page and print the table."""
    database = open_database(read_settings(os.environ))
    environ = {"XINHENG_JOB_WORKERS": "0", "XINHENG_SESSION_IDLE_MINUTES": "600"}
    words = ["service.cli", "serve", "--port", "PORT", "--workers", "1"]
    with serving(words, environ, "/healthz") as service, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        print("| page | paint | quickest | answer | quickest |\n|---|---:|---:|---:|---:|")  # noqa: T201 - the table
        for login, addresses in PAGES.items():
            secret = cookie(database, login) if login else ""
            with browser_of(chromium, f"http://127.0.0.1:{service.port}", secret) as context:
                for address in addresses:
                    page = context.new_page()
                    print(line(address, [load(page, address) for _ in range(LOADS)]), flush=True)  # noqa: T201 - as above
                    page.close()
        chromium.close()
    database.close()


if __name__ == "__main__":
    main()
