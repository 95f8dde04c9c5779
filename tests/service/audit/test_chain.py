"""The chain of events: kept with the act, and whatever is done to it afterwards is found."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from service.audit.events import Event
from service.audit.verify import Break, verify
from service.db.database import Database
from service.db.tables.audit import AuditHeadRow, AuditRow
from tests.databases import MakeWork


class Told(Event):
    kind: ClassVar[str] = "test.told"
    title: ClassVar[str] = "测试"

    number: int


def tell(work: MakeWork, count: int) -> None:
    for number in range(count):
        with work() as at:
            at.record(Told(subject=f"s-{number}", number=number))


def drop_triggers(database: Database) -> None:
    """What somebody who owns the database can do."""
    with database.connection() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("DROP TRIGGER audit_events_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_events_no_delete")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_events_kept ON audit_events")


def test_events_are_chained_and_the_chain_holds(database: Database, work: MakeWork) -> None:
    tell(work, 5)
    with database.read() as session:
        checked = verify(session)
    assert (checked.events, checked.breaks) == (5, ())


def test_an_empty_trail_holds(database: Database) -> None:
    with database.read() as session:
        assert verify(session).breaks == ()


def test_an_act_that_fails_leaves_no_event(database: Database, work: MakeWork) -> None:
    def fail() -> None:
        with work() as at:
            at.record(Told(subject="lost", number=1))
            raise ZeroDivisionError

    tell(work, 1)
    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert verify(session).events == 1


def test_one_act_may_tell_several_events(database: Database, work: MakeWork) -> None:
    with work() as at:
        for number in range(3):
            at.record(Told(subject="s", number=number))
    with database.read() as session:
        assert [row.detail for row in session.exec(select(AuditRow).order_by("seq"))] == [
            {"number": 0},
            {"number": 1},
            {"number": 2},
        ]
        assert verify(session).breaks == ()


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"])
def test_the_database_itself_refuses_changes(database: Database, work: MakeWork, statement: str) -> None:
    tell(work, 2)
    with pytest.raises(DatabaseError, match="never changed"), database.connection() as connection:
        connection.exec_driver_sql(statement)


def change_detail(session: Session) -> None:
    row = session.get_one(AuditRow, 3)
    row.detail = {"number": 99}
    session.add(row)


def change_actor(session: Session) -> None:
    row = session.get_one(AuditRow, 3)
    row.actor_name = "别人"
    session.add(row)


def remove_one(session: Session) -> None:
    session.delete(session.get_one(AuditRow, 3))


def remove_last(session: Session) -> None:
    session.delete(session.get_one(AuditRow, 5))


def swap(session: Session) -> None:
    first, second = session.get_one(AuditRow, 2), session.get_one(AuditRow, 3)
    first.detail, second.detail = second.detail, first.detail
    session.add_all([first, second])


def move_head(session: Session) -> None:
    head = session.get_one(AuditHeadRow, 1)
    head.digest = "sha256:" + "1" * 64
    session.add(head)


DEEDS: list[tuple[Callable[[Session], None], Break]] = [
    (change_detail, Break(3, "audit_event_changed")),
    (change_actor, Break(3, "audit_event_changed")),
    (remove_one, Break(3, "audit_event_missing")),
    (remove_last, Break(5, "audit_event_missing")),
    (swap, Break(2, "audit_event_changed")),
    (move_head, Break(5, "audit_head_changed")),
]


@pytest.mark.parametrize(("deed", "found"), DEEDS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_done_is_found_and_where(
    database: Database, work: MakeWork, deed: Callable[[Session], None], found: Break
) -> None:
    tell(work, 5)
    drop_triggers(database)
    with database.write() as session:
        deed(session)
    with database.read() as session:
        assert verify(session).breaks[0] == found


def test_a_trail_written_anew_is_unlike_the_anchor(database: Database, work: MakeWork) -> None:
    tell(work, 3)
    with database.read() as session:
        anchors = {3: verify(session).head}
    drop_triggers(database)
    with database.write() as session:
        for row in session.exec(select(AuditRow)).all():
            session.delete(row)
        session.delete(session.get_one(AuditHeadRow, 1))
    tell(work, 2)
    with database.read() as session:
        assert verify(session).breaks == ()
        assert verify(session, anchors).breaks == (Break(3, "audit_anchor_beyond_end"),)
    tell(work, 2)
    with database.read() as session:
        assert verify(session, anchors).breaks == (Break(3, "audit_unlike_anchor"),)
