"""The day and the time in China: the only place that reads the clock for a decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "UTC+8")
"""China has one time and no summer time since 1992."""


def now() -> datetime:
    """The present instant, with ``+08:00``."""
    return datetime.now(CHINA)


def today() -> date:
    """Today's civil day in China, whatever the zone of the machine."""
    return now().date()
