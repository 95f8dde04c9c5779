"""What follows from the facts of many cases: the columns of :func:`rules.instant.instant_of`.

Days are worked out over whole columns. Everything else depends on a few facts with few values:
there the single path is asked once for each combination that occurs, and its answer is copied to
the cases that have it. Where it objects, the cases are left to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from kernel.errors import InputError
from rules.batch_columns import UNKNOWN_CODE, Column, Drafts, combined, day_of, groups, ranked
from rules.batch_days import years_and_days
from rules.batch_laws import Laws
from rules.compiled import FIRST
from rules.decide import reads_partys_proof
from rules.instant import BEFORE_DECISION, COMPUTABLE, Case, years_between
from rules.select import select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rules.batch_columns import CaseTable, Codes, Days, Rows
    from rules.decide import Decider
    from rules.facts import Fact, Vocabulary
    from rules.select import Selection

# (facts read, fact written): what the single path derives from few facts; days are done apart.
_DERIVED: Final = (
    (("harm_level", "extended_limit_applies"), "extended_limit_applies"),
    ((FIRST, "never_before", "months_since_last_same_type"), FIRST),
    (("evidence_sufficient", "facts_established"), "facts_established"),
    (("statute_excludes_no_fault",), "statute_excludes_no_fault"),
    (("power_kind",), "power_kind"),
    (("other_statutory_ground",), "other_statutory_ground"),
)
_LAW_CHANGED: Final = "law_changed_between_conduct_and_decision"
_DAYS_APART: Final = 367
"""More than the days that can remain beside whole years."""


@dataclass(slots=True)
class Instants:
    """Many cases at the moment of decision; days are ordinals, 0 where not known."""

    table: CaseTable
    selections: tuple[Selection, ...]
    laws: Laws
    kinds: Codes  # questions from which the same follows, as far as derived facts go
    slim: list[Selection]  # one selection of each kind, with no more items than that takes
    conduct: Days
    decision: Days
    measure: Days
    facts: Mapping[str, Column] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)

    def under_the_law_of(self, day: date) -> None:
        """From here on only the law of this day counts; the facts stay as they are."""
        self.conduct = np.zeros_like(self.conduct)
        self.decision = np.full_like(self.decision, day.toordinal())
        self.measure = self.decision


def instants_of(table: CaseTable, decider: Decider, on: date) -> Instants:
    """Derive what follows from the facts, for all cases of a table."""
    release = decider.release
    selections = tuple(select(Case(*asked, facts={}), release) for asked in table.asked)
    facts = table.facts
    decided = _days(facts, "decision_date", table.size)
    earliest = np.full(table.size, on.toordinal(), np.int32)
    for name in BEFORE_DECISION:
        earliest = np.maximum(earliest, _days(facts, name, table.size))
    decision = np.where(decided > 0, decided, earliest)
    started = _days(facts, "measure_started_date", table.size)
    kinds, slim = _kinds(selections)
    instants = Instants(
        table,
        selections,
        Laws(table.questions, selections, release),
        kinds[table.questions],
        slim,
        _conduct(facts, table.size),
        decision,
        np.where(started > 0, started, decision),
    )
    instants.alone.update(table.alone.tolist())
    drafts = Drafts(release.vocabulary, table)
    _derive_years(instants, drafts, release.vocabulary)
    for reads, writes in _DERIVED:
        _derive(instants, drafts, decider, on, (reads, writes))
    _derive_computable(facts, drafts)
    _derive_law_changed(instants, drafts)
    instants.facts = drafts.columns()
    return instants


def _kinds(selections: Sequence[Selection]) -> tuple[Codes, list[Selection]]:
    """Numbers of the selections, one for those whose derived facts cannot differ; and one of each, slim.

    Of items that count 初次违法 alike, and alike read the party's own proof, one is enough.
    """
    numbers: dict[object, int] = {}
    about: dict[int, tuple[str, bool]] = {}
    slim: list[Selection] = []
    found: list[int] = []
    for selection in selections:
        for ground in selection.items:
            if id(ground) not in about:
                about[id(ground)] = (ground.first_key, reads_partys_proof(ground))
        items = {about[id(ground)]: ground for ground in selection.items}
        kind = (selection.violation, frozenset(items))
        if kind not in numbers:
            numbers[kind] = len(slim)
            slim.append(replace(selection, items=tuple(items.values())))
        found.append(numbers[kind])
    return np.array(found, np.int32), slim


def _days(facts: Mapping[str, Column], name: str, size: int) -> Days:
    column = facts.get(name)
    return column.days() if column else np.zeros(size, np.int32)


def _conduct(facts: Mapping[str, Column], size: int) -> Days:
    """The day on which the conduct was over; 0 while it goes on or is not known."""
    start, end = _days(facts, "conduct_date", size), _days(facts, "conduct_end_date", size)
    continuing = facts.get("conduct_continuing")
    if continuing is not None:
        start = np.where(continuing.is_value(value=True), 0, start)
    return np.where(end > 0, end, start).astype(np.int32)


# -- years ------------------------------------------------------------------------------------


def _derive_years(instants: Instants, drafts: Drafts, vocabulary: Vocabulary) -> None:
    facts, size = instants.table.facts, instants.table.size
    found = _days(facts, "discovery_date", size)
    starts = {
        "years_since_conduct": _days(facts, "conduct_date", size),
        "years_since_conduct_end": instants.conduct,
    }
    for name, start in starts.items():
        rows = np.flatnonzero((start > 0) & (found > 0))
        given = facts.get(name)
        if given is not None:
            stated = given.known()[rows]
            instants.alone.update(rows[stated].tolist())  # whether it contradicts the days is checked there
            rows = rows[~stated]
        if len(rows):
            ended = np.maximum(start, found)  # an act found before it was over has not begun to age
            drafts.put(name, _years(given, rows, (start[rows], ended[rows]), vocabulary[name], size))


def _years(given: Column | None, rows: Rows, days: tuple[Days, Days], fact: Fact, size: int) -> Column:
    """The column with the years between the days in ``rows``; given values stay."""
    start, found = days
    whole, rest = years_and_days(start, found)
    keys = whole * _DAYS_APART + rest
    first, kinds = combined([(keys, int(keys.max()) + 1)], np.arange(len(keys)))
    places = {value: place for place, value in enumerate(given.values if given else ())}
    values = (years_between(day_of(int(start[one])), day_of(int(found[one]))) for one in first)
    numbers = np.array([places.setdefault(value, len(places)) for value in values], np.int32)
    codes = given.codes.copy() if given else np.full(size, UNKNOWN_CODE, np.int32)
    codes[rows] = numbers[kinds]
    return ranked(fact, list(places), codes)


# -- what depends on few values -----------------------------------------------------------------


def _derive(instants: Instants, drafts: Drafts, decider: Decider, on: date, rule: tuple[Sequence[str], str]) -> None:
    """Ask the single path once for every combination of the facts read, and copy what it adds."""
    reads, writes = rule
    table, kinds = instants.table, instants.kinds
    columns = [(name, table.facts[name]) for name in reads if name in table.facts]
    keys = [(kinds, int(kinds.max(initial=0)) + 1), *((one.codes, len(one.values)) for _, one in columns)]
    for row, rows in groups(keys, np.arange(table.size)):
        given = {name: one.values[one.codes[row]] for name, one in columns if one.codes[row] >= 0}
        question = int(table.questions[row])
        try:
            added = decider.instant(Case(*table.asked[question], facts=given), on, instants.slim[kinds[row]])
        except InputError:
            instants.alone.update(rows.tolist())
            continue
        if added.overruled:
            instants.alone.update(rows.tolist())
            continue
        for name, value in added.facts.items():
            if name not in given and name.partition("|")[0] == writes:
                drafts.fill(name, rows, value)


def _derive_computable(facts: Mapping[str, Column], drafts: Drafts) -> None:
    for amount, computable in COMPUTABLE.items():
        if amount in facts:
            drafts.fill(computable, facts[amount].known(), value=True)


def _derive_law_changed(instants: Instants, drafts: Drafts) -> None:
    laws = instants.laws
    asked = np.array([one.violation is not None for one in instants.selections], bool)[instants.table.questions]
    changed = laws.at(instants.conduct) != laws.at(instants.decision)
    for value in (True, False):
        drafts.fill(_LAW_CHANGED, asked & (instants.conduct > 0) & (changed == value), value)
