"""From a draft to a release in force: checked, reviewed by somebody else, and seen by the next decision."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.errors import InputError
from service.access.actor import Actor
from service.app import create_app
from service.db.database import Database
from service.engine import Engine
from service.errors import StateError
from service.published import in_force, lay_out
from service.releases import drafts
from service.releases.desk import ReleaseDesk, catch_up
from service.releases.report import Report, report
from service.reload import Reloading
from service.settings import Settings
from service.work import Works
from tests.databases import NOW, MakeWork
from tests.service.asgi import Client
from tests.service.conftest import CASE

SOURCE = """\
id: dalian-trial-2026
kind: source
title: 试行清单
number: 大市监〔2026〕1号
issuer: 大连市市场监督管理局
issued_on: 2026-01-05
published_on: 2026-01-10
jurisdiction: "210200"
in_force: {from: 2026-01-10, until: null}
confidence: "V1"
checked_on: 2026-11-24
"""
ITEM = """\
id: DL-N01
kind: list_item
title: 经营过期食品货值不超过一千元
list: no_penalty
force: may
field: 市场监管
place: 大连
jurisdiction: "210200"
violations: [food-expired-sale]
source: dalian-trial-2026
citations:
  - {instrument: 食品安全法, article: "34(十)", role: prohibition}
  - {instrument: 行政处罚法, article: "33①", role: exemption}
in_force: {from: 2026-01-10, until: null}
conditions:
  - {fact: goods_value_yuan, lte: 1000}
confidence: "V1"
checked_on: 2026-11-24
tests:
  - {name: 一千元整, facts: {goods_value_yuan: 1000}, expect: applies}
  - {name: 超过一分, facts: {goods_value_yuan: 1000.01}, expect: not_met}
