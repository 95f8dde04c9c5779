"""A process goes on serving while the catalogue changes: the next application is built beside it, then takes over.

What was published is laid out as files with a pointer (:mod:`service.published`); whoever published it, every process
notices the pointer within a second, and a release that another machine published within half a minute.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from service.app import close_app
from service.published import pointer_of
from service.releases.desk import catch_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

_log = logging.getLogger("xinheng.reload")
_EVERY_SECONDS: Final = 1.0
_DATABASE_SECONDS: Final = 30.0
_GRACE_SECONDS: Final = 60.0
"""How long requests that the old application is answering may take."""


class Reloading:
    """ASGI application: the newest one that could be built.

    ``build(old)`` makes the next from the settings; a release that cannot be loaded leaves the old one at work.
    """

    def __init__(self, first: FastAPI, build: Callable[[FastAPI], FastAPI], data_dir: Path) -> None:
        """``data_dir``: where published files are laid out."""
        self.current = first
        self._build = build
        self._data_dir = data_dir
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self._looked = self._asked = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; requests are an occasion to look whether something was published."""
        if scope["type"] == "http":
            self._look()
        await self.current(scope, receive, send)

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked >= _EVERY_SECONDS and self._lock.acquire(blocking=False):
            self._looked = now
            threading.Thread(target=self._take_up, name="reload", daemon=True).start()

    def _take_up(self) -> None:
        try:
            self._ask_database()
            stamp = self._stamp()
            if stamp != self._seen:
                self._seen = stamp
                self._replace()
        except Exception:  # noqa: BLE001 - the old application goes on: a half-loaded law would be worse
            _log.exception("what was published could not be taken up")
        finally:
            self._lock.release()

    def _ask_database(self) -> None:
        if time.monotonic() - self._asked >= _DATABASE_SECONDS:
            self._asked = time.monotonic()
            catch_up(self.current.state.works.database, self._data_dir)

    def _replace(self) -> None:
        old = self.current
        self.current = self._build(old)
        _log.info("catalogue %s in force", self.current.state.engine.release.digest)
        timer = threading.Timer(_GRACE_SECONDS, close_app, [old])
        timer.daemon = True
        timer.start()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = pointer_of(self._data_dir).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino
