"""Clocks in working days: pauses, extensions, years without an arrangement; against a plain day-by-day count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.deadlines import Deadlines, Pause, due
from credit.eligibility import Checker
from kernel.workdays import is_workday, official_years
from tests.credit.casefiles import checker_with

DAY = timedelta(days=1)


def counted(start: date, days: int, pauses: list[tuple[date, date]]) -> date:
    """The last day of a clock, counted one day after another."""
    day = start
    while days:
        day += DAY
        if is_workday(day).value and not any(first < day <= last for first, last in pauses):
            days -= 1
    return day


@given(
    start=st.dates(date(2020, 6, 1), date(2026, 6, 1)),
    days=st.integers(0, 30),
    gaps=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 40)), max_size=3),
)
def test_due_days_are_those_of_counting_one_by_one(start: date, days: int, gaps: list[tuple[int, int]]) -> None:
    pauses: list[tuple[date, date]] = []
    day = start
    for wait, length in gaps:
        first = day + wait * DAY
        day = first + length * DAY
        pauses.append((first, day))
    found = due(start, days, [Pause(first, last) for first, last in pauses])
    assert found.on == counted(start, days, pauses)
    assert found.left is None


@given(start=st.dates(date(2021, 1, 1), date(2026, 6, 1)), days=st.integers(1, 20), wait=st.integers(0, 10))
def test_an_open_pause_says_how_many_days_are_left(start: date, days: int, wait: int) -> None:
    begins = start + wait * DAY
    found = due(start, days, [Pause(begins, None)])
    full = counted(start, days, [])
    if begins >= full:
        assert found.on == full
    else:
        assert found.on is None
        assert found.left is not None
        assert counted(begins, found.left, []) == full


class TestCalendar:
    def test_make_up_days_count_at_the_spring_festival(self) -> None:
        # 2026: 14 and 28 February are worked, 15 to 23 are off.
        assert due(date(2026, 2, 12), 3).on == date(2026, 2, 24)
        assert due(date(2026, 2, 26), 2).on == date(2026, 2, 28)

    def test_new_year_make_up_day_counts(self) -> None:
        assert due(date(2025, 12, 31), 1).on == date(2026, 1, 4)

    def test_the_national_day_does_not_count(self) -> None:
        assert due(date(2026, 9, 30), 7).on == date(2026, 10, 15)

    def test_a_year_without_an_arrangement_is_provisional(self) -> None:
        last = max(official_years())
        assert not due(date(last, 11, 2), 3).provisional
        assert due(date(last, 12, 30), 7).provisional
        assert due(date(last + 1, 3, 1), 7).provisional


@pytest.fixture
def deadlines(checker: Checker) -> Deadlines:
    return checker.deadlines


TABLE = [
    # regime, day, record kind, step, days
    ("NDRC58", "2024-06-03", "penalty", "accept", 3),
    ("NDRC58", "2024-06-03", "penalty", "decide", 7),
    ("NDRC58", "2024-06-03", "penalty", "site_answer", 10),
    ("NDRC58", "2024-06-03", "penalty", "stop_publication", 3),
    ("NDRC58", "2024-06-03", "penalty", "withdraw", 3),
    ("NDRC58", "2024-06-03", "penalty", "publish", 7),
    ("NDRC36", "2026-06-03", "penalty", "accept", 3),
    ("NDRC36", "2026-06-03", "penalty", "decide", 7),
    ("NDRC36", "2026-06-03", "abnormal_list", "decide", 7),
    ("NDRC36", "2026-06-03", "penalty", "extend", 10),
    ("NDRC36", "2026-06-03", "penalty", "site_answer", 10),
    ("NDRC36", "2026-06-03", "penalty", "stop_publication", 0),
    ("NDRC36", "2026-06-03", "penalty", "withdraw", 3),
    ("SAMR21", "2024-06-03", "penalty", "accept", 2),
    ("SAMR21", "2024-06-03", "penalty", "decide", 15),
    ("SAMR21", "2024-06-03", "abnormal_list", "decide", 5),
    ("SAMR21", "2024-06-03", "penalty", "stop_publication", 3),
    ("SAMR21", "2024-06-03", "penalty", "publish", 20),
    ("SAMR107", "2026-06-03", "penalty", "accept", 3),
    ("SAMR107", "2026-06-03", "penalty", "decide", 7),
    ("SAMR107", "2026-06-03", "abnormal_list", "decide", None),
    ("SAMR107", "2026-06-03", "penalty", "push", 3),
    ("SAMR107", "2026-06-03", "penalty", "publish", 20),
    ("SAMR107", "2026-06-03", "penalty", "push_penalty", 10),
    ("SAMR107", "2026-06-03", "penalty", "publish_pushed", 10),
]


@pytest.mark.parametrize(("regime", "day", "kind", "step", "days"), TABLE)
def test_the_limits_are_those_of_the_reference(
    deadlines: Deadlines, regime: str, day: str, kind: str, step: str, days: int | None
) -> None:
    clock = deadlines.clock(step, regime, kind, "210000", date.fromisoformat(day))
    assert clock is not None
    assert clock.days == days


def test_no_extension_outside_order_36(deadlines: Deadlines) -> None:
    for regime, day in (("NDRC58", date(2024, 6, 3)), ("SAMR21", date(2024, 6, 3)), ("SAMR107", date(2026, 6, 3))):
        assert deadlines.clock("extend", regime, "penalty", None, day) is None


def test_a_number_not_read_is_what_the_city_has_settled() -> None:
    settled = checker_with((("P-abnormal-days", 3),))
    clock = settled.deadlines.clock("decide", "SAMR107", "abnormal_list", "210213", date(2026, 6, 3))
    assert clock is not None
    assert clock.days == 3
    elsewhere = settled.deadlines.clock("decide", "SAMR107", "abnormal_list", "420000", date(2026, 6, 3))
    assert elsewhere is not None
    assert elsewhere.days is None
