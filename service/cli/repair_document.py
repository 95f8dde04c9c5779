"""``xinheng repair document``: a draft of a document of credit repair from a record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.jsondoc import read_json
from service.cli.files import STANDARD, read_whole, write_whole
from service.cli.output import emit_json, note
from service.cli.repair import load
from service.documents.make import FORMATS, Wish
from service.documents.repair import make_repair
from service.errors import UsageError
from service.repairs import Repairs
from service.settings import read_settings

if TYPE_CHECKING:
    import argparse

COMMAND = "xinheng repair document"


def write(options: argparse.Namespace) -> int:
    """Draft the document and say what a person still has to fill in."""
    out = Path(options.out)
    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise UsageError(why=f"输出文件的扩展名应当是 {'、'.join(FORMATS)} 之一", command=COMMAND)
    if STANDARD in {options.out, options.particulars}:
        raise UsageError(why="文书要写到文件，文书信息要从文件读取", command=COMMAND)
    record = read_json(read_whole(options.record))
    particulars = read_json(read_whole(options.particulars)) if options.particulars else None
    wish = Wish(options.kind, suffix, particulars, read_settings(os.environ).templates)
    repairs = Repairs(load())
    try:
        made = make_repair(repairs, record, wish, options.on)
    finally:
        repairs.close()
    write_whole(out, made.data)
    note(f"《{made.title}》已写入 {out}")
    if made.blanks:
        note(f"还有 {len(made.blanks)} 处待填写：{'、'.join(made.blanks)}")
    if options.json:
        emit_json({"out": str(out), "title": made.title, "blanks": list(made.blanks)})
    return 0
