"""Opening a repair of a record and moving it. Each act is one transaction of its work; a refused move changes nothing.

What a move establishes about the application is also written into the record (``_ESTABLISHES``), so that the
check of the record and the state of its repair cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from credit.regime import channel_of
from credit.stages import NEEDS_HUMAN
from credit.workflow import Actor as Mover
from credit.workflow import Moved, Refusal
from credit.worktable import Move, table
from kernel.errors import InputError
from service.access.permissions import Permission
from service.db.mapping.repairs import move_row, record_of, repair_row
from service.db.repositories import repairs as store
from service.errors import StateError
from service.ids import new_id
from service.repairdesk import determining, records
from service.repairdesk.checking import answer_of, checker_of, kept_of, workflow_of
from service.repairdesk.events import RepairMoved, RepairOpened
from service.repairdesk.model import DAY_FACTS, FLAG_FACTS, LIST_FACTS, StoredMove, StoredRepair
from service.versions import expect_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from credit.workflow import Case
    from service.repairdesk.model import StoredRecord
    from service.work import Work

MOST_TEXT: Final = 1000
_ACCEPTING: Final = frozenset({"accept", "not_accept", "ask_materials", "supply"})
_RECEIVING: Final = frozenset({"receive", "take_up"})
_REVIEWER: Final = "reviewer"
_ANSWER: Final = "answer"


class RefusedMoveError(StateError):
    """A move that was not made: why, under which rules, and from when it could succeed."""

    code: ClassVar[str] = "repair_move_refused"

    def __init__(self, refusal: Refusal) -> None:
        """The words are those of the refusal."""
        super().__init__(refusal.code, **dict(refusal.params))
        self.refusal = refusal

    @property
    def detail(self) -> str:
        """Chinese sentence: why, under which rule, from when."""
        return self.refusal.detail


@dataclass(frozen=True, slots=True)
class Wish:
    """A move that somebody wants to make; ``on`` None: today."""

    move: str
    facts: Mapping[str, Any]
    on: date | None = None


def open_repair(work: Work, record_id: str) -> StoredRepair:
    """Open a repair of a record, under the regime of today; StateError where one is open, or where none was read."""
    row = store.record_row_of(work.session, work.actor, record_id, lock=True)
    found = store.is_open(work.session, record_id)
    if found is not None:
        raise StateError("repair_open_already", id=found)
    record = record_of(row)
    case = workflow_of(work).open(record.id, regime_of(work, record), str(record.document["kind"]), place_of(record))
    repair = StoredRepair(
        id=new_id("repair", work.now),
        record_id=record.id,
        number=store.last_number(work.session, record_id) + 1,
        department=record.department,
        region=record.region,
        case=case,
        created_at=work.now,
        updated_at=work.now,
        updated_by=work.actor.name,
    )
    work.session.add(repair_row(repair))
    work.session.flush()
    work.record(RepairOpened(**subject(repair), record=record.id, regime=case.regime))
    return repair


def regime_of(work: Work, record: StoredRecord) -> str:
    """The instrument that governs a record today: that of the check, else that of the authority's channel."""
    answer = answer_of(work, record.document, work.today)
    if answer["regime"] is not None:
        return str(answer["regime"])
    policy = checker_of(work).policy
    decision = record.part("decision")
    words = str(decision.get("authority") or "")
    kind = next((one for one in policy.authorities if any(word in words for word in one.words)), None)
    channel = channel_of(kind.code if kind else None, str(record.document.get("channel") or "") or None)
    regime = policy.regime_on(channel, work.today) if channel else None
    if regime is None:
        raise StateError("repair_no_regime_open", on=work.today)
    return regime.id


def place_of(record: StoredRecord) -> str | None:
    """The place whose clocks and settings hold."""
    return str(record.document.get("jurisdiction") or record.document.get("province") or "") or None


def permission_of(name: str) -> Permission:
    """The right a move needs."""
    move = table().moves[name]
    if move.role == _REVIEWER:
        return Permission.REPAIR_DECIDE
    if move.marks is not None:
        return Permission.REPAIR_PUBLISH
    return Permission.REPAIR_ACCEPT if name in _ACCEPTING else Permission.REPAIR_EDIT


