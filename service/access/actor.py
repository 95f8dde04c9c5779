"""Who acts: a person, another system by its token, or the service itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, Self

from service.access.area import EVERYWHERE, Area
from service.access.errors import PermissionDeniedError
from service.access.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

ActorKind = Literal["user", "token", "system"]
_ALL: Final = frozenset(Permission)
_SYSTEM_NAMES: Final = {"demo": "演示数据", "jobs": "后台任务", "command": "命令行"}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role that somebody holds, and where."""

    role: str
    permissions: frozenset[Permission]
    area: Area = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Actor:
    """Identity and rights of one request or job.

    ``department`` and ``region`` are home: what he makes belongs there. ``act`` is the permission
    this request was let in by (None: only a login was asked for); with it the areas are those of
    the roles that give it, so that a right held in one place is of no use in another.
    ``token_scopes`` narrows the rights of a token (None: no token, nothing narrowed).
    """

    id: str
    name: str
    kind: ActorKind = "user"
    grants: tuple[Grant, ...] = ()
    department: str = ""
    region: str = ""
    token_scopes: frozenset[Permission] | None = None
    act: Permission | None = None

    @classmethod
    def system(cls, name: str) -> Self:
        """The service itself, in a job or a command: every right, everywhere."""
        return cls(
            id=f"system:{name}", name=_SYSTEM_NAMES.get(name, name), kind="system", grants=(Grant("system", _ALL),)
        )

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles held, each once."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))

    @property
    def permissions(self) -> frozenset[Permission]:
        """Every right held anywhere, after what a token leaves of them."""
        held = frozenset[Permission]().union(*(grant.permissions for grant in self.grants))
        return held if self.token_scopes is None else held & self.token_scopes

    @property
    def areas(self) -> tuple[Area, ...]:
        """Where the present act is allowed; empty: nowhere."""
        if self.act is None:
            return tuple(dict.fromkeys(grant.area for grant in self.grants))
        return self.areas_of(self.act)

    @property
    def departments(self) -> frozenset[str] | None:
        """Departments of the present act; None: all. For showing: :meth:`sees` decides."""
        found = {area.department for area in self.areas}
        return None if None in found else frozenset(one for one in found if one is not None)

    @property
    def regions(self) -> frozenset[str] | None:
        """Region prefixes of the present act; None: all. For showing: :meth:`sees` decides."""
        found = {area.prefix for area in self.areas}
        return None if "" in found else frozenset(found)

    def areas_of(self, permission: Permission) -> tuple[Area, ...]:
        """Where a right is held; empty: nowhere."""
        if permission not in self.permissions:
            return ()
        return tuple(dict.fromkeys(grant.area for grant in self.grants if permission in grant.permissions))

    def may(self, permission: Permission, department: str | None = None, region: str | None = None) -> bool:
        """Whether a right is held: somewhere, or (with a department or region given) for what belongs there."""
        areas = self.areas_of(permission)
        if department is None and region is None:
            return bool(areas)
        return any(area.holds(department, region) for area in areas)

    def sees(self, department: str | None, region: str | None) -> bool:
        """Whether what belongs to this department and region is within the present act."""
        return any(area.holds(department, region) for area in self.areas)

    def require(self, permission: Permission, department: str | None = None, region: str | None = None) -> None:
        """PermissionDeniedError unless :meth:`may`."""
        if not self.may(permission, department, region):
            raise PermissionDeniedError(permission=permission.value, title=permission.label)

    def acting(self, permission: Permission | None) -> Self:
        """The same actor in an act that needs a right; PermissionDeniedError where it is not held."""
        if permission is not None:
            self.require(permission)
        return replace(self, act=permission)

    def limited(self, scopes: Iterable[Permission]) -> Self:
        """The same person as a token acts for him: never more than both allow."""
        return replace(self, kind="token", token_scopes=frozenset(scopes))
