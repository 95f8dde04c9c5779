"""What a page asks for: the same as :mod:`service.api.deps`, for people at a browser.

Whoever is not logged in is sent to the login page and comes back; whoever lacks the right is told which
one, and whom to ask. Forms carry ``{{ csrf() }}``. Their fields come as ``Annotated[Pairs, Depends(sent_form)]``
(or ``sent_upload`` with files), never as ``Form(...)``: a body can be read once.
"""

# Annotations are kept as objects here: FastAPI cannot look up names for an instance that is called.
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from service.access import csrf
from service.access.accounts import Stage
from service.access.errors import LoginRequiredError
from service.access.identity import Identity, check_not_token
from service.access.permissions import Permission
from service.access.rules import Rule
from service.api.deps import Guarded, identity_of
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work, Works


@dataclass(frozen=True, slots=True)
class PageWrites:
    """Keeps a rule for a form that changes something."""

    rule: Rule

    def __call__(self, request: Request, pairs: Annotated[Pairs, Depends(sent_form)]) -> Iterator[Work]:
        """Open the work of this form."""
        yield from _writing(request, pairs, self.rule.permission)


@dataclass(frozen=True, slots=True)
class PageUploads:
    """Keeps a rule for a form that sends files."""

    rule: Rule

    def __call__(self, request: Request, upload: Annotated[Upload, Depends(sent_upload)]) -> Iterator[Work]:
        """Open the work of this form."""
        yield from _writing(request, upload.pairs, self.rule.permission)


@dataclass(frozen=True, slots=True)
class PageOfLogin:
    """Keeps a rule for a page that belongs to the login itself: open at these stages, without a transaction."""

    rule: Rule
    stages: frozenset[Stage]

    def __call__(self, request: Request) -> Identity:
        """Who is logging in."""
        identity = identity_of(request)
        if check_not_token(identity).stage not in self.stages:
            raise LoginRequiredError("login_unfinished")
        return identity


@dataclass(frozen=True, slots=True)
class FormOfLogin:
    """The same for a form."""

    rule: Rule
    stages: frozenset[Stage]

    def __call__(self, request: Request, pairs: Annotated[Pairs, Depends(sent_form)]) -> Identity:
        """Who is logging in."""
        identity = PageOfLogin(self.rule, self.stages)(request)
        check_form(request, pairs, identity)
        return identity


def check_form(request: Request, pairs: Pairs, identity: Identity) -> None:
    """AccessRefusedError where the form does not come from a page of this session."""
    csrf.check_origin(request.headers)
    csrf.check_token(request.headers.get(csrf.HEADER) or dict(pairs).get(csrf.FIELD), identity.form_key)


def _writing(request: Request, pairs: Pairs, permission: Permission | None) -> Iterator[Work]:
    works: Works = request.app.state.works
    identity = identity_of(request)
    check_not_token(identity)
    check_form(request, pairs, identity)
    with works.writing(identity.complete().acting(permission)) as work:
        yield work


def page_reads(permission: Permission | None) -> Any:  # noqa: ANN401 - FastAPI's Depends says so itself
    """A work that only looks."""
    return Depends(Guarded(Rule(permission)), scope="function")


def page_writes(permission: Permission | None) -> Any:  # noqa: ANN401 - as above
    """A work whose changes are kept before the page is sent."""
    return Depends(PageWrites(Rule(permission, changes=True)), scope="function")


def page_uploads(permission: Permission | None) -> Any:  # noqa: ANN401 - as above
    """The same for a form that sends files."""
    return Depends(PageUploads(Rule(permission, changes=True, files=True)), scope="function")


def login_page(*stages: Stage) -> Any:  # noqa: ANN401 - as above
    """The identity for a page of the login that is open at these stages."""
    return Depends(PageOfLogin(Rule(), frozenset(stages)))


def login_form(*stages: Stage) -> Any:  # noqa: ANN401 - as above
    """The identity for a form of the login that is open at these stages."""
    return Depends(FormOfLogin(Rule(changes=True), frozenset(stages)))
