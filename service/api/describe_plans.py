"""The words of the OpenAPI document beside plans, libraries and tasks: schemas, answers, errors, examples."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import InputError
from service.access.permissions import Permission
from service.api.describing import Responses, answer, body, errors, page, problem
from service.errors import HttpError, StateError

_MOMENT: Final = "2026-11-25T09:30:00+08:00"
_ENTRY: Final[dict[str, Any]] = {
    "number": "P01",
    "name": "餐饮服务综合查一次",
    "items": ["SC-04"],
    "scope": {"fields": ["餐饮服务"]},
    "drawing": "directed",
    "kind": "key",
    "sizing": {"rule": "ceil", "by": "class", "ratio_set": "RATIO.DEFAULT"},
    "batches": [{"since": "2026-06-01", "last": "2026-06-30"}],
    "organised_by": "city",
    "carried_out_by": "county",
    "department": "market",
    "partners": ["fire"],
    "reserve": 5,
}
DOCUMENT_EXAMPLE: Final[dict[str, Any]] = {
    "title": "2026 年度抽查计划",
    "year": 2026,
    "place": "210200",
    "department": "market",
    "level": "city",
    "entries": [_ENTRY],
    "needs": {name: {"alone": [["-", 2]], "joint": [["-", 1]]} for name in ("market", "fire")},
    "caps": ["F-JIASHAN-2025"],
}
MEMBERS: Final = (
    "title",
    "year",
    "place",
    "department",
    "level",
    "entries",
    "needs",
    "caps",
    "tiers",
    "repeat",
    "balance",
    "most",
    "per_person_day",
)
ACT_MEMBERS: Final[dict[str, tuple[str, ...]]] = {
    "submit": ("reasons",),
    "change": (),
    "return": ("words",),
    "approve": (),
    "file": ("on", "number"),
    "publish": (),
}
DRAW_MEMBERS: Final = ("entries", "draw_id", "title", "public", "holders")
LISTED_EXAMPLE: Final[dict[str, Any]] = {
    "id": "plan-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "title": "2026 年度抽查计划",
    "year": 2026,
    "department": "market",
    "region": "210200",
    "region_name": "辽宁省大连市",
    "state": "draft",
    "state_name": "草稿",
    "number": 1,
    "entries": 1,
    "updated_at": _MOMENT,
    "updated_by": "周计划",
    "version": 3,
}
PLAN_EXAMPLE: Final[dict[str, Any]] = {**LISTED_EXAMPLE, "document": DOCUMENT_EXAMPLE, "versions": []}
LIBRARY_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "items",
    "title": "抽查事项清单",
    "number": 2,
    "rows": 212,
    "file": "sha256:" + "0" * 64,
    "report": {"rows": 212, "general": 160},
    "created_at": _MOMENT,
    "created_by": "周计划",
    "name": "事项.xlsx",
}
TASK_LISTED_EXAMPLE: Final[dict[str, Any]] = {
    "id": "task-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "number": "210202202600000001",
    "draw_id": "2026-Q4",
    "plan_id": LISTED_EXAMPLE["id"],
    "unit": "91210200MA0QC4XG62",
    "unit_name": "大连某某商贸有限公司",
    "department": "market",
    "region": "210202",
    "joint": True,
    "day": "2026-12-08",
    "version": 1,
}
RESULT_EXAMPLE: Final[dict[str, Any]] = {
    "id": "result-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "item": "SC-04",
    "code_set": "province-results",
    "code": "3",
    "name": "违反食品药品管理相关规定",
    "note": "过期两袋",
    "due_on": "2026-12-20",
    "corrected_on": None,
    "listed_on": None,
}
CHECK_EXAMPLE: Final[dict[str, Any]] = {
    "id": "check-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "department": "market",
    "state": "entered",
    "state_name": "待审核",
    "initiating": True,
    "items": ["SC-04"],
    "people": ["M01", "M02"],
    "empty": 0,
    "checked_on": "2026-12-08",
    "method": "onsite",
    "scanned": True,
    "publish_due": "2027-01-06",
    "published_on": None,
    "refusal": "",
    "results": [RESULT_EXAMPLE],
    "version": 3,
}
TASK_EXAMPLE: Final[dict[str, Any]] = {
    **TASK_LISTED_EXAMPLE,
    "address": "中山区示范路 1 号",
    "batches": [{"since": "2026-12-01", "last": "2026-12-18"}],
    "record_digest": "0" * 64,
    "checks": [CHECK_EXAMPLE],
}
FIGURE_EXAMPLE: Final[dict[str, Any]] = {
    "name": "drawn",
    "part": 310,
    "whole": 10_000,
    "ppm": 31_000,
    "definition": "至少抽查一次的企业 ÷ 全部企业",
    "of": "drawn",
    "title": "抽查面",
    "about": "",
    "share": "3.1%",
    "source": "《企业公示信息抽查办法》第四条",
    "confidence": "V1",
    "internal": False,
    "target": "3%",
    "reached": True,
}
_UNKNOWN: Final = problem("没有这份计划，或者不在管辖范围内", unknown=HttpError(404, "plan_unknown", id="plan-0"))
_NO_TASK: Final = problem("没有这个任务，或者不在管辖范围内", unknown=HttpError(404, "task_unknown", id="task-0"))
_STATE: Final = problem(
    "计划的状态不允许",
    act=StateError("plan_act", act="批准", state="草稿", allowed=["送审"]),
    fixed=StateError("plan_fixed", state="已批准"),
    own=StateError("plan_own_approval"),
)
_MISSING: Final = problem("名录库还没有建立", missing=StateError("library_missing", title="检查对象名录库"))
_PLAN_ANSWER: Final = answer("AnnualPlan", "计划", PLAN_EXAMPLE)
_READ: Final = errors(Permission.PLAN_READ)
LIST: Final[Responses] = {200: page("AnnualPlanPage", "一页计划", LISTED_EXAMPLE), **_READ}
CREATE: Final[Responses] = {201: _PLAN_ANSWER, **errors(Permission.PLAN_EDIT, changes=True)}
ONE: Final[Responses] = {200: _PLAN_ANSWER, 404: _UNKNOWN, **_READ}
CHANGE: Final[Responses] = {
    200: _PLAN_ANSWER,
    404: _UNKNOWN,
    409: _STATE,
    **errors(Permission.PLAN_EDIT, changes=True, version=True),
}
REPORT: Final[Responses] = {
    200: answer("AnnualPlanReport", "检查的全部内容", {"errors": 0, "remarks": [], "strata": []}),
    404: _UNKNOWN,
    409: _MISSING,
    **_READ,
}
DOCUMENT_BODY: Final = body("AnnualPlanDocument", DOCUMENT_EXAMPLE)
_ACT_EXAMPLES: Final[dict[str, Any]] = {
    "submit": {"reasons": {"P01": "与专项检查重复"}},
    "return": {"words": "比例偏高"},
    "file": {"on": "2026-03-30", "number": "备〔2026〕1号"},
}


def act_body(name: str) -> dict[str, Any]:
    """``openapi_extra`` of an act."""
    return body(f"AnnualPlan{name.capitalize()}", _ACT_EXAMPLES.get(name, {}))


def act_answers(permission: Permission) -> Responses:
    """What an act answers."""
    return {200: _PLAN_ANSWER, 404: _UNKNOWN, 409: _STATE, **errors(permission, changes=True, version=True)}


_EVENT: Final = {"id": "ssq-2026137", "what": "双色球第2026137期", "format": "rr.rr.rr.rr.rr.rr+bb", "when": _MOMENT}
DRAW_BODY: Final = body(
    "AnnualPlanDraw",
    {"entries": ["P01"], "draw_id": "2026-Q4", "title": "第四季度抽查", "public": [_EVENT], "holders": ["司法局"]},
)
DRAW: Final[Responses] = {
    201: {
        "description": "抽取草稿",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Draw"}}},
    },
    404: _UNKNOWN,
    409: problem("计划没有批准过", not_in_force=StateError("plan_not_in_force", state="草稿")),
    **errors(Permission.DRAW_COMMIT, changes=True),
}
LIBRARIES: Final[Responses] = {200: answer("LibraryList", "三个库", {"items": [LIBRARY_EXAMPLE]}), **_READ}
_BYTES: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
FILE_BODY: Final = {"requestBody": {"required": True, "content": _BYTES}}
IMPORT: Final[Responses] = {
    200: answer("Library", "现在有效的版本", LIBRARY_EXAMPLE),
    **errors(Permission.LIBRARY_EDIT, changes=True),
    422: problem(
        "文件有误，写明行和列",
        cell=InputError.at("/items.xlsx/3/事项类别", "library_choice", value="要紧", allowed=["一般", "重点"]),
    ),
}
TASKS: Final[Responses] = {
    200: page("TaskPage", "一页任务", TASK_LISTED_EXAMPLE),
    **errors(Permission.TASK_READ),
}
TASK: Final[Responses] = {200: answer("Task", "任务", TASK_EXAMPLE), 404: _NO_TASK, **errors(Permission.TASK_READ)}
_JOB: Final = "job-01KB0TXH8G0000000000000000"
MAKE_BODY: Final = body("TaskMaking", {"draw": "2026-Q4", "dispatch": True})
MAKE: Final[Responses] = {
    201: answer("TasksMade", "生成的任务", {"draw": "2026-Q4", "tasks": 120, "joint": 80}),
    202: answer(
        "TasksBeingMade",
        "抽取很大，由后台任务生成",
        {"draw": "2026-Q4", "job": {"id": _JOB, "href": f"/api/v1/jobs/{_JOB}"}},
    ),
    409: problem("已经生成，或者抽取还没有派发", made=StateError("task_tasks_made", draw="2026-Q4")),
    **errors(Permission.TASK_DISPATCH, changes=True),
}
ENTRY_BODY: Final = body(
    "CheckEntry",
    {
        "checked_on": "2026-12-08",
        "method": "onsite",
        "scanned": True,
        "results": [
            {"item": "SC-04", "code_set": "province-results", "code": "3", "note": "过期两袋", "due_on": "2026-12-20"}
        ],
    },
)
_TASK_STATE: Final = problem(
    "状态不允许，或者不是派给您的",
    state=StateError("task_act", act="录入结果", state="已公示", allowed=[]),
    yours=StateError("task_not_yours"),
)
_CHECKED: Final = answer("TaskCheck", "一个部门的检查", CHECK_EXAMPLE)
ENTER: Final[Responses] = {
    200: _CHECKED,
    404: _NO_TASK,
    409: _TASK_STATE,
    **errors(Permission.TASK_RESULT, changes=True, version=True),
}
REVIEW_BODY: Final = body("CheckReview", {"passed": False, "words": "照片不清楚"})
REVIEW: Final[Responses] = {
    200: _CHECKED,
    404: _NO_TASK,
    409: _TASK_STATE,
    **errors(Permission.TASK_DISPATCH, changes=True, version=True),
}
CANCEL_BODY: Final = body("CheckCancellation", {"code": "no_staff", "words": "消防支队本季度没有可派的人员"})
CANCEL: Final[Responses] = {
    200: _CHECKED,
    404: _NO_TASK,
    409: problem(
        "状态不允许，或者已经排上人",
        state=StateError("task_act", act="取消", state="已公示", allowed=[]),
        staff=StateError("task_has_staff", people=["I00037"]),
    ),
    **errors(Permission.TASK_DISPATCH, changes=True),
}
PUBLICATION: Final[Responses] = {
    200: answer("InspectionResults", "可以公示的结果", {"year": 2026, "items": []}),
    **errors(Permission.TASK_READ),
}
FIGURES: Final[Responses] = {
    200: answer("InspectionFigures", "统计指标", {"year": 2026, "items": [FIGURE_EXAMPLE]}),
    409: _MISSING,
    **errors(Permission.STATISTICS_READ),
}
