"""What if points or cut-offs were different: many variants of a scheme over one population at once.

An enterprise is binned once, to a byte an indicator. A variant that changes few indicators is the present score
plus a look-up for each; the others together are one product of a matrix of ones and zeroes (a row for each bin
that changes) with the changes of points. Scores stay below 2^24, where floats of four bytes are exact.
Dimensions are added up apart only where one of these enterprises could come to a cap under one of the variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kernel.errors import InputError
from supervision.bulk import BulkScorer
from supervision.calibrate import without_cutoffs
from supervision.scheme import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

    from supervision.scheme import Scheme

_BLOCK: Final = 1 << 12
_FEW: Final = 8
"""So many indicators are looked up one by one; more go through the product."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Changes to a scheme: points of bins by indicator (bin 0 is absent), and cut-offs."""

    name: str
    points: Mapping[str, Sequence[int]]
    cutoffs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """What variants need of enterprises: bins (indicators x rows), points by dimension, what the rules demand.

    ``least``: the class that the rules demand at least; ``fixed``: they demand exactly that one. Rules that ask
    whether indicators gave points ask it of the scheme as it is.
    """

    bins: NDArray[np.uint8]
    points: NDArray[np.uint16]
    least: NDArray[np.uint8]
    fixed: NDArray[np.bool_]


class Binner:
    """Tables to populations."""

    def __init__(self, scheme: Scheme, on: date) -> None:
        """Take the scheme and the day."""
        self._scorer = BulkScorer(without_cutoffs(scheme), on)
        self._sets = np.array([False, *(rule.effect == "set" for rule in scheme.rules)])

    def take(self, frame: pl.DataFrame, scales: Mapping[str, int] | None = None) -> Population:
        """Bin a table; rows that cannot be read are left out."""
        prepared = self._scorer.prepare(frame, scales)
        scored = self._scorer.score_prepared(prepared, len(frame))
        bins, fixed = self._scorer.bins_prepared(prepared, len(frame)), self._sets[scored.override]
        whole = Population(bins, scored.points, scored.place, fixed)
        if not scored.faults:
            return whole
        return _rows(whole, np.flatnonzero(~np.logical_or.reduce(list(scored.faults.values()))))


class WhatIf:
    """Variants of one scheme."""

    def __init__(self, scheme: Scheme, variants: Sequence[Variant]) -> None:
        """Work out what each variant changes; the first is the scheme as it is.

        Raises:
            InputError: ``variant_wrong``: an unknown indicator, or not as many points as bins or cut-offs as classes.
        """
        self._scheme = scheme
        for variant in variants:
            _check(scheme, variant)
        self.variants = (Variant(scheme.version, {}, scheme.cutoffs), *variants)
        self._cutoffs = np.array([one.cutoffs for one in self.variants], dtype=np.float32)
        self._parts = [_Part(scheme, self.variants, names) for names in _together(scheme, self.variants)]
        self._whole = _Part(scheme, self.variants, DIMENSIONS, is_free=True)
        self._room = {
            place: scheme.caps[name] - _rise(scheme, variants, name)
            for place, name in enumerate(DIMENSIONS)
            if name in scheme.spec.dimensions
        }

    def matrices(self, population: Population) -> NDArray[np.int64]:
        """Count moves from the scheme's class to each variant's: variants x classes before x classes after.

        Enterprises that share class and rules are put side by side, so a class is a number of scores above a cut.
        """
        size = len(self._scheme.classes)
        counts = np.zeros((len(self.variants), size, size), dtype=np.int64)
        before = _places(population.points.sum(axis=0), self._scheme.cutoffs)
        before = np.where(population.fixed, population.least, np.maximum(before, population.least)).astype(np.uint8)
        kind = (before * size + population.least) * 2 + population.fixed
        order = np.argsort(kind, kind="stable")
        ordered = _rows(population, order)
        for rows in _runs(kind[order]):
            counts[:, before[order[rows.start]]] += self._after(_rows(ordered, rows))
        return counts

    def scores(self, population: Population) -> NDArray[np.float32]:
        """Scores of every enterprise under every variant: variants x enterprises."""
        total = np.zeros((len(self.variants), population.bins.shape[1]), dtype=np.float32)
        is_free = all(population.points[place].max(initial=0) <= room for place, room in self._room.items())
        for part in [self._whole] if is_free else self._parts:
            part.add(population, total)
        return total

    def _after(self, population: Population) -> NDArray[np.int64]:
        """How many of enterprises that share class and rules are in each class, variants x classes."""
        least, size = int(population.least[0]), len(self._scheme.classes)
        scores = self.scores(population)
        over = np.zeros((len(self.variants), size + 1), dtype=np.int64)
        for place, cuts in enumerate(self._cutoffs.T, 1):
            over[:, place] = [np.count_nonzero(row) for row in scores > cuts[:, None]]
        if population.fixed[0]:
            over[:, least + 1 :] = 0
        over[:, : least + 1] = scores.shape[1]
        return over[:, :-1] - over[:, 1:]


