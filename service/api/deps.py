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

from service.access import csrf
from service.access.identity import Identity
from service.access.permissions import Permission
from service.access.rules import Rule
from service.work import Work, Works


@dataclass(frozen=True, slots=True)
class Guarded:
    """Keeps a rule: the right a route needs (None: a login is enough), and whether it changes anything."""

    rule: Rule

    def __call__(self, request: Request) -> Iterator[Work]:
        """Open the work of this request; LoginRequiredError, PermissionDeniedError, AccessRefusedError."""
        works: Works = request.app.state.works
        identity = identity_of(request)
        if self.rule.changes and identity.session is not None:
            # A browser sends its cookie whoever asks; a program with a token has to send it on purpose.
            csrf.check_origin(request.headers)
            csrf.check_token(request.headers.get(csrf.HEADER), identity.form_key)
        actor = identity.complete().acting(self.rule.permission)
        with works.writing(actor) if self.rule.changes else works.reading(actor) as work:
            yield work


@dataclass(frozen=True, slots=True)
class Public:
    """The rule of a route that anybody may call."""

    rule: Rule

    async def __call__(self) -> None:
        """Nothing to check; not worth a thread."""


def identity_of(request: Request) -> Identity:
    """Who calls, looked up once a request; LoginRequiredError for nobody."""
    known: Identity | None = getattr(request.state, "identity", None)
    if known is None:
        known = request.app.state.access.identities.of(request)
        request.state.identity = known
    return known


def reads(permission: Permission | None) -> Any:  # noqa: ANN401 - FastAPI's Depends says so itself
    """A work that only looks."""
    return Depends(Guarded(Rule(permission)), scope="function")


def writes(permission: Permission | None) -> Any:  # noqa: ANN401 - as above
    """A work whose changes are kept before the answer is sent."""
    return Depends(Guarded(Rule(permission, changes=True)), scope="function")


def public(why: str) -> Any:  # noqa: ANN401 - as above
    """Anybody may call this; ``why`` says what makes that right."""
    return Depends(Public(Rule(why=why)))
