"""Learning tried on real inspections: New York's restaurants, 2012 to 2015.

``python -m benchmarks.nyc_food INSPECTIONS.parquet FOLDER`` writes a table of indicator columns for the first day
of every month (``FOLDER/tables``), made of inspections *before* that day only, and the visits
(``FOLDER/visits.parquet``): cycle inspections, something found when the score is 28 or more (grade C).
Then: ``xinheng score learn FOLDER/tables FOLDER/visits.parquet draft.yaml --scheme benchmarks/nyc-food.yaml``.

Borough, cuisine and postcode are left out: who inspects there, and whose kitchen it is, are no fault of a place.
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

INITIAL = "Cycle Inspection / Initial Inspection"
HIGH = 28
FIRST, LAST = date(2013, 2, 1), date(2015, 12, 1)
YEAR, TWO_YEARS = timedelta(days=365), timedelta(days=730)


def read(path: Path) -> pl.DataFrame:
    """Inspections with plain types, in order of days."""
    words = [pl.col(name).cast(pl.String) for name in ("inspection_type", "action", "grade")]
    code = pl.format("NYC-{}", pl.col("site_id")).alias("uscc")
    return pl.read_parquet(path).with_columns(code, pl.col("inspection_date").dt.date(), *words).sort("inspection_date")


def visits(inspections: pl.DataFrame) -> pl.DataFrame:
    """Cycle inspections and what they found."""
    initial = inspections.filter(pl.col("inspection_type") == INITIAL)
    return initial.select(
        "uscc", pl.col("inspection_date").alias("inspected_on"), (pl.col("score") >= HIGH).alias("found")
    )


def table(inspections: pl.DataFrame, on: date) -> pl.DataFrame:
    """What was known of every place before a day."""
    past = inspections.filter(pl.col("inspection_date") < on)
    day, kind = pl.col("inspection_date"), pl.col("inspection_type")
    first, year, two = kind == INITIAL, day >= on - YEAR, day >= on - TWO_YEARS
    other = ~kind.str.contains("Cycle|Pre-permit")
    return past.group_by("uscc", maintain_order=True).agg(
        day.min().alias("first_seen_on"),
        day.filter(first).max().alias("last_inspected_on"),
        pl.col("score").filter(first).last().cast(pl.Int64).clip(0).alias("last_score"),
        pl.col("n_critical").filter(first).last().cast(pl.Int64).alias("last_critical"),
        ((pl.col("score") >= HIGH) & first & two).sum().cast(pl.Int64).alias("high_scores_24m"),
        pl.col("score").filter(first & two).mean().alias("mean_score_24m"),
        (kind.str.contains("Re-inspection") & year).sum().cast(pl.Int64).alias("reinspections_12m"),
        (pl.col("action").str.contains("Closed|re-closed") & two).sum().cast(pl.Int64).alias("closures_24m"),
        ((pl.col("n_violations") > 0) & other & year).sum().cast(pl.Int64).alias("other_violations_12m"),
        pl.col("grade").filter(pl.col("grade").is_in(["A", "B", "C"])).last().str.to_lowercase().alias("last_grade"),
    )


def months() -> Iterator[date]:
    """The first days of all months."""
    on = FIRST
    while on <= LAST:
        yield on
        on = (on + timedelta(days=32)).replace(day=1)


def main(source: str, folder: str) -> None:
    """Write tables and visits."""
    inspections, out = read(Path(source)), Path(folder)
    (out / "tables").mkdir(parents=True, exist_ok=True)
    visits(inspections).write_parquet(out / "visits.parquet")
    for on in months():
        table(inspections, on).write_parquet(out / "tables" / f"{on}.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
