"""Minimum and maximum periods of publication: from when, how long, and where a day stands in them.

A period of months ends on the corresponding day of its last month, or on that month's last day;
the first day is not counted, and rest days do not move the end (D-1 to D-3). An application is
admissible on the day after the minimum has ended, unless a city has settled otherwise (D-4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kernel.interval import add_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.schema_repair import RepairPeriod

_DAY: Final = timedelta(days=1)
PUBLICATION: Final = "publication"


@dataclass(frozen=True, slots=True)
class Bound:
    """One period that holds: its id, its months, the day it starts from; provisions cannot be compared.

    ``by_class``: whether it holds because of the record's class.
    """

    id: str
    months: int
    start: str
    by_class: bool
    provision: RepairPeriod = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A class (None: the regime has none) with its periods; ``why`` names what gave the class."""

    record_class: str | None
    why: tuple[str, ...]
    mins: tuple[Bound, ...]
    maxes: tuple[Bound, ...]


class Days(NamedTuple):
    """The days of a record that periods are reckoned from; ``published`` as in the record.

    ``restart``: a false promise; it counts only under a rule that then begins the periods anew.
    """

    decided: date | None
    published_on: date | None
    published: bool | None
    performed: date | None
    restriction_until: date | None
    restart: date | None


class Times(NamedTuple):
    """Where a day stands: over or not (None unknown), the first day to apply, the day it all ends.

    ``restricted``: a longer lawful restriction moved one of the days.
    """

    min_over: bool | None
    max_over: bool | None
    earliest: date | None
    ends: date | None
    restricted: bool


def times(candidate: Candidate, days: Days, on: date, *, day_after: bool, restarts: bool = False) -> Times:
    """Reckon a candidate's periods on the day ``on``; of several periods the longest counts.

    ``restarts``: whether ``days.restart`` begins them anew.
    """
    restart = days.restart if restarts else None
    restricted = False
    if candidate.mins:
        end, begun, restricted = _end(candidate.mins, days, restart)
        earliest = None if end is None else end + _DAY if day_after else end
        min_over = on >= earliest if earliest else None if begun else False
    else:
        earliest = days.performed or days.decided
        min_over = days.decided is None or on >= days.decided
    if not candidate.maxes:
        return Times(min_over, None if candidate.mins else False, earliest, None, restricted)
    ends, begun, longer = _end(candidate.maxes, days, restart)
    max_over = on > ends if ends else None if begun else False
    return Times(min_over, max_over, earliest, ends, restricted or longer)


def _end(bounds: Sequence[Bound], days: Days, restart: date | None) -> tuple[date | None, bool, bool]:
    """The last day of the longest period; whether it may have begun; whether a restriction moved it."""
    latest: date | None = None
    moved = False
    for bound in bounds:
        start = days.published_on if bound.start == PUBLICATION else days.decided
        if start is None:
            return None, bound.start != PUBLICATION or days.published is not False, False
        if restart is not None and restart > start:
            start = restart
        end = _months_on(start, bound.months)
        limit = days.restriction_until
        if limit is not None and bound.provision.restriction is not None and limit > end:
            end, moved = limit, True
        if latest is None or end > latest:
            latest = end
    return latest, True, moved


# A register holds many records of the same days.
_months_on = lru_cache(maxsize=1 << 16)(add_months)
