"""The catalogue as an officer reads it: a list with filters, and one page for each entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.regions import NATION, ancestors
from rules.schema import Aggravating, ListItem, StatuteGround
from rules.schema_violation import Violation
from service.web.labels import LISTS, PROVISION_KINDS, Confidence, confidence
from service.web.places import DEFAULT
from service.web.words import place_zh

if TYPE_CHECKING:
    from rules.release import Release
    from rules.schema import AnyProvision
    from rules.search import Search

PAGE: Final = 40
TEMPLATE: Final = "none"
"""Stands for entries that are law nowhere until a city adopts them."""
_COMMON: Final = "通用"
_READ: Final = (ListItem, Violation, StatuteGround, Aggravating)
_MOST_HITS: Final = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    id: str
    kind: str
    title: str
    lists: tuple[str, ...]
    field: str
    place: str
    place_code: str
    confidence: Confidence
    draft: bool = False
    """Written down, but no law of ours yet: it takes no part in decisions."""


Entries = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty texts narrow nothing."""

    kind: str = ""
    list: str = ""
    field: str = ""
    place: str = ""
    words: str = ""
    page: int = 1

    def params(self, **changes: object) -> dict[str, str]:
        """The query parameters of this choice with some changed; blank ones left out."""
        own: dict[str, object] = {
            "kind": self.kind,
            "list": self.list,
            "field": self.field,
            "place": self.place,
            "q": self.words,
            "page": self.page if self.page > 1 else "",
        }
        return {name: str(value) for name, value in (own | changes).items() if value}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter with the number of entries behind it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ListView:
    """One page of the list and its filters."""

    entries: tuple[Entry, ...]
    total: int
    page: int
    pages: int
    kinds: tuple[Choice, ...]
    lists: tuple[Choice, ...]
    fields: tuple[Choice, ...]
    places: tuple[Choice, ...]


def entries_of(release: Release) -> Entries:
    """Every entry that has a page, by id: those of the own city first, then the province's, the nation's, others."""
    own = ancestors(DEFAULT)
    found = [_entry(p, draft=p.id in release.drafts) for _, p in release.provisions.values() if isinstance(p, _READ)]
    found.sort(key=lambda one: own.index(one.place_code) if one.place_code in own else len(own))
    return {one.id: one for one in found}


def list_view(entries: Entries, search: Search, filters: Filters) -> ListView:
    """The entries that fit all filters, the best hits first where words are given."""
    found = list(_found(entries, search, filters.words))
    fitting = [one for one in found if _fits(one, filters)]
    pages = max(1, -(-len(fitting) // PAGE))
    page = min(max(filters.page, 1), pages)
    return ListView(
        entries=tuple(fitting[(page - 1) * PAGE : page * PAGE]),
        total=len(fitting),
        page=page,
        pages=pages,
        kinds=_choices(found, filters, "kind", PROVISION_KINDS),
        lists=_choices(found, filters, "list", LISTS),
        fields=_choices(found, filters, "field", None),
        places=_choices(found, filters, "place", None),
    )


def fields_of(entries: Entries) -> tuple[Choice, ...]:
    """The fields of work with their numbers of violations, the largest first."""
    violations = [one for one in entries.values() if one.kind == "violation"]
    return _choices(violations, Filters(), "field", None)


def _found(entries: Entries, search: Search, words: str) -> Iterable[Entry]:
    if not words:
        return entries.values()
    return (entries[hit.id] for hit in search.find(words, _MOST_HITS) if hit.id in entries)


def _entry(provision: AnyProvision, *, draft: bool) -> Entry:
    code = getattr(provision, "jurisdiction", NATION)
    return Entry(
        id=provision.id,
        kind=provision.kind,
        title=provision.title,
        lists=_lists(provision),
        field=getattr(provision, "field", _COMMON),
        place=getattr(provision, "place", None) or place_zh(code),
        place_code=code or TEMPLATE,
        confidence=confidence(provision.confidence),
        draft=draft,
    )


def _lists(provision: AnyProvision) -> tuple[str, ...]:
    if isinstance(provision, ListItem):
        return (provision.list, *provision.also_lists)
    return provision.lists if isinstance(provision, StatuteGround) else ()


def _values(entry: Entry, name: str) -> tuple[str, ...]:
    values: dict[str, tuple[str, ...]] = {
        "kind": (entry.kind,),
        "list": entry.lists,
        "field": (entry.field,),
        "place": (entry.place_code,),
    }
    return values[name]


def _fits(entry: Entry, filters: Filters, but: str = "") -> bool:
    wanted = {"kind": filters.kind, "list": filters.list, "field": filters.field, "place": filters.place}
    return all(not value or name == but or value in _values(entry, name) for name, value in wanted.items())


def _choices(
    found: Iterable[Entry], filters: Filters, name: str, labels: Mapping[str, str] | None
) -> tuple[Choice, ...]:
    """The values of one filter, counted over what the other filters leave."""
    counts: dict[str, int] = dict.fromkeys(labels or (), 0)
    for entry in found:
        if _fits(entry, filters, but=name):
            for value in _values(entry, name):
                counts[value] = counts.get(value, 0) + 1
    ordered = counts.items() if labels else sorted(counts.items(), key=_largest)
    return tuple(Choice(value, filter_label(name, value), count) for value, count in ordered if count)


def _largest(entry: tuple[str, int]) -> tuple[bool, int, str]:
    value, count = entry
    return value != NATION, -count, value


def filter_label(name: str, value: str) -> str:
    """The words for a value of a filter; the value itself where it means nothing to us."""
    tables = {"kind": PROVISION_KINDS, "list": LISTS}
    if name in tables:
        return tables[name].get(value, value)
    return place_zh(None if value == TEMPLATE else value) if name == "place" else value
