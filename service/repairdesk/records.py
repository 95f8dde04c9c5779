"""Entering and changing credit records. Each is one transaction of its work; nobody overwrites another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from credit.records import DETERMINED, PATHS, parse_record
from credit.scan import document_of
from kernel.canonical import digest
from kernel.errors import InputError
from service.access import scope
from service.access.permissions import Permission
from service.db.mapping.repairs import record_of, record_row
from service.db.repositories import repairs as store
from service.errors import StateError
from service.ids import new_id
from service.repairdesk.checking import answer_of, glance_of
from service.repairdesk.events import RecordChanged, RecordSaved, RecordUnmasked
from service.repairdesk.model import Own, StoredRecord
from service.versions import expect_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.db.tables.repairs import RecordRow
    from service.work import Work

MOST_REASON: Final = 1000
LIVING: Final = frozenset({"class", "conduct", "lists", "application", "reorganisation"})
"""Sections that go on changing after a repair was opened; the others say what the record is."""
_REGION: Final = 6


def normal(raw: object) -> dict[str, Any]:
    """A record document read strictly and written in one form; InputError as ``repair check`` gives it."""
    record = parse_record(raw)
    return document_of(record.values, record.published)


def save(work: Work, raw: object, own: Own | None = None) -> StoredRecord:
    """Enter a record; it belongs to the actor's department and region (where he has none: to the record's place)."""
    document = normal(raw)
    _undetermined(document, {})
    record = made(work, document, own or Own())
    scope.check(work.actor, record.department, record.region)
    work.session.add(record_row(record))
    work.session.flush()
    work.record(RecordSaved(**subject(record), content=digest(dict(document))))
    return record


def made(work: Work, document: Mapping[str, Any], own: Own) -> StoredRecord:
    """A new record of a normal document, not stored yet."""
    actor = work.actor
    place = str(document.get("jurisdiction") or document.get("province") or "")
    return StoredRecord(
        id=new_id("record", work.now),
        department=actor.department,
        region=actor.region or (place if len(place) == _REGION else ""),
        document=document,
        own=own,
        glance=glance_of(answer_of(work, document, work.today), work.today),
        created_at=work.now,
        updated_at=work.now,
        updated_by=actor.name,
        version=1,
    )


def change(work: Work, record_id: str, seen: int, raw: object, reason: str = "") -> StoredRecord:
    """Replace a record's document; while a repair of it is open only what goes on changing may differ."""
    row = store.record_row_of(work.session, work.actor, record_id, lock=True)
    expect_number(row.version, seen)
    before, document = record_of(row), normal(raw)
    _undetermined(document, before.document)
    if DETERMINED in before.document:
        document |= {DETERMINED: before.document[DETERMINED]}
    if store.is_open(work.session, record_id) and fixed(before.document) != fixed(document):
        raise StateError("record_changed_in_repair")
    return keep(work, row, before, document, reason=reason)


def _undetermined(document: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """InputError where a document brings decisions of open questions with it: they are made in a repair."""
    if document.get(DETERMINED) not in (None, before.get(DETERMINED)):
        raise InputError.at(f"/{DETERMINED}", "record_determined_elsewhere")


def fixed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The sections that say what a record is."""
    return {key: value for key, value in document.items() if key not in LIVING}


def keep(
    work: Work,
    row: RecordRow,
    before: StoredRecord,
    document: Mapping[str, Any],
    *,
    reason: str = "",
    own: Own | None = None,
) -> StoredRecord:
    """Write the next version of a record, and tell the trail which facts changed."""
    record = replace(
        before,
        document=document,
        own=own or before.own,
        glance=glance_of(answer_of(work, document, work.today), work.today),
        updated_at=work.now,
        updated_by=work.actor.name,
        version=before.version + 1,
    )
    for name, value in record_row(record).model_dump().items():
        setattr(row, name, value)
    work.session.add(row)
    work.session.flush()
    changed = changes(before.document, document)
    work.record(RecordChanged(**subject(record), version=record.version, changed=changed, reason=reason))
    return record


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The facts, by their paths, that differ between two documents."""
    return [path for path in PATHS.values() if _at(before, path) != _at(after, path)]


def unmask(work: Work, record_id: str, reason: str) -> StoredRecord:
    """The record for somebody who says why he has to see the party's name and code; the trail is told."""
    record = store.record(work.session, work.actor, record_id)
    work.actor.require(Permission.UNMASK, record.department, record.region)
    if not reason.strip():
        raise InputError.at("/reason", "unmask_record_reason")
    work.record(RecordUnmasked(**subject(record), reason=reason.strip()[:MOST_REASON]))
    return record


def subject(record: StoredRecord) -> dict[str, str]:
    """Whose a record is, for events."""
    return {"subject": record.id, "department": record.department, "region": record.region}


def _at(document: Mapping[str, Any], path: str) -> object:
    section, _, key = path.rpartition(".")
    found = document.get(section) if section else document
    return found.get(key) if isinstance(found, dict) else None
