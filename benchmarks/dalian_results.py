"""Made-up results of the visits of ``dalian_year``: worse classes have more problems; most are put right in time."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from kernel.workdays import is_workday
from supervision.assignments import Assignment
from supervision.tasks import Finding

PROBLEM = {"A": 0.03, "B": 0.08, "C": 0.22, "D": 0.45}
PROBLEMS = ("E", "A", "B", "4", "6", "8")
WEIGHTS = (55, 20, 12, 8, 4, 1)
GONE = 0.01
LATE = 0.02
SCANNED = 0.97


def findings_of(made: Sequence[Assignment], classes: Mapping[str, str], seed: int) -> list[Finding]:
    """A result for each item of each check of each visit."""
    rng = random.Random(seed)
    days: dict[tuple[date, date], list[date]] = {}
    found: list[Finding] = []
    for one in made:
        window = (one.window.since, one.window.last)
        own = days.setdefault(window, _workdays(*window))
        found += _visit(rng, one, rng.choice(own), classes[one.unit])
    return found


def _workdays(since: date, last: date) -> list[date]:
    span = (since + timedelta(days=number) for number in range((last - since).days + 1))
    return [day for day in span if is_workday(day).value]


def _visit(rng: random.Random, one: Assignment, day: date, credit_class: str) -> list[Finding]:
    gone = rng.random() < GONE
    scanned = rng.random() < SCANNED
    found = []
    for check in one.checks:
        published = day + timedelta(days=rng.randrange(1, 20)) if rng.random() > LATE else day + timedelta(days=45)
        for item in check.items:
            code = "9" if gone else _code(rng, credit_class)
            is_open = code == "A"
            found.append(
                Finding(
                    draw_id=one.draw_id,
                    plan_id=check.entries[0],
                    unit=one.unit,
                    dept=check.department,
                    item=item,
                    checked_on=day,
                    code_set="province-results",
                    code=code,
                    joint=one.joint,
                    credit_class=credit_class,
                    published_on=published,
                    due_on=day + timedelta(days=30) if is_open else None,
                    corrected_on=day + timedelta(days=rng.randrange(5, 30)) if is_open and rng.random() < 0.9 else None,
                    scanned=scanned,
                )
            )
    return found


def _code(rng: random.Random, credit_class: str) -> str:
    return rng.choices(PROBLEMS, WEIGHTS)[0] if rng.random() < PROBLEM[credit_class] else "1"
