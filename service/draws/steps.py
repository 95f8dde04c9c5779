"""One step of the time line on a stored draw: asked of the table, written down, told to the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.db.repositories import draws
from service.db.tables.draws import DrawMoveRow
from service.draws.events import DrawMoved
from service.ids import new_id
from supervision.ceremony import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.db.tables.draws import DrawRow
    from service.work import Work


def move(work: Work, row: DrawRow, code: str, holds: Mapping[str, bool], words: str = "") -> None:
    """Do a step: CeremonyError where the time line does not allow it now.

    Args:
        work: of the act.
        row: the draw, locked.
        code: of the move.
        holds: for each of its conditions whether it holds.
        words: what is noted beside it, in Chinese.
    """
    before = row.state
    after = require(code, before, holds)
    row.state, row.updated_at, row.version = after, work.now, row.version + 1
    work.session.add(row)
    work.session.add(
        DrawMoveRow(
            id=new_id("step", work.now),
            draw=row.id,
            number=draws.step_count(work.session, row.id) + 1,
            move=code,
            source=before,
            target=after,
            at=work.now,
            by=work.actor.id,
            by_name=work.actor.name,
            words=words,
        )
    )
    work.session.flush()
    work.record(
        DrawMoved(
            subject=row.id,
            department=row.department,
            region=row.region,
            draw_id=row.draw_id,
            move=code,
            source=before,
            target=after,
            words=words,
            digest=row.result_digest if code == "run" else row.digest,
        )
    )
