"""Repairs with every move as lines of JSON: to hand on, and to prove figures without the database.

A line holds ``id``, ``department``, ``region``, ``regime``, ``record_kind``, ``place``, ``record`` (the record
document), ``published`` days as in it, and ``moves``: ``move``, ``on``, ``by``, ``role``, ``facts`` and the
``record`` as the move left it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col

from credit.facts import PENALTY
from credit.kpi import DECISIONS, Filed
from credit.workflow import Actor, Case, Step
from credit.worktable import table
from kernel.errors import InputError
from service.db.repositories import repairs as store
from service.db.tables.repairs import RepairRow
from service.repairdesk.figures import with_notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credit.eligibility import Checker
    from credit.workflow import Workflow
    from service.repairdesk.figures import Wanted
    from service.work import Work

_UNPUBLISHED: Final = frozenset({"OUT_OF_SCOPE", "NOT_PUBLISHABLE"})
_TEXTS: Final = ("id", "department", "region", "regime", "record_kind")


def lines(work: Work) -> Iterator[dict[str, Any]]:
    """Every repair within the actor's area."""
    rows = work.session.exec(store.repairs(work.actor).order_by(col(RepairRow.id))).all()
    records = store.record_rows(work.session, {row.record_id for row in rows})
    for row in rows:
        moves = store.moves(work.session, row.id)
        yield {
            "id": row.id,
            "department": row.department,
            "region": row.region,
            "regime": row.regime,
            "record_kind": row.record_kind,
            "place": row.place,
            "notice_served_on": _iso(records[row.record_id].notice_served_on),
            "record": records[row.record_id].document,
            "moves": [
                {
                    "move": one.move,
                    "on": one.on.isoformat(),
                    "by": one.by,
                    "role": one.role,
                    "facts": dict(one.facts),
                    "record": dict(one.record),
                }
                for one in moves
            ],
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def case_of(line: Mapping[str, Any], workflow: Workflow) -> Case:
    """The case of a line, played anew from its moves; InputError where a line is none."""
    _check(line)
    steps = tuple(
        Step(one["move"], Actor(str(one["by"]), one["role"]), date.fromisoformat(one["on"]), one["facts"])
        for one in line["moves"]
    )
    empty = workflow.open(line["id"], line["regime"], line["record_kind"], line.get("place"))
    last = steps[-1].on if steps else date.min
    return workflow.replay(replace(empty, history=steps), last)


def filed_of(line: Mapping[str, Any], checker: Checker, workflow: Workflow, wanted: Wanted) -> Filed:
    """A line as figures count it."""
    served = line.get("notice_served_on")
    case = with_notice(case_of(line, workflow), date.fromisoformat(served) if isinstance(served, str) else None)
    record: Mapping[str, Any] = line["record"]
    answer = checker.check(record, wanted.last)
    decision = record.get("decision") or {}
    ends = answer["ends_on"]
    return Filed(
        case=case,
        department=line["department"],
        region=line["region"],
        decided_on=date.fromisoformat(decision["decided_on"]) if decision.get("decided_on") else date.max,
        published=decision.get("published_on") is not None,
        publishable=answer["outcome"] not in _UNPUBLISHED and line["record_kind"] == PENALTY,
        ends_on=date.fromisoformat(ends) if isinstance(ends, str) else None,
        recheck=_recheck(line, case, checker, wanted),
    )


def _recheck(line: Mapping[str, Any], case: Case, checker: Checker, wanted: Wanted) -> Mapping[str, Any] | None:
    decided = [
        number
        for number, step in enumerate(case.history)
        if step.move in DECISIONS and wanted.first <= step.on <= wanted.last
    ]
    if not decided:
        return None
    return checker.check(line["moves"][decided[-1]]["record"], case.history[decided[-1]].on)


def _check(line: Mapping[str, Any]) -> None:
    moves = line.get("moves")
    known = table().moves
    whole = isinstance(moves, list) and all(isinstance(one, dict) and one.get("move") in known for one in moves)
    texts = all(isinstance(line.get(name), str) for name in _TEXTS)
    if not (whole and texts and isinstance(line.get("record"), dict)):
        raise InputError.at("", "events_line_wrong")
