"""The public check page of draws, served as it stands: one file that asks for nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

from service.api.deps import public
from service.web.render import STATIC

PAGE: Final = STATIC / "check" / "check.html"
ADDRESS: Final = "/draws/check"


def check_router() -> APIRouter:
    """Return the router of the page.

    Its script and styles stand in it, so that it also works from disk; the policy names them by digest.
    """
    router = APIRouter(dependencies=[public("任何人都可以核对抽取结果")])
    policy = content_policy(PAGE.read_text("utf-8"))
    headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}

    @router.get(ADDRESS)
    def check() -> FileResponse:
        return FileResponse(PAGE, media_type="text/html; charset=utf-8", headers=headers)

    return router


def content_policy(page: str) -> str:
    """Return the policy that allows the page's own script and styles, and nothing else."""
    script, style = (_digests(page, name) for name in ("script", "style"))
    return f"default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; frame-ancestors 'none'"


def _digests(page: str, element: str) -> str:
    found = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in found)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
