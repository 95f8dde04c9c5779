"""Rows of draws to validated objects and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from service.db.tables.draws import DrawChangeRow, DrawEventRow, DrawFileRow, DrawMoveRow, DrawNonceRow, DrawRow
from service.draws.model import Draw, DrawFile, Holder, PublicEvent, Step
from supervision.drawchanges import Change

if TYPE_CHECKING:
    from datetime import datetime


def draw_of(row: DrawRow) -> Draw:
    """The draw of a row; ValidationError where the row holds what no draw can be."""
    return Draw.model_validate(row.model_dump())


def draw_row(draw: Draw) -> DrawRow:
    """The row of a draw."""
    return DrawRow(**draw.model_dump())


def file_of(row: DrawFileRow) -> DrawFile:
    """The file of a row."""
    return DrawFile.model_validate(row.model_dump(exclude={"id", "draw"}))


def holder_of(row: DrawNonceRow) -> Holder:
    """The holder of a row, without anything that could open a nonce."""
    shown = row.model_dump(exclude={"id", "draw", "locked", "opened"})
    return Holder.model_validate({**shown, "is_locked": bool(row.locked), "is_open": row.opened is not None})


def public_event_of(row: DrawEventRow) -> PublicEvent:
    """The public event of a row."""
    return PublicEvent.model_validate(row.model_dump(exclude={"id", "draw"}))


def step_of(row: DrawMoveRow) -> Step:
    """The step of a row."""
    return Step.model_validate(row.model_dump(exclude={"id", "draw"}))


def change_of(row: DrawChangeRow) -> Change:
    """The change of a row."""
    return Change(**{**row.line, "what": tuple(row.line["what"])})


def change_row(change: Change, *, key: str, draw: str, at: datetime, by: str) -> DrawChangeRow:
    """The row of a change; ``by``: who entered it."""
    line = {**asdict(change), "what": list(change.what)}
    return DrawChangeRow(id=key, draw=draw, number=change.number, line=line, digest=change.digest(), at=at, by=by)
