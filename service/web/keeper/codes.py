"""``/keeper/codes``: every table of codes that the software uses, and each of them with its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response  # noqa: TC002  (FastAPI reads what an endpoint returns)

from service.access.permissions import Permission
from service.codetables.table import KEEPERS
from service.codetables.tables import BY_NAME, TABLES
from service.errors import HttpError
from service.web.deps import page_reads
from service.web.deskpage import desk_page
from service.web.listexport import workbook_of
from service.work import Work

if TYPE_CHECKING:
    from service.codetables.table import Code, CodeTable

router = APIRouter(prefix="/keeper/codes", include_in_schema=False)
Reader = Annotated[Work, page_reads(None)]
_NOT_FOUND: Final = 404
_LONGEST: Final = 80
SHOWN: Final = 200
"""Rows on the page; the workbook has all that match."""


@router.get("")
def show_tables(request: Request, work: Reader, export: str = "") -> Response:
    """All of them: how many codes, where they are used, who keeps them."""
    release = work.engine.release
    lines = [(one, len(one.rows(release))) for one in TABLES]
    if export == "xlsx":
        rows = [(one.name, one.title, str(count), one.used, KEEPERS[one.keeper]) for one, count in lines]
        return workbook_of("code-tables", "代码表", ("代码表", "名称", "条数", "用在哪里", "由谁维护"), rows)
    context = {"lines": lines, "keepers": KEEPERS, "may_draft": work.actor.may(Permission.CATALOGUE_EDIT)}
    return desk_page(request, work, "keeper", "keeper/codes.html", context)


@router.get("/{name}")
def show_table(request: Request, work: Reader, name: str, q: str = "", export: str = "") -> Response:
    """One table, narrowed to the rows that hold the words."""
    table = BY_NAME.get(name)
    if table is None:
        raise HttpError(_NOT_FOUND, "not_found", path=name)
    words = q.strip()[:_LONGEST]
    rows = [one for one in table.rows(work.engine.release) if one.holds(words)]
    places = table.shown(rows)
    headings = [table.headings()[place] for place in places]
    if export == "xlsx":
        return workbook_of(table.name, table.title, headings, (_line(one, places) for one in rows))
    context = {
        "table": table,
        "headings": headings,
        "rows": [(one, _line(one, places)) for one in rows[:SHOWN]],
        "total": len(rows),
        "code_at": _code_at(table, places),
        "q": words,
        "keeper": KEEPERS[table.keeper],
        "may_draft": work.actor.may(Permission.CATALOGUE_EDIT),
    }
    return desk_page(request, work, "keeper", "keeper/code_table.html", context)


def _line(one: Code, places: list[int]) -> list[str]:
    cells = one.cells()
    return [cells[place] for place in places]


def _code_at(table: CodeTable, places: list[int]) -> int:
    """Which of the columns shown has the code; -1 where there is no row."""
    return places.index(table.headings().index("代码")) if places else -1
