"""What a command writes: JSON or sentences on standard output, the rest on standard error."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kernel.errors import XinhengError, problem_document
from service.errors import reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN_ERRORS: Final = 50


class StreamError(Exception):
    """Standard output cannot be written: no fault of ours, and nothing can be told there."""


def prepare() -> None:
    """Let no character stop us: terminals set to GBK lack ✓, and get a question mark for it.

    A stream that was closed before we came is empty, or fails when it is written to, like a full disk.
    """
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  (ours to the end)
    sys.stdout = sys.stdout or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Where standard output is written to: a full disk or a closed stream is told apart from our own faults."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StreamError(reason(error)) from error


def emit_json(document: object) -> None:
    """Write one JSON document, in UTF-8 whatever the terminal is set to."""
    import orjson  # noqa: PLC0415  (start-up time)

    emit_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def emit_bytes(data: bytes) -> None:
    """Write bytes to standard output, after what has been printed so far."""
    with writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def say(*lines: str) -> None:
    """Print lines of the result."""
    with writing():
        for line in lines:
            print(line)


def say_all(lines: Iterable[str]) -> None:
    """Print lines of the result as they come."""
    say(*lines)


def note(text: str, end: str = "\n") -> None:
    """Print progress or a message on standard error."""
    print(text, end=end, file=sys.stderr, flush=True)


def report(error: XinhengError, *, as_json: bool) -> int:
    """Tell an error as the interface asks, and return its exit code."""
    if as_json:
        emit_json(problem_document(error))
        return error.exit_code
    places = error.field_errors
    if len(places) > 1:
        note(f"{error.title}：共 {len(places)} 处需要改正")
        for one in places[:_SHOWN_ERRORS]:
            note(f"  {one.pointer or '（整份文档）'}：{one.detail}")
        if len(places) > _SHOWN_ERRORS:
            note(f"  ……其余 {len(places) - _SHOWN_ERRORS} 处从略")
    else:
        note(f"{error.title}：{error.detail}")
    return error.exit_code


def report_fault(error: Exception, *, as_json: bool) -> int:
    """Tell a fault of our own: the words for the user, and one English line to pass on to us."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    note(f"xinheng: {type(error).__name__} at {last.filename}:{last.lineno} in {last.name}")
    return report(XinhengError(), as_json=as_json)
