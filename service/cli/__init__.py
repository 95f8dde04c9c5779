"""The command ``xinheng``: every error becomes a sentence and an exit code, never a traceback.

Nothing heavy is imported here: ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from kernel.errors import XinhengError
from service.cli import output
from service.cli.commands import build_parser
from service.cli.files import refuse_special
from service.errors import UsageError, machine_trouble

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

_OUTPUTS: Final = ("out", "save", "excel", "errors", "workbook", "report")
"""Arguments that name a file to write, in whatever command."""
_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (0, 1, 2, 3, 4; 130 interrupted, 70 our own fault)."""
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    output.prepare()
    try:
        code = _guarded(words, as_json=as_json)
        with output.writing():
            sys.stdout.flush()
    except BrokenPipeError:
        _leave_pipe()
        return _PIPE_CLOSED
    except output.StreamError as error:
        _leave_pipe()
        return output.report(UsageError("file_unwritable", file="标准输出", why=str(error)), as_json=False)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _guarded(words: list[str], *, as_json: bool) -> int:
    try:
        return _run(words)
    except XinhengError as error:
        return output.report(error, as_json=as_json)
    except SystemExit as stop:  # argparse ends --help and --version this way
        return stop.code if isinstance(stop.code, int) else 0
    except (BrokenPipeError, output.StreamError):
        raise
    except Exception as error:  # noqa: BLE001  (whatever happens, users get words and not a traceback)
        if why := machine_trouble(error):
            return output.report(UsageError("machine_trouble", why=why), as_json=as_json)
        return output.report_fault(error, as_json=as_json)


def _run(words: list[str]) -> int:
    options = build_parser().parse_args(words)
    for name in _OUTPUTS:
        value = getattr(options, name, None)
        if isinstance(value, str) and (value or name == "out"):  # a bare --excel has the empty value
            refuse_special(value)
    return _command(options.run)(options)


def _command(where: str) -> Callable[[argparse.Namespace], int]:
    module, _, name = where.partition(":")
    found: Callable[[argparse.Namespace], int] = getattr(import_module(module), name)
    return found


def _leave_pipe() -> None:
    """Whoever read our output has gone: let the interpreter's last flush go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # standard output is no file (in tests): nothing to keep quiet
