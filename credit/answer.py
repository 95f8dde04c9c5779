"""The answer written out: a verdict with the days of its record, all keys always present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from credit.determined import determination_rows
from credit.stages import NEEDS_HUMAN
from kernel.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from credit.deadlines import Deadlines
    from credit.periods import Times
    from credit.policy import Policy
    from credit.records import Record
    from credit.verdict import Question, Verdict

_DAY: Final = timedelta(days=1)
NO_APPLICATION: Final = frozenset(
    {"OUT_OF_SCOPE", "CORRECT_RECORD_INSTEAD", "NOT_PUBLISHABLE", "AUTO_ENDED", "NOT_REPAIRABLE"}
)
"""Outcomes without a day on which an application would be admissible."""
NO_DISPLAY: Final = frozenset({"OUT_OF_SCOPE", "CORRECT_RECORD_INSTEAD", "NOT_PUBLISHABLE"})
"""Outcomes without a day on which publication ends by itself."""
_REORGANISED: Final = {"REORG_FORMAL": "plan_completed_on", "REORG_TEMP_SHIELD": "court_ruling_on"}
_WAITING: Final = frozenset({"TOO_EARLY", "BARRED_UNTIL"})
_ENDED_BY_ITSELF: Final = "AUTO_ENDED"
_ENDED: Final = frozenset({"AUTO_ENDED", NEEDS_HUMAN})
_DAYS: Final = ("earliest_on", "ends_on")
Row = dict[str, object]
Pair = tuple["date | None", "date | None"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A verdict for one record on one day, with the days of each reading's candidates.

    ``places`` says for each reading which of ``times`` are those of its candidates.
    """

    record: Record
    on: date
    verdict: Verdict
    times: list[Times]
    places: tuple[tuple[int, ...], ...]
    bar_ends: tuple[date | None, ...]

    @property
    def outcome(self) -> str:
        """The outcome code."""
        return self.verdict.outcome

    def earliest(self, place: int) -> date | None:
        """The first day on which an application is admissible under a reading; None: none, or unclear."""
        code = self.verdict.codes[place]
        if code in NO_APPLICATION:
            return None
        if code in _REORGANISED:
            return self.record.day(_REORGANISED[code])
        first = _same([self.times[one].earliest for one in self.places[place]])
        end = self.bar_ends[place] if code == "BARRED_UNTIL" else None
        return first if end is None else max(end + _DAY, first or end)

    def ends(self, place: int) -> date | None:
        """The day on which publication ends by itself under a reading; None: unknown, or not published."""
        if self.record.published is False or self.verdict.codes[place] in NO_DISPLAY:
            return None
        if _ENDED_BY_ITSELF in self.verdict.reads[place].outcome.lifted:
            return None  # a person has decided that it goes on after the longest period
        return _same([self.times[one].ends for one in self.places[place]])

    def days(self, place: int) -> Pair:
        """The first day to apply and the last day of publication under a reading."""
        return self.earliest(place), self.ends(place)

    def two_days(self) -> Pair:
        """Both days as an answer shows them: the leading reading's; where a person decides, if all agree."""
        verdict = self.verdict
        if verdict.outcome != NEEDS_HUMAN:
            return self.days(verdict.lead)
        return self._agreed(self.earliest), self._agreed(self.ends)

    def _agreed(self, day: Callable[[int], date | None]) -> date | None:
        first = day(0)
        return first if all(day(place) == first for place in range(1, len(self.places))) else None


def _same(days: Sequence[date | None]) -> date | None:
    if len(days) == 1:
        return days[0]
    return days[0] if days and all(one == days[0] for one in days) else None


def document(policy: Policy, deadlines: Deadlines, asked: Asked) -> Row:
    """The answer as JSON-like data; parts of it are shared between answers and must not be changed."""
    verdict, on = asked.verdict, asked.on
    earliest, ends = asked.two_days()
    first = verdict.reads[0].reading.regime
    regime = first.id if first is not None and verdict.outcome != "OUT_OF_SCOPE" else None
    boundary_days = policy.boundary_days(on)
    return {
        "record_id": asked.record.text("record_id"),
        "on": on.isoformat(),
        "outcome": verdict.outcome,
        "settled": verdict.settled,
        "regime": regime,
        "class": verdict.record_class,
        "class_why": verdict.class_why,
        "earliest_on": _iso(earliest),
        "ends_on": _iso(ends),
        "boundary_days": boundary_days,
        "boundary": _is_near(on, earliest, boundary_days) or _is_near(on, ends, boundary_days),
        "conditions": verdict.conditions,
        "missing": verdict.missing,
        "questions": _questions(asked),
        "determinations": determination_rows(policy, asked.record, asked.record.place, on),
        "next_steps": _next_steps(verdict, on, earliest, ends),
        "clocks": deadlines.of_record(asked.record, regime, on),
        "rules": verdict.rules,
        "confidence": verdict.confidence,
        "second_opinion": {"agrees": verdict.agrees},
        "catalogue": {"digest": policy.release.digest},
        "trace": verdict.trace,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _is_near(on: date, day: date | None, within: int) -> bool:
    return day is not None and abs((on - day).days) <= within


def _questions(asked: Asked) -> list[Row]:
    """Open questions whose answers would change what is shown, each with what it would become."""
    verdict = asked.verdict
    rows = [row for one in verdict.questions if (row := _question(one, asked)) is not None]
    rows += [
        {"id": None, "question": words, "readings": [], "affects": ["outcome"], **({"rule": rule} if rule else {})}
        for rule, words in verdict.asked
    ]
    return rows


def _question(question: Question, asked: Asked) -> Row | None:
    pairs = [asked.days(place) for place, _ in question.answers]
    affects = list(question.affects)
    if any(one != pairs[0] for one in pairs):
        affects += [name for place, name in enumerate(_DAYS) if any(one[place] != pairs[0][place] for one in pairs)]
    if not affects:
        return None
    parameter = question.parameter
    return {
        "id": parameter.shown_id,
        "parameter": parameter.id,
        "question": parameter.question,
        "readings": [
            {**row, "earliest_on": _iso(earliest), "ends_on": _iso(ends)}
            for (_, row), (earliest, ends) in zip(question.answers, pairs, strict=True)
        ],
        "affects": affects,
        "confidence": parameter.confidence,
    }


def _next_steps(verdict: Verdict, on: date, earliest: date | None, ends: date | None) -> list[Row]:
    code = verdict.outcome
    steps = list(verdict.steps)
    if code in _WAITING and earliest is not None and earliest > on:
        params: Row = {"earliest_on": earliest, "days": (earliest - on).days}
        steps.append({"code": "wait", "text": text("repair_step_wait", params), "on": earliest.isoformat()})
    if ends is not None and ends >= on and code not in _ENDED:
        steps.append({"code": "ends", "text": text("repair_step_ends", {"ends_on": ends}), "on": ends.isoformat()})
    return steps
