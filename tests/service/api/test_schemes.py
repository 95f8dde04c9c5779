"""The interface of schemes: the same rules as the pages, with versions."""

from typing import Any

import pytest

from tests.databases import MakeClient
from tests.service.schemes.test_schemes import TEXT

BASE = "/api/v1/schemes"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.schemes.effect.TRIED_ON", 200)


def tag(answer: Any) -> dict[str, str]:  # noqa: ANN401 - a response of httpx
    return {"if-match": answer.headers["etag"]}


def test_from_draft_to_being_in_force(user_client: MakeClient) -> None:
    editor, reviewer = user_client("credit_clerk"), user_client("credit_reviewer")
    made = editor.post(f"{BASE}/drafts", json={"text": TEXT})
    assert made.status_code == 201
    here = made.headers["location"]
    tried = editor.post(f"{here}/try", headers=tag(made))
    assert tried.json()["report"]["tried_on"] == 200
    assert editor.post(f"{here}/submit").status_code == 428
    submitted = editor.post(f"{here}/submit", headers=tag(tried))
    assert editor.post(f"{here}/submit", headers=tag(tried)).status_code == 412
    assert editor.post(f"{here}/publish", headers=tag(submitted)).status_code == 403
    assert reviewer.post(f"{here}/publish", headers=tag(submitted)).json()["state"] == "published"
    versions = {one["scheme"]: one["version"] for one in reviewer.get(BASE).json()["items"]}
    assert versions["default"] == "2027.01-1"


@pytest.mark.parametrize("body", [b"[]", b'{"text": 1}', b'{"text": "id: ["}', b'{"text": "a", "b": "c"}', b"{}"])
def test_a_body_that_is_wrong_is_named(user_client: MakeClient, body: bytes) -> None:
    editor = user_client("credit_clerk")
    answer = editor.post(f"{BASE}/drafts", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
