"""What is known of units: triggers that lift 无事不扰, exemptions, and the ledger of visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl
from sqlmodel import col, select

from kernel.errors import InputError
from service.access import scope
from service.db.mapping.plans import visit_of
from service.db.tables.plans import MarkRow, TaskRow, VisitRow
from service.errors import HttpError
from service.ids import new_id
from service.planning.events import MarkEnded, MarkSet, VisitEntered
from supervision.caps import LEVELS, Visit, state
from supervision.inspectors import unit as read_unit
from supervision.planparams import caps, reasons
from supervision.planpool import MARKS, VISITS, Known
from supervision.tablerows import CellError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Executable

    from service.work import Work
    from supervision.caps import CapState
    from supervision.planparams import Cap

TRIGGER: Final = "trigger"
EXEMPTION: Final = "exemption"
LISTS: Final = {TRIGGER: "lifting", EXEMPTION: "exemption"}
TITLES: Final = {TRIGGER: "触发情形", EXEMPTION: "豁免"}
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class NewMark:
    """What is entered: from ``since`` until, not including, ``until``."""

    kind: str
    unit: str
    code: str
    since: date
    until: date
    note: str = ""


def add(work: Work, new: NewMark, region: str) -> MarkRow:
    """Enter a trigger or an exemption for a unit of a region.

    Raises:
        InputError: a code that the closed list does not have, or days in the wrong order.
    """
    allowed = reasons(LISTS[new.kind])
    if new.code not in allowed:
        raise InputError.at("/code", "mark_code", value=new.code, allowed=list(allowed.values()))
    if new.until <= new.since:
        raise InputError.at("/until", "mark_span", since=new.since, until=new.until)
    try:
        read_unit(new.unit)
    except CellError as error:
        raise InputError.at("/unit", error.code, **error.params) from error
    scope.check(work.actor, work.actor.department, region)
    row = MarkRow(
        id=new_id("mark", work.now),
        kind=new.kind,
        unit=new.unit,
        code=new.code,
        since=new.since,
        until=new.until,
        note=new.note[:2000],
        department=work.actor.department,
        region=region,
        created_at=work.now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
        ended_at=None,
    )
    work.session.add(row)
    work.session.flush()
    span = {"since": new.since.isoformat(), "until": new.until.isoformat()}
    work.record(MarkSet(subject=row.id, department=row.department, region=region, mark=row.kind, code=row.code, **span))
    return row


def end(work: Work, mark_id: str) -> MarkRow:
    """End a trigger or an exemption today; HttpError 404 where there is none within the actor's area."""
    wanted = scope.where(select(MarkRow), MarkRow, work.actor).where(MarkRow.id == mark_id)
    row = work.session.exec(wanted.with_for_update()).one_or_none()
    if row is None:
        raise HttpError(_NOT_FOUND, "mark_unknown", id=mark_id)
    if row.ended_at is None:
        row.ended_at, row.until = work.now, max(row.since, min(row.until, work.today))
        work.session.add(row)
        work.record(
            MarkEnded(subject=row.id, department=row.department, region=row.region, mark=row.kind, code=row.code)
        )
    return row


def marks_of(work: Work, unit: str) -> Sequence[MarkRow]:
    """Return the triggers and exemptions of a unit, by whomever; the newest first."""
    wanted = select(MarkRow).where(MarkRow.unit == unit).order_by(col(MarkRow.since).desc(), col(MarkRow.id))
    return work.session.exec(wanted).all()


def enter_visit(work: Work, visit: Visit, region: str, note: str = "") -> VisitRow:
    """Enter a visit that came from no task of ours (a complaint, a campaign).

    Raises:
        LedgerError: a kind or a reason that the closed lists do not have.
        InputError: no such level, or a day to come.
    """
    if visit.level not in LEVELS:
        raise InputError.at("/level", "mark_code", value=visit.level, allowed=list(LEVELS.values()))
    if visit.day > work.today:
        raise InputError.at("/day", "mark_span", since=visit.day, until=work.today)
    state(next(iter(caps().values())), [visit], "A", (visit.body, visit.level), visit.day)  # the closed lists
    scope.check(work.actor, work.actor.department, region)
    row = visit_row(work, visit, region, note, None)
    work.session.add(row)
    work.session.flush()
    told = {"visit": visit.kind, "reason": visit.reason or ""}
    work.record(VisitEntered(subject=row.id, department=row.department, region=region, **told))
    return row


def visit_row(work: Work, visit: Visit, region: str, note: str, check_id: str | None) -> VisitRow:
    """Return the line of a visit, still to be added."""
    return VisitRow(
        id=new_id("visit", work.now),
        unit=visit.unit,
        body=visit.body,
        level=visit.level,
        day=visit.day,
        reason=visit.reason,
        kind=visit.kind,
        note=note[:2000],
        check_id=check_id,
        department=work.actor.department if check_id is None else visit.body,
        region=region,
        created_at=work.now,
        created_by=work.actor.id,
    )


def visits_of(work: Work, unit: str) -> list[Visit]:
    """Return the visits to a unit, by whomever."""
    wanted = select(VisitRow).where(VisitRow.unit == unit).order_by(col(VisitRow.day), col(VisitRow.id))
    return [visit_of(one) for one in work.session.exec(wanted)]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands under one cap."""

    cap: Cap
    state: CapState


def standings(work: Work, unit: str, credit_class: str, who: tuple[str, str]) -> list[Standing]:
    """Return how a unit stands under every cap that holds today, for whoever would visit."""
    visits = visits_of(work, unit)
    holding = [one for one in caps().values() if one.origin.in_force.contains(work.today)]
    return [Standing(cap, state(cap, visits, credit_class, who, work.today)) for cap in holding]


def known(work: Work) -> Known:
    """Return what is known of all units today, for the pools of a plan."""
    return Known(
        visits=_table(work, select(*(getattr(VisitRow, name) for name in VISITS)), VISITS),
        triggers=_marks(work, TRIGGER),
        exempt=_marks(work, EXEMPTION),
        drawn=_drawn(work),
    )


def _marks(work: Work, kind: str) -> pl.DataFrame:
    wanted = select(*(getattr(MarkRow, name) for name in MARKS)).where(MarkRow.kind == kind)
    return _table(work, wanted, MARKS)


def _table(work: Work, wanted: Executable, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    rows = [tuple(row) for row in work.session.execute(wanted)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _drawn(work: Work) -> list[str]:
    """Return the units drawn this year."""
    first = work.today.replace(month=1, day=1)
    wanted = select(TaskRow.unit).where(col(TaskRow.day) >= first).distinct()
    return list(work.session.exec(wanted))
