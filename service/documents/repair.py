"""From a credit record to the bytes of a document of credit repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from credit.labels import OUTCOMES
from credit.records import parse_record
from credit.stages import NEEDS_HUMAN
from service import clock
from service.documents import repair_conditions as held
from service.documents import repair_words as words
from service.documents.draft import DRAFT_NOTE, Draft
from service.documents.make import Made, Wish
from service.documents.particulars import parse_particulars
from service.documents.pdf import paragraphs, render_pdf
from service.documents.repair_kinds import KINDS, RepairKind, is_repairable, require
from service.documents.repair_particulars import LABELS
from service.documents.repair_subject import Subject
from service.documents.word import render_word
from service.documents.wording import blank, blanks, day_zh
from service.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.repairs import Repairs

OURS: Final = "本文书的名称没有读到官方文本，系本系统建议。"
UNREAD_FORM: Final = "本文书的样式没有读到官方文本，系本系统建议。"
BOUNDARY: Final = "本日在期限起止日前后 {days} 日之内，请人工核对。"
_FROM_RECORD: Final = {"party_name": "party_name", "party_code": "uscc", "authority": "authority"}
"""Particulars that the record gives where nobody filled them in."""
_GRANTS: Final = {
    "ELIGIBLE": "准予对上述信用记录予以修复。",
    "REORG_FORMAL": "重整计划已经执行完毕，准予对上述信用记录予以修复。",
    "REORG_TEMP_SHIELD": "重整计划（和解协议）执行期间，对上述信用记录予以临时屏蔽；执行完毕后另行决定是否正式修复。",
}


def make_repair(repairs: Repairs, raw: object, wish: Wish, on: date | None = None) -> Made:
    """Answer for a record document and draft the document that is wished for.

    ``wish.particulars`` are those of :data:`LABELS`. ``on``: the day of the document; None: today.
    Raises InputError (record, particulars, template) and StateError where the answer does not carry
    the document; see :func:`service.documents.repair_kinds.require`.
    """
    kind, subject, given = refuse_repair(repairs, raw, wish, on)
    word = render_word(Draft(kind, context_of(kind, subject, given)), wish.templates)
    texts = [row["text"] for row in paragraphs(word)]
    data = {"docx": word, "txt": "\n".join(texts).encode()}.get(wish.format)
    return Made(render_pdf(word) if data is None else data, kind.title, tuple(blanks(texts)))


def refuse_repair(
    repairs: Repairs, raw: object, wish: Wish, on: date | None = None
) -> tuple[RepairKind, Subject, dict[str, str]]:
    """Raise as :func:`make_repair` does; otherwise the kind, its subject and the particulars that were filled in."""
    kind = KINDS.get(wish.kind)
    if kind is None:
        raise StateError("document_unknown", kind=wish.kind, allowed="、".join(KINDS))
    particulars = parse_particulars(wish.particulars, LABELS)
    given = {name: text for name, text in particulars.items() if text != blank(LABELS[name])}
    day = on or clock.today()
    repairs.check(raw, day)  # it also logs a disagreement of the engines
    subject = Subject.of(repairs.checker, parse_record(raw), day)
    require(kind, subject, given)
    return kind, subject, given


def context_of(kind: RepairKind, subject: Subject, given: Mapping[str, str]) -> dict[str, Any]:
    """Every name a template may use."""
    particulars = {name: given.get(name) or _known(subject, name) or blank(label) for name, label in LABELS.items()}
    context: dict[str, Any] = {**particulars, **words.record_words(subject)}
    context |= {
        "title": kind.title,
        "note": _note(kind, subject),
        "digest": subject.answer["catalogue"]["digest"],
        "on": day_zh(subject.on.isoformat()),
        "outcome": OUTCOMES[subject.outcome],
        "disputed": subject.outcome == NEEDS_HUMAN,
        "repairable": is_repairable(subject),
        "record_class": words.class_line(subject),
        "periods": words.period_lines(subject),
        "earliest": words.earliest(subject),
        "ends": words.ends(subject),
        "thresholds": words.threshold_lines(subject),
        "questions": words.question_lines(subject),
        "established": words.established_lines(subject) or [blank("已经查明的事实")],
        "unsettled": words.missing_lines(subject),
        "publication": _publication(subject),
    }
    return context | _ruled(kind, subject, particulars, given.get("reason"))


def _ruled(kind: RepairKind, subject: Subject, particulars: Mapping[str, str], reason: str | None) -> dict[str, Any]:
    """The names whose lines cite rules."""
    return {
        "conditions": held.condition_lines(subject, particulars),
        "finding": held.finding(subject),
        "requirements": held.requirement_lines(subject) or [blank("申请修复的条件及依据")],
        "open_conditions": held.open_lines(subject),
        "reasons": held.reason_lines(subject, reason),
        "again": held.again_lines(subject),
        "steps": held.step_lines(subject),
        "law": _law(kind, subject) or [blank("办理的依据")],
        "materials": held.material_lines(subject),
        "promises": held.promise_lines(subject),
        "never": held.never_lines(subject) or [blank("不能提前停止公示的情形及依据")],
        "channel": held.channel_line(subject),
        "fee": held.law_of(subject, ("R36-29",)),
        "objections": held.law_of(subject, ("R36-28",)),
        "effects": held.effect_lines(subject) or [blank("修复的效果及依据")],
        "clocks": held.clock_lines(subject),
        "extension": held.extension_lines(subject) or [blank("延长的工作日数及依据")],
        "revival": held.law_lines(subject, ("revive_record",)) or [blank("原记录如何恢复及依据")],
        "operative": _GRANTS.get(subject.outcome, ""),
        "false_promise_on": day_zh(words.iso(subject.record.day("false_promise_on")), "虚假承诺认定日期"),
    }


def _law(kind: RepairKind, subject: Subject) -> list[str]:
    found = held.decision_lines if kind.name == "repair_grant" else held.law_lines
    return found(subject, kind.moves)


def _known(subject: Subject, name: str) -> str | None:
    fact = _FROM_RECORD.get(name)
    return subject.record.text(fact) if fact else None


def _note(kind: RepairKind, subject: Subject) -> str:
    """What the person who checks the draft has to know."""
    near = BOUNDARY.format(days=subject.answer["boundary_days"]) if subject.answer["boundary"] else ""
    return DRAFT_NOTE + (OURS if kind.ours else UNREAD_FORM) + near


def _publication(subject: Subject) -> str:
    """Whether the decision is shown: a blank where readings differ on it."""
    place = words.record_words(subject)["place"]
    if "NOT_PUBLISHABLE" in subject.asked.verdict.codes:
        return f"该决定是否在{place}公示，法律没有定论（各种理解见下）：{blank('是否公示及认定依据')}。"
    return f"该决定的信息将在{place}公示。"
