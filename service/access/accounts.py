"""Accounts as validated objects: users, the roles they hold, sessions, tokens. No secret is in any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from service.access.area import Area
from service.access.permissions import Permission

if TYPE_CHECKING:
    from datetime import datetime

LOGIN: Final = r"[a-z0-9][a-z0-9._-]{1,39}"
"""Small letters, digits, dot, dash, underscore; two to forty characters."""
Login = Annotated[str, StringConstraints(pattern=f"^{LOGIN}$")]
Region = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Department = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
UserKind = Literal["person", "system"]
Origin = Literal["local", "oidc"]
Status = Literal["active", "disabled"]
Stage = Literal["code", "password", "enrol", "full"]
"""What a login still needs: the second factor, a new password, setting a second factor up; full: nothing."""
KIND_LABELS: Final[dict[UserKind, str]] = {"person": "人员", "system": "其他系统"}
ORIGIN_LABELS: Final[dict[Origin, str]] = {"local": "本系统密码", "oidc": "统一身份认证"}
STATUS_LABELS: Final[dict[Status, str]] = {"active": "使用中", "disabled": "已停用"}


class _Account(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class User(_Account):
    """Somebody who can log in; ``kind`` system: another system, by token alone.

    ``external`` is the subject at the identity provider once he has come from there; ``password_at``
    None: no password. ``version`` counts the changes.
    """

    id: str
    login: Login
    name: Name
    kind: UserKind = "person"
    origin: Origin = "local"
    department: Department
    region: Region
    status: Status = "active"
    password_at: AwareDatetime | None = None
    must_change: bool = False
    external: str | None = None
    created_at: AwareDatetime
    created_by: str
    login_at: AwareDatetime | None = None
    version: int = 1

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.status == "active"


class Assignment(_Account):
    """A role somebody holds; ``department`` and ``region`` None: all."""

    id: str
    user_id: str
    role: str
    department: Department | None = None
    region: Region | None = None
    granted_at: AwareDatetime
    granted_by: str

    @property
    def area(self) -> Area:
        """Where the role holds."""
        return Area(self.department, self.region)


class LoginSession(_Account):
    """A session: a browser that is logged in."""

    id: str
    user_id: str
    stage: Stage
    created_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime
    proved_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    address: str
    agent: str


class Token(_Account):
    """A key for another system, acting for its owner within ``scopes``."""

    id: str
    user_id: str
    name: Name
    scopes: frozenset[Permission] = Field(min_length=1)
    created_at: AwareDatetime
    created_by: str
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None = None
    seen_at: AwareDatetime | None = None

    def works_at(self, now: datetime) -> bool:
        """Whether it is accepted at a moment."""
        return self.revoked_at is None and now < self.expires_at
