"""``/api/v1/rules``, ``/violations``, ``/facts``: the catalogue, to be read and kept by programs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import InputError
from service.api.deps import public
from service.api.describe import ENTRY_RESPONSES, FACTS_RESPONSES, ROWS_RESPONSES
from service.errors import HttpError
from service.rulebook import KINDS, Wanted, entry, fact_row, rows, search_rows

if TYPE_CHECKING:
    from service.engine import Engine

router = APIRouter(prefix="/api/v1", tags=["规则目录"], dependencies=[public("规则目录对所有人公开")])
_NOT_FOUND: Final = 404
_LONGEST: Final = 100
_ALL: Final = 1_000_000


class Page(BaseModel):
    """Which part of the rows is wanted."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=200, description="词语、拼音、法条或者编号；结果按相关程度排列")
    field: str | None = Field(None, max_length=_LONGEST, description="执法领域，例如 市场监管")
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=_ALL, description="从第几条开始（0 起）")


class RulesQuery(Page):
    """The filters of ``/rules``."""

    kind: Literal["list_item", "statute", "violation"] | None = Field(None, description="哪一类条目")
    list: Literal["no_penalty", "lighter", "mitigated", "no_coercive_measure"] | None = Field(
        None, description="哪一张清单"
    )
    jurisdiction: str | None = Field(None, max_length=_LONGEST, description="行政区划代码；列该地及其上级的事项")
    violation: str | None = Field(None, max_length=_LONGEST, description="案由编号；列与它有关的事项")


@router.get(
    "/rules",
    summary="清单事项和法定情形",
    responses=ROWS_RESPONSES,
    response_class=Response,
)
def list_rules(request: Request, query: Annotated[RulesQuery, Query()]) -> Response:
    """Rows of grounds; with ``q`` of violations too, best first."""
    kinds = (query.kind,) if query.kind else KINDS if query.q else ()
    wanted = Wanted(kinds, query.list, query.jurisdiction, query.field, query.violation)
    return _rows(request, query, wanted)


@router.get("/rules/{id}", summary="一个条目的全部内容", responses=ENTRY_RESPONSES, response_class=Response)
def show_rule(request: Request, id: str) -> Response:  # noqa: A002  (the name is that of the interface)
    """One provision of any kind, with its conditions in words and its definition."""
    engine: Engine = request.app.state.engine
    try:
        found = entry(engine.release, id)
    except InputError as error:
        raise HttpError(_NOT_FOUND, error.code, **error.params) from error
    return _kept(request, found)


@router.get("/violations", summary="案由", responses=ROWS_RESPONSES, response_class=Response)
def list_violations(request: Request, query: Annotated[Page, Query()]) -> Response:
    """Rows of violations."""
    return _rows(request, query, Wanted(("violation",), field=query.field))


@router.get("/facts", summary="事实词表", responses=FACTS_RESPONSES, response_class=Response)
def list_facts(request: Request) -> Response:
    """Every fact a case may have: type, values, the question an officer is asked."""
    vocabulary = request.app.state.engine.release.vocabulary
    groups = [{"id": name, "title": title} for name, title in vocabulary.groups.items()]
    facts = [fact_row(fact, vocabulary.groups) for fact in vocabulary]
    return _kept(request, {"groups": groups, "facts": facts})


def _rows(request: Request, query: Page, wanted: Wanted) -> Response:
    engine: Engine = request.app.state.engine
    if query.q is None:
        found = rows(engine.release, wanted)
    else:
        found = search_rows(engine.release, engine.search.find(query.q, _ALL), wanted)
    end = query.offset + query.limit
    return _kept(
        request,
        {
            "catalogue": {"digest": engine.release.digest},
            "total": len(found),
            "offset": query.offset,
            "limit": query.limit,
            "items": found[query.offset : end],
            "next": _next(request, end) if end < len(found) else None,
        },
    )


def _next(request: Request, offset: int) -> str:
    given = {**request.query_params, "offset": str(offset)}
    return f"{request.url.path}?{urlencode(given)}"


def _kept(request: Request, document: dict[str, Any]) -> Response:
    """An answer that caches may keep as long as they ask whether it is still the same."""
    body = orjson.dumps(document)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    asked = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
