"""A scheme over whole tables: the bulk path.

Points fit a byte, and every bin of an indicator begins at a cut of its column. So an indicator is
``points of the lowest bin + sum of (value >= cut) * step``, in bytes that may wrap around, and a
hundred thousand rows cost a few comparisons of plain arrays. The largest reasons are found with
keys ``points * 128 + (127 - place)``: no two are equal, and ties fall to the earlier indicator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from supervision import schema
from supervision.arrays import Plain, Prepared, prepare_all
from supervision.row import REASONS
from supervision.scheme import DIMENSIONS, MISSING, Column, Indicator, Scheme
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

BLOCK: Final = 1 << 16
"""So many rows are scored at a time: few enough for the processor's cache, enough that calls weigh little."""
KEY_SHIFT: Final = 7
KEY_MASK: Final = (1 << KEY_SHIFT) - 1
_EPOCH_DAY: Final = 719163  # date(1970, 1, 1).toordinal()
_MOST_BYTE: Final = 255


@dataclass(frozen=True, slots=True)
class Scored:
    """Results of a table, one entry a row; ``override`` is 0 for none, else the place of the rule from 1."""

    points: NDArray[np.uint16]  # five dimensions x rows
    score: NDArray[np.uint16]
    place: NDArray[np.uint8]
    override: NDArray[np.uint8]
    keys: NDArray[np.uint16]  # three reasons x rows
    faults: Mapping[str, NDArray[np.bool_]]


