"""The description of the interface: committed, true, and complete with examples."""

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI

from rules.caseinput import KEYS
from rules.history import RECORD_KEYS
from service.api import openapi
from service.engine import Engine
from tests.conftest import ROOT
from tests.service.asgi import Client
from tests.service.conftest import CASE
from tests.service.jsonschema import faults

SNAPSHOT = ROOT / "docs/reference/openapi.json"
REFERENCE = ROOT / "docs/reference/api.md"


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def _contents(document: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    """Every example of a body or an answer, with its schema."""
    found = []
    for _, _, operation in _operations(document):
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in holder.get("content", {}).values():
                found += [(content["schema"], one["value"]) for one in content.get("examples", {}).values()]
    return found


def test_the_committed_document_is_up_to_date(document: dict[str, Any]) -> None:
    assert SNAPSHOT.read_text("utf-8") == openapi.text(document), f"run python -m service.api.openapi {SNAPSHOT}"


def test_it_is_served(client: Client, document: dict[str, Any]) -> None:
    assert client.get("/api/v1/openapi.json").json() == document


def test_only_ours_is_described(document: dict[str, Any]) -> None:
    paths = set(document["paths"])
    assert paths >= {"/api/v1/cases/check", "/api/v1/rules", "/api/v1/rules/{id}", "/api/v1/facts"}
    assert all(path.startswith("/api/v1/") or path in {"/healthz", "/readyz", "/metrics"} for path in paths)


def test_every_reference_has_its_schema(document: dict[str, Any]) -> None:
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named <= set(document["components"]["schemas"])


def test_every_operation_has_chinese_words(document: dict[str, Any]) -> None:
    for path, method, one in _operations(document):
        assert re.search(r"[\u4e00-\u9fff]", one["summary"]), (path, method)


def test_success_and_every_error_of_a_check_have_examples(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/cases/check"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["examples"]
    assert set(operation["responses"]) == {"200", "413", "415", "422", "500"}
    for answer in operation["responses"].values():
        (content,) = answer["content"].values()
        assert content["examples"]


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    contents = _contents(document)
    assert len(contents) > 8
    for schema, value in contents:
        assert faults(document, schema, value) == []


def test_the_example_case_is_answered_as_its_example_says(document: dict[str, Any], engine: Engine) -> None:
    content = document["paths"]["/api/v1/cases/check"]["post"]
    (request, *_) = content["requestBody"]["content"]["application/json"]["examples"].values()
    (answer,) = content["responses"]["200"]["content"]["application/json"]["examples"].values()
    decision: Any = engine.check(request["value"])
    for name in ("decided_for", "result", "penalty"):
        told = {key: value for key, value in decision[name].items() if key in answer["value"][name]}
        assert told == answer["value"][name], "the law has changed: make service/api/examples/decision.json anew"


def test_the_case_schema_knows_every_key(document: dict[str, Any], engine: Engine) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["Case"]["properties"]) == set(KEYS)
    assert set(schemas["Record"]["properties"]) == set(RECORD_KEYS)
    assert set(schemas["Facts"]["properties"]) == {fact.name for fact in engine.release.vocabulary}


class TestAnswersFitTheirSchemas:
    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"violation": None},
            {"list_items": None},
            {"facts": {}},
            {"history": [{"record_id": "r-1", "decided_on": "2025-01-01"}]},
        ],
        ids=str,
    )
    def test_a_decision(self, client: Client, document: dict[str, Any], change: dict[str, Any]) -> None:
        answer = client.check({**CASE, **change})
        assert answer.status_code == 200
        assert faults(document, {"$ref": "#/components/schemas/Decision"}, answer.json()) == []

    def test_the_decision_of_every_violation(self, document: dict[str, Any], engine: Engine) -> None:
        for violation in engine.release.violations:
            decision = engine.check({"jurisdiction": "210200", "violation": violation})
            assert faults(document, {"$ref": "#/components/schemas/Decision"}, decision) == [], violation

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("/api/v1/rules?limit=200", "Rows"),
            ("/api/v1/rules?q=食品", "Rows"),
            ("/api/v1/violations?limit=200", "Rows"),
            ("/api/v1/rules/MR-N05", "Entry"),
            ("/api/v1/facts", "FactTable"),
        ],
    )
    def test_the_catalogue(self, client: Client, document: dict[str, Any], path: str, name: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200
        assert faults(document, {"$ref": f"#/components/schemas/{name}"}, answer.json()) == []

    def test_a_problem(self, client: Client, document: dict[str, Any]) -> None:
        for answer in (client.get("/api/v1/none"), client.check(b"{"), client.get("/api/v1/rules?limit=x")):
            assert faults(document, {"$ref": "#/components/schemas/Problem"}, answer.json()) == []


def test_the_schema_finds_what_is_wrong(document: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Case"}
    assert faults(document, schema, {"jurisdiction": "210200", "facts": {"party_age": 13, "x": 1}}) != []
    assert faults(document, schema, {"jurisdiction": 210200}) != []
    assert faults(document, schema, {}) != []


class TestPage:
    def test_it_shows_every_address(self, client: Client, document: dict[str, Any]) -> None:
        page = client.get("/docs")
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        for path, method, one in _operations(document):
            assert f"{method.upper()} {path}" in page.text
            assert one["summary"] in page.text

    def test_it_needs_nothing_from_elsewhere(self, client: Client) -> None:
        text = client.get("/docs").text
        assert "<script" not in text
        assert "http://" not in text.replace("http://127.0.0.1", "")
        assert "https://" not in text
        assert set(re.findall(r'(?:src|href)="(/[^"]*)"', text)) == {"/docs/style.css", "/api/v1/openapi.json", "/"}
        assert client.get("/docs/style.css").headers["content-type"] == "text/css; charset=utf-8"


def test_the_reference_has_a_heading_for_every_address(document: dict[str, Any]) -> None:
    text = REFERENCE.read_text("utf-8")
    for path, method, _ in _operations(document):
        assert re.search(rf"^#+ `{method.upper()} {re.escape(path)}`$", text, re.MULTILINE), path
