"""Prints what `make bench` measured: medians, rates, and each bar with whether it was reached.

A benchmark says what it is held against in its `extra_info`:

    bar          one or more of "<= 0.4 ms", ">= 100000 /s", "<= 1.8 x", ">= 3 x duckdb"
    alternative  the benchmark of the same group that a ratio without a name refers to
    items        how many cases one round handles; the rate is items / median (default 1)
    in_turn      benchmarks of the group to how many times as long they took, measured in turn
    note         one line that says what is and is not compared
    pace         seconds for the same piece of work beside each benchmark: how fast the machine was then

"<= N x" compares times a case (ours / theirs), ">= N x" compares speeds (theirs / ours as times).
Where other work disturbs a run, the quickest tenth (p10) is near the median of an idle machine.
A ratio measured in turn takes precedence over that of two medians. Names leave out the leading `test_`.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

BAR = re.compile(r"(<=|>=) ([\d.]+) (s|ms|us|/s|x)(?: (\S+))?")
SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
SELDOM = 0.1
SLOW = 1.2


@dataclass(frozen=True, slots=True)
class Measured:
    """One benchmark: times in seconds, and the bars it is held against."""

    group: str
    name: str
    median: float
    p10: float
    p95: float
    items: int
    bars: tuple[str, ...]
    alternative: str
    in_turn: dict[str, float] = field(default_factory=dict)
    note: str = ""
    pace: float = 0.0

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        """Take one entry of pytest-benchmark's JSON."""
        stats, extra = row["stats"], row["extra_info"]
        times = sorted(stats.get("data") or [stats["median"]])
        bars = extra.get("bar") or ()
        return cls(
            group=row["group"] or "",
            name=row["name"].removeprefix("test_"),
            median=stats["median"],
            p10=times[int(len(times) * 0.1)],
            p95=times[int(len(times) * 0.95)],
            items=extra.get("items", 1),
            bars=(bars,) if isinstance(bars, str) else tuple(bars),
            alternative=extra.get("alternative") or "",
            in_turn=extra.get("in_turn") or {},
            note=extra.get("note") or "",
            pace=extra.get("pace") or 0.0,
        )

    @property
    def each(self) -> float:
        """Seconds for one case."""
        return self.median / self.items


def verdict(one: Measured, bar: str, group: dict[str, Measured]) -> str:
    """Return the bar with the figure reached and `ok` or `MISSED`.

    Raises:
        ValueError: the bar is not written as above, or names a benchmark that did not run.
    """
    match = BAR.fullmatch(bar)
    if not match:
        message = f"{one.name}: cannot read the bar {bar!r}"
        raise ValueError(message)
    sign, bound, unit, name = match.groups()
    reached = _reached(one, sign, unit, name or one.alternative, group)
    good = reached <= float(bound) if sign == "<=" else reached >= float(bound)
    return f"{bar}: {reached:,.3g} {unit} {'ok' if good else 'MISSED'}"


def _reached(one: Measured, sign: str, unit: str, other: str, group: dict[str, Measured]) -> float:
    if unit == "/s":
        return one.items / one.median
    if unit != "x":
        return one.median / SECONDS[unit]
    if other in one.in_turn:
        times_as_long = one.in_turn[other]
    elif other in group:
        times_as_long = group[other].each / one.each
    else:
        message = f"{one.name}: no benchmark {other!r} in its group"
        raise ValueError(message)
    return times_as_long if sign == ">=" else 1 / times_as_long


def show_time(seconds: float) -> str:
    """`0.000123` as `123 us`: three figures and a fitting unit."""
    unit = next((unit for unit in ("s", "ms") if seconds >= SECONDS[unit]), "us")
    return f"{seconds / SECONDS[unit]:.3g} {unit}"


def show_rate(seconds: float) -> str:
    """How often a second: `125,257 /s`, or `2.4 /s` where it is seldom."""
    return f"{1 / seconds:,.{0 if seconds <= SELDOM else 1}f} /s"


def show_ratio(times_as_long: float) -> str:
    """`3 x as fast as`, or `takes 2 x as long as` where the other is faster."""
    if times_as_long < 1:
        return f"takes {1 / times_as_long:.3g} x as long as"
    return f"{times_as_long:.3g} x as fast as"


def table(rows: list[Measured]) -> Iterator[str]:
    """The lines to print, group by group."""
    best = min((row.pace for row in rows if row.pace), default=0.0)
    for name in dict.fromkeys(row.group for row in rows):
        group = {row.name: row for row in rows if row.group == name}
        yield f"\n{name or 'no group'}"
        for row in group.values():
            spread = f"p10 {show_time(row.p10):>8}  p95 {show_time(row.p95):>8}"
            yield f"  {row.name:<40} {show_time(row.median):>8}  {spread}  {show_rate(row.each):>14}"
            yield from (f"      {verdict(row, bar, group)}" for bar in row.bars)
            yield from (f"      {remark}" for remark in _remarks(row, best))


def _remarks(row: Measured, best: float) -> Iterator[str]:
    yield from (f"{show_ratio(ratio)} {other}, in turn" for other, ratio in row.in_turn.items())
    if row.note:
        yield row.note
    if row.pace > best * SLOW:
        yield f"the machine was {row.pace / best:.2g} x slower than at its best in this run"


def main() -> None:
    """Read the JSON file named on the command line and print the table."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    machine = report["machine_info"]
    print(f"{machine['cpu'].get('brand_raw', '?')}, Python {machine['python_version']}")
    print("\n".join(table([Measured.read(row) for row in report["benchmarks"]])))


if __name__ == "__main__":
    main()
