"""Checking the chain: a row that was changed, removed, added or moved is found, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import select

from service.audit.chain import GENESIS, digest_of
from service.db.tables.audit import AuditHeadRow, AuditRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlmodel import Session

_PIECE: Final = 2000


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold: the number of the event, and what is wrong (a message code)."""

    seq: int
    code: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: events read, the last digest, and every break."""

    events: int
    head: str
    breaks: tuple[Break, ...]


def verify(session: Session, anchors: Mapping[int, str] | None = None) -> Checked:
    """Read the whole trail in order; ``anchors``: digests by number that were kept outside the database."""
    breaks: list[Break] = []
    seq, digest = 0, GENESIS
    for row in rows(session):
        breaks += _check(row, seq, digest)
        wanted = (anchors or {}).get(row.seq)
        if wanted is not None and wanted != row.digest:
            breaks.append(Break(row.seq, "audit_unlike_anchor"))
        seq, digest = row.seq, row.digest
    breaks += _check_end(session, seq, digest)
    breaks += [Break(number, "audit_anchor_beyond_end") for number in sorted(anchors or {}) if number > seq]
    return Checked(seq, digest, tuple(breaks))


def rows(session: Session) -> Iterator[AuditRow]:
    """Every event in order, in pieces: the trail may be larger than memory."""
    after = -1
    while piece := session.exec(select(AuditRow).where(AuditRow.seq > after).order_by("seq").limit(_PIECE)).all():
        yield from piece
        after = piece[-1].seq
        session.expunge_all()


def _check(row: AuditRow, seq: int, digest: str) -> Iterator[Break]:
    if row.seq != seq + 1:
        yield Break(seq + 1, "audit_event_missing")
    elif row.prev != digest:
        yield Break(row.seq, "audit_out_of_order")
    if digest_of(row) != row.digest:
        yield Break(row.seq, "audit_event_changed")


def _check_end(session: Session, seq: int, digest: str) -> Iterator[Break]:
    head = session.get(AuditHeadRow, 1)
    if head is None:
        if seq:
            yield Break(seq, "audit_head_missing")
    elif head.seq > seq:
        yield Break(seq + 1, "audit_event_missing")
    elif (head.seq, head.digest) != (seq, digest):
        yield Break(seq, "audit_head_changed")
