"""The words of the OpenAPI document beside users, roles and one's own account: bodies, answers, examples."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import InputError, XinhengError, problem_document
from service.access.errors import AccessRefusedError, LoginRequiredError, OutOfAreaError, PermissionDeniedError
from service.access.permissions import Permission
from service.api.accounts import roles_json
from service.errors import HttpError

Responses = dict[int | str, dict[str, Any]]
_ID: Final = "usr-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A"
_AT: Final = "2026-11-25T09:30:00+08:00"
_HELD: Final = {
    "id": "rol-01KBWZ3K5M2Q8R7T9V0X1Y2Z3B",
    "role": "officer",
    "department": None,
    "region": "210200",
    "granted_at": _AT,
    "title": "执法人员",
}
_USER: Final[dict[str, Any]] = {
    "id": _ID,
    "login": "wangfang",
    "name": "王芳",
    "kind": "person",
    "origin": "local",
    "department": "市场监管综合执法",
    "region": "210200",
    "status": "active",
    "created_at": _AT,
    "login_at": _AT,
    "version": 1,
    "roles": [_HELD],
}
_SESSION: Final = {
    "id": "ses-01KBWZ3K5M2Q8R7T9V0X1Y2Z3C",
    "created_at": _AT,
    "seen_at": _AT,
    "expires_at": "2026-11-25T21:30:00+08:00",
    "address": "10.1.2.3",
    "agent": "Mozilla/5.0",
    "is_present": True,
}
_TOKEN: Final = {
    "id": "tok-01KBWZ3K5M2Q8R7T9V0X1Y2Z3D",
    "name": "双公示平台读取修复结果",
    "created_at": _AT,
    "expires_at": "2027-02-23T09:30:00+08:00",
    "revoked_at": None,
    "seen_at": None,
    "scopes": ["repair.read"],
}
_NEW_USER: Final = {"login": "wangfang", "name": "王芳", "department": "市场监管综合执法", "region": "210200"}
_NEW_TOKEN: Final = {"name": _TOKEN["name"], "scopes": ["repair.read"], "days": 90}


def _content(name: str, media: str, value: object) -> dict[str, Any]:
    examples = {"example": {"summary": "示例", "value": value}}
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": examples}}


def _made(name: str, description: str, value: object) -> dict[str, Any]:
    return {"description": description, "content": _content(name, "application/json", value)}


def _problem(description: str, error: XinhengError) -> dict[str, Any]:
    return {
        "description": description,
        "content": _content("Problem", "application/problem+json", problem_document(error)),
    }


def _body(name: str, value: object) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": _content(name, "application/json", value)}}


def _always(permission: Permission | None, *, changes: bool = False, body: bool = False) -> Responses:
    """The refusals of every route with this rule."""
    found: Responses = {
        401: _problem("没有登录，或者令牌无效", LoginRequiredError()),
        422: _problem("参数或者内容有误", InputError.at("/name", "member_wrong", why="缺少这一项")),
        500: _problem("系统内部出错", XinhengError()),
        503: _problem("数据库连接不上", HttpError(503, "database_unreachable")),
    }
    if permission is not None:
        denied = PermissionDeniedError(permission=permission.value, title=permission.label)
        found[403] = _problem("没有权限", denied)
    elif changes:
        found[403] = _problem("页面已失效", AccessRefusedError("form_stale"))
    if body:
        found[413] = _problem("内容过大", HttpError(413, "body_too_large", max_bytes=1_000_000))
        found[415] = _problem("内容类型不对", HttpError(415, "unsupported_media_type", media_type="text/plain"))
    return found


_READ: Final = _always(Permission.USER_READ)
_MANAGE: Final = _always(Permission.USER_MANAGE)
_MANAGE_SENT: Final = _always(Permission.USER_MANAGE, body=True)
_MINE: Final = _always(None)
_MINE_CHANGED: Final = _always(None, changes=True)
_UNKNOWN: Final = _problem("没有这个用户", AccessRefusedError("user_unknown", status=404, user=_ID))
_NOT_THERE: Final = _problem("没有这个对象", OutOfAreaError())
_OWN: Final = _problem("不能对自己的账号操作", AccessRefusedError("own_account", status=409))
_EXCLUSIVE: Final = _problem(
    "角色不相容", AccessRefusedError("roles_exclusive", status=409, role="审计管理员", other="执法人员")
)
_PAGE: Final = {"total": 1, "offset": 0, "limit": 50, "items": [_USER], "next": None}
_ONE: Final = _made("User", "用户", _USER)
_FIRST: Final = _made("UserMade", "账号和初始密码", {"user": {**_USER, "roles": []}, "password": "bfYU-oafv-y5MV-6qbT"})
_SHOWN_TOKEN: Final = _made("TokenMade", "访问令牌，只给出这一次", {"token": _TOKEN, "secret": "xhk_…"})

NEW_USER_BODY: Final = _body("NewUser", _NEW_USER)
CHANGE_BODY: Final = _body("UserChange", {"status": "disabled"})
ROLE_BODY: Final = _body("NewRole", {"role": "officer", "region": "210200"})
TOKEN_BODY: Final = _body("NewToken", _NEW_TOKEN)

USERS: Final[Responses] = {200: _made("UserPage", "一页用户", _PAGE), **_READ}
USER: Final[Responses] = {200: _ONE, 404: _UNKNOWN, **_READ}
CREATE: Final[Responses] = {201: _FIRST, 404: _NOT_THERE, **_MANAGE_SENT}
CHANGE: Final[Responses] = {
    200: _ONE,
    404: _UNKNOWN,
    409: _OWN,
    412: _problem("已被他人修改", HttpError(412, "version_stale", version=2)),
    428: _problem("缺少 If-Match", HttpError(428, "version_required")),
    **_MANAGE_SENT,
}
RESET: Final[Responses] = {200: _FIRST, 404: _UNKNOWN, 409: _OWN, **_MANAGE}
RESET_TOTP: Final[Responses] = {200: _ONE, 404: _UNKNOWN, 409: _OWN, **_always(Permission.SECURITY_SETTINGS)}
END_SESSIONS: Final[Responses] = {
    200: _made("Ended", "已结束", {"ended": 2}),
    404: _UNKNOWN,
    **_always(Permission.SESSION_END),
}
ASSIGN: Final[Responses] = {
    201: _made("RoleHeld", "已分配", _HELD),
    404: _UNKNOWN,
    409: _EXCLUSIVE,
    **_always(Permission.ROLE_ASSIGN, body=True),
}
REVOKE: Final[Responses] = {
    200: _made("RoleHeld", "已收回", _HELD),
    404: _problem("没有这一项", AccessRefusedError("role_not_held", status=404)),
    409: _OWN,
    **_always(Permission.ROLE_ASSIGN),
}
TOKENS: Final[Responses] = {200: _made("Tokens", "访问令牌", {"items": [_TOKEN]}), 404: _UNKNOWN, **_READ}
MAKE_TOKEN: Final[Responses] = {
    201: _SHOWN_TOKEN,
    404: _UNKNOWN,
    409: _problem("不是其他系统的账号", AccessRefusedError("token_owner", status=409)),
    **_MANAGE_SENT,
}
REVOKE_TOKEN: Final[Responses] = {200: _made("Token", "已作废", _TOKEN), 404: _NOT_THERE, **_MANAGE}
ROLES: Final[Responses] = {200: _made("Roles", "角色表", {"items": roles_json()[:1]}), **_MINE}
ME: Final[Responses] = {
    200: _made("Me", "我的身份", {"user": _USER, "kind": "user", "permissions": ["case.read"]}),
    **_MINE,
}
MY_SESSIONS: Final[Responses] = {200: _made("LoginSessions", "我的登录", {"items": [_SESSION]}), **_MINE}
END_MY_SESSION: Final[Responses] = {200: _made("Ended", "已退出", {"ended": 1}), 404: _NOT_THERE, **_MINE_CHANGED}
MY_TOKENS: Final[Responses] = {200: _made("Tokens", "访问令牌", {"items": [_TOKEN]}), **_MINE}
MAKE_MY_TOKEN: Final[Responses] = {201: _SHOWN_TOKEN, **_always(None, changes=True, body=True)}
REVOKE_MY_TOKEN: Final[Responses] = {200: _made("Token", "已作废", _TOKEN), 404: _NOT_THERE, **_MINE_CHANGED}
_BASE: Final = "/api/v1"
ACCOUNT_RESPONSES: Final[dict[str, Responses]] = {
    f"GET {_BASE}/users": USERS,
    f"POST {_BASE}/users": CREATE,
    f"GET {_BASE}/users/{{user}}": USER,
    f"PATCH {_BASE}/users/{{user}}": CHANGE,
    f"POST {_BASE}/users/{{user}}/password": RESET,
    f"DELETE {_BASE}/users/{{user}}/totp": RESET_TOTP,
    f"DELETE {_BASE}/users/{{user}}/sessions": END_SESSIONS,
    f"POST {_BASE}/users/{{user}}/roles": ASSIGN,
    f"DELETE {_BASE}/users/{{user}}/roles/{{assignment}}": REVOKE,
    f"GET {_BASE}/users/{{user}}/tokens": TOKENS,
    f"POST {_BASE}/users/{{user}}/tokens": MAKE_TOKEN,
    f"DELETE {_BASE}/users/{{user}}/tokens/{{token}}": REVOKE_TOKEN,
    f"GET {_BASE}/roles": ROLES,
    f"GET {_BASE}/me": ME,
    f"GET {_BASE}/me/sessions": MY_SESSIONS,
    f"DELETE {_BASE}/me/sessions/{{session}}": END_MY_SESSION,
    f"GET {_BASE}/me/tokens": MY_TOKENS,
    f"POST {_BASE}/me/tokens": MAKE_MY_TOKEN,
    f"DELETE {_BASE}/me/tokens/{{token}}": REVOKE_MY_TOKEN,
}
"""What each address answers with: FastAPI loses nulls in examples, so they are put back as they are."""
