"""A decision computed again agrees, under the catalogue of its own time, however the present one has changed."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime

import pytest
from sqlmodel import select

from kernel.canonical import digest
from rules.load import link
from service.access.actor import Actor
from service.cases import acts
from service.cases.catalogues import kept_release
from service.cases.model import Choice
from service.cases.replay import compare, replay, replay_all
from service.clock import CHINA
from service.db.database import Database
from service.db.repositories import cases as store
from service.db.tables.cases import CatalogueRow, DecisionRow
from service.db.tables.jobs import JobRow
from service.engine import Engine
from service.filestore import FileStore
from service.jobs.queue import start
from service.jobs.worker import run_all
from service.work import Works
from tests.databases import MakeWork
from tests.service.cases.officers import entry, officer

LATER = datetime(2031, 1, 2, 3, 0, tzinfo=CHINA)


@pytest.fixture(scope="module")
def changed(engine: Engine) -> Iterator[Engine]:
    """The catalogue of later years: the amount of MR-N05 is another one."""
    documents = json.loads(json.dumps(dict(engine.documents)))
    (name,) = [name for name in documents if name.endswith("/MR-N05.yaml")]
    before = deepcopy(documents[name])
    documents[name] = json.loads(json.dumps(documents[name]).replace("500", "50"))
    assert documents[name] != before
    documents[name]["tests"] = []
    later = Engine(link(documents), None, documents)
    yield later
    later.close()


def decide(works: Works, engine: Engine, **facts: object) -> str:
    with works.writing(officer(), datetime(2026, 11, 25, 9, 0, tzinfo=CHINA)) as at:
        case = acts.save(at, entry(engine, dict(facts)))
        return acts.decide(at, case.id, 1, Choice("general", None, "理由充分")).id


def test_a_replay_agrees_and_is_kept(works: Works, engine: Engine) -> None:
    made = decide(works, engine)
    with works.writing(officer()) as at:
        assert replay(at, made).verdict == "agrees"
    with works.reading(officer()) as at:
        kept = store.decision(at.session, at.actor, made).replay
        assert (kept.verdict, kept.differences) == ("agrees", ())
        assert kept.at is not None


def test_years_later_the_catalogue_of_the_decision_is_used(works: Works, engine: Engine, changed: Engine) -> None:
    assert changed.release.digest != engine.release.digest
    made = decide(works, engine)
    later = Works(works.database, changed, works.files)
    with later.writing(officer(), LATER) as at:
        then = store.decision(at.session, at.actor, made)
        now = changed.check(then.document, then.asked_on)
        assert compare(then, now).verdict == "differs", "under the changed catalogue the answer is another one"
        assert replay(at, made).verdict == "agrees"
    fresh = decide(later, changed)
    totals = replay_all(later, officer())
    assert (totals.total, totals.agree) == (2, 2)
    with later.reading(officer()) as at:
        assert at.session.get(CatalogueRow, store.decision(at.session, at.actor, fresh).catalogue)


def test_every_release_is_kept_once_and_can_be_read_again(works: Works, engine: Engine, database: Database) -> None:
    decide(works, engine)
    decide(works, engine)
    assert len(works.files.digests()) == 1
    with database.read() as session:
        again = kept_release(session, works.files, engine.release.digest)
    assert again.digest == engine.release.digest


def test_what_was_changed_in_the_database_is_found(works: Works, engine: Engine) -> None:
    made = decide(works, engine)
    with works.database.write() as session:
        row = session.get(DecisionRow, made)
        assert row is not None
        row.document = {**row.document, "facts": {**row.document["facts"], "goods_value_yuan": 900}}
    with works.writing(officer()) as at:
        found = replay(at, made)
    assert found.verdict == "differs"
    assert "lists" in found.differences
    totals = replay_all(works, officer())
    assert (totals.differ, [one["decision"] for one in totals.wrong]) == (1, [made])


def test_a_lost_or_damaged_catalogue_is_said_to_be_so(works: Works, engine: Engine, changed: Engine) -> None:
    made = decide(works, engine)
    later = Works(works.database, changed, works.files)
    (kept,) = works.files.digests()
    works.files.path(kept).write_bytes(b"other")
    with later.writing(officer(), LATER) as at:
        found = replay(at, made)
        assert (found.verdict, "与它的摘要不符" in found.why) == ("failed", True)
    empty = Works(works.database, changed, FileStore(works.files.folder.parent / "none"))
    assert replay_all(empty, officer()).failed == 1


def test_other_words_are_notes_and_other_outcomes_are_differences(work: MakeWork, engine: Engine) -> None:
    with work(officer()) as at:
        case = acts.save(at, entry(engine))
        decision = acts.decide(at, case.id, 1, Choice("general", None, "理由充分"))
    reworded = deepcopy(dict(decision.answer))
    reworded["lists"]["no_penalty"]["grounds"][0]["title"] = "另一种说法"
    reworded["warnings"] = []
    assert compare(decision, reworded).verdict == "agrees"
    assert compare(decision, reworded).notes == ("lists", "warnings")
    turned = deepcopy(dict(decision.answer))
    turned["lists"]["no_penalty"]["grounds"][0]["outcome"] = "applies"
    assert compare(decision, turned).differences == ("lists",)
    assert digest(dict(decision.answer)) == digest(decision.answer)


def test_the_nightly_job_replays_all_and_fails_when_one_differs(works: Works, engine: Engine) -> None:
    decide(works, engine)
    wrong = decide(works, engine)
    with works.writing(Actor.system("schedule")) as at:
        start(at, "decisions.replay")
    assert run_all(works) == 1
    assert states(works) == [("done", None)]
    with works.database.write() as session:
        row = session.get_one(DecisionRow, wrong)
        row.tier, row.answer = "general", {**row.answer, "result": {**row.answer["result"], "tier": "general"}}
    with works.writing(Actor.system("schedule"), LATER) as at:
        start(at, "decisions.replay")
    assert run_all(works) == 1
    assert states(works)[1] == ("failed", "decisions_disagree")


def states(works: Works) -> list[tuple[str, str | None]]:
    with works.database.read() as session:
        rows = session.exec(select(JobRow).order_by("id")).all()
        return [(row.state, row.error["code"] if row.error else None) for row in rows]
