"""Why a seat stays empty, and what could help: the reasons in the order of the specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel import messages

if TYPE_CHECKING:
    from supervision.teamsfloor import Floor


@dataclass(frozen=True, slots=True)
class Gap:
    """One empty seat.

    ``full``: everybody the search met, all at the cap, in byte order. ``reason``: ``eligible`` (fewer
    eligible persons than heads), ``capacity`` (the seats that only those persons can fill are more
    than they may take) or ``together`` (there is room, but nobody may sit in one task twice).
    ``seats`` and ``capacity`` count those seats and the room; ``remedies`` are codes.
    """

    rank: int
    full: tuple[str, ...]
    reason: str
    seats: int
    capacity: int
    why: str
    remedies: tuple[str, ...]


class Gaps:
    """Explains gaps of a floor that is done; equal sets of persons are counted once."""

    def __init__(self, floor: Floor) -> None:
        """Count the heads that each class of demands asks for."""
        self._floor = floor
        self._heads = [0] * len(floor.members)
        for rank, demand in enumerate(floor.demands):
            self._heads[floor.class_of[rank]] += demand.heads
        self._of_set: dict[frozenset[int], tuple[tuple[str, ...], int, int]] = {}

    def explain(self, rank: int, met: frozenset[int]) -> Gap:
        """Return the gap of a demand whose failed search met these persons."""
        floor = self._floor
        members = floor.member_sets[floor.class_of[rank]] - floor.recused(rank)
        heads = floor.demands[rank].heads
        full, seats, capacity = self._set(met)
        if len(members) < heads:
            return self._too_few(rank, full, len(members))
        reason = "capacity" if seats > capacity else "together"
        why = messages.text(
            f"draw_gap_{reason}",
            {"persons": len(met), "seats": seats, "capacity": capacity, "lacking": seats - capacity},
        )
        remedies = ("raise_cap", "neighbouring_region", "lend_staff", "next_batch")
        return Gap(rank, full, reason, seats, capacity, why, remedies)

    def _too_few(self, rank: int, full: tuple[str, ...], eligible: int) -> Gap:
        floor = self._floor
        demand = floor.demands[rank]
        region = floor.tasks[demand.task].region
        own = [person for person in floor.persons if person.dept == demand.dept]
        here = [person for person in own if person.works_in(region)]
        able = [person for person in here if person.can(demand.qual)]
        numbers = {"own": len(own), "here": len(here), "able": len(able), "eligible": eligible}
        shown = {**numbers, "heads": demand.heads, "dept": demand.dept, "region": region, "qual": demand.qual}
        stages = ((len(own), "lend_staff"), (len(here), "neighbouring_region"), (len(able), "add_qualification"))
        first = next((remedy for count, remedy in stages if count < demand.heads), "lend_staff")
        why = messages.text("draw_gap_eligible", shown)
        return Gap(rank, full, "eligible", demand.heads, eligible, why, tuple(dict.fromkeys((first, "lend_staff"))))

    def _set(self, met: frozenset[int]) -> tuple[tuple[str, ...], int, int]:
        """Return the names of the persons, the seats that only they can fill, and how many they may take."""
        if met not in self._of_set:
            floor = self._floor
            names = tuple(floor.persons[one].inspector_id for one in sorted(met))
            own = (heads for members, heads in zip(floor.member_sets, self._heads, strict=True) if members <= met)
            self._of_set[met] = names, sum(own), sum(floor.persons[one].cap for one in met)
        return self._of_set[met]
