"""Results of ``score run`` month by month, decisions of persons, warnings, and figures for the public."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from kernel.errors import FieldError, InputError
from service.errors import UsageError
from service.scoring.source import FAULTS, scan_table, unreadable
from supervision.compare import Migration, count_pairs, migration, side_by_side
from supervision.overrides import Override, faults, overlapping
from supervision.publicfigures import PublicTable, public_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from supervision.scheme import Scheme

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_RESULT: Final = ("uscc", "score", "class", "override", "reason_1", "reason_2", "reason_3", "scheme", "scheme_version")
_DECISION: Final = ("uscc", "class", "reason", "author", "since", "until")
_REGION: Final = slice(2, 8)


@dataclass(frozen=True)
class Month:
    """The results of a month, as ``YYYY-MM``."""

    month: str
    path: Path

    def results(self) -> pl.DataFrame:
        """What :func:`read_results` gives."""
        return read_results(self.path)


def read_results(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """An output of ``score run``; by default the columns that comparisons need.

    Raises:
        UsageError: there is no such file.
        InputError: ``previous_wrong``: not an output of ours; ``table_unreadable``.
    """
    if not path.is_file():
        raise UsageError("file_not_found", file=str(path))
    try:
        scan = scan_table(path)
        there = scan.collect_schema().names()
        lacking = [name for name in _RESULT if name not in there]
        if lacking:
            raise InputError.at("", "previous_wrong", file=str(path), why=f"缺少列 {'、'.join(lacking)}")
        return scan.select(columns or _RESULT).collect() if columns != [] else scan.collect()
    except FAULTS as error:
        raise unreadable(path, error) from error


def months_of(folder: str) -> list[Month]:
    """Files of a folder that are named by their month, oldest first.

    Raises:
        UsageError: there is no such folder, or no month in it.
    """
    path = Path(folder)
    if not path.is_dir():
        raise UsageError("folder_not_found", folder=folder)
    found = [Month(one.stem, one) for one in sorted(path.glob("*.parquet")) if _MONTH.fullmatch(one.stem)]
    if not found:
        raise UsageError("no_months", folder=folder)
    return found


def shares(results: pl.DataFrame, scheme: Scheme) -> dict[str, int]:
    """Enterprises by class, those without one under ""."""
    counted = dict(results["class"].cast(pl.String).fill_null("").value_counts().iter_rows())
    return {name: counted.get(name, 0) for name in (*scheme.classes, "")}


def moves(before: pl.DataFrame, after: pl.DataFrame, scheme: Scheme) -> Migration:
    """The matrix between two months, for enterprises that stand in both."""
    own = [one.drop_nulls("uscc").unique("uscc", keep="first", maintain_order=True) for one in (before, after)]
    both = own[1].join(own[0], on="uscc", how="inner", suffix="_before", maintain_order="left")
    was = both.select("uscc", *(pl.col(f"{name}_before").alias(name) for name in before.columns if name != "uscc"))
    pairs = side_by_side(was, both.select(after.columns))
    return migration(count_pairs(pairs), [scheme.classes, scheme.classes])


def history(months: Sequence[Month], code: str) -> list[dict[str, Any]]:
    """Class, score and reasons of an enterprise, a month each; months in which it does not stand are left out."""
    found = []
    for month in months:
        own = month.results().filter(pl.col("uscc") == code)
        found += [{"month": month.month, **row} for row in own.head(1).to_dicts()]
    return found


def read_decisions(name: str, scheme: Scheme) -> list[Override]:
    """Decisions of persons from a CSV or Parquet file; every row that is wrong is named by its number.

    Raises:
        UsageError: there is no such file.
        InputError: columns are missing, or what is wrong in which row.
    """
    path = Path(name)
    if not path.is_file():
        raise UsageError("file_not_found", file=name)
    try:
        frame = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else scan_table(path).collect()
    except FAULTS as error:
        raise unreadable(path, error) from error
    lacking = [column for column in _DECISION if column not in frame.columns]
    if lacking:
        raise InputError.at(f"/{lacking[0]}", "table_column_missing", column=lacking[0], found=frame.columns)
    rows = list(_rows(frame))
    wrong = [one for _, errors in rows for one in errors]
    decisions = [one for one, _ in rows if one is not None]
    for place, one in enumerate(decisions, 1):
        wrong += faults(one, scheme, f"/{place}")
    wrong += [FieldError(f"/{b + 1}", "override_overlap", {"other": a + 1}) for a, b in overlapping(decisions)]
    if wrong:
        raise InputError(wrong)
    return decisions


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Override | None, list[FieldError]]]:
    for place, row in enumerate(frame.select(_DECISION).iter_rows(named=True), 1):
        errors, days = [], {}
        for name in ("since", "until"):
            try:
                days[name] = row[name] if isinstance(row[name], date) else date.fromisoformat((row[name] or "").strip())
            except ValueError:
                params = {"column": name, "value": row[name], "type": "日期"}
                errors.append(FieldError(f"/{place}/{name}", "cell_unreadable", params))
        words = {name: (row[name] or "").strip() for name in ("uscc", "class", "reason", "author")}
        made = None
        if not errors:
            made = Override(
                words["uscc"], words["class"], words["reason"], words["author"], days["since"], days["until"]
            )
        yield made, errors


def public_figures(results: pl.DataFrame, scheme: Scheme) -> PublicTable:
    """Enterprises by registering office (digits 3 to 8 of the code) and class, small cells hidden."""
    known = results.filter(pl.col("class").is_not_null() & (pl.col("uscc").str.len_chars() == 18))  # noqa: PLR2004
    region = pl.col("uscc").str.slice(_REGION.start, _REGION.stop - _REGION.start).alias("region")
    counted = known.group_by(region, pl.col("class").cast(pl.String)).agg(pl.len()).sort("region", "class")
    counts: dict[str, dict[str, int]] = {}
    for own, class_, count in counted.iter_rows():
        counts.setdefault(own, {})[class_] = count
    return public_table(counts, scheme.classes)
