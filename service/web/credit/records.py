"""``/credit/records``: the list of credit records, a record with its time line, entering and changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from sqlmodel import col

from credit import labels
from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.repairs import RecordRow
from service.repairdesk import acts, determining, records
from service.repairdesk.checking import answer_of
from service.repairdesk.importing import remark_words
from service.repairdesk.lists import holding
from service.repairdesk.present import party_json, state_label
from service.web.credit import recordform
from service.web.credit.shown import DESK, REPAIR_TONES, TONES, answer_parts, basis, day_of
from service.web.credit.timeline import timeline
from service.web.deps import page_reads, page_writes
from service.web.deskpage import DONE, desk_page, list_page, see_other
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.sent import Pairs, sent_form
from service.web.words import place_zh
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fastapi.responses import Response

    from service.repairdesk.model import StoredRecord

router = APIRouter(include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.REPAIR_READ)]
Editor = Annotated[Work, page_writes(Permission.REPAIR_EDIT)]
Form = Annotated[Pairs, Depends(sent_form)]
_FLASHES: Final = {
    "saved": "记录已登记。",
    "changed": "修改已保存。",
    "unmasked": "当事人信息在本页显示一次，已记入审计记录。",
}
_UNPROCESSABLE: Final = 422
_SHORTCUTS: Final = (
    ("可以申请", {"outcome": "ELIGIBLE"}),
    ("应当撤下", {"outcome": "CORRECT_RECORD_INSTEAD"}),
    ("已满最长公示期", {"outcome": "AUTO_ENDED"}),
    ("需要人工判断", {"outcome": "NEEDS_HUMAN"}),
)


@router.get("/credit/records")
def list_records(request: Request, work: Reader) -> Response:
    """The list; the newest change first."""
    lists = (_listing(), store.records(work.actor))
    return list_page(request, work, DESK, "credit/records.html", lists, {"shortcuts": _SHORTCUTS})


def _listing() -> Listing[RecordRow]:
    return Listing(
        name="credit_records",
        title="信用记录",
        path="/credit/records",
        columns=_columns(),
        filters=(
            Filter("q", "文号、当事人、信用代码", holding, kind="search"),
            Filter("outcome", "最近一次判断", equals(col(RecordRow.outcome)), _choices(labels.OUTCOMES)),
            Filter("kind", "记录种类", equals(col(RecordRow.kind)), _choices(labels.RECORD_KINDS)),
            Filter("channel", "公示渠道", equals(col(RecordRow.channel)), _choices(labels.CHANNELS)),
            Filter("authority", "机关", contains(col(RecordRow.authority))),
            Filter("earliest_until", "最早申请日 不晚于", _until, kind="date"),
        ),
        sort="updated_at",
        unique=col(RecordRow.id),
        falling=True,
    )


def _columns() -> tuple[Column[RecordRow], ...]:
    return (
        Column(
            "number",
            "文号",
            lambda row: Cell(row.number or "（没有文号）", f"/credit/records/{row.id}"),
            col(RecordRow.number),
        ),
        Column("party", "当事人", _party),
        Column("authority", "机关", lambda row: Cell(row.authority), col(RecordRow.authority)),
        Column("decided_on", "决定日", lambda row: Cell(_iso(row.decided_on)), col(RecordRow.decided_on)),
        Column("published_on", "公示日", lambda row: Cell(_iso(row.published_on)), is_shown=False),
        Column("outcome", "判断", _outcome, col(RecordRow.outcome)),
        Column("class", "类别", lambda row: Cell(labels.CLASSES.get(row.record_class, ""))),
        Column("earliest_on", "最早申请日", lambda row: Cell(_iso(row.earliest_on)), col(RecordRow.earliest_on)),
        Column("ends_on", "公示截止日", lambda row: Cell(_iso(row.ends_on)), col(RecordRow.ends_on)),
        Column("kind", "种类", lambda row: Cell(labels.RECORD_KINDS.get(row.kind, row.kind)), is_shown=False),
        Column("channel", "渠道", lambda row: Cell(labels.CHANNELS.get(row.channel, "")), is_shown=False),
        Column("remarks", "提示", lambda row: Cell(remark_words(row.remarks)), is_shown=False),
        Column("department", "单位", lambda row: Cell(row.department), is_shown=False),
        Column("region", "地区", lambda row: Cell(place_zh(row.region) if row.region else ""), is_shown=False),
        Column("updated_at", "最近修改", _updated, col(RecordRow.updated_at), is_shown=False),
    )


def _party(row: RecordRow) -> Cell:
    party = party_json(row.party_name, row.party_code, row.party_kind)
    return Cell(party["name"] or "（未填）", note=party["code"])


def _outcome(row: RecordRow) -> Cell:
    words = labels.OUTCOMES.get(row.outcome, row.outcome)
    return Cell(words, tone=TONES.get(row.outcome, ""), note=f"{row.checked_on.isoformat()} 判断")


def _updated(row: RecordRow) -> Cell:
    return Cell(row.updated_at.strftime("%Y-%m-%d %H:%M"), note=row.updated_by)


def _choices(words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in words.items())


def _until(text: str) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    day = day_of(text)
    return None if day is None else col(RecordRow.earliest_on) <= day


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


@router.get("/credit/records/new")
def new_record(request: Request, work: Annotated[Work, page_reads(Permission.REPAIR_EDIT)]) -> Response:
    """An empty form, or one filled in by the public calculator."""
    sent = recordform.document_of(request.query_params.multi_items())
    return _form_page(request, work, recordform.values_of({"kind": "penalty", **sent}), None)


@router.post("/credit/records/new")
def save_record(request: Request, work: Editor, pairs: Form) -> Response:
    """Enter a record; mistakes are shown above the form."""
    document = recordform.document_of(pairs)
    try:
        with work.attempt():
            record = records.save(work, document)
    except XinhengError as error:
        return _form_page(request, work, recordform.values_of(document), error)
    return see_other(f"/credit/records/{record.id}", done="saved")


def _form_page(request: Request, work: Work, values: dict[str, Any], error: XinhengError | None) -> Response:
    context = {"values": values, "error": error, "fields": recordform, "anchors": recordform.anchors()}
    return desk_page(request, work, DESK, "credit/record-new.html", context, status=_UNPROCESSABLE if error else 200)


@router.get("/credit/records/{id}")
def show(request: Request, work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the address)
    """A record: what is said of it today, its time line, what is known, its repairs."""
    done = request.query_params.get(DONE, "")
    return _page(request, work, store.record(work.session, work.actor, id), flash=_FLASHES.get(done, ""))


@router.post("/credit/records/{id}")
def change(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002
    """Change what is known of a record."""
    sent = dict(pairs)
    record = store.record(work.session, work.actor, id)
    open_ = store.is_open(work.session, id) is not None
    document = recordform.document_of(pairs, record.document, recordform.LIVING if open_ else recordform.NOW)
    try:
        with work.attempt():
            records.change(work, id, seen(sent), document, sent.get("reason", ""))
    except XinhengError as error:
        return _page(request, work, record, error=error, values=recordform.values_of(document))
    return see_other(f"/credit/records/{quote(id)}", done="changed")


@router.post("/credit/records/{id}/repair")
def open_repair(request: Request, work: Editor, id: str, pairs: Form) -> Response:  # noqa: A002, ARG001 - the form was checked
    """Open a repair of it."""
    try:
        with work.attempt():
            repair = acts.open_repair(work, id)
    except XinhengError as error:
        return _page(request, work, store.record(work.session, work.actor, id), error=error)
    return see_other(f"/credit/repairs/{repair.id}", done="opened")


@router.post("/credit/records/{id}/unmasking")
def unmask(
    request: Request,
    work: Annotated[Work, page_writes(Permission.UNMASK)],
    id: str,  # noqa: A002
    pairs: Form,
) -> Response:
    """The page with the party as it is, this once."""
    try:
        with work.attempt():
            record = records.unmask(work, id, dict(pairs).get("reason", ""))
    except XinhengError as error:
        return _page(request, work, store.record(work.session, work.actor, id), error=error)
    return _page(request, work, record, masked=False, flash=_FLASHES["unmasked"])


def seen(sent: Mapping[str, str]) -> int:
    """The version a form was made from; -1, which none is, where the field was tampered with."""
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - digits of a version


def _page(  # noqa: PLR0913 - each is a part of what is shown
    request: Request,
    work: Work,
    record: StoredRecord,
    *,
    flash: str = "",
    error: XinhengError | None = None,
    masked: bool = True,
    values: dict[str, Any] | None = None,
) -> Response:
    answer = answer_of(work, record.document, work.today)
    repairs = store.of_record(work.session, record.id)
    may = {
        one.name: work.actor.may(one, record.department, record.region)
        for one in (Permission.REPAIR_EDIT, Permission.UNMASK)
    }
    context = {
        "record": record,
        "party": party_json(record.party_name, record.party_code, record.party_kind, masked=masked),
        "answer": answer,
        "shown": answer_parts(answer),
        "basis": basis(work.engine.release, answer["rules"]),
        "repaired": next((one for one in repairs if store.is_repaired(one)), None),
        "line": timeline(record.document, answer, work.today),
        "facts": _facts(record),
        "values": values or recordform.values_of(record.document),
        "fields": recordform,
        "repairs": [(one, state_label(one.state), REPAIR_TONES.get(one.state, "open")) for one in repairs],
        "is_open": any(one.state != "closed" for one in repairs),
        "decided": determining.of_record(work, record.id),
        "remarks": remark_words(record.own.remarks),
        "flash": flash,
        "error": error,
        "may": may,
        "anchors": recordform.anchors(),
    }
    status = 200 if error is None else min(error.status, 499)
    return desk_page(request, work, DESK, "credit/record.html", context, status=status)


def _facts(record: StoredRecord) -> list[tuple[str, str]]:
    """What the record says it is, label and words."""
    decision = record.part("decision")
    kinds = "、".join(labels.KINDS.get(one, one) for one in decision.get("penalty_kinds") or [])
    published = decision.get("published_on") or ("没有公示" if "published_on" in decision else "")
    procedure = {"simple": "简易程序", "ordinary": "普通程序"}.get(decision.get("procedure") or "", "")
    rows = [
        ("记录种类", labels.RECORD_KINDS[str(record.document["kind"])]),
        ("决定书文号", record.number),
        ("作出决定的机关", decision.get("authority") or ""),
        ("公示渠道", labels.CHANNELS.get(str(record.document.get("channel") or ""), "")),
        ("决定日", decision.get("decided_on") or ""),
        ("公示日", published),
        ("处罚种类", kinds),
        ("罚款", f"{decision['fine_yuan']} 元" if decision.get("fine_yuan") is not None else ""),
        ("没收", f"{decision['confiscated_yuan']} 元" if decision.get("confiscated_yuan") is not None else ""),
        ("处罚程序", procedure),
        ("监管领域", labels.DOMAINS.get(decision.get("domain") or "", "")),
        ("认定的类别", labels.CLASSES.get(str(record.document.get("class") or ""), "")),
        ("告知书送达日", record.own.notice_served_on.isoformat() if record.own.notice_served_on else ""),
        ("登记的公示截止期", record.own.display_until.isoformat() if record.own.display_until else ""),
    ]
    return [(label, str(words)) for label, words in rows if words]
