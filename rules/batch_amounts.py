"""Amounts that depend on a case's own figures, for many cases: exact, in whole numbers.

A range that is a multiple of a base, or so much for each unit, has its own ends in every case.
Where the products fit into 64 bits they are worked out over whole columns; where they do not, or a
figure has decimals, :func:`rules.ranges.ranges` does each case.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kernel.money import FEN
from rules.ranges import TIERS, cuts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rules.ranges import Cut, Shares
    from rules.schema_violation import Fine

Amounts = tuple[int | None, int | None]
"""Least and most of a range in whole yuan; None where a figure is not established."""
Ranges = tuple[Amounts | None, ...]
"""One a tier, in the order of :data:`rules.ranges.TIERS`; None for a tier that cannot exist."""
_LARGEST: Final = 1 << 61
_DECIMALS: Final = 6
"""Multiples have few decimals: a share of a statutory multiple."""


def shown_amounts(found: Mapping[str, Any]) -> Ranges:
    """Least and most of each range of :func:`rules.ranges.ranges`."""
    rows = (found[name] for name in TIERS)
    return tuple((row.get("min_yuan"), row.get("max_yuan")) if row else None for row in rows)


def column_amounts(
    fine: Fine, shares: Shares, factors: Sequence[int | Decimal]
) -> list[tuple[Amounts | None, ...]] | None:
    """The same for many cases; ``factors``: the base (in fen), times the count where there is one.

    None where that is not exact in 64 bits.
    """
    scale = 10**_DECIMALS
    found = cuts(fine, shares)
    ends = [end * scale for cut in found.values() if cut for end in cut[:2]]
    bounds = [Decimal(one) * scale * FEN for one in (fine.cap_yuan, fine.floor_yuan) if one is not None]
    whole = all(isinstance(one, int) for one in factors) and all(one == int(one) for one in (*ends, *bounds))
    largest = max(ends) * Decimal(max(factors, default=0))
    if not whole or max((largest, *bounds)) > _LARGEST:
        return None
    column = np.array(factors, np.int64)
    pairs = [_pairs(fine, cut, column, len(factors)) for cut in found.values()]
    return list(zip(*pairs, strict=True))


def _pairs(fine: Fine, cut: Cut | None, factors: NDArray[np.int64], size: int) -> list[Amounts | None]:
    if cut is None:
        return [None] * size
    low, high = (_yuan(fine, end, factors).tolist() for end in cut[:2])
    if cut[0] == 0 and not cut[3]:
        low = [0] * size  # what is mitigated lies below the statute, and below its floor
    return list(zip(low, high, strict=True))


def _yuan(fine: Fine, end: Decimal, factors: NDArray[np.int64]) -> NDArray[np.int64]:
    """The products in whole yuan, half a yuan rounded up; bounded as the statute says."""
    scale = 10**_DECIMALS
    product = factors * int(end * scale)
    unit = scale * FEN
    if fine.cap_yuan is not None:
        product = np.minimum(product, int(Decimal(fine.cap_yuan) * unit))
    if fine.floor_yuan is not None:
        product = np.maximum(product, int(Decimal(fine.floor_yuan) * unit))
    return (product + unit // 2) // unit
