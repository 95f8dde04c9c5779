"""Addresses of our own to go back to: whatever a browser names, it never leads to another site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request

LOGIN: Final = "/login"
_LONGEST: Final = 400
_SAFE: Final = frozenset({"GET", "HEAD"})


def own_path(back: str) -> str:
    """The address to go back to, if it is one of ours; otherwise the start page."""
    parts = urlsplit(back)
    ours = not parts.scheme and not parts.netloc and back.startswith("/") and not back.startswith("//")
    plain = "\\" not in back and back.isprintable() and len(back) <= _LONGEST
    return back if ours and plain else "/"


def login_address(request: Request, why: str = "") -> str:
    """The login page, from where the browser comes back to what it wanted; ``why``: a message code."""
    url = request.url
    if request.method in _SAFE:
        back = url.path + (f"?{url.query}" if url.query else "")
    else:  # a form cannot be sent again by a redirect: back to the page it stood on
        came = urlsplit(request.headers.get("referer", ""))
        back = came.path + (f"?{came.query}" if came.query else "") if came.netloc == url.netloc else "/"
    query = {"next": own_path(back), **({"why": why} if why else {})}
    return f"{LOGIN}?{urlencode(query)}"
