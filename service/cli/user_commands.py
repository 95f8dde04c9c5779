"""The commands ``user …``: names, words, arguments, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

ROLES: Final = (
    "officer",
    "case_reviewer",
    "credit_clerk",
    "credit_reviewer",
    "planner",
    "plan_approver",
    "draw_witness",
    "inspector",
    "catalogue_editor",
    "catalogue_approver",
    "statistician",
    "system_admin",
    "security_admin",
    "audit_admin",
)
"""Spelled here so that help needs no file; a test holds them against the role table."""


def _login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", help="用户名")


def _area(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--in-department", metavar="CODE", help="角色只在这个部门有效（默认：全部部门）")
    parser.add_argument("--in-region", metavar="CODE", help="角色只在这个区域及其下级有效（默认：全部区域）")


def _ask(parser: argparse.ArgumentParser) -> None:
    words = "自己输入初始密码（从终端读两次，或者从标准输入读一行），不由系统生成"
    parser.add_argument("--ask", action="store_true", help=words)


def _add(parser: argparse.ArgumentParser) -> None:
    _login(parser)
    parser.add_argument("--name", required=True, metavar="NAME", help="姓名，或者其他系统的名称")
    parser.add_argument("--department", required=True, metavar="CODE", help="所在部门")
    parser.add_argument("--region", required=True, metavar="CODE", help="所在区域，六位行政区划代码")
    parser.add_argument("--role", action="append", default=[], choices=ROLES, metavar="ROLE", help="角色，可以写几次")
    _area(parser)
    parser.add_argument("--origin", choices=("local", "oidc"), default="local", help="用本系统密码还是统一身份认证登录")
    parser.add_argument("--kind", choices=("person", "system"), default="person", help="人员还是其他系统（只用令牌）")
    _ask(parser)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="?", default="", metavar="WORDS", help="用户名、姓名或者部门中的文字")
    parser.add_argument("--role", default="", choices=("", *ROLES), metavar="ROLE", help="只列有这个角色的")


def _roles(parser: argparse.ArgumentParser) -> None:
    _login(parser)
    parser.add_argument("--add", choices=ROLES, metavar="ROLE", help="分配这个角色")
    parser.add_argument("--remove", choices=ROLES, metavar="ROLE", help="收回这个角色（范围相同的一项）")
    _area(parser)


def _reset(parser: argparse.ArgumentParser) -> None:
    _login(parser)
    parser.add_argument("--totp", action="store_true", help="同时重置动态验证码")
    parser.add_argument("--enable", action="store_true", help="同时重新启用已停用的账号")
    _ask(parser)


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
USERS: Final[tuple[Row, ...]] = (
    (
        "user add",
        "建立账号；初始密码只显示一次，第一次登录时必须修改",
        "xinheng user add zhangwei --name 张伟 --department market --region 210200 --role system_admin",
        "service.cli.user:add",
        _add,
    ),
    ("user list", "列出账号和角色", "xinheng user list --role officer", "service.cli.user:list_users", _list),
    (
        "user roles",
        "查看、分配、收回一个账号的角色",
        "xinheng user roles wangfang --add officer --in-region 210211",
        "service.cli.user:roles",
        _roles,
    ),
    (
        "user reset",
        "重置密码并解除锁定；登录全部结束",
        "xinheng user reset wangfang",
        "service.cli.user:reset",
        _reset,
    ),
)
