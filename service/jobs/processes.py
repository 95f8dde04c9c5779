"""Worker processes that live as long as the process that starts them, however it ends."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_log = logging.getLogger("xinheng.jobs")
_COMMAND: Final = (sys.executable, "-m", "service.cli", "worker", "--attached")
_LOOK_SECONDS: Final = 1.0
_LAST_SECONDS: Final = 15.0
"""How long a worker may take to reach its next checkpoint."""


class Processes:
    """So many workers; one that dies is replaced. Their standard input is the thread they hang by."""

    def __init__(self, count: int) -> None:
        """Nothing is started before the ``with`` block."""
        self._count = count
        self._over = threading.Event()
        self._running: list[subprocess.Popen[bytes]] = []
        self._watcher = threading.Thread(target=self._watch, name="workers", daemon=True)

    def __enter__(self) -> Self:
        """Start them."""
        self._running = [_start() for _ in range(self._count)]
        if self._count:
            self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let each finish its step, then stop it."""
        self._over.set()
        if self._count:
            self._watcher.join()
        for process in self._running:
            if process.stdin is not None:
                process.stdin.close()
        last = time.monotonic() + _LAST_SECONDS
        for process in self._running:
            _wait(process, last)

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            for place, process in enumerate(self._running):
                if process.poll() is not None:
                    _log.error("worker %s ended with %s; starting another", process.pid, process.returncode)
                    self._running[place] = _start()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command


def _wait(process: subprocess.Popen[bytes], last: float) -> None:
    try:
        process.wait(max(0.0, last - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
