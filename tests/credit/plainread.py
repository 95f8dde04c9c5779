"""Cells of a register read by hand, for the second computation: the forms that made-up registers use, nothing more."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.credit.plainly import Penalty

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "警告": "warning",
    "通报批评": "criticism",
    "罚款": "fine",
    "没收违法所得": "confiscate_gains",
    "没收非法财物": "confiscate_property",
    "暂扣许可证件": "suspend_permit",
    "吊销许可证件": "revoke_permit",
    "责令停产停业": "stop_business",
    "其他-责令限期改正": "other",
}
PARTIES = {"自然人": "individual", "个体工商户": "sole_trader", "法人及非法人组织": "enterprise"}
TRUTH = {"是": True, "否": False, "": None}


class UnreadableError(ValueError):
    """A cell that cannot be read."""


def penalty(row: Mapping[str, str]) -> Penalty | None:
    """A row of strings as a penalty; None where it cannot be read."""
    try:
        return _penalty(row)
    except UnreadableError:
        return None


def _penalty(row: Mapping[str, str]) -> Penalty:
    kinds = {_kind(one) for one in re.split(r"[、,，;；\s/+]+", row["处罚类别"]) if one}
    fine, confiscated = _yuan(row["罚款金额(万元)"]), _yuan(row["没收违法所得、没收非法财物的金额(万元)"])
    if fine:
        kinds.add("fine")
    if confiscated and not kinds & {"confiscate_gains", "confiscate_property"}:
        kinds.add("confiscate_gains")
    decided = _day(row["处罚决定日期"])
    if decided is None:
        raise UnreadableError
    published = row.get("公示日期", "")
    return Penalty(
        authority=row["处罚机关"],
        decided=decided,
        published=False if published == "未公示" else _day(published),
        kinds=frozenset(kinds) or None,
        fine=fine or None,
        procedure={"简易程序": "simple", "普通程序": "ordinary", "": None}[row.get("处罚程序", "")],
        party=PARTIES[row["行政相对人类别"]],
        corrected=TRUTH[row.get("是否纠正", "")],
        performed=TRUTH[row.get("是否履行", "")],
        performed_on=_day(row.get("履行日期", "")),
    )


def _kind(word: str) -> str:
    if word not in KINDS:
        raise UnreadableError
    return KINDS[word]


def _yuan(cell: str) -> float | None:
    if cell in {"", "/"}:
        return None
    if not re.fullmatch(r"\d+(\.\d+)?", cell):
        raise UnreadableError
    return round(float(cell) * 10_000, 2)


def _day(cell: str) -> date | None:
    if not cell:
        return None
    if re.fullmatch(r"\d{5}", cell):
        return date(1899, 12, 30) + timedelta(days=int(cell))
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 00:00:00)?", cell)
    try:
        year, month, day = (int(one) for one in found.groups()[:3])  # type: ignore[union-attr]  # refused below
        return date(year, month, day)
    except (AttributeError, ValueError) as error:
        raise UnreadableError from error
