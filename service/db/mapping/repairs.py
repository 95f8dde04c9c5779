"""Records, repairs, moves and imports: rows to validated objects and back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from credit.deadlines import Pause
from credit.workflow import Actor, Case, Running, Step
from credit.worktable import table
from kernel.canonical import digest
from service.db.tables.repairs import IMPORT_STATES, ImportRow, MoveRow, RecordRow, RepairRow
from service.repairdesk.model import Glance, Own, RegisterImport, StoredMove, StoredRecord, StoredRepair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def record_of(row: RecordRow) -> StoredRecord:
    """The record of a row."""
    glance = Glance(row.outcome, row.record_class, row.regime, row.earliest_on, row.ends_on, row.checked_on)
    return StoredRecord(
        id=row.id,
        department=row.department,
        region=row.region,
        document=row.document,
        own=Own(row.display_until, row.notice_served_on, row.remarks, row.import_id),
        glance=glance,
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        version=row.version,
    )


def record_row(record: StoredRecord) -> RecordRow:
    """The row of a record; what lists show is taken from its document."""
    decision, glance, own = record.part("decision"), record.glance, record.own
    return RecordRow(
        id=record.id,
        department=record.department,
        region=record.region,
        same=sameness(record.document),
        number=record.number[:128],
        party_name=record.party_name[:200],
        party_code=record.party_code[:40],
        party_kind=record.party_kind,
        kind=str(record.document["kind"]),
        channel=str(record.document.get("channel") or ""),
        authority=str(decision.get("authority") or "")[:200],
        decided_on=_day(decision.get("decided_on")),
        published_on=_day(decision.get("published_on")),
        display_until=own.display_until,
        notice_served_on=own.notice_served_on,
        document=dict(record.document),
        outcome=glance.outcome,
        record_class=glance.record_class,
        regime=glance.regime,
        earliest_on=glance.earliest_on,
        ends_on=glance.ends_on,
        checked_on=glance.checked_on,
        remarks=own.remarks[:400],
        import_id=own.import_id,
        created_at=record.created_at,
        updated_at=record.updated_at,
        updated_by=record.updated_by,
        version=record.version,
    )


def sameness(document: Mapping[str, Any]) -> str:
    """By what two entries are the same record: kind, number, decision day, party. Digested, to be an index."""
    decision, party = document.get("decision") or {}, document.get("party") or {}
    who = party.get("uscc") or party.get("name")
    return digest([document.get("kind"), decision.get("number"), decision.get("decided_on"), who])


def repair_of(row: RepairRow, moves: Sequence[MoveRow] = ()) -> StoredRepair:
    """The repair of a row with its moves in order. ValueError for a state that the workflow does not have."""
    states = table().states
    if row.state not in states or (row.previous is not None and row.previous not in states):
        raise ValueError(f"repair {row.id}: no such state: {row.state}, {row.previous}")
    case = Case(
        record_id=row.record_id,
        regime=row.regime,
        record_kind=row.record_kind,
        place=row.place,
        state=row.state,
        version=row.version,
        marks=frozenset(row.marks),
        previous=row.previous,
        clocks=tuple(clock_of(one) for one in row.clocks),
        history=tuple(step_of(one) for one in moves),
    )
    return StoredRepair(
        row.id,
        row.record_id,
        row.number,
        row.department,
        row.region,
        case,
        row.created_at,
        row.updated_at,
        row.updated_by,
    )


def repair_row(repair: StoredRepair) -> RepairRow:
    """The row of a repair; its moves are rows of their own."""
    case = repair.case
    due, step = next_due(case)
    made = {one.move: one.on for one in case.history}
    return RepairRow(
        id=repair.id,
        record_id=repair.record_id,
        number=repair.number,
        department=repair.department,
        region=repair.region,
        regime=case.regime,
        record_kind=case.record_kind,
        place=case.place,
        state=case.state,
        previous=case.previous,
        marks=sorted(case.marks),
        clocks=[clock_json(one) for one in case.clocks],
        due_on=due,
        due_step=step,
        received_on=made.get("take_up") or made.get("receive"),
        decided_on=made.get("grant") or made.get("refuse"),
        created_at=repair.created_at,
        updated_at=repair.updated_at,
        updated_by=repair.updated_by,
        version=case.version,
    )


def next_due(case: Case) -> tuple[date | None, str]:
    """The running clock that runs out first, by its step; (None, "") where none runs to a day."""
    running = ((one.due.on, one.step) for one in case.clocks if one.ended_on is None)
    found = sorted((on, step) for on, step in running if on is not None)
    return found[0] if found else (None, "")


def move_of(row: MoveRow) -> StoredMove:
    """The move of a row."""
    return StoredMove(
        version=row.version,
        move=row.move,
        event=row.event,
        document=row.document,
        role=row.role,
        by=row.by,
        by_name=row.by_name,
        on=row.made_on,
        at=row.at,
        facts=row.facts,
        rows=tuple(row.rows),
        record=row.record,
    )


def move_row(row_id: str, repair_id: str, move: StoredMove) -> MoveRow:
    """The row of a move."""
    return MoveRow(
        id=row_id,
        repair_id=repair_id,
        version=move.version,
        move=move.move,
        event=move.event,
        document=move.document,
        role=move.role,
        by=move.by,
        by_name=move.by_name,
        made_on=move.on,
        at=move.at,
        facts=dict(move.facts),
        rows=list(move.rows),
        record=dict(move.record),
    )


def step_of(row: MoveRow) -> Step:
    """The move as the workflow plays it again."""
    return Step(row.move, Actor(row.by, row.role), row.made_on, row.facts)


def clock_json(clock: Running) -> dict[str, Any]:
    """A clock as JSON."""
    return {
        "step": clock.step,
        "rule": clock.rule,
        "started_on": clock.started_on.isoformat(),
        "days": clock.days,
        "ends": clock.ends,
        "pauses": [[one.start.isoformat(), one.until.isoformat() if one.until else None] for one in clock.pauses],
        "ended_on": clock.ended_on.isoformat() if clock.ended_on else None,
        "extended": clock.extended,
    }


def clock_of(raw: Mapping[str, Any]) -> Running:
    """The clock of its JSON."""
    pauses = tuple(Pause(date.fromisoformat(start), _day(until)) for start, until in raw["pauses"])
    return Running(
        step=raw["step"],
        rule=raw["rule"],
        started_on=date.fromisoformat(raw["started_on"]),
        days=raw["days"],
        ends=raw["ends"],
        pauses=pauses,
        ended_on=_day(raw["ended_on"]),
        extended=raw["extended"],
    )


def import_of(row: ImportRow) -> RegisterImport:
    """The import of a row. ValueError for a status that there is not."""
    if row.status not in IMPORT_STATES:
        raise ValueError(f"import {row.id}: no such status: {row.status}")
    return RegisterImport(**row.model_dump())


def import_row(one: RegisterImport) -> ImportRow:
    """The row of an import."""
    fields = {name: getattr(one, name) for name in RegisterImport.__slots__}
    return ImportRow(**{**fields, "figures": dict(one.figures)})


def _day(raw: object) -> date | None:
    return date.fromisoformat(raw) if isinstance(raw, str) else None
