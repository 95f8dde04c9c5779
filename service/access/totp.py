"""The second factor: codes of six digits that change every half minute (RFC 6238), and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyotp

from service.access.errors import AccessRefusedError
from service.access.events import RecoveryCodeUsed, SecondFactorRemoved, SecondFactorSet
from service.access.keys import digest, new_code, same
from service.db.repositories import accounts as accounts_repo
from service.db.tables.accounts import RecoveryRow, TotpRow
from service.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from service.access.vault import Vault
    from service.work import Work

_ISSUER: Final = "信衡"
_STEP_SECONDS: Final = 30
_DIGITS: Final = 6
_DRIFT: Final = 1
"""Half minutes that a telephone's clock may be ahead or behind."""
_CODES: Final = 10
_NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Setup:
    """What somebody enters into the app on his telephone: the secret, and the same as an address."""

    secret: str
    address: str


def step_of(code: str, secret: str, now: datetime, after: int = _NEVER) -> int | None:
    """The half minute a code belongs to, if it is right at ``now`` and later than ``after``; else None."""
    if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
        return None
    otp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // _STEP_SECONDS
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        if step > after and same(code, otp.generate_otp(step)):
            return step
    return None


def begin(work: Work, vault: Vault, login: str) -> Setup:
    """Make a secret for the actor; it counts only once :func:`confirm` has seen a code of it.

    Asked again before that, the secret stays the same. AccessRefusedError where a factor is on already.
    """
    row = accounts_repo.find_totp(work.session, work.actor.id)
    if row is not None and row.confirmed_at is not None:
        raise AccessRefusedError("totp_on", status=409)
    if row is None:
        hidden = vault.hide(pyotp.random_base32())
        row = TotpRow(user_id=work.actor.id, secret=hidden, confirmed_at=None, last_step=_NEVER)
        work.session.add(row)
    secret = vault.show(row.secret)
    return Setup(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER))


def confirm(work: Work, vault: Vault, code: str) -> list[str] | None:
    """Switch the actor's second factor on; his recovery codes, shown this once. None where the code is wrong."""
    row = accounts_repo.find_totp(work.session, work.actor.id)
    step = None if row is None else step_of(code, vault.show(row.secret), work.now)
    if row is None or row.confirmed_at is not None or step is None:
        return None
    row.confirmed_at, row.last_step = work.now, step
    work.session.add(row)
    codes = [new_code() for _ in range(_CODES)]
    for one in codes:
        made = RecoveryRow(id=new_id("rec", work.now), user_id=work.actor.id, digest=digest(one), used_at=None)
        work.session.add(made)
    work.record(SecondFactorSet(subject=work.actor.id))
    return codes


def accept(work: Work, vault: Vault, user_id: str, code: str) -> bool:
    """Whether a code of the app, or a recovery code, is right; either works once."""
    row = accounts_repo.find_totp(work.session, user_id)
    if row is None or row.confirmed_at is None:
        return False
    step = step_of(code.strip(), vault.show(row.secret), work.now, row.last_step)
    if step is not None:
        row.last_step = step
        work.session.add(row)
        return True
    return _accept_recovery(work, user_id, code)


def _accept_recovery(work: Work, user_id: str, code: str) -> bool:
    wanted = digest(code.strip().upper())
    codes = accounts_repo.recovery_codes(work.session, user_id)
    found = next((one for one in codes if same(one.digest, wanted)), None)
    if found is None:
        return False
    found.used_at = work.now
    work.session.add(found)
    work.record(RecoveryCodeUsed(subject=user_id, left=len(codes) - 1))
    return True


def remove(work: Work, user_id: str) -> None:
    """Switch the second factor of somebody off."""
    if accounts_repo.find_totp(work.session, user_id) is not None:
        accounts_repo.remove_totp(work.session, user_id)
        work.record(SecondFactorRemoved(subject=user_id))
