"""Documents of a stored repair: drafted from its record as it is now, or as the move that makes them left it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from credit.worktable import table
from kernel.errors import InputError
from service.db.repositories import repairs as store
from service.documents.make import Wish
from service.documents.repair import make_repair, refuse_repair
from service.documents.repair_kinds import KINDS, MOVE_DOCUMENTS
from service.errors import StateError
from service.repairdesk.acts import subject
from service.repairdesk.checking import repairs_of
from service.repairdesk.events import RepairDocumentMade

if TYPE_CHECKING:
    from datetime import date

    from service.documents.make import Made
    from service.repairdesk.model import StoredMove, StoredRepair
    from service.work import Work

_FROM_FACTS: Final = {
    "materials_asked": "materials_asked",
    "reason": "reason",
    "proofs": "evidence_materials",
    "materials_supplied": "evidence_materials",
}
"""Which contents of a move a document shows, and as which of its particulars."""


_AFTERWARDS: Final = "repair_revocation"


@dataclass(frozen=True, slots=True)
class Possible:
    """A kind of document of a repair; ``refused`` says why it cannot be drafted now, empty where it can."""

    kind: str
    title: str
    refused: str = ""


def possible(work: Work, repair: StoredRepair, moves: list[StoredMove]) -> list[Possible]:
    """The documents of the moves made, the newest first; those of the next moves; then what goes with any record."""
    made = [MOVE_DOCUMENTS[one.document] for one in reversed(moves) if one.document]
    # A revocation is drafted from the move that found the promise false: before it there is no day to write.
    offered = [MOVE_DOCUMENTS[one] for one in _next_documents(repair) if MOVE_DOCUMENTS[one] != _AFTERWARDS]
    always = ["repair_notice", "repair_promise", "repair_application", "repair_reminder"]
    return [_tried(work, repair, moves, name) for name in dict.fromkeys([*made, *offered, *always])]


def _tried(work: Work, repair: StoredRepair, moves: list[StoredMove], name: str) -> Possible:
    raw, particulars, on = _content(work, repair, moves, name)
    try:
        refuse_repair(repairs_of(work.engine.release), raw, Wish(name, "txt", particulars), on)
    except (InputError, StateError) as error:
        return Possible(name, KINDS[name].title, error.detail)
    return Possible(name, KINDS[name].title)


def _next_documents(repair: StoredRepair) -> list[str]:
    moves = (table().moves[name] for name in table().possible(repair.case.state))
    return [one.document for one in moves if one.document]


def make(work: Work, repair: StoredRepair, kind: str, form: str) -> Made:
    """A draft; StateError where the answer does not carry it. What a move established is filled in."""
    if kind not in KINDS:
        raise StateError("document_unknown", kind=kind, allowed="、".join(KINDS))
    raw, particulars, on = _content(work, repair, store.moves(work.session, repair.id), kind)
    made = make_repair(repairs_of(work.engine.release), raw, Wish(kind, form, particulars, work.engine.templates), on)
    digest = "sha256:" + hashlib.sha256(made.data).hexdigest()
    work.record(RepairDocumentMade(**subject(repair), document=kind, format=form, digest=digest))
    return made


def _content(
    work: Work, repair: StoredRepair, moves: list[StoredMove], kind: str
) -> tuple[dict[str, Any], dict[str, Any], date]:
    """The record a document speaks of, its particulars and its day: those of the move that makes it, or of today."""
    basis = next((one for one in reversed(moves) if one.document and MOVE_DOCUMENTS[one.document] == kind), None)
    raw = basis.record if basis else store.record(work.session, work.actor, repair.record_id).document
    return dict(raw), _particulars(moves, basis), basis.on if basis else work.today


def _particulars(moves: list[StoredMove], basis: StoredMove | None) -> dict[str, Any]:
    """Contents of the move that makes the document; the proofs of the whole repair for a decision."""
    found: dict[str, Any] = {}
    for one in moves:
        if basis is not None and one.version > basis.version:
            break
        is_basis = basis is not None and one.version == basis.version
        for fact, name in _FROM_FACTS.items():
            value = one.facts.get(fact)
            if value and (is_basis or name.startswith("evidence_")):
                found[name] = "；".join(value) if isinstance(value, list) else str(value)
    return found
