"""What is known of a party from before: the decisions of other cases, for the question of the first violation.

Every case of the database is looked at, whosever it is: a record that is overlooked because another
district keeps it would make a second violation a first one. Of a case beyond the actor's area only what
the rules count is told: organ, days, violation and outcome, no number and no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.db.repositories import cases as store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.db.tables.cases import CaseRow, DecisionRow
    from service.work import Work

_OUTCOMES: Final = {"no_penalty": "no_penalty", "not_filed": "not_filed", "transferred": None}


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier decision about the party; ``case_id`` is empty where the actor may not open the case."""

    record: Mapping[str, Any]
    case_id: str
    number: str
    violation: str
    conduct_on: date | None
    decided_on: date
    outcome: str
    department: str

    @property
    def record_id(self) -> str:
        """The id of the record in a case document's ``history``."""
        return str(self.record["record_id"])


def earlier_cases(work: Work, code: str, but: str = "") -> list[Earlier]:
    """The decisions of a party's other cases, oldest first; none where there is no code to look for."""
    if not code:
        return []
    found = (_earlier(work, *pair) for pair in store.of_party(work.session, code, but))
    return [one for one in found if one is not None]


def unseen(work: Work, document: Mapping[str, Any], code: str, but: str) -> list[Earlier]:
    """The earlier decisions that a case document does not hold yet."""
    history = document.get("history")
    known = {one.get("record_id") for one in history if isinstance(one, dict)} if isinstance(history, list) else set()
    return [one for one in earlier_cases(work, code, but) if one.record_id not in known]


def with_history(document: Mapping[str, Any], found: list[Earlier], organ: str) -> dict[str, Any]:
    """The case document with these records added, and the organ that now decides."""
    history = document.get("history")
    kept = list(history) if isinstance(history, list) else []
    grown = dict(document) | {"history": [*kept, *(dict(one.record) for one in found)]}
    return grown if grown.get("organ") or not organ else grown | {"organ": organ}


def _earlier(work: Work, case: CaseRow, decision: DecisionRow) -> Earlier | None:
    outcome = _OUTCOMES.get(decision.chosen, "penalty")
    if outcome is None:
        return None
    seen = work.actor.sees(case.department, case.region)
    record: dict[str, Any] = {
        "record_id": decision.id,
        "decided_on": decision.decided_on.isoformat(),
        "outcome": outcome,
    }
    if decision.violation in work.engine.release.violations:
        record["violation"] = decision.violation
    if case.conduct_on and case.conduct_on <= decision.decided_on:
        record["conduct_on"] = case.conduct_on.isoformat()
    if case.department:
        record["organ"] = case.department
    return Earlier(
        record=record,
        case_id=case.id if seen else "",
        number=(case.number or "") if seen else "",
        violation=decision.violation,
        conduct_on=case.conduct_on,
        decided_on=decision.decided_on,
        outcome=outcome,
        department=case.department,
    )
