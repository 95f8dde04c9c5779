"""The words of the OpenAPI document beside scoring schemes: schemas, answers, errors, examples."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import CatalogueError
from service.access.permissions import Permission
from service.api.describing import Responses, answer, body, errors, problem
from service.errors import HttpError, StateError
from service.twoperson import STATES

_MOMENT: Final = "2026-11-25T09:30:00+08:00"
_LISTED: Final[dict[str, Any]] = {
    "id": "scheme-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "scheme": "default",
    "scheme_version": "2027.01-1",
    "title": "通用型企业信用风险分类（本市）",
    "state": "draft",
    "author": "李经办",
    "reviewer": None,
    "review_note": "",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "version": 1,
}
_REPORT: Final[dict[str, Any]] = {
    "against": "default 2026.11-2",
    "tried_on": 20000,
    "moved": 312,
    "changes": [{"about": "分界", "before": "66、118、312", "after": "60、106、295"}],
    "shares": {"before": {"A": 0.65, "B": 0.26, "C": 0.07, "D": 0.02}, "after": {"A": 0.64, "B": 0.26, "C": 0.1}},
    "migration": None,
}
_WHOLE: Final = {**_LISTED, "text": "based_on: default\n", "report": _REPORT}
_IN_FORCE: Final = {
    "scheme": "default",
    "version": "2026.11-2",
    "title": "通用型企业信用风险分类",
    "indicators": 68,
    "classes": ["A", "B", "C", "D"],
    "cutoffs": [66, 118, 312],
}
_READ, _EDIT, _PUBLISH = Permission.SCORE_READ, Permission.SCHEME_EDIT, Permission.SCHEME_PUBLISH
_UNKNOWN: Final = problem("没有这个方案", unknown=HttpError(404, "scheme_row_unknown", id="scheme-0"))
_STATE: Final = problem(
    "状态不允许",
    state=StateError("draft_state", title="甲", state="已发布", act="修改"),
    untried=StateError("scheme_unchecked", title="甲"),
    taken=StateError("scheme_version_taken", scheme="default", version="2026.11-2"),
    own=StateError("draft_own_review"),
)
_WRONG: Final = problem(
    "方案文件有误", wrong=CatalogueError("scheme.yaml", "classes", "scheme_entry", why="应当越来越大")
)
_DRAFT: Final = answer("SchemeDraft", "草稿", _WHOLE)

TEXT_BODY: Final = body("SchemeText", {"text": "based_on: default\nid: default\nversion: 2027.01-1\n"})
REASON_BODY: Final = body("SchemeReason", {"reason": "分界太严"})
SCHEMES_IN_FORCE: Final[Responses] = {
    200: answer("SchemesInForce", "现行方案", {"items": [_IN_FORCE]}),
    **errors(_READ),
}
DRAFTS: Final[Responses] = {200: answer("SchemeDrafts", "草稿和版本", {"items": [_LISTED]}), **errors(_READ)}
DRAFT: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, **errors(_READ)}
BEGIN: Final[Responses] = {201: _DRAFT, **errors(_EDIT, changes=True), 422: _WRONG}
CHANGE: Final[Responses] = {
    200: _DRAFT,
    404: _UNKNOWN,
    409: _STATE,
    **errors(_EDIT, changes=True, version=True),
    422: _WRONG,
}
ACT: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, 409: _STATE, **errors(_EDIT, version=True)}
RETURN: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, 409: _STATE, **errors(_PUBLISH, changes=True, version=True)}
PUBLISH: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, 409: _STATE, **errors(_PUBLISH, version=True)}

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_TIME: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}


def _object(properties: dict[str, Any], *, closed: bool = False) -> dict[str, Any]:
    shown = {"type": "object", "required": list(properties), "properties": properties}
    return {**shown, "additionalProperties": False} if closed else shown


def _items(name: str) -> dict[str, Any]:
    return _object({"items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}})


_LISTED_SCHEMA: Final = {
    "id": _TEXT,
    "scheme": _TEXT,
    "scheme_version": _TEXT,
    "title": _TEXT,
    "state": {"enum": list(STATES)},
    "author": _TEXT,
    "reviewer": _OR_NULL,
    "review_note": _TEXT,
    "created_at": _TIME,
    "updated_at": _TIME,
    "version": {"type": "integer", "minimum": 1},
}
SCHEMAS: Final[dict[str, Any]] = {
    "SchemeText": _object({"text": {**_TEXT, "description": "方案文件（YAML）"}}, closed=True),
    "SchemeReason": _object({"reason": _TEXT}, closed=True),
    "SchemeInForce": _object(
        {
            "scheme": _TEXT,
            "version": _TEXT,
            "title": _TEXT,
            "indicators": {"type": "integer", "minimum": 0},
            "classes": {"type": "array", "items": _TEXT},
            "cutoffs": {"type": "array", "items": {"type": "integer"}},
        }
    ),
    "SchemesInForce": _items("SchemeInForce"),
    "SchemeDraftListed": _object(_LISTED_SCHEMA),
    "SchemeDrafts": _items("SchemeDraftListed"),
    "SchemeDraft": _object({**_LISTED_SCHEMA, "text": _TEXT, "report": {"type": ["object", "null"]}}),
}
