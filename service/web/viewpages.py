"""``/views``: saving and forgetting filters by name, for every list."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse  # noqa: TC002  (FastAPI reads what an endpoint returns)

from service.web.addresses import own_path
from service.web.deps import page_writes
from service.web.deskpage import see_other
from service.web.sent import Pairs, sent_form
from service.web.views import delete_view, save_view
from service.work import Work

router = APIRouter(include_in_schema=False)
Writes = Annotated[Work, page_writes(None)]
Form = Annotated[Pairs, Depends(sent_form)]


@router.post("/views")
def save(work: Writes, pairs: Form) -> RedirectResponse:
    """Save what the list shows now under a name, or forget a name; then back to the list."""
    sent = dict(pairs)
    query = urlencode(parse_qsl(sent.get("query", "")))
    if "forget" in sent:
        delete_view(work, sent.get("listing", ""), sent["forget"])
    else:
        save_view(work, sent.get("listing", ""), sent.get("name", ""), query)
    back = own_path(sent.get("back", "/"))
    return see_other(f"{back}?{query}" if query and "forget" not in sent else back)