def _places(scores: NDArray[Any], cutoffs: Sequence[int]) -> NDArray[np.uint8]:
    return np.asarray(np.sum([scores > cut for cut in cutoffs], axis=0, dtype=np.uint8))


def _rows(one: Population, rows: slice | NDArray[np.int64]) -> Population:
    if isinstance(rows, slice):
        return Population(one.bins[:, rows], one.points[:, rows], one.least[rows], one.fixed[rows])
    bins, points = np.take(one.bins, rows, axis=1), np.take(one.points, rows, axis=1)
    return Population(bins, points, one.least[rows], one.fixed[rows])


def _runs(kind: NDArray[np.uint8]) -> Iterator[slice]:
    """Stretches of equal kind, of a block at most."""
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    for start, stop in pairwise(edges):
        yield from (slice(at, min(at + _BLOCK, stop)) for at in range(start, stop, _BLOCK))


def _together(scheme: Scheme, variants: Sequence[Variant]) -> list[tuple[str, ...]]:
    """Dimensions whose points are simply added, and each one that may reach its cap by itself."""
    capped = [name for name in DIMENSIONS if any(_most(scheme, one, name) > scheme.caps[name] for one in variants)]
    free = tuple(name for name in DIMENSIONS if name not in capped)
    return [*([free] if free else []), *((name,) for name in capped)]


def _most(scheme: Scheme, variant: Variant, dimension: str) -> int:
    return sum(max(variant.points.get(one.id, one.points)) for one in scheme.of(dimension))


def _rise(scheme: Scheme, variants: Sequence[Variant], dimension: str) -> int:
    """By how many points at most a variant raises a dimension; at least one: who is at a cap may be above it."""
    rises = (
        sum(
            max(0, *(new - old for new, old in zip(variant.points[one.id], one.points, strict=True)))
            for one in scheme.of(dimension)
            if one.id in variant.points
        )
        for variant in variants
    )
    return max([1, *rises])


