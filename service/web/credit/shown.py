"""Words that pages of the credit desk share: outcomes with their tone, days with what is left, answers in parts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from credit import labels
from kernel.workdays import workdays_between
from rules.schema_repair import RepairRuled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from credit.workflow import Running
    from rules.release import Release

DESK: Final = "credit"
TONES: Final = {
    "ELIGIBLE": "good",
    "REORG_FORMAL": "good",
    "REORG_TEMP_SHIELD": "good",
    "AUTO_ENDED": "good",
    "NOT_PUBLISHABLE": "good",
    "CORRECT_RECORD_INSTEAD": "stop",
    "NEEDS_HUMAN": "stop",
    "BARRED_UNTIL": "strict",
    "NOT_REPAIRABLE": "strict",
    "DUTY_OPEN": "open",
    "TOO_EARLY": "open",
    "PROMISE_MISSING": "open",
    "MATERIALS_INCOMPLETE": "open",
}
STATE_TONES: Final = {
    "met": "good",
    "not_met": "stop",
    "missing": "open",
}
FOUND: Final = {"met": ("属实", "open"), "not_met": ("不属实", "quiet"), "missing": ("尚未查清", "open")}
REPAIR_TONES: Final = {
    "granted": "good",
    "closed": "quiet",
    "refused": "strict",
    "not_accepted": "strict",
    "withdrawn": "stop",
}


def left_words(due: date, today: date) -> tuple[str, str]:
    """How long a day is away in working days, with its tone: the words say what the colour says."""
    if due < today:
        return f"已超期 {workdays_between(due, today).days} 个工作日", "stop"
    left = workdays_between(today, due).days
    if left == 0:
        return "今天到期", "stop"
    return f"还有 {left} 个工作日", "strict" if left <= 1 else "open"


def clock_lines(clocks: tuple[Running, ...], today: date) -> list[dict[str, Any]]:
    """The clocks of a repair as a page shows them; those that run come first."""
    rows = [_clock(one, today) for one in clocks]
    return sorted(rows, key=lambda row: (row["ended"] is not None, row["due"] or date.max))


def _clock(clock: Running, today: date) -> dict[str, Any]:
    due = clock.due
    words, tone = ("停止计算（等待补正）", "quiet") if due.on is None else left_words(due.on, today)
    if clock.days is None:
        words, tone = "天数没有读到，请人工掌握", "quiet"
    if clock.ended_on is not None:
        late = clock.is_late_on(today)
        words, tone = ("逾期办结", "stop") if late else ("按期办结", "good")
    return {
        "label": labels.STEPS.get(clock.step, clock.step),
        "rule": clock.rule,
        "days": clock.days,
        "started": clock.started_on,
        "due": due.on,
        "ended": clock.ended_on,
        "words": words,
        "tone": tone,
        "extended": clock.extended,
        "provisional": due.provisional,
    }


def answer_parts(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in the words of a page."""
    return {
        "outcome": labels.OUTCOMES[answer["outcome"]],
        "tone": TONES.get(answer["outcome"], ""),
        "settled": answer["settled"],
        "regime": labels.REGIMES.get(answer["regime"] or "", answer["regime"]),
        "class": labels.CLASSES.get(answer["class"] or "", ""),
        "conditions": [
            {**one, **(_required(one) if one["requirement"] else _found(one))} for one in answer["conditions"]
        ],
        "questions": [
            {
                **one,
                "readings": [{**row, "outcome": labels.OUTCOMES[row["outcome"]]} for row in one["readings"]],
            }
            for one in answer["questions"]
        ],
        "confidence": labels.CONFIDENCE.get(answer["confidence"] or "", ""),
    }


def _required(condition: Mapping[str, Any]) -> dict[str, str]:
    return {"words": labels.STATES[condition["state"]], "tone": STATE_TONES[condition["state"]]}


def _found(condition: Mapping[str, Any]) -> dict[str, str]:
    """What leads to the outcome is no requirement: it is so, or it is not."""
    return dict(zip(("words", "tone"), FOUND[condition["state"]], strict=True))


def day_of(text: str | None) -> date | None:
    """A day from an address or a form; None where it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def basis(release: Release, rules: Iterable[str]) -> list[tuple[str, str, str]]:
    """Each rule of an answer: its number, what it is about, and the documents it stands in."""
    ruled = [one for _, one in release.repair.provisions.values()] if release.repair else []
    lines = []
    for number in rules:
        found = [one for one in ruled if isinstance(one, RepairRuled) and one.shown_id == number]
        titles = dict.fromkeys(one.title for one in found)
        sources = dict.fromkeys(_source(cited.instrument, cited.note) for one in found for cited in one.citations)
        lines.append((number, "；".join(titles), "、".join(sources)))
    return lines


def _source(instrument: str, note: str | None) -> str:
    return f"《{instrument}》（{note}）" if note else f"《{instrument}》"
