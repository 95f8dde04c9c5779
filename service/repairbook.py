"""The provisions of credit repair as entries, for ``rules show`` and ``GET /api/v1/rules/{id}``.

Answers name the rows of the rules reference (``RM-03``); one row may be made of several provisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.compiled import spans_of
from rules.evaluate import Network
from rules.schema_repair import RepairRuled
from rules.shown import citation_dict

if TYPE_CHECKING:
    from rules.release import RepairPart
    from rules.schema_repair import RepairProvision

Row = dict[str, object]


def repair_ids(part: RepairPart | None) -> list[str]:
    """Every id and row name, for suggestions."""
    if part is None:
        return []
    shown = (one.shown_id for _, one in part.provisions.values() if isinstance(one, RepairRuled))
    return list(dict.fromkeys([*part.provisions, *shown]))


def repair_entry(part: RepairPart | None, identifier: str) -> Row | None:
    """Everything about a provision, or about all that make up a row; None where there is none.

    ``parts`` hold one entry a provision when the row is made of several; the keys beside it are
    those of the first of them.
    """
    if part is None:
        return None
    found = [(file, one) for file, one in part.provisions.values() if identifier in _names(one)]
    if not found:
        return None
    found.sort(key=lambda pair: (pair[1].id != identifier, pair[0]))
    entries = [_entry(part, file, one) for file, one in found]
    first: Row = {**entries[0], "id": identifier}
    return first if len(entries) == 1 else first | {"parts": entries}


def _names(provision: RepairProvision) -> set[str]:
    return {provision.id, provision.shown_id} if isinstance(provision, RepairRuled) else {provision.id}


def _entry(part: RepairPart, file: str, provision: RepairProvision) -> Row:
    until = provision.in_force.until
    shown: Row = {
        "id": provision.id,
        "kind": provision.kind,
        "title": provision.title,
        "file": file,
        "in_force": {"from": provision.in_force.from_.isoformat(), "until": until.isoformat() if until else None},
        "citations": [citation_dict(one) for one in provision.citations],
    }
    if isinstance(provision, RepairRuled):
        shown |= {"says": provision.says, "versions": _versions(part, file, provision)}
    shown["definition"] = provision.model_dump(mode="json", by_alias=True, exclude_none=True)
    return shown


def _versions(part: RepairPart, file: str, provision: RepairRuled) -> list[Row]:
    """Its conditions in words, time by time; nothing for a provision without conditions."""
    if not provision.conditions:
        return []
    return [
        {
            "from": span.start.isoformat(),
            "until": span.until.isoformat() if span.until else None,
            "conditions": [{name: line.shown[0][name] for name in ("text", "facts")} for line in span.lines],
        }
        for span in spans_of(Network(part.vocabulary), file, provision, None)
    ]
