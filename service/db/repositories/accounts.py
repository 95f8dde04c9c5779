"""Queries for accounts. What is somebody's own is asked for by his id; lists of others take the actor's areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_
from sqlmodel import col, select

from service.access import scope
from service.db.mapping.accounts import assignment_of, session_of, token_of, user_of
from service.db.tables.accounts import (
    AssignmentRow,
    AttemptRow,
    OidcRow,
    PasswordRow,
    RecoveryRow,
    SessionRow,
    TokenRow,
    TotpRow,
    UserRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from service.access.accounts import Assignment, LoginSession, Token, User
    from service.access.actor import Actor


@dataclass(frozen=True, slots=True)
class UserFilter:
    """What a list of users is narrowed to; empty: everything."""

    words: str = ""
    role: str = ""
    status: str = ""


def find_user(session: Session, user_id: str) -> UserRow | None:
    """The row of a user."""
    return session.get(UserRow, user_id)


def lock_user(session: Session, user_id: str) -> UserRow | None:
    """The row of a user, held until the end of the transaction."""
    wanted = select(UserRow).where(UserRow.id == user_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one_or_none()


def user_by_login(session: Session, login: str) -> UserRow | None:
    """The row of a login name."""
    return session.exec(select(UserRow).where(UserRow.login == login)).one_or_none()


def user_by_external(session: Session, external: str) -> UserRow | None:
    """The row of a subject at the identity provider."""
    return session.exec(select(UserRow).where(UserRow.external == external)).one_or_none()


def list_users(
    session: Session, actor: Actor, chosen: UserFilter, *, offset: int = 0, limit: int = 50
) -> tuple[int, list[User]]:
    """How many users of the actor's areas there are, and one page of them by login."""
    wanted = scope.where(select(UserRow), UserRow, actor)
    if chosen.words:
        like = f"%{_escaped(chosen.words)}%"
        columns = (col(UserRow.login), col(UserRow.name), col(UserRow.department))
        wanted = wanted.where(or_(*(column.like(like, escape="\\") for column in columns)))
    if chosen.status:
        wanted = wanted.where(UserRow.status == chosen.status)
    if chosen.role:
        held = select(AssignmentRow.user_id).where(AssignmentRow.role == chosen.role)
        wanted = wanted.where(col(UserRow.id).in_(held))
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    page = session.exec(wanted.order_by(UserRow.login).offset(offset).limit(limit))
    return count, [user_of(row) for row in page]


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def count_users(session: Session) -> int:
    """How many accounts there are."""
    return session.exec(select(func.count()).select_from(UserRow)).one()


def assignments_of(session: Session, user_ids: Iterable[str]) -> list[Assignment]:
    """The roles that these users hold, in the order they were given."""
    wanted = select(AssignmentRow).where(col(AssignmentRow.user_id).in_(list(user_ids)))
    wanted = wanted.order_by(col(AssignmentRow.granted_at), AssignmentRow.role, AssignmentRow.id)
    return [assignment_of(row) for row in session.exec(wanted)]


def old_passwords(session: Session, user_id: str, count: int) -> list[str]:
    """Hashes of the last passwords, the newest first."""
    wanted = select(PasswordRow.hash).where(PasswordRow.user_id == user_id).order_by(col(PasswordRow.set_at).desc())
    return list(session.exec(wanted.limit(count)))


def session_by_digest(session: Session, digest: str) -> tuple[SessionRow, UserRow] | None:
    """The session of a browser's secret, with its user; in one query, since every request asks."""
    wanted = select(SessionRow, UserRow).join(UserRow, col(UserRow.id) == SessionRow.user_id)
    return session.exec(wanted.where(SessionRow.digest == digest)).one_or_none()


def sessions_of(session: Session, user_id: str, now: datetime) -> list[LoginSession]:
    """Sessions that have neither ended nor run out, the last used first."""
    wanted = select(SessionRow).where(
        SessionRow.user_id == user_id, col(SessionRow.ended_at).is_(None), SessionRow.expires_at > now
    )
    return [session_of(row) for row in session.exec(wanted.order_by(col(SessionRow.seen_at).desc()))]


def open_session_rows(session: Session, user_id: str) -> Sequence[SessionRow]:
    """The rows of sessions that were not ended, held until the end of the transaction."""
    wanted = select(SessionRow).where(SessionRow.user_id == user_id, col(SessionRow.ended_at).is_(None))
    return session.exec(wanted.with_for_update()).all()


def token_by_digest(session: Session, digest: str) -> tuple[TokenRow, UserRow] | None:
    """The token of a secret, with its owner."""
    wanted = select(TokenRow, UserRow).join(UserRow, col(UserRow.id) == TokenRow.user_id)
    return session.exec(wanted.where(TokenRow.digest == digest)).one_or_none()


def tokens_of(session: Session, user_id: str) -> list[Token]:
    """Every token of somebody, the newest first."""
    wanted = select(TokenRow).where(TokenRow.user_id == user_id).order_by(col(TokenRow.created_at).desc())
    return [token_of(row) for row in session.exec(wanted)]


def attempts(session: Session, login: str, since: datetime) -> list[AttemptRow]:
    """Attempts for a login name since a moment, the newest first."""
    wanted = select(AttemptRow).where(AttemptRow.login == login, AttemptRow.at >= since)
    return list(session.exec(wanted.order_by(col(AttemptRow.at).desc(), col(AttemptRow.id).desc()).limit(200)))


def failures_from(session: Session, address: str, since: datetime) -> int:
    """How many attempts from an address were refused since a moment, whatever the name."""
    wanted = select(func.count()).select_from(AttemptRow)
    wanted = wanted.where(AttemptRow.address == address, AttemptRow.at >= since, AttemptRow.outcome != "accepted")
    return session.exec(wanted).one()


def find_totp(session: Session, user_id: str) -> TotpRow | None:
    """The second factor of somebody, held until the end of the transaction."""
    return session.exec(select(TotpRow).where(TotpRow.user_id == user_id).with_for_update()).one_or_none()


def recovery_codes(session: Session, user_id: str) -> Sequence[RecoveryRow]:
    """The recovery codes that were not used yet."""
    wanted = select(RecoveryRow).where(RecoveryRow.user_id == user_id, col(RecoveryRow.used_at).is_(None))
    return session.exec(wanted.with_for_update()).all()


def take_oidc(session: Session, state: str) -> OidcRow | None:
    """The login under way with this state; it is gone afterwards, so that no answer works twice."""
    row = session.exec(select(OidcRow).where(OidcRow.state == state).with_for_update()).one_or_none()
    if row is not None:
        session.delete(row)
    return row


def remove_totp(session: Session, user_id: str) -> None:
    """Take the second factor of somebody away, with its recovery codes."""
    session.execute(delete(TotpRow).where(col(TotpRow.user_id) == user_id))
    session.execute(delete(RecoveryRow).where(col(RecoveryRow.user_id) == user_id))
