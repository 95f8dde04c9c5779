"""What was filled in, in words: for the sheet and for the heading of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.facts import BadFactValueError
from rules.wording import value_text
from service.web.questions import KEY_FACTS, facts_in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.facts import Fact
    from rules.release import Release

UNKNOWN: Final = "尚未查清"


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact with its value in words; ``known`` False: 尚未查清."""

    name: str
    label: str
    value: str
    known: bool


def value_zh(fact: Fact, value: object) -> str:
    """A JSON value in words; the text as it was sent where it is no value."""
    try:
        normal = fact.normalise(value)
    except BadFactValueError:
        return str(value)
    if fact.type == "bool":
        return fact.yes if normal else fact.no
    if fact.type == "enum":
        return fact.value_label(normal)
    return value_text(fact, normal)


def fact_rows(facts: Mapping[str, object], missing: list[str], release: Release) -> list[FactRow]:
    """Key facts, everything that is filled in and everything still missing, in the usual order."""
    wanted = {*KEY_FACTS, *facts, *missing}
    shown = [fact for fact in facts_in_order(release.vocabulary) if fact.name in wanted]
    return [_row(fact, facts.get(fact.name)) for fact in shown]


def _row(fact: Fact, value: object) -> FactRow:
    words = UNKNOWN if value is None else value_zh(fact, value)
    return FactRow(fact.name, fact.label, words, value is not None)
