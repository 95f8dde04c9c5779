"""Figures of a year of draws; each carries its two counts and says what it divides by what.

Names, definitions, sources and targets stand in ``plandata/figures.yaml``; here is only the counting.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kernel.datafile import read_text
from kernel.interval import Interval
from kernel.yamldoc import read_yaml
from supervision.planparams import covers, reasons
from supervision.tasks import PUBLISH, due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from supervision.tasks import Finding

PPM = 1_000_000
SAMPLE: Final = "sample"
"""Why a low-risk enterprise was visited when no trigger was in force: the small ratio of its class."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure divides by what, and where it was seen; ``internal`` ones never leave the office."""

    id: str
    name: str
    part: str
    whole: str
    unit: str
    internal: bool
    source: str
    confidence: str
    targets: tuple[Mapping[str, Any], ...]

    @property
    def words(self) -> str:
        """The definition as one line."""
        return f"{self.part} ÷ {self.whole}"

    def target(self, place: str, on: date) -> Mapping[str, Any] | None:
        """Return the target that holds in a place on a day, that of the smallest area."""
        holding = [
            one
            for one in self.targets
            if covers(str(one["place"]).ljust(6, "0"), place) and Interval(one["from"], one["until"]).contains(on)
        ]
        return max(holding, key=lambda one: len(str(one["place"]).rstrip("0")), default=None)


