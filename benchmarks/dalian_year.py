"""A year of a city as large as Dalian: planned, drawn, staffed, visited, closed, published and counted.

``python -m benchmarks.dalian_year`` prints the table of ``docs/explanation/dalian-year.md``. Enterprises, plans,
inspectors and results are made up from a seed; their numbers, the share of joint plans and of plans with ratios by
class are the city's. Everything else is what the software does: pools from the library, records in a chain, draws,
replacements by rule, tasks, figures, rows to be published.
"""

import hashlib
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import orjson
import polars as pl

from benchmarks.dalian_city import Size, inspectors, items, objects, plan
from benchmarks.dalian_results import findings_of
from supervision.annual import AnnualPlan, Entry
from supervision.annualdraw import Libraries, folder
from supervision.assignments import Assignment, Source, assignments
from supervision.drawchain import Link, breaks
from supervision.drawchanges import Act
from supervision.drawcommit import make_record
from supervision.drawdoc import Node
from supervision.drawlog import CHANGES, Standing, log_bytes
from supervision.drawrun import Folder, result_bytes, run
from supervision.drawtext import sha256_hex
from supervision.inspectors import Inspector
from supervision.planpool import MARKS, VISITS, Known
from supervision.tasks import Finding, public_row
from supervision.tasksfigures import Figure, PlanFact, Year, figures
from supervision.verify import verify

PLACE = "210200"
STAGES = ("pools and frames", "records", "draws", "verification", "replacements", "tasks", "results", "figures")
GONE = 100
"""Of so many visited enterprises one is found closed or moved away, and replaced."""


@dataclass(slots=True)
class City:
    """The libraries, the plan, and what the year has added up to so far."""

    size: Size
    plan: AnnualPlan
    libraries: Libraries
    triggers: pl.DataFrame
    classes: dict[str, str]
    visits: list[tuple[str, str, str, date]] = field(default_factory=list)
    seats: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in STAGES})
    numbers: Counter[str] = field(default_factory=Counter)

    def known(self) -> Known:
        rows = [(unit, body, level, day, None, "daily") for unit, body, level, day in self.visits]
        table = pl.DataFrame(rows, schema=VISITS, orient="row")
        return Known(table, self.triggers, pl.DataFrame(schema=MARKS), sorted({unit for unit, *_ in self.visits}))

    def people(self) -> list[Inspector]:
        return inspectors(self.size, self.seats)

    def timed(self, stage: str, start: float) -> None:
        self.seconds[stage].append(time.process_time() - start)


