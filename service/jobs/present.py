"""A job as it is shown: the same facts for the interface and the pages. The payload is nobody's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.jobs.registry import title_of

if TYPE_CHECKING:
    from datetime import datetime

    from service.db.tables.jobs import JobRow

STATE_TITLES: Final = {
    "queued": "排队",
    "running": "进行中",
    "done": "完成",
    "failed": "失败",
    "cancelled": "已取消",
}
OVER: Final = frozenset({"done", "failed", "cancelled"})
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that a job made; it lies in the file store under its digest."""

    number: int
    name: str
    digest: str
    media_type: str


def files_of(row: JobRow) -> list[JobFile]:
    """The files in a result."""
    found = row.result.get("files", []) if isinstance(row.result, dict) else []
    return [
        JobFile(number, str(one["name"]), str(one["digest"]), str(one["media_type"]))
        for number, one in enumerate(found, 1)
    ]


def link_of(row: JobRow) -> dict[str, str] | None:
    """Where the result can be looked at, with its words."""
    found = row.result.get("link") if isinstance(row.result, dict) else None
    return {"href": str(found["href"]), "label": str(found["label"])} if isinstance(found, dict) else None


def percent_of(row: JobRow) -> int | None:
    """How far the job is, in whole percent; None where nobody knows."""
    if row.state == "done":
        return _WHOLE
    if not row.total:
        return None
    return min(_WHOLE, max(0, row.done * _WHOLE // row.total))


def document(row: JobRow, *, whole: bool) -> dict[str, Any]:
    """A job for the interface; ``whole``: with result and files."""
    shown: dict[str, Any] = {
        "id": row.id,
        "kind": row.kind,
        "title": title_of(row.kind),
        "subject": row.subject,
        "state": row.state,
        "progress": {"done": row.done, "total": row.total, "percent": percent_of(row), "note": row.note},
        "owner": {"id": row.owner, "name": row.owner_name},
        "department": row.department,
        "region": row.region,
        "attempts": row.attempts,
        "cancel_asked": row.cancel_asked,
        "created_at": _moment(row.created_at),
        "started_at": _moment(row.claimed_at),
        "finished_at": _moment(row.finished_at),
        "error": row.error,
        "link": link_of(row),
        "href": f"/api/v1/jobs/{row.id}",
    }
    if whole:
        shown["result"] = row.result
        shown["files"] = [
            {"name": one.name, "media_type": one.media_type, "href": f"/api/v1/jobs/{row.id}/files/{one.number}"}
            for one in files_of(row)
        ]
    return shown


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
