"""Case documents as a table: every distinct value is checked once, by the check of the single path.

What that check objects to is not repeated here: the case is left to the single path, which says
what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from kernel.errors import InputError
from rules.batch_columns import UNKNOWN_CODE, CaseTable, Column, groups, ranked
from rules.caseinput import parse_case
from rules.facts import BadFactValueError
from rules.instant import DAYS_IN_ORDER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rules.batch_columns import Asked, Codes, Key
    from rules.facts import Fact, Vocabulary
    from rules.release import Release

QUESTION: Final = ("jurisdiction", "violation", "list_items")
_ABSENT: Final = None


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A member of many case documents: JSON values, and for each case the place of its own.

    -1 stands for a case whose document does not have the member, or has null.
    """

    values: Sequence[object]
    codes: Codes


@dataclass(slots=True)
class _Collected:
    """A raw column while documents are read."""

    places: dict[object, int] = field(default_factory=dict)
    values: list[object] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def add(self, row: int, value: object) -> None:
        # True, 1 and 1.0 are equal, but not the same to a check.
        key: object = (value.__class__, value)
        try:
            place = self.places.get(key)
        except TypeError:  # a list
            key = (value.__class__, repr(value))
            place = self.places.get(key)
        if place is None:
            place = self.places[key] = len(self.values)
            self.values.append(value)
        self.rows.append(row)
        self.codes.append(place)

    def column(self, size: int) -> RawColumn:
        codes = np.full(size, UNKNOWN_CODE, np.int32)
        codes[self.rows] = self.codes
        return RawColumn(self.values, codes)


def documents_table(documents: Sequence[object], release: Release) -> CaseTable:
    """The table of case documents, right or wrong."""
    columns: dict[str, _Collected] = {}
    alone = np.zeros(len(documents), bool)
    for row, document in enumerate(documents):
        if not _collect(document, row, columns, release.vocabulary):
            alone[row] = True
    raw = {name: one.column(len(documents)) for name, one in columns.items()}
    return columns_table(raw, len(documents), release, alone)


def _collect(document: object, row: int, columns: dict[str, _Collected], vocabulary: Vocabulary) -> bool:
    """Take a document apart; False where the single path has to look at it."""
    if not isinstance(document, Mapping):
        return False
    plain = True
    for name, value in document.items():
        if name in QUESTION:
            if value is not _ABSENT:
                columns.setdefault(name, _Collected()).add(row, value)
        elif name != "facts" or not isinstance(value, Mapping):
            plain = False
        else:
            for fact, given in value.items():
                if fact not in vocabulary:
                    plain = False
                elif given is not _ABSENT:
                    columns.setdefault(fact, _Collected()).add(row, given)
    return plain


def columns_table(
    raw: Mapping[str, RawColumn], size: int, release: Release, alone: NDArray[np.bool_] | None = None
) -> CaseTable:
    """The table of documents given by column; ``alone`` marks rows for the single path.

    Columns are named ``jurisdiction``, ``violation``, ``list_items`` or by a fact; others are an
    error of the caller.
    """
    left = np.zeros(size, bool) if alone is None else alone
    asked, questions = _questions(raw, size, release, left)
    facts = {
        name: _checked(release.vocabulary[name], column, left) for name, column in raw.items() if name not in QUESTION
    }
    _check_days(facts, left)
    return CaseTable(size, asked, questions, facts, np.flatnonzero(left))


def _questions(
    raw: Mapping[str, RawColumn], size: int, release: Release, left: NDArray[np.bool_]
) -> tuple[tuple[Asked, ...], Codes]:
    """What the cases ask; the place, the violation and the items are checked together."""
    columns = {name: raw[name] for name in QUESTION if name in raw}
    keys: list[Key] = [(one.codes, len(one.values)) for one in columns.values()]
    places: dict[Asked, int] = {}
    questions = np.zeros(size, np.int32)
    for row, rows in groups(keys, np.arange(size)):
        document = {name: one.values[one.codes[row]] for name, one in columns.items() if one.codes[row] >= 0}
        try:
            case = parse_case(document, release)
            asked = (case.jurisdiction, case.violation, case.list_items)
        except InputError:
            left[rows] = True
            asked = ("000000", None, None)  # of no effect: the single path answers
        questions[rows] = places.setdefault(asked, len(places))
    return tuple(places), questions


def _checked(fact: Fact, raw: RawColumn, left: NDArray[np.bool_]) -> Column:
    """The column of normalised values; rows with a wrong one are left to the single path."""
    values: dict[object, int] = {}
    place: list[int] = []
    wrong: list[bool] = []
    for value in raw.values:
        try:
            normal = fact.normalise(value)
        except BadFactValueError:
            place.append(UNKNOWN_CODE)
            wrong.append(True)
        else:
            place.append(values.setdefault(normal, len(values)))
            wrong.append(False)
    if any(wrong):
        left |= np.array([*wrong, False])[raw.codes]
    return ranked(fact, list(values), np.array([*place, UNKNOWN_CODE], np.int32)[raw.codes])


def _check_days(facts: Mapping[str, Column], left: NDArray[np.bool_]) -> None:
    """Leave cases whose days contradict each other to the single path."""
    for earlier, later, _ in DAYS_IN_ORDER:
        if earlier in facts and later in facts:
            first, second = facts[earlier].days(), facts[later].days()
            left |= (first > 0) & (second > 0) & (second < first)
