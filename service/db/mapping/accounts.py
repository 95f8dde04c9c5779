"""Rows of accounts to validated objects and back; secrets stay with the row."""

from __future__ import annotations

from service.access.accounts import Assignment, LoginSession, Token, User
from service.db.tables.accounts import AssignmentRow, SessionRow, TokenRow, UserRow


def user_of(row: UserRow) -> User:
    """The user of a row; ValidationError where the row holds what no user can be."""
    return User.model_validate(row.model_dump(exclude={"password"}))


def user_row(user: User, password: str | None) -> UserRow:
    """The row of a user; ``password``: the hash."""
    return UserRow(**user.model_dump(), password=password)


def assignment_of(row: AssignmentRow) -> Assignment:
    """The assignment of a row: empty texts mean all."""
    fields = row.model_dump()
    return Assignment.model_validate({**fields, "department": row.department or None, "region": row.region or None})


def assignment_row(assignment: Assignment) -> AssignmentRow:
    """The row of an assignment: a unique constraint needs a value where all are meant."""
    fields = assignment.model_dump()
    return AssignmentRow(
        **{**fields, "department": assignment.department or "", "region": assignment.region or ""},
    )


def session_of(row: SessionRow) -> LoginSession:
    """The session of a row."""
    return LoginSession.model_validate(row.model_dump(exclude={"digest"}))


def session_row(session: LoginSession, digest: str) -> SessionRow:
    """The row of a session; ``digest``: of the browser's secret."""
    return SessionRow(**session.model_dump(), digest=digest)


def token_of(row: TokenRow) -> Token:
    """The token of a row."""
    return Token.model_validate(row.model_dump(exclude={"digest"}))


def token_row(token: Token, digest: str) -> TokenRow:
    """The row of a token; ``digest``: of the secret that was shown once."""
    fields = token.model_dump(exclude={"scopes"})
    return TokenRow(**fields, scopes=sorted(scope.value for scope in token.scopes), digest=digest)
