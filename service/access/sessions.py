"""Sessions in the database: opened by a login, renewed when more was proved, ended by time or by hand.

The browser holds 256 random bits, the database their digest. Whenever somebody proves more (second
factor, new password) the secret is a new one: what was planted before is worth nothing (session fixation).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from service.access.accounts import LoginSession
from service.access.errors import LoginRequiredError
from service.access.keys import digest, new_secret
from service.db.mapping.accounts import session_row
from service.db.repositories import accounts as accounts_repo
from service.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from service.access.accounts import Stage
    from service.access.policy import AccessSettings
    from service.db.tables.accounts import SessionRow, TotpRow, UserRow

SEEN_EVERY: Final = timedelta(minutes=1)
"""The last request is noted no more often than this: reading stays free of writes."""
_LONGEST_AGENT: Final = 200
_LONGEST_ADDRESS: Final = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from: network address, and what the browser calls itself."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with the secret for the browser: shown to it, and never again."""

    secret: str
    stage: Stage
    expires_at: datetime


def next_stage(
    user: UserRow, totp: TotpRow | None, *, code_passed: bool, totp_needed: bool, days: int, now: datetime
) -> Stage:
    """What a login still needs, in the order in which it is asked for; ``days``: how long a password may stay."""
    has_totp = totp is not None and totp.confirmed_at is not None
    if has_totp and not code_passed:
        return "code"
    is_old = days > 0 and user.password_at is not None and now - user.password_at >= timedelta(days=days)
    if user.origin == "local" and (user.must_change or is_old):
        return "password"
    return "enrol" if totp_needed and not has_totp else "full"


def start(
    session: Session, user: UserRow, stage: Stage, visitor: Visitor, settings: AccessSettings, now: datetime
) -> Opened:
    """Open a session for a user."""
    made = LoginSession(
        id=new_id("ses", now),
        user_id=user.id,
        stage=stage,
        created_at=now,
        seen_at=now,
        expires_at=now + settings.total,
        proved_at=now,
        address=visitor.address[:_LONGEST_ADDRESS],
        agent=visitor.agent[:_LONGEST_AGENT],
    )
    secret = new_secret()
    session.add(session_row(made, digest(secret)))
    return Opened(secret, stage, made.expires_at)


def renew(row: SessionRow, stage: Stage, now: datetime) -> Opened:
    """Give a session a new secret after something was proved; the total limit stays."""
    secret = new_secret()
    row.digest, row.stage, row.proved_at, row.seen_at = digest(secret), stage, now, now
    return Opened(secret, stage, row.expires_at)


def check_time(row: SessionRow, settings: AccessSettings, now: datetime) -> None:
    """LoginRequiredError where the session has ended, run out, or lain idle too long."""
    if row.ended_at is not None:
        raise LoginRequiredError("session_ended")
    if now >= row.expires_at:
        raise LoginRequiredError("session_expired", hours=settings.total // timedelta(hours=1))
    if now - row.seen_at >= settings.idle:
        raise LoginRequiredError("session_idle", minutes=settings.idle // timedelta(minutes=1))


def end_all(session: Session, user_id: str, now: datetime, *, but: str = "") -> int:
    """End every open session of a user, except the one named; the number ended."""
    ended = [row for row in accounts_repo.open_session_rows(session, user_id) if row.id != but]
    for row in ended:
        row.ended_at = now
        session.add(row)
    return len(ended)


def end_one(session: Session, user_id: str, session_id: str, now: datetime) -> bool:
    """End one session of a user; whether there was one."""
    found = [row for row in accounts_repo.open_session_rows(session, user_id) if row.id == session_id]
    for row in found:
        row.ended_at = now
        session.add(row)
    return bool(found)
