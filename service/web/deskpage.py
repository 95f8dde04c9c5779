"""A page of a desk: the frame around it, what was just done, and what went wrong with what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.web.desks import desk_of
from service.web.listexport import workbook
from service.web.render import catalogue_of, render
from service.web.views import saved_views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request
    from sqlmodel.sql.expression import SelectOfScalar

    from service.web.listing import Listing
    from service.work import Work

DONE: Final = "done"
"""The query parameter that names what was just done; a page shows its words once."""
_SEE_OTHER: Final = 303


def desk_page(
    request: Request, work: Work, desk: str, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HTMLResponse:
    """Render a template that extends ``desk.html``; ``error`` and ``flash`` are there, empty unless given.

    ``error`` is what was wrong with a form (raised within ``work.attempt()``, so that nothing of it is kept).
    """
    state = request.app.state
    if not hasattr(state, "catalogue_note"):
        state.catalogue_note = catalogue_of(state.engine.release)
    frame = {"desk": desk_of(desk, work.actor), "actor": work.actor, "today": work.today, "error": None, "flash": ""}
    return render(request, template, state.catalogue_note, {**frame, **context}, status=status)


def see_other(path: str, **query: str) -> RedirectResponse:
    """Go on to a page after a form was accepted; ``done="saved"`` lets it say so."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, _SEE_OTHER)


def list_page(
    request: Request,
    work: Work,
    desk: str,
    template: str,
    lists: tuple[Listing[Any], SelectOfScalar[Any]],
    context: Mapping[str, Any] | None = None,
) -> Response:
    """A page whose main part is a list, or the list as a workbook with ``?export=xlsx``.

    The template gets ``page`` and ``saved`` for ``{{ listing(page, caption, saved, csrf_key) }}``.
    """
    listing, statement = lists
    state = listing.state(request.query_params.multi_items())
    if request.query_params.get("export") == "xlsx":
        return workbook(state, state.everything(work.session, statement))
    found = {"page": state.page(work.session, statement), "saved": saved_views(work, listing.name)}
    return desk_page(request, work, desk, template, {**found, **(context or {})})
