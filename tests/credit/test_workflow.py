"""The workflow: a whole repair, refusals that explain themselves, two people, replay, and clocks."""

import re
from datetime import date
from typing import Any

import pytest

from credit.eligibility import Checker
from credit.workflow import Actor, Case, Moved, Refusal, Workflow
from credit.worktable import Table, table
from tests.credit.casefiles import checker_with

CLERK, REVIEWER = Actor("张", "credit_clerk"), Actor("李", "reviewer")
ELIGIBLE = {"outcome": "ELIGIBLE", "earliest_on": "2026-07-11", "rules": ["R36-11"]}
EARLY = {"outcome": "TOO_EARLY", "earliest_on": "2026-07-11", "rules": ["R36-06", "R36-08"]}
FACTS: dict[str, Any] = {
    "question": "P-suspend-permit",
    "reading": "general",
    "basis": "会议纪要",
    "served_on": "2026-04-10",
    "source": "credit_china",
    "applicant": "大连乙建设有限公司",
    "materials_asked": "缴款凭证",
    "materials_supplied": "缴款凭证",
    "materials_complete": True,
    "extension_notice_sent": True,
    "false_promise_found": True,
    "reason": "情况属实",
    "proofs": ["回执"],
    "answer": ELIGIBLE,
}


@pytest.fixture
def workflow(checker: Checker) -> Workflow:
    return Workflow(checker.deadlines)


@pytest.fixture
def case(workflow: Workflow) -> Case:
    return workflow.open("c-1", "NDRC36", "penalty", "210000")


def moved(workflow: Workflow, case: Case, name: str, on: str, **facts: object) -> Case:
    role = table().moves[name].role
    result = workflow.move(
        case, name, CLERK if role == "credit_clerk" else REVIEWER, date.fromisoformat(on), {**FACTS, **facts}
    )
    assert isinstance(result, Moved), result.detail
    return result.case


def refused(workflow: Workflow, case: Case, name: str, on: str, by: Actor | None = None, **facts: object) -> Refusal:
    move = table().moves.get(name)
    actor = by or (REVIEWER if move is not None and move.role == "reviewer" else CLERK)
    result = workflow.move(case, name, actor, date.fromisoformat(on), {**FACTS, **facts})
    assert isinstance(result, Refusal)
    assert re.search(r"[\u4e00-\u9fff]", result.detail)
    assert "处理时遇到问题" not in result.detail
    return result


WHOLE = [
    ("notify", "2026-04-10"),
    ("receive", "2026-07-13"),
    ("accept", "2026-07-15"),
    ("verify", "2026-07-20"),
    ("grant", "2026-07-24"),
    ("stop_publication", "2026-07-24"),
    ("stop_sharing", "2026-07-24"),
    ("lift_measures", "2026-07-27"),
    ("finish", "2026-07-27"),
]


def whole(workflow: Workflow, case: Case, until: str | None = None) -> Case:
    for name, on in WHOLE:
        case = moved(workflow, case, name, on)
        if name == until:
            break
    return case


