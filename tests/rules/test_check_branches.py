"""Proofs about the branches of a penalty and the rows of a step table."""

from typing import Any

import pytest

from rules.check import Finding
from rules.decide import Decider
from tests.rules.smallcatalogue import ON, Part, catalogue, common, fine, found, violation

SERIOUS: Part = {"fact": "circumstances_serious", "eq": True}
SMALL: Part = {"fact": "goods_value_yuan", "lt": 10000}
LARGE: Part = {"fact": "goods_value_yuan", "gte": 10000}


def of_branches(code: str, *branches: Part) -> list[Finding]:
    return found(catalogue(violation(*branches)), code)


def branch(when: Part | None, low: int, high: int, **more: object) -> Part:
    return {"fine": fine(low, high)} | ({"when": when} if when else {}) | more


def test_two_that_share_the_range_are_sound() -> None:
    sound = branch(SMALL, 1, 2), branch(LARGE, 3, 4), branch(SERIOUS, 5, 6, escalation=True)
    for code in ("branch_unreachable", "branch_overlap", "branch_gap", "escalation_cheaper"):
        assert not of_branches(code, *sound)


@pytest.mark.parametrize(
    ("branches", "key", "why"),
    [
        ([branch(None, 1, 2), branch(SMALL, 3, 4)], "branches[1]", "前面的档次"),
        ([branch(SMALL, 1, 2), branch(LARGE, 3, 4), branch(None, 5, 6)], "branches[2]", "前面的档次"),
        ([branch({"all": [SMALL, LARGE]}, 1, 2)], "branches[0]", "互相矛盾"),
        ([branch(None, 1, 2), branch({"all": [SMALL, LARGE]}, 3, 4, escalation=True)], "branches[1]", "互相矛盾"),
        (
            [branch(None, 1, 2), branch(SERIOUS, 3, 4, escalation=True), branch(SERIOUS, 5, 6, escalation=True)],
            "branches[2]",
            "前面的档次",
        ),
    ],
)
def test_a_branch_that_no_case_reaches(branches: list[Part], key: str, why: str) -> None:
    (one,) = of_branches("branch_unreachable", *branches)
    assert one.key == f"versions[0].penalty.{key}"
    assert one.provisions == ("act",)
    assert why in one.detail


def test_an_escalation_without_a_fine_keeps_no_other_from_being_taken() -> None:
    revoked = {"when": SERIOUS, "escalation": True, "kinds": ["revoke_permit"]}
    branches = branch(None, 1, 2), revoked, branch(SERIOUS, 5, 6, escalation=True)
    assert not of_branches("branch_unreachable", *branches)


def test_two_that_hold_at_once_with_different_fines() -> None:
    wide = {"fact": "goods_value_yuan", "lte": 10000}
    (one,) = of_branches("branch_overlap", branch(wide, 1, 2), branch(LARGE, 3, 4))
    assert "例如：货值金额1万元" in one.detail
    assert one.witness is not None
    assert one.witness["facts"] == {"goods_value_yuan": 10000}
    assert not of_branches("branch_overlap", branch(wide, 1, 2), branch(LARGE, 1, 2))


def test_a_case_between_the_branches() -> None:
    more = {"fact": "goods_value_yuan", "gt": 10000}
    release = catalogue(violation(branch(SMALL, 1, 2), branch(more, 3, 4)))
    (one,) = found(release, "branch_gap")
    assert one.witness == {"jurisdiction": "000000", "violation": "act", "facts": {"goods_value_yuan": 10000}}
    decided: Any = Decider(release).check(one.witness, ON)
    assert decided["penalty"]["ranges"] is None


def test_escalations_alone_leave_no_gap() -> None:
    """An article that punishes only grave cases has nothing to say of the others."""
    assert not of_branches("branch_gap", branch(SERIOUS, 1, 2, escalation=True))


def test_a_row_of_a_step_table_that_no_case_reaches() -> None:
    steps = [
        {"tier": "lighter", "label": "货值较小", "when": {"fact": "goods_value_yuan", "lt": 10000}},
        {"tier": "general", "label": "货值很小", "when": {"fact": "goods_value_yuan", "lt": 500}},
    ]
    (one,) = found(catalogue(common("B-1", "benchmark", violations=["act"], steps=steps)), "branch_unreachable")
    assert (one.key, one.provisions) == ("steps[1]", ("B-1",))
    assert "货值很小" in one.detail
