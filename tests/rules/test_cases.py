"""The decisions of the case files, evaluator alone and with the second engine."""

import json

import pytest

from kernel.errors import InputError
from rules.decide import Decider
from rules.opinion import ReleaseOpinion
from tests.rules.casefiles import FOLDER, CaseOnFile, all_cases, differences

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: CaseOnFile, decider: Decider) -> None:
    if "error" in case.expect:
        with pytest.raises(InputError) as caught:
            decider.check(case.document, case.on)
        assert {one.pointer: one.code for one in caught.value.errors} == case.expect["error"]
        return
    decision = decider.check(case.document, case.on)
    found = differences(decision, case.expect)
    assert not found, "\n".join([str(case), *found])
    json.dumps(decision)


def test_the_second_engine_agrees_on_every_case(decider: Decider, opinion: ReleaseOpinion) -> None:
    both = Decider(decider.release, opinion)
    for case in CASES:
        if "error" in case.expect:
            continue
        answer = both.check(case.document, case.on)
        assert answer["second_opinion"] == {"agrees": True, "differences": []}, str(case)
        assert not differences(answer, case.expect), str(case)


def test_every_case_has_its_own_name_and_expects_something() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(names) == len(set(names))
    assert all(case.expect for case in CASES)
    assert {case.file for case in CASES} == {
        path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.yaml")
    }


def test_a_wrong_expectation_is_noticed(decider: Decider) -> None:
    """The matcher itself can fail: each kind of expectation, turned round."""
    case = next(one for one in CASES if one.file == "sample" and "error" not in one.expect)
    decision = decider.check(case.document, case.on)
    for wrong in (
        {"result.tier": "heavier"},
        {"lists.no_penalty.outcome": None},
        {"grounds[MR-N05].nowhere": "x"},
        {"penalty.optional": 0},
        {"penalty": {"ranges": {"lighter": {"max_yuan": 1}}}},
        {"warnings": ["no_such_warning"]},
        {"not_duties": ["order_to_correct"]},
        {"grounds": ["MR-N01"]},
        {"not_grounds": ["MR-N05"]},
    ):
        assert differences(decision, wrong), wrong
