"""Schemas of plans, libraries and tasks: made of their examples, so that both say the same."""

from __future__ import annotations

from typing import Any, Final

from service.api import describe_plans as told
from service.db.tables.plans import CHECK_STATES, PLAN_STATES
from service.db.tables.plans import LIBRARIES as KINDS

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_FLAG: Final[dict[str, Any]] = {"type": "boolean"}
_ANY: Final[dict[str, Any]] = {"type": "object"}


def _object(example: dict[str, Any], *optional: str, closed: bool = False, **known: dict[str, Any]) -> dict[str, Any]:
    """The schema of an example: every member required unless named, with the type that its value has."""
    properties = {name: known.get(name) or _of(value) for name, value in example.items()}
    found = {"type": "object", "required": [one for one in properties if one not in optional], "properties": properties}
    return {**found, "additionalProperties": False} if closed else found


def _of(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return _FLAG
    if isinstance(value, int):
        return _COUNT
    if isinstance(value, str):
        return _TEXT
    if isinstance(value, list):
        return {"type": "array", "items": _of(value[0]) if value else {}}
    return _ANY if isinstance(value, dict) else {}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _page_of(name: str) -> dict[str, Any]:
    items = {"type": "array", "items": _ref(name)}
    counts = {"total": _COUNT, "offset": _COUNT, "limit": _COUNT, "items": items, "next": _OR_NULL}
    return {"type": "object", "required": list(counts), "properties": counts}


_RESULT: Final = _object(told.RESULT_EXAMPLE, due_on=_OR_NULL, corrected_on=_OR_NULL, listed_on=_OR_NULL)
_STATES: Final = {"enum": list(PLAN_STATES)}
_CHECK_SCHEMA: Final = _object(
    told.CHECK_EXAMPLE,
    state={"enum": list(CHECK_STATES)},
    checked_on=_OR_NULL,
    method=_OR_NULL,
    scanned={"type": ["boolean", "null"]},
    publish_due=_OR_NULL,
    published_on=_OR_NULL,
    results={
        "type": "array",
        "items": _object(told.RESULT_EXAMPLE, due_on=_OR_NULL, corrected_on=_OR_NULL, listed_on=_OR_NULL),
    },
)
_OPTIONAL: Final = told.MEMBERS[told.MEMBERS.index("caps") :]
SCHEMAS: Final[dict[str, Any]] = {
    "AnnualPlanListed": _object(told.LISTED_EXAMPLE, state=_STATES),
    "AnnualPlanPage": _page_of("AnnualPlanListed"),
    "AnnualPlan": _object(told.PLAN_EXAMPLE, state=_STATES, document=_ANY, versions={"type": "array", "items": _ANY}),
    "AnnualPlanDocument": _object(
        {**told.DOCUMENT_EXAMPLE, **{name: None for name in told.MEMBERS if name not in told.DOCUMENT_EXAMPLE}},
        *_OPTIONAL,
        closed=True,
        entries={"type": "array", "items": _ANY, "description": "计划项目，字段见计划文件的说明"},
        needs={**_ANY, "description": "每个部门单独检查、联合检查各派几人"},
    ),
    "AnnualPlanReport": {"type": "object", "description": "见 plan check 的说明"},
    **{
        f"AnnualPlan{name.capitalize()}": {
            "type": "object",
            "properties": {member: _ANY if member == "reasons" else _TEXT for member in members},
            "additionalProperties": False,
        }
        for name, members in told.ACT_MEMBERS.items()
    },
    "AnnualPlanDraw": {
        "type": "object",
        "required": ["entries", "draw_id", "title", "public"],
        "properties": {
            "entries": {"type": "array", "items": _TEXT},
            "draw_id": _TEXT,
            "title": _TEXT,
            "public": {"type": "array", "items": _ANY},
            "holders": {"type": "array", "items": _TEXT},
        },
        "additionalProperties": False,
    },
    "Library": _object(
        told.LIBRARY_EXAMPLE,
        kind={"enum": list(KINDS)},
        number={"type": ["integer", "null"]},
        file=_OR_NULL,
        created_at=_OR_NULL,
    ),
    "LibraryList": _object({"items": []}, items={"type": "array", "items": _ref("Library")}),
    "TaskListed": _object(told.TASK_LISTED_EXAMPLE),
    "TaskPage": _page_of("TaskListed"),
    "TaskCheck": _CHECK_SCHEMA,
    "Task": _object(
        told.TASK_EXAMPLE,
        batches={"type": "array", "items": _ANY},
        checks={"type": "array", "items": _ref("TaskCheck")},
    ),
    "TaskMaking": _object({"draw": "", "dispatch": True}, "dispatch", closed=True),
    "TasksMade": _object({"draw": "", "tasks": 1, "joint": 1}),
    "TasksBeingMade": _object({"draw": "", "job": {"id": "", "href": ""}}),
    "CheckEntry": {
        "type": "object",
        "required": ["checked_on", "method", "scanned", "results"],
        "properties": {
            "checked_on": {**_TEXT, "format": "date"},
            "method": {"enum": ["onsite", "paper", "network", "testing", "professional"]},
            "scanned": _FLAG,
            "results": {
                "type": "array",
                "items": _object(
                    {name: told.RESULT_EXAMPLE[name] for name in ("item", "code_set", "code", "note", "due_on")},
                    *("note", "due_on"),
                    closed=True,
                    due_on=_OR_NULL,
                ),
            },
        },
        "additionalProperties": False,
    },
    "CheckCancellation": _object({"code": "no_staff", "words": ""}, closed=True),
    "CheckReview": _object({"passed": True, "words": ""}, "words", closed=True),
    "InspectionResults": _object({"year": 2026, "items": []}, items={"type": "array", "items": _ANY}),
    "InspectionFigures": _object(
        {"year": 2026, "items": []},
        items={
            "type": "array",
            "items": _object(
                told.FIGURE_EXAMPLE,
                ppm={"type": ["integer", "null"]},
                target=_OR_NULL,
                reached={"type": ["boolean", "null"]},
            ),
        },
    ),
}
