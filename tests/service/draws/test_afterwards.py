"""Records in their chain, cancellations, and changes after the draw."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from service import clock
from service.access.actor import Actor
from service.db.repositories import draws
from service.db.tables.draws import DrawRow
from service.db.tables.jobs import JobRow
from service.draws import draft, drawing, job, record
from service.draws.acts import STEPS
from service.draws.publication import public_files
from service.draws.store import folder_of
from service.jobs.worker import run_all
from service.work import Work, Works
from supervision.drawchain import breaks, link_of
from supervision.verify import verify
from tests.databases import NOW
from tests.service.draws.ceremony import GONE, ILL, PLANNER, Act, Ceremony, refused, unit


class TestChain:
    def test_records_follow_one_another(self, ceremony: Ceremony) -> None:
        ceremony.drawn()
        second = Ceremony(ceremony.work).draft("2027-Q1").seal().commit()
        assert (ceremony.row.number, second.row.number) == (1, 2)
        assert second.row.prev == ceremony.row.digest
        links = [one.look(lambda work, row: link_of(row.draw_id, folder_of(work, row))) for one in (ceremony, second)]
        assert list(breaks(links)) == []
        assert [link.result for link in links] == [True, False]

    def test_a_cancelled_record_stays_in_the_chain(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit()

        def cancel(reason: str, second: str | None) -> Act:
            return lambda work, row: drawing.cancel(work, row, reason, "停售", second)

        assert refused(ceremony.act, PLANNER, cancel("unwelcome", None)) == "ceremony_reason"
        assert refused(ceremony.act, PLANNER, cancel("nonce_lost", PLANNER.name)) == "ceremony_needs"
        ceremony.act(PLANNER, cancel("event_void", None))
        assert ceremony.row.state == "cancelled"
        assert ceremony.look(lambda work, row: verify(folder_of(work, row))) == []
        names = ceremony.look(lambda work, row: [one.name for one in public_files(work, row)])
        assert names == ["cancel.json", "commit.json"]
        assert Ceremony(ceremony.work).draft("2027-Q1").seal().commit().row.number == 2

    def test_what_is_drawn_is_never_cancelled(self, ceremony: Ceremony) -> None:
        ceremony.drawn()
        wrong = partial(drawing.cancel, reason="ordered", words="x", second="李四")
        assert refused(ceremony.act, PLANNER, wrong) == "ceremony_state"


class TestChanges:
    def test_changes_are_kept_by_rule_and_published_with_the_rest(self, ceremony: Ceremony) -> None:
        ceremony.drawn()
        result = ceremony.look(lambda work, row: json.loads(folder_of(work, row).bytes_of("result.json")))
        one = result["plans"]["P-market"]["低"]
        where = ("P-market", "低", one["selected"][0])
        first = ceremony.act(PLANNER, lambda work, row: drawing.replace(work, row, where, GONE))
        assert first.by == one["reserve"][0]
        person_out = result["demands"][0]["people"][0]
        second = ceremony.act(PLANNER, lambda work, row: drawing.restaff(work, row, 0, person_out, ILL))
        assert second.before == first.digest()
        team = ceremony.look(lambda work, row: next(iter(drawing.standing(work, row).stands())).people)
        assert person_out not in team
        ceremony.published()
        names = ceremony.look(lambda work, row: [one.name for one in public_files(work, row)])
        assert "changes.jsonl" in names
        assert ceremony.look(lambda work, row: verify(folder_of(work, row))) == []

    def test_a_unit_that_cannot_be_reached_is_not_replaced(self, ceremony: Ceremony) -> None:
        ceremony.drawn()
        where = ("P-market", "低", unit(1))
        wrong = partial(drawing.replace, where=where, act=ILL)
        assert refused(ceremony.act, PLANNER, wrong) == "change_reason"

    def test_before_the_draw_and_after_the_end_there_is_nothing_to_change(self, ceremony: Ceremony) -> None:
        restaff = partial(drawing.restaff, rank=0, person="M01", act=ILL)
        ceremony.draft()
        assert refused(ceremony.act, PLANNER, restaff) == "draw_no_result"
        ceremony.seal().commit().event().open().run().closed()
        code = refused(ceremony.act, PLANNER, restaff)
        assert code in {"ceremony_state", "change_person"}


@pytest.mark.parametrize("table", ["draw_moves", "draw_changes"])
@pytest.mark.parametrize("act", ["UPDATE {} SET number = number + 100", "DELETE FROM {}"])
def test_the_database_itself_keeps_steps_and_changes(ceremony: Ceremony, table: str, act: str) -> None:
    ceremony.drawn()
    ceremony.act(PLANNER, lambda work, row: drawing.restaff(work, row, 0, _somebody(work, row), ILL))
    with pytest.raises(DatabaseError), ceremony.work() as work:
        work.session.connection().exec_driver_sql(act.format(table))


def _somebody(work: Work, row: DrawRow) -> str:
    return next(iter(drawing.standing(work, row).stands())).people[0]


def test_two_records_at_once_follow_one_another(works: Works) -> None:
    def opened(who: Actor | None = None, now: datetime = NOW) -> AbstractContextManager[Work]:
        return works.writing(who or Actor.system("test"), now)

    Ceremony(opened).draft("第一").seal().commit()
    both = [Ceremony(opened).draft(name).seal() for name in ("甲", "乙")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Ceremony.commit, both))
    links = [one.look(lambda work, row: link_of(row.draw_id, folder_of(work, row))) for one in both]
    numbers = [one.row.number or 0 for one in both]
    assert sorted(numbers) == [2, 3]
    first, second = (link for _, link in sorted(zip(numbers, links, strict=True), key=lambda pair: pair[0]))
    assert second.prev == first.digest


def _spoil_roster(work: Work, row: DrawRow) -> None:
    (roster,) = (one for one in draws.files(work.session, row.id) if one.name == "roster.tsv")
    work.files.path(roster.file).write_bytes(b"x")


class TestJob:
    @pytest.fixture(autouse=True)
    def large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(job, "LARGE_BYTES", 0)

    def test_a_large_draw_is_made_by_a_job_once(self, ceremony: Ceremony, works: Works) -> None:
        ceremony.draft().seal().commit().event()

        def begin(work: Work, row: DrawRow) -> None:
            STEPS["run"].do(work, row, {})

        assert refused(ceremony.act, PLANNER, begin) == "ceremony_needs"
        ceremony.open()
        ceremony.act(PLANNER, begin)
        assert ceremony.row.state == "event_known"
        queued = ceremony.look(job.waiting)
        assert ceremony.act(PLANNER, job.begin) == queued
        assert run_all(works) == 1
        assert ceremony.row.state == "drawn"
        assert ceremony.look(job.waiting) is None
        ceremony.published()
        assert ceremony.look(lambda work, row: verify(folder_of(work, row))) == []

    def test_a_long_record_is_made_by_a_job_that_the_chain_does_not_wait_for(
        self, ceremony: Ceremony, works: Works, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(job, "LONG_BYTES", 0)
        monkeypatch.setattr(clock, "now", lambda: NOW)
        ceremony.draft()

        def begin(work: Work, row: DrawRow) -> None:
            STEPS["commit"].do(work, row, {})

        assert refused(ceremony.act, PLANNER, begin) == "ceremony_needs"
        ceremony.seal()
        ceremony.act(PLANNER, begin)
        assert ceremony.row.state == "draft"
        other = Ceremony(ceremony.work).draft("2026-Q4-2").seal().commit()
        assert run_all(works) == 1
        row = ceremony.row
        assert (row.state, row.number, row.prev) == ("committed", 2, other.row.digest)
        assert row.salt is not None
        ceremony.event().open().run().published()
        assert ceremony.look(lambda work, row: verify(folder_of(work, row))) == []

    def test_a_draft_that_changed_meanwhile_is_not_published(
        self, ceremony: Ceremony, works: Works, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ceremony.draft().seal()
        frozen = ceremony.look(record.freeze)
        ceremony.act(PLANNER, lambda work, row: draft.put(work, row, "recusal.tsv", b""))
        commit = lambda work, row: record.commit(work, row, frozen)  # noqa: E731 - one act
        assert refused(ceremony.act, PLANNER, commit) == "draw_changed_meanwhile"
        monkeypatch.setattr(record, "freeze", lambda *_: frozen)
        monkeypatch.setattr(clock, "now", lambda: NOW)
        ceremony.act(PLANNER, job.begin_commit)
        run_all(works)
        assert ceremony.row.state == "draft"

    def test_a_job_that_fails_leaves_the_draw_as_it_was(self, ceremony: Ceremony, works: Works) -> None:
        ceremony.draft().seal().commit().event().open()
        ceremony.act(PLANNER, job.begin)
        ceremony.look(_spoil_roster)
        run_all(works)
        assert ceremony.row.state == "event_known"
        with works.database.read() as session:
            row = session.exec(select(JobRow)).one()
        assert row.state == "failed"
        assert "roster.tsv" in str(row.error)
