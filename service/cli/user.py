"""``xinheng user …``: accounts from the machine itself. ``user add`` makes the first one; there is none by default.

Whoever may run this command holds the database anyway; what is done stands in the audit trail all the same.
"""

from __future__ import annotations

import getpass
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from service.access import users
from service.access.accounts import STATUS_LABELS
from service.access.actor import Actor
from service.access.area import Area
from service.access.errors import AccessRefusedError
from service.access.passwords import check_password
from service.access.roles import check_combination, role_table
from service.api.accounts import user_json
from service.cli.output import emit_json, note, say
from service.cli.stored import opened
from service.db.mapping.accounts import user_of
from service.db.repositories import accounts as accounts_repo
from service.engine import Engine
from service.storage import open_files
from service.work import Works

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.access.accounts import Assignment, User
    from service.access.policy import PasswordPolicy
    from service.access.users import Made
    from service.work import Work

_ALL = 1_000_000


def add(options: argparse.Namespace) -> int:
    """Make an account with its roles."""
    with _working() as (work, policy):
        check_combination(options.role)
        password = _password(policy, options.login, options.name) if options.ask else None
        new = users.NewUser(
            options.login, options.name, options.department, options.region, options.kind, options.origin
        )
        made = users.create(work, new, password)
        for role in dict.fromkeys(options.role):
            users.assign(work, made.user.id, role, _area(options))
        _tell(options, work, made, asked=options.ask)
    return 0


def list_users(options: argparse.Namespace) -> int:
    """List accounts by login."""
    with _working() as (work, _):
        chosen = accounts_repo.UserFilter(options.words, options.role)
        _, found = accounts_repo.list_users(work.session, work.actor, chosen, limit=_ALL)
        held = accounts_repo.assignments_of(work.session, [one.id for one in found])
    if options.json:
        emit_json([user_json(one, held) for one in found])
        return 0
    for user in found:
        say(_line(user, [one for one in held if one.user_id == user.id]))
    note(f"共 {len(found)} 个账号。")
    return 0


def roles(options: argparse.Namespace) -> int:
    """Show the roles of an account, after giving or taking back one."""
    with _working() as (work, _):
        user = _user(work, options.login)
        area = _area(options)
        if options.add:
            users.assign(work, user.id, options.add, area)
        if options.remove:
            users.revoke(work, user.id, _held(work, user, options.remove, area).id)
        work.session.flush()
        held = accounts_repo.assignments_of(work.session, [user.id])
    if options.json:
        emit_json(user_json(user, held))
    else:
        say(_line(user, held))
    return 0


def reset(options: argparse.Namespace) -> int:
    """Give a new first password, which opens a locked login as well."""
    with _working() as (work, policy):
        user = _user(work, options.login)
        if options.enable:
            user = users.set_status(work, user.id, user.version, "active")
        if options.totp:
            users.reset_totp(work, user.id)
        password = _password(policy, user.login, user.name) if options.ask else None
        _tell(options, work, users.reset_password(work, user.id, password), asked=options.ask)
    return 0


@contextmanager
def _working() -> Iterator[tuple[Work, PasswordPolicy]]:
    with opened() as (settings, database), Engine.load(settings) as engine:
        works = Works(database, engine, open_files(settings))
        with works.writing(Actor.system("command")) as work:
            yield work, settings.access.password


def _user(work: Work, login: str) -> User:
    row = accounts_repo.user_by_login(work.session, login.strip().lower())
    if row is None:
        raise AccessRefusedError("user_unknown", status=404, user=login)
    return user_of(row)


def _held(work: Work, user: User, role: str, area: Area) -> Assignment:
    for one in accounts_repo.assignments_of(work.session, [user.id]):
        if (one.role, one.area) == (role, area):
            return one
    raise AccessRefusedError("role_not_held", status=404)


def _area(options: argparse.Namespace) -> Area:
    return Area(options.in_department, options.in_region)


def _password(policy: PasswordPolicy, *names: str) -> str:
    """A password from the terminal, asked twice, or the first line of standard input."""
    if sys.stdin.isatty():
        password = getpass.getpass("初始密码：")
        if getpass.getpass("再输入一次：") != password:
            raise AccessRefusedError("password_repeat", status=422)
    else:
        password = sys.stdin.readline().rstrip("\n")
    check_password(password, policy, names)
    return password


def _tell(options: argparse.Namespace, work: Work, made: Made, *, asked: bool) -> None:
    work.session.flush()
    held = accounts_repo.assignments_of(work.session, [made.user.id])
    shown = None if asked else made.password
    if options.json:
        document: dict[str, Any] = {"user": user_json(made.user, held), "password": shown}
        emit_json(document)
        return
    say(_line(made.user, held))
    if shown:
        say(f"初始密码（只显示这一次）：{shown}")


def _line(user: User, held: list[Assignment]) -> str:
    table = role_table()
    titles = (f"{table[one.role].title if one.role in table else one.role}{_where(one.area)}" for one in held)
    status = "" if user.is_active else f"（{STATUS_LABELS[user.status]}）"
    return f"{user.login}  {user.name}{status}  {user.department} {user.region}  {'、'.join(titles) or '没有角色'}"


def _where(area: Area) -> str:
    parts = [part for part in (area.department, area.region) if part]
    return f"（{'，'.join(parts)}）" if parts else ""
