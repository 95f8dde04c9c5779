"""A person's decision on the class of an enterprise: set, ended, looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import col, func, select

from kernel.errors import InputError
from service.access import scope
from service.classes.events import OverrideEnded, OverrideSet
from service.db.mapping.scores import override_of
from service.db.tables.scores import ClassOverrideRow
from service.errors import HttpError, StateError
from service.ids import new_id
from supervision.overrides import Override, faults
from supervision.watch import watch

if TYPE_CHECKING:
    from datetime import date

    from sqlmodel.sql.expression import SelectOfScalar

    from service.work import Work
    from supervision.scheme import Scheme

_NOT_FOUND: Final = 404
SHOWN: Final = 50
"""Decisions that a page shows; all of them are in the interface."""


@dataclass(frozen=True, slots=True)
class New:
    """What is decided; ``row`` of the newest month says what the scheme had said."""

    uscc: str
    class_: str
    reason: str
    since: date
    until: date


def add(work: Work, new: New, kept: dict[str, object], scheme: Scheme) -> ClassOverrideRow:
    """Set a decision; ``kept`` is the enterprise's row of the newest month.

    Raises:
        InputError: what is wrong, each place by itself.
        StateError: another decision holds on some of the days; a rule of law is in the way.
    """
    wish = Override(new.uscc, new.class_, new.reason.strip(), work.actor.name, new.since, new.until)
    wrong = list(faults(wish, scheme))
    if wrong:
        raise InputError(wrong)
    _refuse(wish, kept, scheme)
    for other in _locked(work, new.uscc):
        if other.ended_at is None and other.since < new.until and new.since < other.until:
            raise StateError("class_override_meets", since=other.since, until=other.until)
    row = ClassOverrideRow(
        id=new_id("override", work.now),
        uscc=new.uscc,
        decided=new.class_,
        by_scheme=str(kept["class"] or ""),
        reason=wish.reason,
        since=new.since,
        until=new.until,
        department=work.actor.department,
        region=work.actor.region,
        version=1,
        created_at=work.now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
        ended_at=None,
        ended_by=None,
    )
    scope.check(work.actor, row.department, row.region)
    work.session.add(row)
    days = {"since": new.since.isoformat(), "until": new.until.isoformat()}
    work.record(OverrideSet(subject=row.id, department=row.department, region=row.region, uscc=row.uscc, **days))
    return row


def _refuse(wish: Override, kept: dict[str, object], scheme: Scheme) -> None:
    now = str(kept["class"] or "")
    if wish.class_ == now:
        raise InputError.at("/class", "class_override_same", **{"class": now})
    rule = next((one for one in scheme.rules if one.id == kept["override"] and one.effect == "set"), None)
    if rule and scheme.classes.index(wish.class_) < scheme.classes.index(rule.class_):
        why = watch().overrides.refused_why
        raise StateError("class_override_against_law", rule=f"{rule.id} {rule.title}", why=why)


def _locked(work: Work, uscc: str) -> list[ClassOverrideRow]:
    wanted = select(ClassOverrideRow).where(ClassOverrideRow.uscc == uscc)
    return list(work.session.exec(wanted.with_for_update()))


def end(work: Work, override_id: str) -> ClassOverrideRow:
    """End a decision now; HttpError 404 outside the actor's area, StateError where it has ended already."""
    row = find(work, override_id, lock=True)
    if row.ended_at is not None or row.until <= work.today:
        raise StateError("class_override_ended")
    row.ended_at, row.ended_by = work.now, work.actor.id
    row.version += 1
    work.session.add(row)
    work.record(OverrideEnded(subject=row.id, department=row.department, region=row.region, uscc=row.uscc))
    return row


def find(work: Work, override_id: str, *, lock: bool = False) -> ClassOverrideRow:
    """One decision; HttpError 404 where there is none within the actor's area."""
    wanted = scope.where(select(ClassOverrideRow), ClassOverrideRow, work.actor)
    wanted = wanted.where(ClassOverrideRow.id == override_id)
    row = work.session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise HttpError(_NOT_FOUND, "class_override_unknown", id=override_id)
    return row


def of_enterprise(work: Work, uscc: str) -> list[ClassOverrideRow]:
    """Decisions on an enterprise within the actor's area, the newest first."""
    wanted = scope.where(select(ClassOverrideRow), ClassOverrideRow, work.actor)
    return list(
        work.session.exec(wanted.where(ClassOverrideRow.uscc == uscc).order_by(col(ClassOverrideRow.id).desc()))
    )


def holding(work: Work) -> list[ClassOverrideRow]:
    """Decisions that hold today within the actor's area, the next to end first."""
    return list(work.session.exec(_holding(work, work.today)))


def next_to_end(work: Work, before: date | None = None) -> tuple[list[ClassOverrideRow], int]:
    """The first of them, at most :data:`SHOWN`, and how many there are; ``before``: only those that end by then."""
    wanted = _holding(work, work.today)
    if before is not None:
        wanted = wanted.where(ClassOverrideRow.until <= before)
    count = work.session.exec(select(func.count()).select_from(wanted.order_by(None).subquery())).one()
    return list(work.session.exec(wanted.limit(SHOWN))), count


def _holding(work: Work, on: date) -> SelectOfScalar[ClassOverrideRow]:
    wanted = scope.where(select(ClassOverrideRow), ClassOverrideRow, work.actor)
    wanted = wanted.where(col(ClassOverrideRow.ended_at).is_(None))
    wanted = wanted.where(ClassOverrideRow.since <= on, ClassOverrideRow.until > on)
    return wanted.order_by(col(ClassOverrideRow.until), col(ClassOverrideRow.id))


def holds(row: ClassOverrideRow, on: date) -> bool:
    """Whether a decision counts on a day."""
    return row.ended_at is None and override_of(row).holds(on)
