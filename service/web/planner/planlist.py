"""The list of yearly plans."""

from __future__ import annotations

from typing import Final

from sqlmodel import col

from service.db.tables.plans import PlanRow
from service.departments import department_zh
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.words import place_zh
from supervision.planstates import STATES

TONES: Final = {"draft": "open", "submitted": "strict", "approved": "good", "filed": "good", "published": "good"}


def _whole_year(value: str) -> object:
    return (
        col(PlanRow.year) == int(value) if value.isascii() and value.isdigit() and len(value) < len("10000") else None
    )


LISTING: Final[Listing[PlanRow]] = Listing(
    name="plans",
    title="抽查计划",
    path="/planner/plans",
    columns=(
        Column("title", "计划", lambda row: Cell(row.title, f"/planner/plans/{row.id}"), PlanRow.title),
        Column("year", "年度", lambda row: Cell(str(row.year)), PlanRow.year, is_number=True),
        Column("state", "状态", lambda row: Cell(STATES[row.state], tone=TONES[row.state]), PlanRow.state),
        Column("number", "版本", lambda row: Cell(f"第 {row.number} 版"), PlanRow.number),
        Column("entries", "项数", lambda row: Cell(str(len(row.document["entries"]))), is_number=True),
        Column("department", "部门", lambda row: Cell(department_zh(row.department)), PlanRow.department),
        Column("region", "地区", lambda row: Cell(place_zh(row.region)), PlanRow.region),
        Column(
            "updated_at",
            "最近修改",
            lambda row: Cell(row.updated_at.strftime("%Y-%m-%d %H:%M"), note=row.updated_by_name),
            PlanRow.updated_at,
        ),
    ),
    filters=(
        Filter("q", "名称", contains(col(PlanRow.title)), kind="search"),
        Filter("year", "年度", _whole_year),  # type: ignore[arg-type]  # a condition or None
        Filter("state", "状态", equals(col(PlanRow.state)), tuple(Choice(code, name) for code, name in STATES.items())),
        Filter("department", "部门", contains(col(PlanRow.department))),
    ),
    sort="updated_at",
    unique=PlanRow.id,
    falling=True,
)
