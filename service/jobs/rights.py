"""The rights a job runs with: those its starter had at that moment, kept as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from service.access.actor import Actor
from service.access.area import Area
from service.access.permissions import Permission
from service.access.roles import grant

if TYPE_CHECKING:
    from service.access.actor import ActorKind

Rights: TypeAlias = dict[str, Any]
_SYSTEM: Final = "system"
_BY_CODE: Final = {one.value: one for one in Permission}


def document_of(actor: Actor) -> Rights:
    """What is needed to make the actor again."""
    scopes = actor.token_scopes
    return {
        "id": actor.id,
        "name": actor.name,
        "kind": actor.kind,
        "roles": [[one.role, one.area.department, one.area.region] for one in actor.grants],
        "department": actor.department,
        "region": actor.region,
        "scopes": None if scopes is None else sorted(scopes),
        "act": actor.act,
    }


def actor_of(document: Rights) -> Actor:
    """The actor again, with what his roles give by the present table."""
    if document["kind"] == _SYSTEM:
        return Actor.system(document["id"].removeprefix("system:"))
    kind: ActorKind = document["kind"]
    scopes = document["scopes"]
    return Actor(
        id=document["id"],
        name=document["name"],
        kind=kind,
        grants=tuple(grant(role, Area(department, region)) for role, department, region in document["roles"]),
        department=document["department"],
        region=document["region"],
        token_scopes=None if scopes is None else frozenset(_BY_CODE[code] for code in scopes),
        act=None if document["act"] is None else _BY_CODE[document["act"]],
    )
