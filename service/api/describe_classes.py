"""The words of the OpenAPI document beside classes: schemas, answers, errors, examples. All of it internal."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import InputError
from service.access.permissions import Permission
from service.api.describing import Responses, answer, body, errors, problem
from service.errors import HttpError, StateError

_READ, _RUN, _SET = Permission.SCORE_READ, Permission.SCORE_RUN, Permission.OVERRIDE_SET
_CODE: Final = "91210200MA0000001X"
_DIGEST: Final = "sha256:" + "7a" * 32
_MOMENT: Final = "2026-11-25T09:30:00+08:00"
_MATRIX: Final = {one: dict.fromkeys(("A", "B", "C", "D", ""), 0) for one in ("A", "B", "C", "D", "")}
_MONTH: Final[dict[str, Any]] = {
    "id": "month-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "month": "2026-11",
    "number": 1,
    "scheme": "default",
    "scheme_version": "2026.11-2",
    "scheme_digest": _DIGEST,
    "scored_on": "2026-11-20",
    "department": "市场监管综合执法",
    "region": "210200",
    "rows": 20000,
    "counts": {"A": 12880, "B": 5340, "C": 1380, "D": 400},
    "report": {
        "unscored": 0,
        "problems": 3,
        "duplicates": 0,
        "missing_columns": [],
        "insufficient": 0,
        "changes": {"matched": 20000, "moved": 412, "new": 0, "gone": 0, "matrix": _MATRIX},
    },
    "created_at": _MOMENT,
    "created_by_name": "钱经办",
}
_RESULT: Final[dict[str, Any]] = {
    "uscc": _CODE,
    "score": 131,
    "class": "C",
    "points_basic": 21,
    "points_dynamic": 30,
    "points_supervision": 75,
    "points_relations": 0,
    "points_social": 5,
    "override": None,
    "reason_1": "N301",
    "reason_1_points": 60,
    "reason_2": "N207",
    "reason_2_points": 15,
    "reason_3": "N101",
    "reason_3_points": 12,
    "scheme": "default",
    "scheme_version": "2026.11-2",
    "problem": None,
}
_COMPARED: Final = ("score", "class", "override", "reason_1", "reason_2", "reason_3")
_MOVED: Final[dict[str, Any]] = {
    "uscc": _CODE,
    **{f"{name}{end}": _RESULT[name] for end in ("", "_to") for name in _COMPARED},
}
_WARNING: Final = {"sign": "E1", "title": "类别骤降两级以上", "uscc": _CODE, "seen": "A→C，40→131 分"}
_DECIDED: Final[dict[str, Any]] = {
    "id": "override-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "uscc": _CODE,
    "class": "B",
    "class_by_scheme": "C",
    "reason": "已经迁址并重新核实住所，异常情形消失",
    "since": "2026-11-25",
    "until": "2027-03-01",
    "author": "孙审核",
    "holds": True,
    "ended_at": None,
    "version": 1,
}
_INDICATOR: Final[dict[str, Any]] = {
    "id": "N207",
    "title": "连续未年报年数",
    "dimension": "dynamic",
    "columns": ["missed_reports"],
    "value": 1,
    "band": "1",
    "points": 15,
    "most": 30,
    "missing": False,
    "why": "不年报是失联和停业最早的信号",
    "data": "年度报告公示",
    "source": "山东（2020），一处来源",
}
_ENTERPRISE: Final[dict[str, Any]] = {
    "uscc": _CODE,
    "class_now": "B",
    "month": _MONTH,
    "history": [{"id": _MONTH["id"], "month": "2026-11", "scored_on": "2026-11-20", **_RESULT}],
    "indicators": [_INDICATOR],
    "overrides": [_DECIDED],
    "warnings": [_WARNING],
}
_NO_MONTH: Final = problem("没有这个月的分类", unknown=HttpError(404, "class_month_unknown", id="month-0"))
_NO_FIRM: Final = problem("没有这户企业", unknown=HttpError(404, "class_enterprise_unknown", uscc="X"))
_NO_DECISION: Final = problem("没有这条人工调整", unknown=HttpError(404, "class_override_unknown", id="override-0"))
_ENDED: Final = problem("已经终止", ended=StateError("class_override_ended"))
_MEETS: Final = problem(
    "不能调整",
    meets=StateError("class_override_meets", since="2026-11-01", until="2026-12-01"),
    law=StateError("class_override_against_law", rule="H01 严重违法失信名单", why="方案直接判定的是法定事实"),
)
_NO_FILE: Final = problem("指标列的表不在文件库", missing=StateError("stored_file_missing", digest=_DIGEST))
_KEY: Final = problem(
    "内容有误，或者幂等键用于另一个请求",
    reason=InputError.at("/reason", "override_reason", least=10, most=1000),
    reused=InputError.at("", "idempotency_key_reused"),
)


def _page(name: str, item: object) -> dict[str, Any]:
    return answer(name, "一页", {"total": 1, "offset": 0, "limit": 50, "items": [item]})


COLUMNS_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}}},
    }
}
MONTH_BODY: Final = body("ClassMonthWish", {"columns": _DIGEST, "on": "2026-11-20", "scheme": "default"})
OVERRIDE_BODY: Final = body(
    "ClassOverrideWish",
    {"class": "B", "reason": _DECIDED["reason"], "since": "2026-11-25", "until": "2027-03-01"},
)
MONTHS: Final[Responses] = {200: answer("ClassMonths", "各月", {"items": [_MONTH]}), **errors(_READ)}
MONTH: Final[Responses] = {200: answer("ClassMonth", "一个月", _MONTH), 404: _NO_MONTH, **errors(_READ)}
KEPT: Final[Responses] = {
    201: answer("ClassColumns", "已保存", {"columns": _DIGEST, "rows": 20000, "missing_columns": []}),
    **errors(_RUN, changes=True),
}
STARTED: Final[Responses] = {
    202: answer("ClassJob", "已开始，结果见后台任务", {"job": "job-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A"}),
    409: _NO_FILE,
    **errors(_RUN, changes=True),
}
ENTERPRISES: Final[Responses] = {200: _page("ClassResults", _RESULT), 404: _NO_MONTH, **errors(_READ)}
MOVERS: Final[Responses] = {200: _page("ClassMovers", _MOVED), 404: _NO_MONTH, **errors(_READ)}
WARNINGS: Final[Responses] = {200: _page("ClassWarnings", _WARNING), 404: _NO_MONTH, **errors(_READ)}
ENTERPRISE: Final[Responses] = {200: answer("ClassedEnterprise", "企业", _ENTERPRISE), 404: _NO_FIRM, **errors(_READ)}
OVERRIDES: Final[Responses] = {200: answer("ClassOverrides", "人工调整", {"items": [_DECIDED]}), **errors(_READ)}
DECIDE: Final[Responses] = {
    201: answer("ClassOverride", "已调整", _DECIDED),
    404: _NO_FIRM,
    409: _MEETS,
    **errors(_SET, changes=True),
    422: _KEY,
}
END: Final[Responses] = {
    200: answer("ClassOverride", "已终止", {**_DECIDED, "holds": False, "ended_at": _MOMENT, "version": 2}),
    404: _NO_DECISION,
    409: _ENDED,
    **errors(_SET, version=True),
}

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: Final[dict[str, Any]] = {"type": ["integer", "null"]}
_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
_NUMBERS: Final[dict[str, Any]] = {"type": "object", "additionalProperties": {"type": "integer"}}


def _object(
    properties: dict[str, Any], *, closed: bool = False, needed: tuple[str, ...] | None = None
) -> dict[str, Any]:
    found = {"type": "object", "required": list(needed or properties), "properties": properties}
    return {**found, "additionalProperties": False} if closed else found


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _items(name: str, *, page: bool = False) -> dict[str, Any]:
    listed = {"items": {"type": "array", "items": _ref(name)}}
    return _object({"total": _COUNT, "offset": _COUNT, "limit": _COUNT, **listed} if page else listed)


def _schema_of(example: object) -> dict[str, Any]:
    """A schema by what the example shows: text, numbers, objects of numbers."""
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, int):
        return _COUNT_OR_NULL
    return _NUMBERS if isinstance(example, dict) else _OR_NULL


_RESULT_SCHEMA: Final = {name: _schema_of(value) for name, value in _RESULT.items()}
SCHEMAS: Final[dict[str, Any]] = {
    "ClassMonthWish": _object({"columns": _TEXT, "on": _DAY, "scheme": _TEXT}, closed=True, needed=("columns", "on")),
    "ClassOverrideWish": _object(
        {"class": _TEXT, "reason": _TEXT, "since": _DAY, "until": _DAY},
        closed=True,
        needed=("class", "reason", "until"),
    ),
    "ClassColumns": _object({"columns": _TEXT, "rows": _COUNT, "missing_columns": {"type": "array", "items": _TEXT}}),
    "ClassJob": _object({"job": _TEXT}),
    "ClassMonth": _object(
        {name: _schema_of(value) for name, value in _MONTH.items() if name != "report"} | {"report": {"type": "object"}}
    ),
    "ClassMonths": _items("ClassMonth"),
    "ClassResult": _object(_RESULT_SCHEMA),
    "ClassResults": _items("ClassResult", page=True),
    "ClassMover": _object({name: _schema_of(value) for name, value in _MOVED.items()}),
    "ClassMovers": _items("ClassMover", page=True),
    "ClassWarning": _object(dict.fromkeys(_WARNING, _TEXT)),
    "ClassWarnings": _items("ClassWarning", page=True),
    "ClassOverride": _object({name: _schema_of(value) for name, value in _DECIDED.items()}),
    "ClassOverrides": _items("ClassOverride"),
    "ClassedEnterprise": _object(
        {
            "uscc": _TEXT,
            "class_now": _OR_NULL,
            "month": _ref("ClassMonth"),
            "history": {"type": "array", "items": _ref("ClassResult")},
            "indicators": {"type": ["array", "null"], "items": {"type": "object"}},
            "overrides": {"type": "array", "items": _ref("ClassOverride")},
            "warnings": {"type": "array", "items": _ref("ClassWarning")},
        }
    ),
}
