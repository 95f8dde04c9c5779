"""Requests that change something must come from our own pages: told by the browser, and by a token in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from service.access.errors import AccessRefusedError
from service.access.keys import same

if TYPE_CHECKING:
    from starlette.datastructures import Headers

FIELD: Final = "csrf_token"
HEADER: Final = "x-csrf-token"
_OURS: Final = frozenset({"same-origin", "none"})


def check_origin(headers: Headers) -> None:
    """AccessRefusedError where the browser says that another site sent this.

    A browser that says neither (old ones, programs) is not refused here: the token is asked for as well.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _OURS:
        raise AccessRefusedError("form_foreign")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise AccessRefusedError("form_foreign")


def check_token(given: str | None, wanted: str) -> None:
    """AccessRefusedError where the form does not carry the token of this session."""
    if not given or not same(given, wanted):
        raise AccessRefusedError("form_stale")