class TestWhole:
    def test_a_repair_from_notice_to_end(self, workflow: Workflow, case: Case) -> None:
        done = whole(workflow, case)
        assert done.state == "closed"
        assert done.version == len(WHOLE)
        ended = [one for one in done.clocks if one.ended_on]
        steps = ["accept", "site_answer", "decide", "stop_publication", "sync_list"]
        assert [one.step for one in ended] == steps
        assert not any(one.is_late_on(date(2026, 12, 1)) for one in ended)

    def test_each_move_tells_its_event_document_and_rules(self, workflow: Workflow, case: Case) -> None:
        result = workflow.move(case, "notify", CLERK, date(2026, 4, 10), FACTS)
        assert isinstance(result, Moved)
        (event,) = result.events
        assert (event.name, event.document, event.version, event.rows) == ("repair.notified", "notice", 1, ("R22-07",))

    def test_rules_are_those_of_the_regime(self, workflow: Workflow) -> None:
        result = workflow.move(
            workflow.open("m-1", "SAMR21", "penalty", None), "receive", CLERK, date(2024, 9, 2), FACTS
        )
        assert isinstance(result, Moved)
        assert "R36-13" not in result.events[0].rows

    def test_prefiled_is_taken_up_on_the_first_day(self, workflow: Workflow, case: Case) -> None:
        filed = moved(workflow, case, "prefile", "2026-06-01", answer=EARLY)
        refusal = refused(workflow, filed, "take_up", "2026-07-10", answer=EARLY)
        assert (refusal.from_on, refusal.rules) == (date(2026, 7, 11), ("R36-06", "R36-08"))
        assert "2026-07-11" in refusal.detail
        assert moved(workflow, filed, "take_up", "2026-07-11").state == "requested"

    def test_refused_may_apply_again(self, workflow: Workflow, case: Case) -> None:
        refused_case = moved(workflow, whole(workflow, case, "verify"), "refuse", "2026-07-24")
        again = moved(workflow, refused_case, "receive", "2026-08-03")
        assert again.state == "requested"
        assert [one.started_on for one in again.clocks if one.step == "accept"] == [date(2026, 7, 13), date(2026, 8, 3)]

    def test_a_false_promise_revives_the_record(self, workflow: Workflow, case: Case) -> None:
        done = whole(workflow, case)
        withdrawn = moved(workflow, done, "withdraw", "2026-10-09")
        assert (withdrawn.state, withdrawn.marks) == ("withdrawn", frozenset())
        assert moved(workflow, withdrawn, "revive_record", "2026-10-10").state == "closed"

    def test_not_accepted_is_answered_and_no_clock_runs_on(self, workflow: Workflow, case: Case) -> None:
        received = moved(workflow, case, "receive", "2026-07-13")
        assert [one.step for one in received.clocks if one.ended_on is None] == ["accept", "site_answer"]
        rejected = moved(workflow, received, "not_accept", "2026-07-15")
        assert [one.step for one in rejected.clocks if one.ended_on is None] == []
        assert not any(one.is_late_on(date(2026, 12, 1)) for one in rejected.clocks)

    def test_a_withdrawn_grant_has_no_effects_to_wait_for(self, workflow: Workflow, case: Case) -> None:
        granted = whole(workflow, case, "grant")
        assert [one.step for one in granted.clocks if one.ended_on is None] == ["stop_publication", "sync_list"]
        withdrawn = moved(workflow, granted, "withdraw", "2026-07-27")
        assert all(one.ended_on for one in withdrawn.clocks)

    def test_an_objection_returns_to_where_it_came_from(self, workflow: Workflow, case: Case) -> None:
        granted = whole(workflow, case, "stop_publication")
        objected = moved(workflow, granted, "object", "2026-07-27")
        back = moved(workflow, objected, "settle_objection", "2026-07-29")
        assert (back.state, back.marks) == ("granted", granted.marks)

    def test_a_wrong_record_is_corrected_and_closed(self, workflow: Workflow, case: Case) -> None:
        objected = moved(workflow, moved(workflow, case, "notify", "2026-04-10"), "object", "2026-04-20")
        assert moved(workflow, objected, "correct_record", "2026-04-22").state == "closed"

    def test_the_maximum_ends_a_case_by_itself(self, workflow: Workflow, case: Case) -> None:
        ended = moved(workflow, case, "end_by_itself", "2027-04-12", answer={"outcome": "AUTO_ENDED"})
        assert ended.state == "closed"


