"""``/api/v1/me``: who asks, his sessions and his tokens."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from service.access import sessions, tokens
from service.access.errors import OutOfAreaError
from service.access.events import SessionEnded
from service.access.identity import check_not_token
from service.api import describe_accounts as words
from service.api.accounts import actor_json, new_token_json, session_json, token_json
from service.api.deps import identity_of, reads, writes
from service.api.sentjson import read_sent
from service.api.v1.users import TokenSent
from service.body import raw_body
from service.db.repositories import accounts as accounts_repo
from service.work import Work

router = APIRouter(prefix="/api/v1/me", tags=["我的账号"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
Reader = Annotated[Work, reads(None)]
Writer = Annotated[Work, writes(None)]


@router.get("", summary="我的身份和权限", responses=words.ME, response_class=Response)
def show_me(request: Request, work: Reader) -> Response:
    """Who asks, and what he may do with this session or token."""
    me = identity_of(request)
    held = accounts_repo.assignments_of(work.session, [me.user.id])
    return _json(actor_json(me.actor, me.user, held))


@router.get("/sessions", summary="我的登录", responses=words.MY_SESSIONS, response_class=Response)
def list_sessions(request: Request, work: Reader) -> Response:
    """Where one is logged in."""
    me = identity_of(request)
    present = me.session.id if me.session else ""
    found = accounts_repo.sessions_of(work.session, me.user.id, work.now)
    return _json({"items": [session_json(one, present) for one in found]})


@router.delete("/sessions/{session}", summary="退出一个登录", responses=words.END_MY_SESSION, response_class=Response)
def end_session(
    request: Request,
    work: Writer,
    session: Annotated[str, Path(max_length=64, description="登录的编号")],
) -> Response:
    """End one of one's own sessions."""
    user = identity_of(request).user
    if not sessions.end_one(work.session, user.id, session, work.now):
        raise OutOfAreaError
    work.record(SessionEnded(subject=user.id, count=1))
    return _json({"ended": 1})


@router.get("/tokens", summary="我的访问令牌", responses=words.MY_TOKENS, response_class=Response)
def list_tokens(request: Request, work: Reader) -> Response:
    """One's tokens, without their secrets."""
    found = accounts_repo.tokens_of(work.session, identity_of(request).user.id)
    return _json({"items": [token_json(one) for one in found]})


@router.post(
    "/tokens",
    summary="新建访问令牌",
    description="令牌只在这次应答中给出。只能由本人登录后建立，登录不能超过 30 分钟；不能用令牌建立令牌。",
    responses=words.MAKE_MY_TOKEN,
    openapi_extra=words.TOKEN_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def make_token(request: Request, work: Writer, body: Annotated[bytes, Depends(raw_body)]) -> Response:
    """Make a token that acts for oneself."""
    me = identity_of(request)
    access = request.app.state.access
    access.logins.require_fresh(check_not_token(me))
    wish = read_sent(TokenSent, body).wish()
    made = tokens.make(work, me.user, me.actor.permissions, wish, access.settings.token_days)
    return _json(new_token_json(made), _CREATED)


@router.delete("/tokens/{token}", summary="作废访问令牌", responses=words.REVOKE_MY_TOKEN, response_class=Response)
def revoke_token(
    request: Request, work: Writer, token: Annotated[str, Path(max_length=64, description="令牌的编号")]
) -> Response:
    """Make one of one's tokens invalid at once."""
    return _json(token_json(tokens.revoke(work, identity_of(request).user, token)))


def _json(value: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON
    return Response(orjson.dumps(value), status, _NO_STORE, "application/json")
