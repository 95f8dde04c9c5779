"""The OpenAPI document; ``python -m service.api.openapi FILE`` writes it for the reference."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from service.api.describe import BAD_BODY, RESPONSES
from service.api.schemas import schemas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from rules.facts import Vocabulary
    from service.api.describe import Responses

_ABOUT: Final = (
    "市场监管等领域行政处罚的适用判断。输入为 UTF-8 编码的 JSON，金额以元为单位（整数或者最多两位小数的文字），"
    "日期为 YYYY-MM-DD（中国的日历日）。错误一律为 application/problem+json（RFC 9457），errors 中逐处指明位置。"
    "重复的键、NaN、不认识的键一律拒绝。"
)
CONVERTOR: Final = re.compile(r":\w+}")
"""The form of an id in an address, which readers do not see."""
_UNUSED: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI, vocabulary: Vocabulary) -> dict[str, Any]:
    """The document of the application's routes, with our schemas."""
    document = get_openapi(title=app.title, version=app.version, description=_ABOUT, routes=app.routes)
    known = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _UNUSED:
        known.pop(name, None)
    declared = {
        (method, CONVERTOR.sub("}", str(route.path))): dict(getattr(route, "responses", None) or {})
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            named = RESPONSES.get(f"{method.upper()} {path}") or RESPONSES.get(path)
            _mend(operation, named or declared.get((method.upper(), path), {}))
    known.update(schemas(vocabulary))
    document["components"]["schemas"] = dict(sorted(known.items()))
    return document


def _mend(operation: dict[str, Any], answers: Responses) -> None:
    """Put our answers back as they are: FastAPI drops every null from examples, and adds an answer of its own."""
    operation["responses"].pop("422", None)
    operation["responses"].update({str(status): answer for status, answer in answers.items()})
    if "requestBody" in operation:  # whatever is sent can be wrong
        operation["responses"].setdefault("422", BAD_BODY)


def text(document: dict[str, Any]) -> str:
    """The document as it is kept in the reference."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the document of the delivered catalogue to the file named."""
    from service.app import create_app  # noqa: PLC0415  (the application imports this module)
    from service.settings import Settings  # noqa: PLC0415

    (name,) = sys.argv[1:] if argv is None else argv
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
        Path(name).write_text(text(app.openapi()), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
