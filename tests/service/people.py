"""People for tests: an account with roles, logged in without the way through the login page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import FastAPI

from service.access import sessions
from service.access.accounts import Assignment, Stage, User
from service.access.identity import COOKIE
from service.access.keys import form_key
from service.access.policy import AccessSettings
from service.access.sessions import Visitor
from service.clock import CHINA, now
from service.db.database import Database
from service.db.mapping.accounts import assignment_row, user_row
from service.db.tables.accounts import UserRow
from service.ids import new_id
from tests.service.asgi import Client

DEPARTMENT = "市场监管综合执法"
REGION = "210200"
FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=CHINA)


@dataclass(frozen=True)
class Place:
    """Where a role holds; None: everywhere."""

    department: str | None = None
    region: str | None = None


def make_user(database: Database, *roles: str, place: Place | None = None, **fields: Any) -> User:  # noqa: ANN401 - any field of User
    """An account with these roles in a place; `password` (the hash) and any field of User may be given."""
    password = fields.pop("password", None)
    wanted = {"id": new_id("usr", now()), "name": "测试用户", "department": DEPARTMENT, "region": REGION}
    made = {"created_at": FIRST, "created_by": "system:test", "password_at": FIRST if password else None}
    fields = {**wanted, **made, **fields}
    user = User(**{"login": f"u{fields['id'][-12:].lower()}", **fields})
    where = place or Place()
    with database.write() as session:
        session.add(user_row(user, password))
        session.flush()
        for role in roles:
            held = Assignment(
                id=new_id("rol", now()),
                user_id=user.id,
                role=role,
                department=where.department,
                region=where.region,
                granted_at=FIRST,
                granted_by="system:test",
            )
            session.add(assignment_row(held))
    return user


class UserClient(Client):
    """A browser with a session of a user. Its requests carry the token of its forms, in a header."""

    def __init__(self, app: FastAPI, database: Database, user: User, stage: Stage = "full") -> None:
        self.user = user
        with database.write() as session:
            row = session.get_one(UserRow, user.id)
            opened = sessions.start(session, row, stage, Visitor("127.0.0.1", "test"), AccessSettings(), now())
        self.secret = opened.secret
        self.form_key = form_key(opened.secret)
        super().__init__(app, {"x-csrf-token": self.form_key}, {COOKIE: opened.secret})
