"""Random draw folders: small and nasty, as mappings from file names to bytes."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

Files = dict[str, bytes]

STRATA = ("高", "中", "低", "R1-T1", "区🏭", "Ω2")
STATUSES = ("ok", "ok", "ok", "cap", "recent")
REGIONS = ("R1", "R2", "中山区", "𠮷城")
DEPARTMENTS = ("market", "fire", "消防", "health")
QUALIFICATIONS = ("food", "special", "特种")


def table(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows by the bytes of their fields, as the specification writes them."""
    texts = ["\t".join(map(str, row)) for row in rows]
    return "".join(text + "\n" for text in sorted(texts, key=str.encode)).encode()


def unit_ids(rng: random.Random, many: int) -> list[str]:
    alphabets = ("0123456789ABCDEFGHJKLMNPQRTUWXY", "企业甲乙丙丁", "A😀𠮷Z-")
    found = {"".join(rng.choices(rng.choice(alphabets), k=rng.choice((3, 5, 18)))) for _ in range(many)}
    return sorted(found)


def frame(rng: random.Random, regions: Mapping[str, str], strata: Sequence[str]) -> bytes:
    kept = [unit for unit in regions if rng.random() < 0.8]
    return table([(unit, rng.choice(strata), rng.choice(STATUSES), regions[unit]) for unit in kept])


def roster(rng: random.Random, departments: Sequence[str], most: int) -> bytes:
    rows = []
    for number in range(rng.randint(1, most)):
        regions = "*" if rng.random() < 0.3 else ",".join(rng.sample(REGIONS, rng.randint(1, 3)))
        quals = "-" if rng.random() < 0.4 else ",".join(rng.sample(QUALIFICATIONS, rng.randint(1, 2)))
        name = f"{rng.choice(('M', '人', '😀'))}{number:02d}"
        rows.append((name, rng.choice(departments), regions, quals, rng.randint(0, 6), rng.choice((0, 0, 1, 5))))
    return table(rows)


def needs(rng: random.Random) -> dict[str, Any]:
    quals = ("-", "-", *QUALIFICATIONS)
    alone = rng.choice(([["-", 2]], [[rng.choice(quals), 1], ["-", 1]], [["-", 1], [rng.choice(quals), 2]]))
    joint = rng.choice(([["-", 1]], [[rng.choice(quals), 1], ["-", 1]], [["-", 2]]))
    return {"alone": alone, "joint": joint}


def plan(rng: random.Random, number: int, departments: Sequence[str], strata: Sequence[str]) -> dict[str, Any]:
    rule = rng.choice(("ceil", "ceil", "systematic", "fixed"))
    rates = (0, 1, 3) if rule == "fixed" else (0, 30000, 100000, 333333, 500000, 1000000)
    made = {
        "plan_id": f"P{number}",
        "dept_id": departments[number % len(departments)],
        "with": rng.sample(departments, rng.choice((0, 0, 1))),
        "group": rng.choice(("all", "all", "组二")),
        "frame": f"frame-{rng.randint(0, number)}.tsv",
        "rule": rule,
        "rate": {name: rng.choice(rates) for name in strata},
        "reserve": rng.randint(0, 3),
    }
    if not made["with"] and rng.random() < 0.5:
        del made["with"]
    return made


def counts(files: Files, plans: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for one in plans:
        strata = found.setdefault(one["plan_id"], {})
        for line in files[one["frame"]].decode().splitlines():
            _, stratum, status, _ = line.split("\t")
            numbers = strata.setdefault(stratum, {"N": 0})
            numbers["N"] += 1
            numbers[status] = numbers.get(status, 0) + 1
    return found


def sealed(files: Files, commit: dict[str, Any], rng: random.Random, *, indent: int | None = None) -> Files:
    """Add the record with the digests of the files, and what is revealed."""
    nonces = [[holder, rng.randbytes(32).hex()] for holder in ("planner", "司法局")[: rng.randint(1, 2)]]
    record = {
        "spec": "vdraw-1",
        **commit,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "nonces": [[holder, hashlib.sha256(nonce.encode()).hexdigest()] for holder, nonce in nonces],
        "public": [{"id": "ssq-2026135", "what": "双色球", "format": "rr.rr.rr.rr.rr.rr+bb"}],
    }
    reds = ".".join(f"{ball:02d}" for ball in sorted(rng.sample(range(1, 34), 6)))
    value = f"{reds}+{rng.randint(1, 16):02d}"
    text = json.dumps(record, ensure_ascii=rng.random() < 0.5, indent=indent)
    reveal = json.dumps({"nonces": nonces, "public": {"ssq-2026135": value}})
    return {**files, "commit.json": text.encode(), "reveal.json": reveal.encode()}


def folder(seed: int, *, units: int = 40, people: int = 14) -> Files:
    """A whole random folder, ready to be drawn."""
    rng = random.Random(seed)  # noqa: S311 - made-up data
    departments = rng.sample(DEPARTMENTS, rng.randint(1, 3))
    strata = rng.sample(STRATA, rng.randint(1, 4))
    regions = {unit: rng.choice(REGIONS) for unit in unit_ids(rng, rng.randint(0, units))}
    plans = [plan(rng, number, departments, strata) for number in range(rng.randint(1, 4))]
    files = {one["frame"]: frame(rng, regions, strata) for one in plans}
    files["roster.tsv"] = roster(rng, departments, people)
    persons = [line.split("\t")[0] for line in files["roster.tsv"].decode().splitlines()]
    pairs = {(rng.choice(persons), unit) for unit in regions if rng.random() < 0.3}
    files["recusal.tsv"] = table(sorted(pairs))
    commit: dict[str, Any] = {
        "draw_id": f"试抽-{seed}",
        "plans": plans,
        "needs": {dept: needs(rng) for dept in departments},
        "balance": rng.choice(("none", "step")),
    }
    if rng.random() < 0.5:
        commit |= {"prev": None, "counts": counts(files, plans)}
    return sealed(files, commit, rng, indent=rng.choice((None, 1)))
