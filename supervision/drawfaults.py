"""What a file that does not fit its digest shows beyond that: lines that break a rule, numbers that differ.

A digest says that a file was changed, not where. Often the change shows all the same: the line is out
of order now, or a stratum has one row fewer than the record counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.errors import FieldError, InputError, pointer
from supervision.drawframe import read_frame
from supervision.drawrecord import RECUSAL, ROSTER
from supervision.teamsroster import read_recusal, read_roster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from supervision.drawframe import Frame
    from supervision.drawrecord import Record


def traces(name: str, data: bytes, record: Record) -> Iterator[FieldError]:
    """Yield what can be said about a changed file; nothing when its form and its numbers still hold."""
    try:
        if name == ROSTER:
            read_roster(name, data)
        elif name == RECUSAL:
            read_recusal(name, data)
        elif name in record.frames:
            yield from _numbers(name, read_frame(name, data), record)
    except InputError as error:
        yield from error.errors


def _numbers(name: str, frame: Frame, record: Record) -> Iterator[FieldError]:
    found = frame.counts()
    plan = next(plan.plan_id for plan in record.plans if plan.frame == name)
    for stratum, said in (record.counts or {}).get(plan, {}).items():
        yield from _stratum(name, stratum, said, found.get(stratum, {}))


def _stratum(name: str, stratum: str, said: Mapping[str, int], found: Mapping[str, int]) -> Iterator[FieldError]:
    for status in sorted({*said, *found}):
        if said.get(status, 0) != found.get(status, 0):
            shown = {"file": name, "stratum": stratum, "status": status}
            numbers = {"said": said.get(status, 0), "found": found.get(status, 0)}
            yield FieldError(pointer(name), "draw_count_differs", {**shown, **numbers})
