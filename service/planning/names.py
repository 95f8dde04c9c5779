"""What the codes of a city are called: departments, items, districts, by code; and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.regions import RegionError, name_zh
from service.departments import departments
from service.errors import StateError
from service.planning import libraries
from supervision.annualsheet import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.work import Work


def names_of(work: Work) -> Names:
    """Return the names that an office writes in the place of codes."""
    items = {code: one.name for code, one in libraries.load_items(work).items()}
    return Names(departments(), items, districts(work))


def districts(work: Work) -> Mapping[str, str]:
    """Return the districts in which there are objects, code → short name; two of one name keep their codes."""
    try:
        codes = libraries.regions(work)
    except StateError:
        return {}
    found = {code: _name(code) for code in codes}
    many = list(found.values())
    return {code: word for code, word in found.items() if many.count(word) == 1}


def _name(code: str) -> str:
    try:
        return name_zh(code)
    except RegionError:
        return code
