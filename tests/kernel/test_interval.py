"""Half-open intervals and periods of months and years."""

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.interval import Interval, IntervalError, add_months, add_years, months_between
from kernel.yamldoc import read_yaml

CASES = Path(__file__).parent / "cases" / "periods.yaml"
PERIODS: list[dict[str, object]] = read_yaml(CASES.read_text("utf-8"), CASES.name)  # type: ignore[assignment]

D1, D2, D3, D4 = (date(2026, 1, day) for day in (1, 2, 3, 4))
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start = draw(st.dates(date(2026, 1, 1), date(2026, 1, 20)))
    until = draw(st.none() | st.dates(date(2026, 1, 21), date(2026, 2, 9)) | st.dates(start, date(2026, 1, 21)))
    return Interval(start, None if until == start else until)


class TestInterval:
    @pytest.mark.parametrize(("day", "inside"), [(D1, False), (D2, True), (D3, True), (D4, False)])
    def test_first_day_is_inside_and_until_is_outside(self, day: date, inside: bool) -> None:  # noqa: FBT001 - table
        assert Interval(D2, D4).contains(day) is inside

    def test_open_end_has_no_last_day(self) -> None:
        assert Interval(D2).contains(date.max)
        assert not Interval(D2).contains(D1)

    @pytest.mark.parametrize("until", [D1, date(2025, 12, 31)])
    def test_until_must_come_after_start(self, until: date) -> None:
        with pytest.raises(IntervalError) as caught:
            Interval(D1, until)
        assert caught.value.code == "interval_empty"
        assert "2026-01-01" in caught.value.detail

    @pytest.mark.parametrize("bad", ["2026-01-01", None, datetime(2026, 1, 1), 20260101])  # noqa: DTZ001 - refused
    def test_takes_plain_days_only(self, bad: object) -> None:
        with pytest.raises(IntervalError, match="not_a_day"):
            Interval(bad)  # type: ignore[arg-type]

    def test_until_must_be_a_plain_day_too(self) -> None:
        with pytest.raises(IntervalError, match="not_a_day"):
            Interval(D1, datetime(2026, 1, 2))  # noqa: DTZ001 - refused

    def test_json_form(self) -> None:
        assert Interval(D1, D2).as_dict() == {"from": "2026-01-01", "until": "2026-01-02"}
        assert Interval(D1).as_dict() == {"from": "2026-01-01", "until": None}

    def test_neighbours_touch_without_overlap(self) -> None:
        before, after = Interval(D1, D2), Interval(D2)
        assert before.touches(after)
        assert after.touches(before)
        assert not before.overlaps(after)

    def test_a_gap_does_not_touch(self) -> None:
        assert not Interval(D1, D2).touches(Interval(D3))

    def test_open_intervals_do_not_touch_by_their_open_ends(self) -> None:
        assert not Interval(D1).touches(Interval(D2))

    @given(intervals(), intervals())
    def test_overlap_means_a_common_day(self, one: Interval, other: Interval) -> None:
        window = [date.fromordinal(date(2025, 12, 25).toordinal() + n) for n in range(60)]
        common = any(one.contains(day) and other.contains(day) for day in window)
        assert one.overlaps(other) is common
        assert other.overlaps(one) is common


class TestMonths:
    @pytest.mark.parametrize("case", PERIODS, ids=lambda case: str(case["name"]))
    def test_period_ends(self, case: dict[str, object]) -> None:
        start, months, ends = case["start"], case["months"], case["ends"]
        assert isinstance(start, date)
        assert isinstance(months, int)
        assert add_months(start, months) == ends

    def test_years_are_twelve_months(self) -> None:
        assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
        assert add_years(date(2020, 2, 29), -4) == date(2016, 2, 29)

    @pytest.mark.parametrize(("day", "n"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1), (D1, 10**9)])
    def test_beyond_the_calendar_is_a_clear_error(self, day: date, n: int) -> None:
        with pytest.raises(IntervalError, match="day_out_of_range"):
            add_months(day, n)

    def test_the_ends_of_the_calendar_can_be_reached(self) -> None:
        assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
        assert add_months(date(1, 2, 28), -1) == date(1, 1, 28)

    @given(days, st.integers(-600, 600))
    def test_keeps_the_day_or_takes_the_last(self, day: date, n: int) -> None:
        moved = add_months(day, n)
        assert moved.year * 12 + moved.month == day.year * 12 + day.month + n
        assert moved.day == day.day or (moved.day < day.day and (moved + (D2 - D1)).day == 1)

    @given(days, st.integers(0, 600), st.integers(0, 600))
    def test_a_longer_period_never_ends_earlier(self, day: date, n: int, more: int) -> None:
        assert add_months(day, n + more) >= add_months(day, n)


class TestMonthsBetween:
    @pytest.mark.parametrize(
        ("later", "months"),
        [
            (date(2026, 2, 27), 2),
            (date(2026, 2, 28), 3),
            (date(2025, 11, 30), 0),
            (date(2026, 11, 29), 11),
            (date(2026, 11, 30), 12),
        ],
    )
    def test_counts_completed_months(self, later: date, months: int) -> None:
        assert months_between(date(2025, 11, 30), later) == months

    def test_order_matters(self) -> None:
        with pytest.raises(IntervalError, match="days_out_of_order"):
            months_between(D2, D1)

    @given(days, days)
    def test_is_the_longest_period_that_has_ended(self, one: date, other: date) -> None:
        earlier, later = sorted((one, other))
        months = months_between(earlier, later)
        assert add_months(earlier, months) <= later < add_months(earlier, months + 1)
