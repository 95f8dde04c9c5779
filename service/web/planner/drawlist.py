"""The list of draws."""

from __future__ import annotations

from typing import Final

from sqlmodel import col

from service.db.tables.draws import DrawRow
from service.departments import department_zh
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.planner.drawview import TONES, moment
from supervision.ceremony import states


def _name(row: DrawRow) -> Cell:
    return Cell(row.draw_id, f"/planner/draws/{row.id}", note=row.title)


def _digest(row: DrawRow) -> Cell:
    return Cell(f"{row.digest[:16]}…" if row.digest else "—", tone="" if row.digest else "quiet")


def _number(row: DrawRow) -> Cell:
    return Cell(str(row.number) if row.number is not None else "—")


LISTING: Final[Listing[DrawRow]] = Listing(
    name="draws",
    title="抽取",
    path="/planner/draws",
    columns=(
        Column(
            "draw_id",
            "编号",
            lambda row: Cell(row.draw_id, f"/planner/draws/{row.id}", note=row.title),
            DrawRow.draw_id,
        ),
        Column(
            "state",
            "状态",
            lambda row: Cell(states()[row.state].name, tone=TONES.get(row.state, "open")),
            DrawRow.state,
        ),
        Column("number", "记录序号", _number, DrawRow.number, is_number=True),
        Column("digest", "记录的摘要", _digest),
        Column("department", "部门", lambda row: Cell(department_zh(row.department)), DrawRow.department),
        Column("committed_at", "公布记录", lambda row: Cell(moment(row.committed_at) or "—"), DrawRow.committed_at),
        Column("drawn_at", "抽取", lambda row: Cell(moment(row.drawn_at) or "—"), DrawRow.drawn_at),
        Column("published_at", "公布结果", lambda row: Cell(moment(row.published_at) or "—"), DrawRow.published_at),
        Column("updated_at", "最近变动", lambda row: Cell(moment(row.updated_at)), DrawRow.updated_at, is_shown=False),
    ),
    filters=(
        Filter("q", "编号", contains(col(DrawRow.draw_id)), kind="search"),
        Filter("title", "名称", contains(col(DrawRow.title))),
        Filter(
            "state",
            "状态",
            equals(col(DrawRow.state)),
            tuple(Choice(code, state.name) for code, state in states().items()),
        ),
        Filter("department", "部门", contains(col(DrawRow.department))),
    ),
    sort="updated_at",
    unique=DrawRow.id,
    falling=True,
)
