"""Many cases, one line out for each line in; a stopped run goes on where it stopped.

Results are written to ``OUT.part`` and renamed once complete, so that OUT is never half there.
Beside it ``OUT.part.json`` keeps what the results depend on: the input's digest, the catalogue's
digest and the day. A run is continued only when all three are the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import orjson

from kernel.errors import InputError, XinhengError, problem_document
from kernel.jsondoc import read_json
from service.cli.files import MAX_BYTES, STANDARD, opened, write_whole, writing_error
from service.cli.output import note
from service.errors import StateError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.engine import Engine

_PROGRESS_SECONDS: Final = 5.0
_CHUNK: Final = 1 << 20


@dataclass(slots=True)
class Counts:
    """What a run has done: lines in all, those with an error, those done by the run before."""

    lines: int = 0
    bad: int = 0
    skipped: int = 0


def run_stream(engine: Engine, options: argparse.Namespace) -> Counts:
    """Write the results to standard output as they come."""
    counts = Counts()
    with opened(options.cases) as source:
        out = sys.stdout.buffer
        out.writelines(_answers(engine, source, options.on or engine.today(), counts))
        out.flush()
    return counts


def run_files(engine: Engine, options: argparse.Namespace) -> Counts:
    """Write the results to a file that appears once it is complete."""
    out = Path(options.out)
    with opened(options.cases) as source:
        if options.cases != STANDARD and out.exists() and out.samefile(options.cases):
            raise UsageError("same_file", file=options.out)
        run = _Run(engine, source, out, options.on)
        if options.resume and run.is_done():
            note(f"{out} 已经完成，无须继续")
            return run.counts
        with run.locked() as part:
            run.write(part, resume=options.resume)
    return run.counts


class _Run:
    """One run into a file."""

    def __init__(self, engine: Engine, source: BinaryIO, out: Path, on: date | None) -> None:
        self._engine = engine
        self._source = source
        self._out = out
        self._part = out.with_name(out.name + ".part")
        self._note = out.with_name(out.name + ".part.json")
        self._on = on
        self.counts = Counts()

    def is_done(self) -> bool:
        """Whether the run before was complete; StateError where OUT is of another input."""
        if self._part.exists() or not self._out.exists():
            return False
        have = _count_lines(self._out)
        want = sum(1 for _ in _lines(self._source))
        if have != want:
            raise StateError("resume_impossible", why=f"{self._out} 有 {have} 行，输入有 {want} 行，又没有中断的记录")
        self.counts = Counts(lines=want, skipped=want)
        return True

    @contextlib.contextmanager
    def locked(self) -> Iterator[BinaryIO]:
        """The part file, ours alone."""
        try:
            if self._out.is_dir():
                raise IsADirectoryError
            part = self._part.open("ab+")
        except (OSError, ValueError) as error:
            raise writing_error(self._out, error) from error
        with part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StateError("resume_impossible", why=f"另一次运行正在写 {self._out}") from error
            yield part

    def write(self, part: BinaryIO, *, resume: bool) -> None:
        """Write what is still to be written, then put the file in its place."""
        try:
            on = self._begin(part, resume=resume)
            part.writelines(_answers(self._engine, self._source, on, self.counts))
            part.flush()
            os.fsync(part.fileno())
            self._part.replace(self._out)
            self._note.unlink(missing_ok=True)
        except OSError as error:
            raise writing_error(self._out, error) from error
        except KeyboardInterrupt:
            part.flush()
            note(f"\n已中断，处理了 {self.counts.lines} 行。加 --resume 再次运行可以继续。")
            raise

    def _begin(self, part: BinaryIO, *, resume: bool) -> date:
        """Prepare the part file and pass over the lines that are done; the day of the run."""
        source = _digest(self._source)
        state = {"input": source, "catalogue": self._engine.release.digest}
        on = self._on or self._engine.today()
        if resume and self._note.exists():
            on = self._same(state)
            self._pass_over(_whole_lines(part))
        else:
            part.truncate(0)
        write_whole(self._note, orjson.dumps({**state, "on": on.isoformat()}))
        return on

    def _same(self, state: dict[str, str | None]) -> date:
        """The day of the run before; StateError unless its results belong with ours."""
        try:
            before = orjson.loads(self._note.read_bytes())
            on = date.fromisoformat(before["on"])
            same = {name: before[name] == value for name, value in state.items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StateError("resume_impossible", why=f"中断的记录 {self._note} 无法读取") from error
        reasons = {"input": "输入文件已经改变", "catalogue": "规则目录已经更新"}
        changed = [reasons[name] for name, is_same in same.items() if not is_same]
        if self._on not in {None, on}:
            changed.append(f"上次按 {on} 判断")
        if changed:
            raise StateError("resume_impossible", why="，".join(changed))
        return on

    def _pass_over(self, done: int) -> None:
        lines = _lines(self._source)
        for number in range(done):
            if next(lines, None) is None:
                raise StateError("resume_impossible", why=f"已有 {done} 行结果，输入只有 {number} 行")
        self.counts = Counts(lines=done, skipped=done)


def _answers(engine: Engine, source: BinaryIO, on: date, counts: Counts) -> Iterator[bytes]:
    """One line of JSON for each line of the source."""
    shown = time.monotonic()
    for line in _lines(source):
        answer = _answer(engine, line, on)
        counts.lines += 1
        counts.bad += answer.startswith(b'{"type":')
        yield answer
        if time.monotonic() - shown > _PROGRESS_SECONDS:
            shown = time.monotonic()
            note(f"已处理 {counts.lines} 行，其中 {counts.bad} 行有误")


def _answer(engine: Engine, line: bytes, on: date) -> bytes:
    try:
        document: object = engine.check(read_json(line), on)
    except InputError as error:
        document = problem_document(error)
    except Exception as error:  # noqa: BLE001  (one case must not stop the others; the fault stands in its place)
        note(f"xinheng: {type(error).__name__} in one line: {error}")
        document = problem_document(XinhengError())
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines without their end; of one that is too long only as much as shows it to be."""
    while line := source.readline(MAX_BYTES + 2):
        rest = line
        while not rest.endswith(b"\n"):
            rest = source.readline(_CHUNK)
            if not rest:
                break
        yield line.rstrip(b"\r\n")


def _whole_lines(part: BinaryIO) -> int:
    """Cut off a line that was being written, and count those that are whole."""
    part.seek(0)
    count = size = 0
    for line in part:
        if not line.endswith(b"\n"):
            break
        count, size = count + 1, size + len(line)
    part.truncate(size)
    return count


def _count_lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def _digest(source: BinaryIO) -> str | None:
    """The digest of what is still to be read; None for a stream that cannot be read twice."""
    if not source.seekable():
        return None
    start = source.tell()
    state = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        state.update(chunk)
    source.seek(start)
    return state.hexdigest()
