"""What a person has decided for one record: used where nobody else has answered, and nowhere else."""

from datetime import date
from typing import Any

import pytest

from credit.determined import choices
from credit.eligibility import Checker
from credit.records import parse_record
from credit.register import Entry
from credit.scan import Scanner, document_of
from kernel.errors import InputError
from rules.schema_repair import RepairParameter, RepairRule
from tests.credit.casefiles import CaseOnFile, all_cases, checker_with

ON = date(2026, 11, 25)
SUSPENDED: dict[str, Any] = {
    "kind": "penalty",
    "channel": "credit_china",
    "province": "210000",
    "party": {"kind": "enterprise"},
    "decision": {
        "authority": "演示市交通运输局",
        "decided_on": "2026-05-10",
        "published_on": "2026-05-12",
        "procedure": "ordinary",
        "penalty_kinds": ["suspend_permit"],
    },
    "conduct": {"corrected": True, "duties_performed": True, "harm_removed": True, "repeat_same_kind": False},
    "lists": {"on_abnormal_list": False, "on_serious_list": False},
    "application": {"promise_made": True, "materials_complete": True},
}
UNPERFORMED: dict[str, Any] = {
    **SUSPENDED,
    "decision": {**SUSPENDED["decision"], "decided_on": "2022-05-10", "penalty_kinds": ["revoke_permit"]},
    "conduct": {"corrected": False, "duties_performed": False},
}


def answer(checker: Checker, record: dict[str, Any], on: date = ON, **decided: Any) -> dict[str, Any]:  # noqa: ANN401 - texts and flags
    names = {name.replace("_", "-"): value for name, value in decided.items()}
    return checker.check({**record, "determinations": names} if names else record, on)


def test_a_question_that_was_decided_is_no_longer_open(checker: Checker) -> None:
    asked = answer(checker, SUSPENDED)
    assert asked["outcome"] == "NEEDS_HUMAN"
    (question,) = asked["questions"]
    assert [row["value"] for row in question["readings"]] == ["serious", "general"]
    general = answer(checker, SUSPENDED, P_suspend_permit="general")
    assert (general["outcome"], general["class"], general["earliest_on"]) == ("ELIGIBLE", "general", "2026-08-11")
    assert general["determinations"] == [
        {"id": "P-suspend-permit", "value": "general", "used": True, "text": question["readings"][1]["text"]}
    ]
    serious = answer(checker, SUSPENDED, P_suspend_permit="serious")
    assert (serious["outcome"], serious["earliest_on"], serious["ends_on"]) == ("TOO_EARLY", "2027-05-11", "2029-05-10")
    assert answer(checker, SUSPENDED)["outcome"] == "NEEDS_HUMAN"  # the record beside it is still open


@pytest.mark.parametrize("decided", [{"P_suspend_permit": "light"}, {"P_suspend_permit": True}, {"P_none": "general"}])
def test_an_answer_that_the_catalogue_does_not_allow_decides_nothing(checker: Checker, decided: dict[str, Any]) -> None:
    found = answer(checker, SUSPENDED, **decided)
    assert found["outcome"] == "NEEDS_HUMAN"
    assert [row["used"] for row in found["determinations"]] == [False]


def test_the_setting_of_the_place_prevails_from_its_first_day_on() -> None:
    checker = checker_with((("P-suspend-permit", "serious"),), "2026-06-01")
    before = answer(checker, SUSPENDED, date(2026, 5, 31), P_suspend_permit="general")
    since = answer(checker, SUSPENDED, date(2026, 6, 1), P_suspend_permit="general")
    assert (before["class"], before["determinations"][0]["used"]) == ("general", True)
    assert (since["class"], since["determinations"][0]["used"]) == ("serious", False)


