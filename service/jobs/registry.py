"""Kinds of jobs: a name, a Chinese title and the function that does it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from service.jobs.kinds import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.jobs.run import Run

    Handler = Callable[[Run], object]

_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job; ``attempts``: how often it is taken up again after its process died."""

    name: str
    title: str
    attempts: int
    handler: Handler


_kinds: Final[dict[str, Kind]] = {}


def job(name: str, *, title: str, attempts: int = _ATTEMPTS) -> Callable[[Handler], Handler]:
    """Decorator: register the function that does jobs of this name.

    The function takes a :class:`~service.jobs.run.Run` and returns the result, a JSON value. Two of its
    members are known to the pages: ``link`` (``href``, ``label``) and ``files`` (``name``, ``digest``, ``media_type``).
    """

    def keep(handler: Handler) -> Handler:
        known = _kinds.get(name)
        if known is not None and known.handler.__module__ != handler.__module__:
            raise ValueError(f"two kinds of job named {name}")
        _kinds[name] = Kind(name, title, attempts, handler)
        return handler

    return keep


def kinds() -> dict[str, Kind]:
    """Every kind by its name; imports the modules that declare them."""
    for module in MODULES:
        import_module(module)
    return dict(sorted(_kinds.items()))


def kind_of(name: str) -> Kind:
    """One kind; KeyError for a name that nobody registered."""
    return _kinds[name] if name in _kinds else kinds()[name]


def title_of(name: str) -> str:
    """The Chinese title; the name itself for a kind that this version does not know any more."""
    found = kinds().get(name)
    return found.title if found else name
