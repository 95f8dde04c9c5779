"""Figures of a scanned register: what is to be done, counted from the table of findings."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from credit.stages import ELIGIBLE, NEEDS_HUMAN, STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

Counts = dict[str, int]
OFF: Final = ("CORRECT_RECORD_INSTEAD", "NOT_PUBLISHABLE", "AUTO_ENDED")
"""Outcomes by which a record should not be on display."""
_NO_NOTICE: Final = ("OUT_OF_SCOPE", "NOT_PUBLISHABLE")
"""Outcomes of decisions that are not published: nobody owes a notice with them."""
_ORDER: Final = (*STAGES, ELIGIBLE, NEEDS_HUMAN)


def week_of(on: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def month_of(on: date) -> tuple[date, date]:
    """First and last day of the month of a day."""
    return on.replace(day=1), on.replace(day=calendar.monthrange(on.year, on.month)[1])


def summary(frame: pl.DataFrame, on: date) -> dict[str, object]:
    """The figures of a table of findings on a day; every one can be found again by its columns."""
    read = frame.filter(pl.col("outcome").is_not_null())
    spans = {"week": week_of(on), "month": month_of(on)}
    return {
        "on": on.isoformat(),
        "rows": frame.height,
        "problems": frame.height - read.height,
        "outcomes": _counts(read, "outcome", _ORDER),
        "classes": _counts(read, "class", ("minor", "general", "serious")),
        "regimes": _counts(read, "regime"),
        "unsettled": read.filter(~pl.col("settled")).height,
        "eligible": {name: _within(read, "earliest_on", span) for name, span in spans.items()},
        "ending": {name: _within(read, "ends_on", span) for name, span in spans.items()},
        "off_display": _off_display(read),
        "notices": _notices(read),
        "overdue": _counts(read, "overdue"),
        "remarks": _words(frame, "remarks"),
    }


def _counts(frame: pl.DataFrame, name: str, order: Iterable[str] = ()) -> Counts:
    """Rows by the value of a column, in a given order, else by the words; empty cells are not counted."""
    found = dict(frame.filter(pl.col(name).is_not_null()).group_by(name).len().iter_rows())
    known = [one for one in order if one in found]
    return {one: found[one] for one in (*known, *sorted(found.keys() - set(known)))}


def _within(frame: pl.DataFrame, name: str, span: tuple[date, date]) -> dict[str, object]:
    """Rows whose day lies in a span, both ends included, by outcome."""
    found = frame.filter(pl.col(name).is_between(*span))
    return {
        "from": span[0].isoformat(),
        "to": span[1].isoformat(),
        "count": found.height,
        "outcomes": _counts(found, "outcome", _ORDER),
    }


def _off_display(frame: pl.DataFrame) -> dict[str, object]:
    """Records that should not be on display: those that are, and those of which the register does not say."""
    off = frame.filter(pl.col("outcome").is_in(OFF))
    shown = off.filter(pl.col("display") == "yes")
    return {
        "shown": shown.height,
        "unknown": off.filter(pl.col("display") == "unknown").height,
        "outcomes": _counts(shown, "outcome", _ORDER),
    }


def _notices(frame: pl.DataFrame) -> Counts | None:
    """Publishable decisions with and without a notice of repair; None where the register has no such column."""
    owed = frame.filter(~pl.col("outcome").is_in(_NO_NOTICE))
    if frame["notice_served"].null_count() == frame.height:
        return None
    return {
        "served": owed.filter(pl.col("notice_served")).height,
        "lacking": owed.filter(~pl.col("notice_served")).height,
        "unknown": owed["notice_served"].null_count(),
    }


def _words(frame: pl.DataFrame, name: str) -> Counts:
    words = frame.select(pl.col(name).str.split(" ").alias(name)).explode(name)
    return _counts(words, name)
