"""The nightly job that asks anew what every stored record comes to: days go by, and lists are sorted by the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, func, select

from credit.records import parse_record
from credit.register import Entry
from credit.scan import Scanner
from service.db.tables.repairs import RecordRow
from service.jobs.registry import job
from service.repairdesk.checking import repairs_of
from service.repairdesk.importing import glance_of_finding

if TYPE_CHECKING:
    from datetime import date

    from service.jobs.run import Run

_PIECE: Final = 500


@job("repairs.recheck", title="重新判断信用记录")
def recheck(run: Run) -> object:
    """Go on after the last record that was asked about. The record's own version stays: nobody changed it."""
    state: dict[str, Any] = dict(run.checkpoint or {"after": "", "done": 0, "changed": 0})
    with run.reading() as work:
        total = work.session.exec(select(func.count()).select_from(RecordRow)).one()
        scanner = Scanner(repairs_of(run.engine.release).checker, work.today)
    while True:
        with run.step(state, done=state["done"], total=total) as work:
            after = col(RecordRow.id) > state["after"]
            rows = work.session.exec(select(RecordRow).where(after).order_by(col(RecordRow.id)).limit(_PIECE)).all()
            for row in rows:
                state["changed"] += _asked(row, scanner, work.today)
                work.session.add(row)
            if rows:
                state |= {"after": rows[-1].id, "done": state["done"] + len(rows)}
        if not rows:
            return {"records": state["done"], "changed": state["changed"]}


def _asked(row: RecordRow, scanner: Scanner, today: date) -> bool:
    """Whether the outcome is another one now."""
    record = parse_record(row.document)
    finding = scanner.rows([Entry(record.values, record.published)])[0].finding
    if finding is None:
        return False
    glance, before = glance_of_finding(finding, today), row.outcome
    row.outcome, row.record_class, row.regime = glance.outcome, glance.record_class, glance.regime
    row.earliest_on, row.ends_on, row.checked_on = glance.earliest_on, glance.ends_on, glance.checked_on
    return before != row.outcome
