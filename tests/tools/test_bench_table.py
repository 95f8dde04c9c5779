"""The table of `make bench` compares the right way round."""

import pytest

from tools.bench_table import Measured, show_time, table, verdict


def _measured(name: str, median: float, *bars: str, items: int = 1, alternative: str = "") -> Measured:
    return Measured("g", name, median, median, items, bars, alternative)


GROUP = {"theirs": _measured("theirs", 0.006), "bare": _measured("bare", 0.001)}


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


@pytest.mark.parametrize("bar", ["fast", "<= 2", ">= 3 x nobody"])
def test_a_bar_that_cannot_be_checked_is_an_error(bar: str) -> None:
    with pytest.raises(ValueError, match="ours"):
        verdict(_measured("ours", 0.002, bar), bar, GROUP)


@pytest.mark.parametrize(("seconds", "shown"), [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (0.0000005, "0.5 us")])
def test_times_have_a_fitting_unit(seconds: float, shown: str) -> None:
    assert show_time(seconds) == shown


def test_each_group_is_printed_with_its_bars() -> None:
    lines = list(table([_measured("ours", 0.002, "<= 3 ms"), *GROUP.values()]))
    assert [line.split()[0] for line in lines] == ["g", "ours", "<=", "theirs", "bare"]
