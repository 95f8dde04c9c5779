"""The conditions of a release over columns: two bits a case for every node, *sure* and *possible*.

*sure*: the node is TRUE; *possible*: it is not FALSE. Kleene's *all*, *any* and *at least* take
the same form for both bits, and *not* exchanges them. Eight cases share a byte.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rules.batch_days import shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.batch_columns import Column, Rows
    from rules.compiled import Compiled
    from rules.evaluate import Atom, Compound, Network, ShiftedAtom

Plane = NDArray[np.uint8]
"""One bit a case, most significant first; bits beyond the last case mean nothing."""
Pair = tuple[Plane, Plane]
_FEW: Final = 24
"""Up to this many distinct values, each is tested; beyond, the order of the values is used."""


def packed(bits: NDArray[np.bool_]) -> Plane:
    """The plane of a row of booleans."""
    return np.packbits(bits)


def unpacked(plane: Plane, size: int) -> NDArray[np.bool_]:
    """The booleans of a plane."""
    return np.unpackbits(plane, count=size).view(np.bool_)


def bits_at(plane: Plane, rows: Rows) -> NDArray[np.bool_]:
    """The booleans of some rows."""
    bits = plane[rows >> 3] >> (7 - (rows & 7)).astype(np.uint8) & 1
    return np.asarray(bits, np.uint8).view(np.bool_)


class Planes:
    """States of the nodes of a release for many cases; each node is worked out when first needed."""

    def __init__(self, network: Network, columns: Mapping[str, Column], size: int) -> None:
        """``columns`` are the facts of :func:`rules.batch_instant.completed`."""
        self._network = network
        self._columns = columns
        self._nodes: dict[int, Pair] = {}
        self._unknown: dict[str, Plane] = {}
        self._spans: dict[str, Pair] = {}
        self._shifted = {atom.index: atom for atom in network.shifted}
        self.none: Plane = np.zeros((size + 7) // 8, np.uint8)
        self.every: Plane = ~self.none
        self.size = size

    def span(self, compiled: Compiled) -> Pair:
        """The conditions of a provision together: TRUE where all hold."""
        known = self._spans.get(compiled.key)
        if known is None:
            known = self._spans[compiled.key] = self._every_one([line.node for line in compiled.lines])
        return known

    def node(self, index: int) -> Pair:
        """The planes *sure* and *possible* of a node."""
        known = self._nodes.get(index)
        if known is None:
            compound = self._network.compounds.get(index)
            known = self._compound(compound) if compound else self._atom(index)
            self._nodes[index] = known
        return known

    # -- connectives ------------------------------------------------------------------------

    def _compound(self, compound: Compound) -> Pair:
        if compound.kind == "not":
            sure, possible = self.node(compound.parts[0])
            return ~possible, ~sure
        if compound.kind == "all":
            return self._every_one(compound.parts)
        pairs = [self.node(part) for part in compound.parts]
        planes = zip(*pairs, strict=True)
        if compound.kind == "any":
            sure, possible = (reduce(np.bitwise_or, those) for those in planes)
        else:
            sure, possible = (self._at_least(compound.need, those) for those in planes)
        return sure, possible

    def _every_one(self, nodes: Sequence[int]) -> Pair:
        if not nodes:
            return self.every, self.every
        pairs = [self.node(one) for one in nodes]
        sure = reduce(np.bitwise_and, (pair[0] for pair in pairs))
        open_ones = [pair[1] for pair in pairs if pair[1] is not self.every]
        return sure, reduce(np.bitwise_and, open_ones) if open_ones else self.every

    def _at_least(self, need: int, planes: Sequence[Plane]) -> Plane:
        counts = [self.every, *(self.none for _ in range(need))]  # counts[n]: n or more so far
        for plane in planes:
            for number in range(need, 0, -1):
                counts[number] = counts[number] | counts[number - 1] & plane
        return counts[need]

    # -- comparisons ------------------------------------------------------------------------

    def _atom(self, index: int) -> Pair:
        shifted = self._shifted.get(index)
        if shifted is not None:
            return self._between_facts(shifted)
        atom = self._network.atoms[index]
        column = self._columns.get(atom.key)
        if column is None:
            return self.none, self.every
        sure = packed(passing(atom, column))
        return sure, sure | self._unknown_of(atom.key, column)

    def _unknown_of(self, key: str, column: Column) -> Plane:
        if key not in self._unknown:
            self._unknown[key] = packed(column.codes < 0)
        return self._unknown[key]

    def _between_facts(self, atom: ShiftedAtom) -> Pair:
        left, right = self._columns.get(atom.key), self._columns.get(atom.other)
        if left is None or right is None:
            return self.none, self.every
        known = packed(left.known() & right.known())
        if self._network.vocabulary[atom.other].type == "date":
            moved = shifted(right.ordinals, atom.unit, atom.amount)[right.codes]
            sure = known & packed(np.asarray(atom.compare(left.days(), moved), bool))
        else:
            rank: dict[Any, int] = {one: place for place, one in enumerate(sorted({*left.values, *right.values}))}
            ranks = (side.mapped([rank[one] for one in side.values], 0) for side in (left, right))
            sure = known & packed(np.asarray(atom.compare(*ranks), bool))
        return sure, sure | ~known


def passing(atom: Atom, column: Column) -> NDArray[np.bool_]:
    """Whether each case passes a comparison; False where the fact is unknown.

    The test is that of the single path. Of a long column only a few values are tested: they
    stand in ascending order, so those that pass ``<=`` are the first ones, and so on.
    """
    check, values = atom.check, column.values
    assert check is not None  # noqa: S101  (comparisons of two facts are taken apart before)
    found = _interval(atom, values) if len(values) > _FEW and not isinstance(values[0], str) else None
    if found is not None:
        return _between(column, *found)
    passed = [bool(check(one)) for one in values]
    low = passed.index(True) if True in passed else 0
    high = low + sum(passed)
    if all(passed[low:high]):
        return _between(column, low, high)
    return np.array([*passed, False])[column.codes]


def _interval(atom: Atom, values: Sequence[Any]) -> tuple[int, int] | None:
    """The places of the ascending values that pass; None where they need not be neighbours."""
    check, op, bound = atom.check, atom.test.op, atom.test.value
    if check is None or op in {"ne", "in", "not_in"}:
        return None
    if op in {"lt", "lte"}:
        return 0, _first(values, lambda one: not check(one))
    if op in {"gt", "gte"}:
        return _first(values, check), len(values)
    low, high = bound if isinstance(bound, tuple) else (bound, bound)
    return bisect_left(values, low), bisect_right(values, high)


def _first(values: Sequence[Any], is_past: Callable[[object], bool]) -> int:
    return bisect_left(values, 1, key=lambda one: int(is_past(one)))


def _between(column: Column, low: int, high: int) -> NDArray[np.bool_]:
    # As unsigned numbers the unknown (-1) and everything below ``low`` are very large.
    codes = column.codes if low == 0 else column.codes - np.int32(low)
    return codes.view(np.uint32) < np.uint32(high - low)
