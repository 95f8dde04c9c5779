"""A second computation of repair outcomes: the reference's rows written out as plain Python, by hand.

It shares nothing with the catalogue, the evaluator or the reckoning of days; it knows what a register in
the data standard can tell (penalties) and answers outcome, first day to apply and last day of publication.
Three values everywhere: True, False, None for *not known*.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DAY = timedelta(days=1)
ORDER45, GRADES = (False, True), ("larger", "smaller", "huge")
BEYOND_WARNING_AND_FINE = {
    "criticism", "confiscate_gains", "confiscate_property", "suspend_permit", "downgrade_qualification",
    "revoke_permit", "restrict_business", "stop_business", "close_business", "ban_from_trade", "detention", "other",
}  # fmt: skip
HEAVY = {"downgrade_qualification", "revoke_permit", "restrict_business", "stop_business", "ban_from_trade"}
WARNED = frozenset({"warning"})
CLASSES = ("minor", "general", "serious")
SEQUENCE = (
    "warning", "criticism", "fine", "confiscate_gains", "confiscate_property", "suspend_permit",
    "downgrade_qualification", "revoke_permit", "restrict_business", "stop_business", "close_business",
    "ban_from_trade", "detention", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Penalty:
    """A penalty as a register tells it. ``published``: a day, False (not published) or None."""

    authority: str
    decided: date
    published: date | bool | None
    kinds: frozenset[str] | None
    fine: float | None
    procedure: str | None
    party: str | None
    corrected: bool | None
    performed: bool | None
    performed_on: date | None


@dataclass(frozen=True)
class Answer:
    """What one reading, or all together, say."""

    outcome: str
    earliest: date | None = None
    ends: date | None = None


def later(day: date, months: int) -> date:
    """The corresponding day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def judge(one: Penalty, on: date) -> Answer:
    """The answer for a penalty on a day, in the nation's default settings and without figures of the province."""
    if one.party == "individual":
        return Answer("OUT_OF_SCOPE")
    one = replace(one, procedure=one.procedure or ("ordinary" if surely_ordinary(one) else None))
    answers = list(market(one, on) if "市场监督" in one.authority else others(one, on))
    codes = {each.outcome for each in answers}
    if len(codes) == 1:
        return answers[0]
    if codes <= {"CORRECT_RECORD_INSTEAD", "AUTO_ENDED"}:
        return next(each for each in answers if each.outcome == "CORRECT_RECORD_INSTEAD")
    return Answer("NEEDS_HUMAN", same(each.earliest for each in answers), same(each.ends for each in answers))


def same(days: Iterable[date | None]) -> date | None:
    """The day that all name, if they do."""
    found = set(days)
    return found.pop() if len(found) == 1 else None


def surely_ordinary(one: Penalty) -> bool:
    """On the spot only warnings and fines up to 3,000 yuan (200 for a citizen) can be given."""
    if one.kinds is None:
        return False
    limits = [3000] if one.party not in {None, "sole_trader"} else [200, 3000]
    return bool(one.kinds & BEYOND_WARNING_AND_FINE) or (
        one.fine is not None and all(one.fine > each for each in limits)
    )


def off_display(one: Penalty, *, never_published: bool | None) -> str | None:
    """What is said of a record whose publication the rule forbids."""
    if never_published is not True:
        return None
    return "CORRECT_RECORD_INSTEAD" if isinstance(one.published, date) else "NOT_PUBLISHABLE"


def duty(one: Penalty) -> bool | None:
    """Whether corrected and performed."""
    if False in {one.corrected, one.performed}:
        return False
    return True if one.corrected and one.performed else None


def requirements(one: Penalty, mins: Sequence[date | None], on: date, *, harm_asked: bool) -> str:
    """DUTY_OPEN or TOO_EARLY: a register never tells of promise and materials, nor of harm."""
    early = {None if day is None else on < day for day in mins}
    if duty(one) is False:
        return "DUTY_OPEN"
    if early == {True}:
        return "TOO_EARLY"
    if duty(one) is None or harm_asked:
        return "DUTY_OPEN"
    return "PROMISE_MISSING" if early == {False} else "TOO_EARLY"


# --- market regulation -------------------------------------------------------------------------------------------


def market(one: Penalty, on: date) -> Iterator[Answer]:
    """Orders 107 and 45 and the measures of 2021."""
    if on < date(2025, 12, 25):
        yield from market_2021(one, on)
        return
    yield from market_107(one, on)
    if date(2021, 9, 1) <= one.decided < date(2025, 12, 25):
        yield from market_2021(one, on)


