"""What administrators do with accounts. Each act asks once more for area and separation; all are in the trail.

The system administrator makes accounts and knows no rights; the security administrator gives rights and makes
no accounts: neither of them alone can make himself somebody who may do the work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, InputError, pointer
from kernel.regions import RegionError, ancestors
from service.access import scope, sessions, totp
from service.access.accounts import LOGIN, Assignment, Origin, Status, User, UserKind
from service.access.errors import AccessRefusedError
from service.access.events import PasswordReset, RoleAssigned, RoleRevoked, SessionEnded, UserChanged, UserCreated
from service.access.login import note_attempt, set_password
from service.access.passwords import hash_password, make_password
from service.access.roles import check_combination, role_table
from service.db.mapping.accounts import assignment_row, user_of, user_row
from service.db.repositories import accounts as accounts_repo
from service.db.tables.accounts import AssignmentRow
from service.ids import new_id
from service.versions import expect_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.access.actor import Actor
    from service.access.area import Area
    from service.access.permissions import Permission
    from service.db.tables.accounts import UserRow
    from service.work import Work

_LONGEST_NAME: Final = 100
_LONGEST_DEPARTMENT: Final = 40
CHANGEABLE: Final = ("name", "department", "region", "status")


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be made."""

    login: str
    name: str
    department: str
    region: str
    kind: UserKind = "person"
    origin: Origin = "local"


@dataclass(frozen=True, slots=True)
class Made:
    """An account, and its first password where it has one: shown this once."""

    user: User
    password: str | None


def create(work: Work, new: NewUser, password: str | None = None) -> Made:
    """Make an account; a local person gets a first password, which has to be changed at the first login."""
    checked = _check_new(new)
    scope.check(work.actor, checked.department, checked.region)
    if accounts_repo.user_by_login(work.session, checked.login) is not None:
        raise InputError.at("/login", "login_taken", login=checked.login)
    has_password = checked.kind == "person" and checked.origin == "local"
    first = (password or make_password()) if has_password else None
    user = User(
        id=new_id("usr", work.now),
        login=checked.login,
        name=checked.name,
        kind=checked.kind,
        origin=checked.origin,
        department=checked.department,
        region=checked.region,
        password_at=work.now if first else None,
        must_change=first is not None,
        created_at=work.now,
        created_by=work.actor.id,
    )
    work.session.add(user_row(user, hash_password(first) if first else None))
    work.session.flush()
    where = {"department": user.department, "region": user.region}
    work.record(UserCreated(subject=user.id, login=user.login, origin=user.origin, **where))
    return Made(user, first)


def find(work: Work, user_id: str) -> User:
    """A user within the actor's areas; AccessRefusedError (404) otherwise."""
    return user_of(_row(work, user_id, held=False))


def change(work: Work, user_id: str, version: int, fields: Mapping[str, str]) -> User:
    """Change name, department, region or status; ``version`` is the one that was seen (StateError 409)."""
    row = _row(work, user_id)
    expect_number(row.version, version)
    new = {name: value.strip() for name, value in fields.items() if name in CHANGEABLE}
    _check_fields(new.get("name"), new.get("department"), new.get("region"))
    scope.check(work.actor, new.get("department", row.department), new.get("region", row.region))
    changed = {name: value for name, value in new.items() if getattr(row, name) != value}
    if not changed:
        return user_of(row)
    if changed.get("status") == "disabled":
        _not_oneself(work.actor, row.id)
        sessions.end_all(work.session, row.id, work.now)
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    work.session.add(row)
    work.record(
        UserChanged(subject=row.id, department=row.department, region=row.region, login=row.login, fields=changed)
    )
    return user_of(row)


def set_status(work: Work, user_id: str, version: int, status: Status) -> User:
    """Disable an account, which ends its sessions at once, or let it be used again."""
    return change(work, user_id, version, {"status": status})


def reset_password(work: Work, user_id: str, password: str | None = None) -> Made:
    """Give a new first password; sessions end, and it has to be changed at the next login."""
    row = _row(work, user_id)
    _not_oneself(work.actor, row.id)
    if row.kind != "person" or row.origin != "local":
        raise AccessRefusedError("no_local_password", status=409)
    first = password or make_password()
    set_password(work, row, hash_password(first), must_change=True)
    note_attempt(work, row.login, "", "reset")  # a locked login opens with it
    sessions.end_all(work.session, row.id, work.now)
    work.record(PasswordReset(subject=row.id, department=row.department, region=row.region))
    return Made(user_of(row), first)


