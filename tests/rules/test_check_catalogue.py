"""The catalogue that is delivered: no unexplained defect, and every example decides as it is said to."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest
import z3

from rules.check import CODES, Finding, check_release
from rules.check.encode import Encoder, bounds
from rules.check.proof import Prover
from rules.conditions import ShiftedFact
from rules.decide import Decider
from rules.evaluate import TRUE
from rules.facts import Fact
from rules.release import Release
from tests.rules.conftest import TODAY

OVERLAPS = {"list_overlap", "force_overlap", "swallowed_item"}


@pytest.fixture(scope="module")
def findings(release: Release) -> list[Finding]:
    return check_release(release, TODAY)


def test_no_defect_is_left_unexplained(findings: list[Finding]) -> None:
    defects = [f"{one.file} {one.key}: {one.detail}" for one in findings if one.severity == "defect"]
    assert not defects, "\n".join(defects)


def test_everything_was_proved(findings: list[Finding]) -> None:
    assert not {one.code for one in findings} & {"proof_open", "proofs_not_made"}


def test_the_same_catalogue_gives_the_same_findings(release: Release, findings: list[Finding]) -> None:
    assert check_release(release, TODAY) == findings


def test_every_finding_says_where_and_has_chinese_words(findings: list[Finding]) -> None:
    for one in findings:
        assert one.file, one
        assert one.provisions, one
        assert "（代码" not in one.detail, "no message, or a parameter is missing"
        assert one.as_dict()["title"] != "处理时遇到问题"


def test_every_code_has_words() -> None:
    for code in CODES:
        assert Finding(code, "notice", "", "", "").title != "处理时遇到问题", code


def test_every_code_is_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "check-catalogue.md").read_text("utf-8")
    assert [code for code in CODES if f"`{code}`" not in page] == []


def test_the_examples_are_cases_in_which_both_apply(release: Release, findings: list[Finding]) -> None:
    """What a proof found is put to the decision itself: the example must do what the finding says."""
    decider, shown = Decider(release), [one for one in findings if one.code in OVERLAPS]
    assert len(shown) > 20
    for one in shown:
        document: Any = one.witness
        decided: Any = decider.check(document | {"facts": document["facts"] | _day(release, one)}, TODAY)
        applied = {ground["id"]: ground["outcome"] for ground in decided_grounds(decided)}
        assert [applied[name] for name in one.provisions] == ["applies", "applies"], one


def decided_grounds(decided: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for answer in decided["lists"].values():
        yield from answer["grounds"]


def _day(release: Release, one: Finding) -> dict[str, str]:
    """A day on which both provisions are in force."""
    grounds = [release.ground(name) for name in one.provisions]
    start = max(ground.spans[-1].start for ground in grounds if ground is not None)
    return {"decision_date": start.isoformat()}


def test_the_examples_of_gaps_have_no_branch(release: Release, findings: list[Finding]) -> None:
    gaps = [one for one in findings if one.code == "branch_gap"]
    assert gaps
    for one in gaps:
        decided: Any = Decider(release).check(one.witness, TODAY)
        assert decided["penalty"]["ranges"] is None


class TestAgreement:
    """z3 and the evaluator mean the same by every comparison and connective of the catalogue."""

    def values(self, fact: Fact, near: list[Any], chance: random.Random) -> Any:  # noqa: ANN401 - any fact value
        if fact.type == "bool":
            return chance.random() < 0.5
        if fact.type == "enum":
            return chance.choice(fact.value_names)
        low, high = cast("tuple[Any, Any]", bounds(fact))
        picked = chance.choice(near) if near and chance.random() < 0.8 else low
        if isinstance(picked, date):
            return min(max(picked + timedelta(chance.randint(-1, 1)), date(1950, 1, 1)), date(2199, 1, 1))
        step = Decimal("0.01") if fact.type == "number" else 1
        return min(max(picked + chance.randint(-1, 1) * step, low), high)

    def limits(self, release: Release) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for atom in release.network.atoms.values():
            value = atom.test.value
            if not isinstance(value, ShiftedFact):
                found.setdefault(atom.test.fact, []).extend(value if isinstance(value, tuple) else [value])
        return found

    def test_every_node_of_the_catalogue(self, release: Release) -> None:
        chance = random.Random(7)  # noqa: S311 - made-up cases
        network, near = release.network, self.limits(release)
        solver = z3.Solver(ctx=z3.Context())
        encoder = Encoder(network, z3, solver)
        terms = [encoder.node(node) for node in range(network.size)]
        keys = sorted({atom.key for atom in network.atoms.values()} | set(_others(release)))
        for _ in range(40):
            facts = {key: self.values(encoder.fact(key), near.get(encoder.fact(key).name, []), chance) for key in keys}
            states = network.atom_states(facts)
            given = [
                (encoder.variable(key), literal(encoder.fact(key), value, solver.ctx)) for key, value in facts.items()
            ]
            said = z3.Solver(ctx=solver.ctx)
            said.add([unknown == value for unknown, value in given])
            assert said.check() == z3.sat
            model = said.model()
            for node, term in enumerate(terms):
                for compound in network.below(node):
                    states[compound.index] = compound.apply(states)
                answer = model.eval(term)
                if z3.is_true(answer) or z3.is_false(answer):  # a day moved by years is bounded, not computed
                    assert z3.is_true(answer) == (states[node] == TRUE), (network.atoms.get(node), facts)

    def test_a_case_found_is_true_by_the_evaluator(self, release: Release) -> None:
        prover = Prover(release.network)
        for node in range(release.network.size):
            for holds, fails in (([(node,)], []), ([], [(node,)])):
                assert prover.case("", holds, fails).state in {"possible", "impossible"}


def _others(release: Release) -> Iterator[str]:
    """Facts that only stand on the right of a comparison."""
    for atom in release.network.atoms.values():
        if isinstance(atom.test.value, ShiftedFact):
            yield atom.test.value.fact


def literal(fact: Fact, value: Any, context: Any) -> Any:  # noqa: ANN401 - any fact value, any z3 value
    if fact.type == "bool":
        return z3.BoolVal(value, context)
    if fact.type == "number":
        return z3.RealVal(str(Fraction(value)), context)
    if fact.type == "enum":
        return z3.IntVal(fact.value_names.index(value), context)
    return z3.IntVal(value.toordinal() if isinstance(value, date) else int(value), context)
