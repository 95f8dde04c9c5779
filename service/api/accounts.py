"""Accounts as the interface shows them. Nothing here is a secret, except where it is said that it is shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.access.roles import role_table

if TYPE_CHECKING:
    from service.access.accounts import Assignment, LoginSession, Token, User
    from service.access.actor import Actor
    from service.access.tokens import NewToken
    from service.access.users import Made


def user_json(user: User, assignments: list[Assignment]) -> dict[str, Any]:
    """A user with his roles."""
    fields = user.model_dump(mode="json", exclude={"external", "must_change", "password_at", "created_by"})
    return {**fields, "roles": [assignment_json(one) for one in assignments if one.user_id == user.id]}


def made_json(made: Made) -> dict[str, Any]:
    """A user just made or reset, with the first password: shown this once; null where there is none."""
    return {"user": user_json(made.user, []), "password": made.password}


def assignment_json(one: Assignment) -> dict[str, Any]:
    """A role somebody holds; department and region null: all."""
    role = role_table().get(one.role)
    fields = one.model_dump(mode="json", include={"id", "role", "department", "region", "granted_at"})
    return {**fields, "title": role.title if role else one.role}


def session_json(one: LoginSession, present: str) -> dict[str, Any]:
    """A session; ``present``: the id of the one that asks."""
    fields = one.model_dump(mode="json", include={"id", "created_at", "seen_at", "expires_at", "address", "agent"})
    return {**fields, "is_present": one.id == present}


def token_json(one: Token) -> dict[str, Any]:
    """A token without its secret."""
    fields = one.model_dump(mode="json", include={"id", "name", "created_at", "expires_at", "revoked_at", "seen_at"})
    return {**fields, "scopes": sorted(scope.value for scope in one.scopes)}


def new_token_json(made: NewToken) -> dict[str, Any]:
    """A token just made, with its secret: shown this once."""
    return {"token": token_json(made.token), "secret": made.secret}


def actor_json(actor: Actor, user: User, assignments: list[Assignment]) -> dict[str, Any]:
    """Who asks, and what he may do with this session or token."""
    permissions = sorted(one.value for one in actor.permissions)
    return {"user": user_json(user, assignments), "kind": actor.kind, "permissions": permissions}


def roles_json() -> list[dict[str, Any]]:
    """The role table."""
    return [
        {
            "role": name,
            "title": role.title,
            "about": role.about,
            "kind": role.kind,
            "permissions": [{"permission": one.value, "title": one.label} for one in role.permissions],
        }
        for name, role in role_table().items()
    ]
