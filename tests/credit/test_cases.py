"""Cases an officer can read: records in YAML, in boundary pairs."""

import pytest

from tests.credit.casefiles import CaseOnFile, all_cases, checker_with, differences

CASES = all_cases()
OUTCOMES = {
    "OUT_OF_SCOPE", "CORRECT_RECORD_INSTEAD", "NOT_PUBLISHABLE", "AUTO_ENDED", "WRONG_CHANNEL", "REORG_FORMAL",
    "REORG_TEMP_SHIELD", "BARRED_UNTIL", "NOT_REPAIRABLE", "DUTY_OPEN", "TOO_EARLY", "PROMISE_MISSING",
    "MATERIALS_INCOMPLETE", "ELIGIBLE", "NEEDS_HUMAN",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_answer_is_the_expected_one(case: CaseOnFile) -> None:
    answer = checker_with(case.settings).check(case.record, case.on)
    assert differences(answer, case.expect) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_second_engine_agrees(case: CaseOnFile) -> None:
    assert checker_with(case.settings).check(case.record, case.on)["second_opinion"] == {"agrees": True}


def test_every_outcome_is_reached_twice() -> None:
    reached = [case.expect["outcome"] for case in CASES]
    assert {name for name in OUTCOMES if reached.count(name) < 2} == set()


def test_names_of_cases_are_unique() -> None:
    names = [str(case) for case in CASES]
    assert len(names) == len(set(names))
