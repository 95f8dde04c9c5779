"""What a search found, with the addresses to go on to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from rules.schema import ListItem
from service.web.labels import HIT_KINDS, LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.release import Release
    from rules.search import Hit

_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Next:
    """An address and what it leads to."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: where a case can be checked with it, and what it is."""

    id: str
    kind: str
    kind_label: str
    title: str
    note: str
    matched: str
    rule: str
    checks: tuple[Next, ...]


def found_of(hits: Iterable[Hit], release: Release, place: str) -> list[Found]:
    """The hits in their order."""
    return [_found(hit, release, place) for hit in hits]


def check_address(violation: str, place: str, items: Iterable[str] = ()) -> str:
    """The address of an empty case of a violation (or none) at a place."""
    pairs = [("violation", violation)] if violation else []
    return "/cases/check?" + urlencode([*pairs, ("place", place), *(("item", item) for item in items)])


def _found(hit: Hit, release: Release, place: str) -> Found:
    return Found(
        id=hit.id,
        kind=hit.kind,
        kind_label=HIT_KINDS[hit.kind],
        title=hit.title,
        note=_note(hit, release),
        matched="、".join(one for one in hit.matched if one != "编号"),
        rule=f"/rules/{hit.id}",
        checks=tuple(_checks(hit, release, place)),
    )


def _note(hit: Hit, release: Release) -> str:
    if hit.kind == "violation":
        return release.violations[hit.id].field
    item = release.items[hit.id].provision if hit.kind == "list_item" else None
    if isinstance(item, ListItem):
        return "，".join(part for part in (LISTS[item.list], item.field, item.place or "") if part)
    return ""


def _checks(hit: Hit, release: Release, place: str) -> list[Next]:
    if hit.kind == "violation":
        return [Next(check_address(hit.id, place), hit.title)]
    if hit.kind != "list_item":
        return []
    item = release.items[hit.id].provision
    names = item.violations if isinstance(item, ListItem) else ()
    return [Next(check_address(name, place), release.violations[name].title) for name in names[:_SHOWN]]