class _Part:
    """The share of some dimensions in the scores of all variants; ``is_free``: nobody comes to their caps."""

    def __init__(
        self, scheme: Scheme, variants: Sequence[Variant], names: tuple[str, ...], *, is_free: bool = False
    ) -> None:
        own = [one for one in scheme.indicators if one.spec.dimension in names]
        self._rows = [DIMENSIONS.index(name) for name in names]
        caps = scheme.caps[names[0]] if len(names) == 1 else None
        is_reached = not is_free and caps is not None and any(_most(scheme, one, names[0]) > caps for one in variants)
        self._cap = caps if is_reached else None
        # Points before the cap: what a dimension has lost to it cannot be told from what it has.
        self._whole = {one.place: np.array(one.points, dtype=np.float32) for one in own} if is_reached else {}
        changed = [[one for one in own if one.id in variant.points] for variant in variants]
        few = {number: some for number, some in enumerate(changed) if 0 < len(some) <= _FEW}
        self._few = {
            one.place: [number for number, some in few.items() if one in some]
            for one in own
            if any(one in some for some in few.values())
        }
        self._many = [number for number, some in enumerate(changed) if len(some) > _FEW]
        self._changes = {
            (number, one.place): np.subtract(variants[number].points[one.id], one.points, dtype=np.float32)
            for number, some in enumerate(changed)
            for one in some
        }
        self._bins, self._product = self._matrix(scheme)

    def _matrix(self, scheme: Scheme) -> tuple[list[tuple[int, int]], NDArray[np.float32]]:
        """The bins that change in variants with many changes, and the changes: variants x bins.

        An indicator's first bin with a value needs no row: the others are held against it. The last column is what
        these first bins change together.
        """
        pairs = [(one.place, number) for one in scheme.indicators for number in range(len(one.bins)) if number != 1]
        table = np.zeros((len(self._many), len(pairs) + 1), dtype=np.float32)
        for row, number in zip(table, self._many, strict=True):
            own = {place: changes for (variant, place), changes in self._changes.items() if variant == number}
            row[:-1] = [own[place][each] - own[place][1] if place in own else 0 for place, each in pairs]
            row[-1] = sum(changes[1] for changes in own.values())
        kept = np.flatnonzero(table[:, :-1].any(axis=0))
        return [pairs[place] for place in kept], np.ascontiguousarray(table[:, [*kept, len(pairs)]])

    def add(self, population: Population, total: NDArray[np.float32]) -> None:
        """Add to the scores of all variants."""
        changes = total if self._cap is None else np.zeros_like(total)
        changes += self._base(population)
        found = np.empty(changes.shape[1], dtype=np.float32)
        for place, numbers in self._few.items():
            bins = population.bins[place].astype(np.intp)
            for number in numbers:
                np.take(self._changes[number, place], bins, out=found, mode="clip")
                np.add(changes[number], found, out=changes[number])
        if self._many:
            ones = np.ones((len(self._bins) + 1, changes.shape[1]), dtype=np.float32)
            for row, (place, each) in zip(ones[:-1], self._bins, strict=True):
                np.equal(population.bins[place], each, out=row, casting="unsafe")
            changes[self._rows_of(self._many)] += self._product @ ones
        if self._cap is not None:
            total += np.minimum(changes, self._cap, out=changes)

    @staticmethod
    def _rows_of(numbers: list[int]) -> slice | list[int]:
        """Neighbouring rows as a slice, which needs no copy."""
        first, last = numbers[0], numbers[-1]
        return slice(first, last + 1) if last - first + 1 == len(numbers) else numbers

    def _base(self, population: Population) -> NDArray[np.float32]:
        if self._cap is None:
            return np.asarray(population.points[self._rows].sum(axis=0, dtype=np.float32))
        base = np.zeros(population.bins.shape[1], dtype=np.float32)
        for place, points in self._whole.items():
            base += points[population.bins[place]]
        return base


def _check(scheme: Scheme, variant: Variant) -> None:
    known = scheme.by_id
    wrong = [name for name in variant.points if name not in known]
    wrong += [name for name, points in variant.points.items() if name in known and len(points) != len(known[name].bins)]
    if list(variant.cutoffs) != sorted(set(variant.cutoffs)) or len(variant.cutoffs) != len(scheme.cutoffs):
        wrong.append("分界")
    if wrong:
        raise InputError.at("", "variant_wrong", name=variant.name, what=wrong)


def sensitivity(scheme: Scheme, step: int = 5) -> list[Variant]:
    """A variant for each indicator: every bin that costs points costs ``step`` more."""
    return [
        Variant(one.id, {one.id: [points + step * (points > 0) for points in one.points]}, scheme.cutoffs)
        for one in scheme.indicators
    ]
