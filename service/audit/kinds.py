"""The modules that declare events: what is exported and shown has its Chinese title only once they are imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from service.audit.events import KINDS

if TYPE_CHECKING:
    from service.audit.events import Event

MODULES: Final = (
    "service.access.events",
    "service.audit.record",
    "service.backup.events",
    "service.cases.events",
    "service.classes.events",
    "service.draws.events",
    "service.jobs.events",
    "service.planning.events",
    "service.releases.events",
    "service.repairdesk.events",
    "service.retention",
    "service.schemes.events",
)


def event_kinds() -> dict[str, type[Event]]:
    """Every kind of event by its name, sorted."""
    for module in MODULES:
        import_module(module)
    return dict(sorted(KINDS.items()))


def title_of(kind: str) -> str:
    """What a kind is called in Chinese; its own name where this version does not know it any more."""
    known = event_kinds().get(kind)
    return known.title if known else kind
