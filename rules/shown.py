"""Grounds in the form of an answer. What does not depend on the case is made once a release.

The dictionaries returned share parts between answers: callers must not change them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rules.schema import Aggravating, ListItem, Provision, StatuteGround

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.compiled import Compiled, Ground, Seen
    from rules.facts import Vocabulary
    from rules.release import Release
    from rules.schema import Check, Duty
    from rules.schema_parts import CitationRef

_MOST_FACES: Final = 5_000
"""Grounds as shown that are remembered; then it begins anew."""
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


class Face(NamedTuple):
    """All that the answer about a ground in force depends on."""

    ground: Ground
    seen: Seen | None
    epoch: int
    outcome: str
    question: str | None
    asked: tuple[str, ...]


class Shelf:
    """The unchanging parts of every ground's answer."""

    def __init__(self, release: Release) -> None:
        """Parts are made when a ground is first shown."""
        self._release = release
        self._heads: dict[int, tuple[Provision, dict[str, object]]] = {}
        self._cited: dict[tuple[int, date], list[dict[str, object]]] = {}
        self._faces: dict[Face, dict[str, object]] = {}
        self._on: dict[tuple[str, int], list[tuple[Ground, Compiled, dict[str, object]]]] = {}
        self.indirect = frozenset(fact.name for fact in release.vocabulary if fact.asks)
        """Facts for which an officer is asked others."""

    def ground(self, face: Face, day: date) -> dict[str, object]:
        """A ground in force on the day, as it is shown; made once for cases in which it looks the same."""
        shown = self._faces.get(face)
        if shown is None:
            if len(self._faces) >= _MOST_FACES:
                self._faces.clear()
            shown = self._faces[face] = self.face(face, face.seen.rows if face.seen else [], day)
        return shown

    def face(self, face: Face, rows: list[dict[str, object]], day: date) -> dict[str, object]:
        """A ground with the rows of its conditions, as it is shown."""
        ground = face.ground
        shown: dict[str, object] = {
            "id": ground.id,
            "kind": kind_of(ground),
            "outcome": face.outcome,
            "force": getattr(ground.provision, "force", None),
            **self.head(ground),
            "citations": self.citations(ground.provision, day),
            "conditions": rows,
            "missing": [question_row(self._release.vocabulary, fact, [ground.id]) for fact in face.asked],
        }
        if face.question:
            shown["question"] = face.question
        return shown

    def duties(self, day: date) -> list[tuple[Ground, Compiled, dict[str, object]]]:
        """The duties of a day, each with its conditions and as it is shown."""
        return self._standing("duties", self._release.duties, day, _duty)

    def checks(self, day: date) -> list[tuple[Ground, Compiled, dict[str, object]]]:
        """The checks of a day, each with its conditions and its warning."""
        return self._standing("checks", self._release.checks, day, _check)

    def _standing(
        self, name: str, shelf: Mapping[str, Ground], day: date, shown: Callable[[Any, date], dict[str, object]]
    ) -> list[tuple[Ground, Compiled, dict[str, object]]]:
        key = (name, self._release.epoch(day))
        if key not in self._on:
            spans = ((ground, ground.at(day)) for ground in shelf.values())
            self._on[key] = [(ground, span, shown(ground.provision, day)) for ground, span in spans if span is not None]
        return self._on[key]

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


def _duty(duty: Duty, day: date) -> dict[str, object]:
    cited = citations_on(duty.citations, day)
    return {"code": duty.code, "title": duty.title, "citation": cited[0] if cited else None}


def _check(check: Check, day: date) -> dict[str, object]:
    warning: dict[str, object] = {"code": check.warning, "detail": check.detail}
    cited = citations_on(check.citations, day)
    if cited:
        warning["citation"] = cited[0]
    if check.blocks:
        warning["blocks"] = True
    return warning


def kind_of(ground: Ground) -> str:
    """``list_item``, ``statute`` or ``aggravating``."""
    if isinstance(ground.provision, StatuteGround):
        return "statute"
    return "aggravating" if isinstance(ground.provision, Aggravating) else "list_item"


def question_row(vocabulary: Vocabulary, fact: str, settles: list[str]) -> dict[str, object]:
    """A missing fact, the question an officer is asked, and what it would settle."""
    return {"fact": fact, "question": vocabulary[fact].question, "would_settle": settles}
