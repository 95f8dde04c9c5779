"""A scheme from its file to being in force: tried, reviewed by somebody else, used by the next scoring."""

from datetime import timedelta

import pytest

from kernel.errors import CatalogueError, InputError
from service.access.actor import Actor
from service.db.tables.schemes import SchemeRow
from service.errors import StateError
from service.schemes import acts
from service.work import Work
from supervision.load import load_scheme
from tests.databases import NOW, MakeClient, MakeWork

EDITOR, REVIEWER = Actor("user-editor", "起草人"), Actor("user-reviewer", "审核人")
TEXT = """\
based_on: default
id: default
version: 2027.01-1
title: 本市的方案
population: 试算
classes:
  - {id: A, title: 低, up_to: 50, note: 无}
  - {id: B, title: 一般, up_to: 100, note: 无}
  - {id: C, title: 较高, up_to: 290, note: 无}
  - {id: D, title: 高, note: 无}
"""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.schemes.effect.TRIED_ON", 500)


def tried(at: Work) -> SchemeRow:
    row = acts.begin(at, TEXT)
    acts.try_out(at, row, NOW.date())
    return row


def test_a_published_scheme_is_what_scoring_uses(work: MakeWork) -> None:
    with work(EDITOR) as at:
        row = tried(at)
        acts.submit(at, row)
        row_id = row.id
        assert acts.in_force(at.session, "default").version != "2027.01-1"
    with work(REVIEWER) as at:
        acts.publish(at, acts.find(at.session, row_id))
    with work() as at:
        assert acts.in_force(at.session, "default").version == "2027.01-1"


def test_the_effect_is_told(work: MakeWork) -> None:
    with work(EDITOR) as at:
        report = tried(at).report
    assert report["moved"] > 0
    assert [one["about"] for one in report["changes"]] == ["分界"]
    assert sum(report["shares"]["after"].values()) == pytest.approx(1, abs=0.05)
    assert sum(sum(row.values()) for row in report["migration"].values()) == 500


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [("up_to: 50", "up_to: 500", "classes"), ("title: 本市的方案", "titel: x", "titel"), ("id: default", "id: [", "")],
)
def test_a_faulty_file_is_named(work: MakeWork, was: str, becomes: str, key: str) -> None:
    with work(EDITOR) as at, pytest.raises(CatalogueError) as caught:
        acts.begin(at, TEXT.replace(was, becomes))
    assert key in caught.value.key


def test_a_version_number_is_used_once_and_a_draft_is_tried_first(work: MakeWork) -> None:
    with work(EDITOR) as at:
        row = acts.begin(at, TEXT)
        with pytest.raises(StateError) as caught:
            acts.submit(at, row)
        assert caught.value.code == "scheme_unchecked"
        delivered = acts.begin(at, TEXT.replace("2027.01-1", load_scheme().version))
        with pytest.raises(StateError) as caught:
            acts.submit(at, delivered)
        assert caught.value.code == "scheme_version_taken"


def test_nobody_publishes_his_own_and_a_return_needs_a_reason(work: MakeWork) -> None:
    with work(EDITOR) as at:
        row = tried(at)
        acts.submit(at, row)
        with pytest.raises(StateError) as caught:
            acts.publish(at, row)
        assert caught.value.code == "draft_own_review"
        row_id = row.id
    with work(REVIEWER, NOW + timedelta(minutes=1)) as at:
        row = acts.find(at.session, row_id)
        with pytest.raises(InputError):
            acts.send_back(at, row, " ")
        acts.send_back(at, row, "分界太严")
        assert row.state == "returned"


def test_pages_from_draft_to_publication(user_client: MakeClient) -> None:
    editor, reviewer = user_client("planner", "credit_clerk"), user_client("credit_reviewer")
    assert "随软件提供" in editor.get("/keeper/schemes").text
    assert "based_on" in editor.get("/keeper/schemes/new?base=lenient").text
    wrong = editor.post("/keeper/schemes", data={"text": TEXT.replace("up_to: 50", "up_to: x")})
    assert wrong.status_code == 422
    assert "本市的方案" in wrong.text
    here = editor.post("/keeper/schemes", data={"text": TEXT}).headers["location"].partition("?")[0]
    assert editor.post(f"{here}/try").status_code == 303
    assert "类别变化" in editor.get(here).text
    assert editor.post(f"{here}/submit").status_code == 303
    assert editor.post(f"{here}/publish").status_code == 403
    assert reviewer.post(f"{here}/publish").status_code == 303
    assert "2027.01-1" in reviewer.get("/keeper/schemes").text
