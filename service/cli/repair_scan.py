"""``xinheng repair scan`` and ``repair synth``: whole registers."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
import polars as pl

from credit.register import Defaults
from credit.scan_summary import summary
from credit.scan_table import RAW, with_duplicates
from kernel.messages import text
from service.cli.files import reading_error, write_whole, writing_error
from service.cli.output import emit_json, note, say_all
from service.cli.repair import load
from service.cli.repair_report import summary_lines
from service.clock import today
from service.errors import StateError, UsageError
from service.registers import Raw, open_register
from service.registerscan import Wish, findings
from service.settings import read_settings
from service.tablefiles import FORMATS, write_table

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from service.registers import Register

BLOCK: Final = 10_000
_WORTH_PROCESSES: Final = 50_000
"""From so many rows on further processes are worth their start."""
Judge = Callable[[Iterable[tuple[Raw, int]], int], Iterator[pl.DataFrame]]
_PROGRESS_SECONDS: Final = 5.0


def scan(options: argparse.Namespace) -> int:
    """Judge every record of a register on a day, into a table, and print what is to be done."""
    out, source = Path(options.out), Path(options.records)
    _refuse(source, out)
    release = load()
    on: date = options.on or today()
    wish = Wish(read_settings(os.environ), on, Defaults(options.channel, options.jurisdiction))
    with _opened(source) as register:
        if register.passed_over:
            note(f"没有用到的列：{'、'.join(register.passed_over)}")
        for code in register.notices:
            note(text(code))
        job = _Job(out, {"on": on.isoformat(), "catalogue": release.digest, "input": register.digest} | _asked(options))
        frame = job.run(register, partial(findings, release, wish), resume=options.resume)
    figures = {**summary(frame, on), "catalogue": {"digest": release.digest}, "out": str(out)}
    if options.json:
        emit_json(figures)
    else:
        say_all(summary_lines(figures))
    return 0


def _asked(options: argparse.Namespace) -> dict[str, object]:
    return {"channel": options.channel, "jurisdiction": options.jurisdiction, "block": BLOCK}


def _refuse(source: Path, out: Path) -> None:
    if out.suffix.lower() not in FORMATS:
        why = f"不能写成 {out.suffix or '没有扩展名的文件'}；请用 {'、'.join(FORMATS)}"
        raise UsageError(why=why, command="xinheng repair scan")
    if out.exists() and source.exists() and out.samefile(source):
        raise UsageError("same_file", file=str(out))


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[Register]:
    with contextlib.ExitStack() as stack:
        try:
            register = stack.enter_context(open_register(source))
        except (OSError, ValueError) as error:
            raise reading_error(str(source), error) from error
        yield register


class _Job:
    """One scan into a file.

    Each block of findings is kept in ``OUT.part/`` as soon as it is whole, beside a note of what it
    depends on; the output takes its place only when every block is there.
    """

    def __init__(self, out: Path, state: dict[str, object]) -> None:
        self._out = out
        self._folder = out.with_name(out.name + ".part")
        self._state = state
        self._begun = self._shown = time.monotonic()

    def run(self, register: Register, judge: Judge, *, resume: bool) -> pl.DataFrame:
        """Judge the blocks that are not there yet, write the output, and give the whole table back."""
        try:
            self._folder.mkdir(exist_ok=True)
            with self._locked():
                done = self._continued() if resume else self._anew()
                frames = [pl.read_parquet(self._block(number)) for number in range(done)]
                blocks = ((raw, number * BLOCK + 1) for number, raw in enumerate(register.blocks(BLOCK, done), done))
                workers = len(os.sched_getaffinity(0)) if register.about >= _WORTH_PROCESSES else 1
                for number, frame in enumerate(judge(blocks, workers), done):
                    self._keep(number, frame)
                    frames.append(frame)
                    self._tell(number * BLOCK + frame.height, register.about, done * BLOCK)
                whole = with_duplicates(pl.concat([pl.DataFrame(schema=dict(RAW)), *frames]))
                write_table(whole, self._out)
            shutil.rmtree(self._folder)
        except OSError as error:
            raise writing_error(self._out, error) from error
        except KeyboardInterrupt:
            note("\n已中断。加 --resume 再次运行可以继续。")
            raise
        return whole

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Ours alone: two runs into one file would mix their blocks."""
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StateError("resume_impossible", why=f"另一次运行正在写 {self._out}") from error
            yield

    def _anew(self) -> int:
        for one in self._folder.glob("*.parquet"):
            one.unlink()
        write_whole(self._folder / "state.json", orjson.dumps(self._state))
        return 0

    def _continued(self) -> int:
        """How many blocks are there; StateError where they belong to something else."""
        path = self._folder / "state.json"
        if not path.exists():
            return self._anew()
        try:
            before = orjson.loads(path.read_bytes())
        except ValueError as error:
            raise StateError("resume_impossible", why=f"中断的记录 {path} 无法读取") from error
        if before != self._state:
            raise StateError("resume_impossible", why="登记簿、规则目录、日期或者参数已经改变")
        done = 0
        while self._block(done).exists():
            done += 1
        return done

    def _block(self, number: int) -> Path:
        return self._folder / f"{number:06d}.parquet"

    def _keep(self, number: int, frame: pl.DataFrame) -> None:
        draft = self._folder / "draft"
        frame.write_parquet(draft)
        draft.replace(self._block(number))

    def _tell(self, done: int, about: int, before: int) -> None:
        now = time.monotonic()
        if now - self._shown > _PROGRESS_SECONDS:
            self._shown = now
            share = f"（共约 {about} 条，{min(done / about, 1):.0%}）" if about else ""
            note(f"已处理 {done} 条{share}，每秒 {(done - before) / (now - self._begun):.0f} 条")


def synth(options: argparse.Namespace) -> int:
    """Write a made-up register."""
    from service.syntheticfiles import write_register  # noqa: PLC0415  (only here)

    on: date = options.on or today()
    out = Path(options.out)
    if out.suffix.lower() not in FORMATS:
        raise UsageError(why=f"请用 {'、'.join(FORMATS)}", command="xinheng repair synth")
    try:
        write_register(options.count, options.seed, on, out, local=options.local)
    except OSError as error:
        raise writing_error(out, error) from error
    if options.json:
        emit_json({"rows": options.count, "seed": options.seed, "on": on.isoformat(), "out": str(out)})
    else:
        note(f"已写出 {options.count} 条模拟记录：{out}")
    return 0
