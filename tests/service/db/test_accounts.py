"""Accounts: rows to objects and back; a row that no account can be is refused."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from service.access.accounts import Assignment, LoginSession, Token, User
from service.access.permissions import Permission
from service.db.database import Database
from service.db.mapping.accounts import (
    assignment_of,
    assignment_row,
    session_of,
    session_row,
    token_of,
    token_row,
    user_of,
    user_row,
)
from tests.databases import NOW

MOMENTS = st.none() | st.integers(0, 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds, microseconds=7))
NAMES = st.text("王芳abc", min_size=1, max_size=9)
USERS = st.builds(
    User,
    id=st.just("usr-1"),
    login=st.from_regex(r"[a-z0-9][a-z0-9._-]{1,39}", fullmatch=True),
    name=NAMES,
    kind=st.sampled_from(["person", "system"]),
    origin=st.sampled_from(["local", "oidc"]),
    department=NAMES,
    region=st.sampled_from(["210200", "210211"]),
    status=st.sampled_from(["active", "disabled"]),
    password_at=MOMENTS,
    must_change=st.booleans(),
    external=st.none() | st.just("https://id.example|7"),
    created_at=st.just(NOW),
    created_by=st.just("system:test"),
    login_at=MOMENTS,
    version=st.integers(1, 1000),
)
ASSIGNMENTS = st.builds(
    Assignment,
    id=st.just("rol-1"),
    user_id=st.just("usr-1"),
    role=st.just("officer"),
    department=st.none() | NAMES,
    region=st.none() | st.just("210200"),
    granted_at=st.just(NOW),
    granted_by=st.just("usr-2"),
)
SCOPES = st.frozensets(st.sampled_from(list(Permission)), min_size=1)


@given(USERS)
def test_users_come_back_as_they_were(user: User) -> None:
    row = user_row(user, "hash")
    assert row.password == "hash"  # noqa: S105
    assert user_of(row) == user


@given(ASSIGNMENTS)
def test_assignments_come_back_as_they_were(one: Assignment) -> None:
    assert assignment_of(assignment_row(one)) == one


@given(SCOPES)
def test_tokens_come_back_as_they_were(scopes: frozenset[Permission]) -> None:
    token = Token(
        id="tok-1", user_id="usr-1", name="x", scopes=scopes, created_at=NOW, created_by="usr-1", expires_at=NOW
    )
    assert token_of(token_row(token, "d" * 64)) == token


def test_everything_comes_back_from_the_database(database: Database) -> None:
    user = User(id="usr-1", login="li", name="李", department="a", region="210200", created_at=NOW, created_by="x")
    session = LoginSession(
        id="ses-1",
        user_id="usr-1",
        stage="full",
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW,
        proved_at=NOW,
        address="::1",
        agent="测试",
    )
    token = Token(
        id="tok-1",
        user_id="usr-1",
        name="x",
        scopes=frozenset({Permission.CASE_READ}),
        created_at=NOW,
        created_by="usr-1",
        expires_at=NOW,
    )
    held = Assignment(id="rol-1", user_id="usr-1", role="officer", granted_at=NOW, granted_by="x")
    rows = (session_row(session, "a" * 64), token_row(token, "b" * 64), assignment_row(held))
    with database.write() as kept:
        kept.add(user_row(user, None))
        kept.flush()
        kept.add_all(rows)
    with database.read() as found:
        user_type, session_type, token_type, held_type = type(user_row(user, None)), *map(type, rows)
        assert user_of(found.get_one(user_type, "usr-1")) == user
        assert session_of(found.get_one(session_type, "ses-1")) == session
        assert token_of(found.get_one(token_type, "tok-1")) == token
        assert assignment_of(found.get_one(held_type, "rol-1")) == held


@pytest.mark.parametrize(
    ("field", "value"), [("login", "Li Si"), ("region", "2102"), ("status", "asleep"), ("name", ""), ("kind", "robot")]
)
def test_a_row_that_no_user_can_be_is_refused(field: str, value: str) -> None:
    user = User(id="usr-1", login="li", name="李", department="a", region="210200", created_at=NOW, created_by="x")
    row = user_row(user, None)
    setattr(row, field, value)
    with pytest.raises(ValidationError):
        user_of(row)
