"""Ratios, caps, tiers: what was published is there, and the ledger counts as each document says."""

from datetime import date

import pytest

from supervision.caps import Visit, period_of, state
from supervision.planparams import caps, ratio_sets, reasons, tier_tables
from supervision.tiers import TierError, Trigger, decide

ON = date(2026, 11, 24)
TABLE = tier_tables()["TIERS.DEFAULT"]


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("R-HEN-2021", (10_000, 20_000, 100_000, 300_000)),
        ("R-YX-2021", (50_000, 150_000, 300_000, 500_000)),
        ("R-BYN-2022", (20_000, 50_000, 1_000_000, 1_000_000)),
        ("R-CQ-2024-1", (30_000, 40_000, 50_000, 60_000)),
        ("RATIO.DEFAULT", (10_000, 30_000, 150_000, 500_000)),
    ],
)
def test_published_targets(name: str, targets: tuple[int, ...]) -> None:
    assert tuple(ratio_sets()[name].ratios[one].target for one in "ABCD") == targets


def test_limits_stay_apart_from_targets() -> None:
    lindian = ratio_sets()["R-DQ-2024"].ratios
    assert (lindian["A"].least, lindian["A"].most, lindian["A"].target) == (None, 50_000, None)
    assert ratio_sets()["R-NAT"].ratios["all"].least == 30_000


def test_caps_need_not_rise_with_the_class() -> None:
    coal = caps()["F-HENIIT-2025-COAL"]
    assert [coal.limit(one) for one in "ABCD"] == [2, 4, 6, 4]
    assert caps()["F-HY-2025"].limit("B") is None


def test_a_level_counts_its_own_visits_and_leaves_out_what_the_notice_leaves_out() -> None:
    visits = [
        Visit("U", "卫监", "county", date(2026, 3, 1)),
        Visit("U", "卫监", "county", date(2026, 4, 1), "complaint"),
        Visit("U", "市卫监", "city", date(2026, 5, 1)),
        Visit("U", "卫监", "county", date(2025, 12, 31)),
    ]
    level = state(caps()["F-HEALTH-2025-LEVEL"], visits, "A", ("卫监", "county"), ON)
    total = state(caps()["F-HEALTH-2025-TOTAL"], visits, "A", ("卫监", "county"), ON)
    assert (len(level.counted), [one.reason for one in level.not_counted], level.left) == (1, ["complaint"], 1)
    assert (len(total.counted), total.left, total.used_up) == (2, 2, False)


def test_a_cap_that_is_exceeded_leaves_nothing() -> None:
    visits = [Visit("U", "a", "county", date(2026, 1, day)) for day in (1, 2, 3)]
    found = state(caps()["F-JIASHAN-2025"], visits, "A", ("a", "county"), ON)
    assert (found.left, found.used_up) == (0, True)
    assert state(caps()["F-JIASHAN-2025"], visits, "A", ("b", "county"), ON).left == 2


def test_the_year_of_a_cap_is_the_calendar_year() -> None:
    period = period_of(caps()["F-JIASHAN-2025"], ON)
    assert (period.start, period.until) == (date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("risk", "tiers"),
    [("low", "T1 T1 T2 T3"), ("medium", "T1 T2 T3 T4"), ("higher", "T2 T3 T4 T4"), ("high", "T3 T3 T4 T5")],
)
def test_the_default_table(risk: str, tiers: str) -> None:
    assert [decide(TABLE, one, risk, on=ON).tier.code for one in "ABCD"] == tiers.split()


def test_nobody_disturbs_the_first_tier_without_a_trigger() -> None:
    complaint = Trigger("complaint", date(2026, 11, 1), date(2026, 11, 25))
    assert decide(TABLE, "A", "low", on=ON).undisturbed
    lifted = decide(TABLE, "A", "low", on=ON, triggers=[complaint])
    assert (lifted.undisturbed, lifted.lifted_by) == (False, (complaint,))
    assert decide(TABLE, "A", "low", on=date(2026, 11, 25), triggers=[complaint]).undisturbed
    assert not decide(TABLE, "A", "high", on=ON).undisturbed


def test_a_minimum_of_the_sector_comes_before_the_first_tier_and_the_cap() -> None:
    found = decide(TABLE, "A", "low", on=ON, least_visits=2)
    assert (found.undisturbed, found.least_visits, found.most_visits) == (False, 2, 2)


def test_what_the_lists_do_not_have_is_refused() -> None:
    with pytest.raises(TierError):
        decide(TABLE, "E", "low", on=ON)
    with pytest.raises(TierError):
        decide(TABLE, "A", "low", on=ON, triggers=[Trigger("rumour", ON, ON)])
    assert set(reasons("replacement")) == {"7", "9", "10", "11", "12"}
