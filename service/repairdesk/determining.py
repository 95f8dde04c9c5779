"""What a reviewer decides, in one repair, of questions that the law leaves open: which reading, why, on what basis.

The decision is a move of the repair like any other; what it decides is written into the record document, so that
every later check, document and figure of that record takes it in, and no earlier day knows it. Where the city has
set the parameter, or sets it later, the city's setting prevails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from credit.determined import choices, is_question, question_of
from credit.labels import OUTCOMES
from credit.records import DETERMINED
from kernel.errors import InputError
from service.db.repositories import repairs as store
from service.repairdesk.checking import answer_of, checker_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credit.policy import Policy
    from rules.schema_repair import RepairParameter, RepairRule
    from service.repairdesk.model import StoredMove, StoredRecord
    from service.work import Work

MOVE: Final = "determine"
Value = str | bool
"""A reading of a parameter, or whether the outcome of a rule that refers stands."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be decided now: its id, its words, its answers (value as text, words), the answer it has."""

    id: str
    text: str
    choices: tuple[tuple[str, str], ...]
    decided: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a record: ``move`` says who, when, why; ``repair`` where. ``words``: those of that day."""

    repair: str
    move: StoredMove
    question: str
    words: str
    became: str
    is_latest: bool


def questions(policy: Policy, answer: Mapping[str, Any]) -> list[Question]:
    """Those that the answer asks, and those that were decided and can be decided anew."""
    decided = {str(row["id"]): row["value"] for row in answer["determinations"] if row["used"]}
    asked = (one.get("parameter") or one.get("rule") for one in answer["questions"])
    names = dict.fromkeys([*(str(one) for one in asked if one), *decided])
    return [_question(one, decided.get(name)) for name in names if (one := _provision(policy, name)) is not None]


def now(work: Work, record: StoredRecord) -> list[Question]:
    """The questions of a record that can be decided today."""
    return questions(checker_of(work).policy, answer_of(work, record.document, work.today))


def question_json(one: Question) -> dict[str, Any]:
    """A question for the interface."""
    choices_ = [{"value": value, "text": words} for value, words in one.choices]
    return {"id": one.id, "question": one.text, "choices": choices_, "decided": one.decided}


def chosen(policy: Policy, answer: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[str, Value]:
    """The question and the answer of a move; InputError names what is not among those that can be decided."""
    allowed = {one.id: one for one in questions(policy, answer)}
    question = allowed.get(str(facts.get("question") or ""))
    if question is None:
        raise InputError.at("/facts/question", "determine_question", allowed="、".join(allowed) or "—")
    reading = str(facts.get("reading") or "")
    if reading not in dict(question.choices):
        raise InputError.at(
            "/facts/reading", "determine_reading", allowed="、".join(name for name, _ in question.choices)
        )
    provision = _provision(policy, question.id)
    values = choices(provision) if provision is not None else {}
    return question.id, next(value for value in values if _text(value) == reading)


def told(policy: Policy, name: str, value: Value) -> dict[str, str]:
    """The question and its answer in words, as the move keeps them."""
    provision = _provision(policy, name)
    assert provision is not None  # noqa: S101  (chosen() has found it)
    return {"question_text": question_of(provision), "reading_text": choices(provision)[value]}


def with_determination(document: Mapping[str, Any], name: str, value: Value) -> dict[str, Any]:
    """The document with one more decision, or with another one in its place."""
    return {**document, DETERMINED: dict(sorted({**(document.get(DETERMINED) or {}), name: value}.items()))}


def without(document: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
    """The document without one decision, or without any."""
    left = {key: value for key, value in (document.get(DETERMINED) or {}).items() if name not in {None, key}}
    rest = {key: value for key, value in document.items() if key != DETERMINED}
    return {**rest, DETERMINED: left} if left else rest


def of_record(work: Work, record_id: str) -> list[Decided]:
    """Every decision of a record's repairs, the newest first."""
    found: list[Decided] = []
    known: set[str] = set()
    for repair in store.of_record(work.session, record_id):
        for move in reversed(store.moves(work.session, repair.id)):
            if move.move == MOVE:
                found.append(_decided(repair.id, move, known))
                known.add(str(move.facts["question"]))
    return found


def _decided(repair: str, move: StoredMove, known: set[str]) -> Decided:
    facts = move.facts
    return Decided(
        repair=repair,
        move=move,
        question=str(facts.get("question_text", facts["question"])),
        words=str(facts.get("reading_text", facts["reading"])),
        became=OUTCOMES.get(str((facts.get("became") or {}).get("outcome")), ""),
        is_latest=facts["question"] not in known,
    )


def _provision(policy: Policy, name: str) -> RepairParameter | RepairRule | None:
    one = policy.by_id.get(name)
    return one if is_question(one) else None  # type: ignore[return-value]  # is_question knows both kinds


def _question(provision: RepairParameter | RepairRule, decided: object) -> Question:
    answers = tuple((_text(value), words) for value, words in choices(provision).items())
    return Question(provision.id, question_of(provision), answers, None if decided is None else _text(decided))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
