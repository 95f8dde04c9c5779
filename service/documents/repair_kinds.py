"""Which documents of credit repair there are, and for which outcome each may be drafted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credit.answer import NO_APPLICATION, NO_DISPLAY
from credit.labels import OUTCOMES
from credit.stages import ELIGIBLE, NEEDS_HUMAN
from service.documents.kinds import Kind
from service.documents.wording import day_zh
from service.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.documents.repair_subject import Subject

REORGANISED: Final = frozenset({"REORG_FORMAL", "REORG_TEMP_SHIELD"})
GRANTED: Final = frozenset({ELIGIBLE, *REORGANISED})
ACCEPTED: Final = frozenset({*GRANTED, "DUTY_OPEN", "PROMISE_MISSING", NEEDS_HUMAN})
OPEN: Final = frozenset({*ACCEPTED, "TOO_EARLY", "MATERIALS_INCOMPLETE"})
REFUSED: Final = (OPEN - GRANTED) | {"NOT_REPAIRABLE", "BARRED_UNTIL"}
EVERY: Final = frozenset(OUTCOMES)
REJECTED: Final = EVERY - GRANTED
NOTIFIED: Final = OPEN | {"NOT_REPAIRABLE", "BARRED_UNTIL"}
_NOTICED_KINDS: Final = frozenset({"penalty", "serious_list"})
"""What a notice is served with: a penalty decision or one that lists (R22-07)."""


@dataclass(frozen=True, slots=True)
class RepairKind(Kind):
    """A kind of document; ``tiers`` are the outcomes it belongs to.

    ``moves``: moves of the workflow whose rules it rests on. ``applied``: there has to be an
    application; ``reasoned``: it needs a reason. ``ours``: its name is our suggestion, the official
    one was not read.
    """

    needs_violation: bool = False
    moves: tuple[str, ...] = ()
    applied: bool = False
    reasoned: bool = False
    ours: bool = True


KINDS: Final[Mapping[str, RepairKind]] = {
    kind.name: kind
    for kind in (
        RepairKind("repair_notice", "信用修复告知书", NOTIFIED, moves=("notify",), ours=False),
        RepairKind("repair_promise", "信用承诺书", OPEN, ours=False),
        RepairKind("repair_application", "信用修复申请表", OPEN, moves=("receive",)),
        RepairKind("repair_acceptance", "信用修复受理通知书", ACCEPTED, moves=("accept",), applied=True),
        RepairKind(
            "repair_rejection", "信用修复不予受理通知书", REJECTED, moves=("not_accept",), applied=True, reasoned=True
        ),
        RepairKind("repair_grant", "准予信用修复决定书", GRANTED, moves=("grant",), applied=True, ours=False),
        RepairKind("repair_refusal", "不予信用修复决定书", REFUSED, moves=("refuse",), applied=True, reasoned=True),
        RepairKind("repair_revocation", "撤销准予信用修复决定书", EVERY, moves=("withdraw",)),
        RepairKind("repair_reminder", "信用修复提醒函", OPEN),
        RepairKind("repair_supply", "信用修复补正材料通知书", OPEN, moves=("ask_materials",), applied=True),
        RepairKind(
            "repair_extension", "信用修复延长办理期限通知书", ACCEPTED, moves=("extend",), applied=True, reasoned=True
        ),
        RepairKind("repair_objection_receipt", "信用信息异议受理回执", EVERY, moves=("object",)),
        RepairKind(
            "repair_objection_answer", "信用信息异议处理答复", EVERY, moves=("settle_objection",), reasoned=True
        ),
    )
}
MOVE_DOCUMENTS: Final[Mapping[str, str]] = {
    "notice": "repair_notice",
    "application": "repair_application",
    "supply_notice": "repair_supply",
    "accept_notice": "repair_acceptance",
    "not_accept_notice": "repair_rejection",
    "extension_notice": "repair_extension",
    "grant_decision": "repair_grant",
    "refuse_decision": "repair_refusal",
    "objection_receipt": "repair_objection_receipt",
    "objection_answer": "repair_objection_answer",
    "withdraw_decision": "repair_revocation",
}
"""Which kind of document a move of the workflow makes, by the word of its table."""
_PROVED: Final = frozenset({"repair_rejection", "repair_refusal"})
"""Kinds whose reason the answer itself may prove."""
_WITHOUT_REGIME: Final = frozenset({"repair_rejection", "repair_objection_receipt", "repair_objection_answer"})


def require(kind: RepairKind, subject: Subject, given: Mapping[str, str]) -> None:
    """Refuse a document that the answer does not carry; ``given`` are the particulars that were filled in.

    Raises StateError: ``repair_document_engines``, ``_outcome``, ``_no_regime``, ``_record_kind``,
    ``_not_applied``, ``_materials``, ``_reason``, ``_false_promise`` or ``_party``.
    """
    if subject.answer["second_opinion"]["agrees"] is False:
        raise StateError("repair_document_engines", title=kind.title)
    _require_same_party(subject, given)
    _require_outcome(kind, subject)
    if subject.regime is None and kind.name not in _WITHOUT_REGIME:
        raise StateError("repair_document_no_regime", title=kind.title)
    if kind.name == "repair_notice":
        _require_publishable(kind, subject)
    if kind.applied:
        _require_applied(kind, subject)
    if kind.name == "repair_acceptance" and subject.record.values["materials_complete"] is not True:
        raise StateError("repair_document_materials", title=kind.title)
    proves = subject.is_proved and kind.name in _PROVED
    if kind.reasoned and not proves and "reason" not in given:
        raise StateError("repair_document_reason", title=kind.title)
    if kind.name == "repair_revocation":
        _require_false_promise(kind, subject)


def _require_same_party(subject: Subject, given: Mapping[str, str]) -> None:
    """Particulars may fill in what the record leaves open, not contradict it."""
    for name, fact in (("party_name", "party_name"), ("party_code", "uscc")):
        known = subject.record.text(fact)
        if known and given.get(name, known) != known:
            raise StateError("repair_document_party", given=given[name], known=known)


def _require_outcome(kind: RepairKind, subject: Subject) -> None:
    """An outcome of the kind; where a person decides, some reading that leaves it open."""
    if subject.outcome in kind.tiers and (kind.tiers - OPEN or is_repairable(subject)):
        return
    earliest = subject.answer["earliest_on"]
    sure = earliest and subject.outcome == "TOO_EARLY" and not subject.is_disputed("earliest_on")
    possible = [one.title for one in KINDS.values() if subject.outcome in one.tiers and one.tiers != EVERY]
    raise StateError(
        "repair_document_outcome",
        title=kind.title,
        outcome=OUTCOMES[subject.outcome],
        rules="、".join(subject.answer["rules"]) or "—",
        when=f"{day_zh(earliest)}起可以申请。" if sure else "",
        questions="".join(one["question"] for one in subject.answer["questions"]),
        possible="、".join(possible) or "—",
    )


def _require_publishable(kind: RepairKind, subject: Subject) -> None:
    if subject.record.kind not in _NOTICED_KINDS:
        raise StateError("repair_document_record_kind", title=kind.title)
    if set(subject.asked.verdict.codes) <= NO_DISPLAY | {"AUTO_ENDED"}:
        raise StateError("repair_document_unpublished", title=kind.title)


def _require_applied(kind: RepairKind, subject: Subject) -> None:
    applied = subject.record.day("applied_on")
    if applied is None or applied > subject.on:
        raise StateError("repair_document_not_applied", title=kind.title, on=subject.on)


def _require_false_promise(kind: RepairKind, subject: Subject) -> None:
    found = subject.record.day("false_promise_on")
    if found is None or found > subject.on:
        raise StateError("repair_document_false_promise", title=kind.title, on=subject.on)


def is_repairable(subject: Subject) -> bool:
    """Whether some reading leaves an application open, or refers the question on."""
    reads = subject.asked.verdict.reads
    return any(one.outcome.code not in NO_APPLICATION or one.outcome.referred for one in reads)
