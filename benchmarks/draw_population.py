"""Made-up draws of real size: frames of millions of units, rosters of hundreds or thousands of inspectors."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DEPARTMENTS = ("fire", "health", "market")
STRATA = ("低", "中", "高")
RATES = {"低": 10_000, "中": 30_000, "高": 100_000}
NONCE = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
VALUE = "03.08.12.19.25.33+07"
_PIECE = 200_000


def write_frame(path: Path, units: int, regions: int, shift: int = 0) -> None:
    """A frame of ``units`` lines; ``shift`` moves the strata, so that departments rank units differently."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for start in range(0, units, _PIECE):
            stream.writelines(
                f"91210200MA{number:08d}\t{_stratum(number + shift)}\t{'cap' if number % 11 == 0 else 'ok'}"
                f"\tR{number % regions:02d}\n"
                for number in range(start, min(units, start + _PIECE))
            )


def _stratum(number: int) -> str:
    return STRATA[0 if number % 10 < 7 else 1 if number % 10 < 9 else 2]


def roster(people: int, departments: Sequence[str], regions: int, cap: int) -> bytes:
    """Inspectors of each department in turn, each with two neighbouring districts; a tenth with all."""
    rows = []
    for number in range(people):
        place = number // len(departments)
        home = place % regions
        where = "*" if place % 10 == 9 else f"R{home:02d},R{(home + 1) % regions:02d}"
        quals = "special" if place % 3 == 0 else "-"
        rows.append(f"M{number:05d}\t{departments[number % len(departments)]}\t{where}\t{quals}\t{cap}\t0\n")
    return "".join(rows).encode()


def write_draw(folder: Path, units: int, people: int, *, frames: int = 3, cap: int = 400) -> Path:
    """A committed draw folder: three plans over the same units, with a frame each or with one for all."""
    folder.mkdir(exist_ok=True)
    regions = 14
    for place, dept in enumerate(DEPARTMENTS[:frames]):
        write_frame(folder / f"frame-{dept}.tsv", units, regions, place)
    (folder / "roster.tsv").write_bytes(roster(people, DEPARTMENTS, regions, cap))
    (folder / "recusal.tsv").write_bytes(b"M00001\t91210200MA00000001\n")
    _seal(folder, RATES)
    return folder


def _seal(folder: Path, rates: Mapping[str, int]) -> None:
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.tsv"))}
    plans = [
        {"plan_id": f"P-{dept}", "dept_id": dept, "group": "all", "frame": _frame(files, dept), "rule": "ceil"}
        | {"rate": dict(rates), "reserve": 100}
        for dept in DEPARTMENTS
    ]
    needs = {dept: {"alone": [["special", 1], ["-", 1]], "joint": [["-", 1]]} for dept in DEPARTMENTS}
    record: dict[str, Any] = {
        "spec": "vdraw-1",
        "draw_id": "bench",
        "files": files,
        "nonces": [["planner", hashlib.sha256(NONCE.encode()).hexdigest()]],
        "public": [{"id": "ssq", "what": "双色球", "format": "rr.rr.rr.rr.rr.rr+bb"}],
        "plans": plans,
        "needs": needs,
        "balance": "step",
    }
    (folder / "commit.json").write_text(json.dumps(record), "utf-8")
    (folder / "reveal.json").write_text(json.dumps({"nonces": [["planner", NONCE]], "public": {"ssq": VALUE}}), "utf-8")


def _frame(files: Mapping[str, str], dept: str) -> str:
    own = f"frame-{dept}.tsv"
    return own if own in files else f"frame-{DEPARTMENTS[0]}.tsv"
