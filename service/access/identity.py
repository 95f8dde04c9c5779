"""Who sends a request: by the cookie of a session, or by the token of another system."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service import clock
from service.access import sessions
from service.access.actor import Actor
from service.access.errors import AccessRefusedError, LoginRequiredError
from service.access.keys import digest, form_key
from service.access.roles import check_combination, grant
from service.access.sessions import Visitor
from service.db.mapping.accounts import session_of, token_of, user_of
from service.db.repositories import accounts as accounts_repo

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session
    from starlette.requests import Request
    from starlette.responses import Response

    from service.access.accounts import LoginSession, User
    from service.access.policy import AccessSettings
    from service.access.sessions import Opened
    from service.db.database import Database
    from service.db.tables.accounts import SessionRow, TokenRow

COOKIE: Final = "xinheng_session"
SAFE_COOKIE: Final = "__Host-xinheng"
"""With this prefix browsers insist on https, on no other domain and on the path / (RFC 6265bis 4.1.3.2)."""
TOKEN_MARK: Final = "xhk_"  # noqa: S105 - what every token starts with, no secret
"""Tokens start like this, so that scanners find one that was left lying about."""
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody known: his account, what he may do, and (in a browser) his session with the token for forms."""

    user: User
    actor: Actor
    session: LoginSession | None = None
    form_key: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the login is left to do."""
        return self.session is None or self.session.stage == "full"

    def complete(self) -> Actor:
        """The actor; LoginRequiredError ``login_unfinished`` while the login still needs something."""
        if not self.is_complete:
            raise LoginRequiredError("login_unfinished")
        return self.actor


@dataclass(frozen=True, slots=True)
class Identities:
    """Finds out who sends a request."""

    database: Database
    settings: AccessSettings

    def of(self, request: Request) -> Identity:
        """The identity behind a request; LoginRequiredError (nobody, or not any more), AccessRefusedError."""
        words = request.headers.get("authorization", "")
        if words:
            return self._by_token(words)
        secret = request.cookies.get(cookie_name(request, self.settings))
        if not secret:
            raise LoginRequiredError
        return self._by_session(secret)

    def _by_session(self, secret: str) -> Identity:
        now = clock.now()
        with self.database.read() as session:
            found = accounts_repo.session_by_digest(session, digest(secret))
            if found is None:
                raise LoginRequiredError
            row, user_row = found
            sessions.check_time(row, self.settings, now)
            user = user_of(user_row)
            actor = actor_of(session, user)
        if now - row.seen_at >= sessions.SEEN_EVERY:
            self._saw(row, now)
        return Identity(user, actor, session_of(row), form_key(secret))

    def _by_token(self, words: str) -> Identity:
        secret = words[len(_BEARER) :].strip()
        if not words.lower().startswith(_BEARER) or not secret.startswith(TOKEN_MARK):
            raise LoginRequiredError("token_wrong")
        now = clock.now()
        with self.database.read() as session:
            found = accounts_repo.token_by_digest(session, digest(secret))
            token = token_of(found[0]) if found else None
            if found is None or token is None or not token.works_at(now):
                raise LoginRequiredError("token_wrong")
            user = user_of(found[1])
            actor = actor_of(session, user).limited(token.scopes)
        if found[0].seen_at is None or now - found[0].seen_at >= sessions.SEEN_EVERY:
            self._saw(found[0], now)
        return Identity(user, actor)

    def _saw(self, row: SessionRow | TokenRow, now: datetime) -> None:
        with self.database.write() as session:
            kept = session.get(type(row), row.id)
            if kept is not None:
                kept.seen_at = now
                session.add(kept)


def actor_of(session: Session, user: User) -> Actor:
    """The actor a user is; LoginRequiredError where the account is disabled.

    The separation of the administrators is asked for here once more: whoever wrote into the database by hand
    gains nothing.
    """
    if not user.is_active:
        raise LoginRequiredError("account_disabled")
    held = accounts_repo.assignments_of(session, [user.id])
    check_combination(one.role for one in held)
    grants = tuple(grant(one.role, one.area) for one in held)
    return Actor(user.id, user.name, "user", grants, user.department, user.region)


def visitor_of(request: Request) -> Visitor:
    """Where a request comes from; behind a proxy, uvicorn has put the client's own address here."""
    address = request.client.host if request.client else ""
    return Visitor(address, request.headers.get("user-agent", ""))


def is_safe(request: Request, settings: AccessSettings) -> bool:
    """Whether cookies are for https alone: always but by http on this machine itself, unless set otherwise."""
    if settings.cookies != "auto":
        return settings.cookies == "always"
    return request.url.scheme == "https" or not _is_loopback(request.url.hostname or "")


def cookie_name(request: Request, settings: AccessSettings) -> str:
    """The name of the session's cookie for this request."""
    return SAFE_COOKIE if is_safe(request, settings) else COOKIE


def prefixed(request: Request, settings: AccessSettings, name: str) -> str:
    """The name of a cookie that goes to some paths alone; browsers take it by https alone where that is asked."""
    return f"__Secure-{name}" if is_safe(request, settings) else name


def put_cookie(request: Request, response: Response, opened: Opened, settings: AccessSettings) -> None:
    """Give the browser the secret of a session; it goes when the browser is closed."""
    response.set_cookie(
        cookie_name(request, settings),
        opened.secret,
        path="/",
        secure=is_safe(request, settings),
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response, settings: AccessSettings) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(request, settings), path="/", secure=is_safe(request, settings), httponly=True, samesite="lax"
    )


def check_not_token(identity: Identity) -> LoginSession:
    """The session of an act that only a person at a browser may do; AccessRefusedError for tokens."""
    if identity.session is None:
        raise AccessRefusedError("token_not_here")
    return identity.session


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
