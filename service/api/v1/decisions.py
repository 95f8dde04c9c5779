"""``/api/v1/decisions``: what was decided, and whether it still comes out the same."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - FastAPI reads what is beside the routes
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, func, select

from service.access.permissions import Permission
from service.api import describe_cases as words
from service.api.deps import reads, writes
from service.cases.events import DecisionsExported
from service.cases.present import decision_json
from service.cases.replay import replay
from service.db.mapping.cases import decision_of
from service.db.repositories import cases as store
from service.db.tables.cases import DecisionRow
from service.work import Work  # noqa: TC001 - FastAPI reads the annotation

if TYPE_CHECKING:
    from sqlmodel.sql.expression import SelectOfScalar

    from service.db.database import Database

router = APIRouter(prefix="/api/v1", tags=["案件"])
_NO_STORE = {"cache-control": "no-store"}
_NDJSON = "application/x-ndjson"


class DecisionFilter(BaseModel):
    """Which decisions are wanted."""

    model_config = ConfigDict(extra="forbid")

    violation: str | None = Field(None, max_length=80, description="案由编号")
    chosen: str | None = Field(None, max_length=40, description="办案机关的决定")
    departs: bool | None = Field(None, description="与系统结论不同的（true），或者相同的（false）")
    verdict: Literal["agrees", "differs", "failed"] | None = Field(None, description="最近一次复算的结果")
    catalogue: str | None = Field(None, max_length=71, description="规则目录的摘要")
    decided_from: date | None = Field(None, description="决定日不早于")
    decided_until: date | None = Field(None, description="决定日早于")

    def statement(self, work: Work) -> SelectOfScalar[DecisionRow]:
        """The query for them, within the caller's area."""
        exact = self.model_dump(include={"violation", "chosen", "departs", "verdict", "catalogue"})
        found = store.decisions_within(work.actor, **exact)
        if self.decided_from:
            found = found.where(col(DecisionRow.decided_on) >= self.decided_from)
        return found.where(col(DecisionRow.decided_on) < self.decided_until) if self.decided_until else found


class DecisionPage(DecisionFilter):
    """The same, a page of them."""

    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


@router.get("/decisions", summary="决定列表", responses=words.DECISIONS, response_class=Response)
def list_decisions(
    request: Request,
    work: Annotated[Work, reads(Permission.CASE_READ)],
    query: Annotated[DecisionPage, Query()],
) -> Response:
    """Decisions within the caller's area, the newest first, without the facts."""
    found = query.statement(work)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    page = found.order_by(col(DecisionRow.decided_on).desc(), col(DecisionRow.id).desc())
    rows = work.session.exec(page.offset(query.offset).limit(query.limit))
    end = query.offset + query.limit
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(end)})}"
    return _sent(
        {
            "total": total,
            "offset": query.offset,
            "limit": query.limit,
            "items": [decision_json(decision_of(row), whole=False) for row in rows],
            "next": following if end < total else None,
        }
    )


@router.get(
    "/decisions/export",
    summary="导出决定",
    description="一行一份决定，连同认定的事实和全部结论；逐行发送，不限数量。",
    responses=words.DECISIONS_EXPORT,
    response_class=Response,
)
def export_decisions(
    request: Request,
    work: Annotated[Work, reads(Permission.CASE_READ)],
    query: Annotated[DecisionFilter, Query()],
) -> StreamingResponse:
    """Every decision that matches, as lines; the trail is told."""
    wanted = query.statement(work)
    given = query.model_dump(mode="json", exclude_none=True)
    work.record(DecisionsExported(subject="decisions", filter={key: str(value) for key, value in given.items()}))
    headers = {**_NO_STORE, "content-disposition": 'attachment; filename="decisions.ndjson"'}
    return StreamingResponse(_lines(request.app.state.works.database, wanted), media_type=_NDJSON, headers=headers)


def _lines(database: Database, wanted: Any) -> Iterator[bytes]:  # noqa: ANN401 - a statement
    """The lines, read in a transaction of their own: that of the request ends before its answer begins."""
    with database.read() as session:
        for one in store.decision_stream(session, wanted):
            yield orjson.dumps(decision_json(one), option=orjson.OPT_APPEND_NEWLINE)


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
