"""Roles as data, read strictly from ``roles.yaml``, and the separation of the three administrators.

三员分立: whoever keeps the system running does not hand out rights, whoever hands out rights does not
watch the trail, and none of them does the work that they look after.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from pydantic import ValidationError

from kernel.datafile import read_text
from kernel.errors import CatalogueError
from kernel.yamldoc import read_yaml
from rules.schema_parts import Strict
from service.access.actor import Grant
from service.access.area import EVERYWHERE, Area
from service.access.errors import AccessRefusedError
from service.access.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILE: Final = "service/access/roles.yaml"


class Role(Strict):
    """One role: its Chinese title, which side it is on, what it may do."""

    title: str
    kind: Literal["business", "administrator"]
    about: str
    permissions: tuple[Permission, ...]


class RoleTable(Strict):
    """The whole file; ``shared`` are the rights that more than one administrator may hold."""

    shared: tuple[Permission, ...]
    roles: dict[str, Role]


def read_roles(text: str, file: str = _FILE) -> RoleTable:
    """Read and check a role table; CatalogueError names the file and the key."""
    try:
        table = RoleTable.model_validate(read_yaml(text, file))
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueError(file, ".".join(map(str, first["loc"])), "roles_wrong", why=first["msg"]) from error
    _check_repeats(table, file)
    _check_sides(table, file)
    _check_covered(table, file)
    return table


def _check_repeats(table: RoleTable, file: str) -> None:
    for name, role in table.roles.items():
        if len(set(role.permissions)) != len(role.permissions):
            raise CatalogueError(file, f"roles.{name}.permissions", "roles_wrong", why="同一权限写了两次")


def _check_sides(table: RoleTable, file: str) -> None:
    """No right of an administrator elsewhere, except those that all administrators may share."""
    holder: dict[Permission, str] = {}
    shared = set(table.shared)
    for name, role in sorted(table.roles.items(), key=lambda one: one[1].kind):
        for permission in role.permissions:
            other = holder.get(permission)
            if role.kind == "administrator" and permission not in shared and other is None:
                holder[permission] = name
            elif other is not None or (role.kind == "business" and permission in shared):
                key = f"roles.{name}.permissions"
                raise CatalogueError(file, key, "roles_not_apart", permission=permission.value, other=other or "shared")


def _check_covered(table: RoleTable, file: str) -> None:
    held = {permission for role in table.roles.values() for permission in role.permissions}
    if missing := sorted(set(Permission) - held):
        why = f"没有角色有这些权限：{'、'.join(missing)}"
        raise CatalogueError(file, "roles", "roles_wrong", why=why)


@cache
def role_table() -> Mapping[str, Role]:
    """The delivered roles by name, in the order of the file."""
    return MappingProxyType(read_roles(read_text("roles.yaml", "service.access")).roles)


def grant(role: str, area: Area = EVERYWHERE) -> Grant:
    """What holding a role in an area gives; a role that is no longer in the table gives nothing."""
    found = role_table().get(role)
    return Grant(role, frozenset(found.permissions) if found else frozenset(), area)


def check_combination(roles: Iterable[str]) -> None:
    """AccessRefusedError where one person must not hold these roles together, or one of them is unknown."""
    held = sorted(set(roles))
    table = role_table()
    if unknown := [role for role in held if role not in table]:
        raise AccessRefusedError("role_unknown", status=422, role=unknown[0], allowed=list(table))
    administrators = [role for role in held if table[role].kind == "administrator"]
    if administrators and len(held) > 1:
        other = next(role for role in held if role != administrators[0])
        titles = {"role": table[administrators[0]].title, "other": table[other].title}
        raise AccessRefusedError("roles_exclusive", status=409, **titles)
