"""A scanned register counted a second time, from the file itself and by hand-written rules.

Run: ``python -m tests.credit.recount REGISTER.csv FINDINGS.csv --on DATE``. Row by row: outcome, first day
to apply, last day of publication; 1 where any of them differs. The register is one that ``xinheng repair
synth`` made: real registers write their cells in more ways than the second reading knows.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from tests.credit.plainly import judge
from tests.credit.plainread import penalty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNREADABLE = "unreadable"
COLUMNS = ("outcome", "earliest_on", "ends_on")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file as strings."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def expected(row: Mapping[str, str], on: date) -> tuple[str, str, str]:
    """What the hand-written rules say of a row."""
    found = penalty(row)
    if found is None:
        return UNREADABLE, "", ""
    answer = judge(found, on)
    earliest, ends = (day.isoformat() if day else "" for day in (answer.earliest, answer.ends))
    return answer.outcome, earliest, ends


def recount(register: Path, findings: Path, on: date) -> tuple[Counter[str], list[str]]:
    """Counts by outcome, and every row on which the two computations differ."""
    counts: Counter[str] = Counter()
    differences: list[str] = []
    for number, (row, found) in enumerate(zip_longest(rows(register), rows(findings)), 1):
        wanted = expected(row, on)
        counts[wanted[0]] += 1
        got = (found["outcome"] or UNREADABLE, found["earliest_on"], found["ends_on"])
        if got != wanted:
            differences.append(f"{number}: {got} instead of {wanted}")
    return counts, differences


def main() -> int:
    """Print the counts and the differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("register", type=Path)
    parser.add_argument("findings", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, required=True)
    options = parser.parse_args()
    counts, differences = recount(options.register, options.findings, options.on)
    lines = [*(f"{count:>8}  {name}" for name, count in counts.most_common()), f"{len(differences):>8}  differences"]
    sys.stdout.write("\n".join([*lines, *differences[:20], ""]))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
