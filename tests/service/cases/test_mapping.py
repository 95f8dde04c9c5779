"""Rows and objects say the same; a damaged row is refused."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cases.model import (
    Choice,
    Content,
    Evidence,
    Finding,
    Gist,
    Replay,
    Revision,
    StoredCase,
    StoredDecision,
)
from service.clock import CHINA
from service.db.mapping.cases import (
    case_of,
    case_row,
    content_json,
    content_of,
    decision_of,
    decision_row,
    finding_of,
    finding_row,
    revision_of,
    revision_row,
)
from service.db.packed import pack, unpack

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=CHINA)
DOCUMENT: dict[str, Any] = {"jurisdiction": "210200", "facts": {"goods_value_yuan": 180}}
CONTENT = Content(
    DOCUMENT, "大市监〔2026〕1号", "某公司", "C", {"goods_value_yuan": Evidence("进货单", "李", date(2026, 3, 5))}
)
STORED = StoredCase(
    "case-1", "d", "210202", "open", CONTENT, Gist("v", "no_penalty", "may", 2, date(2026, 3, 1)),
    "user-1", "李", NOW, NOW, "李", 3,
)  # fmt: skip
ANSWER = {"result": {"tier": "no_penalty"}, "second_opinion": {"agrees": True}}
DECISION = StoredDecision(
    "decision-1", "case-1", 2, "decision-0", "d", "210202", "C", "v", "sha256:0", date(2026, 4, 1), DOCUMENT, ANSWER,
    Choice("general", 123_456, "理由"), True, NOW, "user-1", "李", "0.1.0", Replay("differs", NOW, ("result",)),  # noqa: FBT003 - as stored
)  # fmt: skip


def test_a_case_comes_back_as_it_was() -> None:
    assert case_of(case_row(STORED), dict(CONTENT.evidence)) == STORED
    empty = replace(STORED, content=Content({"jurisdiction": "210200"}), gist=Gist(), status="draft")
    assert case_of(case_row(empty)) == empty


def test_a_decision_comes_back_as_it_was() -> None:
    assert decision_of(decision_row(DECISION)) == DECISION


def test_lists_and_tiers_come_back_in_the_order_of_the_law() -> None:
    answer: dict[str, Any] = {
        **ANSWER,
        "lists": {name: {} for name in ("no_penalty", "lighter", "mitigated", "no_coercive_measure")},
        "penalty": {"ranges": {name: {} for name in ("mitigated", "lighter", "general", "heavier")}},
    }
    row = decision_row(replace(DECISION, answer=answer))
    row.answer = unpack(pack(row.answer))
    back = decision_of(row).answer
    assert list(back["lists"]) == list(answer["lists"])
    assert list(back["penalty"]["ranges"]) == list(answer["penalty"]["ranges"])
    assert back == answer


def test_a_revision_and_a_finding_come_back_as_they_were() -> None:
    revision = Revision("r", "case-1", 3, "revised", NOW, "user-1", "李", "更正", CONTENT)
    assert revision_of(revision_row(revision)) == revision
    finding = Finding("goods_value_yuan", 180, "进货单", "李", date(2026, 3, 5), "user-1", NOW, None, 1)
    assert finding_of(finding_row("case-1", "fact-1", finding)) == finding


@given(st.text(max_size=50), st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=4))
def test_any_content_comes_back_from_its_json(words: str, particulars: dict[str, str]) -> None:
    content = replace(CONTENT, number=words, note=words, particulars=particulars)
    assert content_of(unpack(pack(content_json(content)))) == content


@pytest.mark.parametrize(("column", "value"), [("status", "closed"), ("chosen", "jail")])
def test_a_damaged_row_of_a_case_is_refused(column: str, value: str) -> None:
    row = case_row(STORED)
    setattr(row, column, value)
    with pytest.raises(ValueError, match="no such state"):
        case_of(row)


def test_other_damaged_rows_are_refused() -> None:
    decided = decision_row(DECISION)
    decided.chosen = "jail"
    with pytest.raises(ValueError, match="no such choice"):
        decision_of(decided)
    state = revision_row(Revision("r", "c", 1, "saved", NOW, "u", "u", "", CONTENT))
    state.kind = "lost"
    with pytest.raises(ValueError, match="no such kind"):
        revision_of(state)
