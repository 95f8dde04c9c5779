"""A register that is too large to wait for: the same result as at once, by jobs that can be cut short and go on."""

from datetime import date
from urllib.parse import quote

import pytest
from sqlmodel import col, select

from credit.synthetic import headings, rows
from kernel.errors import InputError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.jobs import JobRow
from service.db.tables.repairs import ImportRow, RecordRow
from service.errors import StateError
from service.jobs.worker import run_all
from service.repairdesk import bigregisters, importing
from service.repairdesk.model import RegisterImport
from service.work import Works
from tests.databases import MakeClient, MakeWork
from tests.service.repairdesk.clerks import person
from tests.service.repairdesk.test_importing import HEAD, as_csv, read

ROWS = 120
DATA = as_csv(headings(local=True), *rows(ROWS, 4, date(2026, 11, 24), local=True))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_AT_ONCE", 50)
    monkeypatch.setattr(bigregisters, "_PIECE", 30)


def received(work: MakeWork, works: Works) -> RegisterImport:
    with work(person(Permission.REPAIR_IMPORT)) as at:
        job = bigregisters.receive(at, "登记簿.csv", DATA)
    assert isinstance(job, str)
    assert run_all(works) == 1
    with work(person(Permission.REPAIR_IMPORT)) as at:
        row = at.session.get_one(JobRow, job)
        assert (row.state, row.done) == ("done", ROWS)
        return store.register_import(at.session, at.actor, row.result["link"]["href"].rpartition("/")[2])


def started(work: MakeWork, one: RegisterImport) -> str:
    with work(person(Permission.REPAIR_IMPORT)) as at:
        job = bigregisters.carry_out(at, one.id, one.version)
    assert isinstance(job, str)
    return job


def test_it_finds_and_applies_what_it_would_at_once(work: MakeWork, works: Works) -> None:
    small = read(work, DATA)
    one = received(work, works)
    with work(person(Permission.REPAIR_IMPORT)) as at:
        assert importing.workbook(at, one)[:2] == b"PK"
        assert at.session.exec(select(RecordRow)).all() == []
    assert {key: one.figures[key] for key in small.figures} == small.figures
    job = started(work, one)
    assert run_all(works) == 1
    with work(person(Permission.REPAIR_IMPORT)) as at:
        done = store.register_import(at.session, at.actor, one.id)
        assert (done.status, done.figures["added"]) == ("applied", one.figures["new"])
        assert len(at.session.exec(select(RecordRow)).all()) == one.figures["new"]
        row = at.session.get_one(JobRow, job)
        assert (row.done, row.total) == (ROWS, ROWS)


def test_while_it_runs_nobody_applies_or_drops_it(work: MakeWork, works: Works) -> None:
    one = received(work, works)
    started(work, one)
    for act in (bigregisters.carry_out, importing.drop):
        with pytest.raises(StateError, match="import_running"), work(person(Permission.REPAIR_IMPORT)) as at:
            act(at, one.id, one.version + 1)


def test_after_a_stop_it_goes_on_and_no_record_comes_twice(work: MakeWork, works: Works) -> None:
    one = received(work, works)
    job = started(work, one)
    with work(person(Permission.REPAIR_IMPORT)) as at:  # as a worker that was killed after two pieces leaves it
        pieces = importing.blocks(importing.rows_of(at, importing.source_of(one)), 30)
        counts = importing.apply_block(at, next(pieces), one) + importing.apply_block(at, next(pieces), one)
        row = at.session.get_one(JobRow, job)
        row.checkpoint = {"done": 60, **{name: counts[name] for name in ("added", "changed", "same")}}
        at.session.add(row)
    assert run_all(works) == 1
    with work(person(Permission.REPAIR_IMPORT)) as at:
        done = store.register_import(at.session, at.actor, one.id)
        assert done.figures["added"] == one.figures["new"] == len(at.session.exec(select(RecordRow)).all())


def test_an_empty_register_is_said_to_be_empty(work: MakeWork) -> None:
    with pytest.raises(InputError, match="import_empty"), work(person(Permission.REPAIR_IMPORT)) as at:
        bigregisters.receive(at, "登记簿.csv", as_csv(HEAD))


def test_the_interface_answers_with_the_job(user_client: MakeClient, works: Works) -> None:
    clerk = user_client("credit_clerk")
    answer = clerk.request("POST", f"/api/v1/registers?name={quote('登记簿.csv')}", content=DATA)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == answer.json()["job"]["href"]
    assert clerk.get(answer.headers["location"]).status_code == 200
    assert run_all(works) == 1
    with works.database.read() as session:
        (row,) = session.exec(select(ImportRow).order_by(col(ImportRow.id))).all()
    address = f"/api/v1/registers/{row.id}/application"
    answer = clerk.request("POST", address, headers={"if-match": '"1"'})
    assert answer.status_code == 202, answer.text
    assert clerk.request("POST", address, headers={"if-match": '"2"'}).status_code == 409
    assert run_all(works) == 1
    assert clerk.get(f"/api/v1/registers/{row.id}").json()["status"] == "applied"
