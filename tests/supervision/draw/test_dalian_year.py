"""The year of a city, at a thousandth of its size: every stage runs, everything verifies, the figures add up."""

from benchmarks.dalian_city import Size
from benchmarks.dalian_year import STAGES, lines, whole_year


def test_a_small_year_runs_through_every_stage() -> None:
    city, found = whole_year(Size(3_000, 24, 16, 8, 120))
    assert [link.result for link in city.links] == [True] * 4
    assert all(len(city.seconds[stage]) == (1 if stage == "figures" else 4) for stage in STAGES)
    by_name = {one.name: one for one in found}
    assert by_name["drawn"].part == len({unit for unit, *_ in city.visits})
    assert by_name["completion"].part == city.numbers["checks"] > 0
    assert by_name["saved"].part > 0
    assert sum(one.joint for one in city.plan.entries) == 16
    text = "\n".join(lines(city, found))
    assert "visits saved" in text
    assert len(text.splitlines()) > 40
