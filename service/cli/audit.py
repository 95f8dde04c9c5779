"""``xinheng audit``: checking, exporting and anchoring the trail."""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from kernel import messages
from service import clock
from service.audit.anchors import anchor, read_anchors
from service.audit.export import lines
from service.audit.query import Wanted
from service.audit.verify import verify
from service.cli.files import STANDARD, whole_file, writing_error
from service.cli.output import emit_json, note, say, writing
from service.cli.stored import opened
from service.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import date

    from service.audit.verify import Checked
    from service.settings import Settings

_SHOWN: Final = 20


def verify_trail(options: argparse.Namespace) -> int:
    """Read the whole chain; exit code 1 where it does not hold."""
    with opened() as (settings, database), database.read() as session:
        found = verify(session, read_anchors(_file(options.anchors, settings)))
    if options.json:
        breaks = [{"seq": one.seq, "code": one.code} for one in found.breaks]
        emit_json({"events": found.events, "head": found.head, "breaks": breaks})
    else:
        _tell(found)
    return 1 if found.breaks else 0


def _tell(found: Checked) -> None:
    say(f"审计记录 {found.events} 条，末端摘要 {found.head}")
    for one in found.breaks[:_SHOWN]:
        say(f"✗ {messages.text(one.code, {'seq': one.seq})}")
    if len(found.breaks) > _SHOWN:
        say(f"……其余 {len(found.breaks) - _SHOWN} 处从略，加 --json 可以看到全部")
    if not found.breaks:
        say("✓ 链完整，没有被改动、删除或者调换的记录")


def export_trail(options: argparse.Namespace) -> int:
    """Write events as lines, in constant memory."""
    wanted = Wanted(_start_of(options.first), _start_of(options.last, days=1))
    with opened() as (_, database), database.read() as session:
        if options.out == STANDARD:
            with writing():
                count = _write(lines(session, wanted), sys.stdout.buffer)
        else:
            count = _write_file(lines(session, wanted), Path(options.out))
    note(f"共导出 {count} 条。")
    return 0


def _write(parts: Iterator[bytes], out: BinaryIO) -> int:
    count = 0
    for line in parts:
        out.write(line)
        count += 1
    return count


def _write_file(parts: Iterator[bytes], path: Path) -> int:
    """Write the lines so that the file is there complete or not at all."""
    try:
        with whole_file(path) as out:
            return _write(parts, out)
    except OSError as error:
        raise writing_error(path, error) from error


def anchor_trail(options: argparse.Namespace) -> int:
    """Add the end of the chain to the file."""
    with opened() as (settings, database), database.read() as session:
        file = _file(options.file, settings)
        if file is None:
            raise UsageError(why="请写明锚定文件，或者设置 XINHENG_ANCHOR_FILE", command="xinheng audit anchor")
        try:
            found = anchor(session, file, clock.now())
        except OSError as error:
            raise writing_error(file, error) from error
    seq, digest = found or (0, "")
    if options.json:
        emit_json({"seq": seq, "digest": digest or None, "file": str(file)})
    else:
        say(f"已锚定第 {seq} 条 {digest}" if found else "还没有审计记录，没有可锚定的。")
    return 0


def _file(named: str | None, settings: Settings) -> Path | None:
    return Path(named) if named else settings.anchor_file


def _start_of(day: date | None, days: int = 0) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=days), time(), clock.CHINA)
