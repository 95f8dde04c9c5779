"""``xinheng case check`` and ``xinheng case ask``: one case, and what it lacks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.jsondoc import read_json
from service.cli.ask import Interview
from service.cli.files import STANDARD, read_whole, write_whole
from service.cli.output import emit_json, note, say_all
from service.cli.render import decision_lines
from service.engine import Engine
from service.errors import UsageError
from service.settings import read_settings

if TYPE_CHECKING:
    import argparse


def check(options: argparse.Namespace) -> int:
    """Decide one case and show the decision."""
    document = read_json(read_whole(options.case))
    with Engine.load(read_settings(os.environ)) as engine:
        _show(engine, engine.check(document, options.on), as_json=options.json)
    return 0


def ask(options: argparse.Namespace) -> int:
    """Ask for the missing facts, then show the decision and keep the completed case."""
    if options.case == STANDARD:
        raise UsageError(why="case ask 要从标准输入读取回答，案件不能也用 -", command="xinheng case ask")
    document = read_json(read_whole(options.case))
    with Engine.load(read_settings(os.environ)) as engine:
        interview = Interview(engine, document, options.on)
        interview.run()
        if options.save:
            write_whole(Path(options.save), interview.completed())
            note(f"补全后的案件已写入 {options.save}")
        _show(engine, interview.decision, as_json=options.json)
    return 0


def _show(engine: Engine, decision: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        emit_json(decision)
    else:
        say_all(decision_lines(decision, engine.release.vocabulary))
