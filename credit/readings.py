"""The readings of a record: one for each answer that the law's open questions allow, the default first.

A reading is a regime with one value for every open question; under it the record has a class (or
several, where facts are missing) and periods. Which questions are open is data: a city's settings
and tables close them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from credit.alike import Alike
from credit.amounts import OPEN
from credit.classes import Why, possible_classes
from credit.periods import Bound, Candidate
from credit.records import CLASS
from credit.regime import law_day
from rules.evaluate import TRUE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from credit.determined import Law
    from credit.policy import AnyRule, Held, P, Policy
    from credit.regime import Governing
    from rules.schema_repair import RepairInstrument, RepairParameter, RepairPeriod

    Tried = Callable[[Mapping[str, object], Sequence[Held[P]]], list[int]]

GIVEN_BY_REGULATOR: Final = "regulator"
_MOST_READINGS: Final = 50_000
Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    """One open question answered one way; ``value`` is that of the parameter's fact."""

    parameter: str
    value: object
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A regime with its open questions answered; ``unclear`` are facts that class or periods lack.

    ``derived``: where the regulator set the class, those that the rules could give. ``rules`` have
    conditions; ``informing`` have none and only say something. ``ruled``: what a person has decided of rules
    that refer.
    """

    regime: RepairInstrument | None
    day: date
    choices: tuple[Choice, ...]
    facts: Facts
    candidates: tuple[Candidate, ...]
    rules: tuple[Held[AnyRule], ...]
    informing: tuple[Held[AnyRule], ...]
    unclear: tuple[str, ...]
    derived: tuple[str, ...]
    ruled: Mapping[str, bool]


class Reader:
    """Works the readings of a record out; asks the evaluator by way of ``tried``."""

    def __init__(self, policy: Policy, tried: Tried) -> None:  # type: ignore[type-arg]  # of any provision
        """``tried(facts, held)`` gives the state of each provision's conditions."""
        self._policy = policy
        self._tried = tried
        self._alike = Alike(policy)
        self._known: dict[tuple[object, ...], Reading] = {}

    def readings(self, facts: Facts, law: Law, governing: Governing, on: date) -> tuple[Reading, ...]:
        """Every reading; ``law``: what the place has settled, and what was decided for the record."""
        found: list[Reading] = []
        settled = law.facts
        current = governing.regime
        for regime, choice in self._regimes(governing, settled):
            base = {name: value for name, value in facts.items() if value != OPEN} | dict(settled)
            day = law_day(regime, on)
            name = regime.id if regime else None
            alike = self._alike.key(base, name, current.id if current else None)
            key = (name, *alike, tuple(settled.items()), law.ruled, self._policy.epoch(day), self._policy.epoch(on))
            open_ = [one.provision for one in self._open(facts, base, name, day)]
            for values in product(*(one.readings for one in open_)):
                pairs = tuple(zip(open_, values, strict=True))
                choices = choice + tuple(Choice(one.id, reading.value, reading.text) for one, reading in pairs)
                reading = self._known.get((key, choices))
                if reading is None:
                    assumed = base | {one.fact: reading.value for one, reading in pairs}
                    held = self._rules(regime, current, str(facts["record_kind"]), (day, on))
                    reading = replace(self._reading(regime, day, choices, assumed, held), ruled=dict(law.ruled))
                    self._keep((key, choices), reading)
                found.append(reading)
        return tuple(found)

    def _keep(self, key: tuple[object, ...], reading: Reading) -> None:
        """Readings are few, but for the days on which they are asked for."""
        if len(self._known) >= _MOST_READINGS:
            self._known.clear()
        self._known[key] = reading

    def _regimes(
        self, governing: Governing, settled: Mapping[str, object]
    ) -> list[tuple[RepairInstrument | None, tuple[Choice, ...]]]:
        """The regimes to be tried; two where the transition is open, with the choice each rests on."""
        regime, earlier = governing.regime, governing.earlier
        if regime is None or earlier is None:
            return [(regime, ())]
        parameter = next(one.provision for one in self._policy.parameters if one.provision.fact == regime.transition)
        by_value = {"new": regime, "old": earlier}
        chosen = settled.get(parameter.fact)
        if chosen is not None:
            return [(by_value[str(chosen)], ())]
        return [(by_value[str(one.value)], (Choice(parameter.id, one.value, one.text),)) for one in parameter.readings]

    def _open(self, facts: Facts, base: Facts, regime: str | None, day: date) -> list[Held[RepairParameter]]:
        kind = str(facts["record_kind"])
        held = [
            one
            for one in self._policy.held_parameters(regime, kind, day)
            if one.provision.regimes and one.provision.readings and one.span.lines and one.provision.fact not in base
            if one.provision.answered_by == "setting" or facts.get(one.provision.fact) == OPEN
        ]
        states = self._tried(base, held)
        return [
            one
            for one, state in zip(held, states, strict=True)
            if state == TRUE or (state == UNKNOWN and one.provision.when_unknown)
        ]

    def _rules(
        self,
        regime: RepairInstrument | None,
        current: RepairInstrument | None,
        record_kind: str,
        days: tuple[date, date],
    ) -> tuple[Held[AnyRule], ...]:
        """The rules of a reading: common ones and those about the applicant as of the day asked about."""
        day, on = days
        common = self._policy.held_common(current.id if current else None, record_kind, on)
        return (*common, *(self._policy.held_rules(regime.id, record_kind, day) if regime else ()))

    def _reading(
        self,
        regime: RepairInstrument | None,
        day: date,
        choices: tuple[Choice, ...],
        facts: Facts,
        held: tuple[Held[AnyRule], ...],
    ) -> Reading:
        name = regime.id if regime else None
        candidates, unclear = self._candidates(name, str(facts["record_kind"]), day, facts)
        judged = tuple(one for one in held if one.span.lines)
        informing = tuple(one for one in held if not one.span.lines)
        derived = self._derived(name, str(facts["record_kind"]), day, facts)
        return Reading(regime, day, choices, facts, candidates, judged, informing, unclear, derived, {})

    def _derived(self, regime: str | None, kind: str, day: date, facts: Facts) -> tuple[str, ...]:
        if facts.get(CLASS) is None:
            return ()
        held = self._policy.held_classes(regime, kind, day)
        possible = possible_classes(zip(held, self._tried(facts, held), strict=True))
        return tuple(name for name, _ in possible if name is not None)

    def _candidates(
        self, regime: str | None, kind: str, day: date, facts: Facts
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        given = facts.get(CLASS)
        unclear: list[str] = []
        classes: list[Why]
        if given is not None:
            classes = [(str(given), (GIVEN_BY_REGULATOR,))]
        else:
            held = self._policy.held_classes(regime, kind, day)
            states = self._tried(facts, held)
            classes = possible_classes(zip(held, states, strict=True))
            if len(classes) > 1:
                unclear += _asked(one for one, state in zip(held, states, strict=True) if state == UNKNOWN)
        found: list[Candidate] = []
        for name, why in classes:
            with_class = facts if name is None else facts | {CLASS: name}
            found += self._of_class(name, why, (regime, kind, day), with_class, unclear)
        return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unclear))

    def _of_class(
        self,
        name: str | None,
        why: tuple[str, ...],
        where: tuple[str | None, str, date],
        facts: Facts,
        unclear: list[str],
    ) -> list[Candidate]:
        """The candidate of the periods that surely hold, and of those that may hold as well."""
        regime, kind, day = where
        held = self._policy.held_periods(regime, kind, day)
        states = self._tried(facts, held)
        unclear += _asked(one for one, state in zip(held, states, strict=True) if state == UNKNOWN)
        mins, maxes = (_alternatives(zip(held, states, strict=True), bound) for bound in ("min", "max"))
        return [_candidate(name, why, [*shortest, *longest], day, facts) for shortest in mins for longest in maxes]


