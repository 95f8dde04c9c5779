"""``/api/v1/users``, ``/api/v1/roles``: accounts and who may do what, for the administrators."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from service.access import tokens, users
from service.access.accounts import KIND_LABELS, ORIGIN_LABELS
from service.access.area import Area
from service.access.errors import AccessRefusedError
from service.access.permissions import Permission
from service.access.roles import role_table
from service.api import describe_accounts as words
from service.api.accounts import assignment_json, made_json, new_token_json, roles_json, token_json, user_json
from service.api.deps import reads, writes
from service.api.sentjson import Sent, read_sent
from service.body import raw_body
from service.db.repositories import accounts as accounts_repo
from service.versions import etag, expect
from service.work import Work

router = APIRouter(prefix="/api/v1", tags=["用户和角色"])
_NO_STORE: Final = {"cache-control": "no-store"}
_CREATED: Final = 201
Reader = Annotated[Work, reads(Permission.USER_READ)]
Manager = Annotated[Work, writes(Permission.USER_MANAGE)]
Assigner = Annotated[Work, writes(Permission.ROLE_ASSIGN)]
SecurityKeeper = Annotated[Work, writes(Permission.SECURITY_SETTINGS)]
SessionEnder = Annotated[Work, writes(Permission.SESSION_END)]
Body = Annotated[bytes, Depends(raw_body)]
UserId = Annotated[str, Path(max_length=64, description="用户编号")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所依据的版本，即读取时的 ETag")]


class UsersQuery(BaseModel):
    """The filters of ``/users``."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=100, description="用户名、姓名或者部门中的文字")
    role: str = Field("", max_length=40, description="角色")
    status: Literal["active", "disabled"] | None = Field(None, description="使用中、已停用")
    limit: int = Field(50, ge=1, le=200, description="一页几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条开始（0 起）")


class NewUserSent(Sent):
    """A new account."""

    login: str
    name: str
    department: str
    region: str
    kind: Literal[tuple(KIND_LABELS)] = "person"  # type: ignore[valid-type]
    origin: Literal[tuple(ORIGIN_LABELS)] = "local"  # type: ignore[valid-type]


class UserChangeSent(Sent):
    """What is to be changed; what is not sent stays."""

    name: str | None = None
    department: str | None = None
    region: str | None = None
    status: Literal["active", "disabled"] | None = None


class RoleSent(Sent):
    """A role to be given; department and region null: all."""

    role: Literal[tuple(role_table())]  # type: ignore[valid-type]
    department: str | None = None
    region: str | None = None


class TokenSent(Sent):
    """A token to be made."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[Literal[tuple(one.value for one in Permission)]]  # type: ignore[valid-type]
    days: int = Field(ge=1, le=3660)

    def wish(self) -> tokens.Wish:
        """The same for the act."""
        scopes = frozenset(one for one in Permission if one.value in self.scopes)
        return tokens.Wish(self.name.strip(), scopes, self.days)


@router.get("/users", summary="用户列表", responses=words.USERS, response_class=Response)
def list_users(request: Request, work: Reader, query: Annotated[UsersQuery, Query()]) -> Response:
    """Users of the caller's departments and regions, by login."""
    chosen = accounts_repo.UserFilter(query.q.replace("\0", ""), query.role, query.status or "")
    total, found = accounts_repo.list_users(work.session, work.actor, chosen, offset=query.offset, limit=query.limit)
    held = accounts_repo.assignments_of(work.session, [one.id for one in found])
    end = query.offset + query.limit
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(end)})}"
    page = {"total": total, "offset": query.offset, "limit": query.limit}
    return _json({**page, "items": [user_json(one, held) for one in found], "next": following if end < total else None})


