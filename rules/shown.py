"""Grounds in the form of an answer. What does not depend on the case is made once a release.

The dictionaries returned share parts between answers: callers must not change them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from rules.schema import Aggravating, ListItem, Provision, StatuteGround

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.compiled import Compiled, Ground
    from rules.facts import Vocabulary
    from rules.release import Release
    from rules.schema_parts import CitationRef

_INSTRUMENTS: Final = {"APL": "中华人民共和国行政处罚法", "ACE": "中华人民共和国行政强制法"}


def citation_dict(citation: CitationRef) -> dict[str, object]:
    """A citation in an answer; the version only where the catalogue names one."""
    shown: dict[str, object] = {
        "instrument": citation.instrument,
        "article": citation.article,
        "role": citation.role,
    }
    if citation.version:
        shown["version"] = citation.version
    if citation.note:
        shown["note"] = citation.note
    return shown


def citations_on(citations: Sequence[CitationRef], day: date) -> list[dict[str, object]]:
    """The citations that hold on a day."""
    return [citation_dict(one) for one in citations if one.holds_on(day)]


class Shelf:
    """The unchanging parts of every ground's answer."""

    def __init__(self, release: Release) -> None:
        """Parts are made when a ground is first shown."""
        self._release = release
        self._heads: dict[int, tuple[Provision, dict[str, object]]] = {}
        self._cited: dict[tuple[int, date], list[dict[str, object]]] = {}

    def head(self, ground: Ground) -> dict[str, object]:
        """Title, place, source and time in force of a ground."""
        known = self._heads.get(id(ground.provision))
        if known is None:
            known = (ground.provision, self._head(ground))
            self._heads[id(ground.provision)] = known
        return known[1]

    def citations(self, provision: Provision, day: date) -> list[dict[str, object]]:
        """The provision's citations on a day; shared where none of them is dated."""
        dated = any(one.from_ or one.until for one in provision.citations)
        key = (id(provision), day if dated else date.min)
        if key not in self._cited:
            self._cited[key] = citations_on(provision.citations, day)
        return self._cited[key]

    def _head(self, ground: Ground) -> dict[str, object]:
        provision = ground.provision
        until = provision.in_force.until
        shown: dict[str, object] = {
            "title": provision.title,
            "jurisdiction": provision.jurisdiction,
            "source": self._source(provision),
            "in_force": {
                "from": provision.in_force.from_.isoformat(),
                "until": until.isoformat() if until else None,
            },
        }
        for name in ("place", "source_item", "stale", "open_question"):
            value = getattr(provision, name, None)
            if value is not None:
                shown[name] = value
        return shown

    def _source(self, provision: Provision) -> dict[str, object]:
        if isinstance(provision, ListItem):
            source = self._release.sources[provision.source]
            issued = source.issued_on.isoformat() if source.issued_on else None
            return {
                "id": source.id,
                "title": source.title,
                "number": source.number,
                "issued_on": issued,
                "confidence": provision.confidence,
            }
        instrument = provision.citations[0].instrument if provision.citations else provision.title
        return {
            "title": instrument,
            "number": None,
            "issued_on": None,
            "confidence": provision.confidence,
        }


def kind_of(ground: Ground) -> str:
    """``list_item``, ``statute`` or ``aggravating``."""
    if isinstance(ground.provision, StatuteGround):
        return "statute"
    return "aggravating" if isinstance(ground.provision, Aggravating) else "list_item"


def condition_rows(span: Compiled, trace: Sequence[int]) -> list[dict[str, object]]:
    """Every condition with its state; the rows are shared, one for each state."""
    return [line.shown[state] for line, state in zip(span.lines, trace, strict=True)]


def question_row(vocabulary: Vocabulary, fact: str, settles: list[str]) -> dict[str, object]:
    """A missing fact, the question an officer is asked, and what it would settle."""
    return {"fact": fact, "question": vocabulary[fact].question, "would_settle": settles}
