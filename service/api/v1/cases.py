"""``/api/v1/cases``: deciding a case."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kernel.jsondoc import read_json
from service.api.deps import public
from service.api.describe import CASE_BODY, CHECK_RESPONSES
from service.body import raw_body

router = APIRouter(prefix="/api/v1", tags=["案件"])
_NO_STORE: Final = {"cache-control": "no-store"}


@router.post(
    "/cases/check",
    dependencies=[public("判断一个案件，不读取也不保存任何数据")],
    summary="判断一个案件",
    description=(
        "与命令 `xinheng case check` 使用同一份文件、得到同一份结果：四张清单各自的答案、幅度、新旧法比较、职责、提示，"
        "以及还缺哪些事实（最有用的在前）。没有写决定日的，按今天判断。"
    ),
    openapi_extra=CASE_BODY,
    responses=CHECK_RESPONSES,
    response_class=Response,
)
def check_case(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
    """Decide the case in the body."""
    state = request.app.state
    decision = state.engine.check(read_json(body))
    state.metrics.decision(decision)
    # The bytes as they are: validating our own answer again would cost more than the decision.
    return Response(orjson.dumps(decision), media_type="application/json", headers=_NO_STORE)
