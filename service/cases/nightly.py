"""The nightly job that computes every decision again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service.cases.catalogues import Deciders
from service.cases.replay import Totals, replay_piece
from service.db.repositories import cases as store
from service.errors import StateError
from service.jobs.registry import job

if TYPE_CHECKING:
    from service.jobs.run import Run


@job("decisions.replay", title="复算全部决定")
def replay_decisions(run: Run) -> object:
    """Go on after the last decision that was done; StateError, and so a job that failed, where one does not agree."""
    kept = dict(run.checkpoint or {})
    after: tuple[str, str] = tuple(kept.pop("after", ("", "")))
    totals = Totals(**kept)
    with run.reading() as work:
        total = store.decision_count(work.session)
    with Deciders(run.engine, run.files) as deciders:
        while True:
            state: dict[str, Any] = {}
            with run.step(state, done=totals.total, total=total) as work:
                piece = store.decision_piece(work.session, after)
                replay_piece(work, deciders, piece, totals)
                after = piece[-1] if piece else after
                state.update(asdict(totals) | {"after": list(after)})
            if not piece:
                break
    return _finished(run, totals, state)


def _finished(run: Run, totals: Totals, state: dict[str, Any]) -> object:
    with run.step(state, done=totals.total, note=f"一致 {totals.agree} 份，共 {totals.total} 份") as work:
        work.record(totals.event())
    if totals.agree != totals.total:
        raise StateError("decisions_disagree", wrong=totals.total - totals.agree, total=totals.total)
    return asdict(totals)
