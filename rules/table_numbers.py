"""Numbers, shares and days as people write them in a Chinese table: 1.5万, 五百, 百分之十, 2026年3月5日."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from kernel.numerals import from_zh

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ZH: Final = "[零〇一二两三四五六七八九十百千]"
NUMBER: Final = rf"-?(?:[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?|{_ZH}+)(?:[万亿]{_ZH}*)*"
"""A number as far as it goes, for use inside other patterns; :func:`parse_number` says its value."""
_SHARE: Final = re.compile(rf"(?P<base>百|千)分之(?P<part>{NUMBER})|(?P<number>{NUMBER})(?P<sign>[%‰])")
_DAY: Final = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?")
_SOLID_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ZH_DAY: Final = re.compile(
    r"([零〇一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_SCALES: Final = (("亿", 10**8), ("万", 10**4))
_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0}


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as their ASCII forms; the full-width blank as a blank."""
    return text.translate(_WIDE)


def parse_number(text: str) -> int | Decimal | None:
    """The value of ``500``, ``5,000``, ``1.5万``, ``五百``, ``一万二千``, ``两千``; None if it is no number."""
    rest = narrow(text).strip()
    sign = -1 if rest.startswith("-") else 1
    total = Decimal(0)
    rest = rest.removeprefix("-")
    for unit, scale in _SCALES:
        head, found, tail = rest.partition(unit)
        if found:
            value = _plain(head)
            if value is None:
                return None
            total, rest = total + value * scale, tail
            if not rest:
                return _whole(sign * total)
    value = _plain(rest)
    return None if value is None else _whole(sign * (total + value))


def _plain(text: str) -> Decimal | None:
    digits = text.replace(",", "")
    if digits.isascii():
        return Decimal(digits) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits) else None
    usual = text.replace("两", "二").lstrip("零〇") or "零"
    try:
        return Decimal(0) if usual == "零" else Decimal(from_zh(usual))
    except (ValueError, InvalidOperation):
        return None


def _whole(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


def parse_share(text: str) -> Decimal | None:
    """The fraction of ``5%``, ``3‰`` or ``百分之十`` (0.1); None if it is none."""
    match = _SHARE.fullmatch(narrow(text).strip())
    if match is None:
        return None
    number = parse_number(match["part"] or match["number"])
    if number is None:
        return None
    hundred = match["base"] == "百" or match["sign"] == "%"
    return Decimal(number) / (100 if hundred else 1000)


def parse_day(text: str) -> date | None:
    """The day of ``2026-03-05``, ``2026/3/5``, ``2026.3.5``, ``20260305``, ``2026年3月5日`` or the same in 汉字."""
    plain = re.sub(r"\s", "", narrow(text))
    match = _DAY.fullmatch(plain) or _SOLID_DAY.fullmatch(plain)
    parts = [int(part) for part in match.groups()] if match else _zh_parts(plain)
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


def _zh_parts(text: str) -> list[int]:
    match = _ZH_DAY.fullmatch(text)
    if match is None:
        return []
    year = int("".join(str(_DIGITS[character]) for character in match[1]))
    try:
        return [year, from_zh(match[2]), from_zh(match[3])]
    except ValueError:
        return []