class BulkScorer:
    """A scheme on a day, for tables."""

    def __init__(self, scheme: Scheme, on: date) -> None:
        """Work out which indicators may be added up within a byte."""
        self.scheme = scheme
        self.on = on
        self._sums = [(DIMENSIONS.index(one), list(_byte_groups(scheme, one))) for one in scheme.spec.dimensions]

    def prepare(self, frame: pl.DataFrame, scales: Mapping[str, int] | None = None) -> dict[str, Prepared]:
        """Columns of the scheme as arrays; a column that the table lacks is absent in every row."""
        return prepare_all(self.scheme.columns, frame, self.on, scales or {})

    def score(self, frame: pl.DataFrame, scales: Mapping[str, int] | None = None) -> Scored:
        """Score every row of a table."""
        return self.score_prepared(self.prepare(frame, scales), len(frame))

    def score_prepared(self, prepared: Mapping[str, Prepared], count: int) -> Scored:
        """Score ``count`` rows that are arrays already."""
        scored = Scored(
            np.zeros((len(DIMENSIONS), count), dtype=np.uint16),
            np.zeros(count, dtype=np.uint16),
            np.zeros(count, dtype=np.uint8),
            np.zeros(count, dtype=np.uint8),
            np.zeros((REASONS, count), dtype=np.uint16),
            {name: one.faults for name, one in prepared.items() if one.faults is not None},
        )
        plains = {name: one.plain for name, one in prepared.items()}
        steps = {one.id: self._steps(one, plains) for one in self.scheme.indicators}
        work = np.empty((len(self.scheme.indicators), min(BLOCK, count)), dtype=np.uint8)
        for start in range(0, count, BLOCK):
            rows = slice(start, min(start + BLOCK, count))
            given = work[:, : rows.stop - rows.start]
            part = {name: plain.part(rows) for name, plain in plains.items()}
            self._block(part, steps, given, scored, rows)
        return scored

    def bins(self, frame: pl.DataFrame, scales: Mapping[str, int] | None = None) -> NDArray[np.uint8]:
        """Bin numbers of every indicator: indicators x rows, a byte each."""
        return self.bins_prepared(self.prepare(frame, scales), len(frame))

    def bins_prepared(self, prepared: Mapping[str, Prepared], count: int) -> NDArray[np.uint8]:
        """The same of rows that are arrays already."""
        plains = {name: one.plain for name, one in prepared.items()}
        out = np.empty((len(self.scheme.indicators), count), dtype=np.uint8)
        for one in self.scheme.indicators:
            view = self._view(one, plains)
            _fill(out[one.place], view.data, _weighed(*one_steps(one, view, self.on), range(len(one.bins))))
        return out

    def _view(self, one: Indicator, plains: Mapping[str, Plain]) -> Plain:
        if isinstance(one.spec, schema.Ratio):
            return Plain(ratio_bins(one, one.spec, plains))
        return plains[one.column.name]

    def _steps(self, one: Indicator, plains: Mapping[str, Plain]) -> tuple[int, list[tuple[Any, int]]]:
        # A ratio has no array of its own before its block is worked out; its bins are always bytes.
        is_ratio = isinstance(one.spec, schema.Ratio)
        plain = Plain(np.zeros(0, dtype=np.uint8)) if is_ratio else plains[one.column.name]
        return _weighed(*one_steps(one, plain, self.on), one.points)

    def _block(
        self,
        plains: Mapping[str, Plain],
        steps: Mapping[str, tuple[int, list[tuple[Any, int]]]],
        given: NDArray[np.uint8],
        scored: Scored,
        rows: slice,
    ) -> None:
        for one in self.scheme.indicators:
            _fill(given[one.place], self._view(one, plains).data, steps[one.id])
        score = self._add_up(given, scored.points[:, rows])
        scored.score[rows] = score
        place = scored.place[rows]
        for cut in self.scheme.cutoffs:
            place += score > cut
        self._apply_rules(plains, given, place, scored.override[rows])
        _top(given, scored.keys[: self.scheme.spec.reasons, rows])

    def _add_up(self, given: NDArray[np.uint8], points: NDArray[np.uint16]) -> NDArray[np.uint16]:
        small = np.empty(given.shape[1], dtype=np.uint8)
        for dimension, groups in self._sums:
            total = points[dimension]
            for group in groups:
                np.add.reduce(given[group], axis=0, dtype=np.uint8, out=small)
                total += small
            np.minimum(total, self.scheme.caps[DIMENSIONS[dimension]], out=total)
        score: NDArray[np.uint16] = points.sum(axis=0, dtype=np.uint16)
        return score

    def _apply_rules(
        self,
        plains: Mapping[str, Plain],
        given: NDArray[np.uint8],
        place: NDArray[np.uint8],
        override: NDArray[np.uint8],
    ) -> None:
        decided = np.zeros(len(place), dtype=bool)
        for number, rule in enumerate(self.scheme.rules, 1):
            hit = ~decided
            for condition in rule.when:
                hit &= self._holds(condition, plains, given)
                if not hit.any():
                    break
            wanted = self.scheme.classes.index(rule.class_)
            if rule.effect == "floor":
                hit &= place < wanted
            else:
                decided |= hit
            place[hit] = wanted
            override[hit] = number

    def _holds(self, one: schema.Condition, plains: Mapping[str, Plain], given: NDArray[np.uint8]) -> NDArray[np.bool_]:
        if isinstance(one, schema.NoPoints):
            places = [self.scheme.by_id[name].place for name in one.no_points]
            none: NDArray[np.bool_] = np.bitwise_or.reduce(given[places], axis=0) == 0
            return none
        if isinstance(one, schema.Unknown):
            return _unknown(one, plains, given.shape[1])
        plain = plains[one.column]
        found: NDArray[np.bool_]
        if isinstance(one, schema.AtLeast):
            found = (plain.data >= one.at_least) & ~plain.is_absent
        elif isinstance(one, schema.Younger):
            found = plain.data > _day_number(threshold(self.on, "month", one.younger_than_months))
            found &= ~plain.is_absent
        else:
            found = np.zeros(len(plain.data), dtype=bool)
            for code in _codes(one, self.scheme.columns[one.column]):
                found |= plain.data == code
        return found


