"""Chinese pages for requests that fail: address not found, wrong method, our own mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.web.render import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request
    from fastapi.responses import HTMLResponse

_PAGES: Final[Mapping[int, tuple[str, str]]] = {
    404: ("没有这个页面", "网址可能写错了，或者内容已经改名。可以从首页重新开始，或者在规则目录中查找。"),
    405: ("不能这样打开", "这个网址不接受这种请求。请从页面上的按钮进入。"),
    413: ("内容过大", "提交的内容太大。请减少填写的文字后重试。"),
    500: ("系统出错", "本次操作没有完成，已经记入日志。请稍后再试；如仍出错，请把时间和网址告诉系统管理员。"),
}
_OTHER: Final = ("不能完成", "请求没有完成，请返回上一页重试。")


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page, and not a program for the interface."""
    if request.url.path.startswith(("/api/", "/static/")):
        return False
    return "text/html" in request.headers.get("accept", "")


def error_page(request: Request, status: int, problem: Mapping[str, object] | None = None) -> HTMLResponse:
    """The page for a status; a problem document's own words replace the general ones."""
    title, words = _PAGES.get(status, _OTHER)
    if problem is not None and status not in _PAGES:
        title, words = str(problem["title"]), str(problem["detail"])
    context = {"title": title, "words": words, "status_code": status}
    return render(request, "error.html", None, context, status=status)
