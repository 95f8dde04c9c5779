"""``/credit``: what is to be done, by legal deadline; reminders; figures with what each was counted from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Request
from sqlmodel import col, func, select

from credit import labels
from credit.kpi import definitions
from kernel.errors import InputError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.repairs import ImportRow, RecordRow, RepairRow
from service.repairdesk import figures, reminding
from service.repairdesk.figures import Wanted, value_text
from service.repairdesk.present import party_json, state_label
from service.web.credit.shown import DESK, day_of, left_words
from service.web.deps import page_reads
from service.web.deskpage import desk_page
from service.work import Work

if TYPE_CHECKING:
    from fastapi.responses import Response
    from sqlmodel.sql.expression import SelectOfScalar

    from credit.kpi import Figure

router = APIRouter(include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.REPAIR_READ)]
Counter = Annotated[Work, page_reads(Permission.STATISTICS_READ)]
_MOST: Final = 200
_WITHIN: Final = (1, 3, 5)
_BYS: Final = {"all": "合计", "department": "按单位", "region": "按地区"}
_CODES: Final = {"soon": "即将可以申请", "now": "现在可以申请", "duty": "先履行义务"}


@router.get("/credit")
def to_do(request: Request, work: Reader) -> Response:
    """Clocks by their last day, repairs that wait for their effects, records to take off display."""
    reminders = reminding.staff(work, work.today, most=_MOST)
    waiting = work.session.exec(
        store.repairs(work.actor)
        .where(col(RepairRow.state).in_(("granted", "withdrawn", "objection", "prefiled", "to_supply", "requested")))
        .order_by(col(RepairRow.updated_at))
        .limit(_MOST)
    ).all()
    records = store.record_rows(work.session, {row.record_id for row in (*waiting, *(row for _, row in reminders))})
    context = {
        "clocks": [_clock(work, one, row, records[row.record_id]) for one, row in reminders],
        "waiting": [_waiting(row, records[row.record_id]) for row in waiting],
        "tiles": _tiles(work),
        "imports": work.session.exec(
            store.imports(work.actor)
            .where(ImportRow.status == "read")
            .order_by(col(ImportRow.created_at).desc())
            .limit(5)
        ).all(),
    }
    return desk_page(request, work, DESK, "credit/todo.html", context)


def _clock(work: Work, one: Any, row: RepairRow, record: RecordRow) -> dict[str, Any]:  # noqa: ANN401 - a reminder
    words, tone = left_words(one.due_on, work.today)
    return {
        "href": f"/credit/repairs/{row.id}",
        "due": one.due_on,
        "words": words,
        "tone": tone,
        "step": labels.STEPS.get(one.step, one.step),
        "rule": one.rule,
        "provisional": one.provisional,
        **_of_record(row, record),
    }


def _of_record(row: RepairRow, record: RecordRow) -> dict[str, Any]:
    party = party_json(record.party_name, record.party_code, record.party_kind)
    return {
        "number": record.number or "（没有文号）",
        "party": party["name"] or "（未填）",
        "state": state_label(row.state),
    }


def _waiting(row: RepairRow, record: RecordRow) -> dict[str, Any]:
    return {"href": f"/credit/repairs/{row.id}", "since": row.updated_at, **_of_record(row, record)}


def _tiles(work: Work) -> list[dict[str, Any]]:
    """Counts with the list that shows what was counted."""
    records, today = store.records(work.actor), work.today
    beyond = (
        records.where(col(RecordRow.published_on).is_not(None), col(RecordRow.ends_on) < today)
        .where(col(RecordRow.display_until).is_(None) | (col(RecordRow.display_until) > col(RecordRow.ends_on)))
        .where(~store.closed())
    )
    wrong = records.where(RecordRow.outcome == "CORRECT_RECORD_INSTEAD")
    soon = records.where(col(RecordRow.earliest_on).between(today, today + timedelta(days=7)))
    soon = soon.where(~store.repaired())
    open_ = store.repairs(work.actor).where(RepairRow.state != "closed")
    return [
        {"label": "办理中的修复事项", "count": _count(work, open_), "href": "/credit/repairs?open=yes"},
        {"label": "七日内可以申请的记录", "count": _count(work, soon), "href": "/credit/reminders?days=7"},
        {
            "label": "已满最长公示期仍有公示日的记录",
            "count": _count(work, beyond),
            "href": "/credit/figures?figure=beyond_maximum" if work.actor.may(Permission.STATISTICS_READ) else "",
        },
        {
            "label": "应当更正、撤下的记录",
            "count": _count(work, wrong),
            "href": "/credit/records?outcome=CORRECT_RECORD_INSTEAD",
        },
    ]


def _count(work: Work, statement: SelectOfScalar[Any]) -> int:
    return work.session.exec(select(func.count()).select_from(statement.subquery())).one()


@router.get("/credit/reminders")
def reminders(request: Request, work: Reader) -> Response:
    """Whom to tell that they can apply."""
    asked = request.query_params.get("days", "")
    days = min(int(asked), 366) if asked.isascii() and asked.isdigit() and len(asked) < 5 else reminding.DAYS  # noqa: PLR2004 - a year
    page = request.query_params.get("page", "")
    number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 5 else 1  # noqa: PLR2004 - as many pages
    found, goes_on = reminding.page_of(work, work.today, days, number)
    context = {"rows": found, "days": days, "codes": _CODES, "number": number, "goes_on": goes_on}
    return desk_page(request, work, DESK, "credit/reminders.html", context)


@router.get("/credit/figures")
def show_figures(request: Request, work: Counter) -> Response:
    """The figures of a period, each with its definition; one of them with every repair that was counted."""
    query = request.query_params
    first = day_of(query.get("from")) or work.today.replace(month=1, day=1)
    last = day_of(query.get("until")) or work.today
    by = query.get("by", "all")
    error = None
    found: list[Figure] = []
    try:
        found = figures.computed(work, Wanted(first, last, by if by in _BYS else "all"))  # type: ignore[arg-type]  # looked up
    except InputError as wrong:
        error = wrong
    wanted, group = query.get("figure", ""), query.get("group")
    chosen = next((one for one in found if one.definition.id == wanted and (one.group or "") == (group or "")), None)
    context = {
        "first": first,
        "last": last,
        "by": by,
        "bys": _BYS,
        "figures": [(one, value_text(one)) for one in found],
        "groups": list(dict.fromkeys(one.group for one in found)),
        "definitions": [one for one in definitions() if one.holds_on(last)],
        "chosen": chosen,
        "named": _named(work, chosen) if chosen else [],
        "confidence": labels.CONFIDENCE,
        "error": error,
        "value_text": value_text,
    }
    return desk_page(request, work, DESK, "credit/figures.html", context)


def _named(work: Work, figure: Figure) -> list[tuple[str, list[dict[str, Any]]]]:
    """What was counted, part by part, each with its page."""
    parts = [("计入的", figure.hit), ("没有达到的", figure.missed), *figure.parts.items()]
    ids = {name for _, names in parts for name in names}
    rows = {row.id: row for row in _repairs(work, ids)}
    records = store.record_rows(work.session, {*(row.record_id for row in rows.values()), *(ids - rows.keys())})
    return [(title, [_link(name, rows, records) for name in dict.fromkeys(names)]) for title, names in parts if names]


def _repairs(work: Work, ids: set[str]) -> list[RepairRow]:
    wanted = sorted(one for one in ids if one.startswith("repair-"))
    found: list[RepairRow] = []
    for start in range(0, len(wanted), _MOST):
        piece = col(RepairRow.id).in_(wanted[start : start + _MOST])
        found += work.session.exec(store.repairs(work.actor).where(piece)).all()
    return found


def _link(name: str, rows: dict[str, RepairRow], records: dict[str, RecordRow]) -> dict[str, str]:
    row = rows.get(name)
    record = records.get(row.record_id if row else name)
    label = record.number if record and record.number else name
    return {"href": f"/credit/{'repairs' if row else 'records'}/{name}", "label": label}
