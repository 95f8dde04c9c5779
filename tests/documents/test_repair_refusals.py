"""Documents of credit repair that the answer does not carry: boundary pairs, each refusal with its reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from credit.records import parse_record
from kernel.errors import InputError
from service.documents.make import Wish
from service.documents.repair import make_repair
from service.documents.repair_kinds import KINDS, require
from service.documents.repair_subject import Subject
from service.errors import StateError
from tests.documents.repair_records import LEFT_OPEN, MARKET, ON, RECORD, changed, record, refusal, text_of

if TYPE_CHECKING:
    from service.repairs import Repairs


class TestRefusals:
    """Boundary pairs: the day before and the day, the fact and its opposite."""

    def test_grant_only_from_the_first_admissible_day(self, repairs: Repairs) -> None:
        early = record(**{"application.applied_on": "2026-07-01"})
        refused = refusal(repairs, early, "repair_grant", date(2026, 7, 10))
        assert refused.code == "repair_document_outcome"
        assert "期限未到" in refused.detail
        assert "2026年7月11日起可以申请" in refused.detail
        assert "不予受理通知书" in refused.detail
        assert "准予" in text_of(repairs, early, "repair_grant", date(2026, 7, 11))

    @pytest.mark.parametrize(
        "change",
        [
            {"conduct.duties_performed": False},
            {"conduct.duties_performed": None},
            {"application.promise_made": False},
            {"application.materials_complete": False},
            {"decision.annulled": True},
            LEFT_OPEN,
        ],
    )
    def test_grant_is_refused_against_the_outcome(self, repairs: Repairs, change: dict[str, Any]) -> None:
        refused = refusal(repairs, changed(change), "repair_grant")
        assert refused.code == "repair_document_outcome"

    def test_grant_after_the_end_is_refused(self, repairs: Repairs) -> None:
        assert "期满" in refusal(repairs, RECORD, "repair_grant", date(2027, 4, 11)).detail
        assert "准予" in text_of(repairs, RECORD, "repair_grant", date(2027, 4, 10))

    @pytest.mark.parametrize("kind", ["repair_rejection", "repair_refusal"])
    def test_no_refusal_of_what_is_eligible_even_with_a_reason(self, repairs: Repairs, kind: str) -> None:
        assert refusal(repairs, RECORD, kind, reason="不想修复").code == "repair_document_outcome"

    @pytest.mark.parametrize("kind", ["repair_rejection", "repair_refusal"])
    def test_a_refusal_needs_a_reason_unless_the_facts_prove_one(self, repairs: Repairs, kind: str) -> None:
        unknown = record(**{"conduct.duties_performed": None})
        assert refusal(repairs, unknown, kind).code == "repair_document_reason"
        assert "1．没有提交缴款凭证" in text_of(repairs, unknown, kind, reason="没有提交缴款凭证")
        proved = text_of(repairs, record(**{"conduct.duties_performed": False}), kind)
        assert "不具备“决定书确定的义务已经履行完毕”的条件（《信用修复管理办法》，规则R36-11）" in proved

    def test_disputed_law_needs_the_reason_of_a_person(self, repairs: Repairs) -> None:
        assert refusal(repairs, changed(LEFT_OPEN), "repair_refusal").code == "repair_document_reason"

    def test_a_rejection_for_the_period_says_from_when(self, repairs: Repairs) -> None:
        early = record(**{"application.applied_on": "2026-06-01"})
        text = text_of(repairs, early, "repair_rejection", date(2026, 6, 2))
        assert "尚未届满（《信用修复管理办法》，规则R36-06）；最早可以申请的日期为2026年7月11日" in text
        assert "自2026年7月11日起可以提出申请" in text

    @pytest.mark.parametrize("kind", ["repair_acceptance", "repair_grant"])
    def test_what_answers_an_application_needs_one(self, repairs: Repairs, kind: str) -> None:
        for applied in (None, "2026-07-21"):
            refused = refusal(repairs, record(**{"application.applied_on": applied}), kind)
            assert refused.code == "repair_document_not_applied"

    def test_acceptance_needs_complete_materials(self, repairs: Repairs) -> None:
        raw = record(**{"application.materials_complete": None, "application.promise_made": False})
        assert refusal(repairs, raw, "repair_acceptance").code == "repair_document_materials"

    def test_a_notice_only_for_what_is_published(self, repairs: Repairs) -> None:
        warned = {"decision.penalty_kinds": ["warning"], "decision.fine_yuan": None, "class": None}
        unpublished = changed({**warned, "decision.published_on": None})
        assert refusal(repairs, unpublished, "repair_notice").code == "repair_document_outcome"
        market = changed({**MARKET, **warned, "decision.published_on": None})
        assert "不公示" in refusal(repairs, market, "repair_notice").detail
        listed = record(kind="abnormal_list", decision={"decided_on": "2026-04-10", "published_on": "2026-04-15"})
        assert refusal(repairs, listed, "repair_notice").code == "repair_document_record_kind"

    @pytest.mark.parametrize(("found", "code"), [(None, "false_promise"), ("2026-07-21", "false_promise")])
    def test_revocation_needs_a_finding(self, repairs: Repairs, found: str | None, code: str) -> None:
        raw = record(**{"application.false_promise_on": found})
        assert refusal(repairs, raw, "repair_revocation").code == f"repair_document_{code}"

    def test_after_a_false_promise_nothing_is_granted(self, repairs: Repairs) -> None:
        raw = record(**{"application.false_promise_on": "2026-07-10"})
        assert refusal(repairs, raw, "repair_grant").code == "repair_document_outcome"
        assert "撤销准予信用修复决定书" in text_of(repairs, raw, "repair_revocation")

    def test_particulars_may_not_name_another_party(self, repairs: Repairs) -> None:
        refused = refusal(repairs, RECORD, "repair_grant", party_name="别的公司")
        assert refused.code == "repair_document_party"
        unnamed = record(party={"kind": "enterprise"})
        assert "演示公司" in text_of(repairs, unnamed, "repair_grant", party_name="演示公司")

    def test_engines_that_disagree_stop_every_document(self, repairs: Repairs) -> None:
        subject = Subject.of(repairs.checker, parse_record(RECORD), ON)
        answer = {**subject.answer, "second_opinion": {"agrees": False}}
        doubted = Subject(subject.checker, subject.record, subject.asked, answer, ON)
        for kind in KINDS.values():
            with pytest.raises(StateError) as refused:
                require(kind, doubted, {})
            assert refused.value.code == "repair_document_engines"

    def test_unknown_kinds_and_particulars_are_named(self, repairs: Repairs) -> None:
        assert "repair_notice" in refusal(repairs, RECORD, "letter").detail
        with pytest.raises(InputError) as wrong:
            make_repair(repairs, RECORD, Wish("repair_grant", "txt", {"fact_statement": "x"}), ON)
        assert wrong.value.errors[0].code == "unknown_key"
