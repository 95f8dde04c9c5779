"""``/credit/repairs``: the list of repairs; a repair with its moves, clocks, materials, documents; looking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import col, select

from credit import labels
from credit.worktable import table
from kernel.errors import XinhengError
from kernel.messages import text
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.repairs import RecordRow, RepairRow
from service.documents.make import FORMATS
from service.errors import HttpError
from service.repairdesk import acts, determining, documents
from service.repairdesk.acts import Wish
from service.repairdesk.checking import answer_of, repairs_of
from service.repairdesk.lists import holding
from service.repairdesk.model import DAY_FACTS, FLAG_FACTS, LIST_FACTS, SOURCES
from service.repairdesk.present import party_json, state_label
from service.web.credit.records import seen
from service.web.credit.shown import DESK, REPAIR_TONES, answer_parts, basis, clock_lines, day_of, left_words
from service.web.deps import page_reads, page_writes
from service.web.deskpage import DONE, desk_page, list_page, see_other
from service.web.listing import Cell, Choice, Column, Filter, Listing, equals
from service.web.sent import Pairs, sent_form
from service.work import Work

if TYPE_CHECKING:
    from datetime import date

    from service.repairdesk.model import StoredMove, StoredRepair

router = APIRouter(include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.REPAIR_READ)]
Mover = Annotated[Work, page_writes(Permission.REPAIR_READ)]
Form = Annotated[Pairs, Depends(sent_form)]
_LABELS: Final = {"source": "申请来源", "basis": "依据"}
_IN_WORDS: Final = ("question", "reading")
_ORDER: Final = {"determine": 0, "extend": 2, "object": 2, "withdraw": 2, "end_by_itself": 2}
"""What is asked for before the usual way (1), and what is an exception to it."""
_CONSEQUENCES: Final = frozenset(
    {"not_accept", "determine", "grant", "refuse", "finish", "end_by_itself", "correct_record", "withdraw"}
)
"""Moves that cannot be taken back: the page says what follows from them."""
_NOT_FOUND: Final = 404
_FLASHES: Final = {"opened": "修复事项已开立。", "moved": "已办理，下一步见“可以办的步骤”。"}
_KINDS: Final = {"source": "source", "question": "question", "reason": "long", "basis": "long"}
_FORMATS: Final = {"docx": "Word", "pdf": "PDF", "txt": "文字"}


@router.get("/credit/repairs")
def list_repairs(request: Request, work: Reader) -> Response:
    """The list; the clock that runs out first comes first."""
    return list_page(request, work, DESK, "credit/repairs.html", (_listing(work), store.repairs(work.actor)))


def _listing(work: Work) -> Listing[RepairRow]:
    states = tuple(Choice(name, one.label) for name, one in table().states.items())
    open_ = (Choice("yes", "没有办结的"), Choice("no", "已办结的"))
    return Listing(
        name="repairs",
        title="修复事项",
        path="/credit/repairs",
        columns=_columns(work),
        filters=(
            Filter("q", "文号、当事人、信用代码", _of_record, kind="search"),
            Filter("state", "状态", equals(col(RepairRow.state)), states),
            Filter("open", "是否办结", _open, open_),
        ),
        sort="due_on",
        unique=col(RepairRow.id),
    )


def _columns(work: Work) -> tuple[Column[RepairRow], ...]:
    def record(row: RepairRow) -> RecordRow:
        return work.session.get_one(RecordRow, row.record_id)

    def number(row: RepairRow) -> Cell:
        return Cell(record(row).number or "（没有文号）", href=f"/credit/repairs/{row.id}")

    def party(row: RepairRow) -> Cell:
        one = record(row)
        shown = party_json(one.party_name, one.party_code, one.party_kind)
        return Cell(shown["name"] or "（未填）", note=shown["code"])

    def due(row: RepairRow) -> Cell:
        if row.due_on is None:
            return Cell("—")
        words, tone = left_words(row.due_on, work.today)
        step = labels.STEPS.get(row.due_step, row.due_step)
        return Cell(f"{row.due_on.isoformat()} {step}", tone=tone, note=words)

    return (
        Column("number", "文号", number),
        Column("party", "当事人", party),
        Column("state", "状态", _state, col(RepairRow.state)),
        Column("due_on", "最近的期限", due, col(RepairRow.due_on)),
        Column("received_on", "收到申请", lambda row: Cell(_iso(row.received_on)), col(RepairRow.received_on)),
        Column("decided_on", "作出决定", lambda row: Cell(_iso(row.decided_on)), col(RepairRow.decided_on)),
        Column("regime", "适用办法", lambda row: Cell(row.regime), is_shown=False),
        Column("department", "单位", lambda row: Cell(row.department), is_shown=False),
        Column("updated_at", "最近办理", _updated, col(RepairRow.updated_at)),
    )


def _state(row: RepairRow) -> Cell:
    return Cell(state_label(row.state), tone=REPAIR_TONES.get(row.state, "open"))


def _updated(row: RepairRow) -> Cell:
    return Cell(row.updated_at.strftime("%Y-%m-%d %H:%M"), note=row.updated_by)


def _of_record(words: str) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return col(RepairRow.record_id).in_(select(RecordRow.id).where(holding(words)))


def _open(value: str) -> Any:  # noqa: ANN401 - as above
    is_closed = col(RepairRow.state) == "closed"
    return is_closed if value == "no" else ~is_closed


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


@router.get("/credit/repairs/{id}")
def show(request: Request, work: Reader, id: str) -> Response:  # noqa: A002  (the name is that of the address)
    """A repair as it stands; with ``on`` as it stood at the end of that day."""
    repair = store.repair(work.session, work.actor, id)
    then = day_of(request.query_params.get("on"))
    done = request.query_params.get(DONE, "")
    return _page(request, work, repair, then=then if then and then < work.today else None, flash=_FLASHES.get(done, ""))


@router.post("/credit/repairs/{id}/moves/{move}")
def make_move(request: Request, work: Mover, id: str, move: str, pairs: Form) -> Response:  # noqa: A002
    """Make a move; a refusal is shown above, with what was filled in."""
    sent = dict(pairs)
    try:
        with work.attempt():
            facts = acts.parse_facts(move, _facts(move, sent))
            acts.make_move(work, id, seen(sent), Wish(move, facts, day_of(sent.get("on"))))
    except XinhengError as error:
        repair = store.repair(work.session, work.actor, id)
        return _page(request, work, repair, error=error, sent=sent, which=move)
    return see_other(f"/credit/repairs/{quote(id)}", done="moved")


def _facts(move: str, sent: dict[str, str]) -> dict[str, Any]:
    row = table().moves.get(move)
    if row is None:
        raise HttpError(_NOT_FOUND, "not_found", path=move)
    found: dict[str, Any] = {name: sent.get(f"fact_{name}", "").strip() for name in row.needs}
    if move == determining.MOVE:  # one choice on the page: the question with its reading
        found["question"], _, found["reading"] = sent.get("fact_question", "").partition("=")
    found = {name: value.splitlines() if name in LIST_FACTS else value for name, value in found.items() if value}
    return found | {name: sent.get(f"fact_{name}") == "yes" for name in row.holds}


@router.get("/credit/repairs/{id}/documents/{name}")
def document(work: Reader, id: str, name: str) -> Response:  # noqa: A002
    """A draft as a file."""
    kind, _, form = name.partition(".")
    if form not in FORMATS:
        raise HttpError(_NOT_FOUND, "not_found", path=name)
    made = documents.make(work, store.repair(work.session, work.actor, id), kind, form)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{made.title}.{form}')}",
        "Cache-Control": "no-store",
    }
    return Response(made.data, media_type=FORMATS[form], headers=headers)


def _page(  # noqa: PLR0913 - each is a part of what is shown
    request: Request,
    work: Work,
    repair: StoredRepair,
    *,
    then: date | None = None,
    flash: str = "",
    error: XinhengError | None = None,
    sent: dict[str, str] | None = None,
    which: str = "",
) -> Response:
    record = store.record(work.session, work.actor, repair.record_id)
    case = repair.case if then is None else acts.replayed(work, repair, then)
    every = store.moves(work.session, repair.id)
    moves = [one for one in every if then is None or one.on <= then]
    day = then or work.today
    then_document = record.document if then is None else acts.record_then(record, every, then)
    answer = answer_of(work, then_document, day)
    context = {
        "repair": repair,
        "case": case,
        "record": record,
        "party": party_json(record.party_name, record.party_code, record.party_kind),
        "state_label": state_label(case.state),
        "tone": REPAIR_TONES.get(case.state, "open"),
        "then": then,
        "answer": answer,
        "shown": answer_parts(answer),
        "basis": basis(work.engine.release, answer["rules"]),
        "clocks": clock_lines(case.clocks, day),
        "steps": [_step(one) for one in reversed(moves)],
        "offers": [] if then else _offers(work, repair),
        "decided": [] if then else determining.of_record(work, record.id),
        "questions": [] if then else determining.now(work, record),
        "anchors": {f"/facts/{name}": f"m-{which}-fact_{name}" for name in (*_needs(which), "reading")},
        "documents": [] if then else _documents(work, repair, moves),
        "effects": [(_effect_label(name), name in case.marks) for name in table().effects]
        if _has_effects(case.state, case.marks)
        else [],
        "regime": _regime_title(work, case.regime),
        "sent": sent or {},
        "which": which,
        "flash": flash,
        "error": error,
        "sources": SOURCES,
    }
    status = 200 if error is None else min(error.status, 499)
    return desk_page(request, work, DESK, "credit/repair.html", context, status=status)


def _needs(move: str) -> tuple[str, ...]:
    row = table().moves.get(move)
    return row.needs if row else ()


def _regime_title(work: Work, regime: str) -> str:
    found = repairs_of(work.engine.release).checker.policy.instruments.get(regime)
    return f"{found.title}（{found.number}）" if found and found.number else regime


def _has_effects(state: str, marks: frozenset[str]) -> bool:
    return state == "granted" or bool(marks)


def _effect_label(mark: str) -> str:
    return next(one.label for one in table().moves.values() if one.marks == mark)


def _step(move: StoredMove) -> dict[str, Any]:
    row = table().moves[move.move]
    shown = {**move.facts, **{name: move.facts.get(f"{name}_text", move.facts.get(name)) for name in _IN_WORDS}}
    names = [name for name in (*row.needs, *row.holds) if shown.get(name)]
    facts = [(_LABELS.get(name) or text(f"repair_fact_{name}"), _words(name, shown[name])) for name in names]
    became = move.facts.get("became")
    if isinstance(became, dict):
        facts.append(("认定以后的判断", labels.OUTCOMES.get(became["outcome"], "")))
    answer = move.facts.get("answer")
    checked = labels.OUTCOMES.get(answer["outcome"], "") if row.outcomes and isinstance(answer, dict) else ""
    return {"move": move, "label": row.label, "facts": facts, "checked": checked}


def _words(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(str(one) for one in value)
    return SOURCES.get(str(value), str(value)) if name == "source" else str(value)


def _offers(work: Work, repair: StoredRepair) -> list[dict[str, Any]]:
    """The moves that lead on: what has to be filled in, who may, what refuses it today."""
    found = []
    for name, move, refusal in acts.possible(work, repair):
        permission = acts.permission_of(name)
        found.append(
            {
                "name": name,
                "label": move.label,
                "controls": [_control(fact) for fact in (*move.needs, *move.holds) if fact != "reading"],
                "may": work.actor.may(permission, repair.department, repair.region),
                "permission": permission.label,
                "refused": refusal.detail if refusal else "",
                "document": move.document,
                "consequence": text(f"repair_consequence_{name}") if name in _CONSEQUENCES else "",
            }
        )
    return sorted(found, key=lambda row: (bool(row["refused"]), not row["may"], _ORDER.get(row["name"], 1)))


def _control(fact: str) -> dict[str, Any]:
    kind = "flag" if fact in FLAG_FACTS else "date" if fact in DAY_FACTS else "list" if fact in LIST_FACTS else "text"
    return {
        "name": f"fact_{fact}",
        "label": text(f"repair_fact_{fact}"),
        "kind": _KINDS.get(fact, kind),
    }


def _documents(
    work: Work, repair: StoredRepair, moves: list[StoredMove]
) -> list[tuple[documents.Possible, list[tuple[str, str]]]]:
    base = f"/credit/repairs/{repair.id}/documents"
    return [
        (one, [] if one.refused else [(words, f"{base}/{one.kind}.{form}") for form, words in _FORMATS.items()])
        for one in documents.possible(work, repair, moves)
    ]
