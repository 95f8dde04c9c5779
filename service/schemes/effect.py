"""What a scheme would do instead of another: what is different, and who would be classed otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.scoring.synth import Wish, population
from supervision.compare import count_pairs, migration, side_by_side
from supervision.table import TableScorer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import polars as pl

    from supervision.scheme import Scheme

TRIED_ON: Final = 20_000
"""Made-up enterprises that a scheme is tried on; the same ones every time."""
_SEED: Final = 1


def effect(old: Scheme, new: Scheme, on: date) -> dict[str, Any]:
    """JSON-ready: ``changes`` (about, before, after), ``shares`` by class, ``migration``, ``moved`` of ``tried_on``.

    The enterprises are made up and fit the columns of each scheme; where the columns differ, no move is counted.
    """
    report: dict[str, Any] = {
        "changes": [{"about": a, "before": b, "after": c} for a, b, c in differences(old, new)],
        "tried_on": TRIED_ON,
        "shares": {"before": _shares(old, on), "after": _shares(new, on)},
        "migration": None,
        "moved": None,
    }
    if set(old.columns) == set(new.columns):
        counts = [pair for frame in _population(new, on) for pair in _pairs(old, new, frame, on)]
        found = migration(counts, [old.classes, new.classes])
        report |= {"migration": found.matrix, "moved": found.moved}
    return report


def differences(old: Scheme, new: Scheme) -> Iterator[tuple[str, str | None, str | None]]:
    """Indicators, bands and cut-offs that differ: what about, before, after (None: not there)."""
    before = {one.id: one for one in old.indicators}
    after = {one.id: one for one in new.indicators}
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            title = (one or other).spec.title  # type: ignore[union-attr]  # one of the two is there
            yield f"{name} {title}", "有" if one else None, "有" if other else None
            continue
        was, now = _bins(one.bins), _bins(other.bins)
        yield from (
            (f"{name} {other.spec.title}：{label}", was.get(label), now.get(label))
            for label in {**was, **now}
            if was.get(label) != now.get(label)
        )
    if old.cutoffs != new.cutoffs:
        yield "分界", "、".join(map(str, old.cutoffs)), "、".join(map(str, new.cutoffs))


def _bins(bins: Any) -> dict[str, str]:  # noqa: ANN401 - bins of an indicator
    return {one.label: f"{one.points} 分" for one in bins}


def _population(scheme: Scheme, on: date) -> Iterator[pl.DataFrame]:
    return population(scheme, Wish(TRIED_ON, _SEED, on))


def _pairs(old: Scheme, new: Scheme, frame: pl.DataFrame, on: date) -> list[tuple[Any, ...]]:
    results = [TableScorer(scheme, on).score(frame) for scheme in (old, new)]
    return count_pairs(side_by_side(*results))


def _shares(scheme: Scheme, on: date) -> dict[str, float]:
    counts = dict.fromkeys(scheme.classes, 0)
    for frame in _population(scheme, on):
        for name, count in TableScorer(scheme, on).score(frame)["class"].value_counts().iter_rows():
            if name is not None:
                counts[name] += count
    return {name: count / TRIED_ON for name, count in counts.items()}
