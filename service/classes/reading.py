"""Looking into the results of a month: lists of enterprises, one enterprise with everything that led to its class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from service.classes import months, overrides
from service.errors import HttpError
from service.schemes.acts import in_force
from service.scoring.lookup import row_at
from service.scoring.source import open_source, scan_table
from supervision.row import Result, RowScorer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from service.db.tables.scores import ClassMonthRow, ClassOverrideRow
    from service.work import Work
    from supervision.scheme import Scheme

PAGE: Final = 50
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a long list, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise: its months, how the last one came about, and what persons decided."""

    uscc: str
    month: ClassMonthRow
    history: list[dict[str, Any]]
    row: dict[str, Any]
    result: Result | None
    """None where the scheme has changed since: then the kept figures stand without the single indicators."""
    scheme: Scheme
    overrides: list[ClassOverrideRow]
    holding: ClassOverrideRow | None
    warnings: list[dict[str, Any]]

    @property
    def class_now(self) -> str | None:
        """The class that counts today."""
        return self.holding.decided if self.holding else self.row["class"]


def enterprises(work: Work, row: ClassMonthRow, wanted: Mapping[str, str], offset: int = 0, limit: int = PAGE) -> Slice:
    """Enterprises of a month by ``class``, ``override`` or ``reason``, the highest score first."""
    scan = scan_table(work.files.path(row.file))
    text = {name: pl.col(name).cast(pl.String) for name in ("class", "override", "reason_1", "reason_2", "reason_3")}
    if wanted.get("class"):
        scan = scan.filter(text["class"] == wanted["class"])
    if wanted.get("override"):
        scan = scan.filter(text["override"] == wanted["override"])
    if wanted.get("reason"):
        scan = scan.filter(pl.any_horizontal(text[f"reason_{n}"] == wanted["reason"] for n in (1, 2, 3)))
    total = int(scan.select(pl.len()).collect().item())
    found = scan.sort(["score", "uscc"], descending=[True, False], nulls_last=True).slice(offset, limit)
    return Slice(found.with_columns(text.values()).collect().to_dicts(), total, offset)


def file_rows(path: Path, wanted: Mapping[str, str], offset: int = 0, limit: int = PAGE) -> Slice:
    """Rows of a kept list (movers, warnings) whose columns have these values."""
    scan = scan_table(path)
    for name, value in wanted.items():
        if value:
            scan = scan.filter(pl.col(name).cast(pl.String) == value)
    total = int(scan.select(pl.len()).collect().item())
    return Slice(scan.slice(offset, limit).collect().to_dicts(), total, offset)


def counts_by(path: Path, *names: str) -> list[tuple[Any, ...]]:
    """How often each combination occurs, in order."""
    return scan_table(path).group_by(names).len().sort(names).collect().rows()


def enterprise(work: Work, code: str, month_id: str = "") -> Enterprise:
    """Everything that is kept of one enterprise; HttpError 404 where no month has it."""
    every = months.listed(work)
    chosen = months.find(work, month_id) if month_id else None
    history = [found for one in every if (found := _kept(work, one, code))]
    if chosen is None and history:
        chosen = next(one for one in every if one.id == history[0]["id"])
    own = next((one for one in history if chosen and one["id"] == chosen.id), None)
    if chosen is None or own is None:
        raise HttpError(_NOT_FOUND, "class_enterprise_unknown", uscc=code)
    scheme = in_force(work.session, chosen.scheme)
    decided = overrides.of_enterprise(work, code)
    return Enterprise(
        uscc=code,
        month=chosen,
        history=history,
        row=own,
        result=_explained(work, chosen, code, scheme),
        scheme=scheme,
        overrides=decided,
        holding=next((one for one in decided if overrides.holds(one, work.today)), None),
        warnings=file_rows(work.files.path(chosen.warnings_file), {"uscc": code}).rows,
    )


def _kept(work: Work, month: ClassMonthRow, code: str) -> dict[str, Any] | None:
    found = scan_table(work.files.path(month.file)).filter(pl.col("uscc") == code).head(1).collect()
    if not len(found):
        return None
    row = found.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String)).row(0, named=True)
    return {"id": month.id, "month": month.month, "scored_on": month.scored_on, **row}


def _explained(work: Work, month: ClassMonthRow, code: str, scheme: Scheme) -> Result | None:
    """How the class came about, if the scheme still is the one of that month."""
    if scheme.digest != month.scheme_digest:
        return None
    source = open_source(str(work.files.path(month.columns_file)), scheme)
    codes = scan_table(source.path).select(pl.col(source.layout.names["uscc"]).cast(pl.String).alias("uscc"))
    places = codes.with_row_index("place").filter(pl.col("uscc") == code).collect()["place"].to_list()
    scorer = RowScorer(scheme, month.scored_on)
    return scorer.score(row_at(source, places[0]), duplicate=len(places) > 1) if places else None
