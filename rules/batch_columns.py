"""Facts of many cases as columns: each distinct value once, and for every case its place.

A value is compared as the Python object that the single path compares, never as a float: columns
keep the distinct values themselves, in ascending order, so that a comparison of a whole column is
one comparison of small integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rules.facts import Fact, Vocabulary
    from rules.instant import Case

Codes = NDArray[np.int32]
Days = NDArray[np.int32]
"""Days as proleptic ordinals; 0 where the day is not known."""
Rows = NDArray[np.intp]
UNKNOWN_CODE: Final = -1
_DENSE: Final = 1 << 22
"""Up to this many possible keys, distinct ones are found by marking instead of sorting."""

Asked = tuple[str, str | None, tuple[str, ...] | None]


@dataclass(frozen=True)
class Column:
    """One fact of many cases: ``codes`` are places in ``values``, -1 where it is not established.

    ``values`` holds each value once: yes-or-no as (False, True), enumerations in the order of the
    vocabulary, everything else ascending.
    """

    values: tuple[Any, ...]
    codes: Codes

    @cached_property
    def ordinals(self) -> Days:
        """The values of a fact of days as ordinals, and behind them 0 for the unknown."""
        return np.array([*(day.toordinal() for day in self.values), 0], np.int32)

    def days(self) -> Days:
        """The day of each case as its ordinal; 0 where it is not known."""
        return self.ordinals[self.codes]

    def mapped(self, images: Sequence[int], unknown: int) -> NDArray[np.int32]:
        """For each case the image of its value; ``unknown`` where there is none."""
        return np.array([*images, unknown], np.int32)[self.codes]

    def known(self) -> NDArray[np.bool_]:
        """Whether the fact is established, case by case."""
        return np.asarray(self.codes >= 0)

    def is_value(self, value: object) -> NDArray[np.bool_]:
        """Whether the fact has this very value, case by case."""
        if value not in self.values:
            return np.zeros(len(self.codes), bool)
        return np.asarray(self.codes == self.values.index(value))


@dataclass(frozen=True, slots=True)
class CaseTable:
    """Many cases by column.

    ``asked`` are the distinct questions (place, violation, items named), ``questions`` the place
    of each case's own in it; ``alone`` names the rows that only the single path can decide.
    """

    size: int
    asked: tuple[Asked, ...]
    questions: Codes
    facts: Mapping[str, Column]
    alone: Rows


def table_of(cases: Sequence[Case], vocabulary: Vocabulary) -> CaseTable:
    """The table of checked cases; those with a history of earlier records go to the single path."""
    rows: dict[str, list[int]] = {}
    values: dict[str, list[object]] = {}
    questions: dict[Asked, int] = {}
    places: list[int] = []
    alone: list[int] = []
    for row, case in enumerate(cases):
        asked = (case.jurisdiction, case.violation, case.list_items)
        places.append(questions.setdefault(asked, len(questions)))
        if case.history is not None:
            alone.append(row)
        for name, value in case.facts.items():
            rows.setdefault(name, []).append(row)
            values.setdefault(name, []).append(value)
    facts = {name: scattered(vocabulary[name], len(cases), rows[name], values[name]) for name in rows}
    return CaseTable(len(cases), tuple(questions), np.array(places, np.int32), facts, np.array(alone, np.intp))


def scattered(fact: Fact, size: int, rows: Sequence[int], values: Iterable[object]) -> Column:
    """A column of ``size`` cases with the normalised ``values`` in ``rows``, unknown elsewhere."""
    places: dict[object, int] = {}
    found = [places.setdefault(value, len(places)) for value in values]
    codes = np.full(size, UNKNOWN_CODE, np.int32)
    codes[np.array(rows, np.intp)] = found
    return ranked(fact, list(places), codes)


def ranked(fact: Fact, values: Sequence[Any], codes: Codes) -> Column:
    """A column whose values are put into their order; ``codes`` are places in ``values``."""
    order = sorted(range(len(values)), key=_order_key(fact, values))
    rank = np.full(len(values) + 1, UNKNOWN_CODE, np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    return Column(tuple(values[place] for place in order), rank[codes])


def _order_key(fact: Fact, values: Sequence[Any]) -> Any:  # noqa: ANN401  (any comparable)
    if fact.type == "enum":
        places = {name: place for place, name in enumerate(fact.value_names)}
        return lambda place: places[values[place]]
    return lambda place: values[place]


class Drafts:
    """Columns being completed: values set for some rows, where nothing was known before."""

    def __init__(self, vocabulary: Vocabulary, table: CaseTable) -> None:
        """Begin with the given facts; the table itself stays as it is."""
        self._vocabulary = vocabulary
        self._size = table.size
        self._done: dict[str, Column] = dict(table.facts)
        self._open: dict[str, tuple[dict[object, int], Codes]] = {}

    def fill(self, name: str, rows: NDArray[np.bool_] | Rows, value: object) -> None:
        """Set a fact where the rows have none; ``name`` may be a renamed 初次违法."""
        if name not in self._open:
            known = self._done.get(name)
            values = {one: place for place, one in enumerate(known.values)} if known else {}
            codes = known.codes.copy() if known else np.full(self._size, UNKNOWN_CODE, np.int32)
            self._open[name] = (values, codes)
        values, codes = self._open[name]
        codes[rows] = np.where(codes[rows] < 0, values.setdefault(value, len(values)), codes[rows])

    def put(self, name: str, column: Column) -> None:
        """Set a whole column."""
        self._done[name] = column

    def columns(self) -> Mapping[str, Column]:
        """All columns, in their order."""
        for name, (values, codes) in self._open.items():
            fact = self._vocabulary[name.partition("|")[0]]
            self._done[name] = ranked(fact, list(values), codes)
        self._open.clear()
        return self._done


Key = tuple[NDArray[Any], int]
"""Numbers of the cases and a bound: they lie from -1 up to, not including, the bound."""


def groups(keys: Sequence[Key], rows: Rows) -> Iterator[tuple[int, Rows]]:
    """Of some rows those that agree in all keys: one of them, and all of them."""
    first, kinds = combined(keys, rows)
    for row, places in zip(first.tolist(), sorted_by(kinds, len(first)), strict=True):
        yield row, rows[places]


def sorted_by(numbers: NDArray[Any], count: int) -> list[Rows]:
    """The places of each number from 0 up to, not including, ``count``."""
    order = np.argsort(numbers, kind="stable")
    ends = np.cumsum(np.bincount(numbers, minlength=count)).tolist()
    return [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def combined(keys: Sequence[Key], rows: Rows) -> tuple[Rows, NDArray[np.intp]]:
    """Rows that agree in all keys, brought together.

    Returns one row of each kind, and for every row of ``rows`` the number of its kind.
    """
    mixed = np.zeros(len(rows), np.int64)
    span = 1
    for values, bound in keys:
        if span * (bound + 1) >= 1 << 62:
            distinct, mixed = np.unique(mixed, return_inverse=True)
            span = len(distinct)
        mixed = mixed * (bound + 1) + values[rows].astype(np.int64) + 1
        span *= bound + 1
    first, kinds = _distinct(mixed, span)
    return rows[first], kinds


def _distinct(keys: NDArray[np.int64], span: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if span > _DENSE:
        _, first, kinds = np.unique(keys, return_index=True, return_inverse=True)
        return first, kinds
    place = np.full(span, -1, np.intp)
    place[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)
    present = np.flatnonzero(place >= 0)
    first = place[present]
    place[present] = np.arange(len(present))
    return first, place[keys]


def day_of(ordinal: int) -> date:
    """The day of an ordinal."""
    return date.fromordinal(ordinal)