def _alternatives(found: Iterable[tuple[Held[RepairPeriod], int]], bound: str) -> list[list[Held[RepairPeriod]]]:
    """The sets of minimum or maximum periods that may hold: the sure ones, and these with all that may hold as well.

    Publication always ends at some time: where no maximum is sure, each that may hold is a set.
    """
    pairs = [(one, state) for one, state in found if one.provision.bound == bound]
    sure = [one for one, state in pairs if state == TRUE]
    perhaps = [one for one, state in pairs if state == UNKNOWN]
    if bound == "max" and perhaps and not sure:
        return [[one] for one in perhaps]
    return [sure, sure + perhaps] if perhaps else [sure]


def _asked(held: Iterable[Held[P]]) -> list[str]:
    return [fact for one in held for fact in one.facts]


def _candidate(
    name: str | None, why: tuple[str, ...], held: list[Held[RepairPeriod]], day: date, facts: Facts
) -> Candidate:
    bounds: dict[str, list[Bound]] = {"min": [], "max": []}
    for one in held:
        period = one.provision
        months = period.parameters[period.months].at(day)
        start = str(facts.get(period.start, period.start))  # a fact of the law names the start
        by_class = CLASS in one.facts
        if months is not None:
            bounds[period.bound].append(Bound(period.id, int(months), start, by_class, period))
    return Candidate(name, why, tuple(bounds["min"]), tuple(bounds["max"]))
