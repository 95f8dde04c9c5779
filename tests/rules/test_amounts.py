"""Ranges, benchmarks and limitation where the delivered catalogue has no example: small catalogues."""

from datetime import date
from typing import Any

import pytest

from rules.decide import Decider
from rules.load import CATALOGUE, read_yaml
from rules.release import Release
from tests.rules.casefiles import grounds
from tests.rules.smallcatalogue import Part, catalogue, common, fine, violation

ON = date(2026, 11, 24)


def decided(release: Release, jurisdiction: str = "210200", **facts: object) -> Any:  # noqa: ANN401
    document = {"jurisdiction": jurisdiction, "violation": "act", "facts": facts}
    return Decider(release).check(document, ON)


def benchmark(name: str, share: float, **more: object) -> Part:
    row = {"unit": "share", "values": [{"from": "2022-01-01", "value": share}]}
    return common(name, "benchmark", parameters={"lighter_share": row, "heavier_share": row}, **more)


NATIONAL = benchmark("national", 0.3)


def lighter_up_to(release: Release, jurisdiction: str) -> int:
    found: int = decided(release, jurisdiction)["penalty"]["ranges"]["lighter"]["max_yuan"]
    return found


def test_a_fixed_amount_has_no_middle() -> None:
    ranges = decided(catalogue(NATIONAL, violation({"fine": fine(1000, 1000)})))["penalty"]["ranges"]
    assert ranges["general"] is None
    assert ranges["lighter"] == ranges["heavier"] == {"min_yuan": 1000, "max_yuan": 1000}


def test_the_benchmark_of_the_nearer_place_prevails() -> None:
    release = catalogue(
        NATIONAL,
        benchmark("province", 0.2, jurisdiction="210000"),
        benchmark("city", 0.1, jurisdiction="210200"),
        violation({"fine": fine(0, 1000)}),
    )
    places = {"210211": 100, "210200": 100, "210100": 200, "110000": 300, "000000": 300}
    assert {place: lighter_up_to(release, place) for place in places} == places


def test_the_benchmark_of_the_violation_prevails_over_the_field_and_the_place() -> None:
    of_field = benchmark("field", 0.2, fields=["市场监管"])
    of_violation = benchmark("violation", 0.4, violations=["act"])
    of_city = benchmark("city", 0.1, jurisdiction="210200")
    act = violation({"fine": fine(0, 1000)})
    assert lighter_up_to(catalogue(NATIONAL, of_city, of_field, act), "210200") == 200
    assert lighter_up_to(catalogue(NATIONAL, of_city, of_field, of_violation, act), "210200") == 400


def test_without_a_benchmark_there_are_no_tiers() -> None:
    decision = decided(catalogue(violation({"fine": fine(0, 1000)})))
    assert decision["penalty"]["ranges"] is None
    assert "range_rule_unknown" in {warning["code"] for warning in decision["warnings"]}


@pytest.mark.parametrize(
    ("found", "harm", "outcome"),
    [
        ("2026-03-01", "serious", "not_met"),  # the third corresponding day
        ("2026-03-02", "serious", "applies"),  # no longer period in that law, whatever the harm
        ("2026-03-02", "none", "applies"),
        ("2025-03-02", "none", "not_met"),  # two years are those of the general law only
    ],
)
def test_another_law_without_a_longer_period_has_one_period(found: str, harm: str, outcome: str) -> None:
    path = CATALOGUE / "national" / "statute" / "grounds" / "APL-36.yaml"
    general: Any = read_yaml(path, path.name)
    limit = {
        "years": 3,
        "citation": {"instrument": "某法", "article": "1", "role": "limit"},
        "in_force": {"from": "2020-01-01"},
    }
    release = catalogue(general, violation({"fine": fine(0, 1000)}, limitation=[limit]))
    decision = decided(release, conduct_date="2023-03-01", discovery_date=found, harm_level=harm)
    assert grounds(decision)["APL-36"]["outcome"] == outcome


def test_multiples_with_a_cap_and_a_floor() -> None:
    bounded = {"min_x": 1, "max_x": 3, "base": "goods_value_yuan", "cap_yuan": 50000, "floor_yuan": 2000}
    release = catalogue(NATIONAL, violation({"fine": bounded}))
    small = decided(release, goods_value_yuan=100)["penalty"]["ranges"]
    assert (small["lighter"]["min_yuan"], small["heavier"]["max_yuan"]) == (2000, 2000)
    large = decided(release, goods_value_yuan=30000)["penalty"]["ranges"]
    assert (large["lighter"]["min_yuan"], large["heavier"]["max_yuan"]) == (30000, 50000)


def test_nothing_lies_below_the_floor_of_a_multiple_but_mitigation() -> None:
    """Mitigated means below the statutory minimum: the floor must not lift it into the range."""
    bounded = {"min_x": 1, "max_x": 3, "base": "goods_value_yuan", "floor_yuan": 2000}
    release = catalogue(NATIONAL, violation({"fine": bounded}))
    mitigated = decided(release, goods_value_yuan=100)["penalty"]["ranges"]["mitigated"]
    assert (mitigated["min_yuan"], mitigated["max_yuan"], mitigated["max_inclusive"]) == (0, 2000, False)
