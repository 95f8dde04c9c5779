"""Answering many cases: in this process or in several, in full or in short.

Every row of the input gives one line, in the same order. A row that is wrong gives its problem, and so
does one that makes our own code fail: the others are answered all the same.
"""

from __future__ import annotations

import signal
import sys
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from kernel.errors import InputError, XinhengError, problem_document
from kernel.jsondoc import read_json
from rules.batch import Batch
from rules.batch_answers import summary_of
from rules.decide import Decider
from rules.load import CATALOGUE, load_catalogue
from service.casesummary import Lines, Outcome, form_of, row_of, rows_of
from service.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from datetime import date

    from rules.release import Release
    from service.casefiles import Block
    from service.casegrid import Row
    from service.settings import Settings

_AHEAD: Final = 3
"""Blocks given to each process before the first of them is back."""
BLOCK: Final = 64
LARGE_BLOCK: Final = 8192


@dataclass(frozen=True, slots=True)
class Answered:
    """Lines of output, how many rows they answer, and how many of these are wrong."""

    data: bytes
    rows: int
    bad: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a run; may be sent to another process.

    ``second``: ask the second engine too; ``summary``: one short row a case, for the file ``out``.
    """

    settings: Settings
    on: date
    second: bool
    summary: bool
    out: str

    @property
    def block(self) -> int:
        """How many rows are best handled together."""
        return LARGE_BLOCK if self.in_columns else BLOCK

    @property
    def in_columns(self) -> bool:
        """Whether columns answer: not where each case is asked of two engines."""
        return self.summary and not self.second

    @property
    def form(self) -> Lines:
        """How results are written."""
        return form_of(self.out) if self.summary else Lines()


class Checker(Protocol):
    """Decides case documents: :class:`service.engine.Engine`, or one engine alone."""

    release: Release

    def check(self, document: object, on: date) -> dict[str, object]:
        """The decision; InputError where the document is wrong."""

    def close(self) -> None:
        """Free what it holds."""


class OneEngine:
    """The evaluator without a second opinion."""

    def __init__(self, release: Release) -> None:
        """Decide under this release."""
        self.release = release
        self.check: Callable[[object, date], dict[str, object]] = Decider(release).check

    def close(self) -> None:
        """Hold nothing."""


def checker(wish: Wish) -> Checker:
    """Load what the wish needs."""
    if wish.second:
        return Engine.load(wish.settings)
    return OneEngine(
        load_catalogue(wish.settings.catalogue or CATALOGUE, wish.settings.cache_dir, wish.settings.further)
    )


class Work:
    """Answers blocks of rows."""

    def __init__(self, wish: Wish, engine: Checker) -> None:
        """``engine`` decides single cases."""
        self._wish = wish
        self._engine = engine
        self._form = wish.form
        self._batch = Batch(engine.release) if wish.in_columns else None

    def answer(self, block: Block) -> Iterator[Answered]:
        """The answers of a block, some rows at a time."""
        if not self._wish.summary:
            yield from (answer_row(self._engine, row, self._wish.on) for row in block.rows())
            return
        rows = list(self._in_columns(block) if self._batch else self._one_by_one(block))
        bad = sum(isinstance(row, XinhengError) for row in rows)
        yield Answered(b"".join(self._form.encode(rows)), len(rows), bad)

    def _in_columns(self, block: Block) -> Iterable[Outcome]:
        assert self._batch is not None  # noqa: S101  (asked before)
        release = self._batch.release
        try:
            table = block.table(release)
            answers = self._batch.decide_table(table, self._wish.on, lambda row: block.case_of(row, release))
            return list(rows_of(answers))
        except Exception as error:  # noqa: BLE001  (one case must not stop the others)
            _tell(error, "in a block, which is answered row by row")
            return self._one_by_one(block)

    def _one_by_one(self, block: Block) -> Iterator[Outcome]:
        for row in block.rows():
            decision = decide_row(self._engine, row, self._wish.on)
            yield decision if isinstance(decision, XinhengError) else row_of(summary_of(decision))


def answer_row(engine: Checker, row: Row, on: date) -> Answered:
    """The decision on one row, or its problem, as a line of JSON."""
    decision = decide_row(engine, row, on)
    bad = isinstance(decision, XinhengError)
    document = problem_document(decision) if isinstance(decision, XinhengError) else decision
    return Answered(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE), 1, int(bad))


def decide_row(engine: Checker, row: Row, on: date) -> dict[str, Any] | XinhengError:
    """The decision on one row, or what is wrong with it."""
    if isinstance(row, InputError):
        return row
    try:
        return engine.check(read_json(row) if isinstance(row, bytes) else row, on)
    except InputError as error:
        return error
    except Exception as error:  # noqa: BLE001  (the fault stands in the place of the row)
        _tell(error, "in one row")
        return XinhengError()


def _tell(error: Exception, where: str) -> None:
    """One English line to pass on to us; what users need stands in the place of the row."""
    sys.stderr.write(f"xinheng: {type(error).__name__} {where}: {error}\n")


# -- several processes --------------------------------------------------------------------------


def answers(wish: Wish, engine: Checker, blocks: Iterable[Block]) -> Iterator[Answered]:
    """All answers, in this process."""
    work = Work(wish, engine)
    for block in blocks:
        yield from work.answer(block)


def answers_in_parallel(wish: Wish, blocks: Iterable[Block], workers: int) -> Iterator[Answered]:
    """All answers, in the order of the blocks, from several processes.

    Processes start afresh (no fork): the second engine and pyarrow keep threads of their own.
    """
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(wish,))
    waiting: deque[Future[list[Answered]]] = deque()
    try:
        for block in blocks:
            waiting.append(pool.submit(_answer, block))
            if len(waiting) >= workers * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)  # else the exit of the interpreter races with it


_works: dict[str, Work] = {}
"""The work of a process that was started for a batch."""


def _begin(wish: Wish) -> None:
    # Ctrl-C reaches the whole group; the process that writes decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _works["own"] = Work(wish, checker(wish))


def _answer(block: Block) -> list[Answered]:
    parts = list(_works["own"].answer(block))
    data = b"".join(part.data for part in parts)
    return [Answered(data, sum(part.rows for part in parts), sum(part.bad for part in parts))]
