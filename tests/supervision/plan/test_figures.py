"""Figures of a year against a second way of counting, on made-up years; definitions and targets as data."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from kernel.workdays import is_workday
from supervision.tasks import Finding, result_code
from supervision.tasksfigures import PPM, PlanFact, Year, definitions, figures

ON = date(2026, 11, 20)
CODES = ("1", "1", "1", "3", "6", "9", "E", "F")


def year(seed: int) -> Year:
    rng = random.Random(seed)  # noqa: S311 - a made-up year
    units = [f"U{number:02d}" for number in range(40)]
    classes = {unit: rng.choice("AAABBCD") for unit in units}
    plans = [PlanFact("D", f"P{number}", rng.random() < 0.5, rng.random() < 0.5) for number in range(6)]
    findings = []
    for _ in range(rng.randint(0, 80)):
        plan, unit = rng.choice(plans), rng.choice(units)
        day = date(2026, 9, 1) + timedelta(rng.randint(0, 60))
        code = rng.choice(CODES)
        problem = result_code("province-results", code).group == "problem"
        findings += [
            Finding(
                plan.draw_id,
                plan.plan_id,
                unit,
                dept,
                rng.choice(["I1", "I2", "I3"]),
                day,
                "province-results",
                code,
                plan.joint,
                classes[unit],
                day + timedelta(rng.randint(1, 60)) if rng.random() < 0.6 else None,
                day + timedelta(20) if problem else None,
                day + timedelta(rng.randint(1, 40)) if problem and rng.random() < 0.5 else None,
                scanned=int(unit[1:]) % 3 > 0,
            )
            for dept in (["market", "fire"] if plan.joint else ["market"])
        ]
    low = frozenset(unit for unit in units if classes[unit] == "A")
    lifted = {unit: frozenset(rng.sample(["complaint", "law"], rng.randint(0, 2))) for unit in units[:20]}
    return Year(findings, plans, 40, ["I1", "I2", "I9"], low, lifted, (3, 4), "210200", ON)


def _twentieth(day: date) -> date:
    left = 20
    while left:
        day += timedelta(1)
        left -= is_workday(day).value
    return day


def second(of: Year) -> dict[str, tuple[int, int]]:
    """The same figures by grouping tables."""
    columns = [
        "plan_id",
        "unit",
        "dept",
        "item",
        "checked_on",
        "code",
        "joint",
        "credit_class",
        "published_on",
        "due_on",
    ]
    rows = [tuple(getattr(one, name) for name in [*columns, "corrected_on", "scanned"]) for one in of.findings]
    table = pl.DataFrame(rows, schema=[*columns, "corrected_on", "scanned"], orient="row", infer_schema_length=None)
    if not rows:
        return {}
    return _counted(of, table)


def _counted(of: Year, table: pl.DataFrame) -> dict[str, tuple[int, int]]:
    group = pl.col("code").map_elements(lambda code: result_code("province-results", code).group, pl.String)
    table = table.with_columns(
        door=pl.when("joint").then(pl.col("unit")).otherwise(pl.concat_str("unit", "dept", separator="|")), group=group
    )

    def many(frame: pl.DataFrame, *names: str) -> int:
        return frame.select(names).unique().height

    joint = table.filter("joint")
    found = {
        "joint_by_plan": (sum(one.joint for one in of.plans), len(of.plans)),
        "joint_by_visit": (many(joint, "door"), many(table, "door", "joint")),
        "joint_by_check": (many(joint, "unit", "dept"), many(table, "unit", "dept")),
        "joint_by_item": (many(joint, "item"), many(table, "item")),
        "drawn": (many(table, "unit"), of.enterprises),
        "items": (table.filter(pl.col("item").is_in(list(of.items)))["item"].n_unique(), 3),
        "saved": (many(table, "unit", "dept") - many(table, "door", "joint"), many(table, "unit", "dept")),
    }
    tied = [one.plan_id for one in of.plans if one.by_class]
    found["class_plans"] = (len(tied), len(of.plans))
    found["class_checks"] = (
        many(table.filter(pl.col("plan_id").is_in(tied)), "unit", "dept"),
        many(table, "unit", "dept"),
    )
    late = table.with_columns(last=pl.col("checked_on").map_elements(_twentieth, pl.Date))
    told = late.filter(pl.col("published_on").is_not_null() | (pl.col("last") < ON))
    found["on_time"] = (told.filter(pl.col("published_on") <= pl.col("last")).height, told.height)
    asked = table.filter(
        pl.col("due_on").is_not_null() & (pl.col("corrected_on").is_not_null() | (pl.col("due_on") < ON))
    )
    found["follow_up"] = (asked.filter(pl.col("corrected_on").is_not_null()).height, asked.height)
    scope = table.filter(pl.col("group") != "out_of_scope")
    total, bad = many(scope, "unit"), many(scope.filter(pl.col("group") == "problem"), "unit")
    for (name,), part in scope.group_by("credit_class"):
        own = many(part, "unit"), many(part.filter(pl.col("group") == "problem"), "unit")
        found[f"problems_{name}"] = own[1], own[0]
        found[f"lift_{name}"] = own[1] * PPM // own[0], bad * PPM // total
    visited = set(table["unit"].to_list())
    found["undisturbed"] = (len([one for one in of.low_risk if one not in visited]), len(of.low_risk))
    low = of.low_risk & visited
    found["lifted_complaint"] = (len([one for one in low if "complaint" in of.lifted.get(one, ())]), len(low))
    found["lifted_sample"] = (len([one for one in low if not of.lifted.get(one)]), len(low))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_two_ways_of_counting_agree(seed: int) -> None:
    of = year(seed)
    mine = {one.name: (one.part, one.whole) for one in figures(of)}
    other = second(of)
    assert {name: mine[name] for name in other} == other


def test_a_year_without_findings_divides_by_nothing() -> None:
    empty = Year([], [], 0, [], frozenset(), {}, (0, 0), "210200", ON)
    assert all(one.ppm is None for one in figures(empty))


def test_every_figure_has_a_definition_with_its_denominator() -> None:
    names = {one.of for seed in range(5) for one in figures(year(seed))}
    assert names == set(definitions())
    assert all(one.definition == definitions()[one.of].words and "÷" in one.definition for one in figures(year(3)))
    assert {name for name, one in definitions().items() if one.internal} == {"problems", "lift", "lifted"}


@pytest.mark.parametrize(
    ("figure", "place", "on", "ppm"),
    [
        ("drawn", "210202", ON, 30_000),
        ("joint_by_plan", "210600", date(2025, 12, 31), 400_000),
        ("joint_by_plan", "210600", date(2026, 1, 1), None),
        ("joint_by_plan", "210200", date(2025, 12, 31), None),
        ("joint_by_check", "330421", date(2027, 1, 1), 800_000),
    ],
)
def test_targets_hold_in_their_place_and_time(figure: str, place: str, on: date, ppm: int | None) -> None:
    found = definitions()[figure].target(place, on)
    assert (found["ppm"] if found else None) == ppm
