"""Mistakes in a form, in an officer's words: which control, what is wrong, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kernel.errors import FieldError
    from rules.facts import Fact
    from rules.release import Release

# Words for people at a form; the messages of the interface speak of JSON.
_WORDS: Final[Mapping[str, str]] = {
    "fact_not_boolean": "请选“是”“否”或者“尚未查清”。",
    "fact_not_number": "请只填数字，例如 12 或者 12.5；尚未查清的请留空。",
    "fact_not_finite": "请填一个有效的数；尚未查清的请留空。",
    "fact_not_integer": "请填整数；尚未查清的请留空。",
    "fact_not_date": "请填年、月、日，例如 2026-03-05；尚未查清的请留空。",
    "fact_no_such_day": "日历上没有“{value}”这一天，请核对。",
    "fact_day_too_early": "日期早于 {year} 年，请核对。",
    "fact_day_too_late": "日期晚于 {year} 年，请核对。",
    "fact_not_in_enumeration": "请从所列的选项中选择；尚未查清的请选“尚未查清”。",
    "fact_not_text": "文字过长，请不超过 {max} 个字。",
    "fact_not_text_list": "行数或者字数过多，请不超过 {max} 行。",
    "derived_fact_differs": "与所填日期推算的结果不一致，请核对日期，或者把这一项留空。",
    "first_violation_contradicts": (
        "“是否初次违法”与“距上次同类违法的时间”或者“是否从无同类违法”的回答不一致，请核对历史记录。"
    ),
    "form_repeated": "同一项填了两个不同的值，请只填一次。",
    "place_unknown": "没有找到“{place}”，请填六位行政区划代码，或者市、县、区的全称。",
    "place_ambiguous": "“{place}”不止一处：{named}。请填全称或者代码。",
    "unknown_fact": "网址中的“{fact}”不是本系统的事实项目，没有采用。请从案由重新开始，或者删去这一项。",
    "unknown_violation": "目录中没有案由“{violation}”。相近的有：{nearest}。请重新选择案由。",
    "unknown_item": "目录中没有清单事项“{item}”。相近的编号：{nearest}。",
}
_OUT_OF_RANGE: Final = "应当在 {min} 到 {max} 之间，请核对。"
_AT_LEAST: Final = "不能小于 {min}，请核对。"
_HUGE: Final = 10**12


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: the control's name (None: none of the form), its label, and the sentence."""

    name: str | None
    label: str
    words: str

    @property
    def anchor(self) -> str | None:
        """The id of the question to go to."""
        return f"q-{self.name}" if self.name else None


def faults_of(errors: Iterable[FieldError], release: Release) -> list[Fault]:
    """Each error as a fault, in the order given, the same sentence once."""
    return list(dict.fromkeys(_fault(error, release) for error in errors))


def _fault(error: FieldError, release: Release) -> Fault:
    part = error.pointer.rsplit("/", 1)[-1] if error.pointer else ""
    fact = release.vocabulary.get(part) if error.pointer.startswith("/facts/") else None
    if fact is not None:
        return Fault(fact.name, fact.label, _words(error, fact))
    named = {"/violation": ("violation", "案由"), "/jurisdiction": ("place", "地区")}
    name, label = named.get(error.pointer, (None, "清单事项" if "list_items" in error.pointer else "网址"))
    return Fault(name, label, _words(error, None))


def _words(error: FieldError, fact: Fact | None) -> str:
    if error.code == "fact_out_of_range" and fact is not None:
        top = error.params.get("max")
        bounded = isinstance(top, int) and top < _HUGE
        return (_OUT_OF_RANGE if bounded else _AT_LEAST).format_map(dict(error.params))
    words = _WORDS.get(error.code)
    return words.format_map(dict(error.params)) if words else error.detail
