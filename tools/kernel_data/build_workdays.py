"""Write kernel/data/workdays/<year>.yaml from the table of days in the shared data.

Usage: build_workdays.py SHARED_DATA_FOLDER [OUT_FOLDER]
A new year is easier to add by hand from the State Council notice: see docs/reference/kernel.md.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

OUT = Path(__file__).resolve().parents[2] / "kernel" / "data"
DAY = timedelta(days=1)

# Number and day of the notice of the General Office of the State Council for each year.
NOTICES = {
    2020: ("国办发明电〔2019〕16号", date(2019, 11, 21)),
    2021: ("国办发明电〔2020〕27号", date(2020, 11, 25)),
    2022: ("国办发明电〔2021〕11号", date(2021, 10, 25)),
    2023: ("国办发明电〔2022〕16号", date(2022, 12, 8)),
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}
AMENDED = {2020: ("国务院办公厅关于延长2020年春节假期的通知", "国办发明电〔2020〕1号", date(2020, 1, 26))}


def stretches(days: list[tuple[date, str]]) -> list[tuple[str, date, date]]:
    """Join following days of the same holiday to half-open stretches."""
    found: list[tuple[str, date, date]] = []
    for day, name in days:
        if found and found[-1][0] == name and found[-1][2] == day:
            found[-1] = (name, found[-1][1], day + DAY)
        else:
            found.append((name, day, day + DAY))
    return found


def notice_year(day: date, name: str) -> int:
    """Return the year whose notice arranges the day: New Year's stretch may begin in December."""
    return day.year + 1 if name == "元旦" and day.month == 12 else day.year  # noqa: PLR2004 - December


def render(year: int, holidays: list[tuple[date, str]], adjusted: list[date]) -> str:
    """Return the text of one year's file."""
    number, issued = NOTICES[year]
    lines = [f"year: {year}", "sources:"]
    lines.append(_source(f"国务院办公厅关于{year}年部分节假日安排的通知", number, issued))
    if year in AMENDED:
        lines.append(_source(*AMENDED[year]))
    lines.append("# from: first day off; until: first day no longer off")
    lines.append("holidays:")
    lines += [f"  - {{name: {name}, from: {start}, until: {until}}}" for name, start, until in stretches(holidays)]
    lines.append("# Saturdays and Sundays worked in exchange")
    lines.append("adjusted_workdays:")
    lines += [f"  - {day}" for day in adjusted]
    return "\n".join(lines) + "\n"


def _source(title: str, number: str, issued: date) -> str:
    return f"  - {{title: {title}, number: {number}, issued_on: {issued}}}"


def main(shared: Path, out: Path = OUT) -> None:
    """Read the table, write one file a year."""
    table = pd.read_parquet(shared / "cn_workdays_2020_2026.parquet")
    rows = [(row.date.date(), row.kind, row.holiday_name) for row in table.itertuples()]
    for year in NOTICES:
        mine = [row for row in rows if notice_year(row[0], row[2]) == year]
        holidays = [(day, name) for day, kind, name in mine if kind == "holiday"]
        adjusted = [day for day, kind, _ in mine if kind == "adjusted_workday"]
        (out / "workdays" / f"{year}.yaml").write_text(render(year, holidays, adjusted), encoding="utf-8")
        print(f"{year}: {len(holidays)} days off, {len(adjusted)} adjusted working days")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
