"""The plan as a planner writes it (``PLAN.yaml``): plans, needs, files, and the weeks in which the visits fall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.yamldoc import read_yaml
from supervision.drawdoc import Node
from supervision.drawrecord import RECUSAL, ROSTER, Plan, file_name, read_rules
from supervision.planparams import ratio_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from supervision.drawrecord import Needs

_MOST: Final = 10**6


@dataclass(frozen=True, slots=True)
class Period:
    """Days in which the visits of a plan fall; ``until`` is the last one."""

    start: date
    until: date


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """What ``plan check`` looks at.

    ``periods``: of the plans that name some. ``kinds``: ``general`` or ``key`` by plan. ``ledger``: file of the
    visits that count this year, or None; ``cap``: most of them a year, or None. ``leave``: file of days away, or None.
    ``per_person_day``: seats that one person manages a day, in hundredths.
    """

    file: str
    plans: tuple[Plan, ...]
    needs: Mapping[str, Needs]
    balance: str
    roster: str
    recusal: str | None
    periods: Mapping[str, tuple[Period, ...]]
    kinds: Mapping[str, str]
    ledger: str | None
    cap: int | None
    per_person_day: int | None
    leave: str | None = None


def read_plan(file: str, text: str) -> PlanDocument:
    """Read a plan.

    Raises:
        CatalogueError: not YAML.
        InputError: names the place in the file.
    """
    node = Node(file, "", read_yaml(text, file))
    rows = node["plans"].list()
    for row in rows:
        _fill_rate(row)
    rules = read_rules(_with_balance(node))
    ids = [plan.plan_id for plan in rules["plans"]]
    return PlanDocument(
        file=file,
        **rules,
        roster=file_name(node["roster"]) if node.has("roster") else ROSTER,
        recusal=file_name(node["recusal"]) if node.has("recusal") else RECUSAL,
        periods={name: (_period(row["period"]),) for name, row in zip(ids, rows, strict=True) if row.has("period")},
        kinds={
            name: row["kind"].one_of("general", "key") for name, row in zip(ids, rows, strict=True) if row.has("kind")
        },
        ledger=file_name(node["ledger"]) if node.has("ledger") else None,
        cap=node["cap"].whole(_MOST) if node.has("cap") else None,
        per_person_day=node["per_person_day"].whole(_MOST, 1) if node.has("per_person_day") else None,
        leave=file_name(node["leave"]) if node.has("leave") else None,
    )


def _with_balance(node: Node) -> Node:
    value: dict[str, Any] = {"balance": "step", **node.value} if isinstance(node.value, dict) else {}
    return Node(node.file, node.place, value)


def _fill_rate(row: Node) -> None:
    """Take the rates of a named ratio set; ``ratio: {set: …, strata: {stratum: class}}`` stands for ``rate``."""
    if not isinstance(row.value, dict):
        row.wrong("draw_type", wanted="对象")
    row.value.setdefault("reserve", 0)
    if not row.has("ratio"):
        return
    chosen = row["ratio"]["set"]
    found = ratio_sets().get(str(chosen.value))
    if found is None:
        chosen.wrong("plan_ratio_unknown", value=chosen.value, allowed=sorted(ratio_sets()))
    rate: dict[str, int] = {}
    for stratum, kind in row["ratio"]["strata"].items():
        ratio = found.ratios.get(str(kind.value))
        if ratio is None or ratio.target is None:
            kind.wrong("plan_ratio_class", value=kind.value)
        rate[str(stratum.value)] = ratio.target
    row.value["rate"] = rate


def _period(node: Node) -> Period:
    return Period(_day(node["from"]), _day(node["until"]))


def _day(node: Node) -> date:
    if not isinstance(node.value, date) or isinstance(node.value, datetime):
        node.wrong("plan_day")
    return node.value
