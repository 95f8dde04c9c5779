"""How good the raw records are: what could not be read, what is missing, what contradicts itself.

Nothing is repaired here. Every finding has a count and some codes, so that it can be put right where it arose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from supervision.indicatorscontradictions import CONTRADICTIONS
from supervision.indicatorspec import Table, derivations, tables
from supervision.indicatorsread import faults, matched, typed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from supervision.indicators import Builder
    from supervision.scheme import Scheme

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class TableQuality:
    """One table: rows, and how many of them are useless for which reason."""

    name: str
    title: str
    rows: int
    without_key: int
    without_day: int
    after_day: int
    orphans: int
    duplicates: int
    unreadable: Mapping[str, tuple[int, tuple[str, ...]]]
    missing_columns: tuple[str, ...]
    extra_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that cannot be, or should not."""

    id: str
    title: str
    count: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Coverage:
    """How many enterprises have a value, column by column."""

    rows: int = 0
    filled: dict[str, int] = field(default_factory=dict)

    def add(self, frame: pl.DataFrame) -> None:
        """Count a part of the columns."""
        self.rows += len(frame)
        for series in frame:
            self.filled[series.name] = self.filled.get(series.name, 0) + len(series) - series.null_count()


@dataclass(frozen=True, slots=True)
class Quality:
    """The whole report on a folder of records as of a day."""

    scheme: Scheme
    on: date
    rows: int
    not_yet_founded: int
    tables: tuple[TableQuality, ...]
    missing_tables: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    coverage: Coverage
    columns: Mapping[str, Collection[str]]

    def indicators(self) -> list[dict[str, Any]]:
        """For each indicator the columns, the tables they come from, and the share of enterprises with a value."""
        return [
            self._indicator(one.spec.id, one.spec.title, [column.name for column in one.columns])
            for one in self.scheme.indicators
        ]

    def _indicator(self, name: str, title: str, columns: list[str]) -> dict[str, Any]:
        known = derivations()
        needed = {table for column in columns for table in known.tables_of(column)}
        least = min(self.coverage.filled.get(column, 0) for column in columns)
        missing = needed - set(self.columns)
        if not needed:
            state = "not_derived"
        elif missing:
            state = "table_missing"
        else:
            is_whole = all(known.possible(column, self.columns) for column in columns)
            state = "derived" if is_whole else "column_missing"
        return {
            "id": name,
            "title": title,
            "columns": columns,
            "tables": sorted(needed),
            "missing_tables": sorted(missing),
            "state": state,
            "filled": least,
            "share": round(least / self.coverage.rows, 6) if self.coverage.rows else 0.0,
        }

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "scheme": self.scheme.id,
            "version": self.scheme.version,
            "on": self.on.isoformat(),
            "rows": self.rows,
            "not_yet_founded": self.not_yet_founded,
            "tables": [_table_dict(one) for one in self.tables],
            "missing_tables": list(self.missing_tables),
            "indicators": self.indicators(),
            "contradictions": [
                {"id": one.id, "title": one.title, "count": one.count, "examples": list(one.examples)}
                for one in self.contradictions
            ],
        }


def _table_dict(one: TableQuality) -> dict[str, Any]:
    bad = {name: {"count": count, "seen": list(seen)} for name, (count, seen) in one.unreadable.items()}
    counts = ("rows", "without_key", "without_day", "after_day", "orphans", "duplicates")
    return {
        "name": one.name,
        "title": one.title,
        **{name: getattr(one, name) for name in counts},
        "unreadable": bad,
        "missing_columns": list(one.missing_columns),
        "extra_columns": list(one.extra_columns),
    }


def judge(raw: Mapping[str, pl.LazyFrame], builder: Builder, scheme: Scheme, coverage: Coverage, on: date) -> Quality:
    """Look at every table by itself and at what they say of one another."""
    specs = tables()
    clean = {name: typed(specs[name], frame) for name, frame in raw.items()}
    members = clean["registry"].select("uscc").drop_nulls().unique()
    found = tuple(_table(name, specs[name], raw[name], members, on) for name in specs if name in raw)
    registry = next(one for one in found if one.name == "registry")
    return Quality(
        scheme=scheme,
        on=on,
        rows=registry.rows,
        not_yet_founded=registry.rows - builder.rows,
        tables=found,
        missing_tables=tuple(name for name in specs if name not in raw),
        contradictions=tuple(_contradictions(clean, on)),
        coverage=coverage,
        columns=builder.columns,
    )


def _table(name: str, spec: Table, raw: pl.LazyFrame, members: pl.LazyFrame, on: date) -> TableQuality:
    names = raw.collect_schema().names()
    known = matched(spec, names)
    clean = typed(spec, raw)
    counted = clean.select(
        pl.len().alias("rows"), pl.col(spec.key).is_null().sum().alias("without_key"), *_days(spec, on)
    )
    counts = counted.collect(engine="streaming").row(0, named=True)
    bad = faults(spec, raw).collect(engine="streaming").row(0, named=True)
    return TableQuality(
        name=name,
        title=spec.title,
        orphans=_orphans(name, spec, clean, members),
        duplicates=_duplicates(name, spec, clean, counts["rows"] - counts["without_key"]),
        unreadable={one: (bad[one], tuple(bad[f"{one}:seen"])) for one in known if bad[one]},
        missing_columns=tuple(one for one in spec.columns if one not in known),
        extra_columns=tuple(one for one in names if one not in known.values()),
        **counts,
    )


def _days(spec: Table, on: date) -> list[pl.Expr]:
    """Rows whose fact has no day, and those whose day has not come; in the registry it is the day of foundation."""
    if spec.when is None:
        later = (pl.col("established_on") > on).sum() if "established_on" in spec.columns else pl.lit(0)
        return [pl.lit(0).alias("without_day"), later.alias("after_day")]
    day = pl.col(spec.when)
    return [day.is_null().sum().alias("without_day"), (day > on).sum().alias("after_day")]


def _orphans(name: str, spec: Table, clean: pl.LazyFrame, members: pl.LazyFrame) -> int:
    if name == "registry" or spec.key != "uscc":
        return 0
    lost = clean.select("uscc").drop_nulls().join(members, on="uscc", how="anti")
    return int(lost.select(pl.len()).collect(engine="streaming").item())


def _duplicates(name: str, spec: Table, clean: pl.LazyFrame, keyed: int) -> int:
    """Rows beyond the first: of a code in the registry, of the whole row elsewhere."""
    wanted = [spec.key] if name == "registry" else list(spec.columns)
    own = clean.filter(pl.col(spec.key).is_not_null()).select(wanted).unique()
    return keyed - int(own.select(pl.len()).collect(engine="streaming").item())


def _contradictions(clean: Mapping[str, pl.LazyFrame], on: date) -> list[Contradiction]:
    found = []
    for name, (title, needed, look) in CONTRADICTIONS.items():
        if all(table in clean for table in needed):
            codes = look(clean, on).select("uscc").collect(engine="streaming").to_series()
            if len(codes):
                shown = codes.drop_nulls().unique().sort().head(_SHOWN)
                found.append(Contradiction(name, title, len(codes), tuple(shown.to_list())))
    return found
