"""The words of the OpenAPI document beside the endpoints of stored cases: bodies, answers, errors, examples."""

from __future__ import annotations

import json
from typing import Any, Final

from kernel.datafile import read_text
from kernel.errors import InputError, RefusedError, XinhengError, problem_document
from service.access.errors import LoginRequiredError, PermissionDeniedError
from service.access.permissions import Permission
from service.documents.make import FORMATS
from service.errors import HttpError, StateError

Responses = dict[int | str, dict[str, Any]]
EXAMPLES: Final[dict[str, Any]] = json.loads(read_text("cases.json", "service.api.examples"))


def _content(name: str, media: str, examples: dict[str, Any]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": examples}}


def _body(name: str, **examples: str) -> dict[str, Any]:
    shown = {key: {"summary": summary, "value": EXAMPLES[key]} for key, summary in examples.items()}
    return {"requestBody": {"required": True, "content": _content(name, "application/json", shown)}}


def _made(name: str, description: str, example: str) -> dict[str, Any]:
    shown = {example: {"summary": description, "value": EXAMPLES[example]}}
    return {"description": description, "content": _content(name, "application/json", shown)}


def _problem(description: str, **errors: XinhengError) -> dict[str, Any]:
    examples = {name: {"summary": one.title, "value": problem_document(one)} for name, one in errors.items()}
    return {"description": description, "content": _content("Problem", "application/problem+json", examples)}


def _denied(permission: Permission) -> dict[str, Any]:
    error: RefusedError = PermissionDeniedError(permission=permission.value, title=permission.label)
    return _problem("没有权限", permission=error)


def _errors(permission: Permission, *, body: bool = False, version: bool = False) -> Responses:
    """The answers that every route with this right may give."""
    found: Responses = {
        401: _problem("没有登录，或者令牌无效", login=LoginRequiredError()),
        403: _denied(permission),
        404: _problem("没有这个编号，或者不在管辖范围内", unknown=HttpError(404, "case_unknown", id="case-0")),
        500: _problem("系统内部出错", internal_error=XinhengError()),
    }
    if body:
        found[413] = _problem("内容过大", too_large=HttpError(413, "body_too_large", max_bytes=1_000_000))
        found[415] = _problem("内容类型不对", text=HttpError(415, "unsupported_media_type", media_type="text/plain"))
    if version:
        found[412] = _problem("记录已被他人修改", stale=HttpError(412, "version_stale", version=4))
        found[428] = _problem("没有写明所依据的版本", required=HttpError(428, "version_required"))
    return dict(sorted(found.items(), key=lambda pair: str(pair[0])))


_WRONG_QUERY: Final = _problem(
    "查询参数有误", limit=InputError.at("/limit", "parameter_wrong", name="limit", value="0", why="应当不小于 1")
)
_WRONG_ENTRY: Final = _problem(
    "内容有误；一次列出全部错误",
    fact=InputError.at("/document/facts/goods_value", "unknown_fact", fact="goods_value", nearest="goods_value_yuan"),
    number=InputError.at("/number", "case_number_taken", number="市监罚〔2026〕12号"),
    key=InputError.at("", "idempotency_key_reused"),
)
_WRONG_REASON: Final = _problem(
    "没有写明理由", reason=InputError.at("/reason", "reason_needed", act="修改案件", most=1000)
)
_WRONG_CHOICE: Final = _problem(
    "决定有误",
    reason=InputError.at("/reason", "decision_reason_needed", proposed="不予行政处罚", chosen="一般行政处罚", fine=""),
    fine=InputError.at("/fine_yuan", "decision_fine_wrong", value="五千"),
)
_IS_DECIDED: Final = _problem("案件的状态不允许", decided=StateError("case_is_decided"))

_NOT_FOUND: Final = 404
_BYTES: Final = {"type": "string", "format": "binary"}
ENTRY_BODY: Final = _body("CaseEntry", entry="一个案件，写明部分事实的证据")
REVISION_BODY: Final = _body("CaseRevision", revision="更正货值")
CHOICE_BODY: Final = _body("CaseChoice", choice="按系统结论", departing="与系统结论不同")
REASON_BODY: Final = _body("Reason", reason="写明理由")

LIST: Final[Responses] = {
    200: _made("CasePage", "一页案件", "page"),
    422: _WRONG_QUERY,
    **_errors(Permission.CASE_READ),
}
LIST.pop(404)
CREATE: Final[Responses] = {
    201: _made("StoredCase", "已登记的案件", "case"),
    422: _WRONG_ENTRY,
    **_errors(Permission.CASE_EDIT, body=True),
}
ONE: Final[Responses] = {200: _made("StoredCase", "案件", "case"), **_errors(Permission.CASE_READ)}
CHANGE: Final[Responses] = {
    200: _made("StoredCase", "修改后的案件", "case"),
    409: _IS_DECIDED,
    422: _WRONG_ENTRY,
    **_errors(Permission.CASE_EDIT, body=True, version=True),
}
DECIDE: Final[Responses] = {
    201: _made("StoredDecision", "决定", "decision"),
    409: _problem(
        "现在不能作出决定",
        blocked=StateError("decision_blocked", why="一名执法人员不能调查"),
        history=StateError("decision_history_open", count=1, records="2026-03-05 市监罚〔2026〕3号"),
    ),
    422: _WRONG_CHOICE,
    **_errors(Permission.CASE_DECIDE, body=True, version=True),
}
REOPEN: Final[Responses] = {
    200: _made("StoredCase", "重新办理的案件", "case"),
    409: _problem("案件还没有决定", state=StateError("case_not_decided")),
    422: _WRONG_REASON,
    **_errors(Permission.CASE_DECIDE, body=True, version=True),
}
UNMASK: Final[Responses] = {
    200: _made("StoredCase", "案件，当事人信息未遮盖", "case"),
    422: _WRONG_REASON,
    **_errors(Permission.UNMASK, body=True),
}
HISTORY: Final[Responses] = {200: _made("CaseHistory", "全部历史", "history"), **_errors(Permission.CASE_READ)}
DOCUMENTS: Final[Responses] = {200: _made("CaseDocuments", "文书", "documents"), **_errors(Permission.CASE_READ)}
DOCUMENT: Final[Responses] = {
    200: {
        "description": "文书",
        "content": {
            media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media in FORMATS.values()
        },
    },
    409: _problem("结论不支持这份文书", tier=StateError("document_tier", title="不予处罚决定书", tier="一般行政处罚")),
    422: _problem("案件有误", fact=InputError.at("/facts/goods_value_yuan", "number_not_finite", value="NaN")),
    **_errors(Permission.CASE_READ),
}
_HEADS: Final = {"total": 1, "offset": 0, "limit": 50, "items": EXAMPLES["history"]["decisions"], "next": None}
DECISIONS: Final[Responses] = {
    200: {
        "description": "一页决定",
        "content": _content("DecisionPage", "application/json", {"page": {"summary": "一页", "value": _HEADS}}),
    },
    422: _WRONG_QUERY,
    **{status: one for status, one in _errors(Permission.CASE_READ).items() if status != _NOT_FOUND},
}
DECISIONS_EXPORT: Final[Responses] = {
    200: {"description": "一行一份决定", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
    422: _WRONG_QUERY,
    **{status: one for status, one in _errors(Permission.CASE_READ).items() if status != _NOT_FOUND},
}
DECISION: Final[Responses] = {200: _made("StoredDecision", "决定", "decision"), **_errors(Permission.CASE_READ)}
REPLAY: Final[Responses] = {200: _made("Replayed", "复算结果", "replayed"), **_errors(Permission.CASE_REPLAY)}
CASE_RESPONSES: Final[dict[str, Responses]] = {
    "GET /api/v1/cases": LIST,
    "POST /api/v1/cases": CREATE,
    "GET /api/v1/cases/{id}": ONE,
    "PUT /api/v1/cases/{id}": CHANGE,
    "POST /api/v1/cases/{id}/decision": DECIDE,
    "POST /api/v1/cases/{id}/reopening": REOPEN,
    "POST /api/v1/cases/{id}/unmasking": UNMASK,
    "GET /api/v1/cases/{id}/history": HISTORY,
    "GET /api/v1/cases/{id}/documents": DOCUMENTS,
    "GET /api/v1/cases/{id}/documents/{name}": DOCUMENT,
    "GET /api/v1/decisions": DECISIONS,
    "GET /api/v1/decisions/export": DECISIONS_EXPORT,
    "GET /api/v1/decisions/{id}": DECISION,
    "POST /api/v1/decisions/{id}/replay": REPLAY,
}
"""What each method of each address answers with."""