@router.post(
    "/users",
    summary="建立账号",
    description="本系统密码的账号得到一个初始密码，只在这次应答中给出；第一次登录时必须修改。",
    responses=words.CREATE,
    openapi_extra=words.NEW_USER_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def create_user(work: Manager, body: Body) -> Response:
    """Make an account, without any role."""
    sent = read_sent(NewUserSent, body)
    made = users.create(work, users.NewUser(**sent.model_dump()))
    headers = {"location": f"/api/v1/users/{made.user.id}", "etag": etag(made.user.version)}
    return _json(made_json(made), _CREATED, headers)


@router.get("/users/{user}", summary="一个用户", responses=words.USER, response_class=Response)
def show_user(work: Reader, user: UserId) -> Response:
    """An account with its roles."""
    return _user(work, user)


@router.patch(
    "/users/{user}",
    summary="修改账号",
    description="修改姓名、部门、区域，停用（status 为 disabled）或者重新启用。停用立即结束其全部登录。",
    responses=words.CHANGE,
    openapi_extra=words.CHANGE_BODY,
    response_class=Response,
)
def change_user(work: Manager, user: UserId, body: Body, if_match: IfMatch = None) -> Response:
    """Change an account."""
    seen = users.find(work, user).version
    expect(seen, if_match)
    sent = read_sent(UserChangeSent, body)
    users.change(work, user, seen, sent.model_dump(exclude_none=True))
    return _user(work, user)


@router.post("/users/{user}/password", summary="重置密码", responses=words.RESET, response_class=Response)
def reset_password(work: Manager, user: UserId) -> Response:
    """Give a new first password, shown in this answer alone."""
    return _json(made_json(users.reset_password(work, user)))


@router.delete("/users/{user}/totp", summary="重置动态验证码", responses=words.RESET_TOTP, response_class=Response)
def reset_totp(work: SecurityKeeper, user: UserId) -> Response:
    """Take the second factor of somebody away who has lost it."""
    users.reset_totp(work, user)
    return _user(work, user)


@router.delete("/users/{user}/sessions", summary="强制退出登录", responses=words.END_SESSIONS, response_class=Response)
def end_sessions(work: SessionEnder, user: UserId) -> Response:
    """End every session of somebody."""
    return _json({"ended": users.end_sessions(work, user)})


@router.post(
    "/users/{user}/roles",
    summary="分配角色",
    responses=words.ASSIGN,
    openapi_extra=words.ROLE_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def assign_role(work: Assigner, user: UserId, body: Body) -> Response:
    """Give a role in a department and region."""
    sent = read_sent(RoleSent, body)
    made = users.assign(work, user, sent.role, Area(sent.department, sent.region))
    return _json(assignment_json(made), _CREATED)


@router.delete("/users/{user}/roles/{assignment}", summary="收回角色", responses=words.REVOKE, response_class=Response)
def revoke_role(
    work: Assigner, user: UserId, assignment: Annotated[str, Path(max_length=64, description="角色分配的编号")]
) -> Response:
    """Take a role back."""
    return _json(assignment_json(users.revoke(work, user, assignment)))


@router.get("/users/{user}/tokens", summary="其他系统的访问令牌", responses=words.TOKENS, response_class=Response)
def list_tokens(work: Reader, user: UserId) -> Response:
    """The tokens of an account, without their secrets."""
    found = accounts_repo.tokens_of(work.session, users.find(work, user).id)
    return _json({"items": [token_json(one) for one in found]})


@router.post(
    "/users/{user}/tokens",
    summary="为其他系统建立访问令牌",
    responses=words.MAKE_TOKEN,
    openapi_extra=words.TOKEN_BODY,
    status_code=_CREATED,
    response_class=Response,
)
def make_token(request: Request, work: Manager, user: UserId, body: Body) -> Response:
    """Make a token for the account of another system, within the roles it has."""
    owner = users.find(work, user)
    if owner.kind != "system":
        raise AccessRefusedError("token_owner", status=409)
    wish = read_sent(TokenSent, body).wish()
    most = request.app.state.access.settings.token_days
    return _json(new_token_json(tokens.make(work, owner, users.held_by(work, owner), wish, most)), _CREATED)


@router.delete(
    "/users/{user}/tokens/{token}", summary="作废访问令牌", responses=words.REVOKE_TOKEN, response_class=Response
)
def revoke_token(
    work: Manager, user: UserId, token: Annotated[str, Path(max_length=64, description="访问令牌的编号")]
) -> Response:
    """Make a token invalid at once."""
    return _json(token_json(tokens.revoke(work, users.find(work, user), token)))


@router.get("/roles", summary="角色和权限", responses=words.ROLES, response_class=Response)
def list_roles(work: Annotated[Work, reads(None)]) -> Response:  # noqa: ARG001 - asks for a login alone
    """Every role and what it may do."""
    return _json({"items": roles_json()})


def _user(work: Work, user_id: str) -> Response:
    user = users.find(work, user_id)
    shown = user_json(user, accounts_repo.assignments_of(work.session, [user.id]))
    return _json(shown, headers={"etag": etag(user.version)})


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401 - any JSON
    return Response(orjson.dumps(value), status, {**_NO_STORE, **(headers or {})}, "application/json")
