"""From the draft to the record, and the public events after it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import IntegrityError

from kernel.errors import InputError
from service.clock import CHINA
from service.db.repositories import draws
from service.db.tables.draws import DrawEventRow
from service.draws.steps import move
from service.draws.store import folder_of, put_file
from service.draws.vault import DrawVault
from service.errors import HttpError, StateError
from service.ids import new_id
from supervision.ceremony import require_other
from supervision.drawcommit import make_record
from supervision.drawdoc import Node
from supervision.drawmerkle import MERKLE, prove, root
from supervision.drawpublic import too_weak, value_fault
from supervision.drawrecord import COMMIT, read_record

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.work import Work
    from supervision.drawrecord import Record

_NOT_FOUND: Final = 404
_LONGEST_EVIDENCE: Final = 2000
_SALT_BYTES: Final = 32


def commit(work: Work, row: DrawRow) -> Record:
    """Freeze everything and publish the record, behind the last one of the chain.

    Raises:
        InputError: names file and line of what is not sound.
        CeremonyError: a holder has not sealed, the events are too weak, or do not say what happens if cancelled.
    """
    nonces = draws.nonce_rows(work.session, row.id)
    last = draws.last_record(work.session)
    public = row.draft["public"]
    holds = {
        "files_sound": True,  # make_record refuses anything else, by file and line
        "holders_sealed": bool(nonces) and all(one.digest is not None for one in nonces),
        "public_strong": not too_weak(one.get("format", "") for one in public)
        and all(one.get("if_cancelled") and _due(one) is not None for one in public),
        "event_ahead": all(due is None or due > work.now for due in map(_due, public)),
        "record_follows": True,  # the chain's end is locked here
    }
    move(work, row, "commit", holds)
    document = {
        **row.draft,
        "draw_id": row.draw_id,
        "prev": last.digest if last is not None else None,
        "nonces": [[one.holder, one.digest] for one in nonces],
        **_roots(work, row),
    }
    published, record, _ = make_record(Node("draft.json", "", document), folder_of(work, row), secrets.token_hex)
    put_file(work, row, COMMIT, published)
    row.number, row.prev, row.digest = (last.number or 0) + 1 if last is not None else 1, record.prev, record.digest
    row.committed_at = work.now
    work.session.add(row)
    try:
        _add_events(work, row, record)
    except IntegrityError as error:  # the very first record of all has none before it to lock
        raise StateError("draw_record_race") from error
    return record


def _roots(work: Work, row: DrawRow) -> dict[str, Any]:
    """Where frames are not published, their Merkle roots, so that an enterprise can still check its own row."""
    if row.frames_public:
        return {}
    secret, kept = secrets.token_hex(_SALT_BYTES), folder_of(work, row)
    row.salt = DrawVault.of(work).hide(secret)
    frames = dict.fromkeys(plan["frame"] for plan in row.draft["plans"])
    return {MERKLE: {name: root(kept.bytes_of(name), secret, name) for name in frames}}


def proofs(work: Work, row: DrawRow, unit: str) -> dict[str, Any]:
    """What an enterprise is given: its row in each frame that has it, with salt and path.

    Raises:
        StateError: ``draw_no_salt``: there is no record, or its frames are published anyway.
        HttpError: 404, no frame has the unit.
    """
    if row.salt is None:
        raise StateError("draw_no_salt")
    secret, kept, record = DrawVault.of(work).show(row.salt), folder_of(work, row), record_of(work, row)
    found = [one for name in record.frames if (one := prove(kept.bytes_of(name), secret, name, unit)) is not None]
    if not found:
        raise HttpError(_NOT_FOUND, "draw_unit_unknown", value=unit)
    return {"draw_id": row.draw_id, "commit": record.digest, "proofs": [one.as_dict() for one in found]}


def _add_events(work: Work, row: DrawRow, record: Record) -> None:
    for position, source in enumerate(record.public):
        work.session.add(
            DrawEventRow(
                id=new_id("event", work.now),
                draw=row.id,
                position=position,
                source=source.source_id,
                evidence="",
                entered_by_name="",
                confirmed_by_name="",
            )
        )
    work.session.flush()


def _due(source: dict[str, Any]) -> datetime | None:
    """When an event is due; None where the draft does not say it."""
    try:
        found = datetime.fromisoformat(str(source.get("when", "")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=CHINA)


def enter_event(work: Work, row: DrawRow, source: str, value: str, evidence: str) -> None:
    """Enter the value of a public event; whoever entered it may correct it until somebody has confirmed it.

    Raises:
        CeremonyError: it is not due yet, or the value is not in the form of the record.
        StateError: it is confirmed already. HttpError 404: the record names no such event.
    """
    event, said = _event(work, row, source)
    due = _due(said)
    holds = {
        "event_over": due is not None and due <= work.now,
        "value_in_form": bool(value) and value_fault(said.get("format", ""), value) is None,
    }
    if len(evidence) > _LONGEST_EVIDENCE:
        raise InputError.at("/evidence", "draw_evidence_long", most=_LONGEST_EVIDENCE)
    move(work, row, "enter_event", holds, source)
    event.value, event.evidence = value, evidence
    event.entered_at, event.entered_by, event.entered_by_name = work.now, work.actor.id, work.actor.name
    work.session.add(event)


def confirm_event(work: Work, row: DrawRow, source: str, value: str) -> None:
    """Confirm a value by entering it again; with the last one the event is known.

    Raises:
        CeremonyError: the same person entered it, or the two values differ.
        StateError: nothing was entered yet, or it is confirmed already. HttpError 404.
    """
    event, _ = _event(work, row, source)
    if event.value is None or event.entered_by is None:
        raise StateError("draw_event_missing", value=source)
    require_other("confirm_event", work.actor.id, {"enter_event": event.entered_by})
    move(work, row, "confirm_event", {"values_equal": value == event.value}, source)
    event.confirmed_at, event.confirmed_by, event.confirmed_by_name = work.now, work.actor.id, work.actor.name
    work.session.add(event)
    work.session.flush()
    if all(one.confirmed_at is not None for one in draws.event_rows(work.session, row.id)):
        move(work, row, "fix_event", {"values_confirmed": True})


def _event(work: Work, row: DrawRow, source: str) -> tuple[DrawEventRow, dict[str, Any]]:
    event = next((one for one in draws.event_rows(work.session, row.id) if one.source == source), None)
    if event is None:
        raise HttpError(_NOT_FOUND, "draw_event_unknown", value=source)
    if event.confirmed_at is not None:
        raise StateError("draw_event_confirmed", value=source)
    said = next(one for one in row.draft["public"] if one["id"] == source)
    return event, said


def record_of(work: Work, row: DrawRow) -> Record:
    """The record of a draw, from its published bytes; StateError where there is none."""
    if row.digest is None:
        raise StateError("draw_no_record")
    return read_record(folder_of(work, row).bytes_of(COMMIT))
