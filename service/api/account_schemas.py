"""JSON Schemas of users, roles, sessions and tokens (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any, Final

from service.access.accounts import KIND_LABELS, LOGIN, ORIGIN_LABELS, STATUS_LABELS
from service.access.permissions import Permission
from service.access.roles import role_table

Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 0}
_PERMISSION: Final[Schema] = {"enum": [one.value for one in Permission]}
_ROLE: Final[Schema] = {"enum": list(role_table())}
_REGION: Final[Schema] = {"type": "string", "pattern": r"^\d{6}$", "description": "六位行政区划代码"}
_NAME: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 100}
_DEPARTMENT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 40}
_AREA: Final[Schema] = {
    "department": {"type": ["string", "null"], "maxLength": 40, "description": "部门；null 为全部"},
    "region": {"type": ["string", "null"], "description": "行政区划代码，含其下级；null 为全部"},
}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _made(properties: Schema) -> Schema:
    """What is answered: every member is always there."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _sent(required: Schema, optional: Schema | None = None) -> Schema:
    """What is sent: no other member."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _items(name: str) -> Schema:
    return _made({"items": {"type": "array", "items": _ref(name)}})


_LOGIN: Final[Schema] = {"type": "string", "pattern": f"^{LOGIN}$", "description": "用户名"}
ACCOUNT_SCHEMAS: Final[dict[str, Schema]] = {
    "User": _made(
        {
            "id": _TEXT,
            "login": _LOGIN,
            "name": _TEXT,
            "kind": {"enum": list(KIND_LABELS), "description": "person 为人员，system 为其他系统"},
            "origin": {"enum": list(ORIGIN_LABELS), "description": "local 为本系统密码，oidc 为统一身份认证"},
            "department": _TEXT,
            "region": _TEXT,
            "status": {"enum": list(STATUS_LABELS)},
            "created_at": _MOMENT,
            "login_at": {**_MOMENT_OR_NULL, "description": "最近一次登录"},
            "version": {"type": "integer", "minimum": 1},
            "roles": {"type": "array", "items": _ref("RoleHeld")},
        }
    ),
    "UserPage": _made(
        {
            "total": _WHOLE,
            "offset": _WHOLE,
            "limit": _WHOLE,
            "items": {"type": "array", "items": _ref("User")},
            "next": {**_TEXT_OR_NULL, "description": "下一页的地址"},
        }
    ),
    "UserMade": _made(
        {
            "user": _ref("User"),
            "password": {**_TEXT_OR_NULL, "description": "初始密码，只给出这一次；没有密码的为 null"},
        }
    ),
    "NewUser": _sent(
        {"login": _LOGIN, "name": _NAME, "department": _DEPARTMENT, "region": _REGION},
        {"kind": {"enum": list(KIND_LABELS)}, "origin": {"enum": list(ORIGIN_LABELS)}},
    ),
    "UserChange": _sent(
        {}, {"name": _NAME, "department": _DEPARTMENT, "region": _REGION, "status": {"enum": list(STATUS_LABELS)}}
    ),
    "RoleHeld": _made({"id": _TEXT, "role": _TEXT, "title": _TEXT, **_AREA, "granted_at": _MOMENT}),
    "NewRole": _sent({"role": _ROLE}, _AREA),
    "Role": _made(
        {
            "role": _ROLE,
            "title": _TEXT,
            "about": _TEXT,
            "kind": {"enum": ["business", "administrator"]},
            "permissions": {"type": "array", "items": _made({"permission": _PERMISSION, "title": _TEXT})},
        }
    ),
    "Roles": _items("Role"),
    "Me": _made(
        {
            "user": _ref("User"),
            "kind": {"enum": ["user", "token"]},
            "permissions": {"type": "array", "items": _PERMISSION},
        }
    ),
    "LoginSession": _made(
        {
            "id": _TEXT,
            "created_at": _MOMENT,
            "seen_at": _MOMENT,
            "expires_at": _MOMENT,
            "address": _TEXT,
            "agent": _TEXT,
            "is_present": {"type": "boolean", "description": "就是发出这个请求的登录"},
        }
    ),
    "LoginSessions": _items("LoginSession"),
    "Ended": _made({"ended": {**_WHOLE, "description": "结束了几个登录"}}),
    "Token": _made(
        {
            "id": _TEXT,
            "name": _TEXT,
            "created_at": _MOMENT,
            "expires_at": _MOMENT,
            "revoked_at": _MOMENT_OR_NULL,
            "seen_at": _MOMENT_OR_NULL,
            "scopes": {"type": "array", "items": _PERMISSION},
        }
    ),
    "Tokens": _items("Token"),
    "TokenMade": _made({"token": _ref("Token"), "secret": {**_TEXT, "description": "令牌，只给出这一次"}}),
    "NewToken": _sent(
        {
            "name": {**_NAME, "description": "用途"},
            "scopes": {"type": "array", "minItems": 1, "items": _PERMISSION},
            "days": {"type": "integer", "minimum": 1, "maximum": 3660, "description": "有效天数"},
        }
    ),
}
