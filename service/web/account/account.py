"""``/account``: one's own data, password, second factor, sessions and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from service.access import sessions, tokens, totp
from service.access.errors import AccessRefusedError
from service.access.events import SessionEnded
from service.access.identity import Identity, check_not_token, visitor_of
from service.access.roles import role_table
from service.db.repositories import accounts as accounts_repo
from service.web.account.login import landed
from service.web.addresses import own_path
from service.web.deps import login_form, login_page
from service.web.render import render
from service.web.sent import Pairs, sent_form

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from service.access.access import Access
    from service.access.sessions import Opened
    from service.access.totp import Setup

_ACCOUNT: Final = "/account"
_SEE_OTHER: Final = 303
_AGENT_SHOWN: Final = 40
_NO_STORE: Final = {"Cache-Control": "no-store"}
router = APIRouter(include_in_schema=False)
Form = Annotated[Pairs, Depends(sent_form)]
Me = Annotated[Identity, login_page("full")]
MeSending = Annotated[Identity, login_form("full")]


@router.get(_ACCOUNT)
def show(request: Request, me: Me, done: str = "") -> Response:
    """One's own account."""
    return _account_page(request, me, done=_DONE.get(done, ""))


@router.get("/account/password")
def ask_password(request: Request, me: Annotated[Identity, login_page("password", "full")]) -> Response:
    """The page for a new password; after a reset it comes before everything else."""
    return _password_page(request, me, own_path(request.query_params.get("next", _ACCOUNT)))


@router.post("/account/password")
def give_password(request: Request, me: Annotated[Identity, login_form("password", "full")], pairs: Form) -> Response:
    """Change the password; every other session ends."""
    sent = dict(pairs)
    access: Access = request.app.state.access
    back = own_path(sent.get("next", _ACCOUNT))
    answer: Opened | AccessRefusedError = AccessRefusedError("password_repeat", status=422)
    if sent.get("new", "") == sent.get("again", ""):
        old, new = sent.get("old", ""), sent.get("new", "")
        answer = access.logins.change_password(check_not_token(me), old, new, visitor_of(request))
    if isinstance(answer, AccessRefusedError):
        return _password_page(request, me, back, answer.detail, answer.status)
    return landed(request, answer, f"{_ACCOUNT}?done=password" if back == _ACCOUNT else back)


@router.get("/account/totp")
def ask_totp(request: Request, me: Annotated[Identity, login_page("enrol", "full")]) -> Response:
    """The page of the second factor."""
    return _totp_page(request, me)


@router.post("/account/totp/begin")
def begin_totp(request: Request, me: Annotated[Identity, login_form("enrol", "full")]) -> Response:
    """Show the secret for the app on the telephone."""
    access: Access = request.app.state.access
    access.logins.require_fresh(check_not_token(me))
    with request.app.state.works.writing(me.actor) as work:
        setup = totp.begin(work, access.vault, me.user.login)
    return _totp_page(request, me, setup)


@router.post("/account/totp/confirm")
def confirm_totp(request: Request, me: Annotated[Identity, login_form("enrol", "full")], pairs: Form) -> Response:
    """Switch the second factor on and show the recovery codes, this once."""
    access: Access = request.app.state.access
    back = own_path(request.query_params.get("next", _ACCOUNT))
    with request.app.state.works.writing(me.actor) as work:
        codes = totp.confirm(work, access.vault, dict(pairs).get("code", "").strip())
        opened = access.logins.finish_enrolment(work, check_not_token(me)) if codes else None
        setup = None if opened else totp.begin(work, access.vault, me.user.login)
    if codes is None or opened is None:
        wrong = AccessRefusedError("code_wrong", status=422)
        return _totp_page(request, me, setup, wrong.detail, wrong.status)
    return landed(
        request,
        opened,
        back,
        render(request, "account/codes.html", None, {"codes": codes, "back": back}, headers=_NO_STORE),
    )


@router.post("/account/totp/remove")
def remove_totp(request: Request, me: MeSending, pairs: Form) -> Response:
    """Switch the second factor off; a code of it is asked for."""
    access: Access = request.app.state.access
    refusal = access.logins.remove_totp(check_not_token(me), dict(pairs).get("code", ""), visitor_of(request))
    if refusal is not None:
        return _totp_page(request, me, None, refusal.detail, refusal.status)
    return RedirectResponse(f"{_ACCOUNT}?done=totp_removed", _SEE_OTHER)


