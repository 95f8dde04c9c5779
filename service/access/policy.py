"""Settings of access, read once from the environment.

| variable | meaning | default |
|---|---|---|
| ``XINHENG_PASSWORD_MIN_LENGTH`` | shortest password, in characters | 12 |
| ``XINHENG_PASSWORD_CLASSES`` | of lower case, upper case, digits, others: how many kinds at least | 3 |
| ``XINHENG_PASSWORD_HISTORY`` | how many old passwords may not come back | 5 |
| ``XINHENG_PASSWORD_DAYS`` | days after which a password has to be changed; 0: never | 90 |
| ``XINHENG_PASSWORD_FIRST_DAYS`` | days in which a first password has to be used | 30 |
| ``XINHENG_LOCK_AFTER`` | wrong attempts in a row that lock a login | 5 |
| ``XINHENG_LOCK_MINUTES`` | for how long | 15 |
| ``XINHENG_SESSION_IDLE_MINUTES`` | a session ends after so long without a request | 30 |
| ``XINHENG_SESSION_HOURS`` | a session ends so long after the login, whatever is done | 12 |
| ``XINHENG_TOKEN_DAYS`` | longest life of an API token | 366 |
| ``XINHENG_TOTP_REQUIRED`` | who needs a second factor: ``nobody``, ``administrators``, ``everybody`` | nobody |
| ``XINHENG_SECURE_COOKIES`` | ``auto``, ``always``, ``never``; auto: except by http on this machine itself | auto |
| ``XINHENG_SECRET_FILE`` | file of the key that encrypts secrets in the database | ``secret.key`` in the data folder |
| ``XINHENG_OIDC_ISSUER`` | address of the identity provider; empty: no login by it | none |
| ``XINHENG_OIDC_CLIENT_ID`` | our name there | none |
| ``XINHENG_OIDC_CLIENT_SECRET`` | our secret there | none |
| ``XINHENG_OIDC_CLAIM`` | the claim that holds the login name | preferred_username |
| ``XINHENG_OIDC_TITLE`` | words on the button | 统一身份认证 |
| ``XINHENG_PUBLIC_URL`` | address browsers know the service by (the way back from the provider) | that of the request |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = "XINHENG_"
_T = TypeVar("_T")
Whom = Literal["nobody", "administrators", "everybody"]
Cookies = Literal["auto", "always", "never"]
_WHOM: Final[Mapping[str, Whom]] = {one: one for one in ("nobody", "administrators", "everybody")}
_COOKIES: Final[Mapping[str, Cookies]] = {one: one for one in ("auto", "always", "never")}


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password has to be; lengths in characters, ``days`` 0: it may stay, ``first_days``: for first ones."""

    min_length: int = 12
    classes: int = 3
    history: int = 5
    days: int = 90
    first_days: int = 30


@dataclass(frozen=True, slots=True)
class Lockout:
    """After how many wrong attempts in a row a login is closed, and for how long."""

    after: int = 5
    minutes: int = 15

    @property
    def time(self) -> timedelta:
        """The time as a duration."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Oidc:
    """The identity provider and our name there."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    title: str


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Everything that can be set about access."""

    password: PasswordPolicy = PasswordPolicy()
    lockout: Lockout = Lockout()
    idle: timedelta = timedelta(minutes=30)
    total: timedelta = timedelta(hours=12)
    token_days: int = 366
    totp_required: Whom = "nobody"
    cookies: Cookies = "auto"
    secret_file: Path | None = None
    oidc: Oidc | None = None
    public_url: str = ""


def read_access(environ: Mapping[str, str]) -> AccessSettings:
    """Read the settings; UsageError names the variable that is wrong."""
    read = _Reader(environ)
    return AccessSettings(
        password=PasswordPolicy(
            read.number("PASSWORD_MIN_LENGTH", 12, 8, 64),
            read.number("PASSWORD_CLASSES", 3, 1, 4),
            read.number("PASSWORD_HISTORY", 5, 0, 24),
            read.number("PASSWORD_DAYS", 90, 0, 3650),
            read.number("PASSWORD_FIRST_DAYS", 30, 1, 365),
        ),
        lockout=Lockout(read.number("LOCK_AFTER", 5, 1, 100), read.number("LOCK_MINUTES", 15, 1, 1440)),
        idle=timedelta(minutes=read.number("SESSION_IDLE_MINUTES", 30, 1, 1440)),
        total=timedelta(hours=read.number("SESSION_HOURS", 12, 1, 168)),
        token_days=read.number("TOKEN_DAYS", 366, 1, 3660),
        totp_required=read.choice("TOTP_REQUIRED", _WHOM, "nobody"),
        cookies=read.choice("SECURE_COOKIES", _COOKIES, "auto"),
        secret_file=Path(path).expanduser() if (path := read.text("SECRET_FILE")) else None,
        oidc=_oidc(read),
        public_url=_url(read, "PUBLIC_URL"),
    )


def _oidc(read: _Reader) -> Oidc | None:
    issuer = _url(read, "OIDC_ISSUER")
    if not issuer:
        return None
    return Oidc(
        issuer,
        read.needed("OIDC_CLIENT_ID"),
        read.needed("OIDC_CLIENT_SECRET"),
        read.text("OIDC_CLAIM") or "preferred_username",
        read.text("OIDC_TITLE") or "统一身份认证",
    )


def _url(read: _Reader, name: str) -> str:
    value = read.text(name)
    if value and not value.startswith(("http://", "https://")):
        raise _wrong(name, value, "应当是 http:// 或者 https:// 开头的地址")
    return value.rstrip("/")


def _wrong(name: str, value: str, why: str) -> UsageError:
    return UsageError("setting_wrong", name=_PREFIX + name, value=value, why=why)


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        return self._environ.get(_PREFIX + name, "").strip()

    def needed(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise _wrong(name, "", "设置了 XINHENG_OIDC_ISSUER 就要同时设置")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise _wrong(name, value, f"应当是 {least} 到 {most} 的整数")
        return int(value)

    def choice(self, name: str, values: Mapping[str, _T], default: _T) -> _T:
        value = self.text(name)
        if not value:
            return default
        if value not in values:
            raise _wrong(name, value, f"可用的值：{'、'.join(values)}")
        return values[value]
