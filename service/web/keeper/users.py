"""``/keeper/users``: accounts and roles, with what each of the three administrators may do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from sqlmodel import col, or_, select

from kernel.errors import XinhengError
from service.access import scope, tokens, users
from service.access.accounts import KIND_LABELS, ORIGIN_LABELS, STATUS_LABELS
from service.access.area import Area
from service.access.errors import AccessRefusedError
from service.access.permissions import Permission
from service.access.roles import role_table
from service.db.repositories import accounts as accounts_repo
from service.db.tables.accounts import AssignmentRow, UserRow
from service.departments import department_zh, departments
from service.web.deps import page_reads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.listing import Cell, Choice, Column, Filter, Listing, equals
from service.web.places import place_groups
from service.web.sent import Pairs, sent_form
from service.web.words import place_zh
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import Response
    from sqlalchemy import ColumnElement

    from service.access.accounts import User

router = APIRouter(include_in_schema=False)
_DESK: Final = "keeper"
_USERS: Final = "/keeper/users"
_MOST_DIGITS: Final = 9
Reader = Annotated[Work, page_reads(Permission.USER_READ)]
Manager = Annotated[Work, page_writes(Permission.USER_MANAGE)]
Assigner = Annotated[Work, page_writes(Permission.ROLE_ASSIGN)]
SecurityKeeper = Annotated[Work, page_writes(Permission.SECURITY_SETTINGS)]
SessionEnder = Annotated[Work, page_writes(Permission.SESSION_END)]
Form = Annotated[Pairs, Depends(sent_form)]
_DONE: Final = {
    "changed": "账号已修改。",
    "assigned": "角色已分配，对方的下一次操作起生效。",
    "revoked": "角色已收回，对方的下一次操作起生效。",
    "ended": "该用户的登录已全部结束。",
    "totp": "动态验证码已重置，该用户的登录已全部结束。",
    "token": "访问令牌已作废。",
}
_ANCHORS: Final = {f"/{name}": name for name in ("login", "name", "department", "region")}


def _listing() -> Listing[UserRow]:
    status = tuple(Choice(value, label) for value, label in STATUS_LABELS.items())
    roles = tuple(Choice(name, role.title) for name, role in role_table().items())
    return Listing(
        name="users",
        title="用户和角色",
        path=_USERS,
        columns=(
            Column("login", "用户名", _login, col(UserRow.login)),
            Column("name", "姓名", lambda row: Cell(row.name), col(UserRow.name)),
            Column("department", "部门", lambda row: Cell(department_zh(row.department)), col(UserRow.department)),
            Column("region", "区域", lambda row: Cell(place_zh(row.region)), col(UserRow.region)),
            Column("status", "状态", _status, col(UserRow.status)),
            Column("login_at", "最近登录", _login_at, col(UserRow.login_at)),
            Column("origin", "登录方式", _origin, col(UserRow.origin), is_shown=False),
        ),
        filters=(
            Filter("q", "用户名、姓名或者部门", _has_words, kind="search"),
            Filter("role", "角色", _holds, roles),
            Filter("status", "状态", equals(col(UserRow.status)), status),
        ),
        sort="login",
        unique=col(UserRow.id),
    )


@router.get(_USERS)
def list_users(request: Request, work: Reader) -> Response:
    """Users of the administrator's departments and regions."""
    statement = scope.where(select(UserRow), UserRow, work.actor)
    may_make = {"may_make": work.actor.may(Permission.USER_MANAGE)}
    return list_page(request, work, _DESK, "keeper/users.html", (_listing(), statement), may_make)


@router.get("/keeper/users/new")
def ask_new(request: Request, work: Annotated[Work, page_reads(Permission.USER_MANAGE)]) -> Response:
    """The form for a new account."""
    return _new_page(request, work, {})


