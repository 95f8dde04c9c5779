"""Register of instruments: which laws and rules exist, in which versions, with which articles.

Titles, days and article numbers only: whether a paragraph or an item exists cannot be checked.
The data come from two public collections (``data/SOURCES.md``) and are not complete; so an
instrument or version that is absent gives ``not_in_index``, never ``does_not_exist``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict, cast

from kernel.citation import ArticleRef, Citation, parse_articles
from kernel.datafile import read_text
from kernel.numerals import from_zh

if TYPE_CHECKING:
    from collections.abc import Iterable

ArticleStatus: TypeAlias = Literal["exists", "not_in_index", "does_not_exist"]
ForceStatus: TypeAlias = Literal["in_force", "repealed", "not_yet_effective", "unknown"]

_REGISTER = "instruments.csv"
_OVERRIDES = "instrument_overrides.yaml"
_STATE = "中华人民共和国"
_LONGEST_WAIT = timedelta(days=365)
"""A version whose first day in force is not known is taken to be in force a year after its issue."""
_WORST_FIRST: tuple[ArticleStatus, ...] = ("does_not_exist", "not_in_index", "exists")


@dataclass(frozen=True, slots=True)
class InstrumentVersion:
    """One version: the day it was adopted or issued, and its article numbers (``1-154 120之一``).

    ``effective_date`` is None where the sources do not tell the first day in force; ``as_of`` is
    the last day the source looked at.
    """

    title: str
    level: str
    status: str
    version_date: date
    effective_date: date | None
    articles: str
    source: str
    as_of: date

    @property
    def begins(self) -> date:
        """First day in force, or the day of issue where that is not known."""
        return self.effective_date or self.version_date

    def has(self, article: int, suffix: int = 0) -> bool | None:
        """Say whether the article exists; None where the source has a hole at that number."""
        plain, inserted = _article_sets(self.articles)
        if suffix:
            return (article, suffix) in inserted
        if article in plain:
            return True
        return None if article < max(plain, default=0) else False

    def is_settled_on(self, day: date) -> bool:
        """Say whether this version had surely replaced the one before it by ``day``."""
        return self.effective_date is not None or day - self.version_date >= _LONGEST_WAIT


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation or rule with its known versions, oldest first.

    ``repealed_by`` and ``repeal_source`` say which provision repealed it, where that is known.
    """

    title: str
    short_title: str
    versions: tuple[InstrumentVersion, ...]
    first_effective_date: date | None
    repealed_on: date | None = None
    repealed_by: str = ""
    repeal_source: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the register says of a citation.

    ``versions`` are the version days that hold the article(s), ``checked`` those looked at;
    ``title`` is the full title, None when the instrument is not in the index.
    """

    status: ArticleStatus
    title: str | None
    versions: tuple[date, ...]
    checked: tuple[date, ...]


class Register:
    """All instruments, found by full or short title, with or without 《》."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        """Index the instruments; a full title wins over another's short title."""
        self.instruments = tuple(instruments)
        self._by_title = {_key(item.short_title): item for item in self.instruments}
        self._by_title |= {_key(item.title): item for item in self.instruments}

    def find(self, title: str) -> Instrument | None:
        """Return the instrument of a title, or None."""
        return self._by_title.get(_key(title))


def _key(title: str) -> str:
    return title.strip().strip("《》").replace("（", "(").replace("）", ")").replace(" ", "")


@cache
def load_register() -> Register:
    """Read the register once; the first call takes some milliseconds."""
    return Register(_read_instruments())


def resolve(instrument: str, article: str, on: date | None = None, version: str | None = None) -> Resolution:
    """Say whether the article(s) exist in the version that was in force on a day.

    Args:
        instrument: full or short title.
        article: short or document form, possibly a list; empty means the instrument as a whole.
        on: the day; None looks at every version.
        version: as in a citation (``2019``, ``旧``, ``2026-08-15起``); wins over ``on``.

    Raises:
        CitationError: the article cannot be read.
    """
    refs = parse_articles(article) if article else ()
    found = load_register().find(instrument)
    if found is None:
        return Resolution("not_in_index", None, (), ())
    answers = [_resolve_ref(found, ref, on, ref.version or version) for ref in refs]
    return _worst(answers) if answers else _whole(found, on, version)


def resolve_citation(citation: Citation, on: date | None = None) -> Resolution:
    """Do the same for a citation, with its own version."""
    return resolve(citation.instrument, citation.article, on, citation.version)


def in_force_on(instrument: str, day: date) -> ForceStatus:
    """Say whether an instrument (in whatever version) was in force on a day."""
    found = load_register().find(instrument)
    if found is None:
        return "unknown"
    if found.repealed_on is not None and found.repealed_on <= day:
        return "repealed"
    if not found.versions or (_is_marked_repealed(found) and found.repealed_on is None):
        return "unknown"
    return _since_when(found, day)


def _is_marked_repealed(instrument: Instrument) -> bool:
    # The source marks it without a day, and is at least once mistaken: no ground for an answer.
    return instrument.versions[-1].status == "已废止"


def _since_when(instrument: Instrument, day: date) -> ForceStatus:
    first = instrument.versions[0]
    start = instrument.first_effective_date
    if start is not None:
        return "in_force" if start <= day else "not_yet_effective"
    return "in_force" if first.is_settled_on(day) and first.version_date <= day else "unknown"


