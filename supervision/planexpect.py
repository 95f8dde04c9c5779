"""What a plan leads to on average, unit by unit, before any key is known.

Plans of one group give a unit one ticket, so the largest of its chances is the chance of any visit,
the smaller of two the chance that both departments come. Chances are n over drawable; these
floating-point figures describe a plan and decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from supervision.draw import sizes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from supervision.drawframe import Frame
    from supervision.drawrecord import Needs, Plan
    from supervision.drawtext import Tickets


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of one plan: all units, drawable ones, the size of the sample."""

    plan_id: str
    name: str
    total: int
    drawable: int
    size: int

    @property
    def short(self) -> int:
        """Return how many units are missing to the size."""
        return max(0, self.size - self.drawable)


@dataclass(frozen=True, slots=True)
class Chances:
    """All units of a plan document with the chance of each department's visit, group by group.

    ``by_group[g][d]`` has one number a unit; ``region`` numbers ``regions``.
    """

    units: NDArray[np.bytes_]
    region: NDArray[np.int32]
    regions: tuple[str, ...]
    by_group: Mapping[str, Mapping[str, NDArray[np.float64]]]


def strata(plan: Plan, frame: Frame, tickets: Tickets) -> list[Stratum]:
    """Return the strata of a plan by name; ``systematic`` sizes are those of the tickets given."""
    totals = frame.strata.counts().tolist()
    size = sizes(plan, dict(zip(frame.strata.names, totals, strict=True)), tickets)
    drawable = np.bincount(frame.strata.codes[frame.drawable()], minlength=len(totals)).tolist()
    rows = zip(frame.strata.names, totals, drawable, strict=True)
    return sorted(
        (Stratum(plan.plan_id, name, total, ok, size[name]) for name, total, ok in rows), key=lambda one: one.name
    )


def chances(plans: Sequence[Plan], frames: Mapping[str, Frame], tickets: Tickets) -> Chances:
    """Return the chances of all units of all frames."""
    # All at once: hundreds of frames joined one by one would sort a million units as many times.
    units = np.unique(np.concatenate([np.empty(0, "S1"), *(frame.units for frame in frames.values())]))
    regions = tuple(sorted({name for frame in frames.values() for name in frame.regions.names}))
    region = np.zeros(len(units), np.int32)
    by_group: dict[str, dict[str, NDArray[np.float64]]] = {}
    for plan in plans:
        frame = frames[plan.frame]
        places = np.searchsorted(units, frame.units)
        codes = np.array([regions.index(name) for name in frame.regions.names] or [0], np.int32)
        region[places] = codes[frame.regions.codes]
        own = np.zeros(len(units))
        own[places] = _own_chances(plan, frame, tickets)
        departments = by_group.setdefault(plan.group, {})
        for dept in plan.departments:
            departments[dept] = np.maximum(departments.get(dept, 0.0), own)
    return Chances(units, region, regions, by_group)


def _own_chances(plan: Plan, frame: Frame, tickets: Tickets) -> NDArray[np.float64]:
    by_name = {
        one.name: min(1.0, one.size / one.drawable) if one.drawable else 0.0 for one in strata(plan, frame, tickets)
    }
    by_code = np.array([by_name[name] for name in frame.strata.names] or [0.0])
    return np.where(frame.drawable(), by_code[frame.strata.codes], 0.0)


def checks(plan: Plan, frame: Frame, tickets: Tickets) -> dict[str, float]:
    """Return the expected checks of one plan by region."""
    own = np.bincount(frame.regions.codes, _own_chances(plan, frame, tickets), len(frame.regions.names))
    return {name: many for name, many in sorted(zip(frame.regions.names, own.tolist(), strict=True)) if many}


def spread(found: Chances, most: int) -> NDArray[np.float64]:
    """Return per unit the chances of 0, 1, … ``most`` visits and of more; groups draw independently of each other."""
    chance = np.zeros((len(found.units), most + 2))
    chance[:, 0] = 1.0
    for departments in found.by_group.values():
        own = reduce(np.maximum, departments.values())[:, None]
        up = chance * own
        chance -= up
        chance[:, 1:] += up[:, :-1]
        chance[:, -1] += up[:, -1]
    return chance


def visits(found: Chances) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return per unit the expected visits of this draw, and those if every department drew on its own."""
    together, apart = np.zeros(len(found.units)), np.zeros(len(found.units))
    for departments in found.by_group.values():
        together += reduce(np.maximum, departments.values())
        apart += sum(departments.values())
    return together, apart


def meetings(found: Chances) -> dict[tuple[str, str], float]:
    """Return for each two departments of a group the expected number of units that both visit at once."""
    pairs: dict[tuple[str, str], float] = {}
    for departments in found.by_group.values():
        names = sorted(departments)
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                both = float(np.minimum(departments[one], departments[other]).sum())
                pairs[one, other] = pairs.get((one, other), 0.0) + both
    return {pair: both for pair, both in pairs.items() if both}


def seats(found: Chances, needs: Mapping[str, Needs]) -> dict[tuple[str, str, str], float]:
    """Return the expected seats by department, region and qualification."""
    wanted: dict[tuple[str, str, str], float] = {}
    for departments in found.by_group.values():
        for dept, own in departments.items():
            others = [chance for name, chance in departments.items() if name != dept]
            most = reduce(np.maximum, others) if others else np.zeros(len(own))
            joint = np.bincount(found.region, np.minimum(own, most), len(found.regions))
            alone = np.bincount(found.region, np.maximum(own - most, 0.0), len(found.regions))
            for visits_by_region, rows in ((alone, needs[dept].alone), (joint, needs[dept].joint)):
                for region, many in zip(found.regions, visits_by_region.tolist(), strict=True):
                    for qual, heads in rows if many else ():
                        key = dept, region, qual
                        wanted[key] = wanted.get(key, 0.0) + many * heads
    return dict(sorted(wanted.items()))