def test_a_rule_that_refers_is_answered_both_ways(checker: Checker) -> None:
    new: dict[str, Any] = {"P_transition_credit_china": "new"}
    asked = answer(checker, UNPERFORMED, **new)
    assert asked["outcome"] == "NEEDS_HUMAN"
    assert [one["rule"] for one in asked["questions"]] == ["R36-10"]
    ended = answer(checker, UNPERFORMED, **new, R36_10=True)
    assert (ended["outcome"], ended["ends_on"]) == ("AUTO_ENDED", "2025-05-10")
    going_on = answer(checker, UNPERFORMED, **new, R36_10=False)
    assert (going_on["outcome"], going_on["ends_on"]) == ("DUTY_OPEN", None)


def test_a_table_of_amounts_prevails(checker: Checker) -> None:
    fined = {
        **SUSPENDED,
        "channel": "market_regulation",
        "province": "420000",
        "decision": {
            **SUSPENDED["decision"],
            "authority": "武汉市市场监督管理局",
            "penalty_kinds": ["fine"],
            "fine_yuan": 150_000,
        },
    }
    assert answer(checker, fined)["class"] == "general"
    assert answer(checker, fined, P_fine_lower=True)["class"] == "general"


def test_the_scan_of_a_register_takes_it_in(checker: Checker) -> None:
    record = parse_record({**SUSPENDED, "determinations": {"P-suspend-permit": "general"}})
    bare = parse_record(SUSPENDED)
    rows = Scanner(checker, ON).rows([Entry(bare.values, bare.published), Entry(record.values, record.published)])
    assert [row.finding.outcome for row in rows if row.finding] == ["NEEDS_HUMAN", "ELIGIBLE"]


def test_it_is_written_as_it_was_read() -> None:
    written = {"P-suspend-permit": "general", "R36-10": False}
    record = parse_record({"kind": "penalty", "determinations": written})
    assert document_of(record.values, record.published)["determinations"] == written
    assert "determinations" not in document_of(parse_record({"kind": "penalty", "determinations": {}}).values, None)


@pytest.mark.parametrize(
    "wrong", ["general", ["P-suspend-permit"], {"P-x": 1}, {"P-x": None}, {f"P-{n}": "a" for n in range(21)}]
)
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(InputError) as refused:
        parse_record({"kind": "penalty", "determinations": wrong})
    assert [one.pointer for one in refused.value.errors] == ["/determinations"]


JOINT: dict[str, Any] = {
    **SUSPENDED,
    "decision": {**SUSPENDED["decision"], "penalty_kinds": ["suspend_permit", "fine"]},
    "conduct": {**SUSPENDED["conduct"], "repeat_same_kind": True},
}


def test_questions_that_matter_only_together_are_asked(checker: Checker) -> None:
    """Whether a repeat is serious changes nothing while a suspended permit is, and the other way round."""
    asked = answer(checker, JOINT)
    assert asked["outcome"] == "NEEDS_HUMAN"
    rows = {one["parameter"]: one["readings"] for one in asked["questions"]}
    assert {"P-repeat-serious", "P-suspend-permit"} <= rows.keys()
    assert [row["outcome"] for row in rows["P-suspend-permit"]] == ["TOO_EARLY", "ELIGIBLE"]
    assert rows["P-suspend-permit"][1]["assuming"] == ["不因此改变类别"]


def settled(case: CaseOnFile) -> dict[str, Any]:
    """The answer for a case once every question that is asked has been answered, the last way each."""
    checker = checker_with(case.settings)
    decided: dict[str, str | bool] = {}
    while True:
        found: dict[str, Any] = checker.check({**case.record, "determinations": decided}, case.on)
        asked = [one.get("parameter") or one.get("rule") for one in found["questions"]]
        left = [name for name in asked if name and name not in decided]
        if found["outcome"] != "NEEDS_HUMAN" or not left:
            return found
        provision = checker.policy.by_id[left[-1]]
        assert isinstance(provision, RepairParameter | RepairRule)
        decided[left[-1]] = list(choices(provision))[-1]


def test_whoever_answers_every_question_gets_an_answer() -> None:
    for case in all_cases():
        found = settled(case)
        assert found["outcome"] != "NEEDS_HUMAN" or found["regime"] is None, str(case)
