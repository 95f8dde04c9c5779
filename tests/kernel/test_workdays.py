"""Working days, against the public table and against counting day by day."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import CatalogueError
from kernel.workdays import (
    CountAnswer,
    DayAnswer,
    WorkdayError,
    add_workdays,
    holiday_name,
    is_workday,
    official_years,
    parse_arrangement,
    read_arrangement,
    workdays_between,
)
from kernel.yamldoc import read_yaml

CASES = Path(__file__).parent / "cases" / "workdays.yaml"
PERIODS: list[dict[str, object]] = read_yaml(CASES.read_text("utf-8"), CASES.name)  # type: ignore[assignment]
DAY = timedelta(days=1)
days = st.dates(date(2018, 6, 1), date(2028, 6, 30))


def step_by_step(start: date, n: int) -> DayAnswer:
    """Count day by day, asking the files afresh: slow and plain."""
    files = {year: read_arrangement(f"{year}.yaml") for year in range(2020, 2027)}
    off = {day for item in files.values() for day in item.days_off}
    on = {day for item in files.values() for day in item.adjusted}
    day, guessed = start, n == 0 and start.year not in files
    while n:
        day += DAY
        guessed = guessed or day.year not in files
        n -= day in on or (day.weekday() < 5 and day not in off)
    return DayAnswer(day, guessed)


class TestAdd:
    @pytest.mark.parametrize("case", PERIODS, ids=lambda case: str(case["name"]))
    def test_cases(self, case: dict[str, object]) -> None:
        start, n = case["start"], case["days"]
        assert isinstance(start, date)
        assert isinstance(n, int)
        assert add_workdays(start, n) == (case["ends"], case["provisional"])

    @given(days, st.integers(0, 60))
    def test_agrees_with_counting_day_by_day(self, start: date, n: int) -> None:
        assert add_workdays(start, n) == step_by_step(start, n)

    @given(days, st.integers(0, 600), st.integers(0, 600))
    def test_two_periods_in_a_row_are_one_long_period(self, start: date, first: int, second: int) -> None:
        middle = add_workdays(start, first).day
        assert add_workdays(middle, second).day == add_workdays(start, first + second).day

    def test_negative_numbers_are_refused(self) -> None:
        with pytest.raises(WorkdayError, match="workdays_negative"):
            add_workdays(date(2026, 1, 1), -1)

    @pytest.mark.parametrize(("start", "n"), [(date.max, 1), (date(2026, 1, 1), 10**12), (date(9999, 12, 30), 2)])
    def test_beyond_the_calendar_is_a_clear_error(self, start: date, n: int) -> None:
        with pytest.raises(WorkdayError, match="workdays_out_of_range"):
            add_workdays(start, n)

    def test_the_ends_of_the_calendar_can_be_reached(self) -> None:
        assert add_workdays(date(9999, 12, 30), 1).day == date.max
        assert add_workdays(date.min, 1).day == date(1, 1, 2)
        assert is_workday(date.min).value

    def test_is_fast(self) -> None:
        """Measured at 700,000 a second; a tenth of that would still do for a register of a city."""
        is_workday(date(2026, 1, 1))
        start = time.process_time()
        for n in range(20_000):
            add_workdays(date(2024, 3, 1), n % 300)
        assert time.process_time() - start < 0.4


class TestBetween:
    @pytest.mark.parametrize(
        ("a", "b", "answer"),
        [
            (date(2026, 9, 30), date(2026, 10, 8), CountAnswer(1, provisional=False)),
            (date(2026, 9, 30), date(2026, 10, 7), CountAnswer(0, provisional=False)),
            (date(2026, 9, 29), date(2026, 9, 30), CountAnswer(1, provisional=False)),
            (date(2026, 12, 31), date(2027, 1, 4), CountAnswer(2, provisional=True)),
            (date(2030, 1, 1), date(2030, 1, 1), CountAnswer(0, provisional=False)),
        ],
    )
    def test_counts_after_the_first_day_up_to_the_last(self, a: date, b: date, answer: CountAnswer) -> None:
        assert workdays_between(a, b) == answer

    def test_order_matters(self) -> None:
        with pytest.raises(WorkdayError, match="days_out_of_order"):
            workdays_between(date(2026, 1, 2), date(2026, 1, 1))

    @given(days, st.integers(1, 500))
    def test_is_the_inverse_of_adding(self, start: date, n: int) -> None:
        end = add_workdays(start, n)
        assert workdays_between(start, end.day) == (n, end.provisional)
        assert is_workday(end.day).value

    @given(st.dates(), st.dates())
    def test_works_on_any_two_days(self, one: date, other: date) -> None:
        a, b = sorted((one, other))
        count = workdays_between(a, b).days
        assert 0 <= count <= (b - a).days


@pytest.mark.shared
def test_agrees_with_the_public_table_on_every_day(shared_dir: Path) -> None:
    import pandas as pd  # noqa: PLC0415 - only this test needs it

    table = pd.read_parquet(shared_dir / "data" / "cn_workdays_2020_2026.parquet")
    rows = [(row.date.date(), row.is_workday, row.kind, row.holiday_name) for row in table.itertuples()]
    assert len(rows) == 2557
    for day, worked, kind, name in rows:
        assert is_workday(day) == (worked, False)
        assert holiday_name(day) == (name if kind == "holiday" else None)
        assert workdays_between(day - DAY, day).days == worked


def test_working_days_a_year() -> None:
    counts = [workdays_between(date(year - 1, 12, 31), date(year, 12, 31)).days for year in official_years()]
    assert dict(zip(official_years(), counts, strict=True)) == {
        2020: 249,
        2021: 250,
        2022: 249,
        2023: 249,
        2024: 251,
        2025: 248,
        2026: 248,
    }


def test_years_without_a_file_count_monday_to_friday_and_say_so() -> None:
    assert is_workday(date(2027, 10, 1)) == (True, True)
    assert is_workday(date(2027, 10, 2)) == (False, True)
    assert is_workday(date(2019, 10, 1)) == (True, True)


GOOD = """year: 2027
sources: []
holidays:
  - {name: 元旦, from: 2026-12-31, until: 2027-01-03}
  - {name: 岁末, from: 2027-12-31, until: 2028-01-01}
