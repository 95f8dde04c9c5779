"""Whether a login is closed: counted from the attempts of the past, which the database keeps.

Names that do not exist are counted in the same way: nobody can find out which do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.access.policy import Lockout

COUNTED: Final = frozenset({"wrong", "code_wrong"})
"""Outcomes that bring a lock nearer; an attempt during the lock does not prolong it."""
_OPENED: Final = frozenset({"accepted", "reset"})
WINDOW: Final = timedelta(hours=24)
ADDRESS_FACTOR: Final = 10
"""One address may fail for so many times as many names: a whole office may sit behind it."""


class Attempt(Protocol):
    """A moment, and how it ended."""

    at: datetime
    outcome: str


def locked_until(attempts: Iterable[Attempt], rule: Lockout, now: datetime) -> datetime | None:
    """When the login opens again, or None where it is open.

    ``attempts``: of the last :data:`WINDOW`, the newest first. Wrong ones in a row, counted back to the
    last accepted one, to a new password from an administrator, or to the last lock, close it for the
    rule's time from the one that was too many.
    """
    until: datetime | None = None
    count = 0
    for at in reversed([one.at for one in _since_accepted(attempts) if one.outcome in COUNTED]):
        if until is not None and at >= until:
            until, count = None, 0
        count += 1
        if count >= rule.after:
            until = at + rule.time
    return until if until is not None and now < until else None


def _since_accepted(attempts: Iterable[Attempt]) -> list[Attempt]:
    found: list[Attempt] = []
    for one in attempts:
        if one.outcome in _OPENED:
            break
        found.append(one)
    return found
