"""The interface of classes: who may read, run and decide, and that nothing of it is for the public."""

from typing import Any

import pytest

from service.jobs.worker import Worker
from service.work import Works
from tests.databases import MakeClient, MakeWork
from tests.service.classes.filling import columns, data, two_months

BASE = "/api/v1/classes"
REASON = "经核实停业六个月以上，无人值守"


@pytest.fixture
def ids(work: MakeWork) -> list[str]:
    with work() as one:
        return [row.id for row in two_months(one)]


def body(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {"class": "C", "reason": REASON, "until": "2026-12-20", **changes}


def test_months_enterprises_movers_and_warnings(user_client: MakeClient, ids: list[str]) -> None:
    planner = user_client("planner")
    months = planner.get(f"{BASE}/months").json()["items"]
    assert [one["id"] for one in months] == ids[::-1]
    newest = f"{BASE}/months/{ids[1]}"
    assert planner.get(newest).json()["rows"] == 120
    worst = planner.get(f"{newest}/enterprises", params={"class": "D", "limit": 3}).json()
    assert [row["class"] for row in worst["items"]] == ["D"] * 3
    assert worst["total"] == months[0]["counts"]["D"]
    scores = [row["score"] for row in planner.get(f"{newest}/enterprises").json()["items"]]
    assert scores == sorted(scores, reverse=True)
    moved = planner.get(f"{newest}/movers", params={"class_to": "D"}).json()
    assert moved["total"] == len(moved["items"]) >= 5
    assert planner.get(f"{BASE}/months/{ids[0]}/movers").json()["total"] == 0
    assert planner.get(f"{newest}/warnings", params={"sign": "E5"}).json()["total"] >= 6
    assert planner.get(f"{newest}/enterprises", params={"limit": 0}).status_code == 422
    assert planner.get(f"{BASE}/months/month-0").json()["code"] == "class_month_unknown"


def test_an_enterprise_with_every_indicator(user_client: MakeClient, ids: list[str]) -> None:
    code = columns()["uscc"][0]
    found = user_client("plan_approver").get(f"{BASE}/enterprises/{code}").json()
    assert found["month"]["id"] == ids[1]
    assert len(found["indicators"]) == 68
    points = sum(one["points"] for one in found["indicators"])
    assert points == found["history"][0]["score"]
    assert user_client("planner").get(f"{BASE}/enterprises/none").status_code == 404


def test_upload_run_and_read(user_client: MakeClient, served: Any, works: Works) -> None:  # noqa: ANN401 - FastAPI
    clerk = user_client("credit_clerk")
    sent = clerk.request("POST", f"{BASE}/columns", content=data(columns()))
    assert (sent.status_code, sent.json()["rows"]) == (201, 120)
    assert clerk.request("POST", f"{BASE}/columns", content=b"PK").json()["code"] == "table_no_parquet"
    wish = {"columns": sent.json()["columns"], "on": "2026-11-20"}
    started = clerk.post(f"{BASE}/months", json=wish)
    assert started.status_code == 202
    assert Worker(served.state.works).run_one()
    del works
    assert clerk.get(started.headers["location"]).json()["state"] == "done"
    assert clerk.get(f"{BASE}/months").json()["items"][0]["month"] == "2026-11"
    assert clerk.post(f"{BASE}/months", json={**wish, "on": "2999-01-01"}).json()["code"] == "class_month_future"
    assert clerk.post(f"{BASE}/months", json={**wish, "columns": "sha256:" + "0" * 64}).status_code == 409
    assert clerk.post(f"{BASE}/months", json={"on": "2026-11-20", "x": 1}).status_code == 422


class TestOverrides:
    def harmless(self, client: Any, month: str) -> str:  # noqa: ANN401 - a client
        found = client.get(f"{BASE}/months/{month}/enterprises", params={"class": "A", "limit": 1}).json()
        return str(found["items"][0]["uscc"])

    def test_a_reviewer_decides_and_ends(self, user_client: MakeClient, ids: list[str]) -> None:
        reviewer = user_client("credit_reviewer")
        code = self.harmless(reviewer, ids[1])
        here = f"{BASE}/enterprises/{code}/overrides"
        made = reviewer.post(here, json=body())
        assert (made.status_code, made.json()["class_by_scheme"]) == (201, "A")
        assert reviewer.get(f"{BASE}/enterprises/{code}").json()["class_now"] == "C"
        assert reviewer.post(here, json=body()).json()["code"] == "class_override_meets"
        assert [one["uscc"] for one in reviewer.get(f"{BASE}/overrides").json()["items"]] == [code]
        end = f"{BASE}/overrides/{made.json()['id']}/end"
        assert reviewer.post(end).status_code == 428
        ended = reviewer.post(end, headers={"if-match": made.headers["etag"]})
        assert (ended.status_code, ended.json()["holds"]) == (200, False)
        assert reviewer.get(f"{BASE}/enterprises/{code}").json()["class_now"] == "A"

    def test_the_same_key_decides_once(self, user_client: MakeClient, ids: list[str]) -> None:
        reviewer = user_client("credit_reviewer")
        here = f"{BASE}/enterprises/{self.harmless(reviewer, ids[1])}/overrides"
        key = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
        first, again = (reviewer.post(here, json=body(), headers=key) for _ in range(2))
        assert first.json() == again.json()
        assert (
            reviewer.post(here, json=body(reason=REASON + "。"), headers=key).json()["code"] == "idempotency_key_reused"
        )

    def test_what_is_wrong_is_named(self, user_client: MakeClient, ids: list[str]) -> None:
        reviewer = user_client("credit_reviewer")
        here = f"{BASE}/enterprises/{self.harmless(reviewer, ids[1])}/overrides"
        for changes, pointer in WRONG:
            answer = reviewer.post(here, json=body(**changes))
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), changes


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"reason": "短"}, "/reason"),
    ({"class": "Z"}, "/class"),
    ({"class": "A"}, "/class"),
    ({"until": "2026-13-01"}, "/until"),
    ({"until": "2028-01-01"}, "/until"),
    ({"until": 5}, "/until"),
    ({"more": "x"}, "/more"),
]


def test_classes_are_for_those_who_plan(user_client: MakeClient, ids: list[str]) -> None:
    for role in ("officer", "inspector", "statistician", "system_admin", "audit_admin"):
        client = user_client(role)
        for path in ("months", f"months/{ids[0]}", "overrides", f"enterprises/{columns()['uscc'][0]}"):
            assert client.get(f"{BASE}/{path}").status_code == 403, role


def test_no_public_page_and_no_audit_event_carries_a_class(user_client: MakeClient, ids: list[str]) -> None:
    """Somebody without a login, and the keeper of the audit trail, learn nothing of a class."""
    reviewer = user_client("credit_reviewer")
    code = TestOverrides().harmless(reviewer, ids[1])
    reviewer.post(f"{BASE}/enterprises/{code}/overrides", json=body())
    events = user_client("audit_admin").get("/api/v1/audit/events").json()["items"]
    told = [one for one in events if one["kind"].startswith("class.")]
    assert {one["kind"] for one in told} == {"class.month_kept", "class.override_set"}
    for one in told:
        assert not {"class", "decided", "score", "counts", "reason"} & set(one["detail"])
    nobody = user_client()
    nobody.cookies.clear()
    for path in ("/planner/classes", f"/planner/classes/enterprises/{code}", f"{BASE}/months"):
        answer = nobody.get(path)
        assert answer.status_code in {303, 401}
        assert code not in answer.text
