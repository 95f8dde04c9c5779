"""Rendering: one template environment, the frame that every page has, and the headers it needs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import RefusedError
from service.access.csrf import FIELD
from service.access.identity import cookie_name
from service.access.permissions import Permission
from service.departments import department_zh
from service.web import labels
from service.web.desks import desks_of
from service.web.words import citation_zh, day_zh, place_zh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from rules.release import Release
    from service.access.access import Access
    from service.access.identity import Identity

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
DISPLAY_COOKIE: Final = "xinheng_display"
MODES: Final = ("large", "contrast")
"""Display modes: 大字 and 高对比."""
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # The address holds the facts of a case: kept by the officer's browser only, asked for anew each time.
    "Cache-Control": "private, no-cache",
    "Vary": "HX-Request, Cookie",
}
_SHORT_DIGEST: Final = 12


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the foot of every page says about the catalogue."""

    digest: str
    checked: str
    violations: int
    items: int
    sources: int

    @property
    def short(self) -> str:
        """The first characters of the digest, enough to tell two releases apart."""
        return self.digest.removeprefix("sha256:")[:_SHORT_DIGEST]


def catalogue_of(release: Release) -> Catalogue:
    """The facts about a release for the foot of the page."""
    checked = max(provision.checked_on for _, provision in release.provisions.values())
    return Catalogue(release.digest, day_zh(checked), len(release.violations), len(release.items), len(release.sources))


@cache
def environment() -> Environment:
    """The template environment: everything escaped, a missing name is an error."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["L"] = labels
    env.globals["asset"] = asset
    env.globals["place_name_of"] = place_zh
    env.globals["citation_zh"] = citation_zh
    env.globals["department_zh"] = department_zh
    env.globals["Permission"] = Permission
    return env


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that it may be kept for ever."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:_SHORT_DIGEST]}"


def modes_of(request: Request) -> tuple[str, ...]:
    """The display modes a browser has chosen."""
    chosen = request.cookies.get(DISPLAY_COOKIE, "").split("-")
    return tuple(mode for mode in MODES if mode in chosen)


def is_htmx(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def visitor(request: Request) -> Identity | None:
    """Who looks at a page, if anybody is logged in; pages without a login cost no query and never fail by it."""
    access: Access | None = getattr(request.app.state, "access", None)
    known: Identity | None = getattr(request.state, "identity", None)
    if known is not None or access is None or cookie_name(request, access.settings) not in request.cookies:
        return known
    try:
        request.state.identity = access.identities.of(request)
    except (RefusedError, SQLAlchemyError):
        return None  # the page itself says what is to be said
    found: Identity = request.state.identity
    return found


def form_field(key: str) -> Markup:
    """The hidden field that every form of ours carries; pages write ``{{ csrf() }}``."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, key)


def render(
    request: Request,
    template: str,
    catalogue: Catalogue | None,
    context: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page or a part of one. ``catalogue`` None where it is not known (errors before loading)."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    me = visitor(request)
    frame: dict[str, object] = {
        "catalogue": catalogue,
        "modes": modes_of(request),
        "here": here,
        "me": me,
        "desks": desks_of(me.actor) if me and me.is_complete else (),
        "csrf": partial(form_field, me.form_key if me else ""),
    }
    body = environment().get_template(template).render({**frame, **context})
    # What somebody sees by his rights is not to be read from the browser's cache after he has left.
    kept = {"Cache-Control": "no-store"} if me else {}
    return HTMLResponse(body, status, {**HEADERS, **kept, **(headers or {})})
