"""``/login`` and what may follow it: the second factor, the identity provider; ``/logout``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from kernel import messages
from service.access import csrf, sessions
from service.access.errors import AccessRefusedError
from service.access.events import SessionEnded
from service.access.identity import Identity, check_not_token, is_safe, prefixed, put_cookie, take_cookie, visitor_of
from service.access.keys import form_key, new_secret
from service.access.oidc import CALLBACK
from service.api.deps import public
from service.web.addresses import LOGIN, own_path
from service.web.deps import login_form, login_page
from service.web.render import form_field, render, visitor
from service.web.sent import Pairs, sent_form

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from service.access.access import Access
    from service.access.sessions import Opened

_FORM_COOKIE: Final = "xinheng_form"
_PROVIDER_COOKIE: Final = "xinheng_oidc"
_STEPS: Final = {"code": "/login/code", "password": "/account/password", "enrol": "/account/totp"}
_PROVIDER_SECONDS: Final = 600
_SEE_OTHER: Final = 303
_NO_STORE: Final = {"Cache-Control": "no-store"}
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_REASONS: Final = frozenset({"session_ended", "account_disabled", "login_unfinished"})
"""Codes that the address may give as the reason; their words need no parameters."""
_TIMED_OUT: Final = frozenset({"session_idle", "session_expired"})
router = APIRouter(include_in_schema=False)
Form = Annotated[Pairs, Depends(sent_form)]


@router.get(LOGIN, dependencies=[public("登录页面")])
def ask(request: Request, why: str = "") -> Response:
    """The login page; whoever is logged in goes on to the next step, or to what he wanted."""
    back = own_path(request.query_params.get("next", "/"))
    me = visitor(request)
    if me is not None and me.session is not None:
        step = _STEPS.get(me.session.stage)
        return RedirectResponse(f"{step}?{urlencode({'next': back})}" if step else back, _SEE_OTHER)
    return _login_page(request, back, _reason(request, why))


@router.post(LOGIN, dependencies=[public("提交用户名和密码")])
def log_in(request: Request, pairs: Form) -> Response:
    """Open a session."""
    sent = dict(pairs)
    access: Access = request.app.state.access
    csrf.check_origin(request.headers)
    csrf.check_token(
        sent.get(csrf.FIELD), form_key(request.cookies.get(prefixed(request, access.settings, _FORM_COOKIE), ""))
    )
    back, login = own_path(sent.get("next", "/")), sent.get("login", "")
    answer = access.logins.by_password(login, sent.get("password", ""), visitor_of(request))
    if isinstance(answer, AccessRefusedError):
        return _login_page(request, back, answer.detail, login=login, status=answer.status)
    _end_present(request)
    return landed(request, answer, back)


@router.get("/login/code")
def ask_code(request: Request, _: Annotated[Identity, login_page("code")]) -> Response:
    """The page that asks for the second factor."""
    return _code_page(request, own_path(request.query_params.get("next", "/")))


@router.post("/login/code")
def give_code(request: Request, me: Annotated[Identity, login_form("code")], pairs: Form) -> Response:
    """Go on with the second factor."""
    sent = dict(pairs)
    access: Access = request.app.state.access
    back = own_path(sent.get("next", "/"))
    answer = access.logins.by_code(check_not_token(me), sent.get("code", ""), visitor_of(request))
    if isinstance(answer, AccessRefusedError):
        return _code_page(request, back, answer.detail, answer.status)
    return landed(request, answer, back)


@router.get("/login/oidc", dependencies=[public("转到统一身份认证平台")])
def to_provider(request: Request) -> Response:
    """Send the browser to the identity provider."""
    access: Access = request.app.state.access
    if access.sign_on is None:
        return RedirectResponse(LOGIN, _SEE_OTHER)
    begun = access.sign_on.begin(str(request.url), own_path(request.query_params.get("next", "/")))
    answer = RedirectResponse(begun.address, _SEE_OTHER, {"cache-control": "no-store"})
    answer.set_cookie(
        prefixed(request, access.settings, _PROVIDER_COOKIE),
        begun.secret,
        max_age=_PROVIDER_SECONDS,
        path="/login/oidc",
        secure=is_safe(request, access.settings),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(CALLBACK, dependencies=[public("从统一身份认证平台返回")])
def from_provider(request: Request, code: str = "", state: str = "") -> Response:
    """Open a session for whoever the identity provider has vouched for."""
    access: Access = request.app.state.access
    if access.sign_on is None:
        return RedirectResponse(LOGIN, _SEE_OTHER)
    secret = request.cookies.get(prefixed(request, access.settings, _PROVIDER_COOKIE), "")
    found = access.sign_on.finish(str(request.url), code, state, secret, visitor_of(request))
    if isinstance(found, AccessRefusedError):
        return _login_page(request, "/", found.detail, status=found.status)
    _end_present(request)
    answer = landed(request, found.opened, found.back)
    name = prefixed(request, access.settings, _PROVIDER_COOKIE)
    answer.delete_cookie(name, path="/login/oidc", secure=is_safe(request, access.settings))
    return answer


@router.post("/logout")
def log_out(request: Request, me: Annotated[Identity, login_form("code", "password", "enrol", "full")]) -> Response:
    """End the session."""
    access: Access = request.app.state.access
    _end(request, me)
    answer = RedirectResponse(LOGIN, _SEE_OTHER, {"clear-site-data": '"cache"'})
    take_cookie(request, answer, access.settings)
    return answer


def landed(request: Request, opened: Opened, back: str, page: Response | None = None) -> Response:
    """Give the browser its session and send it on: to what it wanted, or to the next step of the login.

    ``page``: what is to be shown first instead.
    """
    address = back if opened.stage == "full" else f"{LOGIN}?{urlencode({'next': back})}"
    answer = page or RedirectResponse(address, _SEE_OTHER, {"cache-control": "no-store"})
    put_cookie(request, answer, opened, request.app.state.access.settings)
    return answer


def _end_present(request: Request) -> None:
    """Whoever logs in again leaves the session he had."""
    me = visitor(request)
    if me is not None and me.session is not None:
        _end(request, me)


def _end(request: Request, me: Identity) -> None:
    with request.app.state.works.writing(me.actor) as work:
        if sessions.end_one(work.session, me.user.id, check_not_token(me).id, work.now):
            work.record(SessionEnded(subject=me.user.id, count=1))


def _reason(request: Request, why: str) -> str:
    """The words for a reason in the address; anything else than the known ones says nothing."""
    settings = request.app.state.access.settings
    if why in _TIMED_OUT:
        return messages.text(why, {"hours": settings.total // _HOUR, "minutes": settings.idle // _MINUTE})
    return messages.text(why) if why in _REASONS else ""


def _login_page(request: Request, back: str, words: str, *, login: str = "", status: int = 200) -> HTMLResponse:
    access: Access = request.app.state.access
    secret = request.cookies.get(prefixed(request, access.settings, _FORM_COOKIE)) or new_secret()
    context = {
        "back": back,
        "words": words,
        "login": login,
        "field": form_field(form_key(secret)),
        "provider": access.settings.oidc.title if access.settings.oidc else "",
        "provider_address": f"/login/oidc?{urlencode({'next': back})}",
        # Such a browser drops our cookie: said here, since otherwise the login would just not work.
        "is_open": is_safe(request, access.settings) and request.url.scheme != "https",
    }
    answer = render(request, "account/login.html", None, context, status=status, headers=_NO_STORE)
    answer.set_cookie(
        prefixed(request, access.settings, _FORM_COOKIE),
        secret,
        path=LOGIN,
        secure=is_safe(request, access.settings),
        httponly=True,
        samesite="strict",
    )
    return answer


def _code_page(request: Request, back: str, words: str = "", status: int = 200) -> HTMLResponse:
    return render(request, "account/code.html", None, {"back": back, "words": words}, status=status, headers=_NO_STORE)
