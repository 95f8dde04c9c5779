"""The clocks of a repair: working days from one event of a case to another, by regime and day.

A clock begins on the day after its event and takes in its last day. While materials are being
supplied it stands still; an extension counts only where the applicant was told before the end.
A year without an official arrangement makes the answer provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from credit.rows import Row, citation_of
from kernel.workdays import add_workdays, workdays_between
from rules.schema_repair import RepairRuled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from credit.policy import Policy
    from credit.records import Record
    from rules.schema_repair import RepairClock, RepairSetting

RECEIVED: Final = "application_received"
ACCEPT: Final = "accept"
DECIDE: Final = "decide"
TWO_PEOPLE: Final = "two_people"
"""The fact of the law that says whether who has verified may decide."""
ON_APPLICATION: Final = (ACCEPT, DECIDE, "extend", "site_answer")
"""The clocks an application sets going, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: after the request for materials, up to the day they were supplied.

    ``until`` None: they have not been supplied; the clock stands still.
    """

    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a clock; None while it stands still. ``left``: working days still unused then."""

    on: date | None
    left: int | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as it runs for a kind of record in a place; ``days`` None: the number was not read.

    ``shown``: what every row about it says.
    """

    provision: RepairClock
    days: int | None
    shown: Row


def due(start: date, days: int, pauses: Iterable[Pause] = ()) -> Due:
    """The last day of ``days`` working days after ``start``; pauses are in order and do not overlap."""
    answer = add_workdays(start, days)
    last, provisional = answer.day, answer.provisional
    for pause in pauses:
        begins = max(pause.start, start)
        if begins >= last:  # the clock had run out, or would have
            continue
        if pause.until is None:
            left = workdays_between(begins, last)
            return Due(None, left.days, provisional or left.provisional)
        lost = workdays_between(begins, max(pause.until, begins))
        answer = add_workdays(last, lost.days)
        last, provisional = answer.day, provisional or lost.provisional or answer.provisional
    return Due(last, None, provisional)


class Deadlines:
    """Looks clocks up under a regime on a day."""

    def __init__(self, policy: Policy) -> None:
        """``policy`` holds the clocks and what cities have settled about them."""
        self._policy = policy
        self._regimes_of: dict[str, set[str]] = {}
        for one in policy.by_id.values():
            if isinstance(one, RepairRuled):  # without regimes it holds under all of them
                everywhere = set(policy.instruments)
                self._regimes_of.setdefault(one.shown_id, set()).update(one.regimes or everywhere)
        self._known: dict[tuple[object, ...], tuple[Clock, ...]] = {}

    def clocks(self, regime: str, record_kind: str, place: str | None, on: date) -> tuple[Clock, ...]:
        """Every clock that holds for a kind of record, in the order of the files."""
        key = (regime, record_kind, place, self._policy.epoch(on))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._looked_up(regime, record_kind, place, on)
        return found

    def clock(self, step: str, regime: str, record_kind: str, place: str | None, on: date) -> Clock | None:
        """The clock of one step, or None."""
        return next((one for one in self.clocks(regime, record_kind, place, on) if one.provision.step == step), None)

    def two_people(self, place: str | None, on: date) -> RepairSetting | None:
        """The setting by which who has verified may not decide; None where one person may do both."""
        value, setting = self._policy.set_values(place, on).get(TWO_PEOPLE, (False, None))
        return setting if value is True else None

    def rows_under(self, rows: Iterable[str], regime: str) -> tuple[str, ...]:
        """Those rows of the rules reference that hold under a regime."""
        return tuple(one for one in rows if regime in self._regimes_of.get(one, {regime}))

    def _looked_up(self, regime: str, record_kind: str, place: str | None, on: date) -> tuple[Clock, ...]:
        settled = self._policy.set_values(place, on)
        found: list[Clock] = []
        for one in self._policy.clocks:
            concerned = regime in one.regimes and (not one.record_kinds or record_kind in one.record_kinds)
            if concerned and one.in_force.contains(on):
                days = self._days(one, settled, on)
                found.append(Clock(one, days, _shown(one, days)))
        return tuple(found)

    def _days(self, clock: RepairClock, settled: Mapping[str, tuple[object, object]], on: date) -> int | None:
        if clock.days is not None:
            return self._policy.numbers(clock.id, clock.days, on)
        value = settled.get(clock.setting or "", (None, None))[0]
        return value if isinstance(value, int) else None

    def of_record(self, record: Record, regime: str | None, on: date) -> list[Row]:
        """The clocks that the record's application has set going, and that of publishing it.

        The decision's clock begins with the acceptance, which a record does not tell: it is
        reckoned from the last day for it, and the row says so.
        """
        applied, decided = record.day("applied_on"), record.day("decided_on")
        unpublished = decided is not None and record.published is False
        if regime is None or not (applied or unpublished):
            return []
        clocks = {one.provision.step: one for one in self.clocks(regime, record.kind, record.place, on)}
        rows = [_row(clocks["publish"], decided)] if unpublished and "publish" in clocks else []
        return rows if applied is None else rows + _on_application(clocks, applied)


def _on_application(clocks: Mapping[str, Clock], applied: date) -> list[Row]:
    rows: list[Row] = []
    ends: dict[str, date | None] = {}
    for step in ON_APPLICATION:
        clock = clocks.get(step)
        if clock is None:
            continue
        assumed = None if clock.provision.starts == RECEIVED else clock.provision.extends or ACCEPT
        start = applied if assumed is None else ends.get(assumed)
        found = _plain_due(start, clock.days) if start is not None and clock.days is not None else None
        ends[step] = found.on if found else None
        rows.append(_row(clock, start, found) | ({} if assumed is None else {"assumes": assumed}))
    return rows


@lru_cache(maxsize=1 << 15)
def _plain_due(start: date, days: int) -> Due:
    return due(start, days)


def _row(clock: Clock, start: date | None, found: Due | None = None) -> Row:
    if found is None and start is not None and clock.days is not None:
        found = _plain_due(start, clock.days)
    return {
        **clock.shown,
        "starts_on": start.isoformat() if start else None,
        "due_on": found.on.isoformat() if found and found.on else None,
        "provisional": found.provisional if found else False,
    }


def _shown(provision: RepairClock, days: int | None) -> Row:
    return {
        "step": provision.step,
        "id": provision.shown_id,
        "title": provision.title,
        "days": days,
        "unit": "working_day",
        "as_a_rule": provision.as_a_rule,
        "citation": citation_of(provision),
        "confidence": provision.confidence,
    }
