"""Plans, tasks and libraries as JSON: what the interface shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.db.mapping.plans import batches_of
from service.db.repositories import plans as store
from service.planning import libraries
from service.web.words import place_zh
from supervision.planstates import STATES
from supervision.tasks import result_code
from supervision.taskstates import STATES as TASK_STATES

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.db.tables.plans import CheckRow, LibraryRow, PlanRow, PlanVersionRow, ResultRow, TaskRow
    from service.work import Work


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _on(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def plan_listed(row: PlanRow) -> dict[str, Any]:
    """A plan as a list shows it."""
    return {
        "id": row.id,
        "title": row.title,
        "year": row.year,
        "department": row.department,
        "region": row.region,
        "region_name": place_zh(row.region),
        "state": row.state,
        "state_name": STATES[row.state],
        "number": row.number,
        "entries": len(row.document["entries"]),
        "updated_at": _at(row.updated_at),
        "updated_by": row.updated_by_name,
        "version": row.version,
    }


def plan_json(work: Work, row: PlanRow) -> dict[str, Any]:
    """A plan with its document and its versions."""
    versions = [_version(one) for one in store.plan_versions(work.session, row.id)]
    return {**plan_listed(row), "document": row.document, "versions": versions}


def _version(one: PlanVersionRow) -> dict[str, Any]:
    return {
        "number": one.number,
        "changes": one.changes,
        "reasons": one.reasons,
        "submitted_at": _at(one.submitted_at),
        "submitted_by": one.submitted_by_name,
        "approved_at": _at(one.approved_at),
        "approved_by": one.approved_by_name,
        "filed_on": _on(one.filed_on),
        "filed_number": one.filed_number,
        "published_on": _on(one.published_on),
    }


def library_json(kind: str, row: LibraryRow | None) -> dict[str, Any]:
    """A library: the version that holds, or none."""
    found: dict[str, Any] = {
        "kind": kind,
        "title": libraries.TITLES[kind],
        "number": None,
        "rows": 0,
        "file": None,
        "report": {},
    }
    if row is None:
        return {**found, "created_at": None, "created_by": "", "name": ""}
    more = {"created_at": _at(row.created_at), "created_by": row.created_by_name, "name": row.name}
    return {**found, "number": row.number, "rows": row.rows, "file": row.file, "report": row.report, **more}


def check_json(check: CheckRow, results: list[ResultRow]) -> dict[str, Any]:
    """What one department does in a task, with its results."""
    return {
        "id": check.id,
        "department": check.department,
        "state": check.state,
        "state_name": TASK_STATES[check.state],
        "initiating": check.initiating,
        "items": check.items,
        "people": check.people,
        "empty": check.empty,
        "checked_on": _on(check.checked_on),
        "method": check.method or None,
        "scanned": check.scanned,
        "publish_due": _on(check.publish_due),
        "published_on": _on(check.published_on),
        "refusal": check.refusal,
        "results": [_result(one) for one in results],
        "version": check.version,
    }


def _result(one: ResultRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "item": one.item,
        "code_set": one.code_set,
        "code": one.code,
        "name": result_code(one.code_set, one.code).name,
        "note": one.note,
        "due_on": _on(one.due_on),
        "corrected_on": _on(one.corrected_on),
        "listed_on": _on(one.listed_on),
    }


def task_json(work: Work, task: TaskRow) -> dict[str, Any]:
    """A task with the checks of every department; no class."""
    checks = store.checks_of(work.session, task.id)
    results = store.results_of(work.session, [one.id for one in checks])
    return {
        **task_listed(task),
        "address": task.address,
        "batches": [{"since": str(one.since), "last": str(one.last)} for one in batches_of(task.batches)],
        "record_digest": task.record_digest,
        "checks": [check_json(one, results.get(one.id, [])) for one in checks],
    }


def task_listed(task: TaskRow) -> dict[str, Any]:
    """A task as a list shows it; no class."""
    return {
        "id": task.id,
        "number": task.number,
        "draw_id": task.draw_id,
        "plan_id": task.plan_id,
        "unit": task.unit,
        "unit_name": task.unit_name,
        "department": task.department,
        "region": task.region,
        "joint": task.joint,
        "day": task.day.isoformat(),
        "version": task.version,
    }
