"""``plan check``: what a plan will do, said before any draw.

Averages come from :mod:`supervision.planexpect`; a trial with a key of its own, which no real draw
can have, shows whether the people suffice.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from supervision import planweeks
from supervision.draw import UnitTickets, select
from supervision.drawframe import check_regions, read_frame, regions_agree
from supervision.drawlines import UNIT, Column, Lines, number_fault
from supervision.drawrecord import PPM
from supervision.drawrun import file_error
from supervision.drawtasks import check_needs, make_demands, make_tasks
from supervision.drawtext import Tickets, sha256_hex
from supervision.planexpect import chances, checks, meetings, seats, spread, strata, visits
from supervision.planparams import ratio_sets
from supervision.teams import Staff, staff
from supervision.teamsroster import read_recusal, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from supervision.drawframe import Frame
    from supervision.drawrecord import Plan
    from supervision.plandoc import PlanDocument
    from supervision.planexpect import Chances, Stratum
    from supervision.teams import Teams
    from supervision.teamsroster import Person

FLOOR: Final = "R-NAT"
_LEDGER: Final = (UNIT, Column("次数", number_fault))
_TRIAL: Final = "xinheng plan check"
_WHYS: Final = 10
_OFTEN: Final = ("0", "1", "2", "3", "more")


def check(document: PlanDocument, read: Callable[[str], bytes]) -> dict[str, object]:
    """Return the report.

    Args:
        document: the plan.
        read: returns the bytes of a file that the plan names.

    Raises:
        InputError: a file or the plan breaks a rule; names file and line, or the place.
    """
    check_needs(document.plans, document.needs)
    frames = _frames(document, read)
    recusal = read_recusal(document.recusal, read(document.recusal)) if document.recusal else {}
    people = Staff(read_roster(document.roster, read(document.roster)), recusal)
    tickets = Tickets(sha256_hex(_TRIAL))
    numbers = [one for plan in document.plans for one in strata(plan, frames[plan.frame], tickets)]
    found = chances(document.plans, frames, tickets)
    return {
        "strata": [_stratum(one, document) for one in numbers],
        "totals": _totals(document, numbers, found),
        "visits": _visits(found),
        "meetings": [
            {"departments": list(pair), "expected_joint_visits": round(both, 1)}
            for pair, both in sorted(meetings(found).items())
        ],
        "caps": _caps(document, frames, found, read),
        "staff": _staff(document, found, people.persons),
        **_weeks(document, frames, people, read, tickets),
        "trial": _trial(document, frames, people, tickets),
    }


def _frames(document: PlanDocument, read: Callable[[str], bytes]) -> dict[str, Frame]:
    frames: dict[str, Frame] = {}
    for plan in document.plans:
        if plan.frame not in frames:
            frames[plan.frame] = read_frame(plan.frame, read(plan.frame))
        _check_rates(document, plan, frames[plan.frame])
    if not regions_agree(list(frames.values())):
        for one, other in combinations(frames.values(), 2):
            check_regions(one, other)
    return frames


def _check_rates(document: PlanDocument, plan: Plan, frame: Frame) -> None:
    missing = sorted(set(frame.strata.names) - set(plan.rate))
    if missing:
        raise file_error(document.file, "draw_rate_missing", plan=plan.plan_id, value=missing)


def _stratum(one: Stratum, document: PlanDocument) -> dict[str, object]:
    plan = next(plan for plan in document.plans if plan.plan_id == one.plan_id)
    return {
        "plan": one.plan_id,
        "stratum": one.name,
        "rule": plan.rule,
        "rate": plan.rate[one.name],
        "N": one.total,
        "drawable": one.drawable,
        "n": one.size,
        "short": one.short,
        "n_of_N_ppm": one.size * PPM // one.total,
        "n_of_drawable_ppm": one.size * PPM // one.drawable if one.drawable else None,
    }


def _totals(document: PlanDocument, numbers: Iterable[Stratum], found: Chances) -> dict[str, object]:
    together, _ = visits(found)
    units = len(found.units)
    share = int(np.minimum(together, 1.0).sum() * PPM) // units if units else 0
    floor = ratio_sets()[FLOOR].ratios["all"].least or 0
    kinds = Counter(document.kinds.get(plan.plan_id, "not_stated") for plan in document.plans)
    return {
        "units": units,
        "checks": sum(min(one.size, one.drawable) for one in numbers),
        "share_visited_ppm": share,
        "floor_ppm": floor,
        "reaches_floor": share >= floor,
        "joint_plans": sum(len(plan.departments) > 1 for plan in document.plans),
        "plans": len(document.plans),
        "plans_by_kind": dict(sorted(kinds.items())),
    }


def _visits(found: Chances) -> dict[str, object]:
    together, apart = visits(found)
    joint, alone = float(together.sum()), float(apart.sum())
    often = spread(found, len(_OFTEN) - 2).sum(axis=0).tolist()
    return {
        "expected": round(joint, 1),
        "expected_if_apart": round(alone, 1),
        "saved": round(alone - joint, 1),
        "most_expected_for_one_unit": round(float(together.max(initial=0.0)), 4),
        "groups": len(found.by_group),
        "units_by_visits": dict(zip(_OFTEN, (round(one, 1) for one in often), strict=True)),
    }


def _caps(
    document: PlanDocument, frames: Mapping[str, Frame], found: Chances, read: Callable[[str], bytes]
) -> dict[str, object]:
    """Say which units are out because of earlier visits, which ought to be, and how many may pass the cap."""
    not_drawable: dict[str, dict[str, int]] = {}
    for plan in document.plans:
        status = frames[plan.frame].status
        counts = zip(status.names, status.counts().tolist(), strict=True)
        not_drawable[plan.plan_id] = {name: many for name, many in sorted(counts) if name != "ok"}
    if document.ledger is None or document.cap is None:
        return {"not_drawable": not_drawable, "cap": document.cap, "at_cap_but_drawable": None}
    rows = Lines(document.ledger, read(document.ledger), _LEDGER, keys=1).checked()
    visited = {unit: int(many) for unit, many in rows}
    used_up = [unit for unit, many in visited.items() if many >= document.cap]
    wrong = {plan.plan_id: _drawable_among(used_up, frames[plan.frame]) for plan in document.plans}
    return {
        "not_drawable": not_drawable,
        "cap": document.cap,
        "at_cap": len(used_up),
        "at_cap_but_drawable": wrong,
        "expected_beyond_cap": round(_beyond(found, visited, document.cap), 1),
    }


def _beyond(found: Chances, visited: Mapping[str, int], cap: int) -> float:
    """Return how many units this draw is expected to take beyond the cap, because several groups draw them."""
    chance = spread(found, cap)
    done = np.array([min(visited.get(unit.decode(), 0), cap) for unit in found.units.tolist()], np.int64)
    beyond = np.cumsum(chance[:, ::-1], axis=1)[:, ::-1]  # [:, k]: the chance of k visits or more
    return float(beyond[np.arange(len(done)), cap - done + 1].sum()) if len(done) else 0.0


def _drawable_among(units: Iterable[str], frame: Frame) -> int:
    drawable = frame.drawable()
    rows = (frame.find(unit) for unit in units)
    return sum(bool(drawable[row]) for row in rows if row is not None)


def _staff(document: PlanDocument, found: Chances, persons: Iterable[Person]) -> list[dict[str, object]]:
    """Hold the expected seats of a department and region against those who may take them."""
    everybody = list(persons)
    rows: list[dict[str, object]] = []
    for (dept, region, qual), wanted in seats(found, document.needs).items():
        able = [one for one in everybody if one.dept == dept and one.works_in(region) and one.can(qual)]
        room = sum(one.cap for one in able)
        rows.append(
            {
                "dept": dept,
                "region": region,
                "qual": qual,
                "seats_expected": round(wanted, 1),
                "persons": len(able),
                "room": room,
                "short": round(max(0.0, wanted - room), 1),
            }
        )
    return rows


def _weeks(
    document: PlanDocument, frames: Mapping[str, Frame], people: Staff, read: Callable[[str], bytes], tickets: Tickets
) -> dict[str, object]:
    own = {plan.plan_id: checks(plan, frames[plan.frame], tickets) for plan in document.plans}
    need = planweeks.needed(document, own)
    away = planweeks.read_leave(document.leave, read(document.leave)) if document.leave else {}
    return {
        "weeks": planweeks.totals(need, people.persons, away, document.per_person_day),
        "weeks_by_region": planweeks.rows(need, people.persons, away, document.per_person_day),
    }


def _trial(document: PlanDocument, frames: Mapping[str, Frame], people: Staff, tickets: Tickets) -> dict[str, object]:
    """Draw and staff once with a trial key."""
    units = UnitTickets(tickets)
    drawn = []
    for plan in document.plans:
        frame = frames[plan.frame]
        rows = [row for one in select(plan, frame, tickets, units).values() for row in one.selected]
        codes = frame.regions.codes[rows].tolist()
        names = (unit.decode() for unit in frame.units[rows].tolist())
        drawn.append((plan, dict(zip(names, (frame.regions.names[code] for code in codes), strict=True))))
    tasks = make_tasks(drawn, tickets)
    demands = make_demands(tasks, document.needs)
    teams = staff(tasks, demands, people, tickets, document.balance)
    empty = Counter((demands[gap.rank].dept, tasks[demands[gap.rank].task].region) for gap in teams.unfilled)
    return {
        "tasks": len(tasks),
        "joint_tasks": sum(len(task.departments) > 1 for task in tasks),
        "seats": sum(demand.heads for demand in demands),
        "unfilled": len(teams.unfilled),
        "unfilled_by": [{"dept": dept, "region": region, "seats": n} for (dept, region), n in sorted(empty.items())],
        "why": _whys(teams),
        "most_seats_for_one_person": max(teams.load.values(), default=0),
    }


def _whys(teams: Teams) -> list[str]:
    return list(dict.fromkeys(gap.why for gap in teams.unfilled))[:_WHYS]
