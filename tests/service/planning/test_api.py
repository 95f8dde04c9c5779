"""The interface of planning: plans with versions and acts, libraries, tasks, results, figures; no class anywhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service import clock, drawseal
from service.db.database import Database
from service.db.tables.plans import CheckRow, TaskRow
from service.planning import libraries
from tests.databases import MakeClient
from tests.service import people
from tests.service.people import Place, UserClient, make_user
from tests.service.planning.flow import PUBLIC, VISIT, MakeWork, library_files, made_tasks, plan_document, rows

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def at_the_visits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(drawseal, "_COST", 2)
    monkeypatch.setattr(clock, "now", lambda: VISIT)
    monkeypatch.setattr(people, "now", lambda: VISIT)
    yield
    libraries.forget()


def send(client: UserClient, path: str, body: Any, **headers: str) -> httpx.Response:  # noqa: ANN401 - JSON
    return client.post(
        f"/api/v1/{path}", json=body, headers={name.replace("_", "-"): one for name, one in headers.items()}
    )


def put_libraries(client: UserClient, folder: Path) -> None:
    for kind, path in library_files(folder).items():
        answer = client.request("PUT", f"/api/v1/libraries/{kind}?name={path.name}", content=path.read_bytes())
        assert answer.status_code == 200, answer.text


def test_a_plan_goes_its_way(user_client: MakeClient, tmp_path: Path) -> None:
    planner, approver = user_client("planner"), user_client("plan_approver")
    put_libraries(planner, tmp_path)
    assert [one["rows"] for one in planner.get("/api/v1/libraries").json()["items"]] == [4, 40, 7]
    made = send(planner, "plans", plan_document(), Idempotency_Key="k1")
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert send(planner, "plans", plan_document(), Idempotency_Key="k1").json() == made.json()
    path = f"plans/{made.json()['id']}"
    assert planner.get("/api/v1/plans?year=2026&state=draft").json()["total"] == 1
    assert planner.get(f"/api/v1/{path}/report").json()["totals"]["plans"] == 2
    assert send(planner, f"{path}/submit", {}).status_code == 428
    assert send(planner, f"{path}/submit", {}, If_Match='"9"').status_code == 412
    sent = send(planner, f"{path}/submit", {"reasons": {}}, If_Match='"1"')
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    assert send(planner, f"{path}/approve", {}, If_Match='"2"').status_code == 403
    assert send(approver, f"{path}/approve", {"x": 1}, If_Match='"2"').status_code == 422
    assert send(approver, f"{path}/approve", {}, If_Match='"2"').json()["state"] == "approved"
    filed = send(approver, f"{path}/file", {"on": "2026-03-30", "number": "备1号"}, If_Match='"3"')
    assert filed.json()["versions"][0]["filed_on"] == "2026-03-30"
    change = planner.request("PUT", f"/api/v1/{path}", json=plan_document(), headers={"If-Match": '"4"'})
    assert (change.status_code, change.json()["code"]) == (409, "plan_fixed")
    draw = {"entries": ["P1"], "draw_id": "2026-Q4", "title": "抽查", "public": PUBLIC}
    drafted = send(planner, f"{path}/draws", draw)
    assert (drafted.status_code, drafted.json()["state"]) == (201, "draft")
    assert drafted.json()["document"]["annual_plan"]["entries"] == ["P1"]


def test_what_is_wrong_is_named(user_client: MakeClient, tmp_path: Path) -> None:
    planner = user_client("planner")
    wrong = plan_document()
    wrong["entries"][0]["kind"] = "要紧"
    told = send(planner, "plans", wrong)
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/计划/entries/0/kind")
    assert send(planner, "plans", {"titel": 1}).json()["errors"][0]["pointer"] == "/titel"
    data = library_files(tmp_path)["objects"].read_bytes().replace(b",A,", b",E,", 1)
    file = planner.request("PUT", "/api/v1/libraries/objects?name=x.csv", content=data)
    assert "x.csv 第 2 行“信用风险类别”" in file.json()["errors"][0]["detail"]
    assert planner.get("/api/v1/plans/plan-none").status_code == 404


def test_tasks_results_and_figures(
    user_client: MakeClient, served: FastAPI, database: Database, work: MakeWork, tmp_path: Path
) -> None:
    made_tasks(work, tmp_path)
    planner = user_client("planner")
    listed = planner.get("/api/v1/tasks?draw=2026-Q4&department=market").json()
    assert listed["total"] == 4
    assert planner.get("/api/v1/tasks?day_from=2026-12-19").json()["total"] == 0
    assert send(planner, "tasks", {"draw": "2026-Q4"}).json()["code"] == "task_tasks_made"
    check = next(one for one in rows(work, CheckRow) if one.department == "market" and one.people)
    task = planner.get(f"/api/v1/tasks/{check.task_id}").json()
    assert "credit_class" not in str(task)
    assert {one["department"] for one in task["checks"]} == {"market", "fire"}

    account = f"u{check.people[0]}".lower()
    user = make_user(database, "inspector", place=Place("market", "210200"), login=account, department="market")
    inspector = UserClient(served, database, user)
    found = [{"item": item, "code_set": "province-results", "code": "3"} for item in check.items]
    entry = {"checked_on": "2026-12-08", "method": "onsite", "scanned": True, "results": found}
    path = f"checks/{check.id}/results"
    assert send(inspector, path, {**entry, "results": []}, If_Match='"2"').json()["code"] == "result_missing"
    assert send(inspector, path, {**entry, "method": "walk"}, If_Match='"2"').status_code == 422
    assert send(planner, path, entry, If_Match='"2"').status_code == 403
    entered = send(inspector, path, entry, If_Match='"2"', Idempotency_Key="e1")
    assert (entered.status_code, entered.json()["state"]) == (200, "entered")
    back = send(planner, f"checks/{check.id}/review", {"passed": False, "words": "照片不清"}, If_Match='"3"')
    assert back.json()["refusal"] == "照片不清"
    again = send(inspector, path, entry, If_Match='"4"')
    assert again.json()["version"] == 5
    assert send(planner, f"checks/{check.id}/review", {"passed": True}, If_Match='"5"').json()["state"] == "reviewed"
    public = planner.get("/api/v1/inspection-results?year=2026").json()["items"]
    assert {one["检查结果"] for one in public} == {"违反食品药品管理相关规定"}
    figures = {one["name"]: one for one in planner.get("/api/v1/inspection-figures?year=2026").json()["items"]}
    assert (figures["completion"]["part"], figures["completion"]["whole"]) == (1, 8)
    assert len(rows(work, TaskRow)) == 4