def _resolve_ref(instrument: Instrument, ref: ArticleRef, on: date | None, version: str | None) -> Resolution:
    looked_at, complete = _versions_for(instrument, on, version)
    answers = {item: item.has(ref.article, ref.suffix) for item in looked_at}
    status: ArticleStatus = "not_in_index"
    if any(answers.values()):
        status = "exists"
    elif answers and complete and None not in answers.values():
        status = "does_not_exist"
    holding = tuple(item.version_date for item, answer in answers.items() if answer)
    return Resolution(status, instrument.title, holding, tuple(item.version_date for item in looked_at))


def _whole(instrument: Instrument, on: date | None, version: str | None) -> Resolution:
    looked_at, _ = _versions_for(instrument, on, version)
    days = tuple(item.version_date for item in looked_at)
    return Resolution("exists" if days else "not_in_index", instrument.title, days, days)


def _worst(answers: list[Resolution]) -> Resolution:
    return min(answers, key=lambda answer: _WORST_FIRST.index(answer.status))


def _versions_for(
    instrument: Instrument, on: date | None, version: str | None
) -> tuple[tuple[InstrumentVersion, ...], bool]:
    """Return the versions a citation may mean, and whether that list is surely complete."""
    if version == "旧":
        # Of a law that is still in force any but the latest version; of a repealed one, any.
        return instrument.versions[: None if instrument.repealed_on else -1], False
    if version is not None and "-" in version:
        return _versions_on(instrument, date.fromisoformat(version.strip("至起")))
    if version is not None:
        year = int(version[:4])
        return tuple(item for item in instrument.versions if year in _years(item)), True
    return _versions_on(instrument, on) if on is not None else (instrument.versions, True)


def _years(version: InstrumentVersion) -> set[int]:
    return {version.version_date.year, version.begins.year}


def _versions_on(instrument: Instrument, day: date) -> tuple[tuple[InstrumentVersion, ...], bool]:
    begun = sorted(
        (item for item in instrument.versions if item.begins <= day), key=lambda item: (item.begins, item.version_date)
    )
    if not begun or begun[-1].is_settled_on(day):
        return tuple(begun[-1:]), True
    # The latest may not have come into force yet: the one before it counts as well.
    return tuple(begun[-2:]), len(begun) > 1


@cache
def _article_sets(articles: str) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    plain: set[int] = set()
    inserted: set[tuple[int, int]] = set()
    for part in articles.split():
        number, _, suffix = part.partition("之")
        if suffix:
            inserted.add((int(number), from_zh(suffix)))
        else:
            first, _, last = number.partition("-")
            plain.update(range(int(first), int(last or first) + 1))
    return frozenset(plain), frozenset(inserted)


class _Effective(TypedDict):
    title: str
    version: date
    on: date
    source: str


class _Repeal(TypedDict):
    on: date
    by: str
    source: str
    titles: list[str]


class _Articles(TypedDict):
    title: str
    version: date
    add: str
    source: str


class _First(TypedDict):
    title: str
    on: date
    source: str


class _Overrides(TypedDict):
    checked_on: date
    as_of: dict[str, date]
    articles: list[_Articles]
    first_effective: list[_First]
    effective: list[_Effective]
    repealed: list[_Repeal]


def _read_instruments() -> list[Instrument]:
    import csv  # noqa: PLC0415 - start-up time

    from kernel.yamldoc import read_yaml  # noqa: PLC0415 - start-up time

    overrides = cast("_Overrides", read_yaml(read_text(_OVERRIDES), _OVERRIDES))
    repealed = {title: item for item in overrides["repealed"] for title in item["titles"]}
    versions: dict[str, list[InstrumentVersion]] = {title: [] for title in repealed}
    firsts: dict[str, date] = {}
    for row in csv.DictReader(read_text(_REGISTER).splitlines()):
        title = row["title"]
        versions.setdefault(title, []).append(_version(row, overrides))
        if first := row["first_effective_date"]:
            firsts[title] = min(firsts.get(title, date.max), date.fromisoformat(first))
    firsts |= {item["title"]: item["on"] for item in overrides["first_effective"]}
    return [_instrument(title, found, firsts.get(title), repealed.get(title)) for title, found in versions.items()]


def _instrument(
    title: str, versions: list[InstrumentVersion], first: date | None, repeal: _Repeal | None
) -> Instrument:
    ordered = tuple(sorted(versions, key=lambda item: item.version_date))
    if first is not None and ordered and first > ordered[0].version_date and first != ordered[0].effective_date:
        first = None  # the day of a later version: that of the first one is not known
    plain = Instrument(title, title.removeprefix(_STATE) or title, ordered, first)
    if repeal is None:
        return plain
    return replace(plain, repealed_on=repeal["on"], repealed_by=repeal["by"], repeal_source=repeal["source"])


def _version(row: dict[str, str], overrides: _Overrides) -> InstrumentVersion:
    issued = date.fromisoformat(row["version_date"])
    given = date.fromisoformat(row["effective_date"]) if row["effective_date"] else None
    known = (
        item["on"] for item in overrides["effective"] if (item["title"], item["version"]) == (row["title"], issued)
    )
    added = " ".join(
        item["add"] for item in overrides["articles"] if (item["title"], item["version"]) == (row["title"], issued)
    )
    return InstrumentVersion(
        title=row["title"],
        level=row["level"],
        status=row["status"],
        version_date=issued,
        effective_date=given or next(known, None),
        articles=f"{row['articles']} {added}".strip(),
        source=row["source"],
        as_of=overrides["as_of"][row["source"]],
    )
