"""The check of a record for the desk: one checker for each catalogue release, and what lists keep of an answer."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from credit.workflow import Workflow
from service.repairdesk.model import Glance
from service.repairs import Repairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credit.eligibility import Checker
    from rules.release import Release
    from service.work import Work

_MOST: Final = 4
_lock = threading.Lock()
_known: dict[str, Repairs] = {}
KEPT: Final = ("outcome", "settled", "regime", "class", "earliest_on", "ends_on", "rules", "confidence")
"""What a move keeps of the answer it was made on."""


def repairs_of(release: Release) -> Repairs:
    """The repairs of a release; the last few are kept."""
    with _lock:
        found = _known.get(release.digest)
        if found is None:
            while len(_known) >= _MOST:
                _known.pop(next(iter(_known)))
            found = _known[release.digest] = Repairs(release)
        return found


def checker_of(work: Work) -> Checker:
    """The checker of the act's catalogue."""
    return repairs_of(work.engine.release).checker


def workflow_of(work: Work) -> Workflow:
    """The workflow with the clocks of the act's catalogue."""
    return Workflow(checker_of(work).deadlines)


def answer_of(work: Work, document: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The whole answer for a record document on a day."""
    return repairs_of(work.engine.release).check(document, on)


def kept_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What a move keeps of an answer, with the release that gave it."""
    return {name: answer[name] for name in KEPT} | {"catalogue": answer["catalogue"]["digest"]}


def glance_of(answer: Mapping[str, Any], on: date) -> Glance:
    """What lists keep of an answer."""
    return Glance(
        outcome=str(answer["outcome"]),
        record_class=str(answer["class"] or ""),
        regime=str(answer["regime"] or ""),
        earliest_on=_day(answer["earliest_on"]),
        ends_on=_day(answer["ends_on"]),
        checked_on=on,
    )


def _day(raw: object) -> date | None:
    return date.fromisoformat(raw) if isinstance(raw, str) else None
