"""Entry of results on the spot: one department, item by item, made for a telephone held in one hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Request

from kernel.errors import FieldError, InputError, XinhengError
from service.access.permissions import Permission
from service.db.mapping.plans import result_of
from service.db.repositories import plans as store
from service.planning import libraries, tasks
from service.web.deps import page_reads, page_writes
from service.web.deskpage import desk_page, see_other
from service.web.planner.planpage import day_of, version_of
from service.web.planner.planwords import WORDS
from service.web.sent import Pairs, sent_form
from service.work import Work  # noqa: TC001 - FastAPI reads the annotations of endpoints
from supervision.taskresults import Entry, ItemResult
from supervision.tasks import code_sets, set_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.responses import Response

    from service.db.tables.plans import CheckRow
    from supervision.items import Item

router = APIRouter(prefix="/planner/tasks", include_in_schema=False)
Form = Annotated[Pairs, Depends(sent_form)]
_DESK: Final = "planner"
MOST_CODES: Final = 3
"""Codes that the form offers for one item; more are entered through the interface."""


@router.get("/{id}/checks/{check}/result")
def ask(request: Request, work: Annotated[Work, page_reads(Permission.TASK_RESULT)], id: str, check: str) -> Response:  # noqa: A002
    """The form of the results, with what was entered before."""
    row = store.check(work.session, work.actor, check)
    store.task(work.session, work.actor, id)
    results = store.results_of(work.session, [row.id]).get(row.id, [])
    sent: dict[str, str] = {"checked_on": str(row.checked_on or work.today), "method": row.method or "onsite"}
    sent["scanned"] = "yes" if row.scanned else ""
    for number, code in enumerate(row.items):
        own = [one for one in results if one.item == code]
        for place, one in enumerate(own):
            sent[f"code_{number}_{place}"] = result_of(one).code
        if own:
            sent |= {f"note_{number}": own[0].note, f"due_{number}": str(own[0].due_on or "")}
    return _page(request, work, row, {"sent": sent})


@router.post("/{id}/checks/{check}/result")
def enter(
    request: Request,
    work: Annotated[Work, page_writes(Permission.TASK_RESULT)],
    id: str,  # noqa: A002
    check: str,
    pairs: Form,
) -> Response:
    """Enter the results."""
    sent = {key: value.strip() for key, value in pairs}
    row = store.check(work.session, work.actor, check)
    try:
        with work.attempt():
            entry = entry_of(sent, row, libraries.load_items(work))
            tasks.enter(work, check, version_of(sent), entry)
    except XinhengError as error:
        return _page(request, work, row, {"sent": sent, "error": error})
    return see_other(f"/planner/tasks/{id}", done="entered")


def entry_of(sent: Mapping[str, str], check: CheckRow, items: Mapping[str, Item]) -> Entry:
    """Return the entry that a form describes.

    Raises:
        InputError: a day that is none, or no way of checking.
    """
    checked_on = day_of(sent.get("checked_on", ""))
    if checked_on is None:
        raise InputError.at("/checked_on", "library_day", value="")
    if sent.get("method") not in WORDS["METHODS"]:
        raise InputError.at(
            "/method", "library_choice", value=sent.get("method", ""), allowed=list(WORDS["METHODS"].values())
        )
    rows = [one for number, code in enumerate(check.items) for one in _rows(sent, number, code, items)]
    return Entry(checked_on, sent["method"], sent.get("scanned") == "yes", tuple(rows))


def _rows(sent: Mapping[str, str], number: int, item: str, items: Mapping[str, Item]) -> list[ItemResult]:
    code_set = items[item].code_set if item in items else "province-results"
    try:
        due_on = day_of(sent.get(f"due_{number}", ""))
    except InputError as error:
        raise InputError([FieldError(f"/due_{number}", one.code, one.params) for one in error.errors]) from error
    codes = [sent.get(f"code_{number}_{place}", "") for place in range(MOST_CODES)]
    note = sent.get(f"note_{number}", "")
    chosen = [code for code in dict.fromkeys(codes) if code]
    # The day and the words belong to the item: they stand beside its first code.
    return [
        ItemResult(item, code_set, code, note if place == 0 else "", due_on if place == 0 else None)
        for place, code in enumerate(chosen)
    ]


def _page(request: Request, work: Work, row: CheckRow, context: dict[str, Any]) -> Response:
    items = libraries.load_items(work)
    sets = {code: items[code].code_set if code in items else "province-results" for code in row.items}
    error = context.get("error")
    full = {
        "check": row,
        "task": store.task(work.session, work.actor, row.task_id),
        "items": [
            {
                "code": code,
                "name": items[code].name if code in items else "",
                "set": set_names()[sets[code]][0],
                "codes": [one for one in code_sets()[sets[code]].values() if not one.disabled],
            }
            for code in row.items
        ],
        "most": MOST_CODES,
        "others": row.people,
        **WORDS,
        **context,
    }
    status = error.status if isinstance(error, XinhengError) else 200
    return desk_page(request, work, _DESK, "planner/result.html", full, status=status)
