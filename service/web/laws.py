"""依据: the laws that the catalogue cites, article by article, and every entry that rests on each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from kernel.citation import ArticleRef, Citation, CitationError
from kernel.instruments import load_register, resolve
from rules.schema_parts import CitationRef
from service.web.labels import PROVISION_KINDS, ROLES
from service.web.words import day_zh, in_force_zh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

    from kernel.instruments import Instrument
    from rules.release import Release
    from service.web.rulebook import Entries

ADDRESS: Final = "/rules/laws"
Place = tuple[int, int]
"""Article and 之一 (0: none)."""
_WHOLE: Final[Place] = (0, 0)
_STATUS: Final = {"exists": "", "not_in_index": "条文编号未能核对", "does_not_exist": "核对的版本中没有这一条"}


@dataclass(frozen=True, slots=True)
class Use:
    """One entry that cites an article; ``href`` is empty where it has no page of its own."""

    id: str
    title: str
    kind: str
    href: str
    role: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with everything that rests on it, by what it is cited for."""

    place: str
    title: str
    status: str
    uses: Mapping[str, tuple[Use, ...]]

    @property
    def count(self) -> int:
        """How many entries rest on it."""
        return len({one.id for uses in self.uses.values() for one in uses})


@dataclass(frozen=True, slots=True)
class LawView:
    """One law: its versions as far as known, its repeal, its articles that are cited."""

    name: str
    href: str
    level: str
    versions: tuple[tuple[str, str, str], ...]
    repeal: str
    articles: tuple[ArticleView, ...]

    @property
    def count(self) -> int:
        """How many entries rest on it."""
        return len({one.id for article in self.articles for uses in article.uses.values() for one in uses})


def law_href(instrument: str, article: str = "") -> str:
    """The address of an article's page, or of the law's own where the article cannot be read."""
    base = f"{ADDRESS}/{quote(law_name(instrument))}"
    try:
        refs = Citation(instrument, article).refs if article else ()
    except CitationError:
        refs = ()
    return f"{base}/{_written(_place(refs[0]))}" if refs else base


def law_name(instrument: str) -> str:
    """The short title under which a law is listed."""
    found = load_register().find(instrument)
    return found.short_title if found else instrument.strip("《》")


class Laws:
    """The laws cited by a release, built once."""

    def __init__(self, release: Release, entries: Entries) -> None:
        """``entries`` are those that have a page."""
        self._uses: dict[str, dict[Place, list[Use]]] = defaultdict(lambda: defaultdict(list))
        for _, provision in release.provisions.values():
            for citation, note in _citations(provision):
                self._add(provision.id, provision.title, provision.kind, citation, note, linked=provision.id in entries)

    def _add(self, identifier: str, title: str, kind: str, citation: CitationRef, note: str, *, linked: bool) -> None:
        try:
            parsed = Citation(citation.instrument, citation.article, version=citation.version)
        except CitationError:
            return
        label, role = PROVISION_KINDS.get(kind, "其他"), ROLES[citation.role]
        href = f"/rules/{identifier}" if linked else ""
        use = Use(identifier, title, label, href, role, parsed.format_zh(), note or citation.note or "")
        for place in {_place(ref) for ref in parsed.refs} or {_WHOLE}:
            found = self._uses[law_name(citation.instrument)][place]
            if use not in found:
                found.append(use)

    def listed(self) -> list[LawView]:
        """Every law, the most cited first."""
        views = [self._view(name) for name in self._uses]
        return sorted(views, key=lambda one: (-one.count, one.name))

    def law(self, name: str) -> LawView | None:
        """One law by any of its titles; None where the catalogue does not cite it."""
        found = law_name(name)
        return self._view(found) if found in self._uses else None

    def article(self, name: str, place: str) -> tuple[LawView, ArticleView] | None:
        """One article of a law; None where the catalogue does not cite it."""
        law = self.law(name)
        found = next((one for one in law.articles if one.place == place), None) if law else None
        return (law, found) if law and found else None

    def _view(self, name: str) -> LawView:
        known = load_register().find(name)
        articles = tuple(self._article(name, place) for place in sorted(self._uses[name]))
        versions = tuple(_versions(known)) if known else ()
        repeal = ""
        if known and known.repealed_on:
            by = f"，由《{known.repealed_by}》废止" if known.repealed_by else ""
            repeal = f"{day_zh(known.repealed_on)}起失效{by}"
        level = known.versions[-1].level if known and known.versions else ""
        return LawView(name, f"{ADDRESS}/{quote(name)}", level, versions, repeal, articles)

    def _article(self, name: str, place: Place) -> ArticleView:
        by_role: dict[str, list[Use]] = defaultdict(list)
        for one in self._uses[name][place]:
            by_role[one.role].append(one)
        uses = {role: tuple(found) for role, found in sorted(by_role.items(), key=lambda pair: -len(pair[1]))}
        if place == _WHOLE:
            return ArticleView("all", "整部", "", uses)
        article, suffix = place
        title = ArticleRef(article, suffix).format_zh()
        status = resolve(name, str(ArticleRef(article, suffix))).status
        return ArticleView(_written(place), title, _STATUS[status], uses)


def _versions(known: Instrument) -> Iterator[tuple[str, str, str]]:
    """Day of the version, day it came into force, status; the newest first."""
    for one in sorted(known.versions, key=lambda version: version.version_date, reverse=True):
        since = day_zh(one.effective_date) if one.effective_date else "—"
        yield day_zh(one.version_date), since, one.status or "—"


def _place(ref: ArticleRef) -> Place:
    return ref.article, ref.suffix


def _written(place: Place) -> str:
    return "all" if place == _WHOLE else f"{place[0]}-{place[1]}" if place[1] else str(place[0])


def _citations(part: BaseModel, note: str = "") -> Iterator[tuple[CitationRef, str]]:
    """Every citation in a provision, wherever it stands; those of a version with its time."""
    force = getattr(part, "in_force", None)
    if force is not None and force.until is not None:
        note = in_force_zh(force.from_.isoformat(), force.until.isoformat(), day_known=force.day_known)
    for name in type(part).model_fields:
        value = getattr(part, name)
        for one in value if isinstance(value, tuple | list) else (value,):
            if isinstance(one, CitationRef):
                yield one, note
            elif hasattr(type(one), "model_fields"):
                yield from _citations(one, note)
