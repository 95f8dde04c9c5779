"""What a person has decided, for one record, of questions that the law leaves open.

A record carries it as ``determinations``: the id of a parameter with one of its readings, or the id of a rule that
hands its question to a person with whether its outcome stands. It counts only where nobody else has answered: the
setting of the place and the table of thresholds prevail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credit.amounts import OPEN
from credit.labels import OUTCOMES
from credit.records import DETERMINED
from kernel.messages import text
from rules.schema_repair import RepairParameter, RepairRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from credit.policy import Policy
    from credit.records import Record
    from credit.rows import Row
    from rules.schema_repair import RepairProvision


class Law(NamedTuple):
    """What is settled for a record: facts of the law, and whether the outcome of a referring rule stands."""

    facts: Mapping[str, object]
    ruled: tuple[tuple[str, bool], ...] = ()


def with_determinations(policy: Policy, record: Record, law: Law, grades: Mapping[str, object]) -> Law:
    """The law of the place with what was decided for the record beneath it."""
    facts: dict[str, object] = {}
    ruled: list[tuple[str, bool]] = []
    for provision, value in _known(policy, record):
        if isinstance(provision, RepairRule):
            ruled.append((provision.id, value is True))
        elif grades.get(provision.fact, OPEN) == OPEN:
            facts[provision.fact] = value
    return Law({**facts, **law.facts}, tuple(ruled))


def determination_rows(policy: Policy, record: Record, place: str | None, on: date) -> list[Row]:
    """What was decided, in words; ``used`` false: the place has settled it, or the catalogue does not ask it."""
    settled = policy.set_values(place, on)
    known = {one.id: one for one, _ in _known(policy, record)}
    rows: list[Row] = []
    for name, value in _pairs(record):
        one = known.get(name)
        prevails = isinstance(one, RepairParameter) and one.fact in settled
        row: Row = {"id": name, "value": value, "text": None, "used": one is not None and not prevails}
        rows.append(row if one is None else row | {"id": name, "text": choices(one)[value]})
    return rows


def choices(provision: RepairParameter | RepairRule) -> dict[str | bool, str]:
    """The answers that a question allows, in words."""
    if isinstance(provision, RepairParameter):
        return {one.value: one.text for one in provision.readings}
    words = {"outcome": OUTCOMES[str(provision.outcome)]}
    stated = provision.disputed.readings if provision.disputed is not None else ()
    if len(stated) == 2:  # noqa: PLR2004 - its outcome stands, or it does not
        return {True: stated[0], False: stated[1]}
    return {True: text("repair_ruled_stands", words), False: text("repair_ruled_falls", words)}


def question_of(provision: RepairParameter | RepairRule) -> str:
    """The question that the provision puts to a person."""
    if isinstance(provision, RepairParameter):
        return provision.question
    return provision.disputed.question if provision.disputed is not None else provision.title


def is_question(provision: RepairProvision | None) -> bool:
    """Whether a person can answer it for one record: a parameter with readings, or a rule that refers."""
    if isinstance(provision, RepairParameter):
        return bool(provision.readings)
    return isinstance(provision, RepairRule) and provision.refers


def _pairs(record: Record) -> tuple[tuple[str, str | bool], ...]:
    return record.values[DETERMINED] or ()  # type: ignore[return-value]  # its reader gives pairs


def _known(policy: Policy, record: Record) -> Iterator[tuple[RepairParameter | RepairRule, str | bool]]:
    """What the catalogue still asks, with an answer that it still allows."""
    for name, value in _pairs(record):
        one = policy.by_id.get(name)
        if isinstance(one, RepairParameter | RepairRule) and is_question(one) and value in choices(one):
            yield one, value
