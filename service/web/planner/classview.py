"""What the pages of classes show: bars, the matrix of moves, names of reasons and enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from service.planning import libraries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.db.tables.scores import ClassMonthRow
    from service.work import Work
    from supervision.scheme import Scheme

_BAR: Final = 240
RULES: Final = {"manual": "人工调整"}
TONES: Final = {"A": "good", "B": "", "C": "open", "D": "stop"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A class of a month: how many, which share, and how long its bar is."""

    name: str
    title: str
    note: str
    count: int
    share: float
    width: int
    change: int | None


def bars(scheme: Scheme, month: ClassMonthRow, before: ClassMonthRow | None) -> list[Bar]:
    """The classes of a month, with the change since the month before."""
    total = max(sum(month.counts.values()), 1)
    found = []
    for grade in scheme.spec.classes:
        count = month.counts.get(grade.id, 0)
        change = count - before.counts.get(grade.id, 0) if before else None
        share = count / total
        found.append(Bar(grade.id, grade.title, grade.note or "", count, share, round(share * _BAR), change))
    return found


def matrix(scheme: Scheme, counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Rows of the migration matrix: class before, and for each class after the count and its tone."""
    rows = []
    for place, old in enumerate(scheme.classes):
        own = counts.get(old, {})
        cells = [
            (own.get(new, 0), "stop" if other > place else "good" if other < place else "quiet")
            for other, new in enumerate(scheme.classes)
        ]
        rows.append((old, cells))
    return rows


def titles(scheme: Scheme) -> dict[str, str]:
    """What an indicator or a rule is called."""
    found = {one.id: one.spec.title for one in scheme.indicators}
    return found | {rule.id: rule.title for rule in scheme.rules} | RULES


def names_of(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Names of enterprises in the library of objects, where there is one within the reader's area."""
    wanted = sorted(set(codes))
    if not wanted or libraries.current(work, "objects") is None:
        return {}
    table = libraries.load_objects(work).filter(pl.col("unit").is_in(wanted))
    return dict(table.select("unit", "name").iter_rows())


def shown(rows: Sequence[Mapping[str, Any]], scheme: Scheme, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of a list with names, and reasons in words."""
    known = titles(scheme)
    found = []
    for row in rows:
        reasons = [known.get(row[name], row[name]) for name in ("reason_1", "reason_2", "reason_3") if row.get(name)]
        found.append({**row, "name": names.get(row["uscc"] or "", ""), "reasons": reasons})
    return found
