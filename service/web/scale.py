"""The span of a fine drawn to scale: where each part begins and ends, and where labels fit.

All lengths are in the units of the drawing (``WIDTH`` wide); nothing here knows about pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from service.web.labels import RANGES
from service.web.words import times_zh, yuan_zh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.web.grounds import Row

WIDTH: Final = 320
MARGIN: Final = 12
BAR_TOP: Final = 26
BAR_HEIGHT: Final = 22
FIRST_LABEL: Final = 64
LABEL_STEP: Final = 15
_WIDE, _NARROW = 13.0, 7.4  # advance of a Chinese and of a Latin character at size 13
_GAP: Final = 4.0
_LABELLED: Final = 30.0  # a part narrower than this has no room for its name
_THIN: Final = 1.5


@dataclass(frozen=True, slots=True)
class Part:
    """One tier of the span."""

    tier: str
    label: str
    x: float
    width: float
    chosen: bool
    labelled: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """An amount under the bar; ``row`` keeps neighbours from overlapping."""

    x: float
    text: str
    text_x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The whole drawing; ``marks`` are the middles of the chosen parts."""

    parts: tuple[Part, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[float, ...]
    top: float
    height: float
    summary: str


def scale_of(ranges: Mapping[str, Row], chosen: tuple[str, ...]) -> Scale | None:
    """Draw the tiers by amount, or by multiple where no amount is known; None without a span."""
    for low_key, high_key in (("min_yuan", "max_yuan"), ("min_x", "max_x"), ("unit_min_yuan", "unit_max_yuan")):
        if ranges and all(low_key in one and high_key in one for one in ranges.values()):
            spans = {name: (_number(one[low_key]), _number(one[high_key])) for name, one in ranges.items()}
            return _draw(spans, chosen, in_multiples=low_key.endswith("_x"))
    return None


def _number(value: object) -> Decimal:
    return Decimal(str(value))


def _draw(spans: Mapping[str, tuple[Decimal, Decimal]], chosen: tuple[str, ...], *, in_multiples: bool) -> Scale | None:
    top = max(high for _, high in spans.values())
    if top <= 0:
        return None

    def at(value: Decimal) -> float:
        return round(MARGIN + float(value / top) * (WIDTH - 2 * MARGIN), 2)

    parts = tuple(_part(name, at(low), at(high), name in chosen) for name, (low, high) in spans.items())
    cuts = sorted({Decimal(0), *(end for span in spans.values() for end in span)})
    words = times_zh if in_multiples else yuan_zh
    # 元 goes without saying under the bar; five amounts have to fit on a phone.
    ticks = _ticks([(at(cut), words(cut).removesuffix("元")) for cut in cuts])
    lowest = max(tick.y for tick in ticks)
    marks = tuple(round(part.x + part.width / 2, 2) for part in parts if part.chosen)
    shown = "；".join(f"{RANGES[name]}{words(low)}至{words(high)}" for name, (low, high) in spans.items())
    upper = 0 if marks else BAR_TOP - 4
    return Scale(parts, ticks, marks, upper, lowest + 6 - upper, shown)


def _part(name: str, start: float, end: float, chosen: bool) -> Part:  # noqa: FBT001  (a field of the part)
    width = max(round(end - start, 2), _THIN)
    return Part(name, RANGES[name], start, width, chosen, width >= _LABELLED)


def _ticks(cuts: list[tuple[float, str]]) -> tuple[Tick, ...]:
    """Place each amount in the first row where it does not touch its left neighbour."""
    taken: list[float] = []
    ticks = []
    for x, text in cuts:
        start, end = _extent(x, _length(text))
        row = next((number for number, edge in enumerate(taken) if edge + _GAP <= start), len(taken))
        if row == len(taken):
            taken.append(end)
        taken[row] = end
        ticks.append(Tick(x, text, round(start, 2), FIRST_LABEL + row * LABEL_STEP))
    return tuple(ticks)


def _extent(x: float, length: float) -> tuple[float, float]:
    """Centred under its tick, but inside the drawing."""
    start = min(max(x - length / 2, 0), WIDTH - length)
    return start, start + length


def _length(text: str) -> float:
    return sum(_NARROW if character.isascii() else _WIDE for character in text)
