"""Drafts of documents from the case page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.documents.kinds import KINDS

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

EXEMPT = {
    "place": "210200",
    "violation": "food-expired-sale",
    "conduct_date": "2026-03-01",
    "discovery_date": "2026-03-05",
    "decision_date": "2026-04-20",
    "party_type": "enterprise",
    "first_violation": "true",
    "correction_status": "on_spot",
    "goods_value_yuan": "180",
    "is_catering": "false",
    "source_stated": "true",
    "food_accident": "false",
}


def test_the_page_offers_what_the_conclusion_carries(client: TestClient) -> None:
    page = client.get("/cases/check", params=EXEMPT).text
    assert "文书草稿" in page
    assert "/cases/document/no_penalty_decision.docx?" in page
    assert "/cases/document/penalty_notice" not in page


def test_an_open_case_offers_no_decision(client: TestClient) -> None:
    page = client.get("/cases/check", params={"violation": "food-expired-sale"}).text
    assert "/cases/document/correction_order.docx?" in page
    assert "/cases/document/no_penalty_decision" not in page


def test_a_blocking_rule_leaves_only_the_order_to_correct(client: TestClient) -> None:
    page = client.get("/cases/check", params=EXEMPT | {"officers_count": "1"}).text
    assert "/cases/document/no_penalty_decision" not in page
    assert "/cases/document/correction_order.docx?" in page


@pytest.mark.parametrize(("form", "start"), [("docx", b"PK"), ("pdf", b"%PDF-"), ("txt", "不予".encode())])
def test_the_file_is_downloaded_under_its_title(client: TestClient, form: str, start: bytes) -> None:
    answer = client.get(f"/cases/document/no_penalty_decision.{form}", params=EXEMPT)
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E4%B8%8D%E4%BA%88")


def test_a_document_against_the_conclusion_is_refused_on_a_page(client: TestClient) -> None:
    answer = client.get("/cases/document/penalty_notice.docx", params=EXEMPT, headers={"accept": "text/html"})
    assert answer.status_code == 409
    assert "核查结论是“不予行政处罚”" in answer.text


@pytest.mark.parametrize("name", ["no_penalty_decision.exe", "no_penalty_decision", "../x.docx", "letter.docx"])
def test_other_names_are_not_there(client: TestClient, name: str) -> None:
    assert client.get(f"/cases/document/{name}", params=EXEMPT).status_code in {404, 409}


def test_faults_of_the_case_come_first(client: TestClient) -> None:
    answer = client.get("/cases/document/no_penalty_decision.docx", params=EXEMPT | {"goods_value_yuan": "x"})
    assert answer.status_code == 422
    assert "货值金额" in answer.text


def test_every_kind_is_offered_somewhere(client: TestClient) -> None:
    punished = EXEMPT | {
        "goods_value_yuan": "20000",
        "harm_eliminated": "true",
        "violation_minor": "false",
        "harm_level": "general",
        "fault": "negligence",
        "facts_established": "true",
        "first_violation": "false",
    }
    pages = client.get("/cases/check", params=EXEMPT).text + client.get("/cases/check", params=punished).text
    assert all(f"/cases/document/{kind}.pdf?" in pages for kind in KINDS)
