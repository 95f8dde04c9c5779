"""Reminders from what is stored: to businesses about records they can have repaired, to staff about clocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col

from credit.reminders import WITHIN, for_staff
from kernel.messages import text
from service.cases.present import party_shown
from service.db.mapping.repairs import record_of
from service.db.repositories import repairs as store
from service.db.tables.repairs import RecordRow, RepairRow
from service.repairdesk.checking import answer_of, glance_of
from service.repairdesk.model import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel.sql.expression import SelectOfScalar

    from credit.reminders import StaffReminder
    from service.work import Work

DAYS: Final = 30
MOST: Final = 2000
PAGE: Final = 25
_LONGEST: Final = timedelta(days=40)
"""More days than the working days of a reminder can stretch over, whatever the holidays."""
_TO_DO: Final = {
    "TOO_EARLY": "soon",
    "DUTY_OPEN": "duty",
    "ELIGIBLE": "now",
    "PROMISE_MISSING": "now",
    "MATERIALS_INCOMPLETE": "now",
}


@dataclass(frozen=True, slots=True)
class Business:
    """What a business is told about one record: ``code`` is soon, now, or duty (first the duties)."""

    record: str
    number: str
    party: str
    code: str
    earliest_on: date
    ends_on: date | None
    text: str


def businesses(work: Work, on: date, days: int = DAYS) -> list[Business]:
    """Records of businesses without an open repair that can be applied for now or within ``days``."""
    rows = work.session.exec(_proposed(work, on, days).limit(MOST)).all()
    return [one for row in rows for one in _of_record(work, row, on, days)]


def page_of(work: Work, on: date, days: int, number: int) -> tuple[list[Business], bool]:
    """A page of them, from 1, and whether another one follows; what drops out when looked at anew leaves it shorter."""
    rows = work.session.exec(_proposed(work, on, days).offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    return [one for row in rows[:PAGE] for one in _of_record(work, row, on, days)], len(rows) > PAGE


def _proposed(work: Work, on: date, days: int) -> SelectOfScalar[RecordRow]:
    """What the last judgement of the records says; each is judged anew before anybody is told."""
    return (
        store.records(work.actor)
        .where(col(RecordRow.earliest_on).is_not(None), col(RecordRow.earliest_on) <= on + timedelta(days=days))
        .where((col(RecordRow.ends_on).is_(None)) | (col(RecordRow.ends_on) >= on))
        .where(~store.repaired())
        .where(col(RecordRow.party_kind).not_in(HIDDEN), col(RecordRow.outcome).in_(_TO_DO))
        .order_by(col(RecordRow.earliest_on), col(RecordRow.id))
    )


def _of_record(work: Work, row: RecordRow, on: date, days: int) -> Iterator[Business]:
    record = record_of(row)
    glance = glance_of(answer_of(work, record.document, on), on)
    code = _TO_DO.get(glance.outcome)
    earliest = glance.earliest_on
    if code is None or earliest is None or earliest > on + timedelta(days=days) or store.is_open(work.session, row.id):
        return
    params = {"name": record.party_name, "number": record.number, "earliest_on": earliest}
    party = str(party_shown(record.party_name, record.party_code, record.party_kind)["name"])
    words = text(f"repair_reminder_{code}", params)
    yield Business(row.id, record.number, party, code, earliest, glance.ends_on, words)


def staff(
    work: Work, on: date, within: tuple[int, ...] = WITHIN, most: int | None = None
) -> list[tuple[StaffReminder, RepairRow]]:
    """Clocks of open repairs that are over, or run out within so many working days; the most urgent first.

    ``most``: look at so many repairs only, those whose clocks run out first.
    """
    wanted = store.repairs(work.actor).where(RepairRow.state != "closed")
    wanted = wanted.where(col(RepairRow.due_on) <= on + _LONGEST).order_by(col(RepairRow.due_on), col(RepairRow.id))
    rows = work.session.exec(wanted.limit(most)).all()
    by_id = {row.id: row for row in rows}
    cases = [replace(one.case, record_id=one.id) for one in store.with_histories(work.session, rows)]
    return [(one, by_id[one.record_id]) for one in for_staff(cases, on, within)]


def business_json(one: Business) -> dict[str, Any]:
    """A reminder to a business for the interface."""
    return {
        "record": one.record,
        "number": one.number,
        "party": one.party,
        "code": one.code,
        "earliest_on": one.earliest_on.isoformat(),
        "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        "text": one.text,
    }


def staff_json(one: StaffReminder) -> dict[str, Any]:
    """A reminder to staff for the interface."""
    return {
        "repair": one.record_id,
        "step": one.step,
        "rule": one.rule,
        "due_on": one.due_on.isoformat(),
        "left": one.left,
        "within": one.within,
        "provisional": one.provisional,
    }
