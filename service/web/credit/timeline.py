"""The time of a record's publication as a drawing: one lane a reading of the law, with the days that matter.

Everything the drawing shows also stands in words beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from credit.labels import OUTCOMES, REGIMES

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 720
LEFT: Final = 16
RIGHT: Final = 704
TOP: Final = 40
LANE: Final = 72
_AXIS: Final = 26
_LEAST_DAYS: Final = 120
_ROOM: Final = 110
"""Pixels that a day takes beside a bar."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One reading: waiting until ``earliest``, then open to applications until ``ends``; pixels from the left."""

    title: str
    outcome: str
    earliest: date | None
    ends: date | None
    y: int
    start_x: float
    earliest_x: float | None
    ends_x: float | None
    open_end_x: float

    @property
    def waiting(self) -> tuple[float, float]:
        """Where the waiting lies: from the start to the earliest day, or to the end where none can apply."""
        return self.start_x, self.earliest_x if self.earliest_x is not None else self.open_end_x

    @property
    def open(self) -> tuple[float, float] | None:
        """Where one may apply; None: nowhere."""
        return None if self.earliest_x is None else (self.earliest_x, max(self.open_end_x, self.earliest_x))

    @property
    def ends_label(self) -> tuple[float, str]:
        """Where the last day is written: right of the bar, or at the end inside of it."""
        x = self.ends_x or 0.0
        return (x + 6, "start") if x < RIGHT - _ROOM else (x - 6, "end")

    @property
    def earliest_label(self) -> tuple[float, str]:
        """Where the first day is written, below the bar."""
        x = self.earliest_x or 0.0
        return x, "start" if x < _ROOM else "end" if x > RIGHT - _ROOM else "middle"


@dataclass(frozen=True, slots=True)
class Tick:
    """A month of the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole drawing."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    today: date
    today_x: float
    decided: date
    decided_x: float
    published: date | None
    published_x: float | None
    height: int

    @property
    def words(self) -> str:
        """The drawing in one sentence, for those who do not see it."""
        parts = [f"决定日 {self.decided}，今天 {self.today}"]
        parts += [
            f"{one.title}：最早申请日 {one.earliest or '无'}，公示截止日 {one.ends or '无'}，{one.outcome}"
            for one in self.lanes
        ]
        return "；".join(parts)


def timeline(document: Mapping[str, Any], answer: Mapping[str, Any], today: date) -> Timeline | None:
    """The drawing of an answer; None where the day of the decision is not known."""
    decision = document.get("decision") or {}
    decided = _day(decision.get("decided_on"))
    if decided is None:
        return None
    published = _day(decision.get("published_on"))
    rows = _readings(answer)
    days = [day for row in rows for day in (row[2], row[3]) if day is not None]
    last = max([today, decided + timedelta(days=_LEAST_DAYS), *days])
    span = (last - decided).days * 1.04 + 1

    def at(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * max((day - decided).days, 0) / span, 1)

    lanes = tuple(
        Lane(
            title=title,
            outcome=outcome,
            earliest=earliest,
            ends=ends,
            y=TOP + number * LANE,
            start_x=at(decided),
            earliest_x=None if earliest is None else at(earliest),
            ends_x=None if ends is None else at(ends),
            open_end_x=float(RIGHT) if ends is None else at(ends),
        )
        for number, (title, outcome, earliest, ends) in enumerate(rows)
    )
    return Timeline(
        lanes=lanes,
        ticks=tuple(
            Tick(at(day), f"{day.year}年" if day.month == 1 else f"{day.month}月") for day in _months(decided, last)
        ),
        today=today,
        today_x=at(today),
        decided=decided,
        decided_x=at(decided),
        published=published,
        published_x=None if published is None else at(published),
        height=TOP + LANE * len(lanes) + _AXIS,
    )


def _readings(answer: Mapping[str, Any]) -> list[tuple[str, str, date | None, date | None]]:
    """Each reading that gives other days or another outcome, the leading one first."""
    found: dict[tuple[str, date | None, date | None], str] = {}
    for question in answer["questions"]:
        for one in question["readings"]:
            key = (OUTCOMES.get(one["outcome"], one["outcome"]), _day(one["earliest_on"]), _day(one["ends_on"]))
            found.setdefault(key, one["text"])
    if not found:
        words = OUTCOMES.get(answer["outcome"], answer["outcome"])
        title = REGIMES.get(answer["regime"] or "", "")
        return [(title, words, _day(answer["earliest_on"]), _day(answer["ends_on"]))]
    return [(title, outcome, earliest, ends) for (outcome, earliest, ends), title in found.items()]


def _months(first: date, last: date) -> list[date]:
    """First days of months to write on the axis: every third, or every January of a long time."""
    step = 12 if (last - first).days > 800 else 3  # noqa: PLR2004 - what fits in the width
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        if (month - 1) % step == 0 and date(year, month, 1) >= first:
            found.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
    return found


def _day(raw: object) -> date | None:
    return date.fromisoformat(raw) if isinstance(raw, str) else None
