"""Near misses: grounds that would apply but for one or two facts, or for a single condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.web.grounds import GroundView

_NEAR: Final = 2
"""A ground is nearly met where so few facts are missing, or a single condition is not met."""
_MOST: Final = 8

Card = tuple[str, tuple["GroundView", ...]]
"""A list's label with its grounds that do not apply, or not yet."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A ground that does not apply yet: the facts still missing, or the one condition that stands in the way."""

    ground: GroundView
    lists: str
    failed: str


def near_misses(cards: Iterable[Card]) -> tuple[NearMiss, ...]:
    """The near misses of the four lists; the nearest first, each ground once."""
    found: dict[str, NearMiss] = {}
    for label, grounds in cards:
        for ground in grounds:
            if ground.id not in found and _is_near(ground):
                found[ground.id] = NearMiss(ground, label, ground.failed[0] if ground.failed else "")
    ordered = sorted(found.values(), key=lambda one: (bool(one.failed), len(one.ground.missing)))
    return tuple(ordered[:_MOST])


def _is_near(ground: GroundView) -> bool:
    if ground.foreign or not ground.met:
        return False
    open_conditions = sum(one.state == "missing" for one in ground.conditions)
    if ground.outcome == "undetermined":
        return open_conditions <= _NEAR
    return len(ground.failed) == 1 and open_conditions == 0
