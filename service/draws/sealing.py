"""Nonces: made and locked away before the record, opened when the public event is known.

A nonce made here is shown once, to be copied by hand for the keeper outside the department. After that only the
holder's secret, or that copy, opens it. A holder may also keep a nonce of his own and hand in its digest alone.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from kernel.errors import InputError
from service.db.repositories import draws
from service.draws.draft import require_draft
from service.draws.events import NonceOpened, NonceSealed
from service.draws.vault import DrawVault
from service.drawseal import Sealed, bound_to, lock, unlock
from service.errors import HttpError, StateError
from supervision.ceremony import states
from supervision.drawtext import sha256_hex

if TYPE_CHECKING:
    from service.db.tables.draws import DrawNonceRow, DrawRow
    from service.work import Work

_BYTES: Final = 32
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_BLANKS: Final = re.compile(r"[\s-]+")
_NOT_FOUND: Final = 404


def seal(work: Work, row: DrawRow, holder: str, secret: str) -> str:
    """Make a nonce, lock it under the holder's secret, and return it to be copied once.

    Raises:
        SealError: ``seal_short``.
        StateError: it is sealed already, this person has sealed another one, or there is a record.
    """
    mine = _unsealed(work, row, holder)
    nonce = secrets.token_hex(_BYTES)
    digest = sha256_hex(nonce)
    mine.locked = lock(secret.encode(), nonce.encode(), bound_to(row.draw_id, holder, digest)).as_dict()
    _sealed(work, row, mine, digest)
    return nonce


def seal_digest(work: Work, row: DrawRow, holder: str, digest: str) -> None:
    """Take the digest of a nonce that its holder keeps himself; InputError, StateError as :func:`seal`."""
    mine = _unsealed(work, row, holder)
    if not _HEX.fullmatch(digest):
        raise InputError.at("/digest", "draw_digest_form")
    _sealed(work, row, mine, digest)


def unseal(work: Work, row: DrawRow, holder: str) -> None:
    """Give up a nonce before the record is published, to seal another; StateError afterwards."""
    require_draft(row)
    mine = _row(work, row, holder)
    mine.digest, mine.locked, mine.sealed_at, mine.sealed_by, mine.sealed_by_name = None, {}, None, None, ""
    work.session.add(mine)


def open_nonce(work: Work, row: DrawRow, holder: str, *, secret: str = "", copy: str = "") -> None:
    """Open a nonce for the draw, with the holder's secret or with the copy kept outside.

    Raises:
        SealError: the secret does not open it.
        InputError: the copy is not the nonce of the record.
        StateError: the public event is not known yet, or the nonce is open already.
    """
    if row.state != "event_known":
        raise StateError("draw_open_early", state=states()[row.state].name)
    mine = _row(work, row, holder)
    if mine.opened is not None:
        raise StateError("draw_open_twice", value=holder)
    nonce = _copied(mine, copy) if copy.strip() else _unlocked(row, mine, secret)
    mine.opened = DrawVault.of(work).hide(nonce)
    mine.opened_at, mine.opened_by = work.now, work.actor.id
    mine.way = "secret" if not copy.strip() else "copy" if mine.locked else "own"
    work.session.add(mine)
    _touch(work, row)
    work.record(NonceOpened(**_about(row), holder=holder, way=mine.way))


def _copied(mine: DrawNonceRow, copy: str) -> str:
    nonce = _BLANKS.sub("", copy).lower()
    if not _HEX.fullmatch(nonce) or sha256_hex(nonce) != mine.digest:
        raise InputError.at("/copy", "draw_copy_wrong", value=mine.holder)
    return nonce


def _unlocked(row: DrawRow, mine: DrawNonceRow, secret: str) -> str:
    if not mine.locked:
        raise InputError.at("/copy", "draw_copy_needed", value=mine.holder)
    bound = bound_to(row.draw_id, mine.holder, mine.digest or "")
    return unlock(secret.encode(), Sealed.of(mine.locked), bound).decode()


def _unsealed(work: Work, row: DrawRow, holder: str) -> DrawNonceRow:
    require_draft(row)
    everybody = draws.nonce_rows(work.session, row.id)
    mine = _row(work, row, holder)
    if mine.digest is not None:
        raise StateError("draw_sealed_already", value=holder)
    if any(one.sealed_by == work.actor.id for one in everybody):
        raise StateError("draw_sealed_other", value=holder)
    return mine


def _row(work: Work, row: DrawRow, holder: str) -> DrawNonceRow:
    found = next((one for one in draws.nonce_rows(work.session, row.id) if one.holder == holder), None)
    if found is None:
        raise HttpError(_NOT_FOUND, "draw_holder_unknown", value=holder)
    return found


def _sealed(work: Work, row: DrawRow, mine: DrawNonceRow, digest: str) -> None:
    mine.digest, mine.sealed_at = digest, work.now
    mine.sealed_by, mine.sealed_by_name = work.actor.id, work.actor.name
    work.session.add(mine)
    _touch(work, row)
    work.record(NonceSealed(**_about(row), holder=mine.holder, digest=digest))


def _touch(work: Work, row: DrawRow) -> None:
    row.updated_at, row.version = work.now, row.version + 1
    work.session.add(row)
    work.session.flush()


def _about(row: DrawRow) -> dict[str, str]:
    return {"subject": row.id, "department": row.department, "region": row.region, "draw_id": row.draw_id}
