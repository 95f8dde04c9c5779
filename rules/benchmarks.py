"""裁量基准: which benchmark cuts the statutory range of a case, and which of its steps holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.evaluate import FALSE, TRUE, UNKNOWN, States
from rules.ranges import Shares, whole_range

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules.compiled import CompiledCondition
    from rules.release import Release
    from rules.schema import Benchmark, Step


@dataclass(frozen=True, slots=True)
class CompiledBenchmark:
    """A benchmark with the conditions of its steps compiled (None: holds always)."""

    benchmark: Benchmark
    steps: tuple[tuple[Step, CompiledCondition | None], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """How the range of a case is cut: the shares, and the step table where there is one."""

    shares: Shares | None
    by: Benchmark | None
    table: CompiledBenchmark | None


def cut_for(release: Release, places: tuple[str, ...], violation: str | None, day: date) -> Cut:
    """The benchmarks that prevail for a violation, in a place, on a day."""
    field = release.violations[violation].field if violation else None
    found = [
        one
        for one in release.benchmarks.values()
        if one.benchmark.in_force.contains(day) and _concerns(one.benchmark, places, violation, field)
    ]
    found.sort(key=lambda one: _nearness(one.benchmark, places), reverse=True)
    shared = next((one for one in found if one.benchmark.parameters), None)
    table = next((one for one in found if one.steps), None)
    by = shared.benchmark if shared else None
    return Cut(_shares(by, day) if by else None, by, table)


def _concerns(one: Benchmark, places: tuple[str, ...], violation: str | None, field: str | None) -> bool:
    if one.jurisdiction not in places and not any(code in places for code in one.also_in):
        return False
    if one.violations:
        return violation in one.violations
    return not one.fields or field in one.fields


def _nearness(one: Benchmark, places: tuple[str, ...]) -> tuple[int, int, int]:
    kind = 2 if one.violations else int(bool(one.fields))
    codes = (one.jurisdiction, *one.also_in)
    place = max(len(places) - places.index(code) for code in codes if code in places)
    return kind, place, one.precedence


def _shares(one: Benchmark, day: date) -> Shares | None:
    lighter, heavier = (one.parameters[name].at(day) for name in ("lighter_share", "heavier_share"))
    if lighter is None or heavier is None:
        return None
    return Shares(Decimal(lighter), Decimal(heavier))


def step_of(
    table: CompiledBenchmark, states: States, facts: Mapping[str, object]
) -> tuple[dict[str, object] | None, list[str]]:
    """The step that holds, or the facts without which none can be chosen."""
    for step, condition in table.steps:
        state = condition.state(states) if condition else TRUE
        if state == FALSE:
            continue
        if state == UNKNOWN and condition is not None:
            return None, condition.open_facts(states)
        fine = whole_range(step.fine, facts) if step.fine else None
        return {"tier": step.tier, "label": step.label, "fine": fine}, []
    return None, []


def benchmark_dict(one: Benchmark) -> dict[str, object]:
    """A benchmark as an answer names it."""
    return {
        "id": one.id,
        "title": one.title,
        "number": one.number,
        "jurisdiction": one.jurisdiction,
        "confidence": one.confidence,
    }
