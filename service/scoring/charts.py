"""Charts of reports as SVG within the page: no library, no network, readable when printed without colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH: Final = 680
_ROW: Final = 22
_LEFT: Final = 190
_RIGHT: Final = 90
_TOP: Final = 26
_SIDE: Final = 300
_FILLS: Final = ("#1f4e79", "#d98e04")
_DASHES: Final = ("", "5 3")


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart: a value for each series (None: nothing to show), an interval, words behind it."""

    label: str
    values: tuple[float | None, ...]
    words: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a square chart, both between 0 and 1, with the interval of ``y``."""

    x: float
    y: float
    interval: tuple[float, float] | None = None


def bars(title: str, rows: Sequence[Bar], series: Sequence[str] = ("",), marks: Sequence[float] = ()) -> Markup:
    """Horizontal bars from 0; ``marks`` are values with a dashed line through the chart."""
    limit = _limit(rows, marks)
    tall = _ROW * len(series)
    height = _TOP + tall * len(rows) + 8
    parts = list(_legend(series))
    for number, row in enumerate(rows):
        parts += _bar_row(row, _TOP + tall * number, limit)
    for mark in marks:
        x = _x(mark, limit)
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{height - 8}" class="mark"/>')
    return _figure(title, WIDTH, height, parts)


def _limit(rows: Sequence[Bar], marks: Sequence[float]) -> float:
    values = [value for row in rows for value in (*row.values, *(row.interval or ())) if value is not None]
    return max([*values, *marks], default=0.0) or 1.0


def _x(value: float, limit: float) -> float:
    return _LEFT + value / limit * (WIDTH - _LEFT - _RIGHT)


def _legend(series: Sequence[str]) -> Iterator[str]:
    if len(series) < len(_FILLS):
        return
    for number, name in enumerate(series):
        x = _LEFT + number * 160
        yield f'<rect x="{x}" y="6" width="12" height="12" fill="{_FILLS[number]}"/>'
        yield f'<text x="{x + 18}" y="16">{escape(name)}</text>'


def _bar_row(row: Bar, top: float, limit: float) -> Iterator[str]:
    middle = top + _ROW * len(row.values) / 2 + 4
    yield f'<text x="{_LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(row.label)}</text>'
    end = _LEFT * 1.0
    for number, value in enumerate(row.values):
        if value is None:
            continue
        y = top + _ROW * number + 3
        end = max(end, _x(value, limit))
        width = _x(value, limit) - _LEFT
        yield f'<rect x="{_LEFT}" y="{y:.1f}" width="{width:.1f}" height="{_ROW - 6}" fill="{_FILLS[number]}"/>'
    if row.interval:
        low, high = (_x(value, limit) for value in row.interval)
        end = max(end, high)
        level = middle - 4
        yield f'<path d="M{low:.1f} {level - 5:.1f}v10M{low:.1f} {level:.1f}H{high:.1f}m0 -5v10" class="whisker"/>'
    yield f'<text x="{end + 6:.1f}" y="{middle:.1f}">{escape(row.words)}</text>'


def square(title: str, spots: Sequence[Spot], x_title: str, y_title: str) -> Markup:
    """Points with intervals over a diagonal, both axes from 0 to the largest value."""
    highest = max([value for spot in spots for value in (spot.x, spot.y, *(spot.interval or ()))], default=1.0)
    limit = min(1.0, highest * 1.1) or 1.0
    parts = [f'<path d="{_path([(0.0, 0.0), (limit, limit)], limit)}" class="mark"/>', *_axes(limit, x_title, y_title)]
    parts.append(f'<path d="{_path([(spot.x, spot.y) for spot in spots], limit)}" class="line"/>')
    for spot in spots:
        x, y = _place(spot.x, spot.y, limit)
        if spot.interval:
            low, high = (_place(spot.x, value, limit)[1] for value in spot.interval)
            parts.append(f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" class="whisker"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_FILLS[0]}"/>')
    return _figure(title, _SIDE + 100, _SIDE + 70, parts)


def curves(title: str, lines: Sequence[tuple[str, Sequence[tuple[float, float]]]], axes: tuple[str, str]) -> Markup:
    """Lines between 0 and 1 on both axes, the first whole, the second dashed; ``axes``: titles of x and y."""
    parts = [f'<path d="{_path([(0.0, 0.0), (1.0, 1.0)], 1.0)}" class="mark"/>', *_axes(1.0, *axes)]
    for number, (name, points) in enumerate(lines):
        stroke = f'stroke="{_FILLS[number]}" stroke-dasharray="{_DASHES[number]}"'
        parts.append(f'<path d="{_path(points, 1.0)}" fill="none" stroke-width="2" {stroke}/>')
        y = 40 + 18 * number
        parts.append(f'<path d="M70 {y}h24" stroke-width="2" {stroke}/>')
        parts.append(f'<text x="100" y="{y + 4}">{escape(name)}</text>')
    return _figure(title, _SIDE + 100, _SIDE + 70, parts)


def _place(x: float, y: float, limit: float) -> tuple[float, float]:
    return 60 + x / limit * _SIDE, 20 + _SIDE - y / limit * _SIDE


def _path(points: Sequence[tuple[float, float]], limit: float) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*_place(x, y, limit)) for x, y in points)


def _axes(limit: float, x_title: str, y_title: str) -> Iterator[str]:
    yield f'<path d="M60 20V{_SIDE + 20}H{_SIDE + 60}" class="axis"/>'
    for step in range(5):
        value = limit * step / 4
        x, y = _place(value, value, limit)
        yield f'<text x="{x:.1f}" y="{_SIDE + 38}" text-anchor="middle">{value:.0%}</text>'
        yield f'<text x="54" y="{y + 4:.1f}" text-anchor="end">{value:.0%}</text>'
    yield f'<text x="{60 + _SIDE / 2}" y="{_SIDE + 60}" text-anchor="middle">{escape(x_title)}</text>'
    yield f'<text x="60" y="12">{escape(y_title)}</text>'


def _figure(title: str, width: float, height: float, parts: Sequence[str]) -> Markup:
    inner = "".join(parts)
    return Markup(  # noqa: S704 - every label has been escaped above
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width:{width:.0f}px" xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{inner}</svg>'
    )
