"""Records, repairs and imports as the interface and pages show them; personal data masked unless asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from credit.labels import OUTCOMES, STEPS
from credit.worktable import table
from service.db.mapping.repairs import clock_json, clock_of
from service.masking import masked_code, masked_name
from service.repairdesk.model import HIDDEN

if TYPE_CHECKING:
    from datetime import date

    from credit.workflow import Case, Running
    from service.db.tables.repairs import RecordRow, RepairRow
    from service.repairdesk.model import RegisterImport, StoredMove, StoredRecord, StoredRepair


def party_json(name: str, code: str, kind: str, *, masked: bool = True) -> dict[str, Any]:
    """A party; name and number of a natural person (and of a party of unknown kind) are masked."""
    hide = masked and kind in HIDDEN and bool(name or code)
    shown = (masked_name(name), masked_code(code)) if hide else (name, code)
    return {"name": shown[0], "code": shown[1], "kind": kind or None, "masked": hide}


def record_row_json(row: RecordRow) -> dict[str, Any]:
    """One line of the list of records."""
    return {
        "id": row.id,
        "department": row.department,
        "region": row.region,
        "number": row.number or None,
        "party": party_json(row.party_name, row.party_code, row.party_kind),
        "kind": row.kind,
        "channel": row.channel or None,
        "authority": row.authority or None,
        "decided_on": _iso(row.decided_on),
        "published_on": _iso(row.published_on),
        "outcome": row.outcome,
        "class": row.record_class or None,
        "regime": row.regime or None,
        "earliest_on": _iso(row.earliest_on),
        "ends_on": _iso(row.ends_on),
        "checked_on": row.checked_on.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "version": row.version,
    }


def record_json(record: StoredRecord, *, masked: bool = True) -> dict[str, Any]:
    """A record with its document."""
    shown = party_json(record.party_name, record.party_code, record.party_kind, masked=masked)
    document = dict(record.document)
    if shown["masked"]:
        document["party"] = {**record.part("party"), "name": shown["name"], "uscc": shown["code"]}
    glance = record.glance
    return {
        "id": record.id,
        "department": record.department,
        "region": record.region,
        "document": document,
        "masked": shown["masked"],
        "display_until": _iso(record.own.display_until),
        "notice_served_on": _iso(record.own.notice_served_on),
        "remarks": record.own.remarks.split(),
        "outcome": glance.outcome,
        "class": glance.record_class or None,
        "regime": glance.regime or None,
        "earliest_on": _iso(glance.earliest_on),
        "ends_on": _iso(glance.ends_on),
        "checked_on": glance.checked_on.isoformat(),
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "updated_by": record.updated_by,
        "version": record.version,
    }


def repair_row_json(row: RepairRow, record: RecordRow | None) -> dict[str, Any]:
    """One line of the list of repairs."""
    return {
        "id": row.id,
        "record": row.record_id,
        "record_number": (record.number or None) if record else None,
        "party": party_json(record.party_name, record.party_code, record.party_kind) if record else None,
        "department": row.department,
        "region": row.region,
        "regime": row.regime,
        "state": row.state,
        "state_label": state_label(row.state),
        "due_on": _iso(row.due_on),
        "due_step": row.due_step or None,
        "received_on": _iso(row.received_on),
        "decided_on": _iso(row.decided_on),
        "updated_at": row.updated_at.isoformat(),
        "version": row.version,
    }


def repair_json(repair: StoredRepair, case: Case | None = None) -> dict[str, Any]:
    """A repair; ``case``: as it stood on an earlier day."""
    shown = case or repair.case
    return {
        "id": repair.id,
        "record": repair.record_id,
        "number": repair.number,
        "department": repair.department,
        "region": repair.region,
        "regime": shown.regime,
        "state": shown.state,
        "state_label": state_label(shown.state),
        "marks": sorted(shown.marks),
        "clocks": [running_json(one) for one in shown.clocks],
        "moves": [{"move": one.move, "on": one.on.isoformat()} for one in shown.history],
        "created_at": repair.created_at.isoformat(),
        "updated_at": repair.updated_at.isoformat(),
        "updated_by": repair.updated_by,
        "version": shown.version,
    }


def running_json(clock: Running) -> dict[str, Any]:
    """A clock with its last day."""
    due = clock.due
    return {
        **clock_json(clock),
        "label": STEPS.get(clock.step, clock.step),
        "due_on": _iso(due.on),
        "provisional": due.provisional,
    }


def row_clocks(row: RepairRow) -> list[Running]:
    """The clocks of a row."""
    return [clock_of(one) for one in row.clocks]


def move_json(move: StoredMove) -> dict[str, Any]:
    """One move of a repair."""
    return {
        "version": move.version,
        "move": move.move,
        "label": table().moves[move.move].label,
        "event": move.event,
        "document": move.document,
        "role": move.role,
        "by": {"id": move.by, "name": move.by_name},
        "on": move.on.isoformat(),
        "at": move.at.isoformat(),
        "facts": dict(move.facts),
        "rules": list(move.rows),
    }


def import_json(one: RegisterImport) -> dict[str, Any]:
    """An import with what was found."""
    outcomes = one.figures.get("outcomes", {})
    return {
        "id": one.id,
        "department": one.department,
        "region": one.region,
        "status": one.status,
        "name": one.name,
        "file": one.file,
        "channel": one.channel,
        "checked_on": one.checked_on.isoformat(),
        "figures": {**one.figures, "outcome_labels": {code: OUTCOMES.get(code, code) for code in outcomes}},
        "created_at": one.created_at.isoformat(),
        "created_by": one.created_by,
        "applied_at": one.applied_at.isoformat() if one.applied_at else None,
        "applied_by": one.applied_by,
        "version": one.version,
    }


def state_label(state: str) -> str:
    """A state in Chinese."""
    return table().states[state].label


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
