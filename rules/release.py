"""A catalogue release: provisions linked to each other and compiled for the evaluator."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from rules.benchmarks import CompiledBenchmark
from rules.clocks import check_clock
from rules.compiled import (
    Compiled,
    CompiledLaw,
    Ground,
    Grounded,
    ViolationLinker,
    compile_condition,
    spans_of,
)
from rules.defects import defect
from rules.evaluate import Network
from rules.moments import days_of_change
from rules.schema import (
    Aggravating,
    AnyProvision,
    Benchmark,
    Check,
    Clock,
    Duty,
    FirstViolation,
    ListItem,
    Priority,
    Source,
    StatuteGround,
)
from rules.schema_parts import DatedNumber, Parameter
from rules.schema_violation import Limitation, Violation

if TYPE_CHECKING:
    from datetime import date

    from rules.facts import Vocabulary
    from rules.schema_repair import RepairProvision
    from rules.standing import General

LIMITATION: Final = "APL-36"
EXTENSION: Final = "extended_limit_applies"


@dataclass(frozen=True, slots=True)
class RepairPart:
    """The catalogue of credit repair: its own vocabulary, and its provisions by id with their files."""

    vocabulary: Vocabulary
    provisions: Mapping[str, tuple[str, RepairProvision]]


@dataclass(slots=True)
class Release:
    """Everything the service knows of the law at one time, under one digest.

    Built by :func:`rules.load.load_catalogue`; raises CatalogueError while linking.
    """

    digest: str
    vocabulary: Vocabulary
    provisions: Mapping[str, tuple[str, AnyProvision]]
    accepted: Mapping[str, object] = field(default_factory=dict)  # see rules.check.accepted
    repair: RepairPart | None = None
    network: Network = field(init=False)
    sources: dict[str, Source] = field(init=False, default_factory=dict)
    violations: dict[str, Violation] = field(init=False, default_factory=dict)
    items: dict[str, Ground] = field(init=False, default_factory=dict)
    statute: dict[str, Ground] = field(init=False, default_factory=dict)
    aggravating: dict[str, Ground] = field(init=False, default_factory=dict)
    checks: dict[str, Ground] = field(init=False, default_factory=dict)
    clocks: dict[str, Ground] = field(init=False, default_factory=dict)
    duties: dict[str, Ground] = field(init=False, default_factory=dict)
    benchmarks: dict[str, CompiledBenchmark] = field(init=False, default_factory=dict)
    orders: tuple[tuple[Priority, frozenset[tuple[str, str]]], ...] = field(init=False, default=())
    items_of_violation: dict[str, list[Ground]] = field(init=False, default_factory=dict)
    items_of_field: dict[str, list[Ground]] = field(init=False, default_factory=dict)
    laws: dict[str, tuple[CompiledLaw, ...]] = field(init=False, default_factory=dict)
    limited: dict[str, Ground] = field(init=False, default_factory=dict)
    drafts: dict[str, AnyProvision] = field(init=False, default_factory=dict)
    days: tuple[date, ...] = field(init=False, default=())  # on which something changes
    general: dict[tuple[str | None, int], General] = field(init=False, default_factory=dict)  # see rules.standing

    def __post_init__(self) -> None:
        """Link and compile; the order of provisions is that of their files."""
        self.network = Network(self.vocabulary)
        self.drafts = {name: one for name, (_, one) in self.provisions.items() if _is_draft(one)}
        parts = [part for name, part in self.provisions.items() if name not in self.drafts]
        self.sources = {p.id: p for _, p in parts if isinstance(p, Source)}
        self.violations = {p.id: p for _, p in parts if isinstance(p, Violation)}
        self.orders = tuple((p, _pairs(p)) for _, p in parts if isinstance(p, Priority))
        for file, provision in parts:
            self._add(file, provision)
        self.statute = dict(sorted(self.statute.items(), key=_stage))
        for file, violation in parts:
            if isinstance(violation, Violation):
                self._link_violation(file, violation)
            elif isinstance(violation, Benchmark):
                self._link_benchmark(file, violation)
        self._check_references()
        self.days = days_of_change(self)

    def ground(self, identifier: str) -> Ground | None:
        """The list item or statute ground of that id."""
        return self.items.get(identifier) or self.statute.get(identifier)

    def epoch(self, day: date) -> int:
        """A number for the time between two days of change in which a day lies."""
        return bisect_right(self.days, day)

    def law_at(self, violation: str, day: date) -> CompiledLaw | None:
        """The law of a violation on a day; None where it was not a violation then."""
        laws = self.laws.get(violation, ())
        return next((law for law in laws if law.version.in_force.contains(day)), None)

    def _link_violation(self, file: str, violation: Violation) -> None:
        linker = ViolationLinker(self.network, file)
        versions = enumerate(violation.versions)
        laws = (linker.law(f"versions[{n}]", v) for n, v in versions if not v.abolished)
        self.laws[violation.id] = tuple(laws)
        if violation.limitation and LIMITATION in self.statute:
            self.limited[violation.id] = self._limited(self.statute[LIMITATION], violation)

    def _link_benchmark(self, file: str, benchmark: Benchmark) -> None:
        linker = ViolationLinker(self.network, file)
        steps = []
        for number, step in enumerate(benchmark.steps):
            key = f"steps[{number}]"
            if step.fine is not None:
                linker.check_measures(key, (step.fine.base, step.fine.per))
            when = compile_condition(self.network, file, f"{key}.when", step.when) if step.when is not None else None
            steps.append((step, when))
        self.benchmarks[benchmark.id] = CompiledBenchmark(benchmark, tuple(steps))

    def _limited(self, ground: Ground, violation: Violation) -> Ground:
        """The limitation ground with the years another law sets for this violation."""
        provision = ground.provision
        spans: list[Compiled] = []
        for limit in violation.limitation:
            start = limit.in_force.from_
            special = provision.model_copy(update=_special_limit(provision, limit))
            variant = f"/{violation.id}/{start.isoformat()}"
            spans += spans_of(self.network, ground.file, special, None, variant)
        first = spans[0].start
        earlier = [span for span in ground.spans if span.start < first]
        shortened = [replace(span, until=min(span.until or first, first)) for span in earlier]
        dated = (one.citation.model_copy(update={"from_": one.in_force.from_}) for one in violation.limitation)
        cited = provision.model_copy(update={"citations": (*provision.citations, *dated)})
        return Ground(cited, ground.file, (*shortened, *spans))

    def _add(self, file: str, provision: AnyProvision) -> None:
        shelves: dict[type, dict[str, Ground]] = {
            ListItem: self.items,
            StatuteGround: self.statute,
            Aggravating: self.aggravating,
            Check: self.checks,
            Clock: self.clocks,
            Duty: self.duties,
        }
        shelf = shelves.get(type(provision))
        if shelf is None or isinstance(provision, Source | Violation | Benchmark | Priority):
            return
        first = self._first_violation(file, provision)
        ground = Ground(provision, file, spans_of(self.network, file, provision, first), first)
        shelf[provision.id] = ground
        if isinstance(provision, ListItem):
            self._index(ground, provision)

    def _first_violation(self, file: str, provision: Grounded) -> FirstViolation | None:
        if not isinstance(provision, ListItem):
            return None
        source = self.sources.get(provision.source)
        if source is None:
            raise defect(file, "source", f"没有编号为 {provision.source} 的清单文件")
        return provision.first_violation or source.first_violation

    def _index(self, ground: Ground, item: ListItem) -> None:
        if item.only_when_named:
            return
        for violation in item.violations:
            self.items_of_violation.setdefault(violation, []).append(ground)
        for name in item.fields:
            self.items_of_field.setdefault(name, []).append(ground)

    def _check_violation(self, file: str, violation: str) -> None:
        if violation not in self.violations:
            raise defect(file, "violations", f"没有编号为 {violation} 的案由")

    def _check_references(self) -> None:
        for ground in self.items.values():
            item = ground.provision
            assert isinstance(item, ListItem)  # noqa: S101  (the shelf holds nothing else)
            for violation in item.violations:
                self._check_violation(ground.file, violation)
            if item.same_as is not None and item.same_as not in self.statute:
                raise defect(ground.file, "same_as", f"没有编号为 {item.same_as} 的法定情形")
        for ground in self.clocks.values():
            if isinstance(ground.provision, Clock):
                check_clock(ground.file, ground.provision, self.vocabulary)
        known = {*self.items, *self.statute, *self.aggravating}
        for compiled in self.benchmarks.values():
            for violation in compiled.benchmark.violations:
                self._check_violation(self.provisions[compiled.benchmark.id][0], violation)
        for priority, _ in self.orders:
            missing = {*priority.over, *priority.under} - known
            if missing:
                file = self.provisions[priority.id][0]
                raise defect(file, "over", f"没有这些编号：{'、'.join(sorted(missing))}")


def _is_draft(provision: AnyProvision) -> bool:
    return isinstance(provision, ListItem | Violation) and provision.status == "draft"


def _pairs(priority: Priority) -> frozenset[tuple[str, str]]:
    return frozenset((over, under) for over in priority.over for under in priority.under)


def _stage(entry: tuple[str, Ground]) -> tuple[int, str]:
    provision = entry[1].provision
    return (provision.stage if isinstance(provision, StatuteGround) else 0, entry[0])


def _special_limit(provision: Grounded, limit: Limitation) -> dict[str, object]:
    """What the limitation of another law changes in the general one."""
    years = {"limit_years": limit.years, "extended_limit_years": limit.extended_years or limit.years}
    start = limit.in_force.from_
    return {
        "in_force": limit.in_force,
        "parameters": {name: _constant(provision.parameters[name], start, value) for name, value in years.items()},
        "conditions": tuple(_with_extension(one, limit.extended_when) for one in provision.conditions),
    }


def _with_extension(raw: object, extended_when: object | None) -> object:
    """The raw condition with the test for the longer period replaced by that of another law."""
    if extended_when is None:
        return raw
    if isinstance(raw, Mapping):
        if raw.get("fact") == EXTENSION:
            return {"not": extended_when}
        return {key: _with_extension(value, extended_when) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [_with_extension(one, extended_when) for one in raw]
    return raw


def _constant(parameter: Parameter, start: date, value: int) -> Parameter:
    one = DatedNumber.model_validate({"from": start, "value": value})
    return Parameter(unit=parameter.unit, values=(one,))
