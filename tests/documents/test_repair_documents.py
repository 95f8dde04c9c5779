"""Documents of credit repair: what the answer does not carry is refused; nothing unread is stated as law."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
from docx import Document
from jinja2 import Environment, meta

from credit.labels import OUTCOMES
from credit.records import PATHS, parse_record
from credit.worktable import table
from service.cli import reference
from service.cli.repair_commands import DOCUMENTS
from service.documents.make import Wish
from service.documents.pdf import paragraphs
from service.documents.repair import context_of, make_repair
from service.documents.repair_basis import UNREAD
from service.documents.repair_kinds import KINDS, MOVE_DOCUMENTS, REJECTED, require
from service.documents.repair_particulars import EVIDENCE, LABELS
from service.documents.repair_subject import Subject
from service.documents.word import template_bytes
from service.errors import StateError
from tests.credit.casefiles import CaseOnFile, all_cases, checker_with
from tests.documents.repair_records import LEFT_OPEN, MARKET, ON, RECORD, changed, record, text_of
from tests.service.conftest import run  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from pathlib import Path

    from service.repairs import Repairs
    from tests.service.conftest import Run

PARTICULARS = {
    name: f"已填写的{label}" for name, label in LABELS.items() if not name.startswith(("party_", "authority"))
}


ELIGIBLE_KINDS = [
    "repair_notice",
    "repair_promise",
    "repair_application",
    "repair_acceptance",
    "repair_grant",
    "repair_reminder",
    "repair_supply",
    "repair_objection_receipt",
]


@pytest.mark.parametrize("kind", ELIGIBLE_KINDS)
def test_word_pdf_and_text_say_the_same(repairs: Repairs, kind: str, tmp_path: Path) -> None:
    word = make_repair(repairs, RECORD, Wish(kind, "docx"), ON).data
    text = make_repair(repairs, RECORD, Wish(kind, "txt"), ON).data.decode()
    pdf = make_repair(repairs, RECORD, Wish(kind, "pdf"), ON).data
    assert [row["text"] for row in paragraphs(word)] == text.split("\n")
    assert KINDS[kind].title in text
    assert pdf.startswith(b"%PDF-")
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf)
    if shutil.which("pdftotext"):
        shown = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout  # noqa: S607
        assert "恒通运输" in re.sub(r"\s", "", shown)


def test_the_grant_gives_each_condition_with_evidence_and_rule(repairs: Repairs) -> None:
    made = make_repair(repairs, RECORD, Wish("repair_grant", "txt", {"evidence_duties": "缴款凭证第8号"}), ON)
    text = made.data.decode()
    duty = "决定书确定的义务已经履行完毕：符合。证据：缴款凭证第8号。依据（《信用修复管理办法》，规则R36-11）。"
    assert duty in text
    assert "失信行为已经纠正：符合。证据：【待填写：纠正失信行为的证据】" in text
    assert "决定日期为2026年4月10日，最早可以申请的日期为2026年7月11日" in text
    assert "《信用修复管理办法》第三条，规则R36-02" in text
    assert "上述条件经审查具备，本机关决定：准予对上述信用记录予以修复。" in text
    assert "尚需核实" not in text
    assert "纠正失信行为的证据" in made.blanks


def test_the_notice_tells_periods_conditions_and_both_days(repairs: Repairs) -> None:
    text = text_of(repairs, record(application={}, conduct={}), "repair_notice", date(2026, 4, 10))
    assert "最短公示期三个月，自作出决定之日起计算" in text
    assert "最长公示期一年，自作出决定之日起计算" in text
    assert "最早可以申请修复的日期：2026年7月11日" in text
    assert "公示期满的日期：2027年4月10日" in text
    assert "证明方式：缴款凭证等履行义务的证明" in text
    assert "信用修复不收取任何费用" in text
    assert "不当然停止公示" in text  # the period does not end by itself while duties are open
    assert "尚未查清" not in text  # a notice says what is asked, not how things stand


def test_the_notice_of_market_regulation_gives_the_provinces_figure_and_both_ends(repairs: Repairs) -> None:
    text = text_of(repairs, changed({**MARKET, "application": {}}), "repair_notice", date(2026, 4, 20))
    assert "国家企业信用信息公示系统" in text
    assert "罚款不足10万元的，为较低数额罚款（《市场监督管理行政处罚信息公示规定》第十三条" in text
    assert "《市场监督管理行政处罚信息公示规定》第八条" in text
    assert "公示截止日2027年4月10日" in text
    assert "公示截止日2029年4月15日" in text
    assert "公示期满的日期：【待填写：公示截止日，各种理解的日期已分别列出】" in text
    assert "适用第107号令还是第45号令？”采用的理解及依据】" in text


def test_a_notice_on_disputed_law_gives_every_reading(repairs: Repairs) -> None:
    text = text_of(repairs, changed(LEFT_OPEN | {"application": {}}), "repair_notice", date(2026, 5, 10))
    assert "最早申请日2026年7月11日，公示截止日2027年4月10日" in text
    assert "最早申请日2027年4月11日，公示截止日2029年4月10日" in text
    assert "最早可以申请修复的日期：【待填写" in text


def test_conditions_under_disputed_law_say_whose_they_are(repairs: Repairs) -> None:
    sure = "以下按照排在首位的理解列出"
    old = record(**{"class": None, "decision.decided_on": "2026-03-10", "decision.published_on": "2026-03-12"})
    asked = Subject.of(repairs.checker, parse_record(old), date(2026, 6, 20))
    assert asked.outcome == "NEEDS_HUMAN"
    assert sure in text_of(repairs, old, "repair_refusal", reason="甲", on=date(2026, 7, 20))
    assert sure not in text_of(repairs, record(**{"conduct.corrected": False}), "repair_refusal")


def test_general_knowledge_is_never_stated_as_law(repairs: Repairs) -> None:
    revoked = record(**{"application.false_promise_on": "2026-07-10"})
    text = text_of(repairs, revoked, "repair_revocation")
    assert "规则R36-22的内容和原文" in text
    assert "【待填写：不得再次申请的期限及依据】" in text
    assert "三年" not in text.replace("最长公示", "")
    market = text_of(repairs, changed({**MARKET, "application": {}}), "repair_notice", date(2026, 4, 20))
    for line in market.splitlines():
        assert "规则RM-11" not in line or "【待填写：核对规则RM-11的原文" in line


@pytest.mark.parametrize("kind", KINDS)
def test_only_articles_that_were_read_are_printed(repairs: Repairs, kind: str) -> None:
    subject = Subject.of(repairs.checker, parse_record(changed({"application.false_promise_on": "2026-07-10"})), ON)
    shown = json.dumps(context_of(KINDS[kind], subject, PARTICULARS), ensure_ascii=False)
    cited = set(re.findall(r"《信用修复管理办法》(第[^，）]*条)", shown))
    assert cited <= {"第二条", "第三条", "第四条"}


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_on_every_case_on_file_a_document_is_refused_or_states_only_law_that_was_read(case: CaseOnFile) -> None:
    checker = checker_with(case.settings)
    subject = Subject.of(checker, parse_record(case.record), case.on)
    rules = [one.provision for one in checker.policy.rules]
    read = {one.says for one in rules if one.confidence not in UNREAD}  # one regime may say what another was read to
    unread = [one for one in rules if one.confidence in UNREAD and one.says not in read]
    for kind in KINDS.values():
        try:
            require(kind, subject, {"reason": "理由"})
        except StateError as refused:
            assert kind.title in refused.detail  # noqa: PT017  (either is right: which, other tests say)
            continue
        shown = json.dumps(context_of(kind, subject, {"reason": "理由"}), ensure_ascii=False)
        assert not [one.id for one in unread if one.says.removesuffix("。") in shown]
        assert kind.name != "repair_grant" or subject.outcome in {"ELIGIBLE", "REORG_FORMAL", "REORG_TEMP_SHIELD"}


def test_names_that_we_suggest_are_marked(repairs: Repairs) -> None:
    ours = {name for name, kind in KINDS.items() if kind.ours}
    assert {"repair_acceptance", "repair_rejection", "repair_refusal", "repair_revocation"} <= ours
    assert "本文书的名称没有读到官方文本" in text_of(repairs, RECORD, "repair_acceptance")
    assert "本文书的名称没有读到官方文本" not in text_of(repairs, RECORD, "repair_grant")


def test_acceptance_gives_the_last_day_for_the_decision(repairs: Repairs) -> None:
    text = text_of(repairs, RECORD, "repair_acceptance")
    assert "自受理之日起7个工作日内作出决定，最迟为2026年7月29日（《信用修复管理办法》，规则R36-15）" in text
    assert "可以延长十个工作日" in text
    late = record(**{"application.applied_on": "2026-12-28"})
    assert "暂定】" in text_of(repairs, late, "repair_acceptance", date(2026, 12, 28))


class TestRejectionWithoutApplication:
    def test_what_ended_by_itself_says_so_and_asks_for_no_other_application(self, repairs: Repairs) -> None:
        late = record(**{"application.applied_on": "2027-04-12"})
        text = text_of(repairs, late, "repair_rejection", date(2027, 4, 12))
        assert "最长公示期届满的，自动停止公示，无需申请（《信用修复管理办法》，规则R36-09）" in text
        assert "应当立即停止公示" in text
        assert "再次申请" not in text


class TestReorganisation:
    def test_a_running_plan_is_shielded_not_repaired(self, repairs: Repairs) -> None:
        raw = record(reorganisation={"court_ruling_on": "2026-05-01"}, **{"application.applied_on": "2026-05-10"})
        text = text_of(repairs, raw, "repair_grant", date(2026, 5, 12))
        assert "予以临时屏蔽" in text
        assert "准予对上述信用记录予以修复" not in text
        assert "最短公示三个月：不符合" not in text

    def test_a_completed_plan_is_repaired(self, repairs: Repairs) -> None:
        days = {"court_ruling_on": "2026-05-01", "plan_completed_on": "2026-06-01"}
        text = text_of(repairs, record(reorganisation=days), "repair_grant")
        assert "重整计划已经执行完毕，准予对上述信用记录予以修复" in text
        assert "规则R36-21" in text


def test_the_outcomes_are_those_of_the_workflow() -> None:
    moves = table().moves
    assert KINDS["repair_grant"].tiers == set(moves["grant"].outcomes)
    assert KINDS["repair_acceptance"].tiers == set(moves["accept"].outcomes)
    assert set(moves["grant"].outcomes) | REJECTED == set(OUTCOMES)
    assert all(set(kind.moves) <= set(moves) for kind in KINDS.values())


def test_every_move_with_a_document_has_its_kind() -> None:
    made = {move.document for move in table().moves.values() if move.document}
    assert made == set(MOVE_DOCUMENTS)
    assert set(MOVE_DOCUMENTS.values()) <= set(KINDS)


def test_an_extension_gives_its_reason_and_the_days(repairs: Repairs) -> None:
    text = text_of(repairs, RECORD, "repair_extension", reason="需要实地核实。")
    assert "需要实地核实" in text
    assert "可以延长十个工作日" in text
    assert "【待填写：原办理期限届满日期】" in text


def test_an_answer_to_an_objection_needs_a_reason(repairs: Repairs) -> None:
    with pytest.raises(StateError) as refused:
        text_of(repairs, RECORD, "repair_objection_answer")
    assert refused.value.code == "repair_document_reason"
    text = text_of(repairs, RECORD, "repair_objection_answer", reason="经核对，期限无误。")
    assert "期限无误" in text
    assert "截至2026年" in text


def test_the_command_knows_every_kind() -> None:
    assert tuple(KINDS) == DOCUMENTS
    note = reference.read_prose().notes["repair document"]
    assert {name for name in LABELS if f"`{name}`" in note} == set(LABELS)
    assert set(EVIDENCE.values()) <= set(LABELS)
    assert {name for name in EVIDENCE if not name.startswith(("reorganisation", "repeat_established"))} <= set(PATHS)


@pytest.mark.parametrize("kind", KINDS)
def test_templates_name_only_what_is_there(repairs: Repairs, kind: str) -> None:
    subject = Subject.of(repairs.checker, parse_record(RECORD), ON)
    known = context_of(KINDS[kind], subject, {}).keys()
    text = "\n".join(one.text for one in Document(io.BytesIO(template_bytes(kind))).paragraphs)
    source = re.sub(r"\{%p ", "{% ", text)
    assert meta.find_undeclared_variables(Environment(autoescape=True).parse(source)) <= known


def test_particulars_fill_every_blank_that_has_a_name(repairs: Repairs) -> None:
    made = make_repair(repairs, RECORD, Wish("repair_grant", "txt", PARTICULARS | {"party_address": "甲路1号"}), ON)
    assert made.blanks == ()


def test_markup_in_a_name_stays_text(repairs: Repairs) -> None:
    name = "<w:t>甲&乙</w:t>{{ 7*7 }}"
    word = make_repair(repairs, record(**{"party.name": name}), Wish("repair_grant", "docx"), ON).data
    assert any(name in paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs)


def test_the_command_writes_the_document_and_names_the_blanks(run: Run, tmp_path: Path) -> None:  # noqa: F811
    given, out = tmp_path / "record.json", tmp_path / "grant.docx"
    given.write_text(json.dumps(RECORD), "utf-8")
    words = ["repair", "document", str(given), str(out), "--kind", "repair_grant", "--json"]
    done = run(*words, "--on", "2026-07-20")
    assert done.code == 0
    assert done.json()["title"] == "准予信用修复决定书"
    assert "纠正失信行为的证据" in done.json()["blanks"]
    assert out.read_bytes()[:2] == b"PK"
    out.unlink()
    done = run(*words, "--on", "2026-07-10")
    assert done.code == 4
    assert done.json()["status"] == 409
    assert not out.exists()