class TestRefusals:
    def test_nothing_is_skipped(self, workflow: Workflow, case: Case) -> None:
        for name in ("accept", "verify", "grant", "refuse", "stop_publication", "finish", "withdraw", "revive_record"):
            refusal = refused(workflow, case, name, "2026-07-13")
            assert refusal.code == "repair_move_state"
            assert "送达信用修复告知书" in refusal.detail

    def test_an_unknown_move_names_the_possible_ones(self, workflow: Workflow, case: Case) -> None:
        assert refused(workflow, case, "approve", "2026-07-13").code == "repair_move_unknown"

    def test_the_role_decides(self, workflow: Workflow, case: Case) -> None:
        verified = whole(workflow, case, "verify")
        assert refused(workflow, verified, "grant", "2026-07-24", CLERK).code == "repair_move_role"
        assert refused(workflow, case, "notify", "2026-07-24", REVIEWER).code == "repair_move_role"

    def test_two_people_do_not_overwrite_each_other(self, workflow: Workflow, case: Case) -> None:
        seen = case.version
        case = moved(workflow, case, "notify", "2026-04-10")
        result = workflow.move(case, "receive", CLERK, date(2026, 7, 13), FACTS, version=seen)
        assert isinstance(result, Refusal)
        assert result.code == "repair_move_version"
        assert isinstance(workflow.move(case, "receive", CLERK, date(2026, 7, 13), FACTS, version=case.version), Moved)

    def test_time_does_not_run_backwards(self, workflow: Workflow, case: Case) -> None:
        case = moved(workflow, case, "notify", "2026-04-10")
        refusal = refused(workflow, case, "receive", "2026-04-09")
        assert (refusal.code, refusal.from_on) == ("repair_move_before", date(2026, 4, 10))

    @pytest.mark.parametrize("missing", ["source", "applicant"])
    def test_what_is_needed_is_named(self, workflow: Workflow, case: Case, missing: str) -> None:
        assert refused(workflow, case, "receive", "2026-07-13", None, **{missing: ""}).code == "repair_move_needs"

    def test_incomplete_materials_are_not_accepted(self, workflow: Workflow, case: Case) -> None:
        requested = whole(workflow, case, "receive")
        refusal = refused(workflow, requested, "accept", "2026-07-14", materials_complete=None)
        assert refusal.code == "repair_move_holds"
        assert refusal.rules == ("R36-14", "R22-06")

    def test_too_early_says_from_when(self, workflow: Workflow, case: Case) -> None:
        requested = moved(workflow, case, "receive", "2026-07-01")
        refusal = refused(workflow, requested, "accept", "2026-07-01", answer=EARLY)
        assert (refusal.code, refusal.from_on, refusal.rules) == (
            "repair_move_outcome", date(2026, 7, 11), ("R36-06", "R36-08"),
        )  # fmt: skip

    def test_an_open_duty_is_not_granted(self, workflow: Workflow, case: Case) -> None:
        verified = whole(workflow, case, "verify")
        answer = {"outcome": "DUTY_OPEN", "earliest_on": "2026-07-11", "rules": ["R36-11"]}
        assert "还有义务没有履行" in refused(workflow, verified, "grant", "2026-07-24", answer=answer).detail

    def test_a_move_that_rests_on_the_check_needs_it(self, workflow: Workflow, case: Case) -> None:
        verified = whole(workflow, case, "verify")
        assert refused(workflow, verified, "grant", "2026-07-24", answer=None).code == "repair_move_needs"

    def test_effects_are_proved_each_once_before_the_end(self, workflow: Workflow, case: Case) -> None:
        granted = whole(workflow, case, "grant")
        refusal = refused(workflow, granted, "finish", "2026-07-24")
        assert refusal.code == "repair_move_effects"
        assert all(one in refusal.detail for one in ("停止公示", "停止共享使用", "解除惩戒措施"))
        stopped = moved(workflow, granted, "stop_publication", "2026-07-24")
        assert refused(workflow, stopped, "stop_publication", "2026-07-24").code == "repair_move_done"
        assert refused(workflow, granted, "stop_sharing", "2026-07-24", proofs=[]).code == "repair_move_needs"

    def test_only_what_was_granted_can_be_withdrawn(self, workflow: Workflow, case: Case) -> None:
        closed = moved(workflow, case, "end_by_itself", "2027-04-12", answer={"outcome": "AUTO_ENDED"})
        assert refused(workflow, closed, "withdraw", "2027-05-01").code == "repair_move_after"


class TestClocks:
    def test_supplying_materials_stops_the_clock(self, workflow: Workflow, case: Case) -> None:
        requested = moved(workflow, case, "receive", "2026-07-13")
        (accept, _) = requested.clocks
        assert accept.due.on == date(2026, 7, 16)
        asked = moved(workflow, requested, "ask_materials", "2026-07-14")
        assert asked.clocks[0].due == type(asked.clocks[0].due)(None, 2, provisional=False)
        supplied = moved(workflow, asked, "supply", "2026-07-20")
        assert supplied.clocks[0].due.on == date(2026, 7, 22)

    def test_extending_adds_ten_days_once_and_in_time(self, workflow: Workflow, case: Case) -> None:
        accepted = whole(workflow, case, "accept")
        (decide,) = (one for one in accepted.clocks if one.step == "decide")
        assert decide.due.on == date(2026, 7, 24)
        extended = moved(workflow, accepted, "extend", "2026-07-24")
        (decide,) = (one for one in extended.clocks if one.step == "decide")
        assert decide.due.on == date(2026, 8, 7)
        assert refused(workflow, extended, "extend", "2026-07-27").code == "repair_move_done"
        late = refused(workflow, accepted, "extend", "2026-07-27")
        assert (late.code, late.params["due"]) == ("repair_move_late", date(2026, 7, 24))
        assert (
            refused(workflow, accepted, "extend", "2026-07-20", extension_notice_sent=False).code == "repair_move_holds"
        )

    def test_market_regulation_has_no_extension(self, workflow: Workflow) -> None:
        case = moved(workflow, workflow.open("m-1", "SAMR107", "penalty", None), "receive", "2026-07-13")
        accepted = moved(workflow, case, "accept", "2026-07-14")
        assert refused(workflow, accepted, "extend", "2026-07-15").code == "repair_move_no_extension"

    def test_lateness_is_seen_on_a_day(self, workflow: Workflow, case: Case) -> None:
        requested = moved(workflow, case, "receive", "2026-07-13")
        accept = requested.clocks[0]
        assert not accept.is_late_on(date(2026, 7, 16))
        assert accept.is_late_on(date(2026, 7, 17))
        accepted = moved(workflow, requested, "accept", "2026-07-16")
        assert not accepted.clocks[0].is_late_on(date(2026, 12, 1))


