"""Days: quarters without law, items that outlive or precede every law they stand for, near ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kernel.interval import Interval
from rules.check.finding import Finding, finding
from rules.check.pairs import item_of
from rules.citations import every_provision
from rules.schema_violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.citations import Cites
    from rules.release import Release

COVERED_SINCE: Final = date(2021, 7, 15)
"""The revised 行政处罚法: from this day on every violation says what the law was."""
_MONTHS_A_QUARTER: Final = 3
_DAY: Final = timedelta(days=1)


def check_days(release: Release, on: date, within_days: int) -> Iterator[Finding]:
    """Coverage by quarter, items without law, and what ends within so many days."""
    for name, (file, provision) in every_provision(release):
        if isinstance(provision, Violation):
            yield from _of_quarters(file, provision, on)
        yield from _of_end(name, file, provision, on, within_days)
    yield from _of_items(release)


def _of_quarters(file: str, violation: Violation, on: date) -> Iterator[Finding]:
    holes = uncovered(violation, on)
    if holes:
        params = {"violation": violation.title, "quarters": "、".join(_quarters(*hole) for hole in holes)}
        yield finding("quarter_uncovered", (file, "versions"), [violation.id], **params)


def uncovered(violation: Violation, on: date) -> list[tuple[date, date]]:
    """The days from :data:`COVERED_SINCE` to ``on`` for which no version stands, half-open."""
    holes: list[tuple[date, date]] = []
    reached, end = COVERED_SINCE, on + _DAY
    for version in violation.versions:
        if version.in_force.from_ > reached:
            holes.append((reached, min(version.in_force.from_, end)))
        reached = max(reached, version.in_force.until or end)
    holes.append((reached, end))
    return [(start, until) for start, until in holes if start < until]


def _quarters(start: date, until: date) -> str:
    first, last = _quarter(start), _quarter(until - _DAY)
    return first if first == last else f"{first}至{last}"


def _quarter(day: date) -> str:
    return f"{day.year}年第{(day.month - 1) // _MONTHS_A_QUARTER + 1}季度"


def _of_items(release: Release) -> Iterator[Finding]:
    for ground in release.items.values():
        item = item_of(ground)
        time = Interval(item.in_force.from_, item.in_force.until)
        for violation in item.violations:
            laws = release.laws[violation]
            spans = (Interval(law.version.in_force.from_, law.version.in_force.until) for law in laws)
            if not any(time.overlaps(span) for span in spans):
                title = release.violations[violation].title
                params = {"item": item.id, "violation": title, "span": _shown(time)}
                yield finding("item_without_law", (ground.file, "in_force"), [item.id, violation], **params)


def _shown(time: Interval) -> str:
    return f"{time.start.isoformat()} 至 {time.until.isoformat() if time.until else '今'}"


def _of_end(name: str, file: str, provision: Cites, on: date, within_days: int) -> Iterator[Finding]:
    if isinstance(provision, Violation):
        key, time = f"versions[{len(provision.versions) - 1}].in_force", provision.versions[-1].in_force
    else:
        key, time = "in_force", provision.in_force
    if time.until is not None and on < time.until <= on + timedelta(days=within_days):
        last = time.until - _DAY
        params = {"name": f"{name}（{provision.title}）", "last": last, "days": (last - on).days}
        yield finding("expires_soon", (file, f"{key}.until"), [name], **params)
