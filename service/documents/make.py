"""One call from a case document to the bytes of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rules.caseinput import parse_case
from service.documents.draft import draft, reasoning_text
from service.documents.kinds import KINDS
from service.documents.particulars import parse_particulars
from service.documents.pdf import paragraphs, render_pdf
from service.documents.word import render_word
from service.documents.wording import blanks
from service.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rules.instant import Case
    from rules.release import Release
    from service.engine import Engine

REASONING: Final = "reasoning"
FORMATS: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A document: its bytes, the name of its kind, and what a person still has to fill in."""

    data: bytes
    title: str
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: the kind, the format, the particulars, and the city's own templates."""

    kind: str
    format: str
    particulars: object = None
    templates: Path | None = None


def draft_from(release: Release, case: Case, decision: Mapping[str, Any], wish: Wish) -> Made:
    """Draft the document of a case already decided.

    Raises InputError (particulars, template), StateError (``document_unknown``, ``document_tier``
    and the like: the conclusion does not carry the document).
    """
    if wish.kind not in {*KINDS, REASONING}:
        raise StateError("document_unknown", kind=wish.kind, allowed="、".join((*KINDS, REASONING)))
    vocabulary = release.vocabulary
    if wish.kind == REASONING:
        text = reasoning_text(case, decision, vocabulary)
        return Made(text.encode(), "理由段落", tuple(blanks([text])))
    particulars = parse_particulars(wish.particulars)
    words = render_word(draft(wish.kind, case, decision, vocabulary, particulars), wish.templates)
    texts = [row["text"] for row in paragraphs(words)]
    data = {"docx": words, "txt": "\n".join(texts).encode()}.get(wish.format)
    if data is None:
        data = render_pdf(words)
    return Made(data, KINDS[wish.kind].title, tuple(blanks(texts)))


def make(engine: Engine, document: object, wish: Wish, on: date | None = None) -> Made:
    """Decide the case and draft the document; the errors of :func:`draft_from`, and of the case."""
    decision = engine.check(document, on)
    case = parse_case(document, engine.release)
    return draft_from(engine.release, case, decision, wish)
