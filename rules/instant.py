"""A case at the moment of decision: input checked, facts normalised, derivable facts derived.

Nothing here guesses. A fact is derived only where the given facts leave no other possibility;
facts that contradict each other are errors, and every derivation is noted for the trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, InputError
from kernel.interval import add_years
from rules.compiled import FIRST
from rules.history import Counted, History, count, merged, months_since_same_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.compiled import Ground
    from rules.facts import Fact, FactValue
    from rules.schema import FirstViolation

DAYS_IN_LONGEST_YEAR: Final = 366
BEFORE_DECISION: Final = ("conduct_date", "conduct_end_date", "discovery_date", "filing_date")
COMPUTABLE: Final = {"ad_fee_yuan": "ad_fee_computable", "goods_value_yuan": "goods_value_computable"}
DAYS_IN_ORDER: Final = (
    # (earlier, later, code): each pair of days that cannot stand the other way round
    ("conduct_date", "conduct_end_date", "end_before_start"),
    ("conduct_date", "discovery_date", "discovery_before_conduct"),
    ("conduct_date", "filing_date", "filing_before_conduct"),
    ("conduct_date", "decision_date", "decision_before_conduct"),
    ("conduct_end_date", "decision_date", "decision_before_conduct_end"),
    ("discovery_date", "decision_date", "decision_before_discovery"),
    ("filing_date", "decision_date", "decision_before_filing"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: place, violation, items, and the facts that are established."""

    jurisdiction: str
    violation: str | None
    list_items: tuple[str, ...] | None
    facts: Mapping[str, FactValue]
    history: History | None = None  # None: not searched; empty: searched, nothing found


@dataclass(slots=True)
class Instant:
    """The facts of a case with everything that follows from them."""

    facts: dict[str, object]
    conduct_on: date | None
    decision_on: date
    decision_assumed: bool
    notes: list[str] = field(default_factory=list)
    history: list[dict[str, object]] = field(default_factory=list)
    overruled: tuple[str, ...] = ()
    """Facts that were stated otherwise than the law itself says; the law's word counts."""

    @property
    def measure_on(self) -> date:
        """The day whose law governs a coercive measure: when it was taken, or the decision's."""
        started = self.facts.get("measure_started_date")
        return started if isinstance(started, date) else self.decision_on

    def known(self, name: str) -> object | None:
        """The value of a fact, or None when it is not established."""
        return self.facts.get(name)

    def unknown_behind(self, fact: Fact) -> list[str]:
        """The facts, not yet established, that an officer is asked for in place of a derived one.

        The end of the conduct matters only where it went on; once known, its start does not.
        """
        needless: tuple[str, ...] = ()
        if "conduct_end_date" in fact.asks:
            ended, goes_on = self.known("conduct_end_date"), self.known("conduct_continuing") is True
            needless = ("conduct_date",) if ended else () if goes_on else ("conduct_end_date",)
        return [one for one in fact.asks if self.known(one) is None and one not in needless]


def check_days(facts: Mapping[str, FactValue]) -> list[FieldError]:
    """Days that contradict each other, one error a pair."""
    errors: list[FieldError] = []
    for earlier, later, code in DAYS_IN_ORDER:
        first, second = facts.get(earlier), facts.get(later)
        if isinstance(first, date) and isinstance(second, date) and second < first:
            params = {"earlier": first, "later": second}
            errors.append(FieldError(f"/facts/{later}", code, params))
    return errors


def instant_of(
    case: Case,
    on: date,
    grounds: Iterable[Ground] = (),
    *,
    violation: str | None = None,
    evidence_is_the_partys: bool = False,
) -> Instant:
    """Derive what follows from the facts.

    ``on`` is the day taken for the decision where none is given (a known later day of the case
    takes its place); ``grounds`` are the items whose
    lists have their own way of counting 初次违法; ``evidence_is_the_partys`` says that one of
    them reads ``evidence_sufficient`` as the party's own proof. Raises InputError where facts
    contradict each other.
    """
    facts: dict[str, object] = dict(case.facts)
    decided = facts.get("decision_date")
    decision_on = decided if isinstance(decided, date) else max([on, *_days_before_decision(facts)])
    instant = Instant(facts, _conduct_over_on(facts), decision_on, decision_assumed=not isinstance(decided, date))
    _derive_years(instant)
    _derive_limit(instant)
    _derive_computable(instant)
    _derive_first(instant, case, tuple(grounds), violation)
    _derive_established(instant, evidence_is_the_partys=evidence_is_the_partys)
    return instant


def _days_before_decision(facts: Mapping[str, object]) -> list[date]:
    """Known days that no decision can precede: a day taken for one that is not given must not either."""
    days = (facts.get(name) for name in BEFORE_DECISION)
    return [day for day in days if isinstance(day, date)]


def _conduct_over_on(facts: Mapping[str, object]) -> date | None:
    end = facts.get("conduct_end_date")
    if isinstance(end, date):
        return end
    start = facts.get("conduct_date")
    if facts.get("conduct_continuing") is True or not isinstance(start, date):
        return None
    return start


def years_between(start: date, end: date) -> Decimal:
    """Years from one day to another: whole on the corresponding day, more on the day after."""
    whole = end.year - start.year
    if add_years(start, whole) > end:
        whole -= 1
    rest = (end - add_years(start, whole)).days
    return Decimal(whole) + (Decimal(rest) / DAYS_IN_LONGEST_YEAR).quantize(Decimal("0.0001"))


