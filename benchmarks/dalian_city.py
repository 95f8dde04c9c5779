"""The made-up city of ``dalian_year``: enterprises, items, inspectors, and a plan of the numbers of Dalian."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from supervision.annual import AnnualPlan, read_annual
from supervision.drawdoc import Node
from supervision.inspectors import Inspector
from supervision.items import Item

DISTRICTS, SECTORS, FAMILIES, DEPARTMENTS = 13, 240, 8, 26
CLASSES, SHARES = ("A", "B", "C", "D"), (0.65, 0.26, 0.07, 0.02)
RATES = (10_000, 20_000, 30_000, 50_000)
MOST = 30
DEPTS = tuple(f"部门{number:02d}" for number in range(DEPARTMENTS))
_WINDOWS = {1: ("02-02", "03-20"), 2: ("05-06", "06-19"), 3: ("08-03", "09-18"), 4: ("11-02", "12-11")}


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of the city."""

    enterprises: int
    plans: int
    joint: int
    by_class: int
    inspectors: int
    seed: int = 1

    @classmethod
    def of_dalian(cls, parts: int = 1) -> "Size":
        """The city's own numbers, or an equal part of each."""
        whole = (1_000_000, 639, 441, 186, 3_000)
        return cls(*(max(8, one // parts) for one in whole))


def objects(size: Size, seed: int) -> pl.DataFrame:
    """The library of objects: sectors of unequal size, classes by their usual shares."""
    rng = np.random.default_rng(seed)
    many = size.enterprises
    weights = np.array([1 + number % 7 for number in range(SECTORS)], dtype=float)
    sectors = rng.choice(SECTORS, many, p=weights / weights.sum())
    classes = rng.choice(np.array(CLASSES), many, p=SHARES)
    districts = rng.integers(0, DISTRICTS, many)
    risks = rng.choice(np.array(["low", "medium", "higher", "high"]), many, p=(0.6, 0.25, 0.1, 0.05))
    return pl.DataFrame(
        {
            "unit": [f"91210200MA{number:08d}" for number in range(many)],
            "name": [f"演示企业{number}" for number in range(many)],
            "kind": "1",
            "state": "1",
            "region": [f"2102{one:02d}" for one in districts],
            "field": [f"行业{one:03d}" for one in sectors],
            "credit_class": classes.tolist(),
            "risk": risks.tolist(),
            "tags": [[]] * many,
        },
        schema_overrides={"tags": pl.List(pl.String)},
    ).with_columns(*(pl.lit(None, pl.String).alias(name) for name in ("address", "contact", "phone", "grade")))


def items(size: Size) -> dict[str, Item]:
    """A list of items: some of each department."""
    many = max(DEPARTMENTS * 2, size.plans * 2 // 3)
    return {f"SX{number:04d}": _item(f"SX{number:04d}", DEPTS[number % DEPARTMENTS]) for number in range(many)}


def _item(code: str, department: str) -> Item:
    return Item(
        code=code,
        name=f"演示事项{code}",
        kind="key" if int(code[2:]) % 5 == 0 else "general",
        objects="企业",
        object_kinds=("1",),
        basis="演示",
        level="county",
        department=department,
        partners=(),
        field="",
        methods=("onsite",),
        listed="random",
        qualification="-",
        code_set="province-results",
        min_ppm=None,
        max_ppm=None,
        since=date(2025, 1, 1),
        until=None,
    )


def inspectors(size: Size, seats: Counter[str]) -> list[Inspector]:
    """Inspectors in turn by department, each for two neighbouring districts, a few for all; ``seats``: so far."""
    made = []
    for number in range(size.inspectors):
        home = number // DEPARTMENTS % DISTRICTS
        regions = () if home == DISTRICTS - 1 else (f"2102{home:02d}", f"2102{home + 1:02d}")
        name = f"M{number:04d}"
        made.append(
            Inspector(
                inspector_id=name,
                name=name,
                certificate=f"Z{number}",
                certificate_until=None,
                department=DEPTS[number % DEPARTMENTS],
                unit="",
                regions=regions,
                qualifications=(),
                leader=False,
                expert=False,
                leave=(),
                conflicts=(),
                load=200,
                done=seats[name],
                active=True,
            )
        )
    return made


def plan(size: Size, rng: random.Random) -> AnnualPlan:
    """The plan of the year; each entry looks at one sector or two and belongs to a family of departments."""
    listed = items(size)
    joint = set(rng.sample(range(size.plans), size.joint))
    by_class = set(rng.sample(range(size.plans), size.by_class))
    own = {dept: [code for code, one in listed.items() if one.department == dept] for dept in DEPTS}
    entries = [
        _entry(rng, number, own, is_joint=number in joint, is_by_class=number in by_class)
        for number in range(size.plans)
    ]
    document = {
        "title": "演示市年度抽查计划",
        "year": 2026,
        "place": "210200",
        "department": "抽查办",
        "level": "city",
        "entries": entries,
        "needs": {dept: {"alone": [["-", 2]], "joint": [["-", 1]]} for dept in DEPTS},
        "caps": ["F-JIASHAN-2025"],
        "repeat": "REPEAT.DEFAULT",
        "balance": "step",
        "most": MOST,
    }
    return read_annual(Node("plan.yaml", "", document))


def _entry(
    rng: random.Random, number: int, listed: dict[str, list[str]], *, is_joint: bool, is_by_class: bool
) -> dict[str, Any]:
    family = rng.randrange(FAMILIES)
    own = [dept for place, dept in enumerate(DEPTS) if place % FAMILIES == family]
    dept = rng.choice(own)
    partners = rng.sample([one for one in own if one != dept], rng.choice((1, 2))) if is_joint else []
    codes = [rng.choice(listed[one]) for one in (dept, *partners)]
    since, last = _WINDOWS[1 + number % 4]
    flat = {"rule": "systematic", "by": "all", "rate": {"全部": rng.choice(RATES)}}
    by_class = {"rule": "systematic", "by": "class", "ratio_set": "RATIO.DEFAULT"}
    return {
        "number": f"P{number:03d}",
        "name": f"演示计划{number:03d}",
        "items": codes,
        "scope": {"fields": sorted({f"行业{rng.randrange(SECTORS):03d}" for _ in range(rng.choice((1, 2)))})},
        "drawing": "undirected",
        "kind": "general",
        "sizing": by_class if is_by_class else flat,
        "batches": [{"since": f"2026-{since}", "last": f"2026-{last}"}],
        "organised_by": "city",
        "carried_out_by": "county",
        "department": dept,
        "partners": partners,
        "group": f"组{family}",
        "reserve": 20,
    }
