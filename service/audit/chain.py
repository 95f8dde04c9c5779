"""Adding events to the chain.

The digest of an event is the SHA-256 of the canonical JSON of all its columns and of the digest before.
Adding locks the head row, so that two transactions cannot both follow the same event.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from kernel.canonical import canonical_bytes
from service.db.tables.audit import AuditHeadRow, AuditRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlmodel import Session

    from service.audit.events import Event

_log = logging.getLogger("xinheng.audit")
GENESIS: Final = "sha256:" + "0" * 64
"""Stands before the first event."""
_HEAD: Final = 1


def append(session: Session, events: Iterable[Event], actor: tuple[str, str], now: datetime) -> None:
    """Add events in the transaction of the session; ``actor`` is id and name."""
    head = _held(session) or _first(session)
    for event in events:
        row = _row(event, actor, now, head)
        session.add(row)
        head.seq, head.digest = row.seq, row.digest
    session.add(head)


def _held(session: Session) -> AuditHeadRow | None:
    """The end of the chain, held until the end of the transaction; None before the very first event."""
    return session.exec(select(AuditHeadRow).where(AuditHeadRow.id == _HEAD).with_for_update()).one_or_none()


def _first(session: Session) -> AuditHeadRow:
    """Begin the chain; where another transaction does so at the same time, wait for it and go on after it."""
    try:
        with session.begin_nested():
            session.add(AuditHeadRow(id=_HEAD, seq=0, digest=GENESIS))
            session.flush()
    except IntegrityError:
        _log.info("the chain was begun by another transaction")
    head = _held(session)
    if head is None:
        raise RuntimeError("the chain has no end")
    return head


def _row(event: Event, actor: tuple[str, str], now: datetime, head: AuditHeadRow) -> AuditRow:
    row = AuditRow(
        seq=head.seq + 1,
        at=now,
        actor=actor[0],
        actor_name=actor[1],
        kind=event.kind,
        subject=event.subject,
        department=event.department,
        region=event.region,
        detail=event.detail(),
        prev=head.digest,
        digest="",
    )
    row.digest = digest_of(row)
    return row


def digest_of(row: AuditRow) -> str:
    """What the row's digest has to be."""
    content = {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "actor_name": row.actor_name,
        "kind": row.kind,
        "subject": row.subject,
        "department": row.department,
        "region": row.region,
        "detail": row.detail,
        "prev": row.prev,
    }
    return "sha256:" + hashlib.sha256(canonical_bytes(content)).hexdigest()
