"""``/api/v1/cases`` and ``/decisions``: the whole way of a case, once over the interface."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from service.api.describe_cases import EXAMPLES
from tests.service.asgi import Client
from tests.service.jsonschema import faults
from tests.service.people import Place

Send = Callable[..., httpx.Response]
ENTRY = {key: value for key, value in EXAMPLES["entry"].items() if key not in {"draft", "number"}}


@pytest.fixture
def officer(user_client: Callable[..., Client]) -> Client:
    return user_client("officer")


@pytest.fixture
def saved(officer: Client) -> dict[str, Any]:
    answer = officer.request("POST", "/api/v1/cases", json=ENTRY)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def change(client: Client, case: dict[str, Any], version: int | None, **changes: Any) -> httpx.Response:  # noqa: ANN401
    headers = {"if-match": f'"{version}"'} if version is not None else {}
    body = {**ENTRY, "reason": "更正事实", **changes}
    return client.request("PUT", f"/api/v1/cases/{case['id']}", json=body, headers=headers)


def decide(client: Client, case: dict[str, Any], version: int, choice: Any, **headers: str) -> httpx.Response:  # noqa: ANN401
    sent = {"if-match": f'"{version}"', **headers}
    return client.request("POST", f"/api/v1/cases/{case['id']}/decision", json=choice, headers=sent)


def test_a_case_goes_from_entry_to_decision_and_replay(officer: Client, saved: dict[str, Any]) -> None:
    address = f"/api/v1/cases/{saved['id']}"
    read = officer.get(address)
    assert (read.json(), read.headers["etag"]) == (saved, '"1"')
    revised = change(officer, saved, 1, document=EXAMPLES["revision"]["document"])
    assert (revised.status_code, revised.headers["etag"]) == (200, '"2"')
    assert revised.json()["document"]["facts"]["goods_value_yuan"] == "185.50"
    decided = decide(officer, saved, 2, {"chosen": "no_penalty"})
    assert decided.status_code == 201, decided.text
    made = decided.json()
    assert (made["tier"], made["chosen"], made["departs"], made["engines_agree"]) == (
        "no_penalty",
        "no_penalty",
        False,
        True,
    )
    assert officer.get(decided.headers["location"]).json() == made
    replayed = officer.request("POST", f"/api/v1/decisions/{made['id']}/replay").json()
    assert (replayed["verdict"], replayed["differences"]) == ("agrees", [])
    history = officer.get(f"{address}/history").json()
    assert [one["kind"] for one in history["revisions"]] == ["decided", "revised", "saved"]
    assert history["decisions"][0]["replay"]["verdict"] == "agrees"
    reopened = officer.request("POST", f"{address}/reopening", json={"reason": "复议"}, headers={"if-match": '"3"'})
    assert (reopened.status_code, reopened.json()["status"]) == (200, "open")


def test_answers_fit_their_schemas(officer: Client, saved: dict[str, Any]) -> None:
    document = officer.get("/api/v1/openapi.json").json()
    made = decide(officer, saved, 1, {"chosen": "no_penalty"}).json()
    address = f"/api/v1/cases/{saved['id']}"
    answers = {
        "StoredCase": saved,
        "StoredDecision": made,
        "CasePage": officer.get("/api/v1/cases").json(),
        "CaseHistory": officer.get(f"{address}/history").json(),
        "DecisionPage": officer.get("/api/v1/decisions").json(),
        "CaseDocuments": officer.get(f"{address}/documents").json(),
        "Replayed": officer.request("POST", f"/api/v1/decisions/{made['id']}/replay").json(),
    }
    for name, answer in answers.items():
        assert faults(document, {"$ref": f"#/components/schemas/{name}"}, answer) == [], name


def test_changes_need_the_version_they_were_made_from(officer: Client, saved: dict[str, Any]) -> None:
    assert change(officer, saved, None).status_code == 428
    assert change(officer, saved, 7).status_code == 412
    assert change(officer, saved, 1).status_code == 200
    stale = change(officer, saved, 1)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_stale")
    unreasoned = change(officer, saved, 2, reason="")
    assert (unreasoned.status_code, unreasoned.json()["code"]) == (422, "reason_needed")


def test_an_act_sent_twice_under_one_key_is_done_once(officer: Client) -> None:
    key = {"idempotency-key": "4c1f-1"}
    first = officer.request("POST", "/api/v1/cases", json=ENTRY, headers=key)
    again = officer.request("POST", "/api/v1/cases", json=ENTRY, headers=key)
    assert (again.status_code, again.json(), again.headers["location"]) == (
        201,
        first.json(),
        first.headers["location"],
    )
    assert again.headers["idempotent-replayed"] == "true"
    assert officer.get("/api/v1/cases").json()["total"] == 1
    other = officer.request("POST", "/api/v1/cases", json={**ENTRY, "note": "另一件"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    wrong = officer.request("POST", "/api/v1/cases", json=ENTRY, headers={"idempotency-key": "a b"})
    assert wrong.json()["code"] == "idempotency_key_wrong"


def test_a_decision_sent_twice_is_made_once_even_after_the_version_went_on(
    officer: Client, saved: dict[str, Any]
) -> None:
    first = decide(officer, saved, 1, {"chosen": "no_penalty"}, **{"idempotency-key": "d-1"})
    again = decide(officer, saved, 1, {"chosen": "no_penalty"}, **{"idempotency-key": "d-1"})
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())


def test_an_act_that_failed_may_be_sent_again_under_its_key(officer: Client, saved: dict[str, Any]) -> None:
    key = {"idempotency-key": "d-2"}
    departing = {"chosen": "general"}
    refused = decide(officer, saved, 1, departing, **key)
    assert (refused.status_code, refused.json()["code"]) == (422, "decision_reason_needed")
    assert decide(officer, saved, 1, {**departing, "reason": "当事人多次违法"}, **key).status_code == 201


def test_wrong_entries_are_told_with_all_their_places(officer: Client) -> None:
    wrong = {
        "document": {"jurisdiction": "210200", "facts": {"goods_value_yuan": -1, "no_such_fact": 1}},
        "party": {"name": 5},
        "evidence": {"no_fact": "x"},
        "particulars": {"color": "red"},
        "more": 1,
    }
    answer = officer.request("POST", "/api/v1/cases", json=wrong)
    places = {one["pointer"] for one in answer.json()["errors"]}
    assert (answer.status_code, places) == (422, {"/more", "/party/name", "/evidence/no_fact", "/particulars/color"})
    alone = {**ENTRY, "evidence": {"harm_level": "询问笔录"}}
    assert officer.request("POST", "/api/v1/cases", json=alone).json()["code"] == "evidence_without_fact"
    facts = officer.request("POST", "/api/v1/cases", json={"document": wrong["document"]})
    places = {one["pointer"] for one in facts.json()["errors"]}
    assert places == {"/document/facts/goods_value_yuan", "/document/facts/no_such_fact"}
    kept = officer.request("POST", "/api/v1/cases", json={"document": wrong["document"], "draft": True})
    assert (kept.status_code, kept.json()["status"]) == (201, "draft")


def test_names_of_persons_are_masked_until_a_reason_is_given(officer: Client) -> None:
    document = {"jurisdiction": "210200", "facts": {"party_type": "individual"}}
    party = {"name": "赵晨光", "code": "210202199001010011"}
    case = officer.request("POST", "/api/v1/cases", json={"document": document, "party": party}).json()
    assert case["party"] == {"name": "赵**", "code": "2102**********0011", "type": "individual", "masked": True}
    assert "赵晨光" not in officer.get("/api/v1/cases").text
    firm = {**ENTRY, "particulars": {"representative": "钱晨光", "authority": "某局"}}
    masked = officer.request("POST", "/api/v1/cases", json=firm).json()["particulars"]
    assert masked == {"representative": "钱**", "authority": "某局"}
    address = f"/api/v1/cases/{case['id']}/unmasking"
    assert officer.request("POST", address, json={"reason": ""}).status_code == 422
    shown = officer.request("POST", address, json={"reason": "制作送达回证"})
    assert shown.json()["party"]["name"] == "赵晨光"


def test_the_list_filters_sorts_and_pages(officer: Client) -> None:
    for number in range(5):
        body = {**ENTRY, "number": f"第{number}号", "party": {"name": f"晨光{number}", "code": ""}}
        assert officer.request("POST", "/api/v1/cases", json=body).status_code == 201
    first = officer.get("/api/v1/cases?sort=-number&limit=2").json()
    assert ([one["number"] for one in first["items"]], first["total"]) == (["第4号", "第3号"], 5)
    assert [one["number"] for one in officer.get(first["next"]).json()["items"]] == ["第2号", "第1号"]
    assert officer.get("/api/v1/cases?q=晨光3").json()["total"] == 1
    assert officer.get("/api/v1/cases?q=%25").json()["total"] == 0, "no wildcards"
    assert officer.get("/api/v1/cases?officer=me&status=open").json()["total"] == 5
    assert officer.get("/api/v1/cases?status=decided").json()["total"] == 0
    assert officer.get("/api/v1/cases?sort=party_name").status_code == 422
    assert officer.get("/api/v1/cases?limit=0").status_code == 422


def test_documents_of_a_case(officer: Client, saved: dict[str, Any]) -> None:
    items = officer.get(f"/api/v1/cases/{saved['id']}/documents").json()["items"]
    files = {one["kind"]: one["files"] for one in items}
    assert set(files) >= {"no_penalty_decision", "reasoning"}
    word = officer.get(files["no_penalty_decision"][0]["href"])
    assert (word.status_code, word.content[:2]) == (200, b"PK")
    text = officer.get(files["reasoning"][0]["href"])
    assert "不予行政处罚" in text.text
    refused = officer.get(f"/api/v1/cases/{saved['id']}/documents/penalty_notice.docx")
    assert (refused.status_code, refused.json()["code"]) == (409, "document_tier")
    assert officer.get(f"/api/v1/cases/{saved['id']}/documents/reasoning.exe").status_code == 404


def test_others_see_nothing_of_it(user_client: Callable[..., Client], officer: Client, saved: dict[str, Any]) -> None:
    elsewhere = user_client("officer", place=Place("市场监管综合执法", "210302"))
    for path in ("", "/history", "/documents", "/documents/reasoning.txt"):
        assert elsewhere.get(f"/api/v1/cases/{saved['id']}{path}").status_code == 404
    assert elsewhere.get("/api/v1/cases").json()["total"] == 0
    assert change(elsewhere, saved, 1).status_code == 404
    made = decide(officer, saved, 1, {"chosen": "no_penalty"}).json()
    assert elsewhere.get(f"/api/v1/decisions/{made['id']}").status_code == 404
    assert elsewhere.request("POST", f"/api/v1/decisions/{made['id']}/replay").status_code == 404
    assert user_client("planner").get("/api/v1/cases").status_code == 403


def test_a_credit_code_has_to_be_one_where_the_party_is_no_person(officer: Client) -> None:
    wrong = officer.request("POST", "/api/v1/cases", json={**ENTRY, "party": {"code": "91210200MA0QC4XG61"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "entry_uscc")
    assert "91210200MA0QC4XG61" in wrong.json()["detail"]


def test_a_code_is_kept_as_it_is_looked_up(officer: Client) -> None:
    wide = officer.request("POST", "/api/v1/cases", json={**ENTRY, "party": {"code": " ９１210200ma0qc4xg62 "}})
    assert wide.json()["party"]["code"] == "91210200MA0QC4XG62"


def test_decisions_are_listed_and_exported_within_the_area(
    user_client: Callable[..., Client], officer: Client, saved: dict[str, Any]
) -> None:
    made = decide(officer, saved, 1, {"chosen": "general", "reason": "理由充分"}).json()
    listed = officer.get("/api/v1/decisions?departs=true&decided_from=2026-01-01").json()
    assert ([one["id"] for one in listed["items"]], listed["total"]) == ([made["id"]], 1)
    assert officer.get("/api/v1/decisions?departs=false").json()["total"] == 0
    assert officer.get("/api/v1/decisions?color=red").status_code == 422
    lines = officer.get("/api/v1/decisions/export").text.splitlines()
    assert [json.loads(line) for line in lines] == [made]
    elsewhere = user_client("officer", place=Place("市场监管综合执法", "210302"))
    assert elsewhere.get("/api/v1/decisions").json()["total"] == 0
    assert elsewhere.get("/api/v1/decisions/export").text == ""
