"""Rows of an answer: conditions with their state, rules with their citation. Shared; not to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.evaluate import STATE_NAMES, UNKNOWN
from rules.schema_repair import RepairRule
from rules.shown import citation_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credit.periods import Bound
    from credit.readings import Reading
    from credit.stages import Judged
    from rules.schema_repair import RepairRuled

Row = dict[str, object]
MIN: Final = "min"


def bounds_of(reading: Reading, which: str) -> list[Bound]:
    """The minimum or maximum periods of every candidate, each once."""
    found = [bound for one in reading.candidates for bound in (one.mins if which == MIN else one.maxes)]
    return list(dict.fromkeys(found))


def citation_of(rule: RepairRuled) -> Row | None:
    """The first citation of a rule, or None where the reference gives none that may be printed."""
    return citation_dict(rule.citations[0]) if rule.citations else None


def condition_rows(judged: Judged, reading: Reading) -> list[Row]:
    """One row a condition of a rule; a rule about a period is shown by the period itself."""
    rule = judged.held.provision
    if isinstance(rule, RepairRule) and rule.period is not None and (judged.is_requirement or rule.silent):
        rows = [_row(one.provision, one.provision.says, judged.state) for one in bounds_of(reading, rule.period)]
    else:
        lines = zip(judged.held.span.lines, judged.trace, strict=True)
        rows = [_row(rule, line.shown[state]["text"], state) for line, state in lines]
    return [{**row, "requirement": judged.is_requirement} for row in rows]


def unknown_facts(judged: Judged) -> Iterator[str]:
    """The facts of the conditions that are unknown."""
    for line, state in zip(judged.held.span.lines, judged.trace, strict=True):
        if state == UNKNOWN:
            yield from (fact for _, fact in line.atoms)


def _row(rule: RepairRuled, text: object, state: int) -> Row:
    return {
        "id": rule.shown_id,
        "text": text,
        "state": STATE_NAMES[state],
        "citation": citation_of(rule),
        "confidence": rule.confidence,
    }
