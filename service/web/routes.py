"""The pages: start, choosing a violation, checking a case, the sheet, the catalogue.

``install_pages(app, state)`` is all that the service needs to call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from service.api.deps import public
from service.web.account.account import router as account_router
from service.web.account.login import router as login_router
from service.web.addresses import own_path
from service.web.casepage import CasePages
from service.web.checkpage import check_router
from service.web.credit.routes import CREDIT
from service.web.errors import error_page
from service.web.faults import faults_of
from service.web.finding import check_address, found_of
from service.web.home import groups_of
from service.web.jobs import router as jobs_router
from service.web.keeper.audit import router as audit_router
from service.web.keeper.catalogue import router as catalogue_router
from service.web.keeper.codes import router as codes_router
from service.web.keeper.schemes import router as schemes_router
from service.web.keeper.users import router as users_router
from service.web.keys import KEYS
from service.web.laws import Laws
from service.web.officer.routes import OFFICER
from service.web.places import DEFAULT, place_groups, resolve
from service.web.planner.classes import router as classes_router
from service.web.planner.draws import router as draws_router
from service.web.planner.drawspublic import router as public_draws_router
from service.web.planner.overview import router as planner_router
from service.web.planner.planning import PLANNING
from service.web.render import DISPLAY_COOKIE, MODES, STATIC, asset, catalogue_of, is_htmx, modes_of, render, visitor
from service.web.rulebook import Filters, entries_of, fields_of, filter_label, list_view
from service.web.rulepage import rule_view
from service.web.sent import Pairs, sent_form
from service.web.viewpages import router as views_router

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.web.ports import PagesState

_HITS: Final = 30
_YEAR_SECONDS: Final = 31_536_000
_LONGEST_WORDS: Final = 80
_LONGEST_PAGE: Final = 6


ROUTERS: Final = (
    login_router,
    account_router,
    catalogue_router,
    codes_router,
    schemes_router,
    jobs_router,
    audit_router,
    users_router,
    views_router,
    planner_router,
    classes_router,
    draws_router,
    public_draws_router,
    *PLANNING,
    *OFFICER,
    *CREDIT,
)
"""Pages that need no more than the application's own state."""


def install_pages(app: FastAPI, state: PagesState) -> None:
    """Add every page and the static files to the application."""
    pages = (_start_router(state), _case_router(state), _rules_router(state))
    for router in (_static_router(), _display_router(), check_router(), *pages, *ROUTERS):
        app.include_router(router, include_in_schema=False)


def _static_router() -> APIRouter:
    router = APIRouter(dependencies=[public("随软件发布的静态文件")])
    names = {path.name: path for path in STATIC.iterdir() if path.is_file()}

    @router.get("/static/{name}")
    def static(request: Request, name: str, v: str = "") -> Response:
        if name not in names:
            return error_page(request, 404)
        current = asset(name).endswith(f"?v={v}")
        kept = f"public, max-age={_YEAR_SECONDS}, immutable" if current else "no-cache"
        return FileResponse(names[name], headers={"Cache-Control": kept, "X-Content-Type-Options": "nosniff"})

    return router


def _display_router() -> APIRouter:
    router = APIRouter(dependencies=[public("只记住显示方式")])

    @router.post("/display")
    def display(request: Request, pairs: Annotated[Pairs, Depends(sent_form)]) -> Response:
        sent = dict(pairs)
        chosen = set(modes_of(request)) ^ ({sent.get("mode", "")} & set(MODES))
        answer = RedirectResponse(own_path(sent.get("back", "/")), 303)
        value = "-".join(one for one in MODES if one in chosen)
        answer.set_cookie(DISPLAY_COOKIE, value, max_age=_YEAR_SECONDS, httponly=True, samesite="lax")
        return answer

    return router


