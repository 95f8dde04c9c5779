"""Computing a decision again from what is stored: the facts as decided, the day, and the catalogue of that time.

What must agree exactly is the law's answer: grounds with their outcomes and the state of every condition, tier,
force, range, duties, the law applied. Words around it (titles, sentences, warnings, periods that follow the
working-day calendar) may change with the software; such parts are told apart as ``notes``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kernel.canonical import canonical_bytes
from kernel.errors import XinhengError
from service.cases.catalogues import Deciders
from service.cases.events import DecisionReplayed, DecisionsReplayed
from service.db.mapping.cases import decision_of
from service.db.repositories import cases as store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from service.access.actor import Actor
    from service.cases.model import StoredDecision
    from service.db.tables.cases import DecisionRow
    from service.work import Work, Works

SURROUNDINGS: Final = frozenset({"warnings", "clocks", "trace"})
"""Parts that are no answer of the law."""
_WORDS: Final = frozenset({"text", "title", "question", "detail", "label", "note", "why", "place"})
"""Members that hold words alone (``why`` only where it is a sentence)."""
_MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome for one decision: ``differences`` and ``notes`` name parts, ``why`` says why it failed."""

    decision_id: str
    case_id: str
    verdict: str
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""

    def as_dict(self) -> dict[str, object]:
        """The outcome as JSON."""
        return {
            "decision": self.decision_id,
            "case": self.case_id,
            "verdict": self.verdict,
            "differences": list(self.differences),
            "notes": list(self.notes),
            "why": self.why or None,
        }


@dataclass(slots=True)
class Totals:
    """What a replay of all came to; ``wrong`` holds the first outcomes that do not agree."""

    total: int = 0
    agree: int = 0
    differ: int = 0
    failed: int = 0
    wrong: list[dict[str, object]] = field(default_factory=list)

    def add(self, one: Replayed) -> None:
        """Count one outcome."""
        self.total += 1
        self.agree += one.verdict == "agrees"
        self.differ += one.verdict == "differs"
        self.failed += one.verdict == "failed"
        if one.verdict != "agrees" and len(self.wrong) < _MOST_SHOWN:
            self.wrong.append(one.as_dict())

    def event(self) -> DecisionsReplayed:
        """What the trail is told."""
        counts = {"total": self.total, "agree": self.agree, "differ": self.differ, "failed": self.failed}
        return DecisionsReplayed(subject="decisions", **counts)


def replay(work: Work, decision_id: str) -> Replayed:
    """Compute one decision again and keep the outcome beside it; HttpError 404 where it is not in the actor's area."""
    row = store.decision_row_of(work.session, work.actor, decision_id, lock=True)
    with Deciders(work.engine, work.files) as deciders:
        found = _replayed(work.session, deciders, row, work.now)
    subject = {"subject": row.id, "department": row.department, "region": row.region}
    work.record(DecisionReplayed(**subject, verdict=found.verdict, differences=list(found.differences)))
    return found


def replay_all(works: Works, actor: Actor, tell: Callable[[int], object] | None = None) -> Totals:
    """Compute every decision again, some hundred a transaction; one event tells of the whole.

    ``tell`` is given the number done so far after each piece.
    """
    totals, after = Totals(), ("", "")
    with Deciders(works.engine, works.files) as deciders:
        while True:
            with works.writing(actor) as work:
                piece = store.decision_piece(work.session, after)
                replay_piece(work, deciders, piece, totals)
            if not piece:
                break
            after = piece[-1]
            if tell is not None:
                tell(totals.total)
    with works.writing(actor) as work:
        work.record(totals.event())
    return totals


def replay_piece(work: Work, deciders: Deciders, piece: Sequence[tuple[str, str]], totals: Totals) -> None:
    """Compute some decisions again and count the outcomes."""
    for _, decision_id in piece:
        row = store.decision_row_of(work.session, work.actor, decision_id, lock=True)
        totals.add(_replayed(work.session, deciders, row, work.now))


def _replayed(session: Session, deciders: Deciders, row: DecisionRow, now: datetime) -> Replayed:
    decision = decision_of(row)
    try:
        answer = deciders.of(session, decision.catalogue).check(decision.document, decision.asked_on)
    except XinhengError as error:
        found = Replayed(row.id, row.case_id, "failed", why=error.detail)
    else:
        found = compare(decision, answer)
    row.verdict, row.replayed_at = found.verdict, now
    row.differences = list(found.differences) or ([found.why] if found.why else [])
    session.add(row)
    return found


def compare(decision: StoredDecision, answer: Mapping[str, Any]) -> Replayed:
    """Hold an answer against the one of the decision, part by part."""
    then = decision.answer
    unlike = sorted(name for name in {*then, *answer} if _bytes(then, name) != _bytes(answer, name))
    differences = tuple(name for name in unlike if name not in SURROUNDINGS and _law(then, name) != _law(answer, name))
    notes = tuple(name for name in unlike if name not in differences)
    verdict = "differs" if differences else "agrees"
    return Replayed(decision.id, decision.case_id, verdict, differences, notes)


def _bytes(answer: Mapping[str, Any], name: str) -> bytes:
    return canonical_bytes(answer[name]) if name in answer else b""


def _law(answer: Mapping[str, Any], name: str) -> bytes:
    return canonical_bytes(_without_words(answer[name])) if name in answer else b""


def _without_words(value: object) -> object:
    if isinstance(value, dict):
        kept = {name: one for name, one in value.items() if name not in _WORDS or not isinstance(one, str)}
        return {name: _without_words(one) for name, one in kept.items()}
    return [_without_words(one) for one in value] if isinstance(value, list) else value
