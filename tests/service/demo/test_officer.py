"""The demonstration year of cases: in every state, decided as the rules lead or with a reason, and all replayed."""

from datetime import date

from sqlmodel import select

from service.access.actor import Actor
from service.audit.verify import verify
from service.cases.model import PERSONS
from service.cases.replay import replay_all
from service.db.tables.cases import CaseRow, DecisionRow
from service.demo import officer
from service.demo.city import make_city
from service.work import Works
from supervision.load import load_scheme
from tests.service.people import make_user

TODAY = date(2026, 11, 25)


def test_a_year_of_cases_hangs_together(works: Works) -> None:
    city = make_city(load_scheme(), TODAY, 1000)
    for login in ("officer", "officer2"):
        make_user(works.database, "officer", login=login, department="market")
    officer.fill(works, city)
    parties = {one.uscc: one for one in city.enterprises}
    with works.database.read() as session:
        cases = session.exec(select(CaseRow)).all()
        decisions = session.exec(select(DecisionRow)).all()
        assert verify(session).breaks == ()
    assert len(cases) == officer.shapes()["least"]
    assert {one.status for one in cases} >= {"open", "decided"}
    assert all(parties[one.party_code].region == one.region for one in cases)
    assert all(one.party_type not in PERSONS for one in cases)
    assert {one.chosen for one in decisions} >= {"no_penalty", "general"}
    assert all(one.reason for one in decisions if one.departs)
    assert all(one.decided_on <= TODAY for one in decisions)
    totals = replay_all(works, Actor.system("test"))
    assert (totals.total, totals.agree) == (len(decisions), len(decisions))
