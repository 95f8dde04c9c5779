"""Inspectors and recusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from supervision.drawlines import RECUSAL, ROSTER, Lines
from supervision.drawrecord import NO_QUALIFICATION

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL_REGIONS = "*"


@dataclass(frozen=True, slots=True)
class Person:
    """An inspector; ``regions`` None means all. ``cap``: most seats in this draw; ``load0``: seats before it."""

    inspector_id: str
    dept: str
    regions: frozenset[str] | None
    qualifications: frozenset[str]
    cap: int
    load0: int

    def works_in(self, region: str) -> bool:
        """Say whether the region is one of the person's."""
        return self.regions is None or region in self.regions

    def can(self, qualification: str) -> bool:
        """Say whether the person has the qualification; ``-`` asks for none."""
        return qualification == NO_QUALIFICATION or qualification in self.qualifications


def read_roster(file: str, data: bytes) -> list[Person]:
    """Read ``roster.tsv``; persons in byte order of their ids.

    Raises:
        InputError: names file and line.
    """
    return [
        Person(
            inspector_id,
            dept,
            None if regions == ALL_REGIONS else frozenset(regions.split(",")),
            frozenset() if qualifications == NO_QUALIFICATION else frozenset(qualifications.split(",")),
            int(cap),
            int(load0),
        )
        for inspector_id, dept, regions, qualifications, cap, load0 in Lines(file, data, ROSTER, keys=1).checked()
    ]


def read_recusal(file: str, data: bytes) -> Mapping[str, frozenset[str]]:
    """Read ``recusal.tsv``: per unit the inspectors who must not go there.

    Raises:
        InputError: names file and line.
    """
    found: dict[str, set[str]] = {}
    for inspector_id, unit in Lines(file, data, RECUSAL, keys=2).checked():
        found.setdefault(unit, set()).add(inspector_id)
    return {unit: frozenset(persons) for unit, persons in found.items()}
