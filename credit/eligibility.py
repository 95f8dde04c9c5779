"""Whether a record can be repaired on a day: the answer of the command line and the interface.

What does not depend on days is worked out once for all records alike (a *plan*: the readings, and a
*verdict* for each way their days can stand); the rest is calendar arithmetic.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from credit.alike import Alike
from credit.amounts import Amounts
from credit.answer import Asked, document
from credit.deadlines import Deadlines
from credit.determined import Law, with_determinations
from credit.facts import KEY, PENALTY, discrete_facts, kinds_of
from credit.periods import Candidate, Days, Times, times
from credit.policy import Policy
from credit.readings import Reader, Reading
from credit.records import CLASS, DETERMINED, Record, parse_record
from credit.regime import Regimes, channel_of
from credit.stages import judge, merged
from credit.trial import Trial
from credit.verdict import Judge, Read, Verdict
from kernel.interval import add_years
from rules.opinion import ReleaseOpinion
from rules.schema_repair import RepairRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from credit.regime import Governing
    from rules.release import Release

FIRST_DAY: Final = "first_admissible_day"
_SHARED: Final = ("reorganisation_ruling", "reorganisation_completed", "restriction_running", "bar_running")
"""Facts of days that do not depend on a candidate's periods."""
_MOST_PLANS: Final = 200_000


@dataclass(frozen=True, slots=True)
class _Spec:
    """Periods to be reckoned: a candidate, and whether a false promise begins them anew."""

    candidate: Candidate
    restarts: bool


class _Bars:
    """How many years a false promise bars under each reading."""

    def __init__(self, years: tuple[int | None, ...]) -> None:
        self._years = years
        self._none = (tuple(None for _ in years), tuple(False for _ in years))

    def at(self, false_promise: date | None, on: date) -> tuple[tuple[date | None, ...], tuple[bool, ...]]:
        """The last day of each bar, and whether it still runs."""
        if false_promise is None:
            return self._none
        ends = tuple(None if one is None else add_years(false_promise, one) for one in self._years)
        return ends, tuple(end is not None and on <= end for end in ends)


@dataclass(slots=True)
class Plan:
    """The readings of all records that are alike but for their days, and the verdicts reached so far.

    ``places`` says for each reading where its candidates stand among ``specs``.
    """

    readings: tuple[Reading, ...]
    specs: tuple[_Spec, ...]
    places: tuple[tuple[int, ...], ...]
    bars: _Bars
    known: frozenset[str]
    day_after: bool
    disagreed: bool
    verdicts: dict[tuple[object, ...], Verdict] = field(default_factory=dict)


