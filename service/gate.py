"""How many requests a process works on at once; the others wait without a thread and without a connection.

A request takes a thread and a connection for its transaction. Were more let in than there are connections, those
that hold one could wait for a thread, and those that hold a thread for a connection: for ever. Few at a time are
also faster, since threads that compute take the interpreter from each other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

AT_ONCE: Final = 8
"""Well below the connections of :class:`service.db.database.Database` and the threads of Starlette."""
_ALWAYS: Final = ("/healthz", "/static/")


class Gate:
    """ASGI middleware. A request leaves its place when its answer begins: by then its transaction is over."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        """``at_once``: requests under way at the same time."""
        self._app = app
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place, then pass the request on."""
        if scope["type"] != "http" or scope["path"].startswith(_ALWAYS):
            await self._app(scope, receive, send)
            return
        place = _Place(self._places)
        await self._places.acquire()

        async def passing(message: Message) -> None:
            place.leave()
            await send(message)

        try:
            await self._app(scope, receive, passing)
        finally:
            place.leave()


class _Place:
    """One place, left once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._is_held = True

    def leave(self) -> None:
        if self._is_held:
            self._is_held = False
            self._places.release()
