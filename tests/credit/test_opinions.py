"""The second opinion: a disagreement or a fault is never an answer, and many may ask at once."""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from credit.eligibility import Checker
from credit.policy import Policy
from rules.engine import EngineFault
from rules.load import link
from rules.opinion import ReleaseOpinion
from tests.credit.casefiles import CaseOnFile, all_cases, checker_with, repair_documents


class Lying(ReleaseOpinion):
    """An engine that is wrong about one span, or fails, as long as it is told to."""

    about: str | None = None
    fails = False

    def ask(self, facts: Mapping[str, object], keys: Collection[str]) -> Mapping[str, str]:
        """Answer like the real one, but for what was agreed."""
        if self.fails:
            raise EngineFault("broken on purpose")
        answers = dict(super().ask(facts, keys))
        if self.about in answers:
            answers[self.about] = "applies" if answers[self.about] != "applies" else "not_met"
        return answers


@pytest.fixture
def lying() -> Iterator[tuple[Checker, Lying]]:
    policy = Policy(link(repair_documents()))
    second = Lying(policy.vocabulary, policy.spans())
    yield Checker(policy, second), second
    second.close()


@pytest.fixture(scope="module")
def case() -> CaseOnFile:
    return next(one for one in all_cases() if one.file == "ndrc36" and one.name == "一般，满三个月次日可以申请")


@pytest.mark.parametrize("about", ["R36-11-2#0", "C36-confiscate-property#0", "R36-06-min#0"])
def test_a_disagreement_goes_to_a_person(lying: tuple[Checker, Lying], case: CaseOnFile, about: str) -> None:
    checker, second = lying
    second.about = about
    answer = checker.check(case.record, case.on)
    assert answer["outcome"] == "NEEDS_HUMAN"
    assert answer["second_opinion"] == {"agrees": False}
    assert any("不一致" in str(one) for one in answer["questions"])  # type: ignore[attr-defined]


def test_a_fault_goes_to_a_person_and_is_not_kept(lying: tuple[Checker, Lying], case: CaseOnFile) -> None:
    checker, second = lying
    second.fails = True
    assert checker.check(case.record, case.on)["outcome"] == "NEEDS_HUMAN"
    second.fails = False
    assert checker.check(case.record, case.on)["outcome"] == "ELIGIBLE"


def test_without_a_second_opinion_the_answer_says_so(case: CaseOnFile) -> None:
    checker = Checker.of(link(repair_documents()), second=False)
    answer = checker.check(case.record, case.on)
    assert answer["second_opinion"] == {"agrees": None}
    assert answer["outcome"] == "ELIGIBLE"
    checker.close()


def test_many_may_ask_at_once() -> None:
    cases = [one for one in all_cases() if not one.settings]
    alone = [checker_with(()).check(one.record, one.on) for one in cases]
    fresh = Checker.of(link(repair_documents()))

    def ask(one: CaseOnFile) -> dict[str, object]:
        return fresh.check(one.record, one.on)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(ask, cases))
    assert together == alone
    fresh.close()


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    cases = [one for one in all_cases() if not one.settings]
    fresh = Checker.of(link(repair_documents()))
    backwards = [fresh.check(one.record, one.on) for one in reversed(cases)]
    assert list(reversed(backwards)) == [checker_with(()).check(one.record, one.on) for one in cases]
    fresh.close()