class Checker:
    """Answers for records under one catalogue release; keeps what it has worked out."""

    def __init__(self, policy: Policy, second: ReleaseOpinion | None = None) -> None:
        """``second``: the independent engine over the same conditions; None: our evaluator alone."""
        self.policy = policy
        self.deadlines = Deadlines(policy)
        self._second = second
        self._lock = threading.Lock()  # the trial remembers disagreements: one plan or verdict at a time
        self._trial = Trial(policy, second)
        self._reader = Reader(policy, self._trial.states)
        self._judge = Judge(policy)
        self._regimes = Regimes(policy)
        self._amounts = Amounts(policy)
        self._alike = Alike(policy)
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._kinds_of_plan: dict[tuple[object, ...], Plan] = {}
        self._reads: dict[tuple[object, ...], Read] = {}
        self._settled: dict[tuple[str | None, int], tuple[int, Law]] = {}
        self._settings: dict[tuple[object, ...], int] = {}

    @classmethod
    def of(cls, release: Release, *, second: bool = True) -> Self:
        """Build the checker of a release, with its second opinion."""
        policy = Policy(release)
        return cls(policy, ReleaseOpinion(policy.vocabulary, policy.spans()) if second else None)

    def close(self) -> None:
        """Free the second engine."""
        if self._second is not None:
            self._second.close()

    def check(self, raw: object, on: date) -> dict[str, object]:
        """Answer for a record document (to be read only); InputError where it is wrong."""
        return self.answer(parse_record(raw), on)

    def answer(self, record: Record, on: date) -> dict[str, object]:
        """The answer for a record on a day, as ``POST /api/v1/repairs/check`` gives it."""
        return document(self.policy, self.deadlines, self.judged(record, on))

    def judged(self, record: Record, on: date) -> Asked:
        """The verdict on a record with its days, before it is written out: what a register scan counts."""
        plan = self._plan(record, on)
        values = record.values
        false_promise: date | None = values["false_promise_on"]  # type: ignore[assignment]  # its reader gives a day
        if false_promise is not None and false_promise > on:
            false_promise = None
        days = _days(record, false_promise)
        found = [times(one.candidate, days, on, day_after=plan.day_after, restarts=one.restarts) for one in plan.specs]
        bar_ends, bars = plan.bars.at(false_promise, on)
        state = (
            tuple([(one.min_over, one.max_over, one.restricted) for one in found]),
            bars,
            _is_at_most(values["court_ruling_on"], on),
            _is_at_most(values["plan_completed_on"], on),
            _is_at_least(values["restriction_until"], on),
        )
        verdict = plan.verdicts.get(state)
        if verdict is None:
            with self._lock:
                verdict = self._verdict(plan, state, found)
                if verdict.agrees is not False:  # a fault of the engine may pass: it is not kept
                    plan.verdicts[state] = verdict
        return Asked(record, on, verdict, found, plan.places, bar_ends)

    def _plan(self, record: Record, on: date) -> Plan:
        values = record.values
        place, party, domain = record.place, values["party_kind"], values["domain"]
        kinds = kinds_of(record)
        authority = self._regimes.authority(record.text("authority"))
        decided = record.day("decided_on")
        fine: int | None = values["fine_yuan"] or None  # type: ignore[assignment]  # fen; nought is no amount
        grades = self._amounts.grades(fine, place, party, domain, decided or on) if record.kind == PENALTY else ()  # type: ignore[arg-type]  # words
        code = authority.code if authority else None
        governing = self._regimes.governing(channel_of(code, record.text("channel")), decided, on)
        setting, law = self._law(place, on)
        if values[DETERMINED] is not None:
            law = with_determinations(self.policy, record, law, dict(grades))
            setting = self._number(law)
        key = (
            self.policy.epoch(on),
            governing.key,
            code,
            setting,
            kinds,
            grades,
            fine is None,
            decided is None,
            record.published,
            KEY(values),
        )
        plan = self._plans.get(key)
        if plan is None:
            facts = discrete_facts(record, kinds, authority, dict(grades))
            known = _known(record) & self._alike.askable
            names = (one.id if one else None for one in (governing.regime, governing.earlier))
            same = (key[0], governing.key, setting, known, *self._alike.key(facts, *names))
            with self._lock:
                plan = self._kinds_of_plan.get(same) or self._new_plan(facts, law, governing, on, known)
                if len(self._plans) >= _MOST_PLANS:
                    self._plans.clear()
                    self._kinds_of_plan.clear()
                if not plan.disagreed:
                    self._plans[key] = self._kinds_of_plan[same] = plan
        return plan

    def _new_plan(
        self,
        facts: dict[str, object],
        law: Law,
        governing: Governing,
        on: date,
        known: frozenset[str],
    ) -> Plan:
        self._trial.disagreed.clear()
        readings = self._reader.readings(facts, law, governing, on)
        return self._planned(readings, known, str(law.facts.get(FIRST_DAY)))

    def _law(self, place: str | None, on: date) -> tuple[int, Law]:
        """The facts of the law settled for a place, with a number for each different set of them."""
        key = (place, self.policy.epoch(on))
        found = self._settled.get(key)
        if found is None:
            law = Law({name: value for name, (value, _) in self.policy.set_values(place, on).items()})
            found = self._settled[key] = (self._number(law), law)
        return found

    def _number(self, law: Law) -> int:
        return self._settings.setdefault((*sorted(law.facts.items()), law.ruled), len(self._settings))

    def _planned(self, readings: tuple[Reading, ...], known: frozenset[str], first_day: str) -> Plan:
        specs: dict[_Spec, int] = {}
        places = tuple(
            tuple(
                specs.setdefault(_Spec(candidate, _restarts(reading)), len(specs)) for candidate in reading.candidates
            )
            for reading in readings
        )
        bars = _Bars(tuple(self._bar_years(one) for one in readings))
        day_after = first_day != "end_day"
        return Plan(readings, tuple(specs), places, bars, known, day_after, bool(self._trial.disagreed))

    def _bar_years(self, reading: Reading) -> int | None:
        for held in reading.rules:
            rule = held.provision
            if isinstance(rule, RepairRule) and rule.bar_years is not None:
                return self.policy.numbers(rule.id, rule.bar_years, held.span.start)
        return None

    def _verdict(self, plan: Plan, state: tuple[object, ...], found: list[Times]) -> Verdict:
        _, bars, *shared = state
        self._trial.disagreed.clear()
        reads = tuple(
            self._read(reading, [found[one] for one in places], (*shared, bar))
            for reading, places, bar in zip(plan.readings, plan.places, bars, strict=True)  # type: ignore[call-overload]  # as made above
        )
        agrees = not (plan.disagreed or self._trial.disagreed) if self._trial.has_second else None
        return self._judge.verdict(reads, plan.known, agrees=agrees, restricted=any(one.restricted for one in found))

    def _read(self, reading: Reading, found: list[Times], shared: tuple[object, ...]) -> Read:
        """A reading judged; ``shared`` are the facts of :data:`_SHARED`. Kept unless the engines disagreed on it."""
        key = (reading, tuple([(one.min_over, one.max_over) for one in found]), shared)
        read = self._reads.get(key)
        if read is None:
            read = self._judged_read(reading, found, dict(zip(_SHARED, shared, strict=True)))
            if len(self._reads) >= _MOST_PLANS:
                self._reads.clear()
            if not self._trial.disagreed:
                self._reads[key] = read
        return read

    def _judged_read(self, reading: Reading, found: list[Times], shared: Mapping[str, object]) -> Read:
        rows = []
        for candidate, one in zip(reading.candidates, found, strict=True):
            extra = {
                "min_period_over": one.min_over,
                "max_period_over": one.max_over,
                CLASS: candidate.record_class,
            }
            facts = {**reading.facts, **shared} | {name: value for name, value in extra.items() if value is not None}
            rows.append(self._trial.judged(facts, reading.rules))
        judged = merged(rows)
        return Read(reading, tuple(judged), judge(judged, reading.ruled))


def _known(record: Record) -> frozenset[str]:
    """The facts the document gives; a fine of nought is no amount, *not published* is an answer."""
    names = {name for name, value in record.values.items() if value is not None and (name != "fine_yuan" or value)}
    return frozenset(names | ({"published_on"} if record.published is False else set()))


def _days(record: Record, false_promise: date | None) -> Days:
    values = record.values
    return Days(
        values["decided_on"],  # type: ignore[arg-type]  # its reader gives a day, as those below
        values["published_on"],  # type: ignore[arg-type]
        record.published,
        values["performed_on"],  # type: ignore[arg-type]
        values["restriction_until"],  # type: ignore[arg-type]
        false_promise,
    )


def _restarts(reading: Reading) -> bool:
    return any(isinstance(one.provision, RepairRule) and one.provision.restarts for one in reading.informing)


def _is_at_most(day: object, on: date) -> bool:
    return isinstance(day, date) and day <= on


def _is_at_least(day: object, on: date) -> bool:
    return isinstance(day, date) and day >= on
