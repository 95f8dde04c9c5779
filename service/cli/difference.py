"""``xinheng rules diff`` and ``xinheng rules impact``: two editions of the catalogue, and the cases they touch."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kernel.errors import InputError
from kernel.jsondoc import read_json
from kernel.messages import text
from rules.difference import Affected, Cause, Change, Edition, Entry, Impact, diff
from rules.load import load_catalogue
from service import clock
from service.casefiles import open_cases
from service.cli import catalogue
from service.cli.files import reading_error
from service.cli.output import emit_json, note, say_all
from service.errors import UsageError
from service.settings import read_settings
from service.web import labels

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from service.casegrid import Row

CURRENT: Final = "current"
"""Names the catalogue of this machine's settings."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLOCK: Final = 4096
_SIGNS: Final = {"added": "＋ 新增", "removed": "－ 删除", "changed": "～ 修改"}
_CAUSES: Final = 6
_LINES: Final = 6
_WORDS: Final = {
    "result": "结论",
    "penalty.trigger": "罚款的前提",
    "penalty.branch": "处罚档次",
    "penalty.fine_possible": "能否罚款",
    "basis": "适用的事项",
    "problem": "能否判断",
    **{f"lists.{name}": label for name, label in labels.LISTS.items()},
    **{f"penalty.ranges.{name}": f"{label}幅度（元）" for name, label in labels.RANGES.items()},
}
_CODES: Final = {**labels.TIERS, **labels.TRIGGERS, "True": "能", "False": "不能"}


def diff_rules(options: argparse.Namespace) -> int:
    """Show what is different between two editions."""
    old, new = _editions(options)
    entries = diff(old, new)
    if options.json:
        shown = [_entry_json(entry) for entry in entries]
        emit_json({"old": _edition_json(old), "new": _edition_json(new), "total": len(shown), "entries": shown})
    else:
        say_all(_entry_lines(entries, everything=options.all))
    return 0


def impact_of_rules(options: argparse.Namespace) -> int:
    """Show which cases would be decided differently, and why."""
    old, new = _editions(options)
    impact = Impact(old, new)
    affected = list(_affected(impact, options))
    if options.json:
        counts = {"cases": impact.cases, "affected": len(affected), "wrong": impact.wrong}
        rows = [_affected_json(one) for one in affected]
        emit_json({"old": _edition_json(old), "new": _edition_json(new), **counts, "rows": rows})
        return 0
    shown = affected[: options.limit]
    say_all(line for one in shown for line in _affected_lines(one))
    if len(shown) < len(affected):
        note(f"……另有 {len(affected) - len(shown)} 件；用 --limit 显示更多，或者加 --json")
    say_all(_totals(affected))
    note(f"共 {impact.cases} 件，{len(affected)} 件结果不同，{impact.wrong} 件案件本身有误而没有比较")
    return 0


def _affected(impact: Impact, options: argparse.Namespace) -> Iterator[Affected]:
    on = options.on or clock.today()
    try:
        with open_cases(Path(options.cases), impact.new.release) as cases:
            for code in cases.notices:
                note(text(code))
            for block in cases.blocks(_BLOCK):
                yield from impact.of([_document(row) for row in block.rows()], on)
    except (OSError, ValueError) as error:
        raise reading_error(options.cases, error) from error


def _document(row: Row) -> object:
    """The document of a row; one that cannot be read is wrong for both editions."""
    if isinstance(row, bytes):
        try:
            return read_json(row)
        except InputError:
            return None
    return None if isinstance(row, InputError) else row


# -- editions -----------------------------------------------------------------------------------


def _editions(options: argparse.Namespace) -> tuple[Edition, Edition]:
    """Two folders, or two days of this machine's catalogue."""
    names = (options.old, options.new)
    days = [bool(_DAY.fullmatch(name)) for name in names]
    if any(days) and not all(days):
        raise UsageError(why="两个版本应当都是日期，或者都是规则目录", command=f"xinheng rules {options.verb}")
    if not all(days):
        old, new = (_release(name) for name in names)
        return old, new
    release = catalogue.load()
    first, second = (_day(name, options.verb) for name in names)
    return Edition(release, first), Edition(release, second)


def _day(name: str, verb: str) -> date:
    try:
        return date.fromisoformat(name)
    except ValueError as error:
        raise UsageError(why=f"“{name}”不是 YYYY-MM-DD 的日期", command=f"xinheng rules {verb}") from error


def _release(name: str) -> Edition:
    if name == CURRENT:
        return Edition(catalogue.load())
    folder = Path(name)
    if not folder.is_dir():
        raise UsageError("catalogue_folder_missing", file=name)
    return Edition(load_catalogue(folder, read_settings(os.environ).cache_dir))


