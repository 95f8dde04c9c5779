"""Jobs on both databases: claimed once, kept step by step, cancelled, paused, taken up again after a death."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from service import clock
from service.access.actor import Actor
from service.access.permissions import Permission
from service.access.roles import grant
from service.audit.verify import verify
from service.db.database import Database
from service.db.tables.jobs import JobRow
from service.errors import StateError
from service.jobs import registry
from service.jobs.queue import beat, claim, start
from service.jobs.rights import actor_of, document_of
from service.jobs.run import JobLost, Run
from service.jobs.worker import LEASE, Worker, run_all
from service.work import Works
from tests.databases import MakeWork

if TYPE_CHECKING:
    from kernel.errors import XinhengError

Handler = Callable[[Run], object]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], None]:
    """Make a function the kind `test.it`, for one test."""

    def keep(handler: Handler) -> None:
        kind = registry.Kind("test.it", "测试任务", 3, handler)
        monkeypatch.setitem(registry._kinds, "test.it", kind)

    return keep


def one(database: Database) -> JobRow:
    with database.read() as session:
        return session.exec(select(JobRow)).one()


def test_a_job_is_done_and_its_result_kept(works: Works, work: MakeWork, declare: Callable[[Handler], None]) -> None:
    declare(lambda run: {"doubled": run.payload["n"] * 2})
    with work() as act:
        identifier = start(act, "test.it", {"n": 21}, subject="两倍")
    assert run_all(works) == 1
    row = one(works.database)
    assert (row.id, row.state, row.result, row.attempts) == (identifier, "done", {"doubled": 42}, 1)
    with works.database.read() as session:
        assert verify(session).breaks == ()
        assert verify(session).events == 2  # started, ended


def test_an_act_that_is_taken_back_starts_no_job(works: Works, work: MakeWork) -> None:
    def act() -> None:
        with work() as doing:
            start(doing, "audit.verify")
            raise StateError("job_fault")

    with pytest.raises(StateError):
        act()
    assert run_all(works) == 0


def test_a_kind_nobody_knows_is_not_started(work: MakeWork) -> None:
    with work() as act, pytest.raises(KeyError):
        start(act, "no.such")


def test_a_mistake_of_the_user_is_kept_in_his_words(
    works: Works, work: MakeWork, declare: Callable[[Handler], None]
) -> None:
    def handler(_: Run) -> object:
        raise StateError("stored_file_missing", digest="sha256:0")

    declare(handler)
    with work() as act:
        start(act, "test.it")
    run_all(works)
    row = one(works.database)
    assert (row.state, row.error["code"]) == ("failed", "stored_file_missing")


def test_a_fault_of_ours_does_not_show_its_inside(
    works: Works, work: MakeWork, declare: Callable[[Handler], None]
) -> None:
    declare(lambda run: run.payload["not there"])
    with work() as act:
        start(act, "test.it")
    run_all(works)
    row = one(works.database)
    assert (row.state, row.error["code"]) == ("failed", "job_fault")
    assert "not there" not in str(row.error)


def _steps(count: int, die_at: int | None, seen: list[int]) -> Handler:
    def handler(run: Run) -> object:
        for number in range(run.checkpoint or 0, count):
            if number == die_at:
                raise KeyboardInterrupt
            with run.step(number + 1, done=number + 1, total=count):
                seen.append(number)
        return {"steps": count}

    return handler


def test_a_job_goes_on_where_its_worker_died(
    works: Works, work: MakeWork, declare: Callable[[Handler], None], database: Database
) -> None:
    seen: list[int] = []
    declare(_steps(5, 3, seen))
    with work() as act:
        start(act, "test.it")
    with pytest.raises(KeyboardInterrupt):
        run_all(works)
    assert (one(database).state, one(database).checkpoint) == ("running", 3)
    assert claim(database, clock.now(), LEASE) is None  # it may still live
    declare(_steps(5, None, seen))
    later = clock.now() + LEASE + timedelta(seconds=1)
    taken = claim(database, later, LEASE)
    assert taken is not None
    assert taken.checkpoint == 3
    Worker(works)._do(Run(works, taken, threading.Event()), taken)
    assert seen == [0, 1, 2, 3, 4]
    assert one(database).result == {"steps": 5}


def test_a_worker_that_lost_its_job_keeps_nothing(
    works: Works, work: MakeWork, declare: Callable[[Handler], None], database: Database
) -> None:
    declare(lambda _: None)
    with work() as act:
        start(act, "test.it")
    slow = claim(database, clock.now(), LEASE)
    fast = claim(database, clock.now() + 2 * LEASE, LEASE)
    assert slow is not None
    assert fast is not None
    assert not beat(database, slow, clock.now())
    assert beat(database, fast, clock.now())
    late = Run(works, slow, threading.Event())

    def act_late() -> None:
        with late.step(1):
            pytest.fail("a worker without the job got as far as its effects")

    with pytest.raises(JobLost):
        act_late()
    with pytest.raises(JobLost), late.finish():
        pass


def test_a_job_that_kills_every_worker_is_given_up(
    work: MakeWork, database: Database, declare: Callable[[Handler], None]
) -> None:
    declare(lambda _: None)
    with work() as act:
        start(act, "test.it")
    now = clock.now()
    for number in range(3):
        assert claim(database, now + number * 2 * LEASE, LEASE) is not None
    assert claim(database, now + 6 * LEASE, LEASE) is None
    row = one(database)
    assert (row.state, row.error["code"]) == ("failed", "job_gave_up")


def test_a_clock_set_back_does_not_keep_a_job(
    work: MakeWork, database: Database, declare: Callable[[Handler], None]
) -> None:
    declare(lambda _: None)
    with work() as act:
        start(act, "test.it")
    now = clock.now()
    assert claim(database, now + timedelta(days=365), LEASE) is not None
    assert claim(database, now, LEASE) is not None


def test_cancelling_stops_the_job_at_its_next_step(
    works: Works, work: MakeWork, declare: Callable[[Handler], None], database: Database
) -> None:
    def handler(run: Run) -> object:
        with run.step(1, done=1, total=9):
            pass
        with database.write() as session:
            session.exec(select(JobRow)).one().cancel_asked = True
        with run.step(2, done=2):
            return "cancelled jobs do no more"

    declare(handler)
    with work() as act:
        start(act, "test.it")
    run_all(works)
    assert (one(database).state, one(database).done) == ("cancelled", 1)


def test_a_worker_that_stops_puts_the_job_back(
    works: Works, work: MakeWork, declare: Callable[[Handler], None], database: Database
) -> None:
    stopping = threading.Event()
    seen: list[int] = []

    def handler(run: Run) -> object:
        with run.step(1, done=1):
            seen.append(1)
            stopping.set()
        run.progress(done=2)
        return None

    declare(handler)
    with work() as act:
        start(act, "test.it")
    Worker(works, stopping).run_one()
    row = one(database)
    assert (row.state, row.attempts, row.checkpoint) == ("queued", 0, 1)
    declare(_steps(2, None, seen))
    assert run_all(works) == 1
    assert seen == [1, 1]


def test_effects_and_completion_are_one(
    works: Works, work: MakeWork, declare: Callable[[Handler], None], database: Database
) -> None:
    def handler(run: Run) -> object:
        with run.finish() as act:
            start(act, "test.it", {"second": True})
            if not run.payload:
                raise RuntimeError("the worker breaks in the middle")
        return None

    declare(handler)
    with work() as act:
        start(act, "test.it")
    run_all(works)
    assert one(database).state == "failed"  # and the second job is not there


def test_jobs_of_one_lock_run_one_after_another(
    work: MakeWork, database: Database, declare: Callable[[Handler], None]
) -> None:
    declare(lambda _: None)
    with work() as act:
        first = start(act, "test.it", lock="score:210200")
        start(act, "test.it", lock="score:210200")
        free = start(act, "test.it")
    taken = [claim(database, clock.now(), LEASE) for _ in range(3)]
    assert {one.id for one in taken if one} >= {free}
    assert len([one for one in taken if one]) == 2
    assert first in {one.id for one in taken if one} or taken.count(None) == 1


def test_a_slot_starts_once(work: MakeWork, declare: Callable[[Handler], None]) -> None:
    declare(lambda _: None)
    with work() as act:
        assert start(act, "test.it", slot="night") == start(act, "test.it", slot="night")
    with work() as act:
        again = start(act, "test.it", slot="night")
        assert again == act.session.exec(select(JobRow.id)).one()


def test_two_workers_never_do_one_job_twice(works: Works, work: MakeWork, declare: Callable[[Handler], None]) -> None:
    done: list[str] = []
    declare(lambda run: done.append(run.id))
    with work() as act:
        wanted = {start(act, "test.it", lock="one" if number % 3 else "") for number in range(20)}

    def until_all_done() -> None:
        while len(done) < len(wanted):
            Worker(works).run_one()

    threads = [threading.Thread(target=until_all_done) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == sorted(wanted)


@pytest.fixture
def clerk() -> Actor:
    return Actor("user-1", "张三", grants=(grant("credit_clerk"),), department="credit", region="210200")


def test_a_job_has_the_rights_of_its_starter_and_no_more(clerk: Actor) -> None:
    limited = clerk.limited([Permission.SCORE_RUN]).acting(Permission.SCORE_RUN)
    again = actor_of(document_of(limited))
    assert again == limited
    assert again.permissions == {Permission.SCORE_RUN}
    assert actor_of(document_of(Actor.system("schedule"))) == Actor.system("schedule")


def test_the_error_of_a_job_has_words() -> None:
    for code in ("job_gave_up", "job_fault", "job_unknown"):
        error: XinhengError = StateError(code, attempts=3, id="job-1")
        assert error.detail
