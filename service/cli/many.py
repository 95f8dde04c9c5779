"""``xinheng case batch``: many cases. Apart from the single case, which must not wait for numpy."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service import clock
from service.casebatch import Wish, checker
from service.cli.batch import run
from service.cli.files import STANDARD
from service.cli.output import emit_json, note
from service.errors import UsageError
from service.settings import read_settings

if TYPE_CHECKING:
    import argparse

_TABLES: Final = frozenset({".csv", ".parquet"})
_NOT_WRITTEN: Final = frozenset({".xlsx", ".xls", ".ods"})


def batch(options: argparse.Namespace) -> int:
    """Decide many cases, one line out for each row in."""
    streaming = STANDARD in {options.cases, options.out}
    if streaming and options.resume:
        raise UsageError("resume_needs_files")
    _refuse_format(options.out, summary=options.summary)
    second = not options.summary if options.second_opinion is None else options.second_opinion
    wish = Wish(read_settings(os.environ), options.on or clock.today(), second, options.summary, options.out)
    with closing(checker(wish)) as engine:
        counts = run(engine, wish, options)
    before = f"（{counts.skipped} 行是以前完成的）" if counts.skipped else ""
    note(f"共 {counts.lines} 行{before}；这一次有 {counts.bad} 行有误，错误说明写在该行的位置")
    if options.json and options.out != STANDARD:
        emit_json({"lines": counts.lines, "bad": counts.bad, "skipped": counts.skipped, "out": options.out})
    return 0


def _refuse_format(out: str, *, summary: bool) -> None:
    """Full decisions are lines of JSON; only short rows fit into a table."""
    kind = Path(out).suffix.lower()
    if kind in _TABLES and not summary:
        raise UsageError(why="完整的判断只能写成 NDJSON；要表格请加 --summary", command="xinheng case batch")
    if kind in _NOT_WRITTEN:
        raise UsageError(why=f"不能写成 {kind}；请用 .csv、.parquet 或者 .ndjson", command="xinheng case batch")