def _edition_json(edition: Edition) -> dict[str, object]:
    return {"digest": edition.release.digest, "day": edition.day.isoformat() if edition.day else None}


# -- what is different --------------------------------------------------------------------------


def _entry_json(entry: Entry) -> dict[str, object]:
    head = {"kind": entry.kind, "id": entry.id, "title": entry.title, "group": entry.group}
    return {**head, "changes": [_change_json(one) for one in entry.changes]}


def _change_json(change: Change) -> dict[str, object]:
    return {"about": change.about, "before": change.before, "after": change.after, "record": change.record}


def _entry_lines(entries: Iterable[Entry], *, everything: bool) -> Iterator[str]:
    entries = list(entries)
    shown = [one for one in entries if everything or not one.only_records]
    group = ""
    for entry in shown:
        if entry.group != group:
            group = entry.group
            yield f"【{group}】"
        yield f"{_SIGNS[entry.kind]} {entry.id}　{entry.title}"
        changes = [one for one in entry.changes if everything or not one.record]
        yield from (f"    {_change_line(one)}" for one in changes) if entry.kind == "changed" else _content(changes)
    hidden = len(entries) - len(shown)
    if hidden:
        yield f"另有 {hidden} 条只改了核对记录（可信度、核对日、说明、自测用例等）；加 --all 显示"
    kinds = Counter(one.kind for one in entries)
    yield f"共 {len(entries)} 条：新增 {kinds['added']}，删除 {kinds['removed']}，修改 {kinds['changed']}"


def _content(changes: Iterable[Change]) -> Iterator[str]:
    """All that a new or dropped entry says, but its name, which stands above."""
    return (f"    {one.about}：{one.after or one.before}" for one in changes if one.about != "名称")


def _change_line(change: Change) -> str:
    if change.before is None:
        return f"{change.about}：（新增）{change.after}"
    if change.after is None:
        return f"{change.about}：（删去）{change.before}"
    return f"{change.about}：{change.before} → {change.after}"


# -- which cases --------------------------------------------------------------------------------


def _affected_json(one: Affected) -> dict[str, object]:
    differences = [
        {name: value for name, value in _change_json(change).items() if name != "record"} for change in one.differences
    ]
    causes = [
        {
            "id": cause.id,
            "title": cause.title,
            "list": cause.list,
            "before": cause.before,
            "after": cause.after,
            "changes": [_change_json(change) for change in cause.changes],
        }
        for cause in one.causes
    ]
    return {"row": one.row, "differences": differences, "causes": causes}


def _affected_lines(one: Affected) -> Iterator[str]:
    first, *others = one.differences
    yield f"第 {one.row} 件　{_difference_line(first)}"
    yield from (f"    {_difference_line(change)}" for change in others)
    for cause in one.causes[:_CAUSES]:
        yield f"    因为：{_cause_line(cause)}"
        lines = [change for change in cause.changes if not change.record]
        yield from (f"        {_change_line(change)}" for change in lines[:_LINES])
        if len(lines) > _LINES:
            yield f"        ……另有 {len(lines) - _LINES} 处修改，见 rules diff"
    if len(one.causes) > _CAUSES:
        yield f"    ……另有 {len(one.causes) - _CAUSES} 个事项的结果不同"


def _difference_line(change: Change) -> str:
    return f"{_WORDS[change.about]}：{_said(change.about, change.before)} → {_said(change.about, change.after)}"


def _said(about: str, value: str | None) -> str:
    if not value:
        return "无"
    names = labels.TIERS if about == "result" else labels.OUTCOMES if about.startswith("lists.") else None
    if names is not None:
        code, _, force = value.partition(" ")
        return f"{names[code]}（{labels.FORCES[force]}）" if force else names[code]
    return _CODES.get(value, value)


def _cause_line(cause: Cause) -> str:
    if cause.list is None:
        return f"{cause.id}　{cause.title} 有修改"
    before, after = (labels.OUTCOMES[one] if one else "不予考虑" for one in (cause.before, cause.after))
    return f"{cause.id}　{cause.title}（{labels.LISTS[cause.list]}）：{before} → {after}"


def _totals(affected: Iterable[Affected]) -> Iterator[str]:
    """How many cases went from which result to which."""
    results = [change for one in affected for change in one.differences if change.about == "result"]
    moves = Counter((change.before, change.after) for change in results)
    for (before, after), count in moves.most_common():
        yield f"{_said('result', before)} → {_said('result', after)}：{count} 件"
