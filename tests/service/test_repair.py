"""``xinheng repair check`` and ``POST /api/v1/repairs/check``: one document in, one answer out."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from credit.labels import OUTCOMES
from kernel.errors import CatalogueError
from rules.load import link
from service.api.describe_repair import EXAMPLE_ANSWER, EXAMPLE_REQUEST
from service.cli.repair import answer_lines
from service.engine import Engine
from service.repairs import Repairs
from tests.credit.casefiles import all_cases
from tests.service.asgi import Client
from tests.service.conftest import Run
from tests.service.jsonschema import faults

RECORD: dict[str, Any] = EXAMPLE_REQUEST["record"]
PATH = "/api/v1/repairs/check"
KEYS = {
    "outcome", "regime", "class", "class_why", "earliest_on", "ends_on", "boundary_days", "conditions", "missing",
    "questions", "next_steps", "clocks", "rules", "confidence", "trace",
}  # fmt: skip


@pytest.fixture(scope="module")
def repairs(engine: Engine) -> Repairs:
    return Repairs(engine.release)


@pytest.fixture
def kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.repair.load", lambda: engine.release)


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(RECORD), "utf-8")
    return path


def _post(client: Client, body: object, **headers: str) -> Any:  # noqa: ANN401 - a response of httpx
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.request("POST", PATH, content=content, headers={"content-type": "application/json", **headers})


@pytest.mark.usefixtures("kept")
class TestCommand:
    def test_json_is_the_answer_and_nothing_else(self, run: Run, record_file: Path) -> None:
        done = run("repair", "check", str(record_file), "--on", "2026-07-11", "--json")
        assert done.code == 0
        answer = done.json()
        assert set(answer) >= KEYS
        assert (answer["outcome"], answer["earliest_on"], answer["ends_on"]) == ("ELIGIBLE", "2026-07-11", "2027-04-10")

    def test_words_for_a_clerk(self, run: Run, record_file: Path) -> None:
        out = run("repair", "check", str(record_file), "--on", "2026-07-10").out
        for words in ("结论：期限未到", "2026-07-11", "SAMR107", "✓ 决定书确定的义务已经履行完毕", "✗", "还差 1 天"):
            assert words in out

    def test_today_is_taken_without_a_day(self, run: Run, record_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("service.clock.today", lambda: __import__("datetime").date(2026, 6, 1))
        assert run("repair", "check", str(record_file), "--json").json()["on"] == "2026-06-01"

    def test_standard_input(self, run: Run) -> None:
        done = run("repair", "check", "-", "--on", "2026-07-11", "--json", stdin=json.dumps(RECORD))
        assert done.json()["outcome"] == "ELIGIBLE"

    def test_bad_data_is_3_with_every_place(self, run: Run) -> None:
        bad = json.dumps({"kind": "x", "decision": {"decided_on": "2026-02-30"}})
        done = run("repair", "check", "-", "--json", stdin=bad)
        assert done.code == 3
        assert {one["pointer"] for one in done.json()["errors"]} == {"/kind", "/decision/decided_on"}
        said = run("repair", "check", "-", stdin=bad)
        assert (said.code, said.out) == (3, "")
        assert "/decision/decided_on" in said.err

    @pytest.mark.parametrize("data", ["", "{", "[]", '{"kind": "penalty", "kind": "other"}', b"\xff"])
    def test_what_is_no_record_is_3(self, run: Run, data: str | bytes) -> None:
        assert run("repair", "check", "-", "--json", stdin=data).code == 3

    def test_a_wrong_day_is_2(self, run: Run, record_file: Path) -> None:
        assert run("repair", "check", str(record_file), "--on", "2026-02-30").code == 2

    def test_a_file_that_is_not_there_is_2(self, run: Run) -> None:
        assert run("repair", "check", "nowhere.json").code == 2


class TestInterface:
    def test_the_same_answer_as_the_command(self, client: Client, repairs: Repairs) -> None:
        answer = _post(client, EXAMPLE_REQUEST)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == repairs.check_request(EXAMPLE_REQUEST)

    def test_the_example_is_true(self, repairs: Repairs) -> None:
        told = {**repairs.check_request(EXAMPLE_REQUEST), "catalogue": EXAMPLE_ANSWER["catalogue"]}
        assert told == EXAMPLE_ANSWER

    @pytest.mark.parametrize(
        ("body", "errors"),
        [
            ([], {"": "repair_request_not_object"}),
            ({}, {"/record": "repair_request_record_missing"}),
            ({"record": RECORD, "on": "2026-7-1"}, {"/on": "record_day"}),
            ({"record": RECORD, "day": "2026-07-01"}, {"/day": "record_unknown_key"}),
            ({"record": None}, {"/record": "record_not_object_repair"}),
            ({"record": {"kind": "penalty", "x": 1}}, {"/record/x": "record_unknown_key"}),
        ],
        ids=str,
    )
    def test_mistakes_have_their_place(self, client: Client, body: object, errors: dict[str, str]) -> None:
        answer = _post(client, body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert {one["pointer"]: one["code"] for one in answer.json()["errors"]} == errors

    def test_other_types_and_methods_are_refused(self, client: Client) -> None:
        assert _post(client, EXAMPLE_REQUEST, **{"content-type": "text/plain"}).status_code == 415
        assert client.request("PUT", PATH).status_code == 405

    def test_every_answer_fits_its_schema(self, app: FastAPI, repairs: Repairs) -> None:
        document = app.openapi()
        schema = {"$ref": "#/components/schemas/RepairAnswer"}
        request = {"$ref": "#/components/schemas/RepairRequest"}
        for case in all_cases():
            asked = {"record": case.record, "on": case.on.isoformat()}
            assert faults(document, request, asked) == [], str(case)
            assert faults(document, schema, repairs.check_request(asked)) == [], str(case)

    def test_a_catalogue_without_repair_says_so_only_when_asked(self) -> None:
        repairs = Repairs(link({"facts/01.yaml": {"group": "g", "title": "组", "facts": []}}))
        with pytest.raises(CatalogueError):
            repairs.check_request(EXAMPLE_REQUEST)


def test_every_case_can_be_told_in_words(repairs: Repairs) -> None:
    for case in all_cases():
        lines = list(answer_lines(repairs.check(case.record, case.on)))
        assert lines[0].startswith("结论：")
        assert any(words in lines[0] for words in OUTCOMES.values())
