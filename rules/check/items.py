"""Proofs about provisions and pairs of them: dead, idle, swallowed, overlapping, with holes between."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from rules.check.encode import keys_below
from rules.check.finding import Finding, finding
from rules.check.pairs import (
    Pair,
    codes,
    common_spans,
    concerned,
    concerns_within,
    item_of,
    lasts_within,
    lies_within,
    meeting,
    meeting_place,
    nodes_of,
)
from rules.check.witness import document, sentence
from rules.facts import NUMERIC
from rules.wording import condition_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules.check.proof import Nodes, Prover
    from rules.compiled import Compiled, Ground
    from rules.evaluate import Network
    from rules.release import Release

_KEY: Final = "conditions"
_LENIENT: Final = frozenset({"no_penalty", "lighter", "mitigated"})
_CLASH: Final = frozenset({("lighter",), ("mitigated",)})


def prove_items(release: Release, prover: Prover) -> Iterator[Finding]:
    """Everything that can be said of conditions without a case at hand."""
    yield from dead_and_idle(release.network, prover, _every(release))
    for pair in meeting(release):
        yield from _of_pair(release, prover, pair)
    yield from _against_statute(release, prover)
    yield from _holes(release, prover)


def dead_and_idle(network: Network, prover: Prover, grounds: Iterable[Ground]) -> Iterator[Finding]:
    """Provisions that can never apply, and conditions that never matter."""
    for ground in grounds:
        dead = next((span for span in ground.spans if _is_dead(prover, ground, span)), None)
        if dead is None:
            yield from _idle(network, prover, ground)
        else:
            params = {"name": f"{ground.id}（{ground.provision.title}）", "why": _since(ground, dead)}
            yield finding("dead_item", (ground.file, _KEY), [ground.id], **params)


def _is_dead(prover: Prover, ground: Ground, span: Compiled) -> bool:
    return prover.case(f"{ground.id} 的条件能否全部具备", [nodes_of(span)]).impossible


def _every(release: Release) -> Iterator[Ground]:
    shelves = (release.statute, release.items, release.aggravating, release.checks, release.clocks, release.duties)
    for shelf in shelves:
        yield from (ground for ground in shelf.values() if any(span.lines for span in ground.spans))


def _since(ground: Ground, span: Compiled) -> str:
    return f"（自 {span.start.isoformat()} 起的数值）" if len(ground.spans) > 1 else ""


def _idle(network: Network, prover: Prover, ground: Ground) -> Iterator[Finding]:
    """Lines and comparisons that no case can fail, or none can meet."""
    seen: set[int] = set()
    for line in (line for span in ground.spans for line in span.lines):
        atoms = [atom.index for atom in network.atoms_below(line.node)]
        for node in (line.node, *atoms):
            if node in seen:
                continue
            seen.add(node)
            condition = line.condition if node == line.node else network.atoms[node].test
            said = condition_text(condition, network.vocabulary)
            question = f"{ground.id} 的条件“{said}”是否起作用"
            if prover.case(question, (), [(node,)]).impossible:
                yield finding("idle_condition", (ground.file, _KEY), [ground.id], condition=said, always="成立")
            elif prover.case(question, [(node,)]).impossible:
                yield finding("idle_condition", (ground.file, _KEY), [ground.id], condition=said, always="不成立")


def _of_pair(release: Release, prover: Prover, pair: Pair) -> Iterator[Finding]:
    one, other = pair.one, pair.other
    shared = set(one.lists) & set(other.lists)
    if shared:
        swallowed = list(_swallowed(release, prover, pair))
        yield from swallowed
        if not swallowed and one.force != other.force:
            may, shall = (one, other) if one.force == "may" else (other, one)
            yield from _overlap(release, prover, pair, "force_overlap", (may, shall))
    elif {one.lists, other.lists} == _CLASH:
        lighter, mitigated = (one, other) if one.lists == ("lighter",) else (other, one)
        yield from _overlap(release, prover, pair, "list_overlap", (lighter, mitigated))


def _overlap(
    release: Release, prover: Prover, pair: Pair, code: str, sides: tuple[Ground, Ground]
) -> Iterator[Finding]:
    first, second = sides
    question = f"{first.id} 与 {second.id} 能否同时适用"
    for spans in pair.spans:
        answer = prover.case(question, [nodes_of(span) for span in spans])
        if answer.possible:
            params = {
                "one": first.id,
                "one_title": first.provision.title,
                "other": second.id,
                "other_title": second.provision.title,
                "case": sentence(release, answer.facts),
            }
            witness = document(release, answer.facts, pair.place, pair.violation)
            yield finding(code, (first.file, _KEY), [first.id, second.id], **params).showing(witness)
            return


def _swallowed(release: Release, prover: Prover, pair: Pair) -> Iterator[Finding]:
    """The inner item adds nothing: same list, place and time, and the outer one at least as strong."""
    for inner, outer in ((pair.one, pair.other), (pair.other, pair.one)):
        if _inside(inner, outer) and _implies(prover, inner, outer, pair.spans):
            yield from _contained(release, prover, "swallowed_item", (inner, outer), (pair.place, pair.violation))
            return  # two that say the same swallow each other: once is enough


def _inside(inner: Ground, outer: Ground) -> bool:
    within, around = item_of(inner), item_of(outer)
    weaker = outer.force in {inner.force, "shall"}
    keeps = within.keeps_confiscation == around.keeps_confiscation and not (inner.disputed or outer.disputed)
    return (
        set(inner.lists) <= set(outer.lists)
        and weaker
        and keeps
        and lies_within(within, around)
        and lasts_within(inner, outer)
        and concerns_within(within, around)
    )


def _implies(prover: Prover, inner: Ground, outer: Ground, spans: Sequence[tuple[Compiled, Compiled]]) -> bool:
    question = f"{inner.id} 适用时 {outer.id} 是否必然适用"
    ordered = [pair if pair[0] in inner.spans else pair[::-1] for pair in spans]
    return all(prover.case(question, [nodes_of(mine)], [nodes_of(theirs)]).impossible for mine, theirs in ordered)


def _contained(
    release: Release, prover: Prover, code: str, sides: tuple[Ground, Ground], meant: tuple[str | None, str | None]
) -> Iterator[Finding]:
    inner, outer = sides
    answer = prover.case(f"{inner.id} 能否适用", [nodes_of(inner.spans[-1])])
    params = {
        "inner": inner.id,
        "inner_title": inner.provision.title,
        "outer": outer.id,
        "outer_title": outer.provision.title,
        "case": sentence(release, answer.facts),
    }
    witness = document(release, answer.facts, *meant) if answer.possible else None
    yield finding(code, (inner.file, _KEY), [inner.id, outer.id], **params).showing(witness)


def _against_statute(release: Release, prover: Prover) -> Iterator[Finding]:
    """An item that says *may* where a ground of the statute with the same consequence says *shall*.

    Where the statute leaves the choice between two lists, *may* may be about that choice.
    """
    for ground in release.items.values():
        item = item_of(ground)
        if ground.force != "may" or item.only_when_named:
            continue
        for statute in release.statute.values():
            same = set(statute.lists) <= set(ground.lists)
            spans = common_spans(ground, statute)
            if same and spans and statute.force == "shall" and _implies(prover, ground, statute, spans):
                meant = (item.jurisdiction, next(iter(item.violations), None))
                yield from _contained(release, prover, "may_where_shall", (ground, statute), meant)


def _holes(release: Release, prover: Prover) -> Iterator[Finding]:
    seen: set[tuple[frozenset[str], str]] = set()
    for violation in release.violations:
        for place, grounds in _together(release, violation):
            spans = [span for ground in grounds for span in ground.spans[-1:]]
            for key in _measured(release, spans):
                mark = (frozenset(ground.id for ground in grounds), key)
                if mark not in seen:
                    seen.add(mark)
                    yield from _hole(release, prover, (violation, place), grounds, key)


def _together(release: Release, violation: str) -> Iterator[tuple[str, list[Ground]]]:
    """The lenient items of a violation that stand in one place at one time, for each place."""
    lenient = [ground for ground in concerned(release, violation) if _LENIENT & set(ground.lists)]
    for place in dict.fromkeys(chain.from_iterable(codes(item_of(ground)) for ground in lenient)):
        here = [ground for ground in lenient if _reaches(ground, place)]
        last = max(span.start for ground in here for span in ground.spans)
        yield place, [ground for ground in here if _lasts(ground, last)]


def _reaches(ground: Ground, place: str) -> bool:
    probe = item_of(ground).model_copy(update={"jurisdiction": place, "also_in": ()})
    return meeting_place(item_of(ground), probe) == place


def _lasts(ground: Ground, day: date) -> bool:
    return ground.at(day) is not None


def _measured(release: Release, spans: Sequence[Compiled]) -> list[str]:
    """Numeric facts with at least two limits: between fewer there can be no hole."""
    limits: dict[str, set[int]] = {}
    for node in chain.from_iterable(nodes_of(span) for span in spans):
        for atom in release.network.atoms_below(node):
            if release.vocabulary[atom.test.fact].type in NUMERIC:
                limits.setdefault(atom.key, set()).add(atom.index)
    return [key for key, atoms in limits.items() if len(atoms) > 1]


def _hole(
    release: Release, prover: Prover, meant: tuple[str, str], grounds: Sequence[Ground], key: str
) -> Iterator[Finding]:
    violation, place = meant
    groups: list[Nodes] = [nodes_of(ground.spans[-1]) for ground in grounds]
    fact = release.vocabulary[key]
    title = release.violations[violation].title
    answer, ends = prover.hole(f"{title}的事项在“{fact.label}”上有无空档", groups, key)
    if not answer.possible:
        return
    read = [
        ground.id for ground, nodes in zip(grounds, groups, strict=True) if key in keys_below(release.network, nodes)
    ]
    below, above = (value_text(fact, end) for end in ends)
    params = {
        "violation": title,
        "fact": fact.label,
        "below": below,
        "above": above,
        "between": value_text(fact, answer.facts[key]),
        "items": "、".join(read),
        "case": sentence(release, _without(answer.facts, key)),
    }
    first = next(ground for ground in grounds if ground.id == read[0])
    witness = document(release, answer.facts, place, violation)
    yield finding("threshold_gap", (first.file, _KEY), read, **params).showing(witness)


def _without(facts: Mapping[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name != key}
