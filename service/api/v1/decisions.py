"""``/api/v1/decisions``: what was decided, and whether it still comes out the same."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter
from fastapi.responses import Response

from service.access.permissions import Permission
from service.api import describe_cases as words
from service.api.deps import reads, writes
from service.cases.present import decision_json
from service.cases.replay import replay
from service.db.repositories import cases as store
from service.work import Work  # noqa: TC001 - FastAPI reads the annotation

router = APIRouter(prefix="/api/v1", tags=["案件"])
_NO_STORE = {"cache-control": "no-store"}


@router.get("/decisions/{id}", summary="一份决定", responses=words.DECISION, response_class=Response)
def show_decision(work: Annotated[Work, reads(Permission.CASE_READ)], id: str) -> Response:  # noqa: A002
    """A decision with the facts as decided and the whole answer."""
    return _sent(decision_json(store.decision(work.session, work.actor, id)))


@router.post(
    "/decisions/{id}/replay",
    summary="复算一份决定",
    description="按保存的事实和当时的规则目录重新计算，逐项比较；结果记在决定旁边。",
    responses=words.REPLAY,
    response_class=Response,
)
def replay_decision(work: Annotated[Work, writes(Permission.CASE_REPLAY)], id: str) -> Response:  # noqa: A002
    """Compute a decision again."""
    return _sent(replay(work, id).as_dict())


def _sent(document: object) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers=_NO_STORE)