@router.post("/account/sessions/end")
def end_session(request: Request, me: MeSending, pairs: Form) -> Response:
    """End one of one's sessions, or all others."""
    wanted = dict(pairs).get("session", "")
    with request.app.state.works.writing(me.actor) as work:
        if wanted:
            count = int(sessions.end_one(work.session, me.user.id, wanted, work.now))
        else:
            count = sessions.end_all(work.session, me.user.id, work.now, but=check_not_token(me).id)
        if count:
            work.record(SessionEnded(subject=me.user.id, count=count))
    return RedirectResponse(f"{_ACCOUNT}?done=session", _SEE_OTHER)


@router.post("/account/tokens")
def make_token(request: Request, me: MeSending, pairs: Form) -> Response:
    """Make a token for another system and show its secret, this once."""
    access: Access = request.app.state.access
    wish = tokens.wish_of(pairs)
    try:
        access.logins.require_fresh(check_not_token(me))
        with request.app.state.works.writing(me.actor) as work:
            made = tokens.make(work, me.user, me.actor.permissions, wish, access.settings.token_days)
    except AccessRefusedError as refusal:
        return _account_page(request, me, refusal.status, words=refusal.detail, wish=wish)
    return _account_page(request, me, made=made)


@router.post("/account/tokens/revoke")
def revoke_token(request: Request, me: MeSending, pairs: Form) -> Response:
    """Make one of one's tokens invalid."""
    with request.app.state.works.writing(me.actor) as work:
        tokens.revoke(work, me.user, dict(pairs).get("token", ""))
    return RedirectResponse(f"{_ACCOUNT}?done=token", _SEE_OTHER)


_DONE: Final = {
    "password": "密码已修改，其他登录都已退出。",
    "totp_removed": "动态验证码已停用。",
    "session": "所选的登录已退出。",
    "token": "访问令牌已作废。",
}


def _account_page(request: Request, me: Identity, status: int = 200, **more: object) -> HTMLResponse:
    """The page; ``more``: words of a refusal, what was done, a token made, the wish for one."""
    with request.app.state.works.reading(me.actor) as work:
        held = accounts_repo.assignments_of(work.session, [me.user.id])
        factor = accounts_repo.find_totp(work.session, me.user.id)
        context: dict[str, object] = {
            "words": "",
            "done": "",
            "made": None,
            "wish": None,
            "roles": [(role_table()[one.role], one) for one in held if one.role in role_table()],
            "sessions": accounts_repo.sessions_of(work.session, me.user.id, work.now),
            "browser_zh": browser_zh,
            "tokens": accounts_repo.tokens_of(work.session, me.user.id),
            "has_totp": factor is not None and factor.confirmed_at is not None,
            "permissions": sorted(me.actor.permissions),
            "most_days": request.app.state.access.settings.token_days,
            "now": work.now,
        }
    return render(request, "account/account.html", None, {**context, **more}, status=status, headers=_NO_STORE)


_BROWSERS: Final = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS: Final = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


def browser_zh(agent: str) -> str:
    """What a person calls his browser: Chrome，Windows; the beginning of what it calls itself where it is not known."""
    name = next((label for mark, label in _BROWSERS if mark in agent), "")
    system = next((one for one in _SYSTEMS if one in agent), "")
    return "，".join(part for part in (name, system) if part) or agent[:_AGENT_SHOWN] or "—"


def _password_page(request: Request, me: Identity, back: str, words: str = "", status: int = 200) -> HTMLResponse:
    policy = request.app.state.access.settings.password
    context = {
        "back": back,
        "words": words,
        "policy": policy,
        "is_forced": check_not_token(me).stage == "password",
        "is_first": me.user.must_change,
        "is_local": me.user.origin == "local",
    }
    return render(request, "account/password.html", None, context, status=status, headers=_NO_STORE)


def _totp_page(
    request: Request, me: Identity, setup: Setup | None = None, words: str = "", status: int = 200
) -> HTMLResponse:
    with request.app.state.works.reading(me.actor) as work:
        factor = accounts_repo.find_totp(work.session, me.user.id)
    context = {
        "words": words,
        "setup": setup,
        "drawing": _drawing(setup.address) if setup else "",
        "is_on": factor is not None and factor.confirmed_at is not None,
        "is_forced": check_not_token(me).stage == "enrol",
        "back": own_path(request.query_params.get("next", _ACCOUNT)),
    }
    return render(request, "account/totp.html", None, context, status=status, headers=_NO_STORE)


def _drawing(address: str) -> Markup:
    """The address as a QR code, drawn into the page: nothing is loaded from elsewhere."""
    code = segno.make(address, error="m")
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, title="动态验证码的二维码")
    return Markup(drawn)  # noqa: S704 - made of squares by segno
