"""Choosing a place by code or by name, for people who do not know codes by heart."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from kernel.datafile import read_text
from kernel.errors import FieldError
from kernel.regions import NATION, RegionError, full_name_zh, normalise

DEFAULT: Final = "210200"
"""Dalian, the city this is built for."""
_PROVINCE: Final = "21"
_NAMED: Final = 5
_POINTER: Final = "/jurisdiction"


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """A heading of the selection and its places as (code, name)."""

    title: str
    places: tuple[tuple[str, str], ...]


@cache
def _listed() -> dict[str, str]:
    rows = (line.split(",") for line in read_text("regions_current.csv").splitlines()[1:])
    return {row[0]: row[1] for row in rows}


@cache
def place_groups() -> tuple[PlaceGroup, ...]:
    """The city and its districts, the province and its cities, the nation."""
    listed = _listed()
    city = DEFAULT[:4]
    districts = [(code, name) for code, name in listed.items() if code.startswith(city) and code != DEFAULT]
    cities = [(code, name) for code, name in listed.items() if code.startswith(_PROVINCE) and code.endswith("00")]
    others = [one for one in cities if one[0] != DEFAULT]
    return (
        PlaceGroup("大连", ((DEFAULT, listed[DEFAULT]), *districts)),
        PlaceGroup("辽宁", tuple(others)),
        PlaceGroup("全国", ((NATION, "只看全国规定"),)),
    )


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Codes by their own name and by their full name."""
    found: dict[str, list[str]] = {}
    for code, name in _listed().items():
        for one in {name, full_name_zh(code)}:
            found.setdefault(one, []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


def resolve(written: str) -> tuple[str, FieldError | None]:
    """The code of a place written as a code or a name; or what is wrong with it.

    The text comes back unchanged beside an error, so that nothing typed is lost.
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    if not plain:
        return DEFAULT, None
    if plain.isascii():
        return _by_code(written, plain)
    codes = _by_name().get(plain) or _by_name().get(plain + "市") or _containing(plain)
    if len(codes) == 1:
        return codes[0], None
    code = "place_unknown" if not codes else "place_ambiguous"
    named = "、".join(f"{full_name_zh(one)}（{one}）" for one in codes[:_NAMED])
    return written, FieldError(_POINTER, code, {"place": written, "named": named})


def _by_code(written: str, plain: str) -> tuple[str, FieldError | None]:
    try:
        return normalise(plain), None
    except RegionError as error:
        return written, FieldError(_POINTER, error.code, error.params)


def _containing(part: str) -> tuple[str, ...]:
    found = (codes for name, codes in _by_name().items() if part in name)
    return tuple(dict.fromkeys(code for codes in found for code in codes))
