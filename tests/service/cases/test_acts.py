"""Saving, revising, deciding and reopening: nothing overwritten, nobody outside, no decision that must not be."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from kernel.errors import InputError
from service.access.errors import OutOfAreaError, PermissionDeniedError
from service.access.permissions import Permission
from service.audit.verify import verify
from service.cases import acts
from service.cases.content import parse_content
from service.cases.deciding import parse_choice
from service.cases.model import Choice, StoredCase
from service.cases.party import earlier_cases, unseen, with_history
from service.db.database import Database
from service.db.repositories import cases as store
from service.db.tables.audit import AuditRow
from service.engine import Engine
from service.errors import HttpError, StateError
from tests.databases import MakeWork
from tests.service.cases.officers import CODE, entry, officer

Facts = dict[str, Any]
PERMITTED: Facts = {"is_catering": False, "source_stated": True, "food_accident": False}


def saved(work: MakeWork, engine: Engine, facts: Facts | None = None, **changes: Any) -> StoredCase:  # noqa: ANN401 - JSON
    with work(officer()) as at:
        return acts.save(at, entry(engine, facts, **changes))


def decided(work: MakeWork, case: StoredCase, choice: Choice | None = None) -> str:
    with work(officer()) as at:
        return acts.decide(at, case.id, case.version, choice or Choice("general", None, "事实尚未全部查清")).id


def test_a_saved_case_keeps_each_fact_with_evidence_and_who_established_it(work: MakeWork, engine: Engine) -> None:
    evidence = {
        "goods_value_yuan": {"text": "现场笔录第2页", "by": "王芳", "on": "2026-03-05"},
        "party_type": "营业执照",
    }
    case = saved(work, engine, evidence=evidence)
    assert (case.status, case.version, case.department, case.region) == ("open", 1, "2102-scjg", "210202")
    with work(officer()) as at:
        found = {one.name: one for one in store.findings(at.session, case.id)}
        assert len(found) == len(case.content.facts)
        goods, kind = found["goods_value_yuan"], found["party_type"]
        assert (goods.value, goods.evidence, goods.found_by) == (180, "现场笔录第2页", "王芳")
        assert goods.found_on.isoformat() == "2026-03-05"
        assert (kind.evidence, kind.found_by, kind.found_on) == ("营业执照", "li", at.today)


def test_a_revision_needs_a_reason_and_keeps_what_was(work: MakeWork, engine: Engine) -> None:
    case = saved(work, engine)
    other = entry(engine, {"goods_value_yuan": 600, "first_violation": None})
    with pytest.raises(InputError, match="reason_needed"), work(officer()) as at:
        acts.revise(at, case.id, 1, other, reason=" ")
    with work(officer("wang")) as at:
        changed = acts.revise(at, case.id, 1, other, reason="复核进货单，货值应为600元")
    assert (changed.version, changed.updated_by, changed.officer_name) == (2, "wang", "li")
    assert "first_violation" not in changed.content.facts
    with work(officer()) as at:
        first, second = reversed(store.revisions(at.session, case.id))
        assert (first.kind, first.content.facts["goods_value_yuan"]) == ("saved", 180)
        assert (second.kind, second.reason) == ("revised", "复核进货单，货值应为600元")
        rows = [one for one in store.findings(at.session, case.id) if one.name == "goods_value_yuan"]
        assert [(one.value, one.ended_at is None, one.found_by) for one in rows] == [
            (180, False, "li"),
            (600, True, "wang"),
        ]


def test_two_officers_on_one_case_do_not_overwrite_each_other(work: MakeWork, engine: Engine) -> None:
    case = saved(work, engine)
    with work(officer()) as at:
        acts.revise(at, case.id, 1, entry(engine, {"goods_value_yuan": 200}), reason="第一次修改")
    with pytest.raises(StateError, match="version_stale"), work(officer("wang")) as at:
        acts.revise(at, case.id, 1, entry(engine, {"goods_value_yuan": 300}), reason="没有看到第一次")
    with work(officer()) as at:
        assert store.get(at.session, at.actor, case.id).content.facts["goods_value_yuan"] == 200


@pytest.mark.parametrize(("department", "region"), [("2102-scjg", "210203"), ("2102-cgj", "210202")])
def test_a_case_of_another_area_is_not_there(work: MakeWork, engine: Engine, department: str, region: str) -> None:
    case = saved(work, engine)
    with pytest.raises(HttpError, match="case_unknown"), work(officer("zhao", department, region)) as at:
        store.get(at.session, at.actor, case.id)
    with work(officer("zhao", department, region)) as at:
        assert at.session.exec(store.statement(at.actor)).all() == []


def test_saving_beyond_ones_area_or_without_the_right_is_refused(work: MakeWork, engine: Engine) -> None:
    outside = replace(officer(), region="210203")
    with pytest.raises(OutOfAreaError), work(outside) as at:
        acts.save(at, entry(engine))
    with pytest.raises(PermissionDeniedError):
        officer(role="planner")


def test_a_draft_may_be_wrong_and_becomes_a_case_when_it_is_right(work: MakeWork, engine: Engine) -> None:
    wrong = entry(engine, {"goods_value_yuan": "一百八"})
    with pytest.raises(InputError) as refused, work(officer()) as at:
        acts.save(at, wrong)
    assert refused.value.errors[0].pointer == "/document/facts/goods_value_yuan"
    with work(officer()) as at:
        draft = acts.save(at, wrong, draft=True)
    assert (draft.status, draft.content.facts["goods_value_yuan"]) == ("draft", "一百八")
    with pytest.raises(StateError, match="case_is_draft"), work(officer()) as at:
        acts.decide(at, draft.id, 1, Choice("general"))
    with work(officer()) as at:
        assert acts.revise(at, draft.id, 1, entry(engine)).status == "open"


def test_a_number_is_used_once_in_a_department(work: MakeWork, engine: Engine) -> None:
    saved(work, engine, number="大市监罚〔2026〕1号")
    with pytest.raises(InputError, match="case_number_taken"):
        saved(work, engine, number="大市监罚〔2026〕1号")
    assert saved(work, engine, number="").version == saved(work, engine, number="").version


def test_a_decision_as_proposed_needs_no_reason_and_another_one_does(work: MakeWork, engine: Engine) -> None:
    case = saved(work, engine, facts=PERMITTED)
    assert case.gist.tier == "no_penalty"
    with pytest.raises(InputError, match="decision_reason_needed"), work(officer()) as at:
        acts.decide(at, case.id, 1, Choice("lighter", 5_000_000))
    with work(officer()) as at:
        decision = acts.decide(at, case.id, 1, Choice("no_penalty"))
        assert (decision.departs, decision.number, decision.revises) == (False, 1, None)
        assert decision.answer["second_opinion"]["agrees"] is True
        assert decision.decided_on.isoformat() == "2026-04-20"
    with work(officer()) as at:
        now = store.get(at.session, at.actor, case.id)
        assert (now.status, now.chosen, now.decision_id) == ("decided", "no_penalty", decision.id)
        assert store.decision(at.session, at.actor, decision.id) == decision


def test_a_decided_case_is_changed_only_after_it_is_reopened(work: MakeWork, engine: Engine) -> None:
    case = saved(work, engine, facts=PERMITTED)
    first = decided(work, case, Choice("no_penalty"))
    with pytest.raises(StateError, match="case_is_decided"), work(officer()) as at:
        acts.revise(at, case.id, 2, entry(engine), reason="改一下")
    with work(officer()) as at:
        again = acts.reopen(at, case.id, 2, "复议机关责令重新作出")
    assert (again.status, again.decision_id) == ("open", first)
    with work(officer()) as at:
        second = acts.decide(at, case.id, 3, Choice("no_penalty"))
        assert (second.number, second.revises) == (2, first)
        assert [one.id for one in store.decisions(at.session, case.id)] == [second.id, first]


def test_a_rule_that_forbids_decisions_stops_this_one(work: MakeWork, engine: Engine) -> None:
    case = saved(work, engine, facts={"officers_count": 1})
    blocks = [one for one in engine.check(case.content.document)["warnings"] if one.get("blocks")]  # type: ignore[attr-defined]
    assert blocks
    with pytest.raises(StateError, match="decision_blocked"), work(officer()) as at:
        acts.decide(at, case.id, 1, Choice("general", None, "先决定"))


def test_earlier_decisions_have_to_be_seen_before_another_is_made(work: MakeWork, engine: Engine) -> None:
    party = {"name": "大连某某商贸有限公司", "code": CODE}
    facts = {"first_violation": None}
    first = saved(work, engine, party=party, facts=facts)
    record = decided(work, first)
    second = saved(
        work,
        engine,
        party=party,
        facts={**facts, "conduct_date": "2026-05-01", "discovery_date": "2026-05-02", "decision_date": "2026-06-01"},
    )
    with work(officer()) as at:
        found = earlier_cases(at, CODE, second.id)
        assert [(one.record_id, one.outcome, one.case_id) for one in found] == [(record, "penalty", first.id)]
    with pytest.raises(StateError, match="decision_history_open"):
        decided(work, second)
    with work(officer()) as at:
        content = second.content
        grown = with_history(content.document, unseen(at, content.document, CODE, second.id), "2102-scjg")
        raw = {"document": grown, "party": party}
        kept = acts.revise(at, second.id, 1, parse_content(raw, engine.release.vocabulary), reason="采用查到的记录")
    answer = engine.check(kept.content.document)
    assert all(one["first_violation"] is False for one in answer["history"])  # type: ignore[attr-defined]
    assert decided(work, kept)


def test_an_earlier_decision_elsewhere_counts_without_telling_whose(work: MakeWork, engine: Engine) -> None:
    party = {"name": "大连某某商贸有限公司", "code": CODE}
    case = saved(work, engine, party=party, number="秘密1号")
    decided(work, case)
    with work(officer("zhao", "2102-scjg", "210203")) as at:
        (found,) = earlier_cases(at, CODE)
        assert (found.case_id, found.number, found.outcome) == ("", "", "penalty")


@pytest.mark.parametrize(
    ("chosen", "fine", "code"),
    [
        ("jail", None, "decision_choice_wrong"),
        ("general", "1.234", "decision_fine_wrong"),
        ("general", [], "decision_fine_wrong"),
        ("no_penalty", 5, "decision_fine_without_penalty"),
    ],
)
def test_a_wrong_choice_is_refused(chosen: str, fine: object, code: str) -> None:
    with pytest.raises(InputError, match=code):
        parse_choice(chosen, fine, "")


def test_a_fine_is_held_against_the_range_of_its_tier(work: MakeWork, engine: Engine) -> None:
    facts = {"first_violation": False, "correction_status": "refused", "circumstances_serious": False}
    case = saved(work, engine, facts=facts)
    with work(officer()) as at:
        answer = engine.check(case.content.document)
        ranges = answer["penalty"]["ranges"]  # type: ignore[index]
        low = ranges["lighter"]["min_yuan"] * 100
        departs = [
            acts.decide(at, acts.save(at, entry(engine, facts)).id, 1, Choice(tier, fine, "理由充分")).departs  # type: ignore[arg-type]
            for tier, fine in (("lighter", low), ("lighter", low - 1))
        ]
    proposed = answer["result"]["tier"]  # type: ignore[index]
    assert departs == [proposed != "lighter", True]


def test_every_act_is_told_to_the_trail_without_names(database: Database, work: MakeWork, engine: Engine) -> None:
    case = saved(work, engine, facts=PERMITTED)
    decided(work, case, Choice("no_penalty"))
    with work(officer()) as at:
        acts.reopen(at, case.id, 2, "复查")
    with work(officer(permission=Permission.UNMASK)) as at:
        assert acts.unmask(at, case.id, "制作送达回证").content.party_name == "大连某某商贸有限公司"
    with database.read() as session:
        rows = session.exec(select(AuditRow).order_by("seq")).all()
        assert [row.kind for row in rows] == ["case.saved", "case.decided", "case.reopened", "case.unmasked"]
        assert {row.subject for row in rows} == {case.id}
        assert not any("某某" in str(row.detail) for row in rows)
        assert verify(session).breaks == ()
