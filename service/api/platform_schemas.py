"""JSON Schemas of jobs and the audit trail (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any, Final

from service.db.tables.jobs import STATES

Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 0}
_WHOLE_OR_NULL: Final[Schema] = {"type": ["integer", "null"], "minimum": 0}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_DIGEST: Final[Schema] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _made(properties: Schema) -> Schema:
    """What is answered: every member is always there."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _page(name: str) -> Schema:
    return _made(
        {
            "total": _WHOLE,
            "offset": _WHOLE,
            "limit": _WHOLE,
            "items": {"type": "array", "items": _ref(name)},
            "next": {**_TEXT_OR_NULL, "description": "下一页的地址"},
        }
    )


_LISTED: Final[Schema] = {
    "id": _TEXT,
    "kind": {**_TEXT, "description": "哪一种任务"},
    "title": _TEXT,
    "subject": {**_TEXT, "description": "任务的对象"},
    "state": {"enum": list(STATES)},
    "progress": _made(
        {
            "done": _WHOLE,
            "total": _WHOLE_OR_NULL,
            "percent": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
            "note": _TEXT,
        }
    ),
    "owner": _made({"id": _TEXT, "name": _TEXT}),
    "department": _TEXT,
    "region": _TEXT,
    "attempts": {**_WHOLE, "description": "开始过几次"},
    "cancel_asked": {"type": "boolean", "description": "已要求取消，执行到下一步时停止"},
    "created_at": _MOMENT,
    "started_at": _MOMENT_OR_NULL,
    "finished_at": _MOMENT_OR_NULL,
    "error": {"oneOf": [_ref("Problem"), {"type": "null"}]},
    "link": {"oneOf": [_made({"href": _TEXT, "label": _TEXT}), {"type": "null"}], "description": "到哪里看结果"},
    "href": _TEXT,
}
_FILE: Final = _made({"name": _TEXT, "media_type": _TEXT, "href": _TEXT})
PLATFORM_SCHEMAS: Final[dict[str, Schema]] = {
    "JobSummary": _made(_LISTED),
    "JobPage": _page("JobSummary"),
    "Job": _made(
        {
            **_LISTED,
            "result": {"description": "任务的结果，因种类而异；没有完成时为 null"},
            "files": {"type": "array", "items": _FILE},
        }
    ),
    "JobStarted": _made({"job": _made({"id": _TEXT, "href": _TEXT})}),
    "AuditEvent": _made(
        {
            "seq": {**_WHOLE, "description": "第几条，从 1 起连续"},
            "at": _MOMENT,
            "actor": _TEXT,
            "actor_name": _TEXT,
            "kind": _TEXT,
            "title": _TEXT,
            "subject": _TEXT,
            "department": _TEXT,
            "region": _TEXT,
            "detail": {"type": "object"},
            "prev": {**_DIGEST, "description": "前一条的摘要"},
            "digest": _DIGEST,
        }
    ),
    "AuditPage": _page("AuditEvent"),
    "AuditKinds": _made({"items": {"type": "array", "items": _made({"kind": _TEXT, "title": _TEXT})}}),
}
