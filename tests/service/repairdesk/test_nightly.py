"""Every night the lists learn what the day brought: what was too early can be applied for."""

from datetime import date

from service.access.actor import Actor
from service.db.tables.repairs import RecordRow
from service.jobs.queue import start
from service.jobs.worker import run_all
from service.work import Works
from tests.databases import MakeWork
from tests.service.repairdesk.clerks import entered


def test_the_answers_that_lists_show_are_those_of_the_day(works: Works, work: MakeWork) -> None:
    record = entered(work)
    assert record.glance.outcome == "TOO_EARLY"
    with works.writing(Actor.system("schedule")) as at:
        start(at, "repairs.recheck")
        today = at.today
    assert run_all(works) == 1
    with works.database.read() as session:
        row = session.get_one(RecordRow, record.id)
    assert row.outcome != "TOO_EARLY"
    assert row.checked_on == today > date(2026, 7, 11)
    assert row.version == record.version
