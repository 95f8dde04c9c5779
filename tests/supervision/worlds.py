"""Random small worlds of raw records, dense with coincidences: shared addresses, circles of owners, days on a limit."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from supervision.indicatorspec import codes, tables
from supervision.values import threshold
from tests.supervision.frames import ON

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
Tables = dict[str, list[Row]]
TYPES = {"int": pl.Int64, "number": pl.Float64, "yuan": pl.Float64, "bool": pl.Boolean, "date": pl.Date}
LIMITS = [threshold(ON, "month", months) for months in (3, 6, 12, 15, 24, 36)]
PLACES = ["大连市中山区人民路1号", "大连市 中山区人民路１号", "沙河口区西安路2-1", None, "--"]
WORDS = {
    ("registry", "name"): ["甲公司", "乙投资担保公司", None],
    ("registry", "scope"): ["销售预付卡", "食品销售", None],
    ("registry", "entity_type"): ["1151", "1130", "4533", "2152", "9100", "0000", None],
    ("registry", "industry"): ["C1419", "6210", "F52", "99", "70", "X1", "98", None],
    ("registry", "address"): PLACES,
    ("registry", "capital_currency"): ["CNY", "人民币", "USD", None, None],
    ("changes", "before"): ["100", "1000", "5000", "x", None, "甲"],
    ("changes", "after"): ["1000", "2000", "500", "2500", None, "乙"],
    ("penalties", "kinds"): ["warning", "fine;confiscate_gains", "fine; revoke_permit", "?", None, ""],
    ("inspections", "result"): ["1", "3", "6", "8", "1,B", "C, 8", "E", "Z", None],
    ("ratings", "value"): ["优", "差", "A", "D", "?", None],
    ("classes", "class"): ["A", "B", "C", "D", "E", None],
    ("licences", "item"): ["i1", "i2", None],
    ("equipment", "device"): ["d1", "d2", None],
}
PEOPLE = ["p1", "p2", "p3", None]


def day(rng: random.Random) -> date | None:
    """Often on a limit or beside it, sometimes after the day of scoring, sometimes unknown."""
    if rng.random() < 0.1:
        return None
    near = rng.choice([*LIMITS, ON, ON]) if rng.random() < 0.7 else ON - timedelta(days=rng.randrange(3000))
    return near + timedelta(days=rng.choice((-1, 0, 0, 1)))


def cell(rng: random.Random, table: str, name: str, members: list[str]) -> Any:  # noqa: ANN401 - any cell
    column = tables()[table].columns[name]
    if (table, name) in WORDS:
        return rng.choice(WORDS[table, name])
    if name in {"legal_rep", "contact", "agent", "person"}:
        return rng.choice(PEOPLE)
    plain: dict[str, Callable[[], Any]] = {
        "category": lambda: rng.choice([*(column.values or {}), None]),
        "date": lambda: day(rng),
        "bool": lambda: rng.choice([True, False, False, None]),
        "code": lambda: rng.choice([*members, "stranger", None]),
        "text": lambda: None,
    }
    if column.type in plain:
        return plain[column.type]()
    return NUMBERS.get(name, lambda one: one.choice([0, 1, 50, 100, 10_000, None]))(rng)


NUMBERS: dict[str, Any] = {
    "report_year": lambda rng: rng.choice([2022, 2023, 2024, 2025, 2026, None]),
    "capital_10k": lambda rng: rng.choice([0.0, 9_999.99, 10_000.0, 500.5, None]),
    "fine_yuan": lambda rng: rng.choice([0.0, 0.01, 999.99, 50_000.0, None]),
    "confiscated_yuan": lambda rng: rng.choice([0.0, 0.07, 300.5, None]),
    "score": lambda rng: rng.choice([0.0, 59.9, 95.0, None]),
    "share_percent": lambda rng: rng.choice([10.0, 25.5, 50.0, 50.0001, 51.0, 100.0, None]),
}


def world(seed: int, firms: int = 9) -> Tables:
    rng = random.Random(seed)  # noqa: S311 - made-up worlds
    members = [f"firm{place:02}" for place in range(firms)]
    made: Tables = {}
    for name, table in tables().items():
        if name != "registry" and rng.random() < 0.08:
            continue
        count = firms if name == "registry" else rng.randrange(4 * firms)
        made[name] = [{column: cell(rng, name, column, members) for column in table.columns} for _ in range(count)]
    _registry(rng, made["registry"], members)
    _owners(rng, made.get("related_parties", []), members)
    for row in made.get("annual_reports", []):
        row["published_on"] = rng.choice([row["published_on"], date(2026, 6, 30), date(2026, 7, 1)])
    return made


def _registry(rng: random.Random, rows: list[Row], members: list[str]) -> None:
    same_day = ON - timedelta(days=400)
    crowded = rng.random() < 0.4
    for row, code in zip(rows, members, strict=True):
        row["uscc"] = rng.choice([code] * 12 + [members[0], None])
        if crowded:
            row["established_on"] = same_day + timedelta(days=rng.choice((0, 0, 0, 29, 30)))
        if rng.random() < 0.6:
            row["state"] = "1"


def _owners(rng: random.Random, rows: list[Row], members: list[str]) -> None:
    for row in rows:
        is_firm = rng.random() < 0.75
        row["party_kind"] = "enterprise" if is_firm else "person"
        row["party"] = rng.choice([*members, "stranger", None]) if is_firm else rng.choice(PEOPLE)
        row["role"] = "shareholder" if is_firm else row["role"]
        if rng.random() < 0.7:
            row["until_on"] = None


def frames(made: Tables) -> dict[str, pl.LazyFrame]:
    """The same world as tables of the usual types."""
    found = {}
    for name, rows in made.items():
        schema = {column: TYPES.get(one.type, pl.String) for column, one in tables()[name].columns.items()}
        found[name] = pl.DataFrame(rows, schema=schema, orient="row").lazy()
    return found


def later(made: Tables, seed: int) -> Tables:
    """The same world with facts of later days added, and with ends on later days."""
    rng = random.Random(seed)  # noqa: S311 - made-up worlds
    members = [row["uscc"] for row in made["registry"] if row["uscc"]] or ["firm00"]
    changed = {name: [dict(row) for row in rows] for name, rows in made.items()}
    for name, rows in changed.items():
        table = tables()[name]
        for row in rows:
            row |= {end: ON + timedelta(days=rng.randrange(1, 90)) for end in table.ends if row[end] is None}
        if table.when is not None:
            for _ in range(5):
                row = {column: cell(rng, name, column, members) for column in table.columns}
                rows.append(
                    row | {table.when: ON + timedelta(days=rng.randrange(1, 400)), table.key: rng.choice(members)}
                )
    for row in changed.get("related_parties", []):
        if row["from_on"] is None and rng.random() < 0.2:
            changed["related_parties"] = [*changed["related_parties"], row | {"from_on": ON + timedelta(days=3)}]
    changed["registry"].append(
        dict.fromkeys(tables()["registry"].columns)
        | {"uscc": "younger", "state": "1", "established_on": ON + timedelta(1)}
    )
    _change_later(changed)
    return changed


def _change_later(changed: Tables) -> None:
    """Registrations changed after the day: the registry shows the new values, the log what they replaced."""
    rows = changed.get("changes")
    if rows is None:
        return
    # Later changes made up above must not undo what this test did not do.
    rows[:] = [row for row in rows if row["changed_on"] is None or row["changed_on"] <= ON]
    for firm in changed["registry"]:
        same = [one for one in changed["registry"] if one["uscc"] == firm["uscc"]]
        if firm["uscc"] in {None, "younger"} or len(same) > 1:
            continue
        if firm["legal_rep"]:
            rows.append(
                {
                    "uscc": firm["uscc"],
                    "kind": "legal_rep",
                    "changed_on": ON + timedelta(1),
                    "before": firm["legal_rep"],
                    "after": "p9",
                }
            )
            firm["legal_rep"] = "p9"
        if firm["state"] in codes().states and firm["state"] == "1":
            firm |= {"state": "4", "state_on": ON + timedelta(2)}
