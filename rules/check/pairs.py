"""Which items can meet in one case: the same violation, a place both were made for, a day of both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from kernel.interval import Interval
from kernel.regions import ancestors
from rules.schema import ListItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.compiled import Compiled, Ground
    from rules.release import Release


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that meet: for which violation (None: a whole field), where, and in which spans."""

    one: Ground
    other: Ground
    violation: str
    place: str
    spans: tuple[tuple[Compiled, Compiled], ...]


def item_of(ground: Ground) -> ListItem:
    """The list item of a ground of the shelf of items."""
    assert isinstance(ground.provision, ListItem)  # noqa: S101  (the shelf holds nothing else)
    return ground.provision


def meeting(release: Release) -> Iterator[Pair]:
    """Every two items that one case can concern, each pair once, in the order of the catalogue."""
    seen: set[tuple[str, str]] = set()
    for violation in release.violations:
        for one, other in combinations(concerned(release, violation), 2):
            if (one.id, other.id) in seen:
                continue
            seen.add((one.id, other.id))
            place = meeting_place(item_of(one), item_of(other))
            spans = common_spans(one, other)
            if place is not None and spans:
                yield Pair(one, other, violation, place, spans)


def concerned(release: Release, violation: str) -> list[Ground]:
    """The items that stand for a violation somewhere; templates are law nowhere and left out."""
    field = release.violations[violation].field
    found = [*release.items_of_violation.get(violation, ()), *release.items_of_field.get(field, ())]
    return [one for one in dict.fromkeys(found) if codes(item_of(one))]


def codes(item: ListItem) -> tuple[str, ...]:
    """The places an item was issued for; none for a template."""
    return (item.jurisdiction, *item.also_in) if item.jurisdiction is not None else ()


def meeting_place(one: ListItem, other: ListItem) -> str | None:
    """The smallest place where both stand: the inner one of two that lie in each other."""
    for code in codes(one):
        for against in codes(other):
            if against in ancestors(code):
                return code
            if code in ancestors(against):
                return against
    return None


def lies_within(inner: ListItem, outer: ListItem) -> bool:
    """Whether the outer item stands in every place of the inner one."""
    wide = set(codes(outer))
    return all(wide & set(ancestors(code)) for code in codes(inner))


def lasts_within(inner: Ground, outer: Ground) -> bool:
    """Whether the outer item is in force on every day of the inner one."""
    early, late = item_of(inner).in_force, item_of(outer).in_force
    ends = late.until is None or (early.until is not None and early.until <= late.until)
    return late.from_ <= early.from_ and ends


def concerns_within(inner: ListItem, outer: ListItem) -> bool:
    """Whether the outer item stands for every violation of the inner one."""
    if outer.fields:
        return inner.field in outer.fields or set(inner.fields) <= set(outer.fields) != set()
    return bool(inner.violations) and not inner.fields and set(inner.violations) <= set(outer.violations)


def common_spans(one: Ground, other: Ground) -> tuple[tuple[Compiled, Compiled], ...]:
    """The spans of both that share a day."""
    return tuple((mine, theirs) for mine in one.spans for theirs in other.spans if _share_a_day(mine, theirs))


def _share_a_day(one: Compiled, other: Compiled) -> bool:
    return Interval(one.start, one.until).overlaps(Interval(other.start, other.until))


def nodes_of(span: Compiled) -> tuple[int, ...]:
    """The nodes that all have to hold for a provision to apply."""
    return tuple(line.node for line in span.lines)
