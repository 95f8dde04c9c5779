"""From a yearly plan and the three libraries to what is drawn: pools, numbers, the folder of a draw.

The effect of an entry (:func:`effect`) is what a planner sees at once; :func:`check` adds everything that
``plan check`` knows: visits, meetings, staff, weeks and a trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from supervision import inspectors, planparams
from supervision.annualcheck import ERROR, WARNING, Remark, by_kind, count_remark, remarks
from supervision.drawrecord import PPM, RECUSAL, ROSTER, Plan
from supervision.plancheck import check as check_document
from supervision.plandoc import Period, PlanDocument
from supervision.planpool import ALL, UNCLASSED, Rules, build

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import polars as pl

    from supervision.annual import AnnualPlan, Entry
    from supervision.inspectors import Inspector
    from supervision.items import Item
    from supervision.planpool import Known, Pool

LEAVE: Final = "leave.tsv"


@dataclass(frozen=True, slots=True)
class Libraries:
    """一单两库: the list of items by code, the objects, the inspectors."""

    items: Mapping[str, Item]
    objects: pl.DataFrame
    people: Sequence[Inspector]


@dataclass(frozen=True, slots=True)
class Numbers:
    """One stratum: all units, drawable ones, the ratio, the size."""

    stratum: str
    total: int
    drawable: int
    rate: int
    size: int

    @property
    def short(self) -> int:
        """How many drawable units are missing."""
        return max(0, self.size - self.drawable)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one entry does: numbers by stratum, expected visits by region, who is left out and why."""

    entry: str
    strata: tuple[Numbers, ...]
    by_region: Mapping[str, float]
    excluded: Mapping[str, int]
    bites: Mapping[str, int]
    lifted: int
    remarks: tuple[Remark, ...]

    @property
    def total(self) -> int:
        """All units of the pool."""
        return sum(one.total for one in self.strata)

    @property
    def size(self) -> int:
        """How many are drawn."""
        return sum(min(one.size, one.drawable) for one in self.strata)

    def as_dict(self) -> dict[str, Any]:
        """Return the effect as a document."""
        rows = [
            {"stratum": one.stratum, "N": one.total, "drawable": one.drawable, "rate": one.rate, "n": one.size}
            | {"short": one.short}
            for one in self.strata
        ]
        return {
            "entry": self.entry,
            "total": self.total,
            "size": self.size,
            "strata": rows,
            "by_region": dict(self.by_region),
            "excluded": dict(self.excluded),
            "bites": dict(self.bites),
            "lifted": self.lifted,
            "remarks": [one.as_dict() for one in self.remarks],
        }


def pool_of(plan: AnnualPlan, entry: Entry, objects: pl.DataFrame, known: Known, on: date) -> Pool:
    """Return the pool of an entry on a day."""
    return build(objects, entry.scope, known, rules_of(plan, entry, on), on)


def rules_of(plan: AnnualPlan, entry: Entry, on: date) -> Rules:
    """Return the tables and caps that decide who is in the pool of an entry."""
    caps = planparams.caps()
    return Rules(
        tiers=planparams.tier_tables()[plan.tiers],
        who=(entry.department, entry.carried_out_by),
        by=entry.sizing.by,
        leave_out=entry.undisturbed == "leave_out",
        caps=tuple(caps[name] for name in plan.caps if caps[name].origin.in_force.contains(on)),
        sector=planparams.sector_rules()[entry.sector_rule] if entry.sector_rule else None,
        repeat=planparams.repeats().get(plan.repeat) if plan.repeat else None,
        exemption=planparams.nearest(planparams.exemptions().values(), plan.place, on),
    )


