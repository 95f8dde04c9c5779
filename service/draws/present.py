"""Draws as the interface shows them: no secret, nobody who was drawn, no public value before two persons agree."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service.db.mapping.draws import draw_of
from service.db.repositories import draws
from service.draws.publication import public_files

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.draws.model import DrawFile, Holder, PublicEvent, Step
    from service.work import Work


def listed_json(row: DrawRow) -> dict[str, Any]:
    """A draw in a list."""
    draw = draw_of(row)
    names = ("id", "draw_id", "title", "department", "region", "state", "number", "prev", "digest", "result_digest")
    moments = ("committed_at", "drawn_at", "published_at", "updated_at")
    return {
        **{name: getattr(draw, name) for name in names},
        "state_name": draw.state_name,
        **{name: getattr(draw, name) for name in moments},
        "version": draw.version,
    }


def draw_json(work: Work, row: DrawRow) -> dict[str, Any]:
    """A draw with everything beside it."""
    public = {one.name for one in public_files(work, row)}
    return {
        **listed_json(row),
        "document": row.draft,
        "frames_public": row.frames_public,
        "holders": [_holder(one) for one in draws.holders(work.session, row.id)],
        "events": [_event(one) for one in draws.public_events(work.session, row.id)],
        "files": [_file(one, is_public=one.name in public) for one in draws.files(work.session, row.id)],
        "steps": [_step(one) for one in draws.steps(work.session, row.id)],
        "changes": [{**asdict(one), "digest": one.digest()} for one in draws.changes(work.session, row.id)],
        "summary": row.summary,
        "cancellation": row.cancellation or None,
        "nonce": None,
    }


def _holder(one: Holder) -> dict[str, Any]:
    shown = {"holder": one.holder, "digest": one.digest, "sealed_by": one.sealed_by_name, "sealed_at": one.sealed_at}
    return {**shown, "is_locked": one.is_locked, "is_open": one.is_open, "nonce": one.nonce}


def _event(one: PublicEvent) -> dict[str, Any]:
    return {
        "source": one.source,
        # Whoever confirms reads the notice himself.
        "value": one.value if one.confirmed_at is not None else None,
        "entered_by": one.entered_by_name,
        "entered_at": one.entered_at,
        "confirmed_by": one.confirmed_by_name,
        "confirmed_at": one.confirmed_at,
        "evidence": one.evidence,
    }


def _file(one: DrawFile, *, is_public: bool) -> dict[str, Any]:
    shown = {"name": one.name, "kind": one.kind, "sha256": one.sha256, "size": one.size, "at": one.at}
    return {**shown, "is_public": is_public}


def _step(one: Step) -> dict[str, Any]:
    shown = {"number": one.number, "move": one.move, "source": one.source, "target": one.target, "at": one.at}
    return {**shown, "by": one.by_name, "words": one.words}
