"""Answers against an independent reckoning of days and outcomes, and what must hold of every answer."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from credit.stages import STAGES
from tests.credit.casefiles import checker_with, laid_over

DAY = timedelta(days=1)
SETTLED = checker_with((("P-order-45", False), ("P-five-domains", False)))
PERIODS = {  # class: minimum and maximum in months
    "NDRC36": {"minor": (None, 3), "general": (3, 12), "serious": (12, 36)},
    "SAMR107": {"minor": (None, 3), "general": (3, 12), "serious": (12, 36)},
}
FLAGS = (
    "decision.annulled",
    "decision.wrong_subject",
    "conduct.corrected",
    "conduct.duties_performed",
    "conduct.harm_removed",
    "conduct.repeat_same_kind",
    "lists.on_abnormal_list",
    "lists.on_serious_list",
    "application.promise_made",
    "application.materials_complete",
)
USUAL = {"corrected", "duties_performed", "harm_removed", "promise_made", "materials_complete"}
BASE: dict[str, Any] = {
    "kind": "penalty",
    "province": "210000",
    "party": {"kind": "enterprise"},
    "decision": {
        "procedure": "ordinary",
        "penalty_kinds": ["confiscate_gains"],
        "domain": "other",
        "published_on": None,
    },
    "conduct": {},
    "lists": {},
    "application": {},
    "reorganisation": {},
}


def months_later(day: date, months: int) -> date:
    """The corresponding day, or the last day of a month that has none: looked for from the 31st down."""
    total = day.month - 1 + months
    year, month = day.year + total // 12, total % 12 + 1
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def expected(record: dict[str, Any], on: date) -> str:
    """The outcome by the order of interfaces.md, for a record of which everything is known."""
    decision, conduct, application = record["decision"], record["conduct"], record["application"]
    regime = "SAMR107" if record["channel"] == "market_regulation" else "NDRC36"
    shortest, longest = PERIODS[regime][record["class"]]
    decided = date.fromisoformat(decision["decided_on"])
    published = decision["published_on"] is not None
    market, minor = regime == "SAMR107", record["class"] == "minor"
    false_promise = application.get("false_promise_on")
    open_duty = not (conduct["corrected"] and conduct["duties_performed"])
    holds = {
        "OUT_OF_SCOPE": record["party"]["kind"] == "individual",
        "CORRECT_RECORD_INSTEAD": published and (decision["annulled"] or decision["wrong_subject"]),
        "NOT_PUBLISHABLE": not published
        and (decision["annulled"] or decision["wrong_subject"] or (minor and not market)),
        "AUTO_ENDED": on > months_later(decided, longest),
        "WRONG_CHANNEL": False,
        "BARRED_UNTIL": false_promise is not None
        and date.fromisoformat(false_promise) <= on <= months_later(date.fromisoformat(false_promise), 36),
        "NOT_REPAIRABLE": market
        and (minor or conduct["repeat_same_kind"] or any(record["lists"][one] for one in record["lists"])),
        "DUTY_OPEN": open_duty or (market and not conduct["harm_removed"]),
        "TOO_EARLY": on < decided if shortest is None else on <= months_later(decided, shortest),
        "PROMISE_MISSING": not application["promise_made"],
        "MATERIALS_INCOMPLETE": not application["materials_complete"],
    }
    found = next((code for code in STAGES if holds.get(code)), "ELIGIBLE")
    if found == "AUTO_ENDED" and not market and open_duty:
        return "NEEDS_HUMAN"  # the sector's rule says what happens
    return found


@st.composite
def known_records(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """A record of which everything is known, and a day around one of the ends of its periods."""
    channel = draw(st.sampled_from(["market_regulation", "credit_china"]))
    first = date(2026, 4, 1)
    decided = draw(st.dates(first, date(2030, 12, 31)))
    changes: dict[str, Any] = {
        "channel": channel,
        "class": draw(st.sampled_from(["minor", "general", "serious"])),
        "party.kind": draw(st.sampled_from(["enterprise", "enterprise", "sole_trader", "individual"])),
        "decision.authority": "大连市市场监督管理局" if channel == "market_regulation" else "大连市文化和旅游局",
        "decision.decided_on": decided.isoformat(),
        "decision.published_on": draw(st.sampled_from([None, (decided + 5 * DAY).isoformat()])),
    }
    usual = {
        "conduct.corrected",
        "conduct.duties_performed",
        "conduct.harm_removed",
        "application.promise_made",
        "application.materials_complete",
    }
    odd = draw(st.sets(st.sampled_from(FLAGS), max_size=2))
    changes |= {name: (name in usual) != (name in odd) for name in FLAGS}
    if draw(st.integers(0, 5)) == 0:
        changes["application.false_promise_on"] = (decided + draw(st.integers(0, 400)) * DAY).isoformat()
    end = months_later(decided, draw(st.sampled_from([0, 3, 12, 36])))
    return laid_over(BASE, changes, []), max(first, end + draw(st.integers(-2, 2)) * DAY)


@given(known_records())
@settings(max_examples=600)
def test_outcomes_are_those_of_the_written_order(case: tuple[dict[str, Any], date]) -> None:
    record, on = case
    answer = SETTLED.check(record, on)
    assert answer["outcome"] == expected(record, on)
    assert answer["second_opinion"] == {"agrees": True}
    assert answer["settled"] == (answer["outcome"] != "NEEDS_HUMAN")
    assert answer["missing"] == []


@given(start=st.dates(date(2026, 4, 1), date(2040, 12, 31)), kind=st.sampled_from(["general", "serious"]))
def test_days_are_those_of_an_independent_calendar(start: date, kind: str) -> None:
    changes = {
        "class": kind, "channel": "credit_china", "decision.authority": "大连市文化和旅游局",
        "decision.decided_on": start.isoformat(), "decision.published_on": start.isoformat(),
        "conduct.corrected": True, "conduct.duties_performed": True,
    }  # fmt: skip
    answer = SETTLED.check(laid_over(BASE, changes, []), start)
    shortest, longest = PERIODS["NDRC36"][kind]
    assert shortest is not None
    assert answer["earliest_on"] == (months_later(start, shortest) + DAY).isoformat()
    assert answer["ends_on"] == months_later(start, longest).isoformat()


VALUES: dict[str, list[Any]] = {
    "channel": ["market_regulation", "credit_china"],
    "class": ["minor", "general", "serious"],
    "party.kind": ["enterprise", "sole_trader", "individual"],
    "decision.authority": [
        "大连市市场监督管理局",
        "大连市应急管理局",
        "大连市消防救援支队",
        "大连市文化和旅游局",
        "辽宁省药品监督管理局",
    ],
    "decision.procedure": ["simple", "ordinary"],
    "decision.penalty_kinds": [
        ["warning"],
        ["fine"],
        ["criticism", "fine"],
        ["confiscate_gains"],
        ["suspend_permit"],
        ["stop_business"],
        ["other"],
    ],
    "decision.fine_yuan": [100, 20000, 150000],
    "decision.domain": ["food", "fire", "work_safety", "other"],
    **{name: [True, False] for name in FLAGS},
}


@st.composite
def partial_records(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """A record of any regime of which some things are not known."""
    decided = draw(st.dates(date(2020, 1, 1), date(2026, 10, 1)))
    changes: dict[str, Any] = {
        "kind": draw(
            st.sampled_from(["penalty", "penalty", "penalty", "serious_list", "abnormal_list", "spot_check", "other"])
        ),
        "province": draw(st.sampled_from(["210000", "420000"])),
        "decision.decided_on": decided.isoformat(),
        "decision.published_on": draw(st.sampled_from([None, (decided + 7 * DAY).isoformat()])),
    }
    for name, values in VALUES.items():
        changes[name] = draw(st.sampled_from([None, *values]))
    return laid_over(BASE, changes, []), decided + draw(st.integers(0, 1300)) * DAY


@given(partial_records())
@settings(max_examples=400)
def test_the_second_engine_agrees_whatever_is_missing(case: tuple[dict[str, Any], date]) -> None:
    record, on = case
    assert checker_with(()).check(record, on)["second_opinion"] == {"agrees": True}


@given(case=partial_records(), name=st.sampled_from(sorted(VALUES)), place=st.integers(0, 6))
@settings(max_examples=600)
def test_a_fact_that_is_not_missing_changes_nothing(case: tuple[dict[str, Any], date], name: str, place: int) -> None:
    record, on = case
    answer = checker_with(()).check(record, on)
    missing: Any = answer["missing"]
    section, _, key = name.rpartition(".")
    given_ = (record[section] if section else record)[key]
    if given_ is None and answer["settled"] and name not in {one["fact"] for one in missing}:
        value = VALUES[name][place % len(VALUES[name])]
        assert checker_with(()).check(laid_over(record, {name: value}, []), on)["outcome"] == answer["outcome"]


@given(partial_records())
@settings(max_examples=300)
def test_what_every_answer_holds(case: tuple[dict[str, Any], date]) -> None:
    record, on = case
    answer: Any = checker_with(()).check(record, on)
    if answer["outcome"] == "ELIGIBLE" and answer["settled"]:
        assert {one["state"] for one in answer["conditions"]} == {"met"}
    if answer["outcome"] == "NEEDS_HUMAN":
        assert answer["questions"]
        assert not answer["settled"]
    elif answer["regime"] is not None:
        assert answer["rules"]
    if answer["outcome"] == "TOO_EARLY" and answer["settled"] and answer["earliest_on"]:
        assert date.fromisoformat(answer["earliest_on"]) > on
    if answer["outcome"] == "AUTO_ENDED" and answer["ends_on"]:
        assert date.fromisoformat(answer["ends_on"]) < on
    for question in answer["questions"]:
        assert len(question["readings"]) != 1
    assert (answer["confidence"] is None) == (not answer["rules"])
