"""The words of the OpenAPI document beside drafts and releases of the catalogue: schemas, answers, errors, examples."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import InputError
from service.access.permissions import Permission
from service.api.describing import Responses, answer, body, errors, problem
from service.errors import HttpError, StateError
from service.twoperson import STATES

_DIGEST: Final = "sha256:" + "3e" * 32
_FILE: Final = "2102-dalian/lists/dalian-2026/DL-N01.yaml"
_MOMENT: Final = "2026-11-25T09:30:00+08:00"
_LISTED: Final[dict[str, Any]] = {
    "id": "draft-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "title": "2026年轻微违法不罚清单",
    "state": "draft",
    "base": 0,
    "author": "陈起草",
    "reviewer": None,
    "review_note": "",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "version": 3,
}
_REPORT: Final[dict[str, Any]] = {
    "faults": [],
    "digest": _DIGEST,
    "differences": [
        {
            "kind": "added",
            "id": "DL-N01",
            "title": "经营过期食品货值不超过一千元",
            "group": "不予行政处罚",
            "only_records": False,
            "changes": [{"about": "条件", "before": None, "after": "货值不超过1000元"}],
            "more": 0,
        }
    ],
    "findings": [],
    "cases": {"looked_at": 120, "affected": 0, "shown": []},
}
_WHOLE: Final = {**_LISTED, "files": {_FILE: "id: DL-N01\n"}, "report": _REPORT}
_RELEASE: Final[dict[str, Any]] = {
    "seq": 1,
    "digest": _DIGEST,
    "title": "2026年轻微违法不罚清单",
    "draft": "draft-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "author": "陈起草",
    "reviewer": "褚审核",
    "published_at": _MOMENT,
    "files": [_FILE],
}
_UNKNOWN: Final = problem("没有这个草稿", unknown=HttpError(404, "draft_unknown", id="draft-0"))
_STATE: Final = problem(
    "草稿的状态不允许",
    state=StateError("draft_state", title="甲", state="已发布", act="修改"),
    unchecked=StateError("draft_unchecked", title="甲"),
    outdated=StateError("draft_outdated", now=2, base=1),
)
_OWN: Final = problem("草稿的状态不允许，或者是自己的草稿", own=StateError("draft_own_review"))
_NAME: Final = problem("文件名不能用", name=InputError.at("/files", "draft_file_name", name="../x.yaml"))
_EDIT, _APPROVE = Permission.CATALOGUE_EDIT, Permission.CATALOGUE_APPROVE
_DRAFT: Final = answer("CatalogueDraft", "草稿", _WHOLE)

TITLE_BODY: Final = body("CatalogueDraftTitle", {"title": "2026年轻微违法不罚清单"})
FILES_BODY: Final = body("CatalogueDraftFiles", {_FILE: "id: DL-N01\n"})
REASON_BODY: Final = body("CatalogueDraftReason", {"reason": "请补充依据"})
RELEASES: Final[Responses] = {200: answer("CatalogueReleases", "发布记录", {"items": [_RELEASE]}), **errors(None)}
DRAFTS: Final[Responses] = {200: answer("CatalogueDrafts", "草稿", {"items": [_LISTED]}), **errors(_EDIT)}
BEGIN: Final[Responses] = {201: _DRAFT, **errors(_EDIT, changes=True)}
DRAFT: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, **errors(_EDIT)}
REVIEW: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, **errors(_APPROVE)}
CHANGE: Final[Responses] = {
    200: _DRAFT,
    404: _UNKNOWN,
    409: _STATE,
    **errors(_EDIT, changes=True, version=True),
    422: _NAME,
}
CHECK: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, 409: _STATE, **errors(_EDIT)}
ACT: Final[Responses] = {200: _DRAFT, 404: _UNKNOWN, 409: _STATE, **errors(_EDIT, version=True)}
REVIEW_ACT: Final[Responses] = {
    200: _DRAFT,
    404: _UNKNOWN,
    409: _STATE,
    **errors(_APPROVE, changes=True, version=True),
}
PUBLISH: Final[Responses] = {
    200: answer("CatalogueRelease", "已经发布", _RELEASE),
    404: _UNKNOWN,
    409: _OWN,
    **errors(_APPROVE, version=True),
}

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_TIME: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _items(name: str) -> dict[str, Any]:
    return _object({"items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}})


_LISTED_SCHEMA: Final = {
    "id": _TEXT,
    "title": _TEXT,
    "state": {"enum": list(STATES)},
    "base": {**_COUNT, "description": "依据的是第几次发布；0 为随软件提供的目录"},
    "author": _TEXT,
    "reviewer": _OR_NULL,
    "review_note": _TEXT,
    "created_at": _TIME,
    "updated_at": _TIME,
    "version": {"type": "integer", "minimum": 1},
}
SCHEMAS: Final[dict[str, Any]] = {
    "CatalogueDraftTitle": {**_object({"title": _TEXT}), "additionalProperties": False},
    "CatalogueDraftReason": {**_object({"reason": _TEXT}), "additionalProperties": False},
    "CatalogueDraftFiles": {"type": "object", "additionalProperties": _OR_NULL},
    "CatalogueDraftListed": _object(_LISTED_SCHEMA),
    "CatalogueDrafts": _items("CatalogueDraftListed"),
    "CatalogueDraft": _object(
        {
            **_LISTED_SCHEMA,
            "files": {"type": "object", "additionalProperties": _TEXT},
            "report": {"type": ["object", "null"], "description": "最近一次核对的结果；改动以后为空"},
        }
    ),
    "CatalogueRelease": _object(
        {
            "seq": {"type": "integer", "minimum": 1},
            "digest": _TEXT,
            "title": _TEXT,
            "draft": _TEXT,
            "author": _TEXT,
            "reviewer": _TEXT,
            "published_at": _TIME,
            "files": {"type": "array", "items": _TEXT},
        }
    ),
    "CatalogueReleases": _items("CatalogueRelease"),
}
