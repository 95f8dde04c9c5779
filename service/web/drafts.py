"""Drafts of documents from the page: which ones the conclusion carries, and the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi.responses import Response

from service.documents.kinds import KINDS
from service.documents.make import FORMATS, REASONING, Wish, draft_from
from service.documents.wording import blocking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rules.instant import Case
    from rules.release import Release

ADDRESS: Final = "/cases/document"
SHOWN: Final = {"docx": "Word", "pdf": "PDF", "txt": "文字"}


@dataclass(frozen=True, slots=True)
class DraftLink:
    """One document with the addresses of its formats."""

    title: str
    formats: tuple[tuple[str, str], ...]


def draft_links(decision: Mapping[str, Any], query: str) -> list[DraftLink]:
    """The documents that the conclusion carries; none of a decision while a rule forbids one."""
    tier, named = decision["result"]["tier"], decision.get("violation") is not None
    blocked = bool(blocking(decision))
    kinds = [
        kind
        for kind in KINDS.values()
        if tier in kind.tiers and (named or not kind.needs_violation) and not (blocked and kind.decides)
    ]
    links = [DraftLink(kind.title, _formats(kind.name, ("docx", "pdf"), query)) for kind in kinds]
    return [*links, DraftLink("理由段落（供复制）", _formats(REASONING, ("txt",), query))]


def _formats(kind: str, formats: tuple[str, ...], query: str) -> tuple[tuple[str, str], ...]:
    return tuple((SHOWN[one], f"{ADDRESS}/{kind}.{one}?{query}") for one in formats)


def draft_file(
    release: Release, case: Case, decision: Mapping[str, Any], wish: Wish, templates: Path | None
) -> Response:
    """The file, to be downloaded; StateError where the conclusion does not carry it."""
    made = draft_from(release, case, decision, Wish(wish.kind, wish.format, wish.particulars, templates))
    name = quote(f"{made.title}.{wish.format}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(made.data, media_type=FORMATS[wish.format], headers=headers)
