"""``xinheng workdays …``: the calendar of working days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kernel.errors import CodedValueError, InputError
from kernel.workdays import add_workdays, holiday_name, is_workday, workdays_between
from service.cli.output import emit_json, say

if TYPE_CHECKING:
    import argparse
    from datetime import date

_WEEKDAYS: Final = "一二三四五六日"
_PROVISIONAL: Final = "（暂定：所涉年份的放假安排尚未录入，按周一至周五计算）"


def add(options: argparse.Namespace) -> int:
    """Show the n-th working day after a day."""
    try:
        answer = add_workdays(options.start, options.n)
    except CodedValueError as error:
        raise _wrong(error) from error
    day = answer.day
    if options.json:
        shown = {"start": options.start.isoformat(), "n": options.n, "day": day.isoformat()}
        emit_json({**shown, "provisional": answer.provisional})
    else:
        say(f"{options.start} 之后第 {options.n} 个工作日：{day}（{_described(day)}）")
        say(*[_PROVISIONAL] * answer.provisional)
    return 0


def between(options: argparse.Namespace) -> int:
    """Show how many working days lie after one day up to another."""
    try:
        answer = workdays_between(options.start, options.end)
    except CodedValueError as error:
        raise _wrong(error) from error
    if options.json:
        shown = {"start": options.start.isoformat(), "end": options.end.isoformat(), "days": answer.days}
        emit_json({**shown, "provisional": answer.provisional})
    else:
        say(f"{options.start} 之后至 {options.end}（含当日）：{answer.days} 个工作日")
        say(*[_PROVISIONAL] * answer.provisional)
    return 0


def _wrong(error: CodedValueError) -> InputError:
    return InputError.at("", error.code, **error.params)


def _described(day: date) -> str:
    holiday = holiday_name(day)
    weekend_worked = day.weekday() >= len("一二三四五") and is_workday(day).value
    return f"星期{_WEEKDAYS[day.weekday()]}" + (f"，{holiday}" if holiday else "，调休上班" if weekend_worked else "")