def make_city(size: Size, seed: int = 1) -> City:
    """Everything before the first quarter."""
    rng = random.Random(seed)
    table = objects(size, seed)
    classes = dict(table.select("unit", "credit_class").iter_rows())
    low = [unit for unit, name in classes.items() if name == "A"]
    chosen = sorted(rng.sample(low, len(low) // 200))
    codes = rng.choices(("complaint", "monitoring", "transfer"), (70, 20, 10), k=len(chosen))
    rows = [(unit, code, date(2026, 1, 1), date(2027, 1, 1)) for unit, code in zip(chosen, codes, strict=True)]
    triggers = pl.DataFrame(rows, schema=MARKS, orient="row")
    libraries = Libraries(items(size), table, inspectors(size, Counter()))
    return City(size, plan(size, rng), libraries, triggers, classes)


def quarter(city: City, number: int) -> None:
    """One quarter, from its pools to its results."""
    entries = [one for one in city.plan.entries if one.span.since.month == 3 * number - 1]
    files, drawn = _drawn(city, number, entries)
    kept = Folder(files.get)
    start = time.process_time()
    assert verify(kept) == []
    city.timed("verification", start)
    start = time.process_time()
    standing = _replaced(city, kept, number)
    files[CHANGES] = log_bytes(standing.log)
    city.timed("replacements", start)
    start = time.process_time()
    made = _tasks(city, standing, drawn, entries, f"2026-Q{number}")
    city.timed("tasks", start)
    start = time.process_time()
    city.findings += findings_of(made, city.classes, city.size.seed + number)
    city.timed("results", start)
    _count(city, made, drawn, entries)


def _drawn(city: City, number: int, entries: Sequence[Entry]) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The folder of a quarter, committed behind the record before, and drawn."""
    start = time.process_time()
    libraries = Libraries(city.libraries.items, city.libraries.objects, city.people())
    made = folder(city.plan, entries, libraries, city.known(), date(2026, 3 * number - 2, 15))
    files = dict(made.files)
    city.numbers["rows"] += sum(data.count(b"\n") for name, data in files.items() if name.startswith("frame"))
    city.timed("pools and frames", start)
    start = time.process_time()
    nonce = hashlib.sha256(f"nonce {number}".encode()).hexdigest()
    draft = {
        **made.draft,
        "draw_id": f"2026-Q{number}",
        "prev": city.links[-1].digest if city.links else None,
        "nonces": [[holder, sha256_hex(nonce)] for holder in ("planner", "司法局")],
        "public": [{"id": "dice", "what": "公开会上掷十面骰子", "format": "digits"}],
    }
    files["commit.json"], record, _ = make_record(Node("draft.json", "", draft), Folder(files.get), str)
    city.timed("records", start)
    start = time.process_time()
    public = {"dice": f"0877247329699189754{number}"}
    reveal = {"nonces": [[holder, nonce] for holder, _ in record.nonces], "public": public}
    files["reveal.json"] = orjson.dumps(reveal)
    result: Any = run(Folder(files.get))
    files["result.json"] = result_bytes(result)
    city.timed("draws", start)
    city.links.append(Link(record.draw_id, record.digest, record.prev, record.draw_id, result=True, cancelled=False))
    return files, result


def _replaced(city: City, kept: Folder, number: int) -> Standing:
    """Some enterprises are found closed: the reserve steps in, and a few inspectors are ill."""
    rng = random.Random(city.size.seed * 100 + number)
    standing = Standing(kept, [])
    act = Act("9", "抽查办", f"2026-{3 * number:02d}-01T09:00:00+08:00")
    for name, strata in list(standing.drawn.items()):
        for stratum, one in strata.items():
            for unit in one["selected"]:
                if rng.randrange(GONE) == 0:
                    standing.replace(name, stratum, unit, act)
    for ill in rng.sample(list(standing.stands()), city.size.inspectors // 50):
        if ill.people:
            standing.restaff(ill.rank, ill.people[0], Act("生病", act.approved_by, act.at))
    city.numbers["replaced"] += sum(line.by is not None for line in standing.log)
    city.numbers["changes"] += len(standing.log)
    return standing


def _tasks(
    city: City, standing: Standing, result: dict[str, Any], entries: Sequence[Entry], draw_id: str
) -> list[Assignment]:
    """The tasks after all changes; a unit found gone keeps its visit, which is how it was found."""
    stepped_in = [line for line in standing.log if len(line.what) == len(("plan", "stratum", "unit")) and line.by]
    plans = {
        name: {stratum: {"selected": list(one["selected"])} for stratum, one in strata.items()}
        for name, strata in result["plans"].items()
    }
    for line in stepped_in:
        plans[line.what[0]][line.what[1]]["selected"].append(line.by)
    stands = sorted(standing.stands(), key=lambda one: (one.task.group, one.task.unit, one.rank))
    demands: list[dict[str, Any]] = [
        {"group": one.task.group, "unit": one.task.unit, "dept": one.demand.dept, "region": one.task.region}
        | {"qual": one.demand.qual, "n": one.demand.heads, "people": one.people}
        for one in stands
    ]
    empty = [{"rank": rank} for rank, one in enumerate(demands) for _ in range(one["n"] - len(one["people"]))]
    after = {"plans": plans, "demands": demands, "unfilled": empty}
    city.numbers["empty"] += len(empty)
    groups = {one.number: one.group for one in entries}
    return assignments(Source(draw_id, after, groups, {one.number: one for one in entries}, city.libraries.items))


def _count(city: City, made: Sequence[Assignment], drawn: dict[str, Any], entries: Sequence[Entry]) -> None:
    by_number = {one.number: one for one in entries}
    for one in made:
        first = min(number for check in one.checks for number in check.entries)
        city.visits.append((one.unit, by_number[first].department, "county", one.window.since))
        city.numbers["joint"] += one.joint
        city.numbers["checks"] += len(one.checks)
        for person in one.people:
            city.seats[person] += 1
    for name, strata in drawn["plans"].items():
        samples = sum(len(one["selected"]) for one in strata.values())
        city.numbers["alone"] += samples * len(by_number[name].departments)


def facts(city: City) -> tuple[Figure, ...]:
    """The figures of the year."""
    start = time.process_time()
    low = frozenset(unit for unit, name in city.classes.items() if name == "A")
    lifted: dict[str, frozenset[str]] = {}
    for unit, code, *_ in city.triggers.iter_rows():
        lifted[unit] = lifted.get(unit, frozenset()) | {code}
    plans = [
        PlanFact(f"2026-Q{(one.span.since.month + 1) // 3}", one.number, one.joint, one.by_class)
        for one in city.plan.entries
    ]
    checks = city.numbers["checks"]
    on = date(2026, 12, 31) + timedelta(days=60)
    year = Year(
        city.findings, plans, len(city.classes), sorted(city.libraries.items), low, lifted, (checks, checks), PLACE, on
    )
    found = figures(year)
    city.timed("figures", start)
    return found


def lines(city: City, found: Sequence[Figure]) -> Iterator[str]:
    """The tables of the page."""
    per_unit = Counter(Counter(unit for unit, *_ in city.visits).values())
    load = np.array(sorted(city.seats[one.inspector_id] for one in city.people()))
    visits, checks, n = len(city.visits), city.numbers["checks"], city.numbers
    yield "| | |"
    yield "|---|---|"
    yield f"| enterprises; plans, joint, with ratios by class | {len(city.classes):,}; {_plans(city)} |"
    yield f"| rows of the frames | {n['rows']:,} |"
    yield f"| visits; of them joint | {visits:,}; {n['joint']:,} ({n['joint'] / visits:.0%}) |"
    yield f"| checks of departments; visits if every plan and department had gone alone | {checks:,}; {n['alone']:,} |"
    yield f"| visits saved | {n['alone'] - visits:,} ({1 - visits / n['alone']:.0%}) |"
    yield f"| enterprises visited | {sum(per_unit.values()):,} ({sum(per_unit.values()) / len(city.classes):.2%}) |"
    for many, units in sorted(per_unit.items()):
        yield f"| visited {many} times | {units:,} |"
    yield f"| changes after the draws; enterprises replaced | {n['changes']:,}; {n['replaced']:,} |"
    yield f"| seats taken; left empty | {int(load.sum()):,}; {n['empty']:,} |"
    quantiles = ", ".join(f"{value:.0f}" for value in np.quantile(load, (0, 0.1, 0.5, 0.9, 1)))
    yield f"| visits of a person: least, tenth, median, ninth tenth, most | {quantiles} |"
    yield f"| results of items; published rows without class or person | {len(city.findings):,}; {_published(city):,} |"
    yield f"| memory | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20):.1f} GB |"
    yield ""
    yield "| stage | CPU seconds of each quarter |"
    yield "|---|---|"
    yield from (
        f"| {stage} | {', '.join(f'{one:.1f}' for one in seconds)} |" for stage, seconds in city.seconds.items()
    )
    yield ""
    yield "| figure | part | whole | share | what is divided by what |"
    yield "|---|---|---|---|---|"
    for one in found:
        share = f"{(one.ppm or 0) / 10_000:.2f} %" if one.of != "lift" else f"{one.part / max(one.whole, 1):.2f}"
        yield f"| `{one.name}` | {one.part:,} | {one.whole:,} | {share} | {one.definition} |"


def _plans(city: City) -> str:
    entries = city.plan.entries
    return f"{len(entries)}, {sum(one.joint for one in entries)}, {sum(one.by_class for one in entries)}"


def _published(city: City) -> int:
    """Rows as they are published; a class or a person in one of them would be a fault."""
    forbidden = {"credit_class", "person", "people"}
    rows = [public_row(one) for one in city.findings if one.published_on is not None]
    assert not any(forbidden & row.keys() for row in rows[:1000])
    return len(rows)


def whole_year(size: Size) -> tuple[City, tuple[Figure, ...]]:
    """Four quarters one after another; what one did is known to the next."""
    city = make_city(size)
    for number in range(1, 5):
        quarter(city, number)
    assert list(breaks(city.links)) == []
    return city, facts(city)


if __name__ == "__main__":
    parts = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print("\n".join(lines(*whole_year(Size.of_dalian(parts)))))  # noqa: T201 - this is what it is for
