"""What an endpoint asks for: a transaction of somebody who may.

``reads(p)`` and ``writes(p)`` find out who calls, check the right, and open the transaction; a writing one is
kept before the answer is sent, and taken back when the endpoint raises. A route without login says
``public(why)``. :mod:`service.access.rules` refuses to start with a route that has none of them.
"""

# Annotations are kept as objects here: FastAPI cannot look up names for an instance that is called.
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends
from starlette.requests import Request

from service.access.permissions import Permission
from service.work import Work, Works


@dataclass(frozen=True, slots=True)
class Guarded:
    """The rule of a route: the right it needs (None: a login is enough), and whether it changes anything."""

    permission: Permission | None
    changes: bool

    def __call__(self, request: Request) -> Iterator[Work]:
        """Open the work of this request; LoginRequiredError or PermissionDeniedError."""
        works: Works = request.app.state.works
        actor = request.app.state.identify(request).acting(self.permission)
        with works.writing(actor) if self.changes else works.reading(actor) as work:
            yield work


@dataclass(frozen=True, slots=True)
class Public:
    """The rule of a route that anybody may call; ``why`` says what makes that right."""

    why: str

    def __call__(self) -> None:
        """Nothing to check."""


def reads(permission: Permission | None) -> Any:  # noqa: ANN401 - FastAPI's Depends says so itself
    """A work that only looks."""
    return Depends(Guarded(permission, changes=False), scope="function")


def writes(permission: Permission | None) -> Any:  # noqa: ANN401 - as above
    """A work whose changes are kept before the answer is sent."""
    return Depends(Guarded(permission, changes=True), scope="function")


def public(why: str) -> Any:  # noqa: ANN401 - as above
    """Anybody may call this."""
    return Depends(Public(why))
