"""Who moved from which class to which, and which indicators made the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from supervision.bulk import BulkScorer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from supervision.rowstate import Records
    from supervision.scheme import Scheme

_SHOWN: Final = 3


def moved_table(
    records: Records, codes: pl.Series, kept: Sequence[NDArray[Any]], days: tuple[date, date]
) -> pl.DataFrame:
    """A row for each enterprise that moved, the largest rise of the score first.

    Args:
        records: of the scheme of both days.
        codes: of the enterprises.
        kept: their records before, results before, records after, results after.
        days: before and after.
    """
    rows, results, new_rows, new_results = kept
    scheme = records.scheme
    changes = _points(records, new_rows, days[1]) - _points(records, rows, days[0])
    unknown = results["unscored"] | new_results["unscored"]
    columns: dict[str, Any] = {
        "uscc": codes,
        "score": results["score"].astype(np.int32),
        "class": _classes(scheme, results),
        "score_to": new_results["score"].astype(np.int32),
        "class_to": _classes(scheme, new_results),
        "override_to": _rules(scheme, new_results),
        "why": [_why(scheme, own) for own in np.where(unknown, 0, changes).T],
    }
    kinds = {"score": pl.Int32, "score_to": pl.Int32}
    table = pl.DataFrame(
        {name: pl.Series(name, one, dtype=kinds.get(name, pl.String)) for name, one in columns.items()}
    )
    return table.sort(pl.col("score_to") - pl.col("score"), descending=True, maintain_order=True)


def _points(records: Records, rows: NDArray[Any], on: date) -> NDArray[np.int64]:
    """Points of every indicator: indicators x rows."""
    scheme = records.scheme
    bins = BulkScorer(scheme, on).bins_prepared(records.unpack(rows), len(rows))
    given = [np.array(one.points, dtype=np.int64)[own] for one, own in zip(scheme.indicators, bins, strict=True)]
    return np.array(given).reshape(len(scheme.indicators), len(rows))


def _classes(scheme: Scheme, results: NDArray[Any]) -> list[str | None]:
    return [None if one["unscored"] else scheme.classes[one["place"]] for one in results]


def _rules(scheme: Scheme, results: NDArray[Any]) -> list[str | None]:
    return [scheme.rules[number - 1].id if number else None for number in results["override"].tolist()]


def _why(scheme: Scheme, changes: NDArray[np.int64]) -> str:
    """The indicators whose points changed most: ``N207 +15，N304 -5``; blank where only a rule or a fault did it."""
    order = sorted(np.flatnonzero(changes).tolist(), key=lambda place: (-abs(changes[place]), place))
    return "，".join(f"{scheme.indicators[place].id} {changes[place]:+d}" for place in order[:_SHOWN])
