"""Dates, amounts, citations and places in the words of a Chinese document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from kernel.citation import Citation, CitationError
from kernel.money import format_yuan_zh
from kernel.regions import RegionError, full_name_zh
from rules.wording import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

FEN = 100


def day_zh(day: date | str | None) -> str:
    """2026年3月1日; an empty string where there is no day."""
    if not day:
        return ""
    one = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{one.year}年{one.month}月{one.day}日"


def yuan_zh(yuan: object) -> str:
    """An amount of yuan (a whole number, or a decimal of two places): 6.5万元."""
    return format_yuan_zh(int(Decimal(str(yuan)) * FEN))


def times_zh(number: object) -> str:
    """A multiple: 13倍."""
    return f"{number_text(Decimal(str(number)))}倍"


@cache
def _citation_zh(instrument: str, article: str, version: str | None) -> str:
    try:
        return Citation(instrument, article, version=version).format_zh()
    except CitationError:
        return f"《{instrument}》{article}"


def citation_zh(citation: Mapping[str, object]) -> str:
    """《食品安全法》第一百二十四条第一款第（五）项."""
    version = citation.get("version")
    return _citation_zh(str(citation["instrument"]), str(citation["article"]), str(version) if version else None)


@cache
def place_zh(code: str | None) -> str:
    """The full name of a place, 全国 for the nation; the code itself where it is not listed."""
    if code is None:
        return "未定地区（参考模板）"
    try:
        return full_name_zh(code)
    except RegionError:
        return code


def in_force_zh(start: str, until: str | None, *, day_known: bool = True) -> str:
    """自2025年2月7日起施行; with the last day where it has ended."""
    begin = f"自{day_zh(start)}起施行" if day_known else f"施行日不明，暂自{day_zh(start)}起计"
    return f"{begin}，{day_zh(until)}起失效" if until else begin
