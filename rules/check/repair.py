"""Credit repair: contradictions and holes between its provisions, and proofs that none is dead or idle."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, TypeVar

from kernel.interval import Interval
from rules.check.finding import finding
from rules.check.items import dead_and_idle
from rules.check.proof import Prover
from rules.compiled import Ground, spans_of
from rules.evaluate import Network
from rules.schema import Provision, Ruled
from rules.schema_repair import RepairClock, RepairInstrument, RepairSetting, RepairThreshold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules.check.finding import Finding
    from rules.release import RepairPart

P = TypeVar("P", bound=Provision)
_BOTH = frozenset({"natural_person", "organisation"})


def check_repair(repair: RepairPart) -> Iterator[Finding]:
    """Two answers to one question at a time, and days between two regimes on which none holds."""
    yield from _clashes(repair, RepairSetting, _same_setting)
    yield from _clashes(repair, RepairThreshold, _same_figure)
    yield from _clashes(repair, RepairClock, _same_clock)
    yield from _gaps(repair)


def _clashes(repair: RepairPart, kind: type[P], same: Callable[[P, P], bool]) -> Iterator[Finding]:
    """Pairs of provisions that hold at the same time and answer the same question."""
    found = [(file, one) for file, one in repair.provisions.values() if isinstance(one, kind)]
    for (file, one), (other_file, other) in combinations(found, 2):
        if _time(one).overlaps(_time(other)) and same(one, other):
            params = {"one": one.id, "other": other.id, "other_file": other_file}
            yield finding("repair_contradiction", (file, "in_force"), [one.id, other.id], **params)


def _time(provision: Provision) -> Interval:
    return Interval(provision.in_force.from_, provision.in_force.until)


def _same_setting(one: RepairSetting, other: RepairSetting) -> bool:
    return (one.parameter, one.jurisdiction) == (other.parameter, other.jurisdiction)


def _same_figure(one: RepairThreshold, other: RepairThreshold) -> bool:
    parties = [_BOTH if each.party == "any" else {each.party} for each in (one, other)]
    domains = [set(each.domains) for each in (one, other)]
    shared = not any(domains) or bool(domains[0] & domains[1])  # a field's own figure comes before the general one
    return (one.fact, one.jurisdiction) == (other.fact, other.jurisdiction) and bool(parties[0] & parties[1]) and shared


def _same_clock(one: RepairClock, other: RepairClock) -> bool:
    kinds = not (one.record_kinds and other.record_kinds) or bool(set(one.record_kinds) & set(other.record_kinds))
    return one.step == other.step and bool(set(one.regimes) & set(other.regimes)) and kinds


def _gaps(repair: RepairPart) -> Iterator[Finding]:
    """Days of a channel after its first regime that no regime covers."""
    regimes = [(file, one) for file, one in repair.provisions.values() if isinstance(one, RepairInstrument)]
    for channel in dict.fromkeys(one.channel for _, one in regimes if one.channel):
        held = ((file, one) for file, one in regimes if one.channel == channel)
        own = sorted((one.in_force.from_, one.in_force.until, one.id, file) for file, one in held)
        for (_, until, name, file), (begins, _, following, _) in pairwise(own):
            if until is None or until != begins:
                params = {"one": name, "other": following, "begins": begins}
                yield finding("repair_gap", (file, "in_force.until"), [name, following], **params)


def prove_repair(repair: RepairPart) -> Iterator[Finding]:
    """What can be said of the conditions over the words of credit repair."""
    network = Network(repair.vocabulary)
    grounds = [
        Ground(provision, file, spans_of(network, file, provision, None))
        for file, provision in repair.provisions.values()
        if isinstance(provision, Ruled) and (provision.conditions or provision.exclusions)
    ]
    prover = Prover(network)
    yield from dead_and_idle(network, prover, grounds)
    yield from prover.findings()