def make_move(work: Work, repair_id: str, seen: int, wish: Wish) -> StoredRepair:
    """Make a move; RefusedMoveError says why not. ``seen``: the version the actor had before him."""
    row = store.repair_row_of(work.session, work.actor, repair_id, lock=True)
    expect_number(row.version, seen)
    repair = store.whole(work.session, row)
    move = table().moves.get(wish.move)
    if move is None:
        raise InputError.at("/move", "move_missing", allowed="、".join(table().moves))
    work.actor.require(permission_of(wish.move), repair.department, repair.region)
    on = wish.on or work.today
    if on > work.today:
        raise StateError("repair_move_later", on=on, today=work.today)
    record = record_of(store.record_row_of(work.session, work.actor, repair.record_id, lock=True))
    if wish.move == determining.MOVE:
        facts, document = _determined(work, record, wish.facts, on)
    else:
        document = established(record.document, wish.move, wish.facts, on)
        facts = {**wish.facts, _ANSWER: kept_of(answer_of(work, document, on))}
    made = workflow_of(work).move(repair.case, wish.move, Mover(work.actor.id, move.role), on, facts)
    if isinstance(made, Refusal):
        raise RefusedMoveError(made)
    _keep_record(work, record, document)
    return _keep(work, row.id, repair, made, document)


def _determined(
    work: Work, record: StoredRecord, given: Mapping[str, Any], on: date
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a decision of an open question rests on and leads to, and the document with it.

    The check that has to say NEEDS_HUMAN is the one without it; deciding anew is deciding.
    """
    policy = checker_of(work).policy
    bare = determining.without(record.document, str(given.get("question") or ""))
    before = answer_of(work, bare, on)
    if before["outcome"] != NEEDS_HUMAN:  # refused by the table, which needs no question for it
        return {**given, _ANSWER: kept_of(before)}, dict(record.document)
    name, value = determining.chosen(policy, before, given)
    document = determining.with_determination(record.document, name, value)
    told = determining.told(policy, name, value)
    return {**given, **told, _ANSWER: kept_of(before), "became": kept_of(answer_of(work, document, on))}, document


def possible(work: Work, repair: StoredRepair) -> list[tuple[str, Move, Refusal | None]]:
    """The moves that lead on from where a repair stands, each with what would refuse it today, all filled in."""
    record = store.record(work.session, work.actor, repair.record_id)
    workflow = workflow_of(work)
    found: list[tuple[str, Move, Refusal | None]] = []
    for name in table().possible(repair.case.state):
        move = table().moves[name]
        filled = filled_facts(move)
        if name == determining.MOVE:
            document = determining.without(record.document)
        else:
            document = established(record.document, name, filled, work.today)
        facts = {**filled, _ANSWER: kept_of(answer_of(work, document, work.today))}
        # Who may not make the move anyway is told what stands in everybody's way.
        who = work.actor.id if work.actor.may(permission_of(name), repair.department, repair.region) else ""
        result = workflow.move(repair.case, name, Mover(who, move.role), work.today, facts)
        found.append((name, move, result if isinstance(result, Refusal) else None))
    return found


def filled_facts(move: Move) -> dict[str, Any]:
    """Facts of a move as if everything were filled in: what then still refuses it is not the form."""
    return {**dict.fromkeys(move.needs, "…"), **dict.fromkeys(move.holds, True)}


def established(document: Mapping[str, Any], move: str, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The record document with what a move establishes about the application."""
    found: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in document.items()}
    application = found.setdefault("application", {})
    if move in _RECEIVING:
        application["applied_on"] = on.isoformat()
    elif move == "accept" and facts.get("materials_complete") is True:
        application["materials_complete"] = True
    elif move == "withdraw" and facts.get("false_promise_found") is True:
        application["false_promise_on"] = on.isoformat()
    return found