def readings_of_lower_fine(one: Penalty) -> tuple[bool | None, ...]:
    """Only a fine alone (or with a warning) raises the question, and Liaoning has no figure."""
    return (False, True) if one.kinds is not None and heaviest(one.kinds) == "fine" else (None,)


def heaviest(kinds: frozenset[str]) -> str:
    """The heaviest kind in the order of the statistics."""
    return max(kinds, key=SEQUENCE.index)


def market_107(one: Penalty, on: date) -> Iterator[Answer]:
    """Every reading of Order 107 beside Order 45."""
    open45: tuple[bool | None, ...] = (None,) if one.kinds == WARNED else ORDER45
    suspended = ("serious", "general") if one.kinds and "suspend_permit" in one.kinds else (None,)
    unlisted = ("serious", "general", "minor") if one.kinds and one.kinds & {"detention", "other"} else (None,)
    for lower in readings_of_lower_fine(one):
        for old in open45:
            for suspend in suspended:
                for other in unlisted:
                    yield under_107(one, on, class_107(one, lower, suspend, other), old)


def class_107(one: Penalty, lower: bool | None, suspend: str | None, other: str | None) -> str | None:  # noqa: FBT001
    """The class; None where the kinds are not known."""
    if one.kinds is None:
        return None
    found = {suspend, other} - {None}
    if one.kinds & (HEAVY | {"close_business"}):
        found.add("serious")
    if one.kinds & {"confiscate_gains", "confiscate_property"} or ("fine" in one.kinds and lower is False):
        found.add("general")
    found.add("minor")
    return max((str(each) for each in found), key=CLASSES.index)


def under_107(one: Penalty, on: date, record_class: str | None, old: bool | None) -> Answer:  # noqa: FBT001
    """One reading of Order 107; ``old``: Order 45 prevails where they differ."""
    forbidden = True if one.procedure == "simple" or one.kinds == WARNED else None
    if (found := off_display(one, never_published=forbidden)) is not None:
        return Answer(found)
    classes = CLASSES if record_class is None else (record_class,)
    firsts = [earliest_of(one, {"minor": None, "general": 3, "serious": 12}[each]) for each in classes]
    lasts = [end_107(one, each, prevails) for each in classes for prevails in (ORDER45 if old is None else (old,))]
    first, last = same(firsts), shown_end(one, same(lasts))
    if all(day is not None and on > day for day in lasts):
        return Answer("AUTO_ENDED", None, last)
    barred = record_class == "minor" or (old is True and bool(one.kinds and one.kinds & HEAVY))
    if barred:
        return Answer("NOT_REPAIRABLE", None, last)
    return Answer(requirements(one, firsts, on, harm_asked=True), first, last)


def earliest_of(one: Penalty, months: int | None) -> date:
    """The first day to apply, from the day of the decision."""
    return one.performed_on or one.decided if months is None else later(one.decided, months) + DAY


def end_107(one: Penalty, record_class: str, prevails: bool) -> date | None:  # noqa: FBT001
    """The last day of publication."""
    if prevails and record_class != "minor":
        return later(one.published, 36) if isinstance(one.published, date) else None
    return later(one.decided, {"minor": 3, "general": 12, "serious": 36}[record_class])


def shown_end(one: Penalty, day: date | None) -> date | None:
    """A record that is not published has no last day of publication."""
    return None if one.published is False else day


def market_2021(one: Penalty, on: date) -> Iterator[Answer]:
    """The measures of 2021 with Order 45: from publication, half a year; three years at most."""
    for lower in readings_of_lower_fine(one):
        yield under_2021(one, on, lower)


def under_2021(one: Penalty, on: date, lower: bool | None) -> Answer:  # noqa: FBT001
    """One reading of the measures of 2021; the field (food, drug, special equipment: a year) is not in a register."""
    forbidden = True if one.procedure == "simple" or one.kinds == WARNED else None
    if (found := off_display(one, never_published=forbidden)) is not None:
        return Answer(found)
    published = one.published if isinstance(one.published, date) else None
    top = None if one.kinds is None else heaviest(one.kinds)
    light = None if top is None else top == "criticism" or (top == "fine" and lower)
    lengths = {True: (3,), False: (36,), None: (3, 36)}[light if light is None else bool(light)]
    if top == "warning":
        lengths = ()
    lasts = [later(published, months) if published else None for months in lengths]
    firsts = [later(published, months) + DAY if published else None for months in (6, 12)]
    last = shown_end(one, same(lasts) if lasts else None)
    if lasts and all(day is not None and on > day for day in lasts):
        return Answer("AUTO_ENDED", None, last)
    if light or (one.kinds and one.kinds & HEAVY):
        return Answer("NOT_REPAIRABLE", None, last)
    if one.published is False:  # the period has not begun
        return Answer("DUTY_OPEN" if duty(one) is False else "TOO_EARLY", None, last)
    return Answer(requirements(one, firsts, on, harm_asked=True), same(firsts), last)


