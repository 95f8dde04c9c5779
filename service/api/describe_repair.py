"""The words of the OpenAPI document beside the endpoints of credit repair."""

from __future__ import annotations

import json
from typing import Any, Final

from kernel.datafile import read_text
from kernel.errors import InputError, XinhengError, problem_document
from service.errors import HttpError

Responses = dict[int | str, dict[str, Any]]
EXAMPLE_REQUEST: Final[dict[str, Any]] = json.loads(read_text("repair.json", "service.api.examples"))
EXAMPLE_ANSWER: Final[dict[str, Any]] = json.loads(read_text("repair_answer.json", "service.api.examples"))


def _content(name: str, media: str, examples: dict[str, Any]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": examples}}


def _problem(description: str, errors: dict[str, XinhengError]) -> dict[str, Any]:
    examples = {name: {"summary": error.title, "value": problem_document(error)} for name, error in errors.items()}
    return {"description": description, "content": _content("Problem", "application/problem+json", examples)}


_ASKED: Final = {"too_early": {"summary": "公示满三个月之前", "value": EXAMPLE_REQUEST}}
_ANSWERED: Final = {"too_early": {"summary": "期限未到", "value": EXAMPLE_ANSWER}}
REPAIR_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": _content("RepairRequest", "application/json", _ASKED)}
}
REPAIR_RESPONSES: Final[Responses] = {
    200: {"description": "结论", "content": _content("RepairAnswer", "application/json", _ANSWERED)},
    413: _problem("内容过大", {"too_large": HttpError(413, "body_too_large", max_bytes=1_000_000)}),
    415: _problem("内容类型不对", {"text": HttpError(415, "unsupported_media_type", media_type="text/plain")}),
    422: _problem(
        "记录有误；一次列出全部错误",
        {
            "kind": InputError.at("/record/kind", "record_kind_missing", allowed=["penalty", "abnormal_list"]),
            "day": InputError.at("/record/decision/decided_on", "record_no_such_day", value="2026-02-30"),
            "syntax": InputError.at("", "json_syntax", line=3, column=12, near="}"),
        },
    ),
    500: _problem("系统内部出错", {"internal_error": XinhengError()}),
}
