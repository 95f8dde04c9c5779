"""Logging in by password, and the steps after it. The slow hashing is done outside of the database's lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from service import clock
from service.access import lockout, sessions, totp
from service.access.actor import Actor
from service.access.errors import AccessRefusedError
from service.access.events import LoggedIn, LoginRefused, PasswordChanged
from service.access.passwords import check_password, hash_password, is_outdated, verify
from service.access.roles import role_table
from service.db.repositories import accounts as accounts_repo
from service.db.tables.accounts import AttemptRow, PasswordRow
from service.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from service.access.accounts import LoginSession, Stage
    from service.access.policy import AccessSettings, PasswordPolicy
    from service.access.sessions import Opened, Visitor
    from service.access.vault import Vault
    from service.db.tables.accounts import SessionRow, UserRow
    from service.work import Work, Works

_LONGEST_LOGIN: Final = 40
_LONGEST_ADDRESS: Final = 64
_MINUTE: Final = 60
_FRESH: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Logins:
    """The ways to a session. Refusals are returned, not raised: that somebody tried is kept as well."""

    works: Works
    settings: AccessSettings
    vault: Vault

    def by_password(
        self, login: str, password: str, visitor: Visitor, now: datetime | None = None
    ) -> Opened | AccessRefusedError:
        """Open a session for a login name and its password, or say why not."""
        name = login.strip().lower()[:_LONGEST_LOGIN]
        at = now or clock.now()
        with self.works.database.read() as session:
            refusal = self._closed(session, name, visitor, at)
            user = accounts_repo.user_by_login(session, name)
        is_right = refusal is None and verify(_hash_of(user), password)
        fresh = hash_password(password) if is_right and user and is_outdated(user.password or "") else None
        with self.works.writing(_nobody(name), at) as work:
            # Asked again under the lock: others may have tried while we were hashing.
            held = accounts_repo.lock_user(work.session, user.id) if user else None
            refusal = refusal or self._closed(work.session, name, visitor, at)
            refusal = refusal or self._judge(held, is_right=is_right, now=at)
            if refusal is not None or held is None:
                return _refuse(work, name, visitor, refusal or AccessRefusedError("login_wrong", status=401))
            if fresh is not None:
                held.password = fresh
            return self._open(work, held, visitor, "password")

    def by_provider(self, work: Work, user: UserRow, visitor: Visitor) -> Opened:
        """Open a session for somebody the identity provider has vouched for."""
        return self._open(work, user, visitor, "oidc")

    def by_code(
        self, row: LoginSession, code: str, visitor: Visitor, now: datetime | None = None
    ) -> Opened | AccessRefusedError:
        """Go on with a session that waits for the second factor."""
        with self.works.writing(Actor(id=row.user_id, name=""), now) as work:
            held = _held(work, row)
            user = accounts_repo.lock_user(work.session, held.user_id)
            if user is None or held.stage != "code":
                raise AccessRefusedError("stage_other", status=409)
            work.actor = Actor(id=user.id, name=user.name)
            refusal = self._closed(work.session, user.login, visitor, work.now)
            if refusal is None and not totp.accept(work, self.vault, user.id, code):
                refusal = AccessRefusedError("code_wrong", status=401)
            if refusal is not None:
                return _refuse(work, user.login, visitor, refusal)
            note_attempt(work, user.login, visitor.address, "accepted")
            work.record(LoggedIn(subject=user.id, by="code", address=visitor.address))
            return sessions.renew(held, self._stage(work, user, code_passed=True), work.now)

    def change_password(
        self, row: LoginSession, old: str, new: str, visitor: Visitor, now: datetime | None = None
    ) -> Opened | AccessRefusedError:
        """Give somebody logged in a new password; his other sessions end, this one gets a new secret."""
        at = now or clock.now()
        with self.works.database.read() as session:
            user = accounts_repo.find_user(session, row.user_id)
            past = accounts_repo.old_passwords(session, row.user_id, self.settings.password.history)
            refusal = self._closed(session, user.login if user else "", visitor, at)
        if user is None or user.origin != "local":
            return AccessRefusedError("password_elsewhere", status=409)
        if refusal is None and not verify(user.password, old):
            refusal = AccessRefusedError("password_now_wrong", status=401)
        if refusal is None:
            refusal = _weakness(new, self.settings.password, (user.login, user.name), (*_known(user), *past))
            if refusal is not None:
                return refusal  # nothing was tried
        fresh = "" if refusal else hash_password(new)
        with self.works.writing(Actor(id=user.id, name=user.name), at) as work:
            if refusal is not None:
                return _refuse(work, user.login, visitor, refusal)
            return self._changed(work, row, fresh)

    def _changed(self, work: Work, row: LoginSession, fresh: str) -> Opened:
        held = _held(work, row)
        user = accounts_repo.lock_user(work.session, held.user_id)
        if user is None:
            raise AccessRefusedError("stage_other", status=409)
        set_password(work, user, fresh, must_change=False)
        work.record(PasswordChanged(subject=user.id, department=user.department, region=user.region))
        sessions.end_all(work.session, user.id, work.now, but=held.id)
        return sessions.renew(held, self._stage(work, user, code_passed=held.stage != "code"), work.now)

    def remove_totp(
        self, row: LoginSession, code: str, visitor: Visitor, now: datetime | None = None
    ) -> AccessRefusedError | None:
        """Switch the second factor of somebody logged in off, against a code of it; why not, if not."""
        with self.works.writing(Actor(id=row.user_id, name=""), now) as work:
            user = accounts_repo.lock_user(work.session, _held(work, row).user_id)
            if user is None:
                raise AccessRefusedError("stage_other", status=409)
            work.actor = Actor(id=user.id, name=user.name)
            refusal = self._closed(work.session, user.login, visitor, work.now)
            if refusal is None and self.needs_totp(work.session, user.id):
                refusal = AccessRefusedError("totp_needed", status=409)
            elif refusal is None and not totp.accept(work, self.vault, user.id, code):
                refusal = _refuse(work, user.login, visitor, AccessRefusedError("code_wrong", status=401))
            if refusal is None:
                totp.remove(work, user.id)
            return refusal

    def require_fresh(self, row: LoginSession, now: datetime | None = None) -> None:
        """AccessRefusedError where the person proved who he is too long ago for an act that opens doors."""
        if (now or clock.now()) - row.proved_at > _FRESH:
            raise AccessRefusedError("prove_again", minutes=_FRESH // timedelta(minutes=1))

    def finish_enrolment(self, work: Work, row: LoginSession) -> Opened:
        """Go on after the second factor was set up; the session gets a new secret."""
        held = _held(work, row)
        user = accounts_repo.lock_user(work.session, held.user_id)
        if user is None:
            raise AccessRefusedError("stage_other", status=409)
        return sessions.renew(held, self._stage(work, user, code_passed=True), work.now)

    def needs_totp(self, session: Session, user_id: str) -> bool:
        """Whether the settings ask this user for a second factor."""
        whom = self.settings.totp_required
        if whom != "administrators":
            return whom == "everybody"
        held = accounts_repo.assignments_of(session, [user_id])
        table = role_table()
        return any(one.role in table and table[one.role].kind == "administrator" for one in held)

    def _open(self, work: Work, user: UserRow, visitor: Visitor, by: str) -> Opened:
        stage = self._stage(work, user, code_passed=by == "oidc")
        user.login_at = work.now
        work.session.add(user)
        if stage != "code":  # with a second factor the attempt is not over yet
            note_attempt(work, user.login, visitor.address, "accepted")
            work.actor = Actor(id=user.id, name=user.name)
            work.record(LoggedIn(subject=user.id, by=by, address=visitor.address))
        return sessions.start(work.session, user, stage, visitor, self.settings, work.now)

    def _judge(self, user: UserRow | None, *, is_right: bool, now: datetime) -> AccessRefusedError | None:
        """Why an attempt is refused once the password was looked at."""
        if user is None or not is_right:
            return AccessRefusedError("login_wrong", status=401)
        if user.status != "active":
            return AccessRefusedError("login_disabled", status=403)
        days = self.settings.password.first_days
        if user.must_change and user.password_at is not None and now - user.password_at > timedelta(days=days):
            return AccessRefusedError("first_password_old", status=403, days=days)
        return None

    def _stage(self, work: Work, user: UserRow, *, code_passed: bool) -> Stage:
        return sessions.next_stage(
            user,
            accounts_repo.find_totp(work.session, user.id),
            code_passed=code_passed,
            totp_needed=self.needs_totp(work.session, user.id),
            days=self.settings.password.days,
            now=work.now,
        )

    def _closed(self, session: Session, name: str, visitor: Visitor, now: datetime) -> AccessRefusedError | None:
        """Why nobody may try this name, or from this address, at the moment."""
        rule = self.settings.lockout
        past = accounts_repo.attempts(session, name, now - lockout.WINDOW)
        until = lockout.locked_until(past, rule, now)
        if until is not None:
            minutes = -(-int((until - now).total_seconds()) // _MINUTE)
            return AccessRefusedError("login_locked", status=429, minutes=minutes, after=rule.after)
        failed = accounts_repo.failures_from(session, visitor.address, now - rule.time)
        if failed >= rule.after * lockout.ADDRESS_FACTOR:
            return AccessRefusedError("address_locked", status=429, minutes=rule.minutes)
        return None


def set_password(work: Work, user: UserRow, hashed: str, *, must_change: bool) -> None:
    """Put a password in the place of the old one, which goes to the history."""
    if user.password is not None and user.password_at is not None:
        past = PasswordRow(id=new_id("pwd", work.now), user_id=user.id, hash=user.password, set_at=user.password_at)
        work.session.add(past)
    user.password, user.password_at, user.must_change = hashed, work.now, must_change
    user.version += 1
    work.session.add(user)


def _nobody(login: str) -> Actor:
    return Actor(id="anonymous", name=login)


def _hash_of(user: UserRow | None) -> str | None:
    return user.password if user is not None and user.kind == "person" and user.origin == "local" else None


def _known(user: UserRow) -> tuple[str, ...]:
    return (user.password,) if user.password else ()


def _weakness(
    password: str, policy: PasswordPolicy, names: tuple[str, ...], old: tuple[str, ...]
) -> AccessRefusedError | None:
    try:
        check_password(password, policy, names, old)
    except AccessRefusedError as refusal:
        return refusal
    return None


def _held(work: Work, row: LoginSession) -> SessionRow:
    """The same session within this transaction; it may have been ended meanwhile."""
    found = [one for one in accounts_repo.open_session_rows(work.session, row.user_id) if one.id == row.id]
    if not found:
        raise AccessRefusedError("stage_other", status=409)
    return found[0]


_OUTCOMES: Final = {
    "login_wrong": "wrong",
    "password_now_wrong": "wrong",
    "code_wrong": "code_wrong",
    "login_disabled": "disabled",
    "first_password_old": "disabled",
}


def _refuse(work: Work, login: str, visitor: Visitor, error: AccessRefusedError) -> AccessRefusedError:
    outcome = _OUTCOMES.get(error.code, "locked")
    note_attempt(work, login, visitor.address, outcome)
    if outcome != "locked":  # the trail tells of the attempts that closed it; knocking further adds nothing
        work.record(LoginRefused(subject=login or "—", why=error.code, address=visitor.address))
    return error


def note_attempt(work: Work, login: str, address: str, outcome: str) -> None:
    """Keep how an attempt for a login name ended, for the lockout."""
    attempt = AttemptRow(
        id=new_id("try", work.now), login=login, address=address[:_LONGEST_ADDRESS], at=work.now, outcome=outcome
    )
    work.session.add(attempt)