def _unknown(one: schema.Unknown, plains: Mapping[str, Plain], count: int) -> NDArray[np.bool_]:
    gone = [plains[name] for name in one.unknown if plains[name].absent is not None]
    if len(gone) < one.at_least:  # most tables have every column: nothing to count
        return np.zeros(count, dtype=bool)
    counted = np.sum([plain.is_absent for plain in gone], axis=0, dtype=np.uint8)
    return np.asarray(counted >= one.at_least)


def _codes(one: schema.Is, column: Column) -> list[int]:
    values = one.is_ if isinstance(one.is_, tuple) else (one.is_,)
    if column.type == "bool":
        return [int(value) for value in values if isinstance(value, bool)]
    return [column.categories.index(str(value)) for value in values]


def _byte_groups(scheme: Scheme, dimension: str) -> Iterator[slice | list[int]]:
    """Places of indicators whose points together never leave a byte."""
    group: list[int] = []
    most = 0
    for one in scheme.of(dimension):
        if group and most + one.most > _MOST_BYTE:
            yield _neighbours(group)
            group, most = [], 0
        group.append(one.place)
        most += one.most
    yield _neighbours(group)


def _neighbours(places: list[int]) -> slice | list[int]:
    """Rows beside each other as a slice, which needs no copy."""
    first, last = (places[0], places[-1]) if places else (0, -1)
    return slice(first, last + 1) if places == list(range(first, last + 1)) else places


def one_steps(one: Indicator, plain: Plain, on: date) -> tuple[int, list[tuple[Any, int]]]:
    """The bin of the lowest values, and each cut (in the array's own type) with the bin that begins there."""
    kind = plain.data.dtype
    cuts: list[tuple[Any, int]]
    if isinstance(one.spec, schema.Ratio):
        return 0, [(kind.type(number), number) for number in range(1, len(one.bins))]
    if isinstance(one.spec, schema.Mapped | schema.Flag):
        cuts = [(number - 1, number) for number in range(2, len(one.bins))]
    elif isinstance(one.spec, schema.Elapsed):
        cuts = _elapsed_cuts(one, one.spec, on)
    else:
        scaled = one.cuts[1:] if plain.scale == 1 else [cut * plain.scale for cut in one.cuts[1:]]
        cuts = list(zip(scaled, range(2, len(one.bins)), strict=True))
    first = len(one.bins) - 1 if isinstance(one.spec, schema.Elapsed) else 1
    return _with_absent(first, [(_native(cut, kind), number) for cut, number in cuts], plain, one.column)


def _elapsed_cuts(one: Indicator, spec: schema.Elapsed, on: date) -> list[tuple[int, int]]:
    """Later days, fewer units: from the last bin down to the first."""
    last_days = [threshold(on, spec.unit, int(cut)) for cut in one.cuts]
    return [(_day_number(day + timedelta(days=1)), number) for number, day in _falling(last_days)]


def _falling(last_days: list[date]) -> Iterator[tuple[int, date]]:
    for place in range(len(last_days) - 1, 0, -1):
        yield place, last_days[place]


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH_DAY


