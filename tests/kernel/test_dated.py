"""Dated values: one value a day, a clear error on days without one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.dated import DatedEntry, DatedValue, DatedValueError
from kernel.interval import Interval

Y21, Y23, Y25 = date(2021, 9, 1), date(2023, 5, 1), date(2025, 4, 1)
DAY = timedelta(days=1)


def minimum() -> DatedValue[int]:
    return DatedValue(
        [
            DatedEntry(Interval(Y25), 1, {"instrument": "示例办法", "article": "5"}),
            DatedEntry(Interval(Y21, Y23), 3, "示例办法 19"),
        ],
        name="publicity_minimum_months",
    )


class TestAt:
    @pytest.mark.parametrize(("day", "value"), [(Y21, 3), (Y23 - DAY, 3), (Y25, 1), (date(2099, 1, 1), 1)])
    def test_value_of_the_day(self, day: date, value: int) -> None:
        assert minimum().at(day) == value

    @pytest.mark.parametrize("day", [Y21 - DAY, Y23, Y25 - DAY])
    def test_a_day_before_the_first_or_in_a_gap_is_an_error(self, day: date) -> None:
        with pytest.raises(DatedValueError) as caught:
            minimum().at(day)
        assert caught.value.code == "no_value_on_day"
        for shown in (day.isoformat(), "2021-09-01", "publicity_minimum_months"):
            assert shown in caught.value.detail

    def test_after_the_last_value_is_an_error(self) -> None:
        with pytest.raises(DatedValueError, match="no_value_on_day"):
            DatedValue([DatedEntry(Interval(Y21, Y23), 3)]).at(Y23)

    def test_the_entry_has_its_source(self) -> None:
        assert minimum().entry_at(Y21).source == "示例办法 19"


class TestConstruction:
    def test_entries_are_put_in_order(self) -> None:
        assert [entry.value for entry in minimum().entries] == [3, 1]

    @pytest.mark.parametrize("second", [Interval(Y23 - DAY), Interval(Y21), Interval(Y21 + DAY, Y21 + 2 * DAY)])
    def test_refuses_two_values_on_one_day(self, second: Interval) -> None:
        with pytest.raises(DatedValueError, match="dated_value_overlap"):
            DatedValue([DatedEntry(Interval(Y21, Y23), 3), DatedEntry(second, 4)])

    def test_an_open_value_must_be_the_last(self) -> None:
        with pytest.raises(DatedValueError, match="dated_value_overlap"):
            DatedValue([DatedEntry(Interval(Y21), 3), DatedEntry(Interval(Y23), 4)])

    def test_refuses_no_values(self) -> None:
        with pytest.raises(DatedValueError, match="dated_value_empty"):
            DatedValue[int]([], name="x")


def test_equality_and_hash_by_content() -> None:
    assert minimum() == minimum()
    assert hash(minimum()) == hash(minimum())
    assert minimum() != DatedValue([DatedEntry(Interval(Y21), 3)])
    assert minimum() != 3
    assert "publicity_minimum_months" in repr(minimum())


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=2, max_size=6, unique=True),
    st.dates(date(1999, 1, 1), date(2031, 1, 1)),
)
def test_agrees_with_a_search_through_all_entries(cuts: list[date], day: date) -> None:
    cuts.sort()
    entries = [DatedEntry(Interval(a, b), n) for n, (a, b) in enumerate(pairwise(cuts)) if n != 1]
    expected = [entry.value for entry in entries if entry.interval.contains(day)]
    values = DatedValue(entries)
    if expected:
        assert [values.at(day)] == expected
    else:
        with pytest.raises(DatedValueError):
            values.at(day)
