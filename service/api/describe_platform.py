"""The words of the OpenAPI document beside jobs and the audit trail: answers, errors, examples."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import InputError, XinhengError, problem_document
from service.access.errors import LoginRequiredError, PermissionDeniedError
from service.access.permissions import Permission
from service.errors import HttpError, StateError

Responses = dict[int | str, dict[str, Any]]
_ACCEPTED: Final = 202
_DIGEST: Final = "sha256:" + "5f" * 32
EXAMPLE_JOB: Final[dict[str, Any]] = {
    "id": "job-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "kind": "audit.verify",
    "title": "核对审计记录",
    "subject": "核对审计记录 2026-11-25",
    "state": "done",
    "progress": {"done": 3, "total": 3, "percent": 100, "note": ""},
    "owner": {"id": "user-01KBWZ3K5M2Q8R7T9V0X1Y2Z3B", "name": "李审计"},
    "department": "",
    "region": "210200",
    "attempts": 1,
    "cancel_asked": False,
    "created_at": "2026-11-25T09:30:00+08:00",
    "started_at": "2026-11-25T09:30:01+08:00",
    "finished_at": "2026-11-25T09:30:05+08:00",
    "error": None,
    "link": None,
    "href": "/api/v1/jobs/job-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "result": {"events": 1200, "head": _DIGEST},
    "files": [],
}
_LISTED: Final = {key: value for key, value in EXAMPLE_JOB.items() if key not in {"result", "files"}}
EXAMPLE_EVENT: Final[dict[str, Any]] = {
    "seq": 1200,
    "at": "2026-11-25T09:29:58.120000+08:00",
    "actor": "user-01KBWZ3K5M2Q8R7T9V0X1Y2Z3B",
    "actor_name": "李审计",
    "kind": "audit.exported",
    "title": "导出审计记录",
    "subject": "audit",
    "department": "",
    "region": "",
    "detail": {"filter": {"kind": "case.decided"}},
    "prev": "sha256:" + "1c" * 32,
    "digest": _DIGEST,
}


def _content(name: str, media: str, value: object) -> dict[str, Any]:
    examples = {"example": {"summary": "示例", "value": value}}
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": examples}}


def _made(name: str, description: str, value: object) -> dict[str, Any]:
    return {"description": description, "content": _content(name, "application/json", value)}


def _problem(description: str, error: XinhengError) -> dict[str, Any]:
    return {
        "description": description,
        "content": _content("Problem", "application/problem+json", problem_document(error)),
    }


def _page(name: str, description: str, item: object) -> dict[str, Any]:
    return _made(name, description, {"total": 1, "offset": 0, "limit": 50, "items": [item], "next": None})


def _errors(permission: Permission | None, *, changes: bool = False) -> Responses:
    """The answers of every route with this right; what changes something is refused from a strange page (403)."""
    found: Responses = {
        401: _problem("没有登录，或者令牌无效", LoginRequiredError()),
        500: _problem("系统内部出错", XinhengError()),
        503: _problem("数据库连接不上", HttpError(503, "database_unreachable")),
    }
    needed = permission or Permission.JOB_READ
    if permission is not None or changes:
        found[403] = _problem("没有权限", PermissionDeniedError(permission=needed.value, title=needed.label))
    return found


_WRONG: Final = _problem(
    "参数有误", InputError.at("/limit", "parameter_wrong", name="limit", value="0", why="应当不小于 1")
)
_UNKNOWN_JOB: Final = _problem("没有这个任务", HttpError(404, "job_unknown", id="job-0"))

JOBS: Final[Responses] = {200: _page("JobPage", "一页任务", _LISTED), 422: _WRONG, **_errors(None)}
JOB: Final[Responses] = {200: _made("Job", "任务", EXAMPLE_JOB), 404: _UNKNOWN_JOB, 422: _WRONG, **_errors(None)}
CANCEL: Final[Responses] = {
    200: _made("Job", "任务", {**EXAMPLE_JOB, "state": "cancelled", "result": None}),
    404: _UNKNOWN_JOB,
    409: _problem("任务已经结束", StateError("job_not_cancellable", state="完成")),
    422: _WRONG,
    **_errors(None, changes=True),
}
RETRY: Final[Responses] = {
    200: _made("Job", "任务", {**EXAMPLE_JOB, "state": "queued", "result": None, "finished_at": None}),
    404: _UNKNOWN_JOB,
    409: _problem("任务没有失败", StateError("job_not_retryable", state="完成")),
    422: _WRONG,
    **_errors(None, changes=True),
}
JOB_FILE: Final[Responses] = {
    200: {
        "description": "文件",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    404: _problem("没有这个文件", HttpError(404, "job_file_unknown", id="job-0", number=2)),
    409: _problem("文件已经不在", StateError("stored_file_missing", digest=_DIGEST)),
    422: _WRONG,
    **_errors(None),
}
EVENTS: Final[Responses] = {
    200: _page("AuditPage", "一页记录", EXAMPLE_EVENT),
    422: _WRONG,
    **_errors(Permission.AUDIT_READ),
}
EVENT: Final[Responses] = {
    200: _made("AuditEvent", "一条记录", EXAMPLE_EVENT),
    404: _problem("没有这一条", HttpError(404, "audit_event_unknown", seq=9)),
    422: _WRONG,
    **_errors(Permission.AUDIT_READ),
}
EVENT_KINDS: Final[Responses] = {
    200: _made("AuditKinds", "各种事件", {"items": [{"kind": "audit.exported", "title": "导出审计记录"}]}),
    **_errors(Permission.AUDIT_READ),
}
EXPORT: Final[Responses] = {
    200: {
        "description": "一行一条，由早到晚；成员与 AuditEvent 相同，去掉 title 和 digest 之后规范 JSON 的摘要即 digest",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    },
    422: _WRONG,
    **_errors(Permission.AUDIT_EXPORT),
}
CHECK: Final[Responses] = {
    _ACCEPTED: _made("JobStarted", "已发起", {"job": {"id": EXAMPLE_JOB["id"], "href": EXAMPLE_JOB["href"]}}),
    **_errors(Permission.AUDIT_READ, changes=True),
}
PLATFORM_RESPONSES: Final[dict[str, Responses]] = {
    "GET /api/v1/jobs": JOBS,
    "GET /api/v1/jobs/{id}": JOB,
    "POST /api/v1/jobs/{id}/cancel": CANCEL,
    "POST /api/v1/jobs/{id}/retry": RETRY,
    "GET /api/v1/jobs/{id}/files/{number}": JOB_FILE,
    "GET /api/v1/audit/events": EVENTS,
    "GET /api/v1/audit/events/{seq}": EVENT,
    "GET /api/v1/audit/kinds": EVENT_KINDS,
    "GET /api/v1/audit/export": EXPORT,
    "POST /api/v1/audit/checks": CHECK,
}
"""What each method of each address answers with."""
