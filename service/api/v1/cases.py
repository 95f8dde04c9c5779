"""``/api/v1/cases``: deciding a case."""

from __future__ import annotations

from typing import Final

import orjson
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import State  # noqa: TC002  (beside an endpoint, whose annotations FastAPI reads)

from kernel.jsondoc import read_json
from service.api.deps import public
from service.api.describe import CASE_BODY, CHECK_RESPONSES
from service.body import raw_body

router = APIRouter(prefix="/api/v1", tags=["案件"])
_SMALL: Final = 4_096
"""Bytes of a case that names no long list of items and no long history: decided at once, where the request is read."""
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
async def check_case(request: Request) -> Response:
    """Decide the case in the body."""
    body = await raw_body(request)
    # A decision takes less than half a millisecond, and a fourth of that to hand it to a thread and back.
    if len(body) <= _SMALL:
        return _decided(request.app.state, body)
    return await run_in_threadpool(_decided, request.app.state, body)


def _decided(state: State, body: bytes) -> Response:
    decision = state.engine.check(read_json(body))
    state.metrics.decision(decision)
    # The bytes as they are: validating our own answer again would cost more than the decision.
    return Response(orjson.dumps(decision), media_type="application/json", headers=_NO_STORE)
