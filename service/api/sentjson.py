"""JSON bodies with a closed set of members, read into models; every fault is told with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.errors import FieldError, InputError, pointer
from kernel.jsondoc import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pydantic_core import ErrorDetails


class Sent(BaseModel):
    """Base of what is sent to us: no member that is not known, no text taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


M = TypeVar("M", bound=Sent)
_WHY: Final[Mapping[str, str]] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "应当是文字",
    "int_type": "应当是整数",
    "list_type": "应当是数组",
    "model_type": "应当是 JSON 对象",
}


def read_sent(model: type[M], body: bytes) -> M:
    """The body as a model; InputError names every member that is wrong."""
    document = read_json(body)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = [_fault(one) for one in error.errors()]
        raise InputError(faults, faults[0].code if len(faults) == 1 else None) from error


def _fault(error: ErrorDetails) -> FieldError:
    why = _WHY.get(error["type"]) or _choices(error.get("ctx") or {})
    return FieldError(pointer(*error["loc"]), "member_wrong", {"why": why})


def _choices(context: Mapping[str, Any]) -> str:
    if "expected" in context:
        return f"可用的值：{context['expected']}"
    limits = "、".join(str(value) for value in context.values())
    return f"格式不对（{limits}）" if limits else "格式不对"
