"""The pool of a plan, built over columns, is what the row functions say of each enterprise; each reason is told."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from supervision.caps import Visit, state
from supervision.planparams import caps, exemptions, repeats, sector_rules, tier_tables
from supervision.planpool import MARKS, UNCLASSED, VISITS, Known, Rules, Scope, build, counted
from supervision.tiers import Trigger, decide, required

ON = date(2026, 6, 1)
TABLE = tier_tables()["TIERS.DEFAULT"]
WHO = ("market", "county")


def objects(*rows: Mapping[str, Any]) -> pl.DataFrame:
    usual: dict[str, Any] = {
        "kind": "1",
        "state": "1",
        "region": "210202",
        "field": "食品",
        "credit_class": "A",
        "risk": "low",
    }
    usual |= {"grade": None, "tags": []}
    schema: dict[str, Any] = {"unit": pl.String, **dict.fromkeys(usual, pl.String), "tags": pl.List(pl.String)}
    return pl.DataFrame([usual | dict(one) for one in rows], schema=schema).sort("unit")


def marks(*rows: tuple[str, str, date, date]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=MARKS, orient="row")


def visits(*rows: Visit) -> pl.DataFrame:
    found = [(one.unit, one.body, one.level, one.day, one.reason, one.kind) for one in rows]
    return pl.DataFrame(found, schema=VISITS, orient="row")


def rules(**more: Any) -> Rules:  # noqa: ANN401 - any member
    return Rules(**{"tiers": TABLE, "who": WHO, "by": "class", "leave_out": True, **more})


def test_who_is_gone_is_not_in_the_pool_and_told() -> None:
    found = build(
        objects({"unit": "U1", "state": "4"}, {"unit": "U2", "state": "6"}, {"unit": "U3", "credit_class": "D"}),
        Scope(),
        Known(),
        rules(),
        ON,
    )
    assert found.rows.rows() == [("U3", "D", "ok", "210202")]
    assert found.excluded == {"closed": 1, "moved": 1}


@pytest.mark.parametrize(
    ("scope", "units"),
    [
        (Scope(regions=("2102",)), "U1 U2"),
        (Scope(regions=("210203", "2101")), "U2"),
        (Scope(kinds=("3",)), "U2"),
        (Scope(tags=("网络餐饮", "学校")), "U1"),
        (Scope(fields=("药品",)), "U2"),
        (Scope(classes=("D",)), "U2"),
        (Scope(kinds=("3",), tags=("学校",)), ""),
    ],
)
def test_a_scope_leaves_out_what_it_does_not_name(scope: Scope, units: str) -> None:
    table = objects(
        {"unit": "U1", "tags": ["学校", "食堂"], "credit_class": "C"},
        {"unit": "U2", "kind": "3", "region": "210203", "field": "药品", "credit_class": "D"},
    )
    assert build(table, scope, Known(), rules(), ON).rows["unit"].to_list() == units.split()


def test_a_trigger_lifts_and_says_until_when() -> None:
    since, until = date(2026, 5, 1), date(2026, 6, 2)
    known = Known(triggers=marks(("U1", "complaint", since, until)))
    table = objects({"unit": "U1"}, {"unit": "U2"})
    on = build(table, Scope(), known, rules(), ON)
    assert (on.rows["unit"].to_list(), on.excluded) == (["U1"], {"undisturbed": 1})
    assert on.lifted.rows() == [("U1", "complaint", since, until)]
    after = build(table, Scope(), known, rules(), until)
    assert (after.rows.height, after.excluded, after.lifted.height) == (0, {"undisturbed": 2}, 0)


def test_low_risk_stays_in_as_a_small_sample_where_the_plan_says_so() -> None:
    found = build(objects({"unit": "U1"}), Scope(), Known(), rules(leave_out=False, by="tier"), ON)
    assert found.rows.rows() == [("U1", "T1", "ok", "210202")]


def test_a_minimum_of_the_sector_comes_before_everything() -> None:
    known = Known(
        visits=visits(*(Visit("U1", *WHO, date(2026, 1, day)) for day in (1, 2))),
        exempt=marks(("U1", "whitelist", date(2026, 1, 1), date(2027, 1, 1))),
        drawn=["U1"],
    )
    of = rules(caps=(caps()["F-JIASHAN-2025"],), repeat=repeats()["REPEAT.DEFAULT"])
    free = build(objects({"unit": "U1", "grade": "D"}), Scope(), known, of, ON)
    assert free.excluded == {"whitelist": 1}
    due = rules(caps=of.caps, repeat=of.repeat, sector=sector_rules()["FOOD.2016.MIN"])
    assert build(objects({"unit": "U1", "grade": "D"}), Scope(), known, due, ON).rows["status"].to_list() == ["ok"]
    done = Known(visits=visits(*(Visit("U1", *WHO, date(2026, 1, day)) for day in (1, 2, 3))), drawn=["U1"])
    met = build(objects({"unit": "U1", "grade": "D", "credit_class": "B"}), Scope(), done, due, ON)
    assert met.rows["status"].to_list() == ["cap"] or met.excluded == {"undisturbed": 1}


def test_a_whitelist_gives_way_to_a_trigger() -> None:
    known = Known(
        triggers=marks(("U1", "transfer", date(2026, 1, 1), date(2026, 12, 1))),
        exempt=marks(
            ("U1", "whitelist", date(2026, 1, 1), date(2027, 1, 1)),
            ("U2", "whitelist", date(2026, 1, 1), date(2027, 1, 1)),
        ),
    )
    table = objects({"unit": "U1", "credit_class": "C"}, {"unit": "U2", "credit_class": "C"})
    found = build(table, Scope(), known, rules(exemption=exemptions()["XM.WHITELIST.2025"]), ON)
    assert (found.rows["unit"].to_list(), found.excluded) == (["U1"], {"whitelist": 1})


def test_the_cap_that_bites_is_named() -> None:
    known = Known(visits=visits(*(Visit("U1", *WHO, date(2026, 2, day)) for day in (1, 2))))
    of = rules(caps=(caps()["F-JIASHAN-2025"], caps()["F-HEALTH-2025-TOTAL"]))
    found = build(objects({"unit": "U1", "credit_class": "D"}), Scope(), known, of, ON)
    assert found.rows["status"].to_list() == ["cap"]
    assert found.bites == {"F-JIASHAN-2025": 1, "F-HEALTH-2025-TOTAL": 0}


def test_a_joint_visit_counts_once_where_all_are_counted_together() -> None:
    joint = [
        Visit("U1", "market", "county", ON),
        Visit("U1", "fire", "county", ON, "joint"),
        Visit("U1", "health", "county", ON, "joint"),
    ]
    whole = caps()["F-HY-2025"]
    assert counted(whole, visits(*joint), WHO, ON).rows() == [("U1", 1)]
    assert len(state(whole, joint, "A", WHO, ON).counted) == 1
    assert counted(caps()["F-JIASHAN-2025"], visits(*joint), ("fire", "county"), ON).rows() == [("U1", 1)]


def _naive(row: Mapping[str, Any], known: Known, of: Rules) -> str:
    """The reason or the status of one enterprise, by the row functions."""
    if row["state"] in "3456":
        return "moved" if row["state"] == "6" else "closed"
    own = [Visit(*one) for one in known.visits.select(list(VISITS)).rows() if one[0] == row["unit"]]
    due = 0
    if of.sector is not None and row["grade"] is not None:
        years = {many: sum(ON.year - many < one.day.year and one.day <= ON for one in own) for many in (1, 2)}
        due = required(of.sector, row["grade"], years)
    triggers = [Trigger(*one[1:]) for one in known.triggers.rows() if one[0] == row["unit"]]
    decision = decide(TABLE, row["credit_class"], row["risk"], on=ON, least_visits=due, triggers=triggers)
    in_force = {one.code for one in decision.lifted_by}
    assert of.exemption is not None
    assert of.repeat is not None
    exempt = sorted(mark[1] for mark in known.exempt.rows() if mark[0] == row["unit"] and mark[2] <= ON < mark[3])
    if not due and exempt and not in_force & of.exemption.lifted_by:
        return str(exempt[0])
    if decision.undisturbed:
        return "undisturbed"
    if not due and row["unit"] in known.drawn and row["credit_class"] in of.repeat.classes:
        return "recent"
    states = [state(cap, own, row["credit_class"] or UNCLASSED, of.who, ON) for cap in of.caps]
    return "cap" if not due and any(one.used_up for one in states) else "ok"


@pytest.mark.parametrize("seed", range(12))
def test_columns_say_what_rows_say(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - made-up enterprises
    units = [f"U{number:03d}" for number in range(60)]
    table = objects(
        *(
            {
                "unit": unit,
                "state": rng.choice("1111123456"),
                "credit_class": rng.choice(["A", "A", "B", "C", "D", None]),
                "risk": rng.choice(["low", "medium", "higher", "high", None]),
                "grade": rng.choice([None, "A", "B", "C", "D"]),
            }
            for unit in units
        )
    )

    def some(codes: list[str]) -> pl.DataFrame:
        rows = []
        for unit in rng.sample(units, 15):
            since = ON + timedelta(rng.randint(-90, 30))
            rows.append((unit, rng.choice(codes), since, since + timedelta(rng.randint(1, 120))))
        return marks(*rows)

    known = Known(
        visits=visits(
            *(
                Visit(
                    rng.choice(units),
                    rng.choice(["market", "fire"]),
                    rng.choice(["county", "city"]),
                    ON + timedelta(rng.randint(-600, 20)),
                    rng.choice([None, None, "complaint", "joint", "national_rule"]),
                    rng.choice(["daily", "daily", "special", "case"]),
                )
                for _ in range(120)
            )
        ),
        triggers=some(["complaint", "monitoring", "transfer", "law"]),
        exempt=some(["whitelist", "quiet_period"]),
        drawn=rng.sample(units, 10),
    )
    of = rules(
        caps=(caps()["F-JIASHAN-2025"], caps()["F-HEALTH-2025-LEVEL"], caps()["F-HENIIT-2025-COAL"]),
        sector=sector_rules()[rng.choice(["FOOD.2016.MIN", "FOOD.AH.MIN"])],
        repeat=repeats()["REPEAT.DEFAULT"],
        exemption=exemptions()["JJ.QUIET.2022"],
    )
    found = build(table, Scope(), known, of, ON)
    naive = {row["unit"]: _naive(row, known, of) for row in table.iter_rows(named=True)}
    inside = {unit: why for unit, why in naive.items() if why in {"ok", "cap", "recent"}}
    assert dict(found.rows.select("unit", "status").rows()) == inside
    outside = [why for why in naive.values() if why not in {"ok", "cap", "recent"}]
    assert found.excluded == {why: outside.count(why) for why in set(outside)}
