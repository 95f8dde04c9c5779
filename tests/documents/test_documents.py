"""Drafts of documents: nothing unestablished is stated, Word and PDF say the same, refusals say why."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from jinja2 import Environment, meta

from kernel.errors import InputError
from service.documents.kinds import KINDS
from service.documents.make import REASONING, Wish, make
from service.documents.particulars import LABELS, parse_particulars
from service.documents.pdf import paragraphs
from service.documents.word import template_bytes
from service.errors import StateError
from tests.documents.conftest import ON

if TYPE_CHECKING:
    from pathlib import Path

    from service.engine import Engine

EXEMPT_KINDS = ["no_penalty_decision", "correction_order", "commitment", "education_record"]
PARTY = {"party_name": "演示市惠民超市有限公司", "authority": "演示市市场监督管理局"}


def words(engine: Engine, case: dict[str, Any], kind: str, **particulars: str) -> str:
    made = make(engine, case, Wish(kind, "txt", particulars), ON)
    return made.data.decode()


@pytest.mark.parametrize("kind", EXEMPT_KINDS)
def test_word_pdf_and_text_say_the_same(engine: Engine, exempt: dict[str, Any], kind: str, tmp_path: Path) -> None:
    word = make(engine, exempt, Wish(kind, "docx", PARTY), ON).data
    text = make(engine, exempt, Wish(kind, "txt", PARTY), ON).data.decode()
    pdf = make(engine, exempt, Wish(kind, "pdf", PARTY), ON).data
    assert [row["text"] for row in paragraphs(word)] == text.split("\n")
    assert pdf.startswith(b"%PDF-")
    assert KINDS[kind].title in text
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf)
    if shutil.which("pdftotext"):
        shown = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout  # noqa: S607
        assert "惠民超市" in re.sub(r"\s", "", shown) or kind == "education_record"


def test_decision_gives_facts_item_and_articles(engine: Engine, exempt: dict[str, Any]) -> None:
    text = words(engine, exempt, "no_penalty_decision", **PARTY)
    assert "货值金额180元（货值金额不超过500元）" in text
    assert "改正情况为当场改正" in text
    assert "《食品安全法》第一百二十四条第一款第（五）项" in text
    assert "国市监法〔2025〕10号" in text
    assert "《行政处罚法》第三十三条第一款" in text
    assert "责令当事人改正" in text


def test_what_is_not_established_is_a_marked_blank(engine: Engine, exempt: dict[str, Any]) -> None:
    made = make(engine, exempt, Wish("no_penalty_decision", "txt", PARTY), ON)
    text = made.data.decode()
    for label in ("违法事实的具体经过", "证据名称及证明内容", "案件来源"):
        assert f"【待填写：{label}】" in text
        assert label in made.blanks
    assert "当事人名称" not in made.blanks
    for absent in ("危害后果", "主观过错", "立功"):  # facts that nobody established
        assert absent not in text


def test_adding_a_particular_removes_its_blank(engine: Engine, exempt: dict[str, Any]) -> None:
    before = make(engine, exempt, Wish("no_penalty_decision", "txt", PARTY), ON).blanks
    after = make(engine, exempt, Wish("no_penalty_decision", "txt", PARTY | {"case_source": "日常检查"}), ON).blanks
    assert set(before) - set(after) == {"案件来源"}


def test_notice_shows_the_range_and_its_tiers(engine: Engine, punished: dict[str, Any]) -> None:
    text = words(engine, punished, "penalty_notice", **PARTY)
    assert "应当从轻或者减轻行政处罚" in text
    assert "法定罚款幅度为货值金额的10倍以上（含本数）20倍以下（含本数），即20万元至40万元" in text
    assert "从轻档：货值金额的10倍以上（含本数）13倍以下（含本数），即20万元至26万元" in text
    assert "减轻档：低于20万元" in text
    assert "《行政处罚法》第三十二条第（一）项" in text


@pytest.mark.parametrize("kind", ["no_penalty_decision", "commitment", "education_record"])
def test_exempting_documents_are_refused_for_a_penalty(engine: Engine, punished: dict[str, Any], kind: str) -> None:
    with pytest.raises(StateError) as refused:
        make(engine, punished, Wish(kind, "docx"), ON)
    assert refused.value.code == "document_tier"
    assert "从轻或者减轻" in refused.value.detail


def test_notice_is_refused_without_a_penalty_or_while_undecided(engine: Engine, exempt: dict[str, Any]) -> None:
    undecided = exempt | {"facts": {}}
    for case in (exempt, undecided):
        with pytest.raises(StateError):
            make(engine, case, Wish("penalty_notice", "docx"), ON)


def test_a_blocking_warning_stops_the_document(engine: Engine, exempt: dict[str, Any]) -> None:
    blocked = exempt | {"facts": exempt["facts"] | {"officers_count": 1}}
    with pytest.raises(StateError) as refused:
        make(engine, blocked, Wish("no_penalty_decision", "docx"), ON)
    assert refused.value.code == "document_blocked"
    assert "不得少于二人" in refused.value.detail


def test_correction_order_needs_no_conclusion(engine: Engine, exempt: dict[str, Any]) -> None:
    text = words(engine, exempt | {"facts": {}}, "correction_order", **PARTY)
    assert "涉嫌违反《食品安全法》第三十四条第（十）项" in text


def test_reasoning_alone_can_be_copied(engine: Engine, exempt: dict[str, Any]) -> None:
    text = words(engine, exempt, REASONING)
    assert text.endswith("综上，可以不予行政处罚。")
    assert "倍以上" not in text


def test_unknown_kind_is_refused_with_the_known_ones(engine: Engine, exempt: dict[str, Any]) -> None:
    with pytest.raises(StateError) as refused:
        make(engine, exempt, Wish("letter", "docx"), ON)
    assert "no_penalty_decision" in refused.value.detail


@pytest.mark.parametrize(
    ("given", "code"),
    [(["x"], "particulars_not_object"), ({"party": "x"}, "unknown_key"), ({"party_name": 3}, "particulars_not_text")],
)
def test_wrong_particulars_are_named(given: object, code: str) -> None:
    with pytest.raises(InputError) as wrong:
        parse_particulars(given)
    assert code in {error.code for error in wrong.value.errors} | {wrong.value.code}


def test_markup_in_a_name_stays_text(engine: Engine, exempt: dict[str, Any]) -> None:
    name = "<w:t>甲&乙</w:t>{{ 7*7 }}"
    word = make(engine, exempt, Wish("no_penalty_decision", "docx", {"party_name": name}), ON).data
    assert any(name in paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs)


@pytest.mark.parametrize("kind", KINDS)
def test_templates_name_only_what_is_there(kind: str) -> None:
    known = {*LABELS, "title", "note", "violation", "prohibition", "penalty_basis", "conduct_on", "facts", "reasons"}
    known |= {"conclusion", "ranges", "duties", "items", "digest"}
    text = "\n".join(one.text for one in Document(io.BytesIO(template_bytes(kind))).paragraphs)
    source = re.sub(r"\{%p ", "{% ", text)
    assert meta.find_undeclared_variables(Environment(autoescape=True).parse(source)) <= known


def test_a_citys_own_template_is_used(engine: Engine, exempt: dict[str, Any], tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("本市样式：{{ party_name }}")
    own.save(str(tmp_path / "commitment.docx"))
    made = make(engine, exempt, Wish("commitment", "txt", PARTY, tmp_path), ON)
    assert made.data.decode() == "本市样式：演示市惠民超市有限公司"


def test_a_broken_template_says_what_is_wrong(engine: Engine, exempt: dict[str, Any], tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("{{ nothing_of_this_name }}")
    own.save(str(tmp_path / "commitment.docx"))
    with pytest.raises(InputError) as wrong:
        make(engine, exempt, Wish("commitment", "docx", PARTY, tmp_path), ON)
    assert wrong.value.code == "template_wrong"
    assert "nothing_of_this_name" in wrong.value.detail
