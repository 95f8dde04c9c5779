"""The days on which a release changes: between two of them, all that stands is the same on every day."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from rules.compiled import Ground
    from rules.release import Release
    from rules.schema_parts import DatedNumber, InForce


def days_of_change(release: Release) -> tuple[date, ...]:
    """Every day on which a provision, a parameter, a citation or a law of the release begins or ends, in order."""
    shelves = (
        release.statute,
        release.limited,
        release.items,
        release.aggravating,
        release.checks,
        release.clocks,
        release.duties,
    )
    days = set(chain.from_iterable(_of_ground(ground) for shelf in shelves for ground in shelf.values()))
    days.update(_ends(one.in_force for violation in release.violations.values() for one in violation.versions))
    days.update(_ends(priority.in_force for priority, _ in release.orders))
    for one in release.benchmarks.values():
        values = (value for parameter in one.benchmark.parameters.values() for value in parameter.values)
        days.update(_ends([one.benchmark.in_force, *values]))
    return tuple(sorted(days))


def _of_ground(ground: Ground) -> Iterator[date]:
    for span in ground.spans:
        yield from (span.start, *([span.until] if span.until else []))
    yield from _ends([ground.provision.in_force])
    for ref in ground.provision.citations:
        yield from (day for day in (ref.from_, ref.until) if day is not None)


def _ends(periods: Iterable[InForce | DatedNumber]) -> Iterator[date]:
    for one in periods:
        yield one.from_
        if one.until is not None:
            yield one.until
