"""``xinheng rules export`` and ``rules import``: the lists as Excel, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rules.load import CATALOGUE
from service import clock
from service.cli.files import write_whole
from service.cli.output import emit_json, note, say, say_all
from service.errors import UsageError
from service.exchange.desk import Considered, Selection, Shelf, consider, export_workbook
from service.exchange.options import Options
from service.exchange.store import resume
from service.settings import read_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.exchange.faults import Fault

_SHOWN: Final = 60
_ALIKE: Final = 3
_WRONG: Final = 3


def _shelf() -> Shelf:
    settings = read_settings(os.environ)
    return Shelf(settings.catalogue or CATALOGUE, settings.further, settings.cache_dir)


def export_rules(options: argparse.Namespace) -> int:
    """Write the working table."""
    name = options.excel or options.out
    if not name:
        raise UsageError(why="缺少要写到的文件", command="xinheng rules export")
    wanted = Selection(options.list, options.jurisdiction, options.field, options.source, options.drafts, options.blank)
    data, count = export_workbook(_shelf(), wanted, options.on or clock.today())
    write_whole(Path(name), data)
    if options.json:
        emit_json({"file": name, "items": count})
    else:
        say(f"已导出 {count} 个事项：{name}")
        note("改好以后：xinheng rules import " + name)
    return 0


def import_rules(options: argparse.Namespace) -> int:
    """Check, preview, and write where that is asked for; 3 while anything is wrong."""
    into = _into(options)
    if options.resume:
        return _resume(into, as_json=options.json)
    if not options.file:
        raise UsageError(why="缺少要导入的文件", command="xinheng rules import")
    found = consider(Path(options.file), _shelf(), _options(options), into, remove=options.remove)
    _hand_back(found, options)
    faults = found.incoming.context.faults
    if faults.errors and options.json:
        raise faults.as_error(found.path.name)
    if options.apply and not faults.errors:
        found.write()
    if options.json:
        emit_json(_document(found, applied=options.apply))
    else:
        _tell(found, applied=options.apply, handed_back=bool(options.errors))
    return _WRONG if faults.errors else 0


def _into(options: argparse.Namespace) -> Path | None:
    if options.into:
        return Path(options.into)
    return read_settings(os.environ).own_catalogue


def _resume(into: Path | None, *, as_json: bool) -> int:
    if into is None:
        raise UsageError("exchange_no_folder")
    finished = resume(into)
    if as_json:
        emit_json({"into": str(into), "finished": finished})
    else:
        say("已完成上一次中断的写入" if finished else "没有中断的写入")
    return 0


def _options(options: argparse.Namespace) -> Options:
    return Options(
        on=options.on or clock.today(),
        list_key=options.list,
        field=options.field,
        force=options.force,
        source_title=options.source_title,
        source_number=options.source_number,
        issuer=options.issuer,
        jurisdiction=options.jurisdiction,
        start=options.start,
        as_published=options.as_published,
    )


def _hand_back(found: Considered, options: argparse.Namespace) -> None:
    """Write the workbooks that are asked for; the one read is never written over."""
    for name, make, words in (
        (options.errors, found.marked, "已交还带“错误说明”的表"),
        (options.workbook, found.completed, "已写出工作表"),
    ):
        if not name:
            continue
        if Path(name).resolve() == found.path.resolve():
            raise UsageError("same_file", file=name)
        write_whole(Path(name), make())
        note(f"{words}：{name}")


def _document(found: Considered, *, applied: bool) -> dict[str, object]:
    faults = found.incoming.context.faults
    return {
        "file": found.path.name,
        "rows": found.incoming.counts,
        "notices": [one.as_dict() for one in faults.notices],
        "preview": found.preview.as_dict(),
        "digest": {"before": found.digest_before, "after": found.release.digest if found.release else None},
        "into": str(found.into) if found.into else None,
        "applied": applied,
    }


def _tell(found: Considered, *, applied: bool, handed_back: bool) -> None:
    faults = found.incoming.context.faults
    read = "，".join(f"{name} {count} 行" for name, count in found.incoming.counts.items() if count) or "没有内容"
    note(f"读入 {found.path.name}：{read}")
    for line in _fault_lines("提示", faults.notices):
        note(line)
    if faults.errors:
        for line in _fault_lines("需要改正", faults.errors):
            note(line)
        note("没有写入任何内容。" + ("" if handed_back else "加 --errors 文件名.xlsx 可以取回标好错误的表。"))
        return
    say_all(found.preview.lines())
    if applied:
        say(f"已写入 {found.into}。正在运行的服务要重新启动以后才用新的清单。")
    elif not found.preview.empty:
        note("尚未写入。确认无误后加 --apply" + ("" if found.into else " --into 文件夹") + "。")


def _fault_lines(head: str, faults: list[Fault]) -> Iterator[str]:
    """The faults in order; many of one kind in one column of one sheet are said once, with their rows."""
    if not faults:
        return
    yield f"{head}：{len(faults)} 处"
    groups: dict[tuple[str, str, str], list[Fault]] = {}
    for one in faults:
        groups.setdefault((one.sheet, one.code, one.header), []).append(one)
    shown = 0
    for group in groups.values():
        alike = len(group) > _ALIKE and len({one.detail for one in group}) == 1
        for one in group[:1] if alike else group:
            if shown == _SHOWN:
                yield "  ……其余从略；加 --errors 文件名.xlsx 可以在表里看到全部"
                return
            shown += 1
            rows = f"（第{_ranges([other.row for other in group])}行，共 {len(group)} 行）" if alike else ""
            yield f"  {one.place}：{one.detail}{rows}"


def _ranges(rows: list[int]) -> str:
    """6、8至12 for 6, 8, 9, 10, 11, 12."""
    found: list[list[int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return "、".join(str(first) if first == last else f"{first}至{last}" for first, last in found)
