"""What the audit trail is told about accounts and access. No event holds a password, a code or a token."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class UserCreated(Event):
    """An account was made."""

    kind: ClassVar[str] = "user.created"
    title: ClassVar[str] = "建立账号"
    login: str
    origin: str


@event
class UserChanged(Event):
    """Name, department, region or status of an account were changed; ``fields`` says which."""

    kind: ClassVar[str] = "user.changed"
    title: ClassVar[str] = "修改账号"
    login: str
    fields: dict[str, str]


@event
class RoleAssigned(Event):
    """A role was given."""

    kind: ClassVar[str] = "role.assigned"
    title: ClassVar[str] = "分配角色"
    role: str
    role_department: str
    role_region: str


@event
class RoleRevoked(Event):
    """A role was taken back."""

    kind: ClassVar[str] = "role.revoked"
    title: ClassVar[str] = "收回角色"
    role: str
    role_department: str
    role_region: str


@event
class PasswordChanged(Event):
    """Somebody chose a new password."""

    kind: ClassVar[str] = "password.changed"
    title: ClassVar[str] = "修改密码"


@event
class PasswordReset(Event):
    """An administrator gave a new first password."""

    kind: ClassVar[str] = "password.reset"
    title: ClassVar[str] = "重置密码"


@event
class LoggedIn(Event):
    """A session was opened; ``by``: password, oidc."""

    kind: ClassVar[str] = "session.opened"
    title: ClassVar[str] = "登录"
    by: str
    address: str


@event
class LoginRefused(Event):
    """A login was refused; the subject is the name that was given."""

    kind: ClassVar[str] = "login.refused"
    title: ClassVar[str] = "登录未成功"
    why: str
    address: str


@event
class SessionEnded(Event):
    """Sessions of somebody were ended, by himself or by an administrator; ``count``: how many."""

    kind: ClassVar[str] = "session.ended"
    title: ClassVar[str] = "结束会话"
    count: int


@event
class SecondFactorSet(Event):
    """Somebody uses a second factor from now on."""

    kind: ClassVar[str] = "totp.enabled"
    title: ClassVar[str] = "启用动态验证码"


@event
class SecondFactorRemoved(Event):
    """Somebody uses no second factor any more."""

    kind: ClassVar[str] = "totp.removed"
    title: ClassVar[str] = "停用动态验证码"


@event
class RecoveryCodeUsed(Event):
    """A recovery code stood in for the second factor."""

    kind: ClassVar[str] = "totp.recovered"
    title: ClassVar[str] = "使用恢复码"
    left: int


@event
class TokenMade(Event):
    """A key for another system was made; the subject is its id."""

    kind: ClassVar[str] = "token.made"
    title: ClassVar[str] = "建立访问令牌"
    owner: str
    name: str
    scopes: tuple[str, ...]
    expires_at: str


@event
class TokenRevoked(Event):
    """A key was made invalid."""

    kind: ClassVar[str] = "token.revoked"
    title: ClassVar[str] = "作废访问令牌"
    owner: str


@event
class KeysRenewed(Event):
    """The keys of the secrets in the database were renewed; ``secrets``: how many were encrypted again."""

    kind: ClassVar[str] = "keys.renewed"
    title: ClassVar[str] = "更换密钥"
    secrets: int