# --- other authorities -------------------------------------------------------------------------------------------


def others(one: Penalty, on: date) -> Iterator[Answer]:
    """Orders 36 and 58 of the reform commission, for days from 2023-05-01 on."""
    if on < date(2026, 4, 1):
        yield commission_58(one, on)
        return
    yield from commission_36(one, on)
    if date(2019, 7, 1) <= one.decided < date(2026, 4, 1):
        yield commission_58(one, on)


def year_long(one: Penalty) -> bool | None:
    """Whether the record is of the five fields; None: the register does not say.

    Fire brigades act in fire alone. Emergency management acts in work safety, in fire, or in neither.
    """
    if "消防" in one.authority:
        return True
    return None if "应急" in one.authority else False


def commission_58(one: Penalty, on: date) -> Answer:
    """Three months, or a year in the five fields; three years at most."""
    light = one.kinds is not None and one.kinds <= {"warning", "criticism"}
    if (found := off_display(one, never_published=True if one.procedure == "simple" or light else None)) is not None:
        return Answer(found)
    last = later(one.decided, 36)
    if on > last:
        return Answer("AUTO_ENDED", None, shown_end(one, last))
    lengths = {True: (12,), False: (3,), None: (3, 12)}[year_long(one)]
    firsts = [later(one.decided, months) + DAY for months in lengths]
    return Answer(requirements(one, firsts, on, harm_asked=False), same(firsts), shown_end(one, last))


def commission_36(one: Penalty, on: date) -> Iterator[Answer]:
    """Order 36: by class, with the open questions about fines, permits, unlisted kinds and the five fields."""
    fined = one.procedure != "simple" and (one.kinds is None or "fine" in one.kinds)
    suspended = one.procedure != "simple" and one.kinds is not None and "suspend_permit" in one.kinds
    unlisted = one.procedure != "simple" and one.kinds is not None and bool(one.kinds & {"detention", "other"})
    field = year_long(one)
    kept = (False, True) if field is not False else (False,)
    for grade in GRADES if fined else (None,):
        for suspend in ("serious", "general") if suspended else (None,):
            for other in ("serious", "general", "minor") if unlisted else (None,):
                for keep in kept:
                    yield under_36(one, on, classes_36(one, grade, suspend, other), field if keep else False)


def classes_36(one: Penalty, grade: str | None, suspend: str | None, other: str | None) -> tuple[str, ...]:
    """Every class that the known facts allow."""
    if one.procedure == "simple":
        return ("minor",)
    if one.kinds is None:
        return CLASSES
    found = {suspend, other} - {None}
    if "fine" in one.kinds:
        found.add({"smaller": "minor", "larger": "general", "huge": "serious"}[grade or "larger"])
    if one.kinds & {"confiscate_gains", "confiscate_property"}:
        found.add("general")
    if one.kinds & {"revoke_permit", "restrict_business", "stop_business", "close_business", "ban_from_trade"}:
        found.add("serious")
    found.add("minor")
    ordinary = max((str(each) for each in found), key=CLASSES.index)
    return (ordinary,) if one.procedure == "ordinary" else tuple(sorted({"minor", ordinary}, key=CLASSES.index))


def under_36(one: Penalty, on: date, classes: tuple[str, ...], field: bool | None) -> Answer:  # noqa: FBT001
    """One reading of Order 36."""
    shown = isinstance(one.published, date)
    if classes == ("minor",) and not shown:
        return Answer("NOT_PUBLISHABLE")
    lasts = [later(one.decided, {"minor": 3, "general": 12, "serious": 36}[each]) for each in classes]
    last = shown_end(one, same(lasts))
    if all(on > day for day in lasts):
        return Answer("NEEDS_HUMAN" if duty(one) is False else "AUTO_ENDED", None, last)
    firsts = [day for each in classes for day in firsts_36(one, each, field)]
    return Answer(requirements(one, firsts, on, harm_asked=False), same(firsts), last)


def firsts_36(one: Penalty, record_class: str, field: bool | None) -> list[date | None]:  # noqa: FBT001
    """The first day to apply under a class."""
    if record_class == "minor":
        return [one.performed_on or one.decided]
    months = {"general": {True: (12,), False: (3,), None: (3, 12)}[field], "serious": (12,)}[record_class]
    return [later(one.decided, each) + DAY for each in months]
