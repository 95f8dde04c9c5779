"""Accounts: users, their roles, passwords of the past, sessions, tokens, attempts to log in, second factors.

No secret stands here as it is: passwords as argon2id, sessions, tokens and recovery codes as SHA-256 of
random text, the secret of the second factor encrypted (:mod:`service.access.vault`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import ID_LENGTH, WORD_LENGTH, Document, Instant, key, one_of

NAME_LENGTH: Final = 100
HASH_LENGTH: Final = 200
DIGEST_LENGTH: Final = 64
SECRET_LENGTH: Final = 300
ADDRESS_LENGTH: Final = 64
TEXT_LENGTH: Final = 400
USER_KINDS: Final = ("person", "system")
ORIGINS: Final = ("local", "oidc")
STATUSES: Final = ("active", "disabled")
STAGES: Final = ("code", "password", "enrol", "full")
OUTCOMES: Final = ("accepted", "wrong", "locked", "disabled", "code_wrong", "reset")


class UserRow(SQLModel, table=True):
    """Somebody who can log in, or another system (``kind`` system: by token alone)."""

    __tablename__ = "users"
    __table_args__ = (one_of("kind", USER_KINDS), one_of("origin", ORIGINS), one_of("status", STATUSES))

    id: str = key()
    login: str = Field(max_length=WORD_LENGTH, unique=True)
    name: str = Field(max_length=NAME_LENGTH)
    kind: str = Field(max_length=WORD_LENGTH)
    origin: str = Field(max_length=WORD_LENGTH)
    department: str = Field(max_length=WORD_LENGTH, index=True)
    region: str = Field(max_length=6, index=True)
    status: str = Field(max_length=WORD_LENGTH)
    password: str | None = Field(max_length=HASH_LENGTH)
    password_at: datetime | None = Field(sa_type=Instant)
    must_change: bool
    external: str | None = Field(max_length=TEXT_LENGTH, unique=True)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    login_at: datetime | None = Field(sa_type=Instant)
    version: int


class AssignmentRow(SQLModel, table=True):
    """A role somebody holds, and where; an empty department or region means all."""

    __tablename__ = "user_roles"
    __table_args__ = (UniqueConstraint("user_id", "role", "department", "region", name="uq_user_roles_once"),)

    id: str = key()
    user_id: str = Field(max_length=ID_LENGTH, foreign_key="users.id", index=True)
    role: str = Field(max_length=WORD_LENGTH)
    department: str = Field(max_length=WORD_LENGTH)
    region: str = Field(max_length=6)
    granted_at: datetime = Field(sa_type=Instant)
    granted_by: str = Field(max_length=ID_LENGTH)


class PasswordRow(SQLModel, table=True):
    """A password somebody had before."""

    __tablename__ = "password_history"

    id: str = key()
    user_id: str = Field(max_length=ID_LENGTH, foreign_key="users.id", index=True)
    hash: str = Field(max_length=HASH_LENGTH)
    set_at: datetime = Field(sa_type=Instant)


class SessionRow(SQLModel, table=True):
    """A login. ``stage`` other than full: something has to be done before anything else is allowed."""

    __tablename__ = "sessions"
    __table_args__ = (one_of("stage", STAGES),)

    id: str = key()
    digest: str = Field(max_length=DIGEST_LENGTH, unique=True)
    user_id: str = Field(max_length=ID_LENGTH, foreign_key="users.id", index=True)
    stage: str = Field(max_length=WORD_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    proved_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    address: str = Field(max_length=ADDRESS_LENGTH)
    agent: str = Field(max_length=HASH_LENGTH)


class AttemptRow(SQLModel, table=True):
    """An attempt to log in; counted for the lockout, by name (whether or not it exists) and by address."""

    __tablename__ = "login_attempts"
    __table_args__ = (one_of("outcome", OUTCOMES),)

    id: str = key()
    login: str = Field(max_length=WORD_LENGTH, index=True)
    address: str = Field(max_length=ADDRESS_LENGTH, index=True)
    at: datetime = Field(sa_type=Instant, index=True)
    outcome: str = Field(max_length=WORD_LENGTH)


class TotpRow(SQLModel, table=True):
    """The second factor of somebody; not asked for until it is confirmed."""

    __tablename__ = "totp"

    user_id: str = Field(primary_key=True, max_length=ID_LENGTH, foreign_key="users.id")
    secret: str = Field(max_length=SECRET_LENGTH)
    confirmed_at: datetime | None = Field(sa_type=Instant)
    last_step: int
    """The half minute of the last accepted code: no code works twice."""


class RecoveryRow(SQLModel, table=True):
    """A code for the day the second factor is lost; each works once."""

    __tablename__ = "recovery_codes"

    id: str = key()
    user_id: str = Field(max_length=ID_LENGTH, foreign_key="users.id", index=True)
    digest: str = Field(max_length=DIGEST_LENGTH)
    used_at: datetime | None = Field(sa_type=Instant)


class TokenRow(SQLModel, table=True):
    """A key for another system, acting for its owner within the scopes."""

    __tablename__ = "api_tokens"

    id: str = key()
    user_id: str = Field(max_length=ID_LENGTH, foreign_key="users.id", index=True)
    name: str = Field(max_length=NAME_LENGTH)
    digest: str = Field(max_length=DIGEST_LENGTH, unique=True)
    scopes: Any = Field(sa_type=Document)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = Field(max_length=ID_LENGTH)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    seen_at: datetime | None = Field(sa_type=Instant)


class OidcRow(SQLModel, table=True):
    """A login under way at the identity provider; taken out when the browser comes back."""

    __tablename__ = "oidc_logins"

    id: str = key()
    state: str = Field(max_length=DIGEST_LENGTH, unique=True)
    browser: str = Field(max_length=DIGEST_LENGTH)
    nonce: str = Field(max_length=DIGEST_LENGTH)
    verifier: str = Field(max_length=SECRET_LENGTH)
    next: str = Field(max_length=TEXT_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