@cache
def definitions() -> Mapping[str, Definition]:
    """Return the definitions of all figures by id."""
    rows: Any = read_yaml(read_text("figures.yaml", "supervision.plandata"), "figures.yaml")
    return {
        name: Definition(
            name,
            row["name"],
            row["part"],
            row["whole"],
            row["unit"],
            row.get("internal", False),
            row["source"],
            row["confidence"],
            tuple(row["targets"]),
        )
        for name, row in rows.items()
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """``part`` of ``whole``; ``of`` is the id of its definition, ``name`` that with what it is about."""

    name: str
    part: int
    whole: int
    definition: str
    of: str = ""

    @property
    def ppm(self) -> int | None:
        """Return the share in parts per million, or None when there is nothing to divide by."""
        return self.part * PPM // self.whole if self.whole else None

    def as_dict(self) -> dict[str, object]:
        """Return the figure with both counts and its definition."""
        own = {"name": self.name, "part": self.part, "whole": self.whole, "ppm": self.ppm}
        return own | {"definition": self.definition, "of": self.of}


def _figure(of: str, part: int, whole: int, about: str = "") -> Figure:
    found = definitions()[of]
    return Figure(f"{of}_{about}" if about else of, part, whole, found.words, of)


@dataclass(frozen=True, slots=True)
class PlanFact:
    """What figures ask of a plan: whether several departments take part, and whether its ratios differ by class."""

    draw_id: str
    plan_id: str
    joint: bool
    by_class: bool


@dataclass(frozen=True, slots=True)
class Year:
    """Everything that the figures of a year are made of.

    ``enterprises``: how many there are. ``items``: those on the list. ``low_risk``: the units of the lowest class.
    ``lifted``: what lifted 无事不扰 for a unit that was visited. ``checks``: (done, dispatched) checks of departments.
    """

    findings: Sequence[Finding]
    plans: Sequence[PlanFact]
    enterprises: int
    items: Sequence[str]
    low_risk: frozenset[str]
    lifted: Mapping[str, frozenset[str]]
    checks: tuple[int, int]
    place: str
    on: date


def figures(year: Year) -> tuple[Figure, ...]:
    """Return all figures of a year, in the order of their definitions."""
    findings = year.findings
    found = [
        _joint_plans(year.plans) if year.plans else _joint_share(findings, "plan"),
        *joint_shares(findings)[1:],
        *class_shares(year.plans, findings),
        drawn_share(findings, year.enterprises),
        item_coverage(findings, year.items),
        _figure("completion", *year.checks),
        on_time(findings, year.on, year.place),
        follow_up(findings, year.on),
        scan_rate(findings),
        *problem_rates(findings),
        *lifts(findings),
        saved(findings),
        undisturbed_rate(year.low_risk, {one.unit for one in findings}),
        *lifted_by(year.low_risk, {one.unit for one in findings}, year.lifted),
    ]
    order = list(definitions())
    return tuple(sorted(found, key=lambda one: order.index(one.of)))


def joint_shares(findings: Sequence[Finding]) -> tuple[Figure, ...]:
    """Return the joint share in its readings; no national formula exists, so each is named."""
    return tuple(_joint_share(findings, by) for by in ("plan", "visit", "check", "item"))


def _joint_plans(plans: Sequence[PlanFact]) -> Figure:
    """Return the share of plans in which several departments take part, drawn or not."""
    every = {(one.draw_id, one.plan_id) for one in plans}
    return _figure("joint_by_plan", len({(one.draw_id, one.plan_id) for one in plans if one.joint}), len(every))


def _joint_share(findings: Sequence[Finding], by: str) -> Figure:
    every = {_key(one, by) for one in findings}
    joint = {_key(one, by) for one in findings if one.joint}
    return _figure(f"joint_by_{by}", len(joint), len(every))


def _key(one: Finding, by: str) -> tuple[str, ...]:
    check = (one.draw_id, one.unit, one.dept)
    # A joint visit is one visit however many departments take part.
    visit = (one.draw_id, one.unit) if one.joint else check
    return {"plan": (one.draw_id, one.plan_id), "visit": visit, "check": check, "item": (one.item,)}[by]


def class_shares(plans: Sequence[PlanFact], findings: Sequence[Finding]) -> tuple[Figure, ...]:
    """Return the shares of plans, and of checks, whose ratios differ by class."""
    tied = {(one.draw_id, one.plan_id) for one in plans if one.by_class}
    every = {_key(one, "check") for one in findings}
    own = {_key(one, "check") for one in findings if (one.draw_id, one.plan_id) in tied}
    return (
        _figure("class_plans", len(tied), len({(one.draw_id, one.plan_id) for one in plans})),
        _figure("class_checks", len(own), len(every)),
    )


def drawn_share(findings: Iterable[Finding], enterprises: int) -> Figure:
    """Return the share of enterprises visited at least once."""
    return _figure("drawn", len({one.unit for one in findings}), enterprises)


def item_coverage(findings: Iterable[Finding], items: Iterable[str]) -> Figure:
    """Return the share of listed items that were checked at least once."""
    listed = set(items)
    return _figure("items", len(listed & {one.item for one in findings}), len(listed))


def on_time(findings: Iterable[Finding], on: date, place: str = "000000") -> Figure:
    """Return the share published in time among those whose time is over, or which are published."""
    part = whole = 0
    last_of: dict[date, date] = {}
    for one in findings:
        last = last_of.get(one.checked_on) or last_of.setdefault(
            one.checked_on, due(PUBLISH, one.checked_on, place).day
        )
        if one.published_on is None and on <= last:
            continue
        whole += 1
        part += one.published_on is not None and one.published_on <= last
    return _figure("on_time", part, whole)


def follow_up(findings: Iterable[Finding], on: date) -> Figure:
    """Return the share of problems put right among those whose time is over, or which are put right."""
    asked = [one for one in findings if one.due_on is not None and (one.corrected_on is not None or one.due_on < on)]
    return _figure("follow_up", sum(one.corrected_on is not None for one in asked), len(asked))


def scan_rate(findings: Iterable[Finding]) -> Figure:
    """Return the share of visits before which the code at the door was scanned."""
    known = {_key(one, "visit"): bool(one.scanned) for one in findings if one.scanned is not None}
    return _figure("scanned", sum(known.values()), len(known))


def _by_class(findings: Iterable[Finding]) -> tuple[Counter[str], Counter[str]]:
    """Return enterprises found in scope, and those with a problem, by class."""
    checked: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    by_unit: dict[tuple[str, str], set[str]] = {}
    for one in findings:
        if one.credit_class is not None:
            by_unit.setdefault((one.credit_class, one.unit), set()).add(one.result.group)
    for (credit_class, _), groups in by_unit.items():
        if groups != {"out_of_scope"}:
            checked[credit_class] += 1
            problems[credit_class] += "problem" in groups
    return checked, problems


def problem_rates(findings: Iterable[Finding]) -> tuple[Figure, ...]:
    """Return per credit class the share of enterprises with a problem among those found in scope."""
    checked, problems = _by_class(findings)
    return tuple(_figure("problems", problems[name], checked[name], name) for name in sorted(checked))


def lifts(findings: Iterable[Finding]) -> tuple[Figure, ...]:
    """Return per class its problem rate against that of all: above one, the classification finds more.

    ``part`` and ``whole`` are the two rates in parts per million.
    """
    checked, problems = _by_class(findings)
    total = sum(checked.values())
    mean = sum(problems.values()) * PPM // total if total else 0
    return tuple(
        _figure("lift", problems[name] * PPM // checked[name], mean, name) for name in sorted(checked) if checked[name]
    )


def saved(findings: Iterable[Finding]) -> Figure:
    """Return the visits saved: as many as departments at one door beyond the first."""
    rows = list(findings)
    apart = {_key(one, "check") for one in rows}
    return _figure("saved", len(apart) - len({_key(one, "visit") for one in rows}), len(apart))


def undisturbed_rate(low_risk: Iterable[str], visited: Iterable[str]) -> Figure:
    """Return the share of low-risk enterprises that nobody visited."""
    low = set(low_risk)
    return _figure("undisturbed", len(low - set(visited)), len(low))


def lifted_by(
    low_risk: Iterable[str], visited: Iterable[str], lifted: Mapping[str, frozenset[str]]
) -> tuple[Figure, ...]:
    """Return for each trigger the share of visited low-risk enterprises that it lifted; the rest was the small sample.

    A unit that two triggers lifted counts under both.
    """
    low = set(low_risk) & set(visited)
    by_code = {code: sum(code in lifted.get(unit, ()) for unit in low) for code in reasons("lifting")}
    sample = sum(not lifted.get(unit) for unit in low)
    return tuple(_figure("lifted", many, len(low), code) for code, many in {**by_code, SAMPLE: sample}.items())
