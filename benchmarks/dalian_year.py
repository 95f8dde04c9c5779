"""A year of a city as large as Dalian: planned, drawn in four quarters, staffed and counted.

``python -m benchmarks.dalian_year`` prints the table of ``docs/explanation/dalian-year.md``. Enterprises, plans and
inspectors are made up; their numbers, the share of joint plans and of plans with ratios by class are the city's.
"""

import hashlib
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from supervision.drawrun import Folder, run

ENTERPRISES, DEPARTMENTS, PLANS, JOINT, BY_CLASS, INSPECTORS = 1_000_000, 26, 639, 441, 186, 3_000
DISTRICTS, SECTORS, FAMILIES = 13, 240, 8
CLASSES, SHARES = "ABCD", (65, 26, 7, 2)
RATIOS = {"A": 10_000, "B": 30_000, "C": 150_000, "D": 500_000}
MOST_VISITS = {"A": 1, "B": 1, "C": 2, "D": 4}
RATES = (10_000, 20_000, 30_000, 50_000)
CAP = 30
DEPTS = tuple(f"部门{number:02d}" for number in range(DEPARTMENTS))

Row = tuple[str, str, str]


@dataclass(slots=True)
class Year:
    """What a year adds up to."""

    visits: Counter[str] = field(default_factory=Counter)
    load: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    alone: int = 0
    joint: int = 0
    empty: int = 0
    seats: int = 0
    rows: int = 0
    seconds: list[float] = field(default_factory=list)


def population(rng: random.Random) -> list[list[Row]]:
    """Enterprises by sector in the order of their codes: code, class, district."""
    sectors: list[list[Row]] = [[] for _ in range(SECTORS)]
    weights = list(accumulate(1 + number % 7 for number in range(SECTORS)))
    classes = list(accumulate(SHARES))
    for number in range(ENTERPRISES):
        (sector,) = rng.choices(range(SECTORS), cum_weights=weights)
        (credit_class,) = rng.choices(CLASSES, cum_weights=classes)
        sectors[sector].append((f"91210200MA{number:08d}", credit_class, f"2102{rng.randrange(DISTRICTS):02d}"))
    return sectors


def plans(rng: random.Random) -> list[dict[str, Any]]:
    """The plans of the year; each looks at one sector or two and belongs to a family of departments."""
    joint = set(rng.sample(range(PLANS), JOINT))
    by_class = set(rng.sample(range(PLANS), BY_CLASS))
    return [_plan(rng, number, joint=number in joint, by_class=number in by_class) for number in range(PLANS)]


def _plan(rng: random.Random, number: int, *, joint: bool, by_class: bool) -> dict[str, Any]:
    family = rng.randrange(FAMILIES)
    own = [dept for place, dept in enumerate(DEPTS) if place % FAMILIES == family]
    dept = rng.choice(own)
    others = [one for one in own if one != dept]
    rate = RATIOS if by_class else {"全部": rng.choice(RATES)}
    return {
        "plan_id": f"P{number:03d}",
        "dept_id": dept,
        "with": rng.sample(others, rng.choice((1, 2))) if joint else [],
        "group": f"组{family}",
        "frame": f"frame-{number:03d}.tsv",
        "rule": "systematic",
        "rate": rate,
        "reserve": 20,
        "sectors": sorted(rng.sample(range(SECTORS), rng.choice((1, 2)))),
    }


def frame(plan: Mapping[str, Any], sectors: Sequence[Sequence[Row]], visits: Mapping[str, int]) -> bytes:
    """The frame of a plan, with those who have had all their visits marked."""
    rows = sorted(row for sector in plan["sectors"] for row in sectors[sector])
    by_class = len(plan["rate"]) > 1
    status = ["cap" if visits.get(unit, 0) >= MOST_VISITS[kind] else "ok" for unit, kind, _ in rows]
    return "".join(
        f"{unit}\t{kind if by_class else '全部'}\t{state}\t{where}\n"
        for (unit, kind, where), state in zip(rows, status, strict=True)
    ).encode()