"""
FOLDER = "2102-dalian/lists/dalian-trial-2026/"
FILES = {FOLDER + "source.yaml": SOURCE, FOLDER + "DL-N01.yaml": ITEM}
EDITOR = Actor("user-editor", "起草人")
REVIEWER = Actor("user-reviewer", "审核人")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def desk(tmp_path: Path, cache: Path) -> ReleaseDesk:
    """Without proofs: tests/rules proves; here it is about what becomes of a draft."""
    return replace(ReleaseDesk.of(Settings(cache_dir=cache), tmp_path / "data"), prove=False)


Begin = Callable[..., str]


@pytest.fixture
def begin(work: MakeWork) -> Begin:
    """Begin a draft with these files; its id."""

    def make(files: dict[str, str | None]) -> str:
        with work(EDITOR) as at:
            row = drafts.begin(at, "试行清单")
            drafts.change(at, row, files)
            return row.id

    return make


def check(desk: ReleaseDesk, works: Works, draft: str) -> Report:
    with works.writing(EDITOR, NOW) as at:
        found: Report = desk.check(at, works, draft).report
    return found


@pytest.fixture(scope="module")
def sound(engine: Engine, cache: Path) -> Report:
    """What the check says of FILES."""
    shelf = ReleaseDesk.of(Settings(cache_dir=cache), cache).shelf
    return report(shelf, FILES, engine.release, [], NOW.date(), prove=False)


def checked(work: MakeWork, draft: str, found: Report) -> None:
    """The same as a check that found this."""
    with work(EDITOR) as at:
        drafts.keep_report(at, drafts.find(at.session, draft), found)


def submit(work: MakeWork, draft: str) -> None:
    with work(EDITOR) as at:
        drafts.submit(at, drafts.find(at.session, draft))


def test_a_draft_is_checked_reviewed_and_in_force(
    desk: ReleaseDesk, works: Works, work: MakeWork, begin: Begin, engine: Engine
) -> None:
    draft = begin(dict(FILES))
    found = check(desk, works, draft)
    assert found["faults"] == []
    assert {one["id"]: one["kind"] for one in found["differences"]} == {"DL-N01": "added", "dalian-trial-2026": "added"}
    submit(work, draft)
    with work(REVIEWER) as at:
        release = drafts.publish(at, drafts.find(at.session, draft))
        assert (release.seq, release.digest) == (1, found["digest"])
    desk.put_in_force(release)
    with Engine.load(Settings(data_dir=desk.data_dir, cache_dir=desk.shelf.cache_dir)) as later:
        assert later.release.digest == release.digest
        assert "DL-N01" in later.release.items
    assert "DL-N01" not in engine.release.items


def test_nobody_publishes_his_own_draft(sound: Report, work: MakeWork, begin: Begin) -> None:
    draft = begin(dict(FILES))
    checked(work, draft, sound)
    submit(work, draft)

    def publish() -> None:
        with work(EDITOR) as at:
            drafts.publish(at, drafts.find(at.session, draft))

    with pytest.raises(StateError) as caught:
        publish()
    assert caught.value.code == "draft_own_review"


FAULTY = {
    "text_that_is_no_yaml": (ITEM.replace("title:", "title: ["), "DL-N01"),
    "unknown_fact": (ITEM.replace("goods_value_yuan, lte", "no_such_fact, lte"), "DL-N01"),
    "unknown_violation": (ITEM.replace("food-expired-sale", "no-such-violation"), "DL-N01"),
    "id_unlike_the_file": (ITEM.replace("id: DL-N01", "id: DL-N02"), "DL-N01"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_draft_names_the_file_and_is_not_submitted(
    desk: ReleaseDesk, works: Works, work: MakeWork, begin: Begin, name: str
) -> None:
    text, file = FAULTY[name]
    draft = begin({**FILES, FOLDER + "DL-N01.yaml": text})
    faults = check(desk, works, draft)["faults"]
    assert len(faults) == 1
    assert file in faults[0]["file"]
    with pytest.raises(StateError) as caught:
        submit(work, draft)
    assert caught.value.code == "draft_faulty"


def test_what_was_checked_is_what_is_submitted(sound: Report, work: MakeWork, begin: Begin) -> None:
    draft = begin(dict(FILES))
    checked(work, draft, sound)
    with work(EDITOR) as at:
        drafts.change(at, drafts.find(at.session, draft), {FOLDER + "DL-N01.yaml": ITEM.replace("1000", "2000")})
    with pytest.raises(StateError) as caught:
        submit(work, draft)
    assert caught.value.code == "draft_unchecked"


def test_a_delivered_provision_cannot_be_replaced(desk: ReleaseDesk, works: Works, begin: Begin) -> None:
    name = "national/lists/samr-2025-first-violation/MR-N05.yaml"
    faults = check(desk, works, begin({name: ITEM}))["faults"]
    assert faults[0]["file"] == name


@pytest.mark.parametrize(
    "name", ["../x.yaml", "/etc/x.yaml", "a/../../b.yaml", "a.yaml", "a/b.txt", "a/b.yaml\n", "a//b.yaml", "中/b.yaml"]
)
def test_a_name_stays_below_the_catalogue(begin: Begin, name: str) -> None:
    with pytest.raises(InputError) as caught:
        begin({name: ITEM})
    assert caught.value.code == "draft_file_name"


def test_a_draft_on_an_older_release_is_not_merged_unseen(sound: Report, work: MakeWork, begin: Begin) -> None:
    first, second = begin(dict(FILES)), begin({FOLDER + "source.yaml": SOURCE})
    checked(work, first, sound)
    submit(work, first)
    with work(REVIEWER) as at:
        drafts.publish(at, drafts.find(at.session, first))
    checked(work, second, sound)
    with pytest.raises(StateError) as caught:
        submit(work, second)
    assert caught.value.code == "draft_outdated"


def test_a_returned_draft_can_be_mended(sound: Report, work: MakeWork, begin: Begin) -> None:
    draft = begin(dict(FILES))
    checked(work, draft, sound)
    submit(work, draft)
    with work(REVIEWER) as at:
        with pytest.raises(InputError):
            drafts.send_back(at, drafts.find(at.session, draft), "  ")
        drafts.send_back(at, drafts.find(at.session, draft), "请补充依据")
    submit(work, draft)
    with work(REVIEWER, NOW + timedelta(minutes=1)) as at:
        assert drafts.publish(at, drafts.find(at.session, draft)).seq == 1


def test_decided_cases_that_come_out_otherwise_are_shown(desk: ReleaseDesk, engine: Engine) -> None:
    case = json.loads(json.dumps(CASE))
    case["facts"] |= {"goods_value_yuan": 800, "first_violation": False}
    del case["list_items"]
    found = report(desk.shelf, FILES, engine.release, [("甲字 1 号", case)], NOW.date(), prove=False)
    assert (found["cases"]["looked_at"], found["cases"]["affected"]) == (1, 1)
    assert any("DL-N01" in one for one in found["cases"]["shown"][0]["because_of"])


def test_files_are_laid_out_whole_and_again_after_a_loss(
    desk: ReleaseDesk, sound: Report, work: MakeWork, begin: Begin, database: Database
) -> None:
    draft = begin(dict(FILES))
    checked(work, draft, sound)
    submit(work, draft)
    with work(REVIEWER) as at:
        drafts.publish(at, drafts.find(at.session, draft))
    assert in_force(desk.data_dir) is None
    catch_up(database, desk.data_dir)
    folder = in_force(desk.data_dir)
    assert folder
    assert (folder / FOLDER / "DL-N01.yaml").read_text("utf-8") == ITEM


def test_a_running_service_takes_a_release_up(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)
    first = create_app(settings, engine=engine)
    app = Reloading(first, lambda old: create_app(settings, database=old.state.works.database), tmp_path)
    monkeypatch.setattr("service.reload._EVERY_SECONDS", 0.0)
    client = Client(app)  # type: ignore[arg-type]  # any ASGI application will do
    assert client.get("/api/v1/rules/DL-N01").status_code == 404
    lay_out(tmp_path, FILES)
    client.get("/healthz")
    with app._lock:  # the thread that takes it up has it until it is done
        pass
    assert client.get("/api/v1/rules/DL-N01").status_code == 200
    lay_out(tmp_path, {FOLDER + "source.yaml": "id: ["})
    client.get("/healthz")
    with app._lock:
        pass
    assert client.get("/api/v1/rules/DL-N01").status_code == 200
