"""Many cases, one line out for each row in; a stopped run goes on where it stopped.

Results are written to ``OUT.part`` and renamed once complete, so that OUT is never half there.
Beside it ``OUT.part.json`` keeps what the results depend on: the input's digest, the catalogue's
digest, the day and the kind of result. A run is continued only when all of them are the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import orjson

from kernel.messages import text
from service.casebatch import Answered, Wish, answers, answers_in_parallel
from service.casefiles import LineFile, open_cases
from service.cli.files import STANDARD, reading_error, write_whole, writing_error
from service.cli.output import note, writing
from service.errors import StateError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from service.casebatch import Checker
    from service.casefiles import Cases

_PROGRESS_SECONDS: Final = 5.0
_WORTH_PROCESSES: Final = {False: 2_000, True: 50_000}
"""From so many rows on further processes are worth their start; in columns rows are quicker."""
_ALL: Final = 1 << 60


@dataclass(slots=True)
class Counts:
    """What a run has done: rows in all, those with an error, those done by the run before."""

    lines: int = 0
    bad: int = 0
    skipped: int = 0


def run(engine: Checker, wish: Wish, options: argparse.Namespace) -> Counts:
    """Answer every case of a file into another; ``-`` is standard input or output."""
    if options.out != STANDARD:
        _refuse_same(options.cases, Path(options.out))
    with _opened(engine, options.cases) as cases:
        for code in cases.notices:
            note(text(code))
        if options.out == STANDARD:
            return _stream(engine, wish, cases, options)
        return _into_file(engine, wish, cases, options)


@contextlib.contextmanager
def _opened(engine: Checker, name: str) -> Iterator[Cases]:
    if name == STANDARD:
        yield LineFile(sys.stdin.buffer)
        return
    with contextlib.ExitStack() as stack:
        try:
            cases = stack.enter_context(open_cases(Path(name), engine.release))
        except (OSError, ValueError) as error:
            raise reading_error(name, error) from error
        yield cases


def _refuse_same(cases: str, out: Path) -> None:
    if cases != STANDARD and out.exists() and Path(cases).exists() and out.samefile(cases):
        raise UsageError("same_file", file=str(out))


def _stream(engine: Checker, wish: Wish, cases: Cases, options: argparse.Namespace) -> Counts:
    counts = Counts()
    out = sys.stdout.buffer
    with writing():
        out.write(wish.form.head)
        out.writelines(_answers(engine, wish, cases, counts, options.workers))
        out.flush()
    return counts


def _into_file(engine: Checker, wish: Wish, cases: Cases, options: argparse.Namespace) -> Counts:
    job = _Run(engine, wish, cases, Path(options.out), options)
    if options.resume and job.is_done():
        note(f"{options.out} 已经完成，无须继续")
        return job.counts
    with job.locked() as part:
        job.write(part, resume=options.resume)
    return job.counts


class _Run:
    """One run into a file."""

    def __init__(self, engine: Checker, wish: Wish, cases: Cases, out: Path, options: argparse.Namespace) -> None:
        self._engine = engine
        self._wish = wish
        self._cases = cases
        self._out = out
        self._part = out.with_name(out.name + ".part")
        self._note = out.with_name(out.name + ".part.json")
        self._on: date | None = options.on
        self._workers: int = options.workers
        self.counts = Counts()

    def is_done(self) -> bool:
        """Whether the run before was complete; StateError where OUT is of another input."""
        if self._part.exists() or not self._out.exists():
            return False
        have = self._wish.form.count(self._out)
        want = self._cases.pass_over(_ALL)
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
            wish = self._begin(part, resume=resume)
            part.writelines(_answers(self._engine, wish, self._cases, self.counts, self._workers))
            part.flush()
            os.fsync(part.fileno())
            wish.form.finish(self._part, self._out)
            self._note.unlink(missing_ok=True)
        except OSError as error:
            raise writing_error(self._out, error) from error
        except KeyboardInterrupt:
            part.flush()
            note(f"\n已中断，处理了 {self.counts.lines} 行。加 --resume 再次运行可以继续。")
            raise

    def _begin(self, part: BinaryIO, *, resume: bool) -> Wish:
        """Prepare the part file and pass over the rows that are done."""
        wish, done = self._wish, 0
        kind = {"summary": wish.summary, "second_opinion": wish.second}
        state = {"input": self._cases.digest, "catalogue": self._engine.release.digest, "result": kind}
        if resume and self._note.exists():
            wish = Wish(wish.settings, self._same(state), wish.second, wish.summary, wish.out)
            done = _whole_lines(part)
            self._pass_over(max(done - bool(wish.form.head), 0))
        else:
            part.truncate(0)
        write_whole(self._note, orjson.dumps({**state, "on": wish.on.isoformat()}))
        part.write(wish.form.head if done == 0 else b"")
        return wish

    def _same(self, state: Mapping[str, object]) -> date:
        """The day of the run before; StateError unless its results belong with ours."""
        try:
            before = orjson.loads(self._note.read_bytes())
            on = date.fromisoformat(before["on"])
            same = {name: before[name] == value for name, value in state.items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StateError("resume_impossible", why=f"中断的记录 {self._note} 无法读取") from error
        reasons = {"input": "输入文件已经改变", "catalogue": "规则目录已经更新", "result": "上次要的是另一种结果"}
        changed = [reasons[name] for name, is_same in same.items() if not is_same]
        if self._on not in {None, on}:
            changed.append(f"上次按 {on} 判断")
        if changed:
            raise StateError("resume_impossible", why="，".join(changed))
        return on

    def _pass_over(self, done: int) -> None:
        there = self._cases.pass_over(done)
        if there < done:
            raise StateError("resume_impossible", why=f"已有 {done} 行结果，输入只有 {there} 行")
        self.counts = Counts(lines=done, skipped=done)


def _answers(engine: Checker, wish: Wish, cases: Cases, counts: Counts, workers: int | None) -> Iterator[bytes]:
    """The lines of output, as they come; tells the progress now and then."""
    begun = shown = time.monotonic()
    for answered in _answered(engine, wish, cases, workers):
        counts.lines += answered.rows
        counts.bad += answered.bad
        yield answered.data
        now = time.monotonic()
        if now - shown > _PROGRESS_SECONDS:
            shown = now
            note(_progress(counts, cases.about, now - begun))


def _answered(engine: Checker, wish: Wish, cases: Cases, workers: int | None) -> Iterator[Answered]:
    many = (cases.about or 0) >= _WORTH_PROCESSES[wish.in_columns]
    count = workers or (len(os.sched_getaffinity(0)) if many else 1)
    blocks = cases.blocks(wish.block)
    return answers(wish, engine, blocks) if count == 1 else answers_in_parallel(wish, blocks, count)


def _progress(counts: Counts, about: int | None, seconds: float) -> str:
    rate = (counts.lines - counts.skipped) / max(seconds, 1e-9)
    share = f"（共约 {about} 行，{min(counts.lines / about, 1):.0%}）" if about else ""
    return f"已处理 {counts.lines} 行{share}，每秒 {rate:.0f} 行，其中 {counts.bad} 行有误"


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