@router.post(_USERS)
def create_user(request: Request, work: Manager, pairs: Form) -> Response:
    """Make an account and show its first password, this once."""
    sent = dict(pairs)
    try:
        with work.attempt():
            made = users.create(work, _new_user(sent))
    except XinhengError as error:
        return _new_page(request, work, sent, error)
    return _user_page(request, work, made.user, made=made)


@router.get("/keeper/users/{user}")
def show_user(request: Request, work: Reader, user: str) -> Response:
    """One account."""
    return _user_page(request, work, users.find(work, user), flash=_DONE.get(request.query_params.get("done", ""), ""))


@router.post("/keeper/users/{user}")
def change_user(request: Request, work: Manager, user: str, pairs: Form) -> Response:
    """Change an account; a button sends the status alone."""
    sent = dict(pairs)
    fields = {name: value for name, value in sent.items() if name in users.CHANGEABLE}
    seen = sent.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= _MOST_DIGITS else 0
    return _act(request, work, user, lambda: users.change(work, user, version, fields), "changed")


@router.post("/keeper/users/{user}/password")
def reset_password(request: Request, work: Manager, user: str) -> Response:
    """Give a new first password and show it, this once."""
    try:
        with work.attempt():
            made = users.reset_password(work, user)
    except AccessRefusedError as error:
        return _user_page(request, work, users.find(work, user), error=error)
    return _user_page(request, work, made.user, made=made)


@router.post("/keeper/users/{user}/totp")
def reset_totp(request: Request, work: SecurityKeeper, user: str) -> Response:
    """Take a lost second factor away."""
    return _act(request, work, user, lambda: users.reset_totp(work, user), "totp")


@router.post("/keeper/users/{user}/sessions")
def end_sessions(request: Request, work: SessionEnder, user: str) -> Response:
    """End every session of somebody."""
    return _act(request, work, user, lambda: users.end_sessions(work, user), "ended")


@router.post("/keeper/users/{user}/roles")
def assign_role(request: Request, work: Assigner, user: str, pairs: Form) -> Response:
    """Give a role in a department and region; blank means all."""
    sent = dict(pairs)
    area = Area(sent.get("department") or None, sent.get("region") or None)
    return _act(request, work, user, lambda: users.assign(work, user, sent.get("role", ""), area), "assigned")


@router.post("/keeper/users/{user}/roles/revoke")
def revoke_role(request: Request, work: Assigner, user: str, pairs: Form) -> Response:
    """Take a role back."""
    return _act(request, work, user, lambda: users.revoke(work, user, dict(pairs).get("assignment", "")), "revoked")


@router.post("/keeper/users/{user}/tokens")
def make_token(request: Request, work: Manager, user: str, pairs: Form) -> Response:
    """Make a token for the account of another system and show its secret, this once."""
    owner = users.find(work, user)
    try:
        with work.attempt():
            made = _make_token(request, work, owner, pairs)
    except AccessRefusedError as error:
        return _user_page(request, work, owner, error=error)
    return _user_page(request, work, owner, new_token=made)


@router.post("/keeper/users/{user}/tokens/revoke")
def revoke_token(request: Request, work: Manager, user: str, pairs: Form) -> Response:
    """Make a token invalid at once."""
    owner = users.find(work, user)
    return _act(request, work, user, lambda: tokens.revoke(work, owner, dict(pairs).get("token", "")), "token")


def _act(request: Request, work: Work, user: str, act: Callable[[], object], done: str) -> Response:
    """Do it and go back to the account, or show there why not."""
    try:
        with work.attempt():
            act()
    except XinhengError as error:
        return _user_page(request, work, users.find(work, user), error=error)
    return see_other(f"{_USERS}/{user}", done=done)


def _make_token(request: Request, work: Work, owner: User, pairs: Pairs) -> tokens.NewToken:
    if owner.kind != "system":
        raise AccessRefusedError("token_owner", status=409)
    wish = tokens.wish_of(pairs)
    return tokens.make(work, owner, users.held_by(work, owner), wish, request.app.state.access.settings.token_days)