def _derive_years(instant: Instant) -> None:
    """Years up to the discovery; an act found before it was over has not begun to age."""
    found = instant.known("discovery_date")
    starts = {
        "years_since_conduct": instant.known("conduct_date"),
        "years_since_conduct_end": instant.conduct_on,
    }
    for name, start in starts.items():
        if isinstance(start, date) and isinstance(found, date):
            _set_years(instant, name, years_between(start, max(start, found)))


def _set_years(instant: Instant, name: str, years: Decimal) -> None:
    """Set what follows from the days, which are exact; object where the figure given is far from it."""
    given = instant.facts.get(name)
    if given is not None and abs(Decimal(str(given)) - years) >= 1:
        raise InputError.at(f"/facts/{name}", "derived_fact_differs", fact=name, derived=years)
    instant.facts[name] = years
    instant.notes.append(f"{name}={years}")


def _derive_limit(instant: Instant) -> None:
    """Five years need a harmful consequence (行政处罚法 36①): none, no longer limit."""
    facts = instant.facts
    if "extended_limit_applies" not in facts and facts.get("harm_level") == "none":
        facts["extended_limit_applies"] = False
        instant.notes.append("extended_limit_applies=false (harm_level=none)")


def _derive_computable(instant: Instant) -> None:
    """A sum that is established can be computed; that it is plainly too low, the officer says."""
    for amount, computable in COMPUTABLE.items():
        if amount in instant.facts and computable not in instant.facts:
            instant.facts[computable] = True
            instant.notes.append(f"{computable}=true ({amount})")


def _derive_first(instant: Instant, case: Case, grounds: Sequence[Ground], violation: str | None) -> None:
    facts = instant.facts
    if case.history is not None:
        _derive_months(instant, case.history, violation)
    stated, never = facts.get(FIRST), facts.get("never_before")
    if never is True and stated is False:
        raise InputError.at(f"/facts/{FIRST}", "first_violation_contradicts", why="never_before")
    if never is True and "months_since_last_same_type" in facts:
        raise InputError.at("/facts/never_before", "never_before_contradicts")
    if never is True:
        facts.setdefault(FIRST, True)
        instant.notes.append("first_violation=true (never_before)")
    counted = [_first_of(instant, case, ground, violation, stated) for ground in grounds if ground.first]
    instant.history = merged([row for row in counted if row is not None])


def _derive_months(instant: Instant, history: History, violation: str | None) -> None:
    months = months_since_same_type(history, violation, _counted_on(instant))
    given = instant.facts.get("months_since_last_same_type")
    if months is not None and given is None:
        instant.facts["months_since_last_same_type"] = months
        instant.notes.append(f"months_since_last_same_type={months} (history)")


def _counted_on(instant: Instant) -> date:
    """The day from which earlier records are counted back."""
    found = instant.known("discovery_date")
    start = instant.known("conduct_date")
    days = (day for day in (start, instant.conduct_on, found) if isinstance(day, date))
    return next(days, instant.decision_on)


def _first_of(instant: Instant, case: Case, ground: Ground, violation: str | None, stated: object) -> Counted | None:
    """Set 初次违法 as one list counts it; InputError where that contradicts the stated fact."""
    first = ground.first
    if first is None:
        return None
    counted = None
    value = _first_for(instant.facts, first)
    if case.history is not None:
        counted = count(case.history, ground, first, violation, _counted_on(instant))
        value = counted.first_violation
    differs = value is not None and stated is not None and value != stated
    # Months beyond the window prove nothing against an officer who knows of another record.
    if differs and (value is False or counted is not None) and _may_apply(ground, instant):
        raise InputError.at(f"/facts/{FIRST}", "first_violation_contradicts", why=first.window_months or "不限")
    known = stated if value is None or differs else value
    if known is not None:
        instant.facts[ground.first_key] = known
    if stated is None and known is not None:
        _note(instant, f"{ground.first_key}={known}")
    return counted


def _note(instant: Instant, note: str) -> None:
    """Write a derivation down once, however many items share it."""
    if note not in instant.notes:
        instant.notes.append(note)


def _may_apply(ground: Ground, instant: Instant) -> bool:
    """Whether the list was in force on a day of the case; without any day that is not known."""
    if instant.conduct_on is None and instant.decision_assumed:
        return True
    days = (instant.conduct_on, instant.decision_on)
    return any(ground.at(day) is not None for day in days if day is not None)


def _first_for(facts: Mapping[str, object], first: FirstViolation) -> bool | None:
    """初次违法 under one list's window, from the months since the last one of the type."""
    if facts.get("never_before") is True:
        return True
    months = facts.get("months_since_last_same_type")
    if not isinstance(months, int | Decimal) or first.scope == "since_list_in_force":
        return None
    if first.window_months is None or months < first.window_months:
        return False
    return True if first.scope == "same_type_same_party" else None


def _derive_established(instant: Instant, *, evidence_is_the_partys: bool) -> None:
    """``evidence_sufficient`` answers 行政处罚法 40, unless an item uses it for the party's proof.

    A good-faith seller without proof must not look like a case without proof.
    """
    facts = instant.facts
    sufficient = facts.get("evidence_sufficient")
    if "facts_established" in facts or sufficient is None or evidence_is_the_partys:
        return
    facts["facts_established"] = sufficient
    instant.notes.append(f"facts_established={sufficient} (evidence_sufficient)")