class TestReplay:
    def test_the_case_is_played_again_as_of_any_day(self, workflow: Workflow, case: Case) -> None:
        done = whole(workflow, case)
        assert workflow.replay(done, date(2026, 12, 31)) == done
        assert workflow.replay(done, date(2026, 4, 9)) == case
        assert workflow.replay(done, date(2026, 7, 20)) == whole(workflow, case, "verify")


class TestTwoPeople:
    """Who has verified may not decide, where the place wants two people."""

    def test_one_person_may_not_verify_and_decide(self, workflow: Workflow, case: Case) -> None:
        verified = whole(workflow, case, "verify")
        for move in ("grant", "refuse"):
            refusal = refused(workflow, verified, move, "2026-07-24", Actor(CLERK.person, "reviewer"))
            assert (refusal.code, refusal.rules) == ("repair_move_same_person", ("P-two-people",))
        assert isinstance(workflow.move(verified, "grant", REVIEWER, date(2026, 7, 24), FACTS), Moved)

    def test_a_place_may_allow_it_from_a_day_on(self) -> None:
        checker = checker_with((("P-two-people", False),), "2026-07-24")
        workflow = Workflow(checker.deadlines)
        verified = whole(workflow, workflow.open("c-1", "NDRC36", "penalty", "210200"), "verify")
        alone = Actor(CLERK.person, "reviewer")
        assert isinstance(workflow.move(verified, "grant", alone, date(2026, 7, 23), FACTS), Refusal)
        assert isinstance(workflow.move(verified, "grant", alone, date(2026, 7, 24), FACTS), Moved)

    def test_what_somebody_else_verified_last_counts(self, workflow: Workflow, case: Case) -> None:
        refused_once = moved(workflow, whole(workflow, case, "verify"), "refuse", "2026-07-23")
        again = moved(workflow, moved(workflow, refused_once, "receive", "2026-07-24"), "accept", "2026-07-24")
        second = workflow.move(again, "verify", Actor("王", "credit_clerk"), date(2026, 7, 24), FACTS)
        assert isinstance(second, Moved)
        alone = Actor(CLERK.person, "reviewer")
        assert isinstance(workflow.move(second.case, "grant", alone, date(2026, 7, 24), FACTS), Moved)


class TestTable:
    def test_every_state_can_be_left_or_is_the_end(self) -> None:
        assert [name for name in table().states if not table().possible(name)] == []

    def test_a_state_that_nobody_reaches_is_refused(self) -> None:
        content = table().model_dump(by_alias=True)
        content["states"]["lost"] = {"label": "失联"}
        with pytest.raises(ValueError, match="lost"):
            Table.model_validate(content)

    @pytest.mark.parametrize("key", ["to", "marks", "after", "outcomes"])
    def test_a_name_that_is_not_defined_is_refused(self, key: str) -> None:
        content = table().model_dump(by_alias=True)
        content["moves"]["grant"][key] = ("NOWHERE",) if key == "outcomes" else "nowhere"
        with pytest.raises(ValueError, match="grant"):
            Table.model_validate(content)

    def test_every_rule_named_is_in_the_catalogue(self, checker: Checker) -> None:
        known = {getattr(one, "shown_id", one.id) for one in checker.policy.by_id.values()}
        assert {row for move in table().moves.values() for row in move.rows} <= known

    def test_every_event_of_a_clock_is_made_by_a_move_or_outside_the_case(self, checker: Checker) -> None:
        made = {event for move in table().moves.values() for event in move.events}
        outside = {"decision_made", "published", "penalty_pushed", "annulled", "withdrawn"}
        for clock in checker.policy.clocks:
            assert {clock.starts, clock.ends} <= made | outside, clock.id
