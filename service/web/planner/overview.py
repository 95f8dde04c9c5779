"""``/planner``: where the planner begins: the classes of the month, what has changed, what to look at."""

# Annotations are kept as objects here: FastAPI looks them up.
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.access.permissions import Permission
from service.classes import months, overrides, reading
from service.schemes.acts import in_force
from service.web.deps import page_reads
from service.web.deskpage import desk_page
from service.web.planner.classview import bars
from service.work import Work

router = APIRouter(prefix="/planner", include_in_schema=False)
_SOON = timedelta(days=30)


@router.get("")
def overview(request: Request, work: Annotated[Work, page_reads(Permission.SCORE_READ)]) -> Response:
    """The newest month in figures, decisions that end soon, and the addresses of the desk."""
    month = months.latest(work)
    full: dict[str, Any] = {"month": month, "bars": [], "signs": [], "changes": None, "ending": ([], 0)}
    if month is not None:
        scheme = in_force(work.session, month.scheme)
        series = months.series(months.listed(work), month)
        place = series.index(month)
        full |= {
            "bars": bars(scheme, month, series[place - 1] if place else None),
            "signs": reading.counts_by(work.files.path(month.warnings_file), "sign", "title"),
            "changes": month.report["changes"],
            "ending": overrides.next_to_end(work, work.today + _SOON),
        }
    return desk_page(request, work, "planner", "planner/overview.html", full)