def reset_totp(work: Work, user_id: str) -> User:
    """Take the second factor of somebody away who has lost it, and end his sessions."""
    row = _row(work, user_id)
    _not_oneself(work.actor, row.id)
    totp.remove(work, row.id)
    sessions.end_all(work.session, row.id, work.now)
    return user_of(row)


def end_sessions(work: Work, user_id: str) -> int:
    """End every session of somebody; how many there were."""
    row = _row(work, user_id)
    count = sessions.end_all(work.session, row.id, work.now)
    if count:
        work.record(SessionEnded(subject=row.id, department=row.department, region=row.region, count=count))
    return count


def assign(work: Work, user_id: str, role: str, area: Area) -> Assignment:
    """Give a role in an area that the actor's own covers; AccessRefusedError where it cannot be held."""
    row = _row(work, user_id)
    _not_oneself(work.actor, row.id)
    _check_fields(None, area.department, area.region)
    if not any(own.covers(area) for own in work.actor.areas):
        raise AccessRefusedError(
            "area_beyond", department=area.department or "全部部门", region=area.region or "全部区域"
        )
    held = accounts_repo.assignments_of(work.session, [row.id])
    check_combination([role, *(one.role for one in held)])
    if any((one.role, one.area) == (role, area) for one in held):
        raise AccessRefusedError("role_held", status=409, role=role_table()[role].title)
    made = Assignment(
        id=new_id("rol", work.now),
        user_id=row.id,
        role=role,
        department=area.department,
        region=area.region,
        granted_at=work.now,
        granted_by=work.actor.id,
    )
    work.session.add(assignment_row(made))
    work.record(RoleAssigned(**_told(row, made)))
    return made


def revoke(work: Work, user_id: str, assignment_id: str) -> Assignment:
    """Take a role back; it stops working with the next request."""
    row = _row(work, user_id)
    _not_oneself(work.actor, row.id)
    held = {one.id: one for one in accounts_repo.assignments_of(work.session, [row.id])}
    found = held.get(assignment_id)
    kept = work.session.get(AssignmentRow, assignment_id)
    if found is None or kept is None:
        raise AccessRefusedError("role_not_held", status=404)
    work.session.delete(kept)
    work.record(RoleRevoked(**_told(row, found)))
    return found


def held_by(work: Work, user: User) -> frozenset[Permission]:
    """The rights somebody holds by his roles."""
    held = accounts_repo.assignments_of(work.session, [user.id])
    table = role_table()
    return frozenset(one for role in held if role.role in table for one in table[role.role].permissions)


def _row(work: Work, user_id: str, *, held: bool = True) -> UserRow:
    found = accounts_repo.lock_user(work.session, user_id) if held else accounts_repo.find_user(work.session, user_id)
    if found is None or not work.actor.sees(found.department, found.region):
        raise AccessRefusedError("user_unknown", status=404, user=user_id)
    return found


def _told(row: UserRow, one: Assignment) -> dict[str, str]:
    return {
        "subject": row.id,
        "department": row.department,
        "region": row.region,
        "role": one.role,
        "role_department": one.department or "",
        "role_region": one.region or "",
    }


def _not_oneself(actor: Actor, user_id: str) -> None:
    if actor.id == user_id:
        raise AccessRefusedError("own_account", status=409)


def _check_new(new: NewUser) -> NewUser:
    login = new.login.strip().lower()
    if not re.fullmatch(LOGIN, login):
        raise InputError.at("/login", "login_form")
    name, department, region = new.name.strip(), new.department.strip(), new.region.strip()
    _check_fields(name, department, region)
    return NewUser(login, name, department, region, new.kind, new.origin)


def _check_fields(name: str | None, department: str | None, region: str | None) -> None:
    """InputError with every field that cannot be; None: not given."""
    faults = [
        *_check_length("name", name, _LONGEST_NAME),
        *_check_length("department", department, _LONGEST_DEPARTMENT),
        *_check_region(region),
    ]
    if faults:
        raise InputError(faults, faults[0].code if len(faults) == 1 else None)


def _check_length(field: str, value: str | None, most: int) -> list[FieldError]:
    if value is None or (0 < len(value) <= most and value.isprintable()):
        return []
    return [FieldError(pointer(field), "user_field", {"value": value, "why": f"应当是 1 到 {most} 个字"})]


def _check_region(region: str | None) -> list[FieldError]:
    if region is None:
        return []
    try:
        code = ancestors(region)[0]
    except RegionError as error:
        return [error.at(pointer("region"))]
    return [] if code == region else [FieldError(pointer("region"), "region_form", {"value": region})]