def record_then(record: StoredRecord, moves: Sequence[StoredMove], on: date) -> dict[str, Any]:
    """The record document as the moves up to a day left it; before the first, without what the moves established."""
    made = [one for one in moves if one.on <= on]
    if made or not moves:
        return dict(made[-1].record if made else record.document)
    first = moves[0]
    document = {key: dict(value) if isinstance(value, dict) else value for key, value in first.record.items()}
    if first.move in _RECEIVING:
        document.get("application", {}).pop("applied_on", None)
    if first.move == determining.MOVE:
        document = determining.without(document, str(first.facts["question"]))
    return document


def replayed(work: Work, repair: StoredRepair, on: date) -> Case:
    """The repair as it stood at the end of an earlier day; StateError for a day to come."""
    if on > work.today:
        raise StateError("repair_replay_early", on=on)
    return workflow_of(work).replay(repair.case, on)


def parse_facts(name: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The contents of a move read strictly: text, days, yes or no, lists of texts; InputError names each mistake."""
    move = table().moves.get(name)
    if move is None:
        raise InputError.at("/move", "move_missing", allowed="、".join(table().moves))
    allowed = (*move.needs, *move.holds)
    for key in raw:
        if key not in allowed:
            raise InputError.at(f"/facts/{key}", "move_fact_unknown", fact=key, allowed="、".join(allowed) or "—")
    return {key: _fact(key, value) for key, value in raw.items() if value is not None}


def _fact(key: str, value: object) -> object:
    if key == "reading" and isinstance(value, bool):
        return str(value).lower()
    if key in FLAG_FACTS:
        if isinstance(value, bool):
            return value
        raise InputError.at(f"/facts/{key}", "move_fact_wrong", fact=key, kind="true 或者 false", most=MOST_TEXT)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) and len(one) <= MOST_TEXT for one in texts):
        raise InputError.at(f"/facts/{key}", "move_fact_wrong", fact=key, kind="文字", most=MOST_TEXT)
    texts = [one.strip() for one in texts if one.strip()]
    if key in DAY_FACTS:
        return _day(key, texts)
    return texts if key in LIST_FACTS else "；".join(texts)


def _day(key: str, texts: list[str]) -> str:
    try:
        return date.fromisoformat("".join(texts)).isoformat()
    except ValueError as error:
        raise InputError.at(f"/facts/{key}", "move_fact_wrong", fact=key, kind="日期 YYYY-MM-DD", most=10) from error


def _keep_record(work: Work, record: StoredRecord, document: Mapping[str, Any]) -> None:
    if records.changes(record.document, document):
        row = store.record_row_of(work.session, work.actor, record.id, lock=True)
        records.keep(work, row, record, document)


def _keep(work: Work, row_id: str, repair: StoredRepair, made: Moved, document: Mapping[str, Any]) -> StoredRepair:
    """Write the next state of a repair and its move, and tell the trail."""
    (event,) = made.events
    step = made.case.history[-1]
    kept = StoredRepair(
        id=repair.id,
        record_id=repair.record_id,
        number=repair.number,
        department=repair.department,
        region=repair.region,
        case=made.case,
        created_at=repair.created_at,
        updated_at=work.now,
        updated_by=work.actor.name,
    )
    row = store.repair_row_of(work.session, work.actor, row_id, lock=True)
    for name, value in repair_row(kept).model_dump().items():
        setattr(row, name, value)
    move = StoredMove(
        version=made.case.version,
        move=step.move,
        event=event.name,
        document=event.document,
        role=step.by.role,
        by=work.actor.id,
        by_name=work.actor.name,
        on=step.on,
        at=work.now,
        facts=dict(step.facts),
        rows=event.rows,
        record=document,
    )
    work.session.add(row)
    work.session.add(move_row(new_id("move", work.now), repair.id, move))
    work.session.flush()
    work.record(_told(kept, move))
    return kept


def _told(repair: StoredRepair, move: StoredMove) -> RepairMoved:
    return RepairMoved(
        **subject(repair),
        record=repair.record_id,
        move=move.move,
        event=move.event,
        state=repair.case.state,
        version=move.version,
        on=move.on.isoformat(),
        rows=list(move.rows),
    )


def subject(repair: StoredRepair) -> dict[str, str]:
    """Whose a repair is, for events."""
    return {"subject": repair.id, "department": repair.department, "region": repair.region}
