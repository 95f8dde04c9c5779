"""New keys for the secrets kept in the database: second factors, and what draws keep closed.

The new key stands in front of the old one in its file before anything is encrypted with it, and the old one goes
only once nothing is left under it: at every moment, and after a crash at any of them, everything can be read.
Services that run meanwhile take the new key by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from service.access.events import KeysRenewed
from service.access.vault import Vault, add_key, drop_keys
from service.db.tables.accounts import TotpRow
from service.db.tables.draws import DrawNonceRow, DrawRow
from service.draws.vault import DrawVault, file_of
from service.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

    from service.access.actor import Actor
    from service.work import Work, Works

_MOST_PASSES: Final = 10


def rekey(works: Works, actor: Actor, secret_file: Path) -> int:
    """Renew both keys and encrypt everything again; returns how many secrets there were.

    Raises StateError where a secret cannot be read with the keys there are, or others keep adding to what is left
    under the old key; both keys then stay in the file.
    """
    with works.reading(actor) as work:
        files = [file for file in (secret_file, file_of(work)) if file.exists()]
    for file in files:
        add_key(file)
    count = 0
    for _ in range(_MOST_PASSES):
        with works.writing(actor) as work:
            renewed = _secrets(work, secret_file) + _draws(work)
            if renewed:
                work.record(KeysRenewed(subject="keys", secrets=renewed))
        count += renewed
        if not renewed:
            break
    else:
        raise StateError("rekey_busy")
    for file in files:
        drop_keys(file)
    return count


def _secrets(work: Work, file: Path) -> int:
    rows = work.session.exec(select(TotpRow).with_for_update()).all()
    if not rows:
        return 0
    vault, count = Vault.open(file), 0
    for row in rows:
        if not vault.is_current(row.secret):
            row.secret = vault.hide(vault.show(row.secret))
            work.session.add(row)
            count += 1
    return count


def _draws(work: Work) -> int:
    nonces = work.session.exec(select(DrawNonceRow).where(col(DrawNonceRow.opened).is_not(None)).with_for_update())
    sealed = col(DrawRow.salt).is_not(None) | col(DrawRow.sealed_result).is_not(None)
    opened, draws = nonces.all(), work.session.exec(select(DrawRow).where(sealed).with_for_update()).all()
    if not opened and not draws:
        return 0
    vault = DrawVault.of(work)
    return sum(_nonce(work, vault, row) for row in opened) + sum(_draw(work, vault, row) for row in draws)


def _nonce(work: Work, vault: DrawVault, row: DrawNonceRow) -> int:
    if row.opened is None or vault.is_current(row.opened):
        return 0
    row.opened = vault.hide(vault.show(row.opened))
    work.session.add(row)
    return 1


def _draw(work: Work, vault: DrawVault, row: DrawRow) -> int:
    count = 0
    if row.salt is not None and not vault.is_current(row.salt):
        row.salt = vault.hide(vault.show(row.salt))
        count += 1
    if row.sealed_result is not None:
        data = work.files.path(row.sealed_result).read_bytes()
        if not vault.is_closed_now(data, row.id):
            row.sealed_result = work.files.put(vault.close(vault.open(data, row.id), row.id))
            count += 1
    work.session.add(row)
    return count