adjusted_workdays: [2027-02-06]
"""


class TestFiles:
    def test_a_new_year_is_one_file(self) -> None:
        year = parse_arrangement(GOOD, "2027.yaml")
        assert list(year.days_off) == [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 12, 31)]
        assert year.adjusted == {date(2027, 2, 6)}

    @pytest.mark.parametrize(
        ("old", "new", "code", "key"),
        [
            ("sources: []\n", "", "workday_file_keys", ""),
            ("sources", "origin", "workday_file_keys", ""),
            ("year: 2027", "year: 2026", "workday_file_year", "year"),
            ("year: 2027", "year: '2027'", "workday_file_year", "year"),
            ("name: 元旦", "title: 元旦", "workday_file_keys", "holidays.0"),
            ("until: 2027-01-03", "until: 2026-12-31", "interval_empty", "holidays.0"),
            ("until: 2027-01-03", "until: soon", "interval_empty", "holidays.0"),
            ("from: 2026-12-31", "from: 2026-11-30", "workday_wrong_year", "holidays.0"),
            ("until: 2028-01-01", "until: 2028-01-02", "workday_wrong_year", "holidays.1"),
            ("2027-02-06", "2027-02-05", "workday_not_weekend", "adjusted_workdays.0"),
            ("2027-02-06", "2028-02-05", "workday_wrong_year", "adjusted_workdays.0"),
            ("2027-02-06", "soon", "workday_wrong_year", "adjusted_workdays.0"),
            ("2027-02-06", "2027-01-02", "workday_both", "adjusted_workdays"),
        ],
    )
    def test_mistakes_name_file_and_key(self, old: str, new: str, code: str, key: str) -> None:
        with pytest.raises(CatalogueError) as caught:
            parse_arrangement(GOOD.replace(old, new), "2027.yaml")
        assert (caught.value.code, caught.value.file, caught.value.key) == (code, "2027.yaml", key)
        assert caught.value.detail.startswith("2027.yaml：")

    def test_a_holiday_may_begin_in_the_december_before(self) -> None:
        text = GOOD.replace("from: 2026-12-31", "from: 2026-12-01")
        assert min(parse_arrangement(text, "2027.yaml").days_off) == date(2026, 12, 1)

    @pytest.mark.parametrize("text", ["[]", "year: 2027", "holidays: 3"])
    def test_a_file_must_have_all_keys(self, text: str) -> None:
        with pytest.raises(CatalogueError, match="workday_file_keys"):
            parse_arrangement(text, "2027.yaml")

    def test_lists_must_be_lists(self) -> None:
        for text in (
            GOOD.replace("[2027-02-06]", "3"),
            GOOD.split("holidays", maxsplit=1)[0] + "holidays: 3\nadjusted_workdays: []",
        ):
            with pytest.raises(CatalogueError):
                parse_arrangement(text, "2027.yaml")
