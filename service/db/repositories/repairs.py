"""Queries for credit records, repairs, moves and imports. Everything that is looked up lies within the actor's area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from credit.worktable import table
from service.access import scope
from service.db.mapping.repairs import import_of, move_of, record_of, repair_of
from service.db.tables.repairs import ImportRow, MoveRow, RecordRow, RepairRow
from service.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.sql.elements import ColumnElement
    from sqlmodel import Session
    from sqlmodel.sql.expression import SelectOfScalar

    from service.access.actor import Actor
    from service.repairdesk.model import RegisterImport, StoredMove, StoredRecord, StoredRepair

_NOT_FOUND = 404
_PIECE = 500
_CLOSED = "closed"


def records(actor: Actor) -> SelectOfScalar[RecordRow]:
    """Every record within the actor's area; lists narrow and sort it."""
    return scope.where(select(RecordRow), RecordRow, actor)


def repairs(actor: Actor) -> SelectOfScalar[RepairRow]:
    """Every repair within the actor's area."""
    return scope.where(select(RepairRow), RepairRow, actor)


def imports(actor: Actor) -> SelectOfScalar[ImportRow]:
    """Every import within the actor's area."""
    return scope.where(select(ImportRow), ImportRow, actor)


def record_row_of(session: Session, actor: Actor, record_id: str, *, lock: bool = False) -> RecordRow:
    """The row of a record; HttpError 404 where there is none within the actor's area. ``lock``: to change it."""
    wanted = records(actor).where(RecordRow.id == record_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "record_unknown", id=record_id)
    return found


def record(session: Session, actor: Actor, record_id: str) -> StoredRecord:
    """A record; HttpError 404 as above."""
    return record_of(record_row_of(session, actor, record_id))


def repair_row_of(session: Session, actor: Actor, repair_id: str, *, lock: bool = False) -> RepairRow:
    """The row of a repair; HttpError 404 where there is none within the actor's area."""
    wanted = repairs(actor).where(RepairRow.id == repair_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "repair_unknown", id=repair_id)
    return found


def repair(session: Session, actor: Actor, repair_id: str) -> StoredRepair:
    """A repair with its history; HttpError 404 as above."""
    return whole(session, repair_row_of(session, actor, repair_id))


def whole(session: Session, row: RepairRow) -> StoredRepair:
    """The repair of a row, with its history."""
    return repair_of(row, move_rows(session, row.id))


def move_rows(session: Session, repair_id: str) -> Sequence[MoveRow]:
    """The moves of a repair, the first one first."""
    wanted = select(MoveRow).where(MoveRow.repair_id == repair_id).order_by(col(MoveRow.version))
    return session.exec(wanted).all()


def moves(session: Session, repair_id: str) -> list[StoredMove]:
    """The moves of a repair, the first one first."""
    return [move_of(one) for one in move_rows(session, repair_id)]


def of_record(session: Session, record_id: str) -> list[RepairRow]:
    """The repairs of a record, the newest first."""
    wanted = select(RepairRow).where(RepairRow.record_id == record_id).order_by(col(RepairRow.number).desc())
    return list(session.exec(wanted).all())


def is_open(session: Session, record_id: str) -> str | None:
    """The repair of a record that is not closed; None: there is none."""
    wanted = select(RepairRow.id).where(RepairRow.record_id == record_id, RepairRow.state != _CLOSED)
    return session.exec(wanted).first()


def is_repaired(row: RepairRow) -> bool:
    """Whether a repair was granted and carried out: all its effects stand, and it is closed."""
    return row.state == _CLOSED and sorted(row.marks) == sorted(table().effects)


def repaired() -> ColumnElement[bool]:
    """The condition on a record that it has such a repair: nobody has to apply for it again.

    Asked record by record, so that a page looks only at the repairs of what it shows.
    """
    effects = col(RepairRow.marks) == sorted(table().effects)
    return closed(effects)


def closed(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on a record that it has a closed repair (of which more holds)."""
    of_record = select(RepairRow.id).where(RepairRow.record_id == RecordRow.id, RepairRow.state == _CLOSED, *more)
    return of_record.correlate(RecordRow).exists()


def last_number(session: Session, record_id: str) -> int:
    """The number of the newest repair of a record; 0: none."""
    wanted = select(func.max(RepairRow.number)).where(RepairRow.record_id == record_id)
    return session.exec(wanted).one() or 0


def record_rows(session: Session, ids: Iterable[str]) -> dict[str, RecordRow]:
    """Rows of records by id."""
    wanted = list(ids)
    found: dict[str, RecordRow] = {}
    for start in range(0, len(wanted), _PIECE):
        piece = select(RecordRow).where(col(RecordRow.id).in_(wanted[start : start + _PIECE]))
        found |= {row.id: row for row in session.exec(piece)}
    return found


def with_histories(session: Session, rows: Sequence[RepairRow]) -> Iterator[StoredRepair]:
    """The repairs of rows with their histories, read in pieces."""
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        by_repair: dict[str, list[MoveRow]] = {row.id: [] for row in piece}
        wanted = select(MoveRow).where(col(MoveRow.repair_id).in_(by_repair)).order_by(col(MoveRow.version))
        for move in session.exec(wanted):
            by_repair[move.repair_id].append(move)
        yield from (repair_of(row, by_repair[row.id]) for row in piece)


def by_sameness(session: Session, department: str, keys: Sequence[str]) -> dict[str, RecordRow]:
    """The records of a department that have one of these digests of sameness; the newest of several."""
    found: dict[str, RecordRow] = {}
    for start in range(0, len(keys), _PIECE):
        piece = keys[start : start + _PIECE]
        wanted = select(RecordRow).where(RecordRow.department == department, col(RecordRow.same).in_(piece))
        found |= {row.same: row for row in session.exec(wanted.order_by(col(RecordRow.created_at)))}
    return found


def import_row_of(session: Session, actor: Actor, import_id: str, *, lock: bool = False) -> ImportRow:
    """The row of an import; HttpError 404 where there is none within the actor's area."""
    wanted = imports(actor).where(ImportRow.id == import_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "import_unknown", id=import_id)
    return found


def register_import(session: Session, actor: Actor, import_id: str) -> RegisterImport:
    """An import; HttpError 404 as above."""
    return import_of(import_row_of(session, actor, import_id))
