"""A row of 清单文件 and the published document that it gives, both ways."""

from __future__ import annotations

from typing import Final

from service.exchange import labels
from service.exchange.columns import (
    day_column,
    interval_columns,
    read_choice,
    read_count,
    text_column,
)
from service.exchange.items import OTHER_COLUMN, nested_column, region_column
from service.exchange.tables import Heading

_FROM, _UNTIL = interval_columns(Heading("from", "施行日期"), Heading("until", "有效期至（含当日）"), width=13)
COLUMNS: Final = (
    text_column(Heading("id", "来源编号", ("编号",)), width=26),
    text_column(Heading("title", "文件名称", ("名称", "清单名称")), width=44),
    text_column(Heading("number", "文号"), width=22),
    text_column(Heading("issuer", "发布机关", ("印发机关", "制定机关")), width=22),
    day_column(Heading("issued_on", "印发日期"), width=13),
    day_column(Heading("published_on", "公布日期"), width=13),
    region_column(Heading("jurisdiction", "适用地区"), width=20),
    _FROM,
    _UNTIL,
    nested_column(
        Heading("window", "初次违法期限（月）"),
        "first_violation",
        "window_months",
        lambda cell: read_count(cell, "初次违法期限（月）"),
        width=10,
    ),
    nested_column(
        Heading("scope", "初次违法范围"),
        "first_violation",
        "scope",
        lambda cell: read_choice(cell.text, labels.SCOPES, "初次违法范围"),
        choices="scope",
        width=20,
    ),
    nested_column(
        Heading("records", "初次违法查询记录"), "first_violation", "record_source", lambda cell: cell.text, width=20
    ),
    OTHER_COLUMN,
    text_column(Heading("confidence", "核实程度"), width=24),
    day_column(Heading("checked_on", "核实日期"), width=13),
    text_column(Heading("note", "说明", ("备注",)), width=40),
    text_column(Heading("open_question", "待决问题"), width=30),
)
HEADINGS: Final = tuple(one.heading for one in COLUMNS)