def _user_page(request: Request, work: Work, user: User, **more: Any) -> Response:  # noqa: ANN401 - template context
    error: XinhengError | None = more.get("error")
    actor = work.actor
    held = accounts_repo.assignments_of(work.session, [user.id])
    factor = accounts_repo.find_totp(work.session, user.id)
    own = {permission.name: actor.may(permission, user.department, user.region) for permission in _SHOWN}
    context = {
        "user": user,
        "held": [(role_table()[one.role], one) for one in held if one.role in role_table()],
        "roles": role_table(),
        "kinds": KIND_LABELS,
        "origins": ORIGIN_LABELS,
        "statuses": STATUS_LABELS,
        "departments": _departments(user.department),
        "groups": place_groups(),
        "sessions": accounts_repo.sessions_of(work.session, user.id, work.now),
        "tokens": accounts_repo.tokens_of(work.session, user.id) if user.kind == "system" else [],
        "rights": sorted(users.held_by(work, user)),
        "has_totp": factor is not None and factor.confirmed_at is not None,
        "may": own,
        "is_own": actor.id == user.id,
        "most_days": request.app.state.access.settings.token_days,
        "now": work.now,
        "anchors": _ANCHORS,
        "made": None,
        "new_token": None,
    }
    return desk_page(
        request, work, _DESK, "keeper/user.html", {**context, **more}, status=error.status if error else 200
    )


_SHOWN: Final = (
    Permission.USER_MANAGE,
    Permission.ROLE_ASSIGN,
    Permission.SECURITY_SETTINGS,
    Permission.SESSION_END,
)


_BLANK: Final = {"login": "", "name": "", "department": "", "kind": "person", "origin": "local"}


def _new_page(request: Request, work: Work, sent: dict[str, str], error: XinhengError | None = None) -> Response:
    context = {
        "sent": {**_BLANK, **sent},
        "error": error,
        "kinds": KIND_LABELS,
        "origins": ORIGIN_LABELS,
        "departments": _departments(sent.get("department", work.actor.department)),
        "chosen_region": sent.get("region", work.actor.region),
        "groups": place_groups(),
        "anchors": _ANCHORS,
    }
    return desk_page(request, work, _DESK, "keeper/user_new.html", context, status=error.status if error else 200)


def _new_user(sent: dict[str, str]) -> users.NewUser:
    return users.NewUser(
        login=sent.get("login", ""),
        name=sent.get("name", ""),
        department=sent.get("department", ""),
        region=sent.get("region", ""),
        kind="system" if sent.get("kind") == "system" else "person",
        origin="oidc" if sent.get("origin") == "oidc" else "local",
    )


def _departments(present: str) -> dict[str, str]:
    """Code and name of every department, the present one among them."""
    known = dict(departments())
    return known if present in known or not present else {present: present, **known}


def _login(row: UserRow) -> Cell:
    return Cell(row.login, href=f"{_USERS}/{row.id}", note="" if row.kind == "person" else "其他系统")


def _status(row: UserRow) -> Cell:
    label = next(label for value, label in STATUS_LABELS.items() if value == row.status)
    return Cell(label, tone="good" if row.status == "active" else "quiet")


def _origin(row: UserRow) -> Cell:
    return Cell(next(label for value, label in ORIGIN_LABELS.items() if value == row.origin))


def _login_at(row: UserRow) -> Cell:
    return Cell(row.login_at.strftime("%Y-%m-%d %H:%M") if row.login_at else "—")


def _has_words(value: str) -> ColumnElement[bool]:
    named = [code for code, name in departments().items() if value in name]
    words = or_(*(col(column).contains(value, autoescape=True) for column in (UserRow.login, UserRow.name)))
    return or_(words, col(UserRow.department).in_([*named, value]))


def _holds(value: str) -> ColumnElement[bool]:
    held = select(AssignmentRow.user_id).where(AssignmentRow.role == value)
    return col(UserRow.id).in_(held)
