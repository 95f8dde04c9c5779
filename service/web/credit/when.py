"""``/repair/when``: everybody may ask when a penalty record can be repaired. Nothing is read or kept."""

# Annotations are kept as objects here: FastAPI reads them.
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kernel.errors import XinhengError
from service import clock
from service.api.deps import public
from service.web.credit import recordform
from service.web.credit.shown import answer_parts, basis
from service.web.credit.timeline import timeline
from service.web.render import catalogue_of, render

router = APIRouter(include_in_schema=False, dependencies=[public("公开的计算，不读取也不保存任何数据")])
_UNPROCESSABLE: Final = 422
FIELDS: Final = tuple(one for one in recordform.FIELDS if one.is_public)


@router.get("/repair/when")
def when(request: Request) -> Response:
    """The form, with the answer to what stands in it."""
    pairs = [(key, value[:200]) for key, value in request.query_params.multi_items()]
    asked = any(value for _, value in pairs)
    document = recordform.document_of(pairs, fields=FIELDS) if asked else {}
    document.setdefault("kind", "penalty")
    lacks_day = asked and not document.get("decision", {}).get("decided_on")
    answer: dict[str, Any] | None = None
    error: XinhengError | None = None
    if asked and not lacks_day:
        try:
            answer = request.app.state.repairs.check(document, clock.today())
        except XinhengError as wrong:
            error = wrong
    release = request.app.state.engine.release
    context = {
        "fields": recordform,
        "what": [one for one in recordform.WHAT if one.is_public],
        "now": [one for one in recordform.NOW if one.is_public],
        "values": recordform.values_of(document),
        "answer": answer,
        "shown": answer_parts(answer) if answer else None,
        "line": timeline(document, answer, clock.today()) if answer else None,
        "today": clock.today(),
        "query": urlencode(pairs),
        "basis": basis(release, answer["rules"]) if answer else [],
        "error": error,
        "lacks_day": lacks_day,
        "anchors": recordform.anchors(),
        "desk": None,
    }
    status = _UNPROCESSABLE if error or lacks_day else 200
    return render(request, "credit/when.html", catalogue_of(release), context, status=status)
