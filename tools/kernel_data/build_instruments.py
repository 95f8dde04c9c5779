"""Write kernel/data/instruments.csv: titles, days and article numbers of laws, never their texts.

Usage: build_instruments.py SHARED_DATA_FOLDER [OUT_FOLDER]
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

OUT = Path(__file__).resolve().parents[2] / "kernel" / "data"
LEVELS = {"宪法", "法律", "行政法规", "部门规章", "修正案"}  # decisions and interpretations are not cited by article
NUMERALS = "一二三四五六七八九十"
AMENDING = re.compile(r"关于修改《(.+)》的决定$")
COLUMNS = (
    "title",
    "short_title",
    "number",
    "level",
    "status",
    "version_date",
    "effective_date",
    "first_effective_date",
    "articles",
    "source",
)


def ranges(numbers: Iterable[int]) -> str:
    """Write numbers as ``1-17 19-20``."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(f"{first}-{last}" if last > first else str(first) for first, last in found)


def article_numbers(rows: pd.DataFrame) -> str:
    """Write plain articles as ranges, then the inserted ones: ``1-154 120之一 120之二``."""
    numbered = rows.dropna(subset=["article_no"])
    inserted = numbered["article_suffix"].fillna("") != ""
    plain = ranges(int(number) for number in numbered.loc[~inserted, "article_no"])
    extra = {(int(row.article_no), row.article_suffix) for row in numbered[inserted].itertuples()}
    ordered = sorted(extra, key=lambda pair: (pair[0], NUMERALS.index(pair[1].removeprefix("之"))))
    return " ".join([plain, *(f"{number}{suffix}" for number, suffix in ordered)]).strip()


def amendment_days(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (title, version day) -> day in force, from the decisions that amend a law."""
    decisions = table[table["level"] == "修改决定"]
    days: dict[tuple[str, str], str] = {}
    for row in decisions.itertuples():
        match = AMENDING.search(row.law_title)
        if match and isinstance(row.effective_date, str):
            days[match[1], row.version_date] = row.effective_date
    return days


def register_rows(table: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Yield one row an instrument version, ordered by title and day."""
    amended = amendment_days(table)
    kept = table[table["level"].isin(LEVELS)]
    for (title, version), rows in kept.groupby(["law_title", "version_date"], sort=True):
        given = _text(rows["effective_date"].iloc[0])
        # The day given is often that of the first version: it dates this one only if it is later.
        own = amended.get((title, version)) or (given if given >= version else "")
        yield {
            "title": title,
            "short_title": title.removeprefix("中华人民共和国") or title,
            "number": "",
            "level": rows["level"].iloc[0],
            "status": _text(rows["status"].iloc[0]),
            "version_date": version,
            "effective_date": own,
            "first_effective_date": given,
            "articles": article_numbers(rows),
            "source": rows["source"].iloc[0],
        }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def main(shared: Path, out: Path = OUT) -> None:
    """Read the table of articles, write the register."""
    table = pd.read_parquet(shared / "cn_law_articles.parquet").drop(columns=["text", "chapter"])
    rows = list(register_rows(table))
    with (out / "instruments.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} versions of {len({row['title'] for row in rows})} instruments")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
