"""A login by the identity provider: begun in a browser, and finished in the same one, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from service import clock
from service.access.actor import Actor
from service.access.errors import AccessRefusedError
from service.access.events import LoginRefused
from service.access.keys import digest, new_secret, same
from service.db.repositories import accounts as accounts_repo
from service.db.tables.accounts import OidcRow
from service.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from service.access.login import Logins
    from service.access.oidc import Provider, Subject
    from service.access.sessions import Opened, Visitor
    from service.db.tables.accounts import UserRow

_PATIENCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret it keeps meanwhile."""

    address: str
    secret: str


@dataclass(frozen=True, slots=True)
class Landed:
    """The session, and the address the browser wanted."""

    opened: Opened
    back: str


@dataclass(frozen=True, slots=True)
class SignOn:
    """Logging in by one provider."""

    logins: Logins
    provider: Provider

    def begin(self, request_url: str, back: str, now: datetime | None = None) -> Begun:
        """Start a login that comes back to ``back``; AccessRefusedError where the provider cannot be reached."""
        attempt = self.provider.begin(self.provider.callback(request_url))
        secret, at = new_secret(), now or clock.now()
        row = OidcRow(
            id=new_id("sso", at),
            state=digest(attempt.state),
            browser=digest(secret),
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            next=back,
            created_at=at,
        )
        with self.logins.works.database.write() as session:
            session.add(row)
        return Begun(attempt.address, secret)

    def finish(
        self, request_url: str, code: str, state: str, secret: str, visitor: Visitor, now: datetime | None = None
    ) -> Landed | AccessRefusedError:
        """Open the session of whoever came back, or say why not."""
        at = now or clock.now()
        with self.logins.works.database.write() as session:
            row = accounts_repo.take_oidc(session, digest(state))
        if row is None or not same(row.browser, digest(secret)) or at - row.created_at > _PATIENCE:
            return AccessRefusedError("oidc_stale", status=400)
        try:
            subject = self.provider.finish(
                self.provider.callback(request_url), code, nonce=row.nonce, verifier=row.verifier
            )
        except AccessRefusedError as refusal:
            return refusal
        with self.logins.works.writing(Actor(id="anonymous", name=subject.login[:40]), at) as work:
            user = _account(work.session, subject)
            if user is None or user.status != "active":
                error = _refusal(user, subject)
                work.record(LoginRefused(subject=subject.login[:40] or "—", why=error.code, address=visitor.address))
                return error
            user.external = subject.external
            return Landed(self.logins.by_provider(work, user, visitor), row.next)


def _account(session: Session, subject: Subject) -> UserRow | None:
    """The account bound to a subject; or the one of his name that is waiting for its first login."""
    found = accounts_repo.user_by_external(session, subject.external)
    if found is None:
        found = accounts_repo.user_by_login(session, subject.login)
        if found is None or found.origin != "oidc" or found.external is not None:
            return None
    held = accounts_repo.lock_user(session, found.id)
    return held if held is not None and held.external in {None, subject.external} else None


def _refusal(user: UserRow | None, subject: Subject) -> AccessRefusedError:
    if user is None:
        return AccessRefusedError("oidc_unknown", login=subject.login)
    return AccessRefusedError("login_disabled")
