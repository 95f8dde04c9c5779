"""``/api/v1/draws``: the same ceremony through the interface, with versions and keys against sending twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service import clock, drawseal
from supervision.drawrun import Folder
from supervision.verify import verify
from tests.databases import NOW, MakeClient
from tests.service import people
from tests.service.draws.ceremony import DEPARTMENT, DOCUMENT, FILES, NOTARY, REGION, VALUE
from tests.service.jsonschema import faults
from tests.service.people import Place, UserClient

BASE = "/api/v1/draws"
SOURCE = "ssq-2026137"
SECRETS = {"planner": "我们部门的口令 2026", NOTARY: "司法局的另一个口令"}


class Api:
    """A planner and two witnesses as other systems; the clock is the test's."""

    def __init__(self, user_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = NOW
        monkeypatch.setattr(drawseal, "_COST", 2)
        monkeypatch.setattr(clock, "now", lambda: self.at)
        monkeypatch.setattr(people, "now", lambda: self.at)
        self.planner = user_client("planner")
        self.first, self.second = user_client("draw_witness"), user_client("draw_witness")
        self.path = self.tag = ""

    def create(self, **headers: str) -> httpx.Response:
        public = {**DOCUMENT["public"][0], "when": (NOW + timedelta(minutes=5)).isoformat()}
        entry = {"draw_id": "2026-Q4", "title": "第四季度", "department": DEPARTMENT, "region": REGION}
        body = {**entry, "document": {**DOCUMENT, "public": [public]}, "holders": [NOTARY]}
        made = self.planner.post(BASE, json=body, headers=headers)
        self.path, self.tag = made.headers.get("location", self.path), made.headers.get("etag", self.tag)
        return made

    def step(self, who: UserClient, name: str, sent: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        done = who.post(f"{self.path}/{name}", json=sent or {}, headers={"if-match": self.tag, **headers})
        self.tag = done.headers.get("etag", self.tag)
        return done

    def files(self) -> None:
        for name, data in FILES.items():
            done = self.planner.request(
                "PUT", f"{self.path}/files/{name}", content=data, headers={"if-match": self.tag}
            )
            assert done.status_code == 200, done.text
            self.tag = done.headers["etag"]

    def drawn(self) -> None:
        self.create()
        self.files()
        for who, holder in ((self.planner, "planner"), (self.first, NOTARY)):
            sealed = self.step(who, "seal", {"holder": holder, "secret": SECRETS[holder]})
            assert len(sealed.json()["nonce"]) == 64
        assert self.step(self.planner, "commit").status_code == 200
        self.at += timedelta(minutes=10)
        assert self.step(self.first, "event", {"source": SOURCE, "value": VALUE}).json()["events"][0]["value"] is None
        assert self.step(self.second, "confirm", {"source": SOURCE, "value": VALUE}).json()["state"] == "event_known"
        for holder, secret in SECRETS.items():
            assert self.step(self.planner, "open", {"holder": holder, "secret": secret}).status_code == 200
        assert self.step(self.planner, "run").json()["state"] == "drawn"


@pytest.fixture
def api(user_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> Api:
    return Api(user_client, monkeypatch)


def test_from_draft_to_a_publication_that_verifies(api: Api, served: FastAPI) -> None:
    api.drawn()
    seen = api.planner.get(api.path)
    assert "91210200MA" not in seen.text
    assert faults(served.openapi(), {"$ref": "#/components/schemas/Draw"}, seen.json()) == []
    assert api.planner.get(f"{api.path}/files/result.json").status_code == 404
    for name, sent in (("dispatch", {}), ("close", {"tasks_done": "yes"}), ("publish", {})):
        assert api.step(api.planner, name, sent).status_code == 200
    names = [one["name"] for one in api.planner.get(api.path).json()["files"]]
    files = {name: api.planner.get(f"{api.path}/files/{name}").content for name in names}
    assert verify(Folder(files.get)) == []
    page = api.planner.get(f"{BASE}?state=published&q=Q4").json()
    assert (page["total"], page["items"][0]["number"]) == (1, 1)
    assert faults(served.openapi(), {"$ref": "#/components/schemas/DrawPage"}, page) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestRefusals:
    def test_a_change_names_the_version_it_was_made_from(self, api: Api) -> None:
        api.create()
        body = {"holder": "公证处"}
        assert api.planner.post(f"{api.path}/holders", json=body).status_code == 428
        assert api.planner.post(f"{api.path}/holders", json=body, headers={"if-match": '"99"'}).status_code == 412
        assert api.step(api.planner, "holders", body).status_code == 200

    def test_sent_twice_it_is_done_once(self, api: Api) -> None:
        first = api.create(**{"idempotency-key": "a1"})
        again = api.create(**{"idempotency-key": "a1"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["id"] == again.json()["id"]
        assert api.create().status_code == 409

    @pytest.mark.parametrize(
        ("name", "sent", "pointer"),
        [
            ("holders", {}, "/holder"),
            ("holders", {"holder": "a b"}, "/holder"),
            ("holders", {"holder": 7}, "/holder"),
            ("holders", {"holder": "x", "more": "y"}, "/more"),
            ("digest", {"holder": NOTARY, "digest": "7"}, "/digest"),
            ("cancel", {"reason": "event_void"}, "/words"),
        ],
    )
    def test_a_wrong_field_is_named(self, api: Api, name: str, sent: dict[str, Any], pointer: str) -> None:
        api.create()
        done = api.step(api.planner, name, sent)
        assert done.status_code == 422
        assert pointer in [one["pointer"] for one in done.json()["errors"]]

    def test_a_faulty_file_names_its_line(self, api: Api) -> None:
        api.create()
        data, headers = b"A\tx\tok\tR\n" * 2, {"if-match": api.tag}
        done = api.planner.request("PUT", f"{api.path}/files/frame-market.tsv", content=data, headers=headers)
        assert (done.status_code, done.json()["errors"][0]["pointer"]) == (422, "/frame-market.tsv/2")

    def test_a_step_at_the_wrong_time_is_a_conflict(self, api: Api) -> None:
        api.create()
        assert api.step(api.planner, "run").status_code == 409
        assert api.step(api.planner, "commit").status_code == 409

    def test_rights_and_areas_hold(self, api: Api, user_client: MakeClient) -> None:
        api.create()
        assert api.step(api.first, "commit").status_code == 403
        assert api.step(api.planner, "event", {"source": SOURCE, "value": VALUE}).status_code == 403
        stranger = user_client("planner", place=Place("消防", "210200"))
        assert stranger.get(api.path).status_code == 404
        assert stranger.get(BASE).json()["total"] == 0
