"""``xinheng repair …``: whether a credit record can be repaired, when, and what is still needed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from credit import labels
from kernel.jsondoc import read_json
from rules.load import CATALOGUE, load_catalogue
from service.cli.files import read_whole
from service.cli.output import emit_json, say_all
from service.repairs import Repairs
from service.settings import read_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rules.release import Release

Shown = dict[str, Any]
_STATES: Final = {"met": "✓", "not_met": "✗", "missing": "？"}


def check(options: argparse.Namespace) -> int:
    """Answer for one record."""
    record = read_json(read_whole(options.record))
    repairs = Repairs(load())
    answer = repairs.check(record, options.on)
    if options.json:
        emit_json(answer)
    else:
        say_all(answer_lines(answer))
    repairs.close()
    return 0


def load() -> Release:
    """The catalogue of this process."""
    settings = read_settings(os.environ)
    return load_catalogue(settings.catalogue or CATALOGUE, settings.cache_dir, settings.further)


def answer_lines(answer: Shown) -> Iterator[str]:
    """The answer as a clerk reads it."""
    yield f"结论：{labels.OUTCOMES[answer['outcome']]}（{answer['outcome']}）"
    if not answer["settled"] and answer["outcome"] != "NEEDS_HUMAN":
        yield "  （有事实尚未查清，见下；没有证明之前按未满足处理）"
    yield from _basis(answer)
    yield from _days(answer)
    yield from _conditions(answer["conditions"])
    yield from _questions(answer["questions"])
    if answer["missing"]:
        yield from ("", "【还需要查明】")
        yield from (f"  {one['question']}（{one['fact']}）" for one in answer["missing"])
    if answer["next_steps"]:
        yield from ("", "【下一步】")
        yield from (f"  {one['text']}" for one in answer["next_steps"])
    yield from _clocks(answer["clocks"])
    if answer["second_opinion"]["agrees"] is False:
        yield from ("", "注意：两套规则引擎的判断不一致，请告知系统管理员。")


def _basis(answer: Shown) -> Iterator[str]:
    yield f"依据：{answer['regime'] or '—'}；规则 {'、'.join(answer['rules']) or '—'}"
    if answer["confidence"]:
        yield f"把握：{answer['confidence']}（{labels.CONFIDENCE[answer['confidence']]}）"
    if answer["class"]:
        why = "；".join(dict.fromkeys(one["text"] for one in answer["class_why"]))
        yield f"类别：{labels.CLASSES[answer['class']]}（{why}）"


def _days(answer: Shown) -> Iterator[str]:
    if answer["earliest_on"]:
        yield f"最早申请日：{answer['earliest_on']}"
    if answer["ends_on"]:
        yield f"公示截止日：{answer['ends_on']}"
    if answer["boundary"]:
        yield f"注意：离期限前后 {answer['boundary_days']} 日之内，请人工核对起止日"


def _conditions(conditions: list[Shown]) -> Iterator[str]:
    if conditions:
        yield from ("", "【条件】")
        yield from (f"  {_STATES[one['state']]} {one['text']}（{one['id']}）" for one in conditions)


def _questions(questions: list[Shown]) -> Iterator[str]:
    if questions:
        yield from ("", "【法律没有定论】")
    for one in questions:
        affects = "、".join(labels.AFFECTS[name] for name in one["affects"])
        yield f"  {one['question']}（影响{affects}）"
        for reading in one["readings"]:
            days = f"最早申请日 {reading['earliest_on'] or '—'}，公示截止日 {reading['ends_on'] or '—'}"
            yield f"    - {reading['text']} → {labels.OUTCOMES[reading['outcome']]}；{days}"


def _clocks(clocks: list[Shown]) -> Iterator[str]:
    if clocks:
        yield from ("", "【办理期限】")
    for one in clocks:
        when = one["due_on"] or "起算日或者天数未定"
        days = f"{one['days']} 个工作日" if one["days"] is not None else "天数没有读到"
        notes = [days, *(["暂定"] if one["provisional"] else []), *(["以最后一日受理推算"] if "assumes" in one else [])]
        yield f"  {one['title']}：{when}（{'，'.join(notes)}）"
