"""Retention: what is old enough goes, what is younger or still open stays, and the archives cannot be named."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from service.audit.verify import rows
from service.db.database import Database
from service.db.tables import METADATA
from service.db.tables.accounts import AttemptRow
from service.db.tables.jobs import JobRow
from service.jobs.queue import start
from service.jobs.schedule import entries, start_due
from service.jobs.worker import run_all
from service.retention import policies, read_policies
from service.work import Works
from tests.databases import NOW, MakeWork

GOOD = "[{name: a, title: 甲, table: sessions, since: expires_at, days: 1, act: delete, basis: 乙}]"


def attempt(session: Session, name: str, days: float) -> None:
    at = NOW - timedelta(days=days)
    session.add(AttemptRow(id=name, login="li", address="10.0.0.1", at=at, outcome="wrong"))


def test_only_what_is_old_enough_goes(database: Database, works: Works, work: MakeWork) -> None:
    with database.write() as session:
        attempt(session, "old", 3660)
        attempt(session, "young", 1)
    with work() as act:
        start(act, "data.retention")
    run_all(works)
    with database.read() as session:
        assert [row.id for row in session.exec(select(AttemptRow)).all()] == ["young"]
        (job,) = session.exec(select(JobRow)).all()  # not over for long enough
        assert job.result["rows"]["login-attempts"] == 1
        told = [row for row in rows(session) if row.kind == "data.thinned"]
        assert [(row.subject, row.detail["rows"]) for row in told] == [("login-attempts", 1)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sessions", "audit_events"),
        ("sessions", "no_such_table"),
        ("expires_at", "no_such_column"),
        ("delete", "mask"),
        ("delete", "shred"),
        ("days: 1", "days: 0"),
        ("days: 1", "days: 1, columns: [address]"),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(old: str, new: str) -> None:
    assert len(read_policies(GOOD)) == 1
    with pytest.raises(ValidationError):
        read_policies(GOOD.replace(old, new))


def test_no_policy_touches_the_archives() -> None:
    archives = ("case", "decision", "repair", "plan", "draw", "audit", "release", "enterprise")
    assert all(policy.table in METADATA.tables for policy in policies())
    assert not [policy.table for policy in policies() if policy.table.startswith(archives)]


def test_every_night_each_job_starts_once(works: Works) -> None:
    night = NOW.replace(hour=23)
    first = start_due(works, night)
    assert len(first) == len(entries())
    assert sorted(start_due(works, night + timedelta(minutes=5))) == sorted(first)
    assert not set(start_due(works, night + timedelta(days=1))) & set(first)
    assert start_due(works, NOW.replace(hour=0, minute=0)) == []
