"""The catalogue as rows and entries, for the command line and the interface alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.errors import InputError
from kernel.regions import RegionError, ancestors, normalise
from rules.priority import LISTS
from rules.schema import ListItem, StatuteGround
from rules.search import nearest_ids, nearest_violations
from rules.select import concerns
from rules.shown import citation_dict
from service.repairbook import repair_entry, repair_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules.compiled import Ground
    from rules.facts import Fact
    from rules.release import Release
    from rules.schema_parts import CitationRef, InForce
    from rules.schema_violation import Violation
    from rules.search import Hit

KINDS: Final = ("list_item", "statute", "violation")
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted; None: any. ``kinds`` empty: grounds (list items and statute)."""

    kinds: tuple[str, ...] = ()
    list: str | None = None
    jurisdiction: str | None = None
    field: str | None = None
    violation: str | None = None


def rows(release: Release, wanted: Wanted) -> list[Row]:
    """One short row an entry that is wanted, in the order of the catalogue.

    Raises InputError (pointer to the filter) where a filter's value does not exist.
    """
    places = _check(release, wanted)
    kinds = wanted.kinds or ("list_item", "statute")
    found: list[Row] = []
    if "list_item" in kinds:
        found += [_ground_row(release, one) for one in release.items.values() if _keep(release, one, wanted, places)]
    if "statute" in kinds and not (wanted.field or wanted.violation):
        grounds = release.statute.values()
        found += [_ground_row(release, one) for one in grounds if wanted.list is None or wanted.list in one.lists]
    if "violation" in kinds and not (wanted.list or wanted.jurisdiction):
        found += [_violation_row(release, one) for one in _violations(release, wanted)]
    return found


def search_rows(release: Release, hits: Iterable[Hit], wanted: Wanted) -> list[Row]:
    """The rows of search hits, in the order of the hits, with ``score`` and ``matched``."""
    known = {(row["kind"], row["id"]): row for row in rows(release, wanted)}
    found = ((known.get((hit.kind, hit.id)), hit) for hit in hits)
    return [{**row, "score": hit.score, "matched": list(hit.matched)} for row, hit in found if row is not None]


def entry(release: Release, identifier: str) -> Row:
    """Everything about one provision of the catalogue.

    ``versions``: its conditions in words, time by time; ``definition``: the file itself as data. For
    credit repair also the rows that answers name, with their provisions in ``parts``.
    Raises InputError ``unknown_provision`` with the nearest ids.
    """
    known = release.provisions.get(identifier)
    if known is None:
        of_repair = repair_entry(release.repair, identifier)
        if of_repair is not None:
            return of_repair
        every = [*release.provisions, *repair_ids(release.repair)]
        near = [*nearest_ids(identifier, every), *nearest_violations(release, identifier)]
        nearest = "、".join(dict.fromkeys(near)) or "（无相近编号）"
        raise InputError.at("/id", "unknown_provision", id=identifier[:80], nearest=nearest)
    file, provision = known
    shown: Row = {"id": identifier, "kind": _kind(provision.kind), "title": provision.title, "file": file}
    shown |= _details(release, identifier)
    shown["definition"] = provision.model_dump(mode="json", by_alias=True, exclude_none=True)
    return shown


def fact_row(fact: Fact, groups: dict[str, str]) -> Row:
    """One fact of the vocabulary as JSON."""
    shown: Row = {
        "name": fact.name,
        "type": fact.type,
        "group": fact.group,
        "group_title": groups[fact.group],
        "label": fact.label,
        "question": fact.question,
        "unit": fact.unit or None,
        "min": _plain(fact.min),
        "max": _plain(fact.max),
        "usual_source": fact.usual_source or None,
        "help": fact.help or None,
        "derived": fact.derived,
        "asks": list(fact.asks),
    }
    if fact.type == "bool":
        shown |= {"yes": fact.yes, "no": fact.no}
    if fact.values:
        shown |= {"ordered": fact.ordered, "values": [{"value": one.value, "label": one.label} for one in fact.values]}
    return shown


def _plain(number: object) -> object:
    return number if number is None or isinstance(number, int) else str(number)


def _kind(kind: str) -> str:
    return "statute" if kind == "statute_ground" else kind


