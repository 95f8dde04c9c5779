"""What every description of an endpoint is made of: answers with examples, the errors any route may give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError, XinhengError, problem_document
from service.access.errors import LoginRequiredError, PermissionDeniedError
from service.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.access.permissions import Permission

Responses = dict[int | str, dict[str, Any]]
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"


def content(name: str, media: str, examples: Mapping[str, object]) -> dict[str, Any]:
    """A body of a named schema with its examples."""
    shown = {key: {"summary": key, "value": value} for key, value in examples.items()}
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": shown}}


def body(name: str, example: object) -> dict[str, Any]:
    """``openapi_extra`` of an endpoint that reads its body itself."""
    return {"requestBody": {"required": True, "content": content(name, JSON, {"example": example})}}


def answer(name: str, description: str, example: object) -> dict[str, Any]:
    """A JSON answer."""
    return {"description": description, "content": content(name, JSON, {"example": example})}


def page(name: str, description: str, item: object) -> dict[str, Any]:
    """A page of a list: ``total``, ``offset``, ``limit``, ``items``, ``next``."""
    return answer(name, description, {"total": 1, "offset": 0, "limit": 50, "items": [item], "next": None})


def problem(description: str, **errors: XinhengError) -> dict[str, Any]:
    """An answer that is a problem document, with each error as it is sent."""
    found = content("Problem", PROBLEM, {name: problem_document(one) for name, one in errors.items()})
    return {"description": description, "content": found}


def errors(permission: Permission | None, *, changes: bool = False, version: bool = False) -> Responses:
    """What every route with this right may answer; ``version``: it needs ``If-Match``."""
    wrong = InputError.at("/limit", "parameter_wrong", name="limit", value="0", why="应当不小于 1")
    found: Responses = {
        401: problem("没有登录，或者令牌无效", login=LoginRequiredError()),
        422: problem("参数或者内容有误", wrong=wrong),
        500: problem("系统内部出错", internal_error=XinhengError()),
        503: problem("数据库连接不上", unreachable=HttpError(503, "database_unreachable")),
    }
    if permission is not None:
        denied = PermissionDeniedError(permission=permission.value, title=permission.label)
        found[403] = problem("没有权限", permission=denied)
    if changes:
        found[413] = problem("内容过大", too_large=HttpError(413, "body_too_large", max_bytes=1_000_000))
        found[415] = problem("内容类型不对", text=HttpError(415, "unsupported_media_type", media_type="text/plain"))
    if version:
        found[412] = problem("记录已被他人修改", stale=HttpError(412, "version_stale", version=4))
        found[428] = problem("没有写明所依据的版本", required=HttpError(428, "version_required"))
    return dict(sorted(found.items()))
