"""Region codes 行政区划代码 (GB/T 2260): names, ancestors, and what became of withdrawn ones.

A code has six digits: province, city, county. Zones that never stood in the standard (Dalian's
210231 and others) have real codes in use all the same: they are ``unknown`` here but still lie in
their city and province. Changes are known by year, not by day; in the year of a change the old
and the new code both count as current.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from kernel.datafile import read_text
from kernel.errors import CodedValueError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

RegionStatus: TypeAlias = Literal["current", "withdrawn", "unknown"]
Level: TypeAlias = Literal["nation", "province", "city", "county"]

NATION = "000000"
_NATION_NAME = "全国"
_DIGITS = 6
_FORMS = (2, 4, 6)
_SUGGESTIONS = 5
# Codes of the second level that hold counties without being a city, named as in the standard.
_STEP_NAMES = {"01": "市辖区", "02": "县", "90": "省直辖县级行政区划"}


class RegionError(CodedValueError):
    """A region code has a wrong form, or no such region has ever been listed."""


class Span(NamedTuple):
    """A name a code has had; ``since`` and ``until`` are years, None for before and beyond the data."""

    name: str
    since: int | None
    until: int | None
    successors: tuple[str, ...]

    def holds_in(self, year: int) -> bool:
        """Say whether the code stood for this place in a year, the years of change included."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


class Region(NamedTuple):
    """A region as last listed; ``successors`` are the codes that took its place at once."""

    code: str
    name: str
    level: Level
    parent: str | None
    status: RegionStatus
    successors: tuple[str, ...]


def normalise(code: str) -> str:
    """Return the six digits of a code written with 2, 4 or 6; withdrawn codes are accepted.

    Raises:
        RegionError: ``region_form``, or ``region_unknown`` with the nearest codes.
    """
    full = _padded(code)
    if status(full) == "unknown":
        raise RegionError("region_unknown", value=code, nearest=suggestions(full))
    return full


def ancestors(code: str) -> tuple[str, ...]:
    """Return the code itself and the places above it, up to the nation ``000000``.

    A municipality's middle step (110100) is kept; zones that are not listed have ancestors too.

    Raises:
        RegionError: ``region_form``, or ``region_unknown`` when not even the province exists.
    """
    full = _padded(code)
    province = full[:2] + "0000"
    if full != NATION and province not in _current():
        raise RegionError("region_unknown", value=code, nearest=suggestions(full))
    return tuple(dict.fromkeys((full, full[:4] + "00", province, NATION)))


def status(code: str, on: date | None = None) -> RegionStatus:
    """Say whether a six-digit code is listed today, or was in the year of ``on``.

    A code that had not been given out yet is ``unknown`` on that day.
    """
    if code in _current() and on is None:
        return "current"
    spans = _spans(code)
    if on is None:
        return "withdrawn" if spans and spans[-1].until else ("current" if spans else "unknown")
    if any(span.holds_in(on.year) for span in spans):
        return "current"
    return "withdrawn" if any(span.until and span.until < on.year for span in spans) else "unknown"


def region(code: str) -> Region:
    """Return the region of a code in any form :func:`normalise` takes; errors as there."""
    full = normalise(code)
    last = _spans(full)[-1]
    chain = ancestors(full)
    parent = chain[1] if len(chain) > 1 else None
    return Region(full, last.name, level(full), parent, status(full), last.successors)


def level(code: str) -> Level:
    """Return the level that the form of a six-digit code shows."""
    if code == NATION:
        return "nation"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def name_zh(code: str, on: date | None = None) -> str:
    """Return the name of a region, on a day or as last listed; errors as :func:`normalise`."""
    spans = _spans(normalise(code))
    if on is not None:
        spans = tuple(span for span in spans if span.holds_in(on.year)) or spans
    return spans[-1].name


def full_name_zh(code: str) -> str:
    """Return the name with those above it: 辽宁省大连市中山区; errors as :func:`normalise`."""
    chain = ancestors(normalise(code))[:-1]
    named = [place for place in reversed(chain) if place in _current() or place == chain[0]]
    return "".join(name_zh(place) for place in named) or _NATION_NAME


def successors(code: str) -> tuple[str, ...]:
    """Return the codes listed today that a withdrawn code has led to; empty when none is known."""
    spans = _spans(code)
    ended = spans[-1].until if spans else None
    return tuple(dict.fromkeys(_follow(spans[-1].successors, ended))) if ended else ()


def suggestions(code: str) -> tuple[str, ...]:
    """Return listed codes that look like this one, with their names, best first."""
    from difflib import get_close_matches  # noqa: PLC0415 - start-up time

    current = _current()
    near = next(filter(None, ([item for item in current if item[:n] == code[:n]] for n in (4, 2))), None)
    provinces = [item for item in current if item.endswith("0000")]
    found = get_close_matches(code, near or provinces, n=_SUGGESTIONS, cutoff=0)
    return tuple(f"{item}（{current[item].name}）" for item in found)


def codes_named(name: str) -> tuple[str, ...]:
    """Return the codes listed today whose name, short or full, is this one: 大连市, 辽宁省大连市.

    Several counties share a name; then all of them are returned.
    """
    short = name.strip()
    tails = (code for code, span in _current().items() if short.endswith(span.name))
    return tuple(code for code in tails if short in {name_zh(code), full_name_zh(code)})


def _padded(code: object) -> str:
    if not isinstance(code, str) or not code.isascii() or not code.isdigit() or len(code) not in _FORMS:
        raise RegionError("region_form", value=code)
    return code.ljust(_DIGITS, "0")


def _follow(codes: tuple[str, ...], year: int) -> Iterator[str]:
    """Yield the codes of today that codes taken up in a year have led to."""
    for code in codes:
        if code in _current():
            yield code
            continue
        # A code may have been given out again later: go on with the place it named in that year.
        for span in _spans(code):
            if span.until and span.until > year and span.holds_in(year):
                yield from _follow(span.successors, span.until)
                break


def _spans(code: str) -> tuple[Span, ...]:
    listed = _current().get(code)
    past = _history().get(code, ())
    if listed is not None:
        return (*past, listed)
    return past or _step(code)


def _step(code: str) -> tuple[Span, ...]:
    """Return the span of a second-level code that only groups counties, such as 110100."""
    if code == NATION:
        return (Span(_NATION_NAME, None, None, ()),)
    name = _STEP_NAMES.get(code[2:4])
    if name is None or not code.endswith("00"):
        return ()
    if code[2:4] == "90" and name_zh(code[:2]).endswith("自治区"):
        name = name.replace("省", "自治区", 1)
    if code[:4] in _current_prefixes():
        return (Span(name, None, None, ()),)
    years = [span.until for place, spans in _history().items() if place[:4] == code[:4] for span in spans]
    return (Span(name, None, max(year for year in years if year), ()),) if years else ()


@cache
def _current() -> dict[str, Span]:
    rows = (line.split(",") for line in read_text("regions_current.csv").splitlines()[1:])
    return {code: Span(name, _year(since), None, ()) for code, name, since in rows}


@cache
def _current_prefixes() -> frozenset[str]:
    return frozenset(code[:4] for code in _current())


@cache
def _history() -> dict[str, tuple[Span, ...]]:
    found: dict[str, tuple[Span, ...]] = {}
    for line in read_text("regions_history.csv").splitlines()[1:]:
        code, name, since, until, after = line.split(",")
        span = Span(name, _year(since), _year(until), tuple(after.split()))
        found[code] = (*found.get(code, ()), span)
    return found


def _year(text: str) -> int | None:
    return int(text) if text else None
