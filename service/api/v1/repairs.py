"""``/api/v1/repairs``: whether a credit record can be repaired."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kernel.jsondoc import read_json
from service.api.deps import public
from service.api.describe_repair import REPAIR_BODY, REPAIR_RESPONSES
from service.body import raw_body

router = APIRouter(prefix="/api/v1", tags=["信用修复"])
_NO_STORE: Final = {"cache-control": "no-store"}


@router.post(
    "/repairs/check",
    dependencies=[public("判断一条记录，不读取也不保存任何数据")],
    summary="判断一条信用记录能否修复",
    description=(
        "与命令 `xinheng repair check` 使用同一份记录、得到同一份结果：结论，适用的办法和类别，最早申请日和公示截止日，"
        "逐项条件，还缺哪些事实，法律没有定论之处的各种读法，下一步，办理期限。没有写 on 的，按今天判断。"
    ),
    openapi_extra=REPAIR_BODY,
    responses=REPAIR_RESPONSES,
    response_class=Response,
)
def check_repair(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
    """Answer for the record in the body."""
    answer = request.app.state.repairs.check_request(read_json(body))
    return Response(orjson.dumps(answer), media_type="application/json", headers=_NO_STORE)
