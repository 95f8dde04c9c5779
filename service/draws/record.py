"""From the draft to the record, and the public events after it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
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
from supervision.ceremony import require, require_other
from supervision.drawcommit import make_record, measure
from supervision.drawdoc import Node
from supervision.drawmerkle import MERKLE, prove, root
from supervision.drawpublic import too_weak, value_fault
from supervision.drawrecord import COMMIT, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.db.tables.draws import DrawRow
    from service.work import Work
    from supervision.drawcommit import Measured
    from supervision.drawrecord import Record

_NOT_FOUND: Final = 404
_LONGEST_EVIDENCE: Final = 2000
_SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Frozen:
    """The lists of a draft, read and measured: what takes long for millions of rows, and needs no lock.

    ``version`` is that of the draft; ``roots`` and ``secret`` are empty where the frames are published.
    """

    version: int
    lists: Measured
    roots: Mapping[str, str]
    secret: str


def freeze(work: Work, row: DrawRow, say: Callable[[str], None] = lambda _: None) -> Frozen:
    """Read and measure the lists of a draft: a work that only reads is enough; ``say`` is told how far it is.

    Raises:
        InputError: names file and line of what is not sound.
    """
    kept, frames = folder_of(work, row), dict.fromkeys(plan["frame"] for plan in row.draft["plans"])
    say("正在读取名录、计算摘要")
    lists = measure(_node(row, {"nonces": []}), kept)
    if row.frames_public:
        return Frozen(row.version, lists, {}, "")
    secret, roots = secrets.token_hex(_SALT_BYTES), {}
    for name in frames:
        say(f"正在计算 {name} 的默克尔根")
        roots[name] = root(kept.bytes_of(name), secret, name)
    return Frozen(row.version, lists, roots, secret)


def require_committable(work: Work, row: DrawRow) -> None:
    """CeremonyError where the record cannot be published now."""
    require("commit", row.state, _holds(work, row))


def _holds(work: Work, row: DrawRow) -> dict[str, bool]:
    nonces, public = draws.nonce_rows(work.session, row.id), row.draft["public"]
    return {
        "files_sound": True,  # whoever measures them refuses anything else, by file and line
        "holders_sealed": bool(nonces) and all(one.digest is not None for one in nonces),
        "public_strong": not too_weak(one.get("format", "") for one in public)
        and all(one.get("if_cancelled") and _due(one) is not None for one in public),
        "event_ahead": all(due is None or due > work.now for due in map(_due, public)),
        "record_follows": True,  # the chain's end is locked when the record is made
    }


def _node(row: DrawRow, more: Mapping[str, Any]) -> Node:
    return Node("draft.json", "", {**row.draft, "draw_id": row.draw_id, **more})


def commit(work: Work, row: DrawRow, frozen: Frozen | None = None) -> Record:
    """Freeze everything and publish the record, behind the last one of the chain.

    Args:
        work: of the act.
        row: the draft, locked.
        frozen: its lists, where they were measured before.

    Raises:
        InputError: names file and line of what is not sound.
        CeremonyError: a holder has not sealed, the events are too weak, or do not say what happens if cancelled.
        StateError: the draft was changed since its lists were measured.
    """
    if frozen is not None and frozen.version != row.version:
        raise StateError("draw_changed_meanwhile")
    holds = _holds(work, row)
    last = draws.last_record(work.session)
    require("commit", row.state, holds)
    known = freeze(work, row) if frozen is None else frozen
    move(work, row, "commit", holds)
    nonces = [[one.holder, one.digest] for one in draws.nonce_rows(work.session, row.id)]
    more: dict[str, Any] = {"prev": last.digest if last is not None else None, "nonces": nonces}
    if known.roots:
        row.salt = DrawVault.of(work).hide(known.secret)
        more[MERKLE] = dict(known.roots)
    published, record, _ = make_record(_node(row, more), folder_of(work, row), secrets.token_hex, known.lists)
    put_file(work, row, COMMIT, published)
    row.number, row.prev, row.digest = (last.number or 0) + 1 if last is not None else 1, record.prev, record.digest
    row.committed_at = work.now
    work.session.add(row)
    try:
        _add_events(work, row, record)
    except IntegrityError as error:  # the very first record of all has none before it to lock
        raise StateError("draw_record_race") from error
    return record


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
