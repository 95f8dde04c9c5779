"""Plans, checks, results, visits: rows to validated objects and back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.db.tables.plans import CheckRow, PlanRow, ResultRow, TaskRow, VisitRow
from supervision.annual import Batch, read_annual
from supervision.assignments import Assignment, Check
from supervision.caps import LEVELS, Visit
from supervision.drawdoc import Node
from supervision.planparams import reasons
from supervision.taskresults import ItemResult
from supervision.tasks import result_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from supervision.annual import AnnualPlan


def plan_of(row: PlanRow) -> AnnualPlan:
    """The plan of a row; InputError for a document that is damaged."""
    return read_annual(Node(row.title, "", row.document))


def visit_of(row: VisitRow) -> Visit:
    """The visit of a line of the ledger; ValueError for a damaged one."""
    if row.level not in LEVELS or row.kind not in reasons("visit_kind"):
        raise ValueError(f"visit {row.id}: no such level or kind: {row.level}, {row.kind}")
    return Visit(row.unit, row.body, row.level, row.day, row.reason, row.kind)


def result_of(row: ResultRow) -> ItemResult:
    """The result of a row; ResultError for a code that its set does not have."""
    result_code(row.code_set, row.code)
    return ItemResult(row.item, row.code_set, row.code, row.note, row.due_on)


def result_row(result: ItemResult, *, row_id: str, check_id: str, position: int, listing_due: date | None) -> ResultRow:
    """The row of a result."""
    return ResultRow(
        id=row_id,
        check_id=check_id,
        position=position,
        item=result.item,
        code_set=result.code_set,
        code=result.code,
        note=result.note,
        due_on=result.due_on,
        corrected_on=None,
        listing_due=listing_due,
        listed_on=None,
    )


def batches_json(batches: Iterable[Batch]) -> list[list[str]]:
    """Days of the visits as they are kept."""
    return [[one.since.isoformat(), one.last.isoformat()] for one in batches]


def batches_of(kept: Iterable[Iterable[str]]) -> tuple[Batch, ...]:
    """The inverse of :func:`batches_json`; ValueError for a damaged one."""
    return tuple(Batch(*map(date.fromisoformat, one)) for one in kept)


def check_of(row: CheckRow) -> Check:
    """What a department does in a task."""
    return Check(row.department, tuple(row.entries), tuple(row.items), tuple(row.people), row.empty)


def assignment_of(row: TaskRow, checks: Iterable[CheckRow]) -> Assignment:
    """The task of a row with its checks."""
    found = tuple(check_of(one) for one in sorted(checks, key=lambda one: one.department))
    return Assignment(row.number, row.draw_id, row.unit_group, row.unit, row.region, batches_of(row.batches), found)
