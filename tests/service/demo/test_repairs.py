"""The credit desk of the demonstration city: all sorts of records, repairs in many states, nothing forbidden."""

from collections import Counter
from datetime import date

from sqlmodel import select

from service.access.actor import Actor
from service.audit.verify import verify
from service.db.repositories import repairs as store
from service.db.tables.repairs import ImportRow, MoveRow, RecordRow, RepairRow
from service.demo import repairs
from service.demo.city import make_city
from service.repairdesk import figures
from service.work import Works
from supervision.load import load_scheme
from tests.service.people import make_user

TODAY = date(2026, 11, 25)


def test_the_desk_is_as_if_it_had_been_worked_at(works: Works) -> None:
    city = make_city(load_scheme(), TODAY, 1000)
    make_user(works.database, "credit_clerk", login="clerk", department="market")
    make_user(works.database, "credit_reviewer", login="credit", department="market")
    repairs.fill(works, city)
    with works.reading(Actor.system("test")) as work:
        session = work.session
        assert verify(session).breaks == ()
        records = session.exec(select(RecordRow)).all()
        cases = session.exec(select(RepairRow)).all()
        moves = session.exec(select(MoveRow)).all()
        assert len({one.outcome for one in records}) > 4
        assert {one.state for one in cases} >= {"closed", "refused"}
        assert Counter(one.repair_id for one in moves) == Counter({one.id: one.version for one in cases if one.version})
        assert all(one.made_on <= TODAY for one in moves)
        assert [one.status for one in session.exec(select(ImportRow))] == ["read"]
        found = {one.definition.id: one for one in figures.computed(work, figures.Wanted(date(2026, 1, 1), TODAY))}
        assert found["repaired"].value
        assert found["served_together"].missed
        for one in store.with_histories(session, cases[:5]):
            assert one.case.version == len(one.case.history)
