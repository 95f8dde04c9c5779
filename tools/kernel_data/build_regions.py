"""Write kernel/data/regions_current.csv and regions_history.csv from the two region tables.

Usage: build_regions.py SHARED_DATA_FOLDER [OUT_FOLDER]
The tables know the year of a change, not the day. A span runs from the year in which the code (or
the name) first stood in the list to the year in which it no longer did.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

OUT = Path(__file__).resolve().parents[2] / "kernel" / "data"

# The change tables of 2021 leave these out: merged into a new district or made a city.
MISSING = {
    "350403": (2021, "350404"),
    "350625": (2021, "350605"),
    "410306": (2021, "410308"),
    "410322": (2021, "410308"),
    "431121": (2021, "431181"),
    "520522": (2021, "520581"),
}
# Divided in 2021; the tables read it as a change of name, but the code and the name remained.
SPLIT = {"330110"}
# Provinces that were divided. Any other successor in another province is a namesake (郊区, 东城区).
DIVIDED = {("44", "46"), ("51", "50")}
# A merger names the code that took over, which need not be new in that year.
MERGERS = {"撤销", "区划调整"}


@dataclass
class Span:
    """One name under one code; years are None where the tables begin or have not ended."""

    name: str
    since: int | None = None
    until: int | None = None
    successors: list[str] = field(default_factory=list)


class Timeline:
    """The spans of one code, built from events in order of time."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.spans: list[Span] = []

    def leave(self, year: int, name: str, successor: str) -> None:
        """Close the span; a second row for the same departure only adds a successor."""
        if not self.spans:
            self.spans.append(Span(name))
        last = self.spans[-1]
        if last.until is None:
            last.until = year
        if successor and successor not in last.successors:
            last.successors.append(successor)

    def enter(self, year: int, name: str) -> None:
        """Open a span, unless the code is in use already."""
        if not self.spans or self.spans[-1].until is not None:
            self.spans.append(Span(name, year))

    def rename(self, year: int, old: str, new: str) -> None:
        """Close the span under the old name and open one under the new."""
        if not self.spans:
            self.spans.append(Span(old))
        if self.spans[-1].until is None:
            self.spans[-1].until = year
        self.spans.append(Span(new, year))


def timelines(changes: pd.DataFrame) -> dict[str, Timeline]:
    """Replay the changes; within a year departures come first, since codes are given out again."""
    found: dict[str, Timeline] = defaultdict(Timeline)
    for year, rows in changes.groupby("year", sort=True):
        events = list(rows.itertuples())
        for row in events:
            if row.old_code and row.old_code != row.new_code:
                found[row.old_code].leave(int(year), row.old_name, _successor(row.old_code, row.new_code))
        for row in events:
            same_place = row.old_name == row.new_name or row.old_code in SPLIT
            if row.old_code and row.old_code == row.new_code and not same_place:
                found[row.old_code].rename(int(year), row.old_name, row.new_name)
        for row in events:
            if row.new_code and row.old_code != row.new_code:
                _enter(found, row)
    for code, (year, successor) in MISSING.items():
        found[code].leave(year, "", successor)
    return found


def _successor(old: str, new: str) -> str:
    return new if old[:2] == new[:2] or (old[:2], new[:2]) in DIVIDED else ""


def _enter(found: dict[str, Timeline], row: Any) -> None:  # noqa: ANN401 - a row of pandas has no type
    if row.type not in MERGERS or found[row.new_code].spans:
        found[row.new_code].enter(int(row.year), row.new_name)


def write(file: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
    """Write a table, empty where a value is None, and return the number of rows."""
    table = list(rows)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(table)
    return len(table)


def main(shared: Path, out: Path = OUT) -> None:
    """Read both tables, write both files."""
    regions = pd.read_parquet(shared / "cn_regions.parquet")
    regions = regions[regions["level"] != "township"].sort_values("code")
    changes = pd.read_parquet(shared / "cn_region_changes.parquet")
    blank = dict.fromkeys(("old_code", "old_name", "new_code", "new_name"), "")
    history = timelines(changes.fillna(blank))
    current = {row.code: row.name_ for row in regions.rename(columns={"name": "name_"}).itertuples()}
    since = {code: _since(history.get(code)) for code in current}
    kept = write(out / "regions_current.csv", ("code", "name", "since"), ((c, n, since[c]) for c, n in current.items()))
    ended = (
        (code, span.name, span.since, span.until, " ".join(span.successors))
        for code in sorted(history)
        for span in history[code].spans
        if span.until is not None
    )
    columns = ("code", "name", "since", "until", "successors")
    past = write(out / "regions_history.csv", columns, ended)
    print(f"{kept} current regions, {past} ended spans")
    _complain(history, current)


def _since(timeline: Timeline | None) -> int | None:
    return timeline.spans[-1].since if timeline and timeline.spans else None


def _complain(history: dict[str, Timeline], current: dict[str, str]) -> None:
    for code, timeline in sorted(history.items()):
        is_open = bool(timeline.spans) and timeline.spans[-1].until is None
        if timeline.spans and is_open != (code in current):
            print(f"{code}: {'still open but not current' if is_open else 'ended but current'}")
        elif is_open and timeline.spans[-1].name != current[code]:
            print(f"{code}: last name {timeline.spans[-1].name}, now {current[code]}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
