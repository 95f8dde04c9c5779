"""Proofs about penalties: branches that cannot be reached, that overlap, or leave a case out."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rules.check.finding import Finding, finding
from rules.check.witness import document, sentence
from rules.conditioncode import condition_code
from rules.wording import condition_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.check.proof import Nodes, Prover
    from rules.compiled import CompiledBranch, CompiledCondition, CompiledLaw
    from rules.release import Release

Numbered = tuple[int, "CompiledBranch"]


def prove_branches(release: Release, prover: Prover) -> Iterator[Finding]:
    """The branches of every law of every violation, and the rows of every step table."""
    for name, laws in release.laws.items():
        versions = release.violations[name].versions
        for law in laws:
            key = f"versions[{versions.index(law.version)}].penalty.branches"
            yield from _Law(release, prover, name, key).findings(law)
    for name, compiled in release.benchmarks.items():
        rows = [(place, condition) for place, (_, condition) in enumerate(compiled.steps)]
        file = release.provisions[name][0]
        for place, _ in rows:
            earlier = [_nodes(condition) for _, condition in rows[:place]]
            if prover.case(f"{name} 第 {place + 1} 行能否选中", [_nodes(rows[place][1])], earlier).impossible:
                label = compiled.steps[place][0].label
                params = {"number": place + 1, "branch": label, "why": "条件不可能成立，或者前面的行已经包括"}
                yield finding("branch_unreachable", (file, f"steps[{place}]"), [name], **params)


def _nodes(condition: CompiledCondition | None) -> Nodes:
    return (condition.node,) if condition is not None else ()


class _Law:
    """The branches of one law of one violation."""

    def __init__(self, release: Release, prover: Prover, violation: str, key: str) -> None:
        self._release = release
        self._prover = prover
        self._violation = violation
        self._title = release.violations[violation].title
        self._file = release.provisions[violation][0]
        self._key = key

    def findings(self, law: CompiledLaw) -> Iterator[Finding]:
        numbered = list(enumerate(law.branches))
        ordinary = [pair for pair in numbered if not pair[1].branch.escalation]
        escalations = [pair for pair in numbered if pair[1].branch.escalation]
        for place, pair in enumerate(ordinary):
            yield from self._unreachable(pair, ordinary[:place])
        for place, pair in enumerate(escalations):
            # Only an escalation with a fine keeps a later one with a fine from being taken.
            fined = [one for one in escalations[:place] if one[1].branch.fine and pair[1].branch.fine]
            yield from self._unreachable(pair, fined)
        for one, other in combinations(ordinary, 2):
            if one[1].branch.fine != other[1].branch.fine:
                yield from self._overlap(one, other)
        if ordinary:
            yield from self._gap([pair[1] for pair in ordinary])

    def _unreachable(self, pair: Numbered, earlier: Sequence[Numbered]) -> Iterator[Finding]:
        place, branch = pair
        question = f"“{self._title}”第 {place + 1} 个处罚档次能否选中"
        nodes, before = _nodes(branch.when), [_nodes(one.when) for _, one in earlier]
        if not self._prover.case(question, [nodes], before).impossible:
            return
        alone = self._prover.case(question, [nodes]).possible
        why = "前面的档次已经包括它的全部情形" if alone else "条件互相矛盾"
        params = {"number": place + 1, "branch": self._said(branch), "why": why}
        where = (self._file, f"{self._key}[{place}]")
        yield finding("branch_unreachable", where, [self._violation], **params)

    def _overlap(self, one: Numbered, other: Numbered) -> Iterator[Finding]:
        question = f"“{self._title}”第 {one[0] + 1} 个与第 {other[0] + 1} 个处罚档次能否同时成立"
        answer = self._prover.case(question, [_nodes(one[1].when), _nodes(other[1].when)])
        if answer.possible:
            params = {
                "one": one[0] + 1,
                "other": other[0] + 1,
                "one_branch": self._said(one[1]),
                "other_branch": self._said(other[1]),
                "case": sentence(self._release, answer.facts),
            }
            where = (self._file, f"{self._key}[{other[0]}]")
            witness = document(self._release, answer.facts, None, self._violation)
            yield finding("branch_overlap", where, [self._violation], **params).showing(witness)

    def _gap(self, ordinary: Sequence[CompiledBranch]) -> Iterator[Finding]:
        question = f"“{self._title}”有无不落入任何处罚档次的案件"
        answer = self._prover.case(question, (), [_nodes(one.when) for one in ordinary])
        if answer.possible:
            witness = document(self._release, answer.facts, None, self._violation)
            said = sentence(self._release, answer.facts)
            yield finding("branch_gap", (self._file, self._key), [self._violation], case=said).showing(witness)

    def _said(self, branch: CompiledBranch) -> str:
        condition = branch.condition
        if condition is None:
            return branch.branch.label or "没有条件"
        words = condition_text(condition, self._release.vocabulary)
        return words or condition_code(condition, self._release.vocabulary)
