"""``/officer``: the cases within an officer's area, filtered and sorted by the database, as a page or a workbook."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Request
from sqlmodel import col

from kernel.money import format_yuan_zh
from service.access.permissions import Permission
from service.cases.lists import holding
from service.cases.model import CHOICE_TITLES, STATUS_TITLES
from service.cases.present import party_shown
from service.db.repositories import cases as store
from service.db.tables.cases import CaseRow
from service.departments import department_zh
from service.web.deps import page_reads
from service.web.deskpage import list_page
from service.web.labels import TIERS
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.words import place_zh
from service.work import Work  # noqa: TC001 - FastAPI reads the annotation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.responses import Response
    from sqlalchemy import ColumnElement

    from rules.release import Release
    from service.access.actor import Actor

router = APIRouter(include_in_schema=False)
DESK: Final = "officer"
_STATUS_TONES: Final = {"draft": "quiet", "open": "open", "decided": "good"}
_TIER_TONES: Final = {"needs_human": "stop", "undetermined": "open", "heavier": "strict"}
_SHORTCUTS: Final = (
    ("我承办的", {"officer": "me"}),
    ("我的草稿", {"officer": "me", "status": "draft"}),
    ("办理中", {"status": "open"}),
    ("需人工判断", {"status": "open", "tier": "needs_human"}),
    ("已决定", {"status": "decided", "sort": "-decided_on"}),
)
_ME: Final = "me"


@router.get("/officer")
def my_cases(request: Request, work: Annotated[Work, page_reads(Permission.CASE_READ)]) -> Response:
    """The list; the newest change first."""
    lists = (_listing(work.engine.release, work.actor), store.statement(work.actor))
    return list_page(request, work, DESK, "officer/cases.html", lists, {"shortcuts": _SHORTCUTS})


def _listing(release: Release, actor: Actor) -> Listing[CaseRow]:
    return Listing(
        name="cases",
        title="案件",
        path="/officer",
        columns=_columns(release),
        filters=(
            Filter("q", "案号、当事人、代码", holding, kind="search"),
            Filter("violation", "案由（文字）", lambda words: _of_violation(release, words)),
            Filter("status", "状态", equals(col(CaseRow.status)), _choices(STATUS_TITLES)),
            Filter("tier", "系统结论", equals(col(CaseRow.tier)), _choices(TIERS)),
            Filter("chosen", "决定", equals(col(CaseRow.chosen)), _choices(CHOICE_TITLES)),
            Filter("officer", "承办人", lambda name: _of_officer(name, actor), (Choice(_ME, "我"),)),
            Filter("department", "机关", contains(col(CaseRow.department))),
            Filter("decided_from", "决定日 从", lambda value: _decided(value, 0), kind="date"),
            Filter("decided_to", "到（含）", lambda value: _decided(value, 1), kind="date"),
        ),
        sort="updated_at",
        unique=col(CaseRow.id),
        falling=True,
    )


def _columns(release: Release) -> tuple[Column[CaseRow], ...]:
    titles = {name: one.title for name, one in release.violations.items()}
    return (
        Column("number", "案号", _number, col(CaseRow.number)),
        Column("party", "当事人", _party),
        Column("violation", "案由", lambda row: Cell(titles.get(row.violation, row.violation)), col(CaseRow.violation)),
        Column("status", "状态", _status, col(CaseRow.status)),
        Column("tier", "系统结论", _tier, col(CaseRow.tier)),
        Column("missing", "待查事实", lambda row: Cell(str(row.missing)), col(CaseRow.missing), is_number=True),
        Column("chosen", "决定", _chosen, col(CaseRow.chosen)),
        Column("fine", "罚款（元）", _fine, col(CaseRow.fine_fen), is_number=True, is_shown=False),
        Column("conduct_on", "行为日", lambda row: Cell(_day(row.conduct_on)), col(CaseRow.conduct_on), is_shown=False),
        Column("decided_on", "决定日", lambda row: Cell(_day(row.decided_on)), col(CaseRow.decided_on)),
        Column("officer", "承办人", lambda row: Cell(row.officer_name), col(CaseRow.officer_name)),
        Column(
            "department",
            "机关",
            lambda row: Cell(department_zh(row.department)),
            col(CaseRow.department),
            is_shown=False,
        ),
        Column("region", "地区", lambda row: Cell(place_zh(row.region)), col(CaseRow.region), is_shown=False),
        Column("updated_at", "最近修改", _updated, col(CaseRow.updated_at)),
    )


def _number(row: CaseRow) -> Cell:
    return Cell(row.number or "（未填案号）", href=f"/officer/cases/{row.id}")


def _party(row: CaseRow) -> Cell:
    party = party_shown(row.party_name, row.party_code, row.party_type)
    return Cell(party["name"] or "（未填）", note=party["code"])


def _status(row: CaseRow) -> Cell:
    return Cell(STATUS_TITLES[row.status], tone=_STATUS_TONES[row.status])


def _tier(row: CaseRow) -> Cell:
    return Cell(TIERS.get(row.tier, "尚不能判断"), tone=_TIER_TONES.get(row.tier, ""))


def _chosen(row: CaseRow) -> Cell:
    fine = f"罚款{format_yuan_zh(row.fine_fen)}" if row.fine_fen else ""
    return Cell(CHOICE_TITLES.get(row.chosen, ""), note=fine)


def _fine(row: CaseRow) -> Cell:
    return Cell("" if row.fine_fen is None else f"{row.fine_fen / 100:.2f}".removesuffix(".00"))


def _updated(row: CaseRow) -> Cell:
    return Cell(row.updated_at.strftime("%Y-%m-%d %H:%M"), note=row.updated_by)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _choices(titles: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in titles.items())


def _of_violation(release: Release, words: str) -> ColumnElement[bool]:
    """Violations whose title, alias or id holds the words."""
    names = [
        name
        for name, one in release.violations.items()
        if words in one.title or words == name or any(words in alias for alias in one.aliases)
    ]
    return col(CaseRow.violation).in_(names)


def _of_officer(name: str, actor: Actor) -> ColumnElement[bool]:
    return col(CaseRow.officer) == actor.id if name == _ME else col(CaseRow.officer_name) == name


def _decided(value: str, days: int) -> ColumnElement[bool] | None:
    try:
        day = date.fromisoformat(value) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    column = col(CaseRow.decided_on)
    return column < day if days else column >= day
