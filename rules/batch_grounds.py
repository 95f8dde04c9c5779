"""Every ground under the law of a day, for many cases: four lists and the tier, as planes.

The order of decision is that of :mod:`rules.priority`; here each step settles, for all cases at
once, those that no earlier step has settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rules.batch_planes import Plane, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.batch_columns import Days
    from rules.batch_instant import Instants
    from rules.batch_planes import Planes
    from rules.compiled import Ground
    from rules.release import Release

OUTCOMES: Final = ("not_met", "undetermined", "needs_human", "applies")
FORCES: Final = (None, "may", "shall")
TIERS: Final = (
    "no_penalty",
    "mitigated",
    "mitigated_or_lighter",
    "lighter",
    "general",
    "heavier",
    "undetermined",
    "needs_human",
)
NO_PENALTY: Final = TIERS.index("no_penalty")
NEEDS_HUMAN: Final = TIERS.index("needs_human")
UNDETERMINED: Final = TIERS.index("undetermined")
SHALL: Final = FORCES.index("shall")
_REDUCING: Final = frozenset({"lighter", "mitigated"})

Numbers = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Member:
    """A ground with the cases that it concerns; ``named``: those in which it was named."""

    ground: Ground
    asked: Plane
    named: Plane


@dataclass(frozen=True, slots=True)
class Found:
    """A ground under the law of a day: one bit a case for each outcome but *not met*."""

    ground: Ground
    considered: Plane
    applies: Plane
    human: Plane
    open: Plane


def members_of(instants: Instants, planes: Planes) -> list[Member]:
    """All grounds that some case has to be held against, in the order of decision."""
    asked: dict[int, list[int]] = {}
    named: dict[int, list[int]] = {}
    grounds: dict[int, Ground] = {}
    for number, selection in enumerate(instants.selections):
        for ground in (*selection.items, *selection.statute):
            grounds[id(ground)] = ground
            asked.setdefault(id(ground), []).append(number)
            if ground.id in selection.named:
                named.setdefault(id(ground), []).append(number)
    masks = _Masks(instants, planes)
    return [Member(one, masks.of(asked[key]), masks.of(named.get(key, ()))) for key, one in grounds.items()]


class _Masks:
    """Which cases ask one of some questions; the same questions give the same plane."""

    def __init__(self, instants: Instants, planes: Planes) -> None:
        self._questions = instants.table.questions
        self._count = len(instants.selections)
        self._known: dict[tuple[int, ...], Plane] = {(): planes.none, tuple(range(self._count)): planes.every}

    def of(self, questions: Sequence[int]) -> Plane:
        key = tuple(questions)
        if key not in self._known:
            table = np.zeros(self._count, bool)
            table[list(key)] = True
            self._known[key] = packed(table[self._questions])
        return self._known[key]


class Under:
    """The grounds of all cases under the law of each case's day."""

    def __init__(self, members: Iterable[Member], release: Release, planes: Planes, days: Days) -> None:
        """``days`` of 0 are unknown: nothing is in force then."""
        self._planes = planes
        self._days = days
        self._first, self._last = int(days.min(initial=1 << 30)), int(days.max(initial=0))
        self._inside: dict[tuple[int, int | None], Plane] = {}
        self._release = release
        self.grounds = [self._found(one) for one in members]
        everyone = (Member(one, planes.every, planes.none) for one in release.aggravating.values())
        self.heavier = [self._found(one) for one in everyone]

    def during(self, start: int, until: int | None) -> Plane:
        """The cases whose day lies in a half-open interval of ordinals."""
        key = (start, until)
        if key not in self._inside:
            self._inside[key] = self._during(start, until)
        return self._inside[key]

    def _during(self, start: int, until: int | None) -> Plane:
        if start <= self._first and (until is None or self._last < until):
            return self._planes.every
        if self._last < start or (until is not None and until <= self._first):
            return self._planes.none
        inside = self._days >= start
        return packed(inside if until is None else inside & (self._days < until))

    def _found(self, member: Member) -> Found:
        none = self._planes.none
        force = sure = possible = none
        for span in member.ground.spans:
            inside = self.during(span.start.toordinal(), span.until.toordinal() if span.until else None) & member.asked
            holds, may_hold = self._planes.span(span)
            force, sure, possible = force | inside, sure | inside & holds, possible | inside & may_hold
        considered = force | member.named
        if member.ground.disputed is not None:
            return Found(member.ground, considered, none, possible, none)
        return Found(member.ground, considered, sure, none, possible & ~sure)

    def list_of(self, name: str) -> Gathered:
        """The grounds that stand in a list, together."""
        return Gathered([one for one in self.grounds if name in one.ground.lists], self._planes)

    def tiers(self) -> tuple[Numbers, Numbers]:
        """The tier and its force, for every case."""
        return _Steps(self, self._release, self._planes).run()