def effect(plan: AnnualPlan, entry: Entry, pool: Pool) -> Effect:
    """Return what an entry does, from its pool."""
    totals: dict[str, tuple[int, int]] = {}
    regions: list[tuple[str, str, int]] = []
    for row in pool.counts():
        stratum, region = str(row["stratum"]), str(row["region"])
        many, drawable = int(str(row["N"])), int(str(row["drawable"]))
        before = totals.get(stratum, (0, 0))
        totals[stratum] = before[0] + many, before[1] + drawable
        regions.append((stratum, region, drawable))
    rates, missing = rates_of(plan, entry, totals)
    sizes = _sizes(entry, rates, {name: many for name, (many, _) in totals.items()})
    strata = tuple(Numbers(name, *totals[name], rates.get(name, 0), sizes.get(name, 0)) for name in sorted(totals))
    found = Effect(entry.number, strata, _by_region(strata, regions), pool.excluded, pool.bites, pool.lifted.height, ())
    told = [count_remark(entry, found.size, found.total)]
    if missing:
        told.append(Remark(entry.number, ERROR, "annual_rate_missing", {"entry": entry.number, "strata": missing}))
    if not found.total:
        told.append(Remark(entry.number, WARNING, "annual_pool_empty", {"entry": entry.number}))
    kept = tuple(one for one in told if one is not None)
    return Effect(entry.number, strata, found.by_region, pool.excluded, pool.bites, pool.lifted.height, kept)


def _by_region(strata: Iterable[Numbers], regions: Iterable[tuple[str, str, int]]) -> dict[str, float]:
    """Spread each stratum's size over the regions as its drawable units lie."""
    by_name = {one.stratum: one for one in strata}
    found: dict[str, float] = {}
    for stratum, region, drawable in regions:
        one = by_name[stratum]
        if one.drawable:
            found[region] = found.get(region, 0.0) + min(one.size, one.drawable) * drawable / one.drawable
    return {region: round(many, 1) for region, many in sorted(found.items()) if many}