def _check(release: Release, wanted: Wanted) -> tuple[str, ...] | None:
    """Refuse filters that can match nothing; the places above the jurisdiction asked for."""
    fields = sorted({one.field for one in release.violations.values()} | set(_item_fields(release)))
    allowed = {"list": LISTS, "field": fields, "kinds": KINDS}
    given = {"list": wanted.list, "field": wanted.field}
    asked = [(name, value) for name, value in given.items() if value is not None]
    for name, value in [*asked, *(("kinds", kind) for kind in wanted.kinds)]:
        if value not in allowed[name]:
            raise InputError.at(f"/{name}", "catalogue_filter", name=name, value=value, allowed=list(allowed[name]))
    if wanted.violation is not None and wanted.violation not in release.violations:
        near = "、".join(nearest_violations(release, wanted.violation)) or "（无相近案由）"
        raise InputError.at("/violation", "unknown_violation", violation=wanted.violation, nearest=near)
    if wanted.jurisdiction is None:
        return None
    try:
        return ancestors(normalise(wanted.jurisdiction))
    except RegionError as error:
        raise InputError(error.at("/jurisdiction"), error.code, **error.params) from error


def _item_fields(release: Release) -> Iterator[str]:
    for ground in release.items.values():
        if isinstance(ground.provision, ListItem):
            yield from (ground.provision.field, *ground.provision.fields)


def _keep(release: Release, ground: Ground, wanted: Wanted, places: tuple[str, ...] | None) -> bool:
    item = ground.provision
    if not isinstance(item, ListItem):
        return False
    fields = {item.field, *item.fields}
    about = wanted.violation
    return (
        (wanted.list is None or wanted.list in ground.lists)
        and (places is None or concerns(item, places))
        and (wanted.field is None or wanted.field in fields)
        and (about is None or about in item.violations or release.violations[about].field in item.fields)
    )


def _violations(release: Release, wanted: Wanted) -> Iterator[Violation]:
    for one in release.violations.values():
        if wanted.field in {None, one.field} and wanted.violation in {None, one.id}:
            yield one


def _ground_row(release: Release, ground: Ground) -> Row:
    provision = ground.provision
    row: Row = {
        "id": ground.id,
        "kind": "list_item" if isinstance(provision, ListItem) else "statute",
        "title": provision.title,
        "lists": list(ground.lists),
        "force": ground.force,
        "jurisdiction": provision.jurisdiction,
        "in_force": _in_force(provision.in_force),
        "confidence": provision.confidence,
    }
    if isinstance(provision, ListItem):
        source = release.sources[provision.source]
        row |= {
            "place": provision.place,
            "field": provision.field,
            "violations": list(provision.violations),
            "source": {"id": source.id, "title": source.title, "number": source.number},
            "stale": provision.stale,
        }
    return row


def _violation_row(release: Release, violation: Violation) -> Row:
    latest = violation.versions[-1]
    items = release.items_of_violation.get(violation.id, [])
    return {
        "id": violation.id,
        "kind": "violation",
        "title": violation.title,
        "aliases": list(violation.aliases),
        "field": violation.field,
        "citations": _cited((*latest.prohibition, *latest.basis)),
        "trigger": latest.penalty.trigger if latest.penalty else None,
        "in_force": _in_force(latest.in_force),
        "items": [one.id for one in items],
        "confidence": violation.confidence,
    }


def _details(release: Release, identifier: str) -> Row:
    violation = release.violations.get(identifier)
    if violation is not None:
        return _violation_row(release, violation)
    shelves = (release.items, release.statute, release.aggravating, release.checks, release.clocks, release.duties)
    ground = next((shelf[identifier] for shelf in shelves if identifier in shelf), None)
    if ground is None:
        return {}
    shown = _ground_row(release, ground) if isinstance(ground.provision, ListItem | StatuteGround) else {}
    shown["citations"] = _cited(ground.provision.citations)
    shown["versions"] = [
        {
            "from": span.start.isoformat(),
            "until": span.until.isoformat() if span.until else None,
            "conditions": [{name: line.shown[0][name] for name in ("text", "facts")} for line in span.lines],
        }
        for span in ground.spans
    ]
    return shown


def _cited(citations: tuple[CitationRef, ...]) -> list[Row]:
    return [citation_dict(one) for one in citations]


def _in_force(interval: InForce) -> Row:
    until = interval.until
    return {"from": interval.from_.isoformat(), "until": until.isoformat() if until else None}
