"""The interface of catalogue releases: the same rules as the pages, with versions."""

from typing import Any

import pytest

from service.access.permissions import Permission
from tests.databases import MakeClient
from tests.service.releases.test_drafts import FILES

BASE = "/api/v1/releases"


@pytest.fixture(autouse=True)
def _without_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.releases.report.check_release", lambda *_args, **_options: [])


def tag(answer: Any) -> dict[str, str]:  # noqa: ANN401 - a response of httpx
    return {"if-match": answer.headers["etag"]}


def test_from_draft_to_publication(user_client: MakeClient) -> None:
    editor, reviewer = user_client("catalogue_editor"), user_client("catalogue_approver")
    made = editor.post(f"{BASE}/drafts", json={"title": "清单"})
    assert made.status_code == 201
    here = made.headers["location"]
    assert editor.request("PATCH", f"{here}/files", json=FILES).status_code == 428
    changed = editor.request("PATCH", f"{here}/files", json=FILES, headers=tag(made))
    assert sorted(changed.json()["files"]) == sorted(FILES)
    assert editor.request("PATCH", f"{here}/files", json=FILES, headers=tag(made)).status_code == 412
    found = editor.post(f"{here}/check")
    assert found.json()["report"]["faults"] == []
    submitted = editor.post(f"{here}/submit", headers=tag(found))
    assert submitted.json()["state"] == "submitted"
    review = here.replace("/drafts/", "/reviews/")
    assert editor.post(f"{review}/publish", headers=tag(submitted)).status_code == 403
    published = reviewer.post(f"{review}/publish", headers=tag(reviewer.get(review)))
    assert published.json()["seq"] == 1
    assert [one["seq"] for one in editor.get(BASE).json()["items"]] == [1]
    assert [one["state"] for one in editor.get(f"{BASE}/drafts").json()["items"]] == ["published"]


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{", b'{"title": 1}', b'{"title": "a", "more": "b"}', b'{"title": null}', b'{"title": "  "}', b"{}"],
)
def test_a_body_that_is_wrong_is_named(user_client: MakeClient, body: bytes) -> None:
    editor = user_client("catalogue_editor")
    answer = editor.post(f"{BASE}/drafts", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_only_the_named_rights_let_in(user_client: MakeClient) -> None:
    officer = user_client("officer")
    assert officer.get(BASE).status_code == 200
    answer = officer.get(f"{BASE}/drafts")
    assert answer.status_code == 403
    assert Permission.CATALOGUE_EDIT.label in answer.json()["detail"]
