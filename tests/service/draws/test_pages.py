"""The pages of draws: a planner and two witnesses do a whole draw by forms alone; the public reads what it may."""

import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service import clock, drawseal
from service.draws.acts import STEPS
from supervision.drawmerkle import read_proofs
from supervision.drawrun import Folder
from supervision.drawtext import sha256_hex
from supervision.verify import verify
from tests.service import people
from tests.service.asgi import Client
from tests.service.draws.ceremony import DOCUMENT, FILES, VALUE, unit
from tests.service.people import UserClient

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WRONG = "不是这个口令"
PAGE = {"accept": "text/html"}
SECRETS = {"planner": "我们部门的口令 2026", "司法局": "司法局的另一个口令"}
MakeClient = Callable[..., UserClient]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawseal, "_COST", 2)


class Hands:
    """The clock of a test."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 9, 0, tzinfo=clock.CHINA)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    made = Hands()
    monkeypatch.setattr(clock, "now", made.now)
    monkeypatch.setattr(people, "now", made.now)
    return made


class Desk:
    """A planner and two witnesses, each at a browser."""

    def __init__(self, user_client: MakeClient, app: FastAPI, hands: Hands) -> None:
        self.hands = hands
        self.planner = user_client("planner")
        self.first, self.second = user_client("draw_witness"), user_client("draw_witness")
        self.app = app
        self.id = ""

    def create(self, **changes: str) -> httpx.Response:
        plan = {name: value for name, value in DOCUMENT.items() if name != "public"}
        fields = {"draw_id": "2026-Q4", "title": "第四季度抽查", "holders": "司法局", "game": "ssq", "issue": "2026137"}
        more = {"when": "2026-11-25T09:05", "if_cancelled": "改用下一期", **changes}
        files = {"draft.json": ("draft.json", json.dumps(plan).encode()), "frame": ("frame-market.tsv", b"")}
        files |= {name: (name, FILES[name]) for name in ("roster.tsv", "recusal.tsv")}
        files["frame"] = ("frame-market.tsv", FILES["frame-market.tsv"])
        found = self.planner.post("/planner/draws", data={**fields, **more}, files=files, headers=PAGE)
        if found.status_code == 303:
            self.id = found.headers["location"].split("/")[3].partition("?")[0]
        return found

    def post(self, who: UserClient, step: str, **fields: str) -> httpx.Response:
        return who.post(f"/planner/draws/{self.id}/{step}", data=fields, headers=PAGE)

    def page(self, who: UserClient, rest: str = "") -> str:
        found = who.get(f"/planner/draws/{self.id}{rest}", headers=PAGE)
        assert found.status_code == 200, found.text
        return found.text

    def seal(self) -> dict[str, str]:
        copies = {}
        for who, holder in ((self.planner, "planner"), (self.first, "司法局")):
            done = self.post(who, "seal", holder=holder, secret=SECRETS[holder], again=SECRETS[holder])
            assert done.status_code == 200
            assert done.headers["cache-control"] == "no-store"
            shown = re.search(r'class="digest">(.*?)</code>', done.text)
            assert shown
            copies[holder] = re.sub("<.*?>", "", shown[1])
        return copies

    def to_event(self) -> None:
        source = "ssq-2026137"
        self.commit()
        assert self.post(self.first, "event", source=source, value=VALUE, evidence="中国福彩网").status_code == 303
        assert self.post(self.second, "confirm", source=source, value=VALUE).status_code == 303

    def commit(self) -> None:
        assert self.post(self.planner, "commit").status_code == 303
        self.hands.at += timedelta(minutes=10)

    def drawn(self) -> None:
        self.create()
        self.seal()
        self.to_event()
        for holder, secret in SECRETS.items():
            assert self.post(self.planner, "open", holder=holder, secret=secret).status_code == 303
        assert self.post(self.planner, "run").status_code == 303

    def published(self) -> None:
        self.drawn()
        for step, fields in (("dispatch", {}), ("close", {"tasks_done": "yes"}), ("publish", {})):
            done = self.post(self.planner, step, **fields)
            assert done.status_code == 303, done.text

    def public(self, rest: str = "") -> httpx.Response:
        return Client(self.app).get(f"/draws{rest}", headers=PAGE)


@pytest.fixture
def desk(hands: Hands, user_client: MakeClient, served: FastAPI) -> Desk:
    return Desk(user_client, served, hands)


def test_a_whole_draw_by_forms_is_published_as_a_folder_that_verifies(desk: Desk) -> None:
    desk.published()
    page = desk.public(f"/records/{desk.id}").text
    assert "第 1 份记录" in page
    archive = desk.public(f"/records/{desk.id}/files/publication.zip").content
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        names = {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}
    assert verify(Folder({**names, "frame-market.tsv": FILES["frame-market.tsv"]}.get)) == []
    for name, data in names.items():
        assert desk.public(f"/records/{desk.id}/files/{name}").content == data
    assert desk.public(f"/records/{desk.id}/files/frame-market.tsv").status_code == 404


def test_the_copy_shown_once_opens_what_the_secret_does_not_any_more(desk: Desk) -> None:
    desk.create()
    copies = desk.seal()
    assert all(re.fullmatch(r"[0-9a-f]{64}", copy) for copy in copies.values())
    assert copies["planner"] not in desk.page(desk.planner)
    desk.to_event()
    wrong = desk.post(desk.planner, "open", holder="planner", secret=WRONG)
    assert wrong.status_code == 422
    assert "打不开密封数" in wrong.text
    assert WRONG not in wrong.text
    assert desk.post(desk.planner, "open", holder="planner", copy=copies["planner"]).status_code == 303


def test_what_is_refused_comes_back_with_its_reason_and_changes_nothing(desk: Desk) -> None:
    assert desk.create(title="").status_code == 422
    assert desk.create(when="").status_code == 422
    desk.create()
    assert desk.create().status_code == 409
    differ = desk.post(desk.planner, "seal", holder="planner", secret=SECRETS["planner"], again="x")
    assert (differ.status_code, "两次填写的口令不一样" in differ.text) == (422, True)
    refused = desk.post(desk.planner, "commit")
    assert refused.status_code == 409
    assert "还没有封存密封数" in refused.text
    desk.seal()
    desk.to_event()
    same = desk.post(desk.second, "confirm", source="ssq-2026137", value=VALUE)
    assert same.status_code == 409
    assert desk.post(desk.planner, "run").status_code == 409
    assert "密封数" in desk.page(desk.planner, "/ceremony")


def test_one_witness_alone_cannot_make_the_event_known(desk: Desk) -> None:
    desk.create()
    desk.seal()
    desk.commit()
    desk.post(desk.first, "event", source="ssq-2026137", value=VALUE)
    alone = desk.post(desk.first, "confirm", source="ssq-2026137", value=VALUE)
    assert alone.status_code == 409
    assert "要由另一个人来做" in alone.text
    # The other one sees that something was entered, and not what: he reads the notice himself.
    assert VALUE not in desk.page(desk.second, "/ceremony")
    assert 'name="value"' in desk.page(desk.second, "/ceremony")


def test_the_screen_shows_numbers_and_tells_nobody_who_was_drawn(desk: Desk) -> None:
    desk.drawn()
    shown = [desk.page(desk.planner, rest) for rest in ("", "/ceremony", "/ceremony?watch=1")]
    shown += [desk.public("").text, desk.public(f"/records/{desk.id}").text]
    assert all("91210200MA" not in page for page in shown)
    assert all("已抽取" in page for page in shown)
    assert "<form" not in shown[2].split("<main")[1].split("</main>")[0]
    assert desk.public(f"/records/{desk.id}/files/result.json").status_code == 404


def test_every_step_asks_for_its_right(desk: Desk, user_client: MakeClient) -> None:
    desk.create()
    stranger = user_client("inspector")
    refused = [stranger.post(f"/planner/draws/{desk.id}/{step}", data={}, headers=PAGE).status_code for step in STEPS]
    assert set(refused) == {403}


def test_a_form_without_its_token_is_refused(desk: Desk) -> None:
    desk.create()
    desk.planner.headers.pop("x-csrf-token")
    assert desk.post(desk.planner, "commit").status_code == 403


def test_an_enterprise_finds_its_row_and_nothing_too_early(desk: Desk) -> None:
    desk.drawn()
    address = f"/records/{desk.id}?unit="
    assert "可以被抽中" in desk.public(address + unit(1)).text
    assert "本年检查次数已满" in desk.public(address + unit(9)).text
    assert "名录中没有" in desk.public(address + unit(999)).text
    assert "名录中没有" in desk.public(address + "%3Cscript%3E").text
    for step, fields in (("dispatch", {}), ("close", {"tasks_done": "yes"}), ("publish", {})):
        desk.post(desk.planner, step, **fields)
    result = json.loads(desk.public(f"/records/{desk.id}/files/result.json").content)
    strata = result["plans"]["P-market"].values()
    drawn = {code for one in strata for code in one["selected"]}
    page = desk.public(address + next(iter(drawn))).text
    assert "被抽中" in page
    assert "分层 高" not in page
    free = next(
        unit(n)
        for n in range(60)
        if n % 9 and all(unit(n) not in one["reserve"] for one in strata) and unit(n) not in drawn
    )
    assert "没有被抽中" in desk.public(address + free).text


def test_an_enterprise_gets_a_proof_of_its_row_that_holds_against_the_public_record(desk: Desk) -> None:
    desk.create()
    desk.seal()
    assert desk.planner.get(f"/planner/draws/{desk.id}/proof?unit={unit(1)}", headers=PAGE).status_code == 409
    desk.commit()
    given = desk.planner.get(f"/planner/draws/{desk.id}/proof?unit={unit(1)}", headers=PAGE)
    published = desk.public(f"/records/{desk.id}/files/commit.json").content
    commit, (proof,) = read_proofs("proof.json", given.content)
    assert proof.row.startswith(unit(1))
    assert proof.root() == json.loads(published)["merkle"][proof.file]
    assert commit == sha256_hex(published)
    assert desk.planner.get(f"/planner/draws/{desk.id}/proof?unit=X", headers=PAGE).status_code == 404


def test_lists_that_are_not_published_are_not_for_witnesses(desk: Desk) -> None:
    desk.create()
    frame = f"/planner/draws/{desk.id}/files/frame-market.tsv"
    assert desk.planner.get(frame, headers=PAGE).content == FILES["frame-market.tsv"]
    assert desk.first.get(frame, headers=PAGE).status_code == 403
    assert frame in desk.page(desk.planner)
    assert frame not in desk.page(desk.first)
    assert desk.first.get(f"/planner/draws/{desk.id}/proof?unit={unit(1)}", headers=PAGE).status_code == 403
    desk.seal()
    desk.commit()
    assert desk.first.get(f"/planner/draws/{desk.id}/files/commit.json", headers=PAGE).status_code == 200


def test_changes_are_made_on_the_page(desk: Desk) -> None:
    desk.drawn()
    page = desk.page(desk.planner, f"?unit={unit(1)}")
    found = [code for code in (unit(n) for n in range(60)) if "按规则换人" in desk.page(desk.planner, f"?unit={code}")]
    assert found, page
    shown = desk.page(desk.planner, f"?unit={found[0]}")
    rank, person = re.search(r'name="rank" value="(\d+)"', shown), re.search(r"<option>(M\d+)</option>", shown)
    assert rank
    assert person
    done = desk.post(desk.planner, "restaff", rank=rank[1], person=person[1], reason="生病", approved_by="局长")
    assert done.status_code == 303
    assert "局长 批准" in desk.page(desk.planner)
    wrong = desk.post(desk.planner, "replace", plan="P-market", stratum="高", unit="X", reason="9", approved_by="局长")
    assert wrong.status_code == 409


def test_a_cancelled_record_says_why_in_public(desk: Desk) -> None:
    desk.create()
    desk.seal()
    desk.commit()
    done = desk.post(desk.planner, "cancel", reason="event_void", words="第2026137期停售")
    assert done.status_code == 303
    assert "第2026137期停售" in desk.public().text
    assert "第2026137期停售" in desk.public(f"/records/{desk.id}").text


def test_drafts_are_not_public(desk: Desk) -> None:
    desk.create()
    assert desk.public(f"/records/{desk.id}").status_code == 404
    assert "第四季度抽查" not in desk.public().text
    assert "第四季度抽查" in desk.planner.get("/planner/draws", headers=PAGE).text


def test_nobody_without_a_login_sees_the_desk(desk: Desk) -> None:
    desk.create()
    found: Any = Client(desk.app).get(f"/planner/draws/{desk.id}", headers=PAGE)
    assert found.status_code == 303
