"""Citations of the catalogue against the register of instruments: do they exist, were they in force?

The register knows titles, days and article numbers, and is not complete; so a citation *exists*, is
*not in the index*, or *does not exist*. Only the last is a mistake of ours. Whether a paragraph or
an item exists cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from kernel.instruments import ArticleStatus, Instrument, Resolution, load_register, resolve
from kernel.interval import Interval
from rules.schema import Provision
from rules.schema_violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from rules.release import Release
    from rules.schema_parts import CitationRef, InForce

Cites = Provision | Violation
Lapse = Literal["repealed", "not_yet_effective"]
WARNED_ROLES: Final = frozenset({"prohibition", "penalty"})
"""Roles of a list item's citations that a decision would rest on."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation, where it stands, and the days for which it is cited."""

    file: str
    provision: str
    key: str
    ref: CitationRef
    time: Interval

    @property
    def text(self) -> str:
        """The citation as the catalogue writes it: 食品安全法124①(五)."""
        version = f"（{self.ref.version}）" if self.ref.version else ""
        return f"{self.ref.instrument}{version}{self.ref.article}"

    @property
    def where(self) -> tuple[str, str]:
        """File and key."""
        return self.file, self.key


def every_provision(release: Release) -> Iterator[tuple[str, tuple[str, Cites]]]:
    """Every provision with its file, those of credit repair too, in the order of the files."""
    yield from release.provisions.items()
    if release.repair is not None:
        yield from release.repair.provisions.items()


def citations_of(release: Release) -> Iterator[Cited]:
    """Every citation of the catalogue with the days it stands for, in the order of the files."""
    for name, (file, provision) in every_provision(release):
        for key, ref, in_force in _refs(provision):
            time = _time(ref, in_force)
            if time is not None:
                yield Cited(file, name, key, ref, time)


def _refs(provision: Cites) -> Iterator[tuple[str, CitationRef, InForce]]:
    if not isinstance(provision, Violation):
        for place, ref in enumerate(provision.citations):
            yield f"citations[{place}]", ref, provision.in_force
        return
    for number, version in enumerate(provision.versions):
        for part, refs in (("prohibition", version.prohibition), ("basis", version.basis)):
            for place, ref in enumerate(refs):
                yield f"versions[{number}].{part}[{place}]", ref, version.in_force
    for number, limit in enumerate(provision.limitation):
        yield f"limitation[{number}].citation", limit.citation, limit.in_force


def _time(ref: CitationRef, in_force: InForce) -> Interval | None:
    """The days on which both the provision and the citation stand; None where there are none."""
    start = max(in_force.from_, ref.from_ or in_force.from_)
    ends = [end for end in (in_force.until, ref.until) if end is not None]
    until = min(ends, default=None)
    return Interval(start, until) if until is None or start < until else None


def status_of(cited: Cited, on: date) -> tuple[Resolution, date]:
    """What the register says, and of which day: of the worst, else of ``on``, else of the first.

    A citation is looked up on its first day, on ``on``, and whenever a new version came into
    force meanwhile. Raises CitationError where the article cannot be read.
    """
    ref = cited.ref
    answers = [(resolve(ref.instrument, ref.article, day, ref.version), day) for day in _days(cited, on)]
    wrong = next((one for one in answers if one[0].status == "does_not_exist"), None)
    found = next((one for one in answers if one[0].status == "exists"), None)
    return wrong or found or answers[0]


def _days(cited: Cited, on: date) -> tuple[date, ...]:
    instrument = load_register().find(cited.ref.instrument)
    begins = [version.begins for version in instrument.versions] if instrument else []
    inside = sorted(day for day in {*begins, on} if cited.time.contains(day) and day <= on)
    return (*([on] if on in inside else []), cited.time.start, *inside)


def why_unindexed(answer: Resolution, day: date) -> str:
    """Why the register cannot say: the instrument, its version of that day, or the article is missing."""
    if answer.title is None:
        return "索引中没有这部规定"
    if not answer.checked:
        return f"索引中没有它在 {day.isoformat()} 的文本"
    return "索引中的文本缺这一条，或者不能确定是当时的文本"


@dataclass(slots=True)
class Unindexed:
    """An instrument the register cannot answer for, with the articles and provisions concerned."""

    instrument: str
    why: str
    articles: list[str] = field(default_factory=list)
    provisions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Survey:
    """How many citations exist, are not in the index, do not exist; and those of the second kind."""

    counts: dict[ArticleStatus, int]
    unindexed: list[Unindexed]


def survey(release: Release, on: date) -> Survey:
    """Look up every citation of the catalogue; errors as :func:`status_of`."""
    counts: dict[ArticleStatus, int] = {"exists": 0, "not_in_index": 0, "does_not_exist": 0}
    missing: dict[tuple[str, str], Unindexed] = {}
    for cited in citations_of(release):
        answer, day = status_of(cited, on)
        counts[answer.status] += 1
        if answer.status == "not_in_index":
            key = (cited.ref.instrument, why_unindexed(answer, day))
            row = missing.setdefault(key, Unindexed(*key))
            row.articles += [one for one in [cited.ref.article] if one and one not in row.articles]
            row.provisions += [one for one in [cited.provision] if one not in row.provisions]
    return Survey(counts, list(missing.values()))


@dataclass(frozen=True, slots=True)
class Force:
    """The days on which an instrument was in force, as far as the register surely knows."""

    title: str
    start: date | None
    repealed_on: date | None

    def lapse_on(self, day: date) -> Lapse | None:
        """Why it may not be relied on that day; None where nothing speaks against it."""
        if self.repealed_on is not None and self.repealed_on <= day:
            return "repealed"
        return "not_yet_effective" if self.start is not None and day < self.start else None


@cache
def force_of(instrument: str) -> Force:
    """The force of an instrument; without days where it is not in the index."""
    found: Instrument | None = load_register().find(instrument)
    if found is None:
        return Force(instrument, None, None)
    return Force(found.short_title, found.first_effective_date, found.repealed_on)


def citation_warnings(refs: Iterable[CitationRef], cited_on: date, day: date) -> list[tuple[Lapse, Force]]:
    """The instruments among the citations of ``cited_on`` that were not in force on ``day``, each once."""
    found: dict[str, tuple[Lapse, Force]] = {}
    for ref in refs:
        force = force_of(ref.instrument)
        lapse = force.lapse_on(day)
        if lapse is not None and ref.holds_on(cited_on):
            found[force.title] = (lapse, force)
    return list(found.values())
