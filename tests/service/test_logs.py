"""One line a request, whole and without anything secret; requests by way of a proxy."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from service import logs
from tests.databases import MakeClient
from tests.service.asgi import Client
from tests.service.conftest import CASE


class Lines:
    """What was written so far."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream

    def read(self) -> list[dict[str, Any]]:
        self._stream.flush()
        made = self._stream.buffer
        assert isinstance(made, io.BytesIO)
        return [json.loads(line) for line in made.getvalue().splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.read() if line["event"] == "request"]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    logs.configure(stream)
    yield Lines(stream)
    root.handlers[:] = before
    root.setLevel(level)
    logs._lines.clear()


def test_every_request_has_one_line(client: Client, lines: Lines) -> None:
    answer = client.check(CASE)
    (line,) = lines.requests()
    wanted = {"method": "POST", "route": "/api/v1/cases/check", "status": 200, "user": None, "problem": None}
    assert wanted.items() <= line.items()
    assert line["id"] == answer.headers["x-request-id"]
    assert line["bytes"] == len(answer.content)
    assert line["ms"] > 0
    assert line["at"].endswith("+08:00")


def test_a_refusal_tells_its_code(client: Client, lines: Lines) -> None:
    client.get("/api/v1/cases")
    client.get("/no/such/page")
    assert [(one["status"], one["problem"], one["route"]) for one in lines.requests()] == [
        (401, "login_required", "/api/v1/cases"),
        (404, "not_found", "unmatched"),
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_line_says_who_and_nothing_secret(user_client: MakeClient, lines: Lines) -> None:
    officer = user_client("officer")
    party = {"name": "张三丰", "code": "91210200MA0QC4XG62"}
    document = {key: value for key, value in CASE.items() if key != "list_items"}
    officer.post("/api/v1/cases?token=geheim", json={"number": "1", "party": party, "document": document})
    officer.get("/api/v1/cases?q=张三丰")
    officer.request("POST", "/login", data={"login": "somebody", "password": "geheim"})
    text = json.dumps(lines.read(), ensure_ascii=False)
    assert officer.user.id in text
    for secret in ("张三丰", "91210200MA0QC4XG62", "geheim", officer.secret, officer.form_key):
        assert secret not in text


def test_a_fault_of_ours_is_one_entry_with_its_trace(
    app: FastAPI, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken inside")

    monkeypatch.setattr(app.state.repairs, "check_request", broken, raising=False)
    answer = Client(app).request("POST", "/api/v1/repairs/check", json={})
    assert answer.status_code == 500
    assert "broken inside" not in answer.text
    (entry,) = [line for line in lines.read() if line.get("level") == "error"]
    assert "RuntimeError: broken inside" in entry["exception"]
    assert answer.headers["x-request-id"] in entry["event"]


def test_nothing_is_written_before_the_process_is_set_up(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    client.get("/healthz")
    assert capsys.readouterr().err == ""
    assert sys.stderr
