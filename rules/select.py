"""Which grounds a case has to be held against, and why an item stands aside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kernel.regions import ancestors
from rules.release import LIMITATION
from rules.schema import ListItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.compiled import Compiled, Ground
    from rules.instant import Case
    from rules.release import Release
    from rules.standing import Standing

CHOICE_OF_MEASURE: Final = "ACE-16-2"


@dataclass(frozen=True, slots=True)
class Selection:
    """The grounds of a case in the order of decision; items named by the officer are marked."""

    statute: tuple[Ground, ...]
    items: tuple[Ground, ...]
    named: frozenset[str]
    places: tuple[str, ...]
    violation: str | None  # the one given, or the only one that the named items concern
    standings: dict[int, Standing] = field(default_factory=dict, compare=False, repr=False)
    asked: dict[tuple[int, ...], dict[str, Compiled]] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out for the selection at one time or more; see :mod:`rules.standing`."""

    def foreign(self, item: ListItem) -> bool:
        """Whether the item was issued for other places than that of the case."""
        return not concerns(item, self.places)


def concerns(item: ListItem, places: tuple[str, ...]) -> bool:
    """Whether the item was issued for one of the places (a place and those above it)."""
    if item.jurisdiction is None:
        return False
    return item.jurisdiction in places or any(code in places for code in item.also_in)


def select(case: Case, release: Release) -> Selection:
    """Statute grounds always; items as named, or those of the violation for the place."""
    places = ancestors(case.jurisdiction)
    named = case.list_items
    items = (
        tuple(release.items[name] for name in named)
        if named is not None
        else tuple(_of_violation(case, release, places))
    )
    violation = case.violation or _shared_violation(items)
    if named is not None:
        items = tuple(_under_other_law(one, violation, release) for one in items)
    return Selection(_statute(violation, release), items, frozenset(named or ()), places, violation)


def _shared_violation(items: tuple[Ground, ...]) -> str | None:
    """The one violation that all items name; items that name none (a whole field) do not matter."""
    named = (set(one.provision.violations) for one in items if isinstance(one.provision, ListItem))
    concerned = [violations for violations in named if violations]
    shared = set.intersection(*concerned) if concerned else set()
    return shared.pop() if len(shared) == 1 else None


def _statute(violation: str | None, release: Release) -> tuple[Ground, ...]:
    limited = release.limited.get(violation or "")
    grounds = release.statute.values()
    if limited is None:
        return tuple(grounds)
    return tuple(limited if one.id == limited.id else one for one in grounds)


def _under_other_law(ground: Ground, violation: str | None, release: Release) -> Ground:
    """A named item that says what the statute says, under what another law adds for the violation.

    That law sets its own period of limitation, or leaves no choice about a coercive measure: then the item
    is held against the conditions of the statutory ground that it repeats.
    """
    item = ground.provision
    same = item.same_as if isinstance(item, ListItem) else None
    if same is None or violation is None:
        return ground
    if same == LIMITATION and violation in release.limited:
        return _with_conditions(ground, release.limited[violation])
    if same == CHOICE_OF_MEASURE and release.violations[violation].power_kind == "mandatory":
        return _with_conditions(ground, release.statute[same])
    return ground


def _with_conditions(ground: Ground, other: Ground) -> Ground:
    """The ground, in its own time, with the conditions of another."""
    start = ground.provision.in_force.from_
    spans = (one for one in other.spans if one.until is None or one.until > start)
    return replace(ground, spans=tuple(replace(one, start=max(one.start, start)) for one in spans))


def _of_violation(case: Case, release: Release, places: tuple[str, ...]) -> Iterator[Ground]:
    if case.violation is None:
        return
    field = release.violations[case.violation].field
    found = [
        *release.items_of_violation.get(case.violation, ()),
        *release.items_of_field.get(field, ()),
    ]
    for ground in dict.fromkeys(found):
        item = ground.provision
        if isinstance(item, ListItem) and concerns(item, places):
            yield ground
