"""Records, registers and repairs through the interface: versions, keys, refusals with a day, the area, the schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.jsonschema import faults
from tests.service.people import Place
from tests.service.repairdesk.clerks import EXAMPLE
from tests.service.repairdesk.test_importing import FIRST, HEAD, as_csv

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.databases import MakeClient
    from tests.service.people import UserClient

RECORD: dict[str, Any] = {**EXAMPLE, "application": {"promise_made": True}}


def fits(served: FastAPI, name: str, value: object) -> None:
    assert faults(served.openapi(), {"$ref": f"#/components/schemas/{name}"}, value) == []


@pytest.fixture
def clerk(user_client: MakeClient) -> UserClient:
    return user_client("credit_clerk")


@pytest.fixture
def reviewer(user_client: MakeClient) -> UserClient:
    return user_client("credit_reviewer")


def saved(clerk: UserClient) -> Any:  # noqa: ANN401 - JSON
    answer = clerk.post("/api/v1/records", json=RECORD)
    assert answer.status_code == 201, answer.text
    return answer.json()


def move(client: UserClient, repair: Any, name: str, on: str, **facts: Any) -> Any:  # noqa: ANN401 - JSON
    body = {"move": name, "on": on, "facts": facts}
    address = f"/api/v1/repairs/{repair['id']}/moves"
    return client.post(address, json=body, headers={"if-match": f'"{repair["version"]}"'})


def opened(clerk: UserClient) -> Any:  # noqa: ANN401 - JSON
    answer = clerk.post("/api/v1/repairs", json={"record": saved(clerk)["id"]})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_repair_from_record_to_decision(clerk: UserClient, reviewer: UserClient, served: FastAPI) -> None:
    repair = opened(clerk)
    fits(served, "StoredRepair", repair)
    steps: list[tuple[UserClient, str, str, dict[str, Any]]] = [
        (clerk, "receive", "2026-07-13", {"source": "window", "applicant": "甲公司"}),
        (clerk, "accept", "2026-07-15", {"materials_complete": True}),
        (clerk, "verify", "2026-07-20", {"proofs": ["缴款凭证"]}),
        (reviewer, "grant", "2026-07-24", {}),
    ]
    for who, name, on, facts in steps:
        answer = move(who, repair, name, on, **facts)
        assert answer.status_code == 201, answer.text
        repair = answer.json()
    assert (repair["state"], repair["version"]) == ("granted", 4)
    then = clerk.get(f"/api/v1/repairs/{repair['id']}?on=2026-07-16").json()
    assert (then["state"], then["version"]) == ("accepted", 2)
    shown = clerk.get(f"/api/v1/repairs/{repair['id']}/moves").json()
    fits(served, "RepairMoves", shown)
    assert [one["move"] for one in shown["items"]] == ["receive", "accept", "verify", "grant"]
    assert {one["move"] for one in shown["possible"]} >= {"stop_publication", "finish"}
    document = clerk.get(f"/api/v1/repairs/{repair['id']}/documents/repair_grant.docx")
    assert document.status_code == 200
    assert document.content[:2] == b"PK"


def test_a_refused_move_says_why_and_from_when_and_changes_nothing(clerk: UserClient) -> None:
    repair = opened(clerk)
    repair = move(clerk, repair, "receive", "2026-06-01", source="window", applicant="甲").json()
    refused = move(clerk, repair, "accept", "2026-06-02", materials_complete=True)
    assert refused.status_code == 409
    assert "2026-07-11" in refused.json()["detail"]
    assert "RM-03" in refused.json()["detail"]
    assert clerk.get(f"/api/v1/repairs/{repair['id']}").json()["version"] == 1
    assert move(clerk, repair, "grant", "2026-06-02").status_code == 403


def test_versions_and_repeated_requests(clerk: UserClient) -> None:
    repair = opened(clerk)
    address = f"/api/v1/repairs/{repair['id']}/moves"
    body = {"move": "notify", "on": "2026-04-16", "facts": {"served_on": "2026-04-16"}}
    assert clerk.post(address, json=body).status_code == 428
    headers = {"if-match": '"0"', "idempotency-key": "k-1"}
    first = clerk.post(address, json=body, headers=headers)
    assert first.status_code == 201
    assert clerk.post(address, json=body, headers=headers).json() == first.json()
    assert clerk.post(address, json=body, headers={"if-match": '"0"'}).status_code == 412


def test_lists_narrow_sort_and_stay_within_the_area(
    clerk: UserClient, user_client: MakeClient, served: FastAPI
) -> None:
    repair = opened(clerk)
    fits(served, "Repairs", clerk.get("/api/v1/repairs").json())
    fits(served, "CreditRecords", clerk.get("/api/v1/records").json())
    assert clerk.get("/api/v1/repairs?open=true&state=known").json()["total"] == 1
    assert clerk.get("/api/v1/repairs?open=false").json()["total"] == 0
    assert clerk.get("/api/v1/records?outcome=AUTO_ENDED").json()["total"] == 0
    assert clerk.get("/api/v1/repairs?sort=nothing").status_code == 422
    elsewhere = user_client("credit_clerk", place=Place("elsewhere"))
    assert elsewhere.get("/api/v1/repairs").json()["total"] == 0
    assert elsewhere.get(f"/api/v1/repairs/{repair['id']}").status_code == 404


def test_a_register_is_read_looked_at_and_applied(clerk: UserClient, served: FastAPI) -> None:
    data = as_csv(HEAD, FIRST, (*FIRST[:3], "约谈", *FIRST[4:]))
    read = clerk.post(
        "/api/v1/registers?name=r.csv", content=data, headers={"content-type": "application/octet-stream"}
    )
    assert read.status_code == 201, read.text
    one = read.json()
    fits(served, "RegisterImport", one)
    assert (one["figures"]["new"], one["figures"]["problems"]) == (1, 1)
    book = clerk.get(f"/api/v1/registers/{one['id']}/workbook")
    assert book.content[:2] == b"PK"
    done = clerk.post(f"/api/v1/registers/{one['id']}/application", headers={"if-match": '"1"'})
    assert done.json()["status"] == "applied"
    assert clerk.get("/api/v1/records").json()["total"] == 1
    assert clerk.request("DELETE", f"/api/v1/registers/{one['id']}", headers={"if-match": '"2"'}).status_code == 409


def test_figures_reminders_and_a_scan(clerk: UserClient, served: FastAPI) -> None:
    opened(clerk)
    period = "from=2026-01-01&until=2026-12-31"
    found = clerk.get(f"/api/v1/repairs/figures?{period}").json()
    fits(served, "RepairFigures", found)
    assert {one["id"] for one in found["items"]} >= {"timely", "served_together", "beyond_maximum"}
    parts = clerk.get(f"/api/v1/repairs/figures/served_together?{period}").json()
    assert len(parts["cases"]["missed"]) == 1
    assert clerk.get(f"/api/v1/repairs/figures/none?{period}").status_code == 404
    assert clerk.get("/api/v1/repairs/figures?from=2026-02-01&until=2026-01-01").status_code == 422
    fits(served, "RepairReminders", clerk.get("/api/v1/repairs/reminders?on=2026-07-01").json())
    lines = "\n".join([json.dumps(RECORD, ensure_ascii=False), "{", json.dumps(RECORD)]).encode()
    answers = clerk.post("/api/v1/repairs/scan?on=2026-07-10", content=lines)
    rows = [json.loads(line) for line in answers.content.splitlines()]
    assert [row.get("outcome") or row["status"] for row in rows] == ["TOO_EARLY", 422, "TOO_EARLY"]


def test_a_natural_person_is_masked_until_somebody_says_why(clerk: UserClient) -> None:
    person = {**RECORD, "party": {"kind": "individual", "name": "王小明", "uscc": "210202199001011234"}}
    record = clerk.post("/api/v1/records", json=person).json()
    assert record["document"]["party"]["name"] == "王**"
    assert clerk.post(f"/api/v1/records/{record['id']}/unmasking", json={"reason": " "}).status_code == 422
    shown = clerk.post(f"/api/v1/records/{record['id']}/unmasking", json={"reason": "核对送达地址"}).json()
    assert shown["document"]["party"]["name"] == "王小明"
