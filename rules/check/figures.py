"""Figures that contradict each other: parameters with holes, longer periods that are shorter, caps below floors."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Final

from kernel.interval import Interval
from rules.check.finding import Finding, finding
from rules.citations import every_provision
from rules.conditions import ConditionParser, params_of
from rules.schema import Benchmark, Clock, Ruled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.compiled import CompiledLaw
    from rules.release import Release
    from rules.schema_parts import InForce, Parameter
    from rules.schema_violation import Fine, Violation

_LONGER: Final = "extended_"


def check_figures(release: Release) -> Iterator[Finding]:
    """Parameters, shares, limitation periods and fines of every provision."""
    for name, (file, provision) in every_provision(release):
        if isinstance(provision, Ruled | Benchmark | Clock):
            yield from _of_holes(name, file, provision.in_force, provision.parameters)
            yield from _of_order(name, file, provision.parameters)
    for file, one in release.provisions.values():
        if isinstance(one, Ruled):
            yield from _of_use(release, file, one)
    yield from _of_benchmarks(release)
    for name, violation in release.violations.items():
        yield from _of_violation(release, release.provisions[name][0], violation)


def _of_holes(name: str, file: str, in_force: InForce, parameters: Mapping[str, Parameter]) -> Iterator[Finding]:
    for parameter, dated in parameters.items():
        ends = [in_force.from_, *(one.until for one in dated.values if one.until is not None)]
        for day in ends:
            if in_force.contains(day) and dated.at(day) is None:
                where = (file, f"parameters.{parameter}")
                yield finding("parameter_hole", where, [name], name=parameter, day=day)
                break


def _of_use(release: Release, file: str, provision: Ruled) -> Iterator[Finding]:
    parser = ConditionParser(release.vocabulary, file)
    parts = (
        *parser.parse_list(provision.conditions, "conditions"),
        *parser.parse_list(provision.exclusions, "exclusions"),
    )
    used = {name for part in parts for name in params_of(part)}
    for name in provision.parameters:
        if name not in used:
            yield finding("parameter_unused", (file, f"parameters.{name}"), [provision.id], name=name)


def _of_order(name: str, file: str, parameters: Mapping[str, Parameter]) -> Iterator[Finding]:
    """A longer period that is shorter than the plain one."""
    for longer, dated in parameters.items():
        plain = parameters.get(longer.removeprefix(_LONGER)) if longer.startswith(_LONGER) else None
        for one in dated.values if plain else ():
            value = plain.at(one.from_) if plain else None
            if value is not None and one.value < value:
                why = f"自 {one.from_.isoformat()} 起，“{longer}”（{one.value}）小于一般期限（{value}）"
                yield finding("parameter_contradiction", (file, f"parameters.{longer}"), [name], why=why)


def _of_benchmarks(release: Release) -> Iterator[Finding]:
    benchmarks = [(release.provisions[name][0], one.benchmark) for name, one in release.benchmarks.items()]
    for (file, one), (_, other) in combinations(benchmarks, 2):
        if _compete(one, other):
            why = f"{one.id} 与 {other.id} 对同一范围、地域和时间都给出分档，又没有写明先后（precedence）"
            yield finding("parameter_contradiction", (file, "precedence"), [one.id, other.id], why=why)


def _compete(one: Benchmark, other: Benchmark) -> bool:
    """Whether neither goes before the other: same scope, place, precedence and a day in common."""
    same = (
        set(one.violations) & set(other.violations)
        if one.violations and other.violations
        else one.violations == other.violations
        and (set(one.fields) & set(other.fields) if one.fields and other.fields else one.fields == other.fields)
    )
    places = {one.jurisdiction, *one.also_in} & {other.jurisdiction, *other.also_in}
    both = (one.parameters and other.parameters) or (one.steps and other.steps)
    times = [Interval(mine.in_force.from_, mine.in_force.until) for mine in (one, other)]
    return bool(same and places and both) and one.precedence == other.precedence and times[0].overlaps(times[1])


def _of_violation(release: Release, file: str, violation: Violation) -> Iterator[Finding]:
    for number, limit in enumerate(violation.limitation):
        if limit.extended_years is not None and limit.extended_years < limit.years:
            why = f"较长的追责期限（{limit.extended_years}年）短于一般期限（{limit.years}年）"
            where = (file, f"limitation[{number}].extended_years")
            yield finding("parameter_contradiction", where, [violation.id], why=why)
    for law in release.laws[violation.id]:
        yield from _of_fines(file, violation, law)


def _of_fines(file: str, violation: Violation, law: CompiledLaw) -> Iterator[Finding]:
    key = f"versions[{violation.versions.index(law.version)}].penalty.branches"
    base = _ceiling(law)
    for place, one in enumerate(law.branches):
        fine = one.branch.fine
        if fine is None:
            continue
        where = (file, f"{key}[{place}].fine")
        if fine.cap_yuan is not None and fine.floor_yuan is not None and fine.cap_yuan < fine.floor_yuan:
            why = f"罚款的上限（{fine.cap_yuan}元）低于下限（{fine.floor_yuan}元）"
            yield finding("parameter_contradiction", where, [violation.id], why=why)
        amount = _amount(fine)
        if base and one.branch.escalation and amount is not None and amount < base[1]:
            params = {"number": place + 1, "branch": one.branch.label or "加重", "base": base[0] + 1}
            yield finding("escalation_cheaper", where, [violation.id], **params)


def _ceiling(law: CompiledLaw) -> tuple[int, Decimal] | None:
    """The cheapest ceiling of the ordinary branches: an escalation must not stay below it."""
    known = [
        (place, amount)
        for place, one in enumerate(law.branches)
        if not one.branch.escalation and one.branch.fine and (amount := _amount(one.branch.fine)) is not None
    ]
    return min(known, key=lambda pair: pair[1], default=None)


def _amount(fine: Fine) -> Decimal | None:
    """The ceiling in yuan; None where it depends on a base or a count."""
    if fine.max_yuan is None or fine.base is not None or fine.per is not None:
        return None
    return Decimal(fine.max_yuan)
