"""Fines as a list words them, and back: 5万元以上10万元以下罚款, 货值金额10倍以上20倍以下罚款.

A fine is read whole or not at all: half understood it would be a wrong amount.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.money import format_yuan_zh, yuan_to_fen
from rules.table_numbers import narrow, parse_number, parse_share
from rules.table_values import TableError
from rules.table_words import squash, words
from rules.wording import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.facts import Vocabulary
    from rules.table_read import ConditionReader

    Show = Callable[[object], str]

Raw = dict[str, object]
_BOUNDS: Final = re.compile(r"[,;](?P<which>最高不超过|不超过|最低不少于|不少于)(?P<amount>[^,;]+)")
_PER: Final = re.compile(r"^按「(?P<label>[^「」]+)」每一?单位|^(?:对)?每(?:一)?(?P<each>人|名|次|日|天)(?:处)?")
_LEAD: Final = re.compile(r"^(?:可以|可)?(?:并)?(?:处以|处)?(?:罚款:?)?")
_TAIL: Final = re.compile(r"(?:的)?(?:罚款)?$")
_RANGE: Final = re.compile(r"(?P<low>.+?)以上(?P<high>.+?)以下|(?P<low2>.+?)(?:至|到|-|~)(?P<high2>.+)")
_CEILING: Final = re.compile(r"(?P<high>.+?)(?:以下|以内)")


def fine_text(fine: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """A fine of the catalogue in words that :func:`read_fine` reads back."""
    if fine.get("base"):
        measure = vocabulary[str(fine["base"])].label + _span(fine, "x", _times(fine))
    else:
        measure = _span(fine, "yuan", _yuan)
    per = f"按「{vocabulary[str(fine['per'])].label}」每一单位" if fine.get("per") else ""
    bounds = f"，最低不少于{_yuan(fine['floor_yuan'])}" if fine.get("floor_yuan") is not None else ""
    bounds += f"，最高不超过{_yuan(fine['cap_yuan'])}" if fine.get("cap_yuan") is not None else ""
    return f"{per}{measure}罚款{bounds}"


def _span(fine: Mapping[str, object], unit: str, show: Show) -> str:
    low, high = (fine[f"{end}_{unit}"] for end in ("min", "max"))
    if _exact(low) == _exact(high):
        return show(high)
    return f"{show(high)}以下" if _exact(low) == 0 else f"{show(low)}以上{show(high)}以下"


def _exact(value: object) -> Decimal:
    return Decimal(str(value))


def _yuan(value: object) -> str:
    return format_yuan_zh(yuan_to_fen(_exact(value)))


def _times(fine: Mapping[str, object]) -> Show:
    """Multiples; shares of less than one in per cent."""
    if _exact(fine["max_x"]) < 1:
        return lambda value: f"{number_text(_exact(value) * 100)}%"
    return lambda value: f"{number_text(_exact(value))}倍"


def read_fine(text: str, reader: ConditionReader) -> Raw:
    """One fine as the catalogue writes it.

    Raises:
        TableError: it cannot be read, has no ceiling, or is a multiple of nothing.
    """
    plain = re.sub(r"\s", "", narrow(text)).rstrip("。;,")
    found: Raw = {}
    for match in _BOUNDS.finditer(plain):
        found["cap_yuan" if "超过" in match["which"] else "floor_yuan"] = _amount(match["amount"], text)
    plain = _BOUNDS.sub("", plain)
    per = _PER.match(plain)
    if per:
        found["per"] = _per(per, text, reader)
        plain = plain[per.end() :]
    plain = _TAIL.sub("", _LEAD.sub("", plain))
    return _measure(plain, text, reader) | found


def _per(match: re.Match[str], text: str, reader: ConditionReader) -> str:
    if match["each"]:
        return words()["each"][match["each"]]
    fact = reader.words.fact_named(match["label"])
    if fact is None:
        raise TableError("table_fine_form", value=text)
    return fact.name


def _measure(plain: str, text: str, reader: ConditionReader) -> Raw:
    for fact, rest in reader.words.fact_at_start(squash(plain)):
        if fact.type == "money":
            low, high = _ends(rest.removeprefix("的"), text)
            return _multiple(low, high, text) | {"base": fact.name}
    if re.search("[倍%‰]|分之", plain):
        raise TableError("table_fine_no_base", value=text)
    low, high = _ends(plain, text)
    unit = re.search("[万亿]?元?$", high)
    if unit is None or not unit[0]:
        raise TableError("table_fine_form", value=text)
    if low and not re.search("[元万亿]", low):  # 5-10万元: the unit stands once
        low += unit[0]
    bounds = {"min_yuan": _amount(low, text) if low else 0, "max_yuan": _amount(high, text)}
    return _ordered(bounds, "yuan", text)


def _ends(plain: str, text: str) -> tuple[str, str]:
    match = _RANGE.fullmatch(plain)
    if match:
        return match["low"] or match["low2"], match["high"] or match["high2"]
    if plain.endswith("以上"):
        raise TableError("table_fine_no_ceiling", value=text)
    ceiling = _CEILING.fullmatch(plain)
    return ("", ceiling["high"]) if ceiling else (plain, plain)


def _amount(text: str, whole: str) -> int | float:
    number = parse_number(text.removeprefix("人民币").removesuffix("元"))
    if number is None or number < 0:
        raise TableError("table_fine_form", value=whole)
    return number if isinstance(number, int) else float(number)


def _multiple(low: str, high: str, text: str) -> Raw:
    sign = re.search("[倍%‰]$", high)
    if low and sign and parse_number(low) is not None:  # 一至三倍
        low += sign[0]
    bounds = {"min_x": _ratio(low, text) if low else 0, "max_x": _ratio(high, text)}
    return _ordered(bounds, "x", text)


def _ratio(text: str, whole: str) -> int | float:
    share = parse_share(text)
    number = share if share is not None else parse_number(text.removesuffix("倍")) if text.endswith("倍") else None
    if number is None or number < 0:
        raise TableError("table_fine_form", value=whole)
    return int(number) if number == int(number) else float(number)


def _ordered(bounds: Mapping[str, int | float], unit: str, text: str) -> Raw:
    if bounds[f"min_{unit}"] > bounds[f"max_{unit}"]:
        raise TableError("table_fine_reversed", value=text)
    return dict(bounds)
