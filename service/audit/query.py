"""Looking into the trail: filters, the newest first for a page, the oldest first for an export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func
from sqlmodel import col, select

from service.access import scope
from service.db.tables.audit import AuditRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from service.access.actor import Actor

_PIECE: Final = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; None or empty: all. ``since`` is included, ``until`` is not. ``actor`` is an id or a name."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    kind: str = ""
    subject: str = ""
    seen_by: Actor | None = None
    """Only what lies within this actor's areas."""


def newest(session: Session, wanted: Wanted, offset: int, limit: int) -> tuple[int, Sequence[AuditRow]]:
    """How many there are, and one page of them from the newest."""
    found = select(AuditRow).where(*_conditions(wanted))
    total = session.exec(select(func.count()).select_from(found.subquery())).one()
    return total, session.exec(found.order_by(col(AuditRow.seq).desc()).offset(offset).limit(limit)).all()


def one(session: Session, wanted: Wanted, seq: int) -> AuditRow | None:
    """The event of a number, if it is among those wanted."""
    return session.exec(select(AuditRow).where(AuditRow.seq == seq, *_conditions(wanted))).one_or_none()


def oldest(session: Session, wanted: Wanted) -> Iterator[AuditRow]:
    """All of them in order, in pieces: the trail may be larger than memory."""
    after = 0
    found = select(AuditRow).where(*_conditions(wanted)).order_by(col(AuditRow.seq)).limit(_PIECE)
    while piece := session.exec(found.where(col(AuditRow.seq) > after)).all():
        yield from piece
        after = piece[-1].seq
        session.expunge_all()


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.since is not None:
        found.append(col(AuditRow.at) >= wanted.since)
    if wanted.until is not None:
        found.append(col(AuditRow.at) < wanted.until)
    if wanted.actor:
        found.append((col(AuditRow.actor) == wanted.actor) | (col(AuditRow.actor_name) == wanted.actor))
    if wanted.kind:
        found.append(col(AuditRow.kind) == wanted.kind)
    if wanted.subject:
        found.append(col(AuditRow.subject) == wanted.subject)
    if wanted.seen_by is not None:
        found.append(scope.condition(AuditRow, wanted.seen_by))
    return found