def _start_router(state: PagesState) -> APIRouter:
    router = APIRouter(dependencies=[public("首页和案由查找只用公开的规则目录")])
    catalogue = catalogue_of(state.release)
    entries = entries_of(state.release)
    fields = fields_of(entries)

    @router.get("/")
    def start(request: Request) -> HTMLResponse:
        me = visitor(request)
        if me is not None and me.is_complete:
            return render(request, "home.html", catalogue, {"groups": groups_of(me.actor), "desk": None})
        return render(request, "start.html", catalogue, {"fields": fields, "place": DEFAULT})

    @router.get("/keys")
    def keys(request: Request) -> HTMLResponse:
        return render(request, "keys.html", catalogue, {"keys": KEYS, "desk": None})

    @router.get("/cases/new")
    def new(request: Request, q: str = "", field: str = "", place: str = "", place_other: str = "") -> HTMLResponse:
        words = q.strip()[:_LONGEST_WORDS]
        code, wrong = resolve(place_other or place)
        target = DEFAULT if wrong else code
        context: dict[str, object] = {
            "fields": fields,
            "groups": place_groups(),
            "words": words,
            "field": field if any(one.value == field for one in fields) else "",
            "place": place if wrong else code,
            "place_other": place_other if wrong else "",
            "place_fault_words": faults_of([wrong], state.release)[0].words if wrong else "",
            "target": target,
            "most": _HITS,
            "found": found_of(state.search.find(words, _HITS), state.release, target) if words else [],
            "listed": [one for one in entries.values() if one.kind == "violation" and one.field == field],
            "check_address": lambda violation: check_address(violation, target),
        }
        name = "_results.html" if is_htmx(request) else "new.html"
        return render(request, name, catalogue, context)

    return router


def _case_router(state: PagesState) -> APIRouter:
    router = APIRouter(dependencies=[public("核查页面不读取也不保存任何数据")])
    pages = CasePages(state, catalogue_of(state.release))

    @router.get("/cases/check")
    def check(request: Request) -> Response:
        return pages.check(request, request.query_params.multi_items())

    @router.post("/cases/check")
    def check_sent(request: Request, pairs: Annotated[Pairs, Depends(sent_form)]) -> Response:
        return pages.check(request, pairs)

    @router.get("/cases/sheet")
    def sheet(request: Request) -> Response:
        return pages.sheet(request, request.query_params.multi_items())

    @router.get("/cases/document/{name}")
    def document(request: Request, name: str) -> Response:
        return pages.document(request, name, request.query_params.multi_items())

    @router.post("/cases/sheet")
    def sheet_sent(request: Request, pairs: Annotated[Pairs, Depends(sent_form)]) -> Response:
        return pages.sheet(request, pairs)

    return router


def _rules_router(state: PagesState) -> APIRouter:
    router = APIRouter(dependencies=[public("规则目录对所有人公开")])
    catalogue = catalogue_of(state.release)
    entries = entries_of(state.release)
    index = Laws(state.release, entries)

    @router.get("/rules")
    def rules(request: Request) -> HTMLResponse:
        chosen = _filters(request.query_params)
        view = list_view(entries, state.search, chosen)
        name = "_rulelist.html" if is_htmx(request) else "rules.html"
        context = {"filters": chosen, "view": view, "urlencode": urlencode, "label_of": filter_label}
        return render(request, name, catalogue, context)

    @router.get("/rules/laws")
    def laws(request: Request) -> HTMLResponse:
        return render(request, "laws.html", catalogue, {"laws": index.listed()})

    @router.get("/rules/laws/{name}")
    def law(request: Request, name: str) -> HTMLResponse:
        found = index.law(name)
        if found is None:
            return error_page(request, 404)
        return render(request, "law.html", catalogue, {"law": found, "article": None})

    @router.get("/rules/laws/{name}/{place}")
    def article(request: Request, name: str, place: str) -> HTMLResponse:
        found = index.article(name, place)
        if found is None:
            return error_page(request, 404)
        return render(request, "law.html", catalogue, {"law": found[0], "article": found[1]})

    @router.get("/rules/{identifier}")
    def rule(request: Request, identifier: str) -> HTMLResponse:
        view = rule_view(state.release, entries, identifier)
        if view is None:
            return error_page(request, 404)
        return render(request, "rule.html", catalogue, {"view": view})

    return router


def _filters(params: Mapping[str, str]) -> Filters:
    """The filters of an address; what is no page number means the first page."""
    page = params.get("page", "")
    return Filters(
        kind=params.get("kind", ""),
        list=params.get("list", ""),
        field=params.get("field", ""),
        place=params.get("place", ""),
        words=params.get("q", "").strip()[:_LONGEST_WORDS],
        page=int(page) if page.isascii() and page.isdigit() and len(page) < _LONGEST_PAGE else 1,
    )