def rates_of(plan: AnnualPlan, entry: Entry, strata: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """Return the ratio of each stratum, and the strata that have none.

    An enterprise without a class takes the ratio of the class that the table of tiers names for it; a tier that the
    entry does not name takes the ratio of the table.
    """
    table, found, missing = planparams.tier_tables()[plan.tiers], {}, []
    for name in sorted(strata):
        rate = entry.sizing.rate.get(name)
        if rate is None and name == UNCLASSED:
            rate = entry.sizing.rate.get(table.unclassed)
        if rate is None and entry.sizing.by == "tier" and entry.sizing.rule != "fixed":
            rate = table.tiers[name].rate
        if rate is None and name == ALL and len(entry.sizing.rate) == 1:
            (rate,) = entry.sizing.rate.values()
        if rate is None:
            missing.append(name)
        else:
            found[name] = rate
    return found, missing


def _sizes(entry: Entry, rates: Mapping[str, int], totals: Mapping[str, int]) -> dict[str, int]:
    if entry.sizing.rule == "fixed":
        return dict(rates)
    least = entry.sizing.least
    return {name: max(-(-totals[name] * rate // PPM), min(least, totals[name])) for name, rate in rates.items()}


def draw_plan(plan: AnnualPlan, entry: Entry, pool: Pool) -> dict[str, Any]:
    """Return the plan as the record of a draw has it.

    A floor in numbers for small strata cannot be said as a ratio: then every stratum has its number (``fixed``).

    Raises:
        InputError: ``annual_rate_missing``.
    """
    found = effect(plan, entry, pool)
    names = [one.stratum for one in found.strata]
    rates, missing = rates_of(plan, entry, names)
    if missing:
        raise InputError.at("", "annual_rate_missing", entry=entry.number, strata=missing)
    rule = "fixed" if entry.sizing.least else entry.sizing.rule
    rate = {one.stratum: one.size for one in found.strata} if rule == "fixed" else rates
    return {
        "plan_id": entry.number,
        "dept_id": entry.department,
        "with": list(entry.partners),
        "group": entry.group,
        "frame": f"frame-{entry.number}.tsv",
        "rule": rule,
        "rate": rate,
        "reserve": entry.reserve,
    }


@dataclass(frozen=True, slots=True)
class Folder:
    """Files of a draw by name, its ``draft`` (without nonces and events), and who of the inspectors is left out."""

    draft: Mapping[str, Any]
    files: Mapping[str, bytes]
    left_out: Mapping[str, str]
    excluded: Mapping[str, Mapping[str, int]]
    effects: Mapping[str, Effect]


def folder(plan: AnnualPlan, entries: Sequence[Entry], libraries: Libraries, known: Known, on: date) -> Folder:
    """Return what ``draw commit`` needs for some entries of a plan, frozen on a day.

    Raises:
        InputError: ``annual_rate_missing``.
    """
    pools = {one.number: pool_of(plan, one, libraries.objects, known, on) for one in entries}
    since, last = min(one.span.since for one in entries), max(one.span.last for one in entries)
    roster = inspectors.roster(libraries.people, since, last, plan.most)
    files = {f"frame-{number}.tsv": pool.tsv() for number, pool in pools.items()}
    departments = sorted({dept for one in entries for dept in one.departments})
    needs = {dept: plan.as_dict()["needs"][dept] for dept in departments}
    draft = {
        "plans": [draw_plan(plan, one, pools[one.number]) for one in entries],
        "needs": needs,
        "balance": plan.balance,
        "excluded": {number: dict(pool.excluded) for number, pool in pools.items()},
    }
    return Folder(
        draft,
        {**files, ROSTER: roster.roster, RECUSAL: roster.recusal, LEAVE: _leave(libraries.people, roster.left_out)},
        roster.left_out,
        {number: pool.excluded for number, pool in pools.items()},
        {one.number: effect(plan, one, pools[one.number]) for one in entries},
    )


def _leave(people: Iterable[Inspector], left_out: Mapping[str, str]) -> bytes:
    rows = {
        (one.inspector_id, str(span.since), str(span.last))
        for one in people
        if one.inspector_id not in left_out
        for span in one.leave
    }
    return "".join("\t".join(row) + "\n" for row in sorted(rows)).encode()


def check(plan: AnnualPlan, libraries: Libraries, known: Known, on: date) -> dict[str, Any]:
    """Return everything that can be said of a plan before any draw.

    Raises:
        InputError: an entry has no ratio for a stratum, or too few people would go to a visit.
    """
    made = folder(plan, plan.entries, libraries, known, on)
    report = check_document(document_of(plan, made.draft), made.files.__getitem__)
    told = [*remarks(plan, libraries.items), *(one for found in made.effects.values() for one in found.remarks)]
    items = [libraries.items[code] for entry in plan.entries for code in entry.items if code in libraries.items]
    keys = sum(one.kind == "key" for one in items)
    return report | {
        "entries": [found.as_dict() for found in made.effects.values()],
        "remarks": [one.as_dict() for one in told],
        "errors": sum(one.level == ERROR for one in told),
        "kinds": {**by_kind(plan.entries), "general_items": len(items) - keys, "key_items": keys},
        "inspectors_left_out": dict(made.left_out),
    }


def document_of(plan: AnnualPlan, draft: Mapping[str, Any]) -> PlanDocument:
    """Return the plan as ``plan check`` looks at it; the caps have been held against the pools already."""
    plans = tuple(
        Plan(
            row["plan_id"],
            row["dept_id"],
            tuple(row["with"]),
            row["group"],
            row["frame"],
            row["rule"],
            row["rate"],
            row["reserve"],
        )
        for row in draft["plans"]
    )
    chosen = [one for one in plan.entries if one.number in {row.plan_id for row in plans}]
    return PlanDocument(
        file=plan.title,
        plans=plans,
        needs=plan.needs,
        balance=plan.balance,
        roster=ROSTER,
        recusal=RECUSAL,
        periods={one.number: tuple(Period(batch.since, batch.last) for batch in one.batches) for one in chosen},
        kinds={one.number: one.kind for one in chosen},
        ledger=None,
        cap=None,
        per_person_day=plan.per_person_day,
        leave=LEAVE,
    )
