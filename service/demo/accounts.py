"""The people of the demonstration city: one for each role, each with a password made now and shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import clock
from service.access.accounts import Assignment, User
from service.access.actor import Actor
from service.access.events import RoleAssigned, UserCreated
from service.access.passwords import hash_password, make_password
from service.access.roles import check_combination
from service.db.mapping.accounts import assignment_row, user_row
from service.ids import new_id

if TYPE_CHECKING:
    from service.demo.city import City, Person
    from service.work import Work, Works


def fill(works: Works, city: City) -> dict[str, str]:
    """Make the accounts; the passwords by login."""
    passwords = {person.login: make_password() for person in city.people}
    with works.writing(Actor.system("demo"), clock.now()) as work:
        for person in city.people:
            _add(work, city, person, passwords[person.login])
    return passwords


def _add(work: Work, city: City, person: Person, password: str) -> None:
    check_combination(person.roles)
    user = User(
        id=new_id("user", work.now),
        login=person.login,
        name=person.name,
        department=person.department,
        region=person.region,
        password_at=work.now,
        created_at=work.now,
        created_by=work.actor.id,
    )
    work.session.add(user_row(user, hash_password(password)))
    work.session.flush()
    work.record(UserCreated(subject=user.id, department=user.department, region=user.region, login=user.login, origin=user.origin))  # fmt: skip  # noqa: E501
    for role in person.roles:
        _assign(work, city, user, role)


def _assign(work: Work, city: City, user: User, role: str) -> None:
    # A person of a district works there and for his department; the others for the whole city and every department.
    is_local = user.region != city.region
    given = Assignment(
        id=new_id("role", work.now),
        user_id=user.id,
        role=role,
        department=user.department if is_local else None,
        region=user.region if is_local else None,
        granted_at=work.now,
        granted_by=work.actor.id,
    )
    work.session.add(assignment_row(given))
    work.record(
        RoleAssigned(
            subject=user.id,
            department=user.department,
            region=user.region,
            role=role,
            role_department=given.department or "",
            role_region=given.region or "",
        )
    )
