"""Queries for draws. What is looked up lies within the actor's area; :func:`public_row` is for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, func, select

from service.access import scope
from service.db.mapping.draws import change_of, file_of, holder_of, public_event_of, step_of
from service.db.tables.draws import DrawChangeRow, DrawEventRow, DrawFileRow, DrawMoveRow, DrawNonceRow, DrawRow
from service.db.tables.plans import CheckRow, TaskRow
from service.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session
    from sqlmodel.sql.expression import SelectOfScalar

    from service.access.actor import Actor
    from service.draws.model import DrawFile, Holder, PublicEvent, Step
    from supervision.drawchanges import Change

_NOT_FOUND: Final = 404
_OPEN: Final = ("planned", "dispatched", "entered", "refused")
"""States of a check that is not over."""


def statement(actor: Actor) -> SelectOfScalar[DrawRow]:
    """Every draw within the actor's area."""
    return scope.where(select(DrawRow), DrawRow, actor)


def row(session: Session, actor: Actor, key: str, *, lock: bool = False) -> DrawRow:
    """The row of a draw; HttpError 404 where there is none within the actor's area. ``lock``: to change it."""
    wanted = statement(actor).where(DrawRow.id == key)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "draw_unknown", id=key)
    return found


def public_row(session: Session, key: str) -> DrawRow:
    """The row of a draw whose record has been published; HttpError 404 for any other."""
    found = session.exec(select(DrawRow).where(DrawRow.id == key, col(DrawRow.number).is_not(None))).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "draw_unknown", id=key)
    return found


def is_taken(session: Session, draw_id: str) -> bool:
    """Whether a draw of this name is there already, wherever it belongs."""
    return session.exec(select(DrawRow.id).where(DrawRow.draw_id == draw_id)).first() is not None


def chain(session: Session) -> Sequence[DrawRow]:
    """Every record in the order of the chain, the newest first."""
    return session.exec(_records()).all()


def _records() -> SelectOfScalar[DrawRow]:
    return select(DrawRow).where(col(DrawRow.number).is_not(None)).order_by(col(DrawRow.number).desc())


def last_record(session: Session) -> DrawRow | None:
    """The newest record, locked until the end of the transaction: only one may follow it.

    Whoever had to wait for the lock looks again: meanwhile another record may have followed.
    """
    found = session.exec(_records().limit(1).with_for_update()).one_or_none()
    while found is not None:
        newest = session.exec(_records().limit(1).with_for_update()).one()
        if newest.id == found.id:
            break
        found = newest
    return found


def file_rows(session: Session, draw: str) -> Sequence[DrawFileRow]:
    """The rows of the files, by name."""
    return session.exec(select(DrawFileRow).where(DrawFileRow.draw == draw).order_by(col(DrawFileRow.name))).all()


def files(session: Session, draw: str) -> list[DrawFile]:
    """The files, by name."""
    return [file_of(one) for one in file_rows(session, draw)]


def nonce_rows(session: Session, draw: str) -> Sequence[DrawNonceRow]:
    """The rows of the holders in the order of the record."""
    return session.exec(
        select(DrawNonceRow).where(DrawNonceRow.draw == draw).order_by(col(DrawNonceRow.position))
    ).all()


def holders(session: Session, draw: str) -> list[Holder]:
    """The holders in the order of the record."""
    return [holder_of(one) for one in nonce_rows(session, draw)]


def event_rows(session: Session, draw: str) -> Sequence[DrawEventRow]:
    """The rows of the public events in the order of the record."""
    return session.exec(
        select(DrawEventRow).where(DrawEventRow.draw == draw).order_by(col(DrawEventRow.position))
    ).all()


def public_events(session: Session, draw: str) -> list[PublicEvent]:
    """The public events in the order of the record."""
    return [public_event_of(one) for one in event_rows(session, draw)]


def steps(session: Session, draw: str) -> list[Step]:
    """The steps in their order."""
    found = session.exec(select(DrawMoveRow).where(DrawMoveRow.draw == draw).order_by(col(DrawMoveRow.number)))
    return [step_of(one) for one in found]


def step_count(session: Session, draw: str) -> int:
    """How many steps there are."""
    return session.exec(select(func.count()).select_from(DrawMoveRow).where(DrawMoveRow.draw == draw)).one()


def changes(session: Session, draw: str) -> list[Change]:
    """The log of changes in its order."""
    found = session.exec(select(DrawChangeRow).where(DrawChangeRow.draw == draw).order_by(col(DrawChangeRow.number)))
    return [change_of(one) for one in found]


def open_checks(session: Session, draw_id: str) -> int:
    """How many checks of a draw's tasks have neither a result that was reviewed nor a reason why there is none."""
    checks = select(func.count()).select_from(CheckRow).join(TaskRow, col(CheckRow.task_id) == col(TaskRow.id))
    return session.exec(checks.where(TaskRow.draw_id == draw_id, col(CheckRow.state).in_(_OPEN))).one()


def by_name(session: Session, name: str) -> DrawRow | None:
    """The draw of a public name, or of an id, wherever it belongs; None where there is none."""
    wanted = select(DrawRow).where((col(DrawRow.draw_id) == name) | (col(DrawRow.id) == name))
    return session.exec(wanted).first()
