"""The figures of a period, computed from the stored moves; every number names its repairs.

``compliant`` looks every decision over again: the record as the decision saw it, checked for that day under
the catalogue of today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlmodel import col

from credit.facts import PENALTY
from credit.kpi import DECISIONS, Filed, Period, definitions, figures
from credit.workflow import Actor as Mover
from credit.workflow import Step
from kernel.errors import InputError
from service.db.repositories import repairs as store
from service.db.tables.repairs import RecordRow, RepairRow
from service.errors import HttpError
from service.repairdesk.checking import answer_of, workflow_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlmodel.sql.expression import SelectOfScalar

    from credit.kpi import By, Figure
    from credit.workflow import Case
    from service.db.tables.repairs import MoveRow
    from service.repairdesk.model import StoredRepair
    from service.work import Work

SHARES: Final = frozenset({"clocks_in_time", "decisions_upheld", "notices_same_day"})
_UNPUBLISHED: Final = frozenset({"OUT_OF_SCOPE", "NOT_PUBLISHABLE"})
_NOT_FOUND: Final = 404
_REGISTER: Final = Mover("register", "credit_clerk")
R = TypeVar("R", RecordRow, RepairRow)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures: a period, in groups or all together, of one department or region or of all."""

    first: date
    last: date
    by: By = "all"
    department: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        """InputError for a period that ends before it begins."""
        if self.last < self.first:
            raise InputError.at("/until", "period_wrong")


def computed(work: Work, wanted: Wanted) -> list[Figure]:
    """Every figure of the period; drill-down names are ids of repairs."""
    return figures(filed(work, wanted), Period(wanted.first, wanted.last), workflow_of(work), wanted.by)


def one(work: Work, wanted: Wanted, figure: str, group: str | None) -> Figure:
    """One figure; HttpError 404 where there is none of that name or group."""
    known = [each.id for each in definitions()]
    found = (each for each in computed(work, wanted) if each.definition.id == figure and each.group == group)
    try:
        return next(found)
    except StopIteration:
        raise HttpError(_NOT_FOUND, "figure_unknown", id=figure, allowed="、".join(dict.fromkeys(known))) from None


def filed(work: Work, wanted: Wanted) -> Iterator[Filed]:
    """Every repair within the actor's area with what its record says, and every record that has none."""
    rows = work.session.exec(_narrowed(store.repairs(work.actor), RepairRow, wanted)).all()
    records = store.record_rows(work.session, {row.record_id for row in rows})
    for repair in store.with_histories(work.session, rows):
        # Drill-down leads to the repair: that is the name a count is kept under.
        record = records[repair.record_id]
        case = with_notice(replace(repair.case, record_id=repair.id), record.notice_served_on)
        yield _filed(case, record, _recheck(work, repair, wanted))
    yield from _without_repair(work, wanted, records.keys())


def _narrowed(statement: SelectOfScalar[R], row: type[R], wanted: Wanted) -> SelectOfScalar[R]:
    for name, value in (("department", wanted.department), ("region", wanted.region)):
        if value is not None:
            statement = statement.where(getattr(row, name) == value)
    return statement.order_by(row.id)


def _without_repair(work: Work, wanted: Wanted, known: Collection[str]) -> Iterator[Filed]:
    """Records that count though nobody applied: decided in the period, or published beyond their maximum."""
    decided = col(RecordRow.decided_on).between(wanted.first, wanted.last)
    beyond = col(RecordRow.published_on).is_not(None) & (col(RecordRow.ends_on) < wanted.last)
    workflow = workflow_of(work)
    for row in work.session.exec(_narrowed(store.records(work.actor), RecordRow, wanted).where(decided | beyond)):
        if row.id not in known:
            case = with_notice(workflow.open(row.id, row.regime, row.kind, None), row.notice_served_on)
            yield _filed(case, row, None)


def with_notice(case: Case, served: date | None) -> Case:
    """The case with the notice that the register tells of, where the repair itself tells of none and began later."""
    if served is None or case.made("notify") or (case.history and case.history[0].on < served):
        return case
    step = Step("notify", _REGISTER, served, {"served_on": served.isoformat()})
    return replace(case, history=(step, *case.history))


def _filed(case: Case, record: RecordRow, recheck: Mapping[str, Any] | None) -> Filed:
    on_display = record.published_on is not None
    if record.display_until is not None and record.ends_on is not None and record.display_until <= record.ends_on:
        on_display = False  # the register itself says that it came off in time
    return Filed(
        case=case,
        department=record.department,
        region=record.region,
        decided_on=record.decided_on or date.max,
        published=on_display,
        publishable=record.outcome not in _UNPUBLISHED and record.kind == PENALTY,
        ends_on=record.ends_on,
        recheck=recheck,
    )


def _recheck(work: Work, repair: StoredRepair, wanted: Wanted) -> Mapping[str, Any] | None:
    """What the check says now of the record as the last decision of the period saw it; None without a decision."""
    steps = [
        (number, step)
        for number, step in enumerate(repair.case.history, 1)
        if step.move in DECISIONS and wanted.first <= step.on <= wanted.last
    ]
    if not steps:
        return None
    number, step = steps[-1]
    row: MoveRow = store.move_rows(work.session, repair.id)[number - 1]
    return answer_of(work, row.record, step.on)


def figure_json(figure: Figure) -> dict[str, Any]:
    """A figure for the interface: the number beside its definition, and what it was counted from."""
    definition = figure.definition
    value = figure.value
    return {
        "id": definition.id,
        "label": definition.label,
        "value": None if value is None else round(float(value), 6),
        "text": value_text(figure),
        "group": figure.group,
        "from": figure.period.first.isoformat(),
        "until": figure.period.last.isoformat(),
        "counted": len(figure.hit) + len(figure.missed),
        "hit": len(figure.hit),
        "missed": len(figure.missed),
        "parts": {name: len(ids) for name, ids in figure.parts.items()},
        "definition": {
            "text": definition.definition,
            "in_force": {
                "from": definition.in_force.from_.isoformat(),
                "until": definition.in_force.until.isoformat() if definition.in_force.until else None,
            },
            "confidence": definition.confidence,
        },
    }


def value_text(figure: Figure) -> str:
    """The number as people write it; — where nothing was there to be counted."""
    if figure.value is None:
        return "—"
    if figure.definition.computes in SHARES:
        return f"{float(figure.value):.1%}"
    if figure.definition.computes == "days_to_grant":
        return f"{float(figure.value):.1f} 天"
    return f"{int(figure.value)} 件"
