"""The web application: interface, pages, operators' addresses; built once in each process."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from service.access.access import Access
from service.access.rules import rules_of
from service.api.openapi import describe
from service.api.system import docs_router, system_router
from service.api.v1.routers import ROUTERS
from service.engine import Engine
from service.gate import Gate
from service.guard import Guard
from service.metrics import Metrics
from service.problems import install_handlers
from service.releases.desk import ReleaseDesk
from service.repairs import Repairs
from service.settings import Settings, read_settings
from service.storage import data_folder, open_database, open_files
from service.web.routes import install_pages
from service.work import Works

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from service.db.database import Database


def create_app(
    settings: Settings | None = None,
    *,
    engine: Engine | None = None,
    database: Database | None = None,
    metrics: Metrics | None = None,
    hosts: Collection[str] = (),
) -> FastAPI:
    """Build the application; loads the catalogue and both engines, and opens the database, unless they are given.

    ``hosts``: the only names accepted in the Host header; empty: any. Raises CatalogueError or
    UsageError where the catalogue or the settings are wrong.
    """
    settings = read_settings(os.environ) if settings is None else settings
    ours = Engine.load(settings) if engine is None else engine
    storage = open_database(settings) if database is None else database

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        close_app(app)
        if database is None:
            storage.close()

    app = FastAPI(
        title="信衡 Xinheng",
        version=version("xinheng"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.settings, app.state.engine, app.state.metrics = settings, ours, metrics or Metrics()
    app.state.owns_engine, app.state.is_closed = engine is None, False
    app.state.repairs = Repairs(ours.release)
    app.state.works = Works(storage, ours, open_files(settings))
    app.state.release_desk = ReleaseDesk.of(settings, data_folder(settings))
    app.state.access = Access.open(settings, app.state.works)
    app.add_middleware(Gate)
    app.add_middleware(Guard, metrics=app.state.metrics, hosts=hosts)
    install_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(system_router)
    app.include_router(docs_router)
    install_pages(app, ours)
    rules_of(app)  # a route without a rule stops the start here
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def close_app(app: FastAPI) -> None:
    """Free what an application holds of its own, once; its database may serve others."""
    if app.state.is_closed:
        return
    app.state.is_closed = True
    app.state.repairs.close()
    app.state.access.close()
    if app.state.owns_engine:
        app.state.engine.close()


def _described(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = describe(app, app.state.engine.release.vocabulary)
    return app.openapi_schema