def roster(load: Mapping[str, int]) -> bytes:
    """Inspectors in turn by department, each for two neighbouring districts."""
    return "".join(
        f"M{number:04d}\t{DEPTS[number % DEPARTMENTS]}\t2102{number // DEPARTMENTS % DISTRICTS:02d},"
        f"2102{(number // DEPARTMENTS + 1) % DISTRICTS:02d}\t-\t{CAP}\t{load.get(f'M{number:04d}', 0)}\n"
        if (number // DEPARTMENTS + 1) % DISTRICTS
        else f"M{number:04d}\t{DEPTS[number % DEPARTMENTS]}\t*\t-\t{CAP}\t{load.get(f'M{number:04d}', 0)}\n"
        for number in range(INSPECTORS)
    ).encode()


def quarter(number: int, chosen: Sequence[Mapping[str, Any]], files: dict[str, bytes]) -> dict[str, bytes]:
    """The folder of one quarter's draw."""
    nonce = hashlib.sha256(f"quarter {number}".encode()).hexdigest()
    record = {
        "spec": "vdraw-1",
        "draw_id": f"2026-Q{number}",
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "nonces": [["planner", hashlib.sha256(nonce.encode()).hexdigest()]],
        "public": [{"id": "dice", "what": "十面骰子", "format": "digits"}],
        "plans": [{name: value for name, value in plan.items() if name != "sectors"} for plan in chosen],
        "needs": {dept: {"alone": [["-", 2]], "joint": [["-", 1]]} for dept in DEPTS},
        "balance": "step",
    }
    reveal = {"nonces": [["planner", nonce]], "public": {"dice": f"0877247329699189754{number}"}}
    return {**files, "commit.json": json.dumps(record).encode(), "reveal.json": json.dumps(reveal).encode()}


def draw_year(seed: int = 1) -> Year:
    """Draw four quarters, one after another: visits and loads of one are known to the next."""
    rng = random.Random(seed)
    year = Year()
    sectors, everything = population(rng), plans(rng)
    for number in range(1, 5):
        chosen = everything[number - 1 :: 4]
        files = {plan["frame"]: frame(plan, sectors, year.visits) for plan in chosen}
        year.rows += sum(data.count(b"\n") for data in files.values())
        files |= {"roster.tsv": roster(year.load), "recusal.tsv": b""}
        folder = quarter(number, chosen, files)
        start = time.perf_counter()
        result: Any = run(Folder(folder.get))
        year.seconds.append(time.perf_counter() - start)
        _count(year, chosen, result)
    return year


def _count(year: Year, chosen: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> None:
    tasks: dict[tuple[str, str], set[str]] = {}
    for demand in result["demands"]:
        tasks.setdefault((demand["group"], demand["unit"]), set()).add(demand["dept"])
        year.seats += demand["n"]
    year.visits.update(unit for _, unit in tasks)
    year.joint += sum(len(depts) > 1 for depts in tasks.values())
    year.load.update(result["load"])
    year.empty += len(result["unfilled"])
    for plan in chosen:
        drawn = sum(len(one["selected"]) for one in result["plans"][plan["plan_id"]].values())
        year.checks += drawn
        year.alone += drawn * (1 + len(plan["with"]))


def lines(year: Year) -> Iterator[str]:
    """The table of the page."""
    visits = sum(year.visits.values())
    per_unit = Counter(year.visits.values())
    load = sorted(year.load.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    yield f"| rows of the frames | {year.rows:,} |"
    yield f"| seconds of the four draws | {', '.join(f'{one:.1f}' for one in year.seconds)} |"
    yield f"| memory | {peak:.1f} GB |"
    yield f"| visits | {visits:,} |"
    yield f"| of them joint | {year.joint:,} ({year.joint / visits:.0%}) |"
    yield f"| visits if every department had drawn on its own | {year.alone:,} |"
    yield f"| visits saved | {year.alone - visits:,} ({1 - visits / year.alone:.0%}) |"
    yield f"| enterprises visited | {len(year.visits):,} ({len(year.visits) / ENTERPRISES:.2%}) |"
    for many, units in sorted(per_unit.items()):
        yield f"| of them {many} times | {units:,} |"
    yield f"| seats, and empty ones | {year.seats:,}, {year.empty:,} |"
    yield f"| seats of a person: least, median, most | {load[0]}, {load[len(load) // 2]}, {load[-1]} |"


if __name__ == "__main__":
    print("\n".join(lines(draw_year())))  # noqa: T201 - this is what it is for
