"""The words of the OpenAPI document that stand beside the endpoints: bodies, answers, examples."""

from __future__ import annotations

import json
from typing import Any, Final

from kernel.datafile import read_text
from kernel.errors import InputError, XinhengError, problem_document
from service.api.describe_accounts import ACCOUNT_RESPONSES
from service.api.describe_cases import CASE_RESPONSES
from service.api.describe_desk import DESK_RESPONSES
from service.api.describe_draws import DRAW_RESPONSES
from service.api.describe_platform import PLATFORM_RESPONSES
from service.api.schemas import ref
from service.errors import HttpError

Responses = dict[int | str, dict[str, Any]]
EXAMPLE_CASE: Final[dict[str, Any]] = json.loads(read_text("case.json", "service.api.examples"))
EXAMPLE_DECISION: Final[dict[str, Any]] = json.loads(read_text("decision.json", "service.api.examples"))
_STATUTE_ONLY: Final = {"jurisdiction": "210200", "facts": {"party_type": "individual", "party_age": 13}}


def _example(summary: str, value: object) -> dict[str, Any]:
    return {"summary": summary, "value": value}


def _json(name: str, description: str, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"schema": ref(name), **({"examples": examples} if examples else {})}
    return {"description": description, "content": {"application/json": content}}


def _problem(description: str, errors: dict[str, XinhengError]) -> dict[str, Any]:
    examples = {name: _example(error.title, problem_document(error)) for name, error in errors.items()}
    content = {"schema": ref("Problem"), "examples": examples}
    return {"description": description, "content": {"application/problem+json": content}}


def _input(pointer: str, code: str, **params: object) -> InputError:
    return InputError.at(pointer, code, **params)


CASE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": ref("Case"),
                "examples": {
                    "expired_food": _example("销售过期食品，问一项清单事项", EXAMPLE_CASE),
                    "statute_only": _example("只问一般法定情形", _STATUTE_ONLY),
                },
            }
        },
    }
}
_FAULT: Final = _problem("系统内部出错", {"internal_error": XinhengError()})
_BAD_QUERY: Final = _problem(
    "查询参数有误",
    {
        "limit": _input("/limit", "parameter_wrong", name="limit", value="0", why="应当不小于 1"),
        "place": _input("/jurisdiction", "region_form", value="大连"),
    },
)
BAD_BODY: Final = _problem(
    "内容有误；一次列出全部错误",
    {
        "unknown": _input("/colour", "unknown_key", key="colour", allowed="color"),
        "syntax": _input("", "json_syntax", line=3, column=12, near="}"),
    },
)
"""Of every route that takes a body and says nothing more particular."""
_NOT_CHANGED: Final[dict[str, Any]] = {"description": "与 If-None-Match 所指的内容相同"}
CHECK_RESPONSES: Final[Responses] = {
    200: _json("Decision", "结论", {"expired_food": _example("还缺几项事实（节选）", EXAMPLE_DECISION)}),
    413: _problem("内容过大", {"too_large": HttpError(413, "body_too_large", max_bytes=1_000_000)}),
    415: _problem("内容类型不对", {"text": HttpError(415, "unsupported_media_type", media_type="text/plain")}),
    422: _problem(
        "案件有误；一次列出全部错误",
        {
            "unknown_fact": _input(
                "/facts/goods_value", "unknown_fact", fact="goods_value", nearest="goods_value_yuan"
            ),
            "number": _input("/facts/goods_value_yuan", "number_not_finite", value="NaN"),
            "syntax": _input("", "json_syntax", line=3, column=12, near="}"),
        },
    ),
    500: _FAULT,
}
ROWS_RESPONSES: Final[Responses] = {
    200: _json("Rows", "一页条目"),
    304: _NOT_CHANGED,
    422: _BAD_QUERY,
    500: _FAULT,
}
ENTRY_RESPONSES: Final[Responses] = {
    200: _json("Entry", "一个条目"),
    304: _NOT_CHANGED,
    404: _problem(
        "没有这个编号", {"unknown": HttpError(404, "unknown_provision", id="MR-N5", nearest="MR-N05、MR-N15")}
    ),
    500: _FAULT,
}
FACTS_RESPONSES: Final[Responses] = {200: _json("FactTable", "事实词表"), 304: _NOT_CHANGED, 500: _FAULT}
RESPONSES: Final[dict[str, Responses]] = {
    "/api/v1/cases/check": CHECK_RESPONSES,
    "/api/v1/rules": ROWS_RESPONSES,
    "/api/v1/violations": ROWS_RESPONSES,
    "/api/v1/rules/{id}": ENTRY_RESPONSES,
    "/api/v1/facts": FACTS_RESPONSES,
    **CASE_RESPONSES,
    **DESK_RESPONSES,
    **PLATFORM_RESPONSES,
    **ACCOUNT_RESPONSES,
    **DRAW_RESPONSES,
}
"""What each address answers with; a method before the address where several share it."""
