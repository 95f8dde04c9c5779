"""The table of `make bench` compares the right way round."""

from dataclasses import replace

import pytest

from tools.bench_table import Measured, show_rate, show_time, table, verdict


def _measured(name: str, median: float, *bars: str, items: int = 1, alternative: str = "") -> Measured:
    return Measured("g", name, median, median, median, items, bars, alternative)


GROUP = {"theirs": _measured("theirs", 0.006, items=100), "bare": _measured("bare", 0.001, items=100)}


@pytest.mark.parametrize(
    ("bar", "said"),
    [
        ("<= 2 ms", "<= 2 ms: 2 ms ok"),
        ("<= 1.9 ms", "<= 1.9 ms: 2 ms MISSED"),
        (">= 3 x", ">= 3 x: 3 x ok"),
        (">= 3.1 x", ">= 3.1 x: 3 x MISSED"),
        ("<= 2 x bare", "<= 2 x bare: 2 x ok"),
        ("<= 1.9 x bare", "<= 1.9 x bare: 2 x MISSED"),
        (">= 50000 /s", ">= 50000 /s: 5e+04 /s ok"),
        (">= 50001 /s", ">= 50001 /s: 5e+04 /s MISSED"),
    ],
)
def test_a_bar_is_reached_or_missed(bar: str, said: str) -> None:
    assert verdict(_measured("ours", 0.002, bar, items=100, alternative="theirs"), bar, GROUP) == said


def test_cases_are_compared_one_with_one() -> None:
    block = {"theirs": _measured("theirs", 0.06, items=10)}
    assert verdict(_measured("ours", 0.002, ">= 3 x theirs"), ">= 3 x theirs", block) == ">= 3 x theirs: 3 x ok"


def test_a_ratio_measured_in_turn_takes_precedence() -> None:
    ours = replace(_measured("ours", 0.002), alternative="theirs", in_turn={"theirs": 4.0})
    assert verdict(ours, ">= 4 x", GROUP) == ">= 4 x: 4 x ok"
    assert verdict(ours, "<= 0.2 x", GROUP) == "<= 0.2 x: 0.25 x MISSED"


@pytest.mark.parametrize("bar", ["fast", "<= 2", ">= 3 x nobody"])
def test_a_bar_that_cannot_be_checked_is_an_error(bar: str) -> None:
    with pytest.raises(ValueError, match="ours"):
        verdict(_measured("ours", 0.002, bar), bar, GROUP)


@pytest.mark.parametrize(("seconds", "shown"), [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (0.0000005, "0.5 us")])
def test_times_have_a_fitting_unit(seconds: float, shown: str) -> None:
    assert show_time(seconds) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0.00001, "100,000 /s"), (0.1, "10 /s"), (0.4, "2.5 /s")])
def test_rates_have_decimals_only_where_they_are_low(seconds: float, shown: str) -> None:
    assert show_rate(seconds) == shown


def test_slow_minutes_of_the_machine_are_named() -> None:
    rows = [replace(one, pace=pace) for one, pace in zip(GROUP.values(), (0.001, 0.0015), strict=True)]
    assert [line.strip() for line in table(rows) if "machine" in line] == [
        "the machine was 1.5 x slower than at its best in this run"
    ]


def test_each_group_is_printed_with_its_bars() -> None:
    ours = replace(_measured("ours", 0.002, "<= 3 ms"), in_turn={"theirs": 3.0, "bare": 0.5}, note="as is")
    lines = list(table([ours, *GROUP.values()]))
    assert [line.split()[0] for line in lines] == ["g", "ours", "<=", "3", "takes", "as", "theirs", "bare"]
