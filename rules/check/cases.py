"""The catalogue's own cases: they hold, and they stand on both sides of every condition.

For each condition there has to be a case in which it alone fails, and for each limit of a number,
a day or an ordered value a case on each side and one exactly at the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.check.finding import Finding, finding
from rules.conditions import ORDER_OPERATORS, ShiftedFact, Test
from rules.evaluate import FALSE, TRUE, Network, States
from rules.schema import Ruled
from rules.selftest import facts_of_test, tests_of_ground
from rules.wording import condition_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.compiled import Compiled, Ground
    from rules.evaluate import Atom
    from rules.release import Release

_KEY: Final = "tests"
_SIDES: Final = {TRUE: "条件成立", FALSE: "条件不成立"}


@dataclass(frozen=True, slots=True)
class _Played:
    """A case of a provision: its facts, and the states of the provision's nodes on its day."""

    facts: Mapping[str, object]
    states: States


def check_cases(release: Release) -> Iterator[Finding]:
    """Every case of every provision with conditions, and what the cases leave out."""
    for shelf in (release.statute, release.items, release.aggravating, release.checks):
        for ground in shelf.values():
            if isinstance(ground.provision, Ruled) and ground.spans:
                yield from _of_ground(release, ground, ground.provision)


def _of_ground(release: Release, ground: Ground, provision: Ruled) -> Iterator[Finding]:
    results = list(tests_of_ground(release, ground))
    for number, result in enumerate(results):
        if not result.passed:
            where = (ground.file, f"{_KEY}[{number}]")
            params = {"name": result.name, "expected": result.expected, "got": result.got}
            yield finding("test_fails", where, [ground.id], **params)
    if not any(one.expect in {"applies", "needs_human"} for one in provision.tests):
        yield finding("test_missing", (ground.file, _KEY), [ground.id])
        return
    yield from _of_conditions(release, ground, list(_played(release, ground, provision)))


def _played(release: Release, ground: Ground, provision: Ruled) -> Iterator[_Played]:
    for number, test in enumerate(provision.tests):
        facts, day = facts_of_test(release, ground, test, f"{_KEY}[{number}]")
        span = ground.at(day)
        if span is not None:
            states = release.network.atom_states(facts)
            span.trace(states)
            yield _Played(facts, states)


def _of_conditions(release: Release, ground: Ground, played: Sequence[_Played]) -> Iterator[Finding]:
    """The span in force last is held against the cases: earlier figures are history."""
    span, where = ground.spans[-1], (ground.file, _KEY)
    for line in span.lines:
        if not any(_alone_fails(line.node, span, one.states) for one in played):
            said = condition_text(line.condition, release.vocabulary)
            yield finding("condition_untested", where, [ground.id], condition=said)
        for atom in release.network.atoms_below(line.node):
            if _is_threshold(release.network, atom):
                yield from _of_threshold(release, ground, atom, played)


def _alone_fails(node: int, span: Compiled, states: States) -> bool:
    return all(states[line.node] == (FALSE if line.node == node else TRUE) for line in span.lines)


def _is_threshold(network: Network, atom: Atom) -> bool:
    return atom.test.op in ORDER_OPERATORS and network.vocabulary[atom.test.fact].is_ordered


def _of_threshold(release: Release, ground: Ground, atom: Atom, played: Sequence[_Played]) -> Iterator[Finding]:
    said = condition_text(Test(atom.test.fact, atom.test.op, atom.test.value), release.vocabulary)
    where = (ground.file, _KEY)
    lacking = [side for state, side in _SIDES.items() if all(one.states[atom.index] != state for one in played)]
    if lacking:
        yield finding("threshold_untested", where, [ground.id], condition=said, side=lacking[0])
        return
    for value in _ends(atom):
        if all(one.facts.get(atom.key) != value for one in played):
            shown = value_text(release.vocabulary[atom.test.fact], value)
            yield finding("boundary_untested", where, [ground.id], condition=said, value=shown)


def _ends(atom: Atom) -> tuple[object, ...]:
    """The values at which the comparison turns; a comparison with another fact has none."""
    value = atom.test.value
    if isinstance(value, ShiftedFact):
        return ()
    return value if isinstance(value, tuple) else (value,)