class Gathered:
    """Some grounds together: which cases have one that applies, is for a person, is open."""

    def __init__(self, grounds: Sequence[Found], planes: Planes) -> None:
        """Join the planes; those of grounds with the force *shall* are kept apart as well."""
        self.grounds = grounds
        self._planes = planes
        shall = [one for one in grounds if one.ground.force == "shall"]
        self.applies, self.human, self.open = self._joined(grounds)
        self.shall, self._human_shall, self._open_shall = self._joined(shall)

    def _joined(self, grounds: Sequence[Found]) -> tuple[Plane, Plane, Plane]:
        none = self._planes.none
        return (
            reduce(np.bitwise_or, (one.applies for one in grounds), none),
            reduce(np.bitwise_or, (one.human for one in grounds), none),
            reduce(np.bitwise_or, (one.open for one in grounds), none),
        )

    def outcomes(self) -> tuple[Numbers, Numbers]:
        """The outcome and the force of a list, for every case."""
        size = self._planes.size
        applies, human, still = (unpacked(one, size).view(np.int8) for one in (self.applies, self.human, self.open))
        outcome = np.maximum(np.maximum(still, human * 2), applies * 3)
        strong = self.shall | ~self.applies & (self._human_shall | ~self.human & self._open_shall)
        force = (outcome > 0).view(np.int8) + unpacked(strong, size).view(np.int8)
        return outcome, force

    def unordered(self, against: Sequence[Found], prevails: Mapping[tuple[str, str], Plane]) -> Plane:
        """Cases with a heavier ground over which no applying ground of these has a written order."""
        found = self._planes.none
        for heavier in against:
            covered = self._planes.none
            for one in self.grounds:
                order = prevails.get((one.ground.id, heavier.ground.id))
                covered = covered if order is None else covered | order & one.applies
            found = found | heavier.applies & ~covered
        return found


class _Steps:
    """The steps of the decision; each takes the cases that are left."""

    def __init__(self, under: Under, release: Release, planes: Planes) -> None:
        self._under = under
        self._planes = planes
        self._left = planes.every
        self._tier = np.zeros(planes.size, np.int8)
        self._force = np.zeros(planes.size, np.int8)
        self._prevails = _orders(under, release)
        self._against = under.heavier

    def run(self) -> tuple[Numbers, Numbers]:
        """All steps in order."""
        none = self._under.list_of("no_penalty")
        self._settle("no_penalty", none)
        self._take("needs_human", none.human)
        self._take("undetermined", none.open)
        self._reduced()
        weighty = Gathered(self._against, self._planes)
        self._take("heavier", weighty.applies, weighty.shall)
        self._take("general", self._planes.every)
        return self._tier, self._force

    def _reduced(self) -> None:
        only = {name: self._standing({name}) for name in ("lighter", "mitigated")}
        both = self._standing({"lighter", "mitigated"})
        lighter, mitigated = (Gathered(only[name], self._planes) for name in ("lighter", "mitigated"))
        clash = lighter.applies & mitigated.applies
        first = clash & ~lighter.unordered(only["mitigated"], self._prevails)
        second = clash & ~mitigated.unordered(only["lighter"], self._prevails)
        self._take("needs_human", clash & ~(first ^ second))
        for name, alone in (("lighter", lighter.applies & ~second), ("mitigated", mitigated.applies)):
            self._settle(name, Gathered([*only[name], *both], self._planes), alone)
        self._settle("mitigated_or_lighter", Gathered(both, self._planes))
        every = Gathered([*only["lighter"], *only["mitigated"], *both], self._planes)
        self._take("needs_human", every.human)
        self._take("undetermined", every.open)

    def _standing(self, names: set[str]) -> list[Found]:
        """The grounds that stand in these of the two lists, and not in the other."""
        return [one for one in self._under.grounds if _REDUCING & set(one.ground.lists) == names]

    def _settle(self, tier: str, chosen: Gathered, where: Plane | None = None) -> None:
        """The tier where these grounds apply; a person where a heavier one stands against them."""
        applies = chosen.applies if where is None else where
        self._take("needs_human", applies & chosen.unordered(self._against, self._prevails))
        self._take(tier, applies, chosen.shall)

    def _take(self, tier: str, cases: Plane, shall: Plane | None = None) -> None:
        taken = unpacked(self._left & cases, self._planes.size)
        self._tier[taken] = TIERS.index(tier)
        if tier not in {"needs_human", "undetermined", "general"}:
            strong = unpacked(self._planes.none if shall is None else shall, self._planes.size)
            self._force[taken] = 1 + strong[taken].view(np.int8)
        self._left = self._left & ~cases


def _orders(under: Under, release: Release) -> dict[tuple[str, str], Plane]:
    """The cases on whose day a written order between two grounds is in force."""
    found: dict[tuple[str, str], Plane] = {}
    for priority, pairs in release.orders:
        force = priority.in_force
        during = under.during(force.from_.toordinal(), force.until.toordinal() if force.until else None)
        for pair in pairs:
            found[pair] = found[pair] | during if pair in found else during
    return found
