"""Trying other cut-offs and points on the enterprises of a month."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from kernel.errors import FieldError, InputError
from service.scoring.source import open_source
from service.web.planner.classview import matrix
from supervision.schema import MOST_POINTS
from supervision.whatif import Binner, Variant, WhatIf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from service.db.tables.scores import ClassMonthRow
    from service.work import Work
    from supervision.scheme import Indicator, Scheme

_MOST_SCORE: Final = 1000


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried, and what would come of it; the rules decide as they do now."""

    indicator: Indicator | None
    points: tuple[int, ...]
    cutoffs: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    matrix: list[tuple[str, list[tuple[int, str]]]]
    rows: int
    is_changed: bool

    @property
    def moved(self) -> int:
        """Enterprises that would be in another class."""
        return sum(
            count
            for place, (_, cells) in enumerate(self.matrix)
            for other, (count, _) in enumerate(cells)
            if other != place
        )


def tried(work: Work, month: ClassMonthRow, scheme: Scheme, asked: Mapping[str, str]) -> Trial:
    """Read what was entered and work it out; InputError names each figure that cannot be used."""
    wrong: list[FieldError] = []
    indicator = scheme.by_id.get(asked.get("indicator", ""))
    cutoffs = tuple(
        _number(asked, f"cut_{name}", cut, _MOST_SCORE, wrong)
        for name, cut in zip(scheme.classes, scheme.cutoffs, strict=False)
    )
    points = _points(asked, indicator, wrong)
    if any(later <= earlier for earlier, later in pairwise(cutoffs)):
        wrong.append(FieldError("/cut", "scheme_entry", {"why": "分界应当逐类增大"}))
    if wrong:
        raise InputError(wrong)
    changed = {indicator.id: points} if indicator and points != indicator.points else {}
    counts = _counts(work, month, scheme, Variant("trial", changed, cutoffs))
    names = scheme.classes
    shown = {old: {new: int(counts[a, b]) for b, new in enumerate(names)} for a, old in enumerate(names)}
    return Trial(
        indicator,
        points,
        cutoffs,
        tuple(counts.sum(axis=1).tolist()),
        tuple(counts.sum(axis=0).tolist()),
        matrix(scheme, shown),
        int(counts.sum()),
        bool(changed) or cutoffs != scheme.cutoffs,
    )


def _points(asked: Mapping[str, str], indicator: Indicator | None, wrong: list[FieldError]) -> tuple[int, ...]:
    if indicator is None:
        return ()
    if asked.get("of") != indicator.id:  # another indicator was chosen: its own points are shown first
        return indicator.points
    own = enumerate(indicator.points)
    return tuple(_number(asked, f"points_{place}", points, MOST_POINTS, wrong) for place, points in own)


def _number(asked: Mapping[str, str], name: str, usual: int, most: int, wrong: list[FieldError]) -> int:
    text = asked.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= most):
        wrong.append(
            FieldError(f"/{name}", "cell_out_of_range", {"column": name, "value": text, "range": f"0 至 {most}"})
        )
        return usual
    return int(text)


def _counts(work: Work, month: ClassMonthRow, scheme: Scheme, variant: Variant) -> NDArray[np.int64]:
    study, binner = WhatIf(scheme, [variant]), Binner(scheme, month.scored_on)
    source = open_source(str(work.files.path(month.columns_file)), scheme)
    total = np.zeros((len(scheme.classes), len(scheme.classes)), dtype=np.int64)
    for frame in source.batches(0, source.rows):
        total += study.matrices(binner.take(frame, source.layout.scales))[1]
    return total
