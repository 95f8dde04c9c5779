"""The filter that every query for stored rows takes: only what lies within the actor's areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import and_, false, or_, true
from sqlmodel import col

from service.access.errors import OutOfAreaError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from service.access.actor import Actor
    from service.access.area import Area

S = TypeVar("S", bound="Select[Any]")


class Placed(Protocol):
    """A row that belongs to a department and a region (six digits)."""

    department: Any
    region: Any


def condition(row: type[Placed], actor: Actor) -> ColumnElement[bool]:
    """What a row must fulfil to be within the actor's present act; nothing passes where he has no area."""
    return or_(false(), *(_within(row, area) for area in actor.areas))


def where(statement: S, row: type[Placed], actor: Actor) -> S:
    """The same query, for what the actor may see alone."""
    return statement.where(condition(row, actor))


def check(actor: Actor, department: str, region: str) -> None:
    """OutOfAreaError unless the actor's present act reaches what belongs to this department and region."""
    if not actor.sees(department, region):
        raise OutOfAreaError


def _within(row: type[Placed], area: Area) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if area.department is not None:
        parts.append(col(row.department) == area.department)
    if area.prefix:
        first, last = area.bounds
        parts += [col(row.region) >= first, col(row.region) <= last]
    return and_(*parts)
