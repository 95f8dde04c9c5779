"""Blocks of a register judged, in this process or in several; the order of the blocks is kept."""

from __future__ import annotations

import gc
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from credit.eligibility import Checker
from credit.regime import Regimes
from credit.register import Defaults, Maker
from credit.scan import Scanner
from credit.scan_table import table
from rules.load import CATALOGUE, load_catalogue
from service.registers import Raw, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future
    from datetime import date

    import polars as pl

    from rules.release import Release
    from service.settings import Settings

_AHEAD = 2
"""Blocks that wait for each process: enough that none is idle, few enough to hold in memory."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What findings depend on beside the rows: sent to each process."""

    settings: Settings
    on: date
    defaults: Defaults


class Desk:
    """Reads and judges blocks under one catalogue release, without the second opinion."""

    def __init__(self, release: Release, wish: Wish) -> None:
        """``release`` is that of the settings in ``wish``."""
        checker = Checker.of(release, second=False)
        self._reading = Reading(Maker(Regimes(checker.policy), wish.defaults))
        self._scanner = Scanner(checker, wish.on)
        self._on = wish.on

    def findings(self, raw: Raw, first: int) -> pl.DataFrame:
        """The findings of a block whose first row has the number ``first``."""
        return table(self._scanner.rows(self._reading.entries(raw)), first, self._on)


def release_of(settings: Settings) -> Release:
    """The catalogue that the settings name."""
    return load_catalogue(settings.catalogue or CATALOGUE, settings.cache_dir, settings.further)


_QUIET = (200_000, 20, 100)
"""The collector of cycles runs seldom: a scan makes millions of small objects and hardly a cycle."""
_desk: list[Desk] = []


def _begin(wish: Wish) -> None:
    gc.set_threshold(*_QUIET)
    _desk[:] = [Desk(release_of(wish.settings), wish)]


def _judge(raw: Raw, first: int) -> pl.DataFrame:
    return _desk[0].findings(raw, first)


def findings(release: Release, wish: Wish, blocks: Iterable[tuple[Raw, int]], workers: int) -> Iterator[pl.DataFrame]:
    """The findings of numbered blocks, in their order.

    Processes start afresh (no fork): polars keeps threads of its own.
    """
    if workers == 1:
        desk = Desk(release, wish)
        yield from (desk.findings(raw, first) for raw, first in blocks)
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(wish,))
    waiting: deque[Future[pl.DataFrame]] = deque()
    try:
        for raw, first in blocks:
            waiting.append(pool.submit(_judge, raw, first))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
