"""Periods of procedure: when each ends, and whether it is kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kernel.workdays import add_workdays
from rules.defects import defect
from rules.evaluate import TRUE
from rules.schema import Clock
from rules.shown import citations_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.answer import Evaluator
    from rules.facts import Vocabulary


def check_clock(file: str, clock: Clock, vocabulary: Vocabulary) -> None:
    """Refuse a period whose days are no dated facts, or whose length stands nowhere."""
    types = {clock.starts: ("date", "starts"), **dict.fromkeys(clock.extra_days, ("integer", "extra_days"))}
    if clock.ends is not None:
        types[clock.ends] = ("date", "ends")
    for name, (wanted, key) in types.items():
        fact = vocabulary.get(name)
        if fact is None or fact.type != wanted:
            raise defect(file, key, f"{name} 不是{'日期' if wanted == 'date' else '整数'}类事实")
    if clock.days not in clock.parameters:
        raise defect(file, "days", f"没有定义参数 {clock.days}")


def clocks_of(evaluator: Evaluator, facts: Mapping[str, object]) -> list[dict[str, object]]:
    """Every period whose first day is known, with the day on which it ends."""
    found: list[dict[str, object]] = []
    for ground in evaluator.release.clocks.values():
        clock = ground.provision
        start = facts.get(clock.starts) if isinstance(clock, Clock) else None
        if isinstance(clock, Clock) and isinstance(start, date):
            span = ground.at(start)
            if span is not None and evaluator.trace(span)[1] == TRUE:
                found.append(_clock(clock, start, facts))
    return found


def _clock(clock: Clock, start: date, facts: Mapping[str, object]) -> dict[str, object]:
    days = clock.parameters[clock.days].at(start)
    extra = sum(int(value) for name in clock.extra_days if isinstance(value := facts.get(name), int))
    due, provisional = _due(start, int(days or 0) + extra, clock.unit)
    ended = facts.get(clock.ends or "")
    return {
        "code": clock.code,
        "title": clock.title,
        "starts_on": start.isoformat(),
        "due_on": due.isoformat(),
        "days": int(days or 0) + extra,
        "unit": clock.unit,
        "provisional": provisional,
        "state": _state(due, ended),
        "warning": clock.warning,
        "detail": clock.detail,
        "citation": citations_on(clock.citations, start)[0],
    }


def _due(start: date, days: int, unit: str) -> tuple[date, bool]:
    if unit == "working_day":
        answer = add_workdays(start, days)
        return answer.day, answer.provisional
    return start + timedelta(days=days), False


def _state(due: date, ended: object) -> str:
    if not isinstance(ended, date):
        return "running"
    return "kept" if ended <= due else "overdue"
