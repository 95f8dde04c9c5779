"""Jobs and the audit trail through the interface and the pages: one's own, those of the area, nobody else's."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from service.access.accounts import User
from service.access.identity import actor_of
from service.audit.chain import digest_of
from service.db.database import Database
from service.db.tables.audit import AuditRow
from service.jobs import registry
from service.jobs.queue import start
from service.jobs.run import Run
from service.jobs.worker import run_all
from tests.service.people import Place, UserClient, make_user

if TYPE_CHECKING:
    from service.work import Works

Begin = Callable[..., str]


def _handler(run: Run) -> object:
    if run.payload.get("fail"):
        raise ValueError("broken inside")
    digest = run.files.put("内容".encode())
    files = [{"name": "结果.txt", "digest": digest, "media_type": "text/plain"}]
    return {"files": files, "link": {"href": "/", "label": "查看结果"}}


@pytest.fixture
def begin(served: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Start a job of the kind `test.it` as a user."""
    monkeypatch.setitem(registry._kinds, "test.it", registry.Kind("test.it", "测试任务", 3, _handler))
    works: Works = served.state.works

    def go(user: User, **payload: object) -> str:
        with works.database.read() as session:
            actor = actor_of(session, user)
        with works.writing(actor) as work:
            return start(work, "test.it", payload, subject="第一份")

    return go


def test_a_user_sees_his_job_its_result_and_its_file(served: FastAPI, database: Database, begin: Begin) -> None:
    user = make_user(database, "inspector")
    client = UserClient(served, database, user)
    job = begin(user)
    assert client.get(f"/api/v1/jobs/{job}").json()["state"] == "queued"
    run_all(served.state.works)
    found = client.get(f"/api/v1/jobs/{job}").json()
    assert (found["state"], found["progress"]["percent"]) == ("done", 100)
    file = client.get(found["files"][0]["href"])
    assert file.text == "内容"
    assert "%E7%BB%93%E6%9E%9C.txt" in file.headers["content-disposition"]
    assert client.get(f"/api/v1/jobs/{job}/files/2").status_code == 404
    assert [one["id"] for one in client.get("/api/v1/jobs?owner=me").json()["items"]] == [job]
    page = client.get(f"/jobs/{job}").text
    assert "查看结果" in page
    assert "结果.txt" in page
    assert job in client.get("/jobs").text


def test_jobs_of_others_need_the_right_and_the_area(served: FastAPI, database: Database, begin: Begin) -> None:
    job = begin(make_user(database, "planner"))

    def sees(*roles: str, place: Place | None = None) -> int:
        other = UserClient(served, database, make_user(database, *roles, place=place))
        return other.get(f"/api/v1/jobs/{job}").status_code

    assert sees("officer") == 200
    assert sees("officer", place=Place(region="110000")) == 404
    assert sees("statistician") == 404
    assert sees("system_admin") == 200


def test_a_file_goes_to_the_starter_alone(served: FastAPI, database: Database, begin: Begin) -> None:
    job = begin(make_user(database, "planner"))
    run_all(served.state.works)
    colleague = UserClient(served, database, make_user(database, "planner"))
    assert colleague.get(f"/api/v1/jobs/{job}/files/1").status_code == 404
    assert "结果.txt" not in colleague.get(f"/jobs/{job}").text


def test_cancel_and_retry(served: FastAPI, database: Database, begin: Begin) -> None:
    user = make_user(database, "officer")
    client = UserClient(served, database, user)
    job = begin(user, fail=True)
    assert client.request("POST", f"/api/v1/jobs/{job}/retry").json()["code"] == "job_not_retryable"
    assert client.request("POST", f"/api/v1/jobs/{job}/cancel").json()["state"] == "cancelled"
    assert client.request("POST", f"/api/v1/jobs/{job}/cancel").status_code == 409
    assert run_all(served.state.works) == 0
    assert client.request("POST", f"/api/v1/jobs/{job}/retry").json()["state"] == "queued"
    run_all(served.state.works)
    found = client.get(f"/api/v1/jobs/{job}").json()
    assert (found["state"], found["error"]["code"]) == ("failed", "job_fault")
    assert "重试" in client.get(f"/jobs/{job}").text


def test_somebody_else_may_not_cancel(served: FastAPI, database: Database, begin: Begin) -> None:
    job = begin(make_user(database, "planner"))
    officer = UserClient(served, database, make_user(database, "officer"))
    assert officer.request("POST", f"/api/v1/jobs/{job}/cancel").status_code == 404
    clerk = UserClient(served, database, make_user(database, "credit_clerk"))
    assert clerk.request("POST", f"/api/v1/jobs/{job}/cancel").status_code == 200


@pytest.fixture
def auditor(served: FastAPI, database: Database) -> UserClient:
    return UserClient(served, database, make_user(database, "audit_admin"))


def test_the_trail_is_searched_exported_and_checked(
    served: FastAPI, database: Database, auditor: UserClient, begin: Begin
) -> None:
    job = begin(make_user(database, "planner"))
    run_all(served.state.works)
    found = auditor.get(f"/api/v1/audit/events?subject={job}").json()
    assert [one["kind"] for one in found["items"]] == ["job.ended", "job.started"]
    assert auditor.get("/api/v1/audit/events/1").json()["title"] == "发起后台任务"
    assert auditor.get("/api/v1/audit/events/999").status_code == 404
    lines = [json.loads(line) for line in auditor.get("/api/v1/audit/export").text.splitlines()]
    assert [one["seq"] for one in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        row = AuditRow(**{key: value for key, value in line.items() if key != "title"})
        assert digest_of(row) == line["digest"]
    assert auditor.get("/api/v1/audit/events?kind=audit.exported").json()["total"] == 1
    started = auditor.request("POST", "/api/v1/audit/checks")
    assert started.status_code == 202
    run_all(served.state.works)
    assert auditor.get(started.headers["location"]).json()["result"]["events"] > len(lines)


def test_the_pages_of_the_trail(database: Database, auditor: UserClient, begin: Begin) -> None:
    job = begin(make_user(database, "planner"))
    assert job in auditor.get(f"/keeper/audit?subject={job}&first=2020-01-01&last=2099-01-01").text
    assert job not in auditor.get("/keeper/audit?last=2020-01-01").text
    assert auditor.get("/keeper/audit?first=no&last=9999-12-31").status_code == 200
    assert job in auditor.get("/keeper/audit/1").text
    for number in ("0", "x", "99999999999999999999"):
        assert auditor.get(f"/keeper/audit/{number}", headers={"accept": "text/html"}).status_code == 404
    assert auditor.get("/keeper/audit/export?kind=job.started&first=x").text.count("\n") == 1
    sent = auditor.request("POST", "/keeper/audit/checks")
    assert sent.headers["location"].startswith("/jobs/")


@pytest.mark.parametrize("role", ["officer", "system_admin", "security_admin"])
def test_nobody_else_sees_the_trail(served: FastAPI, database: Database, role: str) -> None:
    client = UserClient(served, database, make_user(database, role))
    for path in ("/api/v1/audit/events", "/api/v1/audit/export", "/keeper/audit"):
        assert client.get(path).status_code == 403
