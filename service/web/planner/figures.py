"""``/planner/figures``: the figures of a year, each with both counts, definition, source and target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Request

from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.planning import year
from service.web.deps import page_reads
from service.web.deskpage import desk_page
from service.web.planner.tables import table_response
from service.work import Work
from supervision.planparams import reasons

if TYPE_CHECKING:
    from fastapi.responses import Response

router = APIRouter(prefix="/planner/figures", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.STATISTICS_READ)]
_DESK: Final = "planner"
_SHOWN: Final = ("title", "about", "share", "part", "whole", "definition", "target", "source")


@router.get("")
def show(request: Request, work: Reader, year_wanted: int = 0, export: str = "") -> Response:
    """The figures of a year; those that show something by class are for this house alone."""
    wanted = year_wanted or work.today.year
    error, rows = None, []
    try:
        rows = year.shown_figures(work, wanted)
    except XinhengError as found:
        error = found
    if export == "xlsx" and rows:
        import polars as pl  # noqa: PLC0415

        public = [{name: str(one[name] or "") for name in _SHOWN} for one in rows if not one["internal"]]
        return table_response(pl.DataFrame(public), f"figures-{wanted}")
    abouts = {**reasons("lifting"), "sample": "按小比例抽查"}
    context = {"rows": rows, "year": wanted, "error": error, "abouts": abouts}
    return desk_page(request, work, _DESK, "planner/figures.html", context, status=error.status if error else 200)
