"""What an event is. Each kind is a class of its own, beside the act it tells of."""

from __future__ import annotations

from typing import Any, ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict

_OWN_COLUMNS: Final = frozenset({"subject", "department", "region"})


class Event(BaseModel):
    """Something that was done.

    ``subject`` is the id of what it was done to, ``department`` and ``region`` whose it is. Further
    fields of a subclass are its detail: JSON-ready, without secrets and without unmasked personal data.
    ``kind`` names the class in the trail (``case.saved``), ``title`` says it in Chinese.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    title: ClassVar[str]

    subject: str
    department: str = ""
    region: str = ""

    def detail(self) -> dict[str, Any]:
        """The fields that have no column of their own."""
        return self.model_dump(mode="json", exclude=set(_OWN_COLUMNS))


_E = TypeVar("_E", bound=Event)
KINDS: Final[dict[str, type[Event]]] = {}
"""Every kind of event by its name; filled by :func:`event`."""


def event(kind: type[_E]) -> type[_E]:
    """Class decorator: register a kind; two classes may not share a name."""
    if kind.kind in KINDS:
        raise ValueError(f"two kinds of event named {kind.kind}")
    KINDS[kind.kind] = kind
    return kind
