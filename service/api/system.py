"""What operators and developers look at: live, ready, metrics, the description of the interface."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import XinhengError
from service import clock, metrics
from service.api.deps import public
from service.api.describe import EXAMPLE_CASE
from service.api.docspage import docs_html
from service.db import migrate
from service.dbmetrics import of_database
from service.errors import HttpError

if TYPE_CHECKING:
    from service.engine import Engine
    from service.work import Works

_STATIC: Final = Path(__file__).parent / "static"
_UNAVAILABLE: Final = 503
system_router = APIRouter(tags=["运行状况"], dependencies=[public("运行状况，不含业务数据")])
docs_router = APIRouter(include_in_schema=False, dependencies=[public("接口说明")])


@system_router.get("/healthz", summary="进程是否活着", response_class=Response)
def healthz() -> Response:
    """Say that the process answers."""
    return _json({"status": "live"})


@system_router.get("/readyz", summary="是否可以判断案件", response_class=Response)
def readyz(request: Request) -> Response:
    """Ready: the database is reachable and migrated, the catalogue loaded, and both engines agree on a case."""
    engine: Engine = request.app.state.engine
    works: Works = request.app.state.works
    try:
        migrated = migrate.is_current(works.database)
    except SQLAlchemyError as error:
        raise HttpError(_UNAVAILABLE, "database_unreachable") from error
    if not migrated:
        raise HttpError(_UNAVAILABLE, "database_not_migrated")
    try:
        opinion = engine.check(EXAMPLE_CASE, engine.today())["second_opinion"]
    except XinhengError as error:
        raise HttpError(_UNAVAILABLE, "not_ready") from error
    if not isinstance(opinion, dict) or opinion["agrees"] is not True:
        raise HttpError(_UNAVAILABLE, "not_ready")
    release = engine.release
    counts = {"items": len(release.items), "violations": len(release.violations), "facts": len(release.vocabulary)}
    catalogue = {"digest": release.digest, **counts}
    return _json({"status": "ready", "catalogue": catalogue, "second_opinion": "agrees", "database": "migrated"})


@system_router.get("/metrics", summary="运行指标（Prometheus 文本格式）", response_class=Response)
def show_metrics(request: Request) -> Response:
    """Counters of this process, and the state of the database that all processes share."""
    state = request.app.state
    text = state.metrics.text(state.engine.release.digest) + of_database(state.works.database, clock.now())
    return Response(text, media_type=metrics.MEDIA_TYPE)


@docs_router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """The description as a page, without JavaScript."""
    return HTMLResponse(docs_html(request.app.openapi()))


@docs_router.get("/docs/style.css")
def docs_style() -> FileResponse:
    """The stylesheet of that page."""
    return FileResponse(_STATIC / "docs.css", media_type="text/css")


def _json(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers={"cache-control": "no-store"})
