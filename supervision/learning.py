"""From the effects that inspections show to whole points, and a draft of a scheme that holds them.

An effect is a log-odds ratio against the bin of least risk. In an indicator with a direction the effects
may only rise along it: each step from one bin to the next is a parameter of its own that is not below 0.
Bins without an order (categories, *no denominator*) and *absent* have a parameter each.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kernel.errors import InputError
from supervision import schema
from supervision.scheme import MISSING, Indicator, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

MOST_ID: Final = 40
MOST_BANDS: Final = 40
MOST_SCORE: Final = 1000
_LESS: Final = 0.999


@dataclass(frozen=True)
class Coding:
    """How the parameters of an indicator make the effects of its bins.

    ``table``: bins x parameters, of zeroes and ones; the effect of a bin is its row times the parameters.
    ``low``: the least value of each parameter; ``now``: their values in the points of the scheme.
    """

    indicator: Indicator
    table: NDArray[np.float64]
    low: NDArray[np.float64]
    now: NDArray[np.float64]


def order_of(one: Indicator) -> list[int]:
    """Bins from the least risk to the most, as far as the scheme gives them an order; at least one.

    Categories with a direction keep the order of their present points.
    """
    numbers = list(range(1, len(one.bins)))
    if isinstance(one.spec, schema.Ratio):
        numbers = numbers[1:]
    if one.spec.direction == "enum":
        return [min(numbers, key=lambda number: one.points[number])]
    if isinstance(one.spec, schema.Mapped):
        return sorted(numbers, key=lambda number: one.points[number])
    return numbers if one.spec.direction == "risk_up" else numbers[::-1]


def coding(one: Indicator) -> Coding:
    """The parameters of an indicator: steps along its order, then one for each bin outside of it."""
    order = order_of(one)
    free = [number for number in range(len(one.bins)) if number not in order]
    # A scheme file takes so many bands; a longer run of bins is learned in groups.
    stride = -(-len(order) // MOST_BANDS)
    starts = list(range(stride, len(order), stride))
    table = np.zeros((len(one.bins), len(starts) + len(free)))
    for place, number in enumerate(order):
        table[number, : place // stride] = 1
    for place, number in enumerate(free, len(starts)):
        table[number, place] = 1
    steps = np.maximum(np.diff([one.points[order[place]] for place in (0, *starts)]), 0)
    apart = np.array([one.points[number] - one.points[order[0]] for number in free])
    # Without data nobody may look better than with the best: that would reward silence.
    low = np.array([0.0 if number == MISSING or len(order) > 1 else -np.inf for number in free])
    now = np.concatenate([steps, np.maximum(apart, low)]).astype(np.float64)
    return Coding(one, table, np.concatenate([np.zeros(len(steps)), low]), now)


def effects(codings: Sequence[Coding], values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The effect of every bin, indicator by indicator; the least of an indicator is 0."""
    found, start = [], 0
    for one in codings:
        stop = start + one.table.shape[1]
        own = one.table @ values[start:stop]
        known = own[1:].min()
        found.append(np.maximum(own, known) - known)
        start = stop
    return found


def whole_points(scheme: Scheme, found: Sequence[NDArray[np.float64]]) -> dict[str, tuple[int, ...]]:
    """Round effects to points whose greatest add up to about as many as in the scheme.

    Raises:
        InputError: ``learning_nothing``: no indicator has any effect.
    """
    highest = sum(float(one.max()) for one in found)
    if highest <= 0:
        raise InputError.at("", "learning_nothing")
    limit = max(float(one.max()) for one in found)
    most = min(sum(one.most for one in scheme.indicators), MOST_SCORE)
    each = min(most / highest, schema.MOST_POINTS / limit)
    while sum(float(np.rint(one.max() * each)) for one in found) > most:
        each *= _LESS  # rounding up may give a few too many
    return {
        one.id: tuple(int(points) for points in np.rint(own * each))
        for one, own in zip(scheme.indicators, found, strict=True)
    }


def caps_of(scheme: Scheme, points: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """What dimensions may contribute under other points: all of it, unless a cap cuts off points today."""
    caps: dict[str, int] = {}
    for name, part in scheme.spec.dimensions.items():
        own = scheme.of(name)
        most = sum(max(points[one.id]) for one in own)
        caps[name] = min(most, part.cap) if part.cap < sum(one.most for one in own) else most
    return caps


@dataclass(frozen=True)
class About:
    """What a draft says of itself."""

    version: str
    confidence: str
    population: str
    checked_on: date


def draft(scheme: Scheme, points: Mapping[str, Sequence[int]], cutoffs: Sequence[int], about: About) -> dict[str, Any]:
    """The document of a scheme with other points and cut-offs: plain values, ready for YAML."""
    spec = scheme.spec.model_dump(by_alias=True, exclude_none=True)
    caps = caps_of(scheme, points)
    spec |= {
        "id": f"{scheme.id}-learned"[:MOST_ID],
        "version": about.version,
        "title": f"{scheme.spec.title}（由检查结果学习的草案）",
        "status": "proposal",
        "confidence": about.confidence,
        "population": about.population,
        "checked_on": about.checked_on,
        "dimensions": {name: part | {"cap": caps[name]} for name, part in spec["dimensions"].items()},
        "indicators": [
            _with_points(one, old, points[one.id])
            for one, old in zip(scheme.indicators, spec["indicators"], strict=True)
        ],
        "classes": [
            grade | ({"up_to": int(cut)} if cut is not None else {})
            for grade, cut in zip(spec["classes"], [*cutoffs, None], strict=True)
        ],
    }
    # A published figure belongs to the published points.
    spec.pop("shown", None)
    plain: dict[str, Any] = _plain(spec)
    return plain


def _with_points(one: Indicator, spec: dict[str, Any], points: Sequence[int]) -> dict[str, Any]:
    new = spec | {"missing": spec["missing"] | {"points": points[MISSING]}}
    given = points[1:]
    if isinstance(one.spec, schema.Flag):
        return new | {"no": given[0], "yes": given[1]}
    if isinstance(one.spec, schema.Mapped):
        return new | {"values": dict(zip(one.column.categories, given, strict=True))}
    if isinstance(one.spec, schema.Linear):
        return _as_bands(one, new, given)
    if isinstance(one.spec, schema.Ratio):
        new, given = new | {"none": given[0]}, given[1:]
    return new | {"bands": [band | {"points": each} for band, each in zip(spec["bands"], given, strict=True)]}


def _as_bands(one: Indicator, spec: dict[str, Any], points: Sequence[int]) -> dict[str, Any]:
    """Steps that cost differently are bands."""
    kept = {name: value for name, value in spec.items() if name not in {"each", "free", "most"}}
    bands = [
        {"from": int(cut), "points": each}
        for cut, each, before in zip(one.cuts, points, [None, *points[:-1]], strict=True)
        if each != before
    ]
    return kept | {"kind": "bands", "bands": bands}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any member of a document
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value % 1 == 0 else float(value)
    return value