def _native(cut: Any, kind: np.dtype[Any]) -> Any:  # noqa: ANN401 - a number of the array's type, or None
    """A cut in the type of the array; None where no value of the type reaches it."""
    if kind.kind == "f":
        return kind.type(float(cut))
    whole = cut.numerator if cut.denominator == 1 else -(-cut // 1)
    low, high = _limits(kind)
    return kind.type(max(whole, low)) if whole <= high else None


@cache
def _limits(kind: np.dtype[Any]) -> tuple[int, int]:
    limits = np.iinfo(kind)
    return int(limits.min), int(limits.max)


def _with_absent(
    first: int, cuts: list[tuple[Any, int]], plain: Plain, column: Column
) -> tuple[int, list[tuple[Any, int]]]:
    """Put the bin of absent values where their number lies: above all others, or below."""
    highest = plain.highest
    reached = [(cut, number) for cut, number in cuts if cut is not None and (highest is None or cut <= highest)]
    if plain.absent is None:
        return first, reached
    kind = plain.data.dtype
    if kind.kind == "u":
        return first, [
            *((cut, number) for cut, number in reached if cut < plain.absent),
            (kind.type(plain.absent), MISSING),
        ]
    low = _day_number(column.first_day) if column.type == "date" else column.low
    return MISSING, [(kind.type(low), first), *reached]


def _weighed(
    base: int, cuts: list[tuple[Any, int]], weights: tuple[int, ...] | range
) -> tuple[int, list[tuple[Any, int]]]:
    """Replace bins by the change of their weight, modulo 256; cuts that change nothing fall away."""
    steps, before = [], weights[base]
    for cut, number in cuts:
        if weights[number] != before:
            steps.append((cut, (weights[number] - before) & _MOST_BYTE))
        before = weights[number]
    return weights[base], steps


def _fill(out: NDArray[np.uint8], data: NDArray[Any], steps: tuple[int, list[tuple[Any, int]]]) -> None:
    base, cuts = steps
    if not cuts:
        out[:] = base
        return
    first, step = cuts[0]
    np.greater_equal(data, first, out=out.view(bool))
    np.multiply(out, np.uint8(step), out=out)
    if base:
        np.add(out, np.uint8(base), out=out)
    if len(cuts) == 1:
        return
    reached = np.empty(len(data), dtype=bool)
    change = reached.view(np.uint8)
    for cut, further in cuts[1:]:
        np.greater_equal(data, cut, out=reached)
        np.multiply(change, np.uint8(further), out=change)
        np.add(out, change, out=out)


def _top(given: NDArray[np.uint8], best: NDArray[np.uint16]) -> None:
    """Keep the largest keys in falling order; a key without points is left at 0."""
    count = given.shape[1]
    key, lower = np.empty(count, dtype=np.uint16), np.empty(count, dtype=np.uint16)
    for place, points in enumerate(given):
        np.copyto(key, points)
        np.left_shift(key, KEY_SHIFT, out=key)
        np.bitwise_or(key, KEY_MASK - place, out=key)
        for rank in best[:-1]:
            np.minimum(rank, key, out=lower)
            np.maximum(rank, key, out=rank)
            key, lower = lower, key
        np.maximum(best[-1], key, out=best[-1])
    best[best <= KEY_MASK] = 0


def ratio_bins(one: Indicator, spec: schema.Ratio, plains: Mapping[str, Plain]) -> NDArray[np.uint8]:
    """Bins of a ratio, compared in whole numbers: exact, whatever the size.

    Most numerators are 0 and fall into the first band; only the others are compared.
    """
    above, below = (plains[column.name] for column in one.columns)
    bins = np.full(len(above.data), 2, dtype=np.uint8)
    if not spec.at_least:
        np.subtract(bins, (below.data == 0).view(np.uint8), out=bins)
    rows = np.flatnonzero(above.data != 0)
    share = above.data[rows].astype(np.int64) * spec.times
    base = below.data[rows].astype(np.int64)
    if below.absent is not None and spec.at_least:
        base[base == below.absent] = spec.at_least
    np.maximum(base, spec.at_least, out=base)
    reached = np.full(len(rows), 2, dtype=np.uint8)
    for cut in one.cuts[1:]:  # everything reaches the first, which is 0
        reached += share * cut.denominator >= base * cut.numerator
    if not spec.at_least:
        reached[base == 0] = 1
    bins[rows] = reached
    for plain in (above,) if spec.at_least else (below, above):
        if plain.absent is not None:
            np.copyto(bins, MISSING, where=plain.is_absent)
    return bins


def ranked(keys: NDArray[np.uint16]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Places of indicators and their points from keys."""
    return (KEY_MASK - (keys & KEY_MASK)).astype(np.uint8), (keys >> KEY_SHIFT).astype(np.uint8)
