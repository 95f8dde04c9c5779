"""A catalogue release: provisions linked to each other and compiled for the evaluator."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from rules.conditions import (
    Condition,
    ConditionParser,
    Group,
    Negation,
    Param,
    ShiftedFact,
    Test,
    params_of,
    tests_of,
)
from rules.defects import defect
from rules.evaluate import FALSE, STATE_NAMES, TRUE, UNKNOWN, Compound, Network, States, picker
from rules.schema import (
    Aggravating,
    AnyProvision,
    Branch,
    Check,
    Clock,
    DatedNumber,
    Duty,
    FirstViolation,
    ListItem,
    Parameter,
    ParameterSet,
    Priority,
    Ruled,
    Source,
    StatuteGround,
    Violation,
    ViolationVersion,
)
from rules.wording import condition_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from rules.facts import Vocabulary

FIRST: Final = "first_violation"
LIMITATION: Final = "APL-36"
Grounded = ListItem | StatuteGround | Aggravating | Check | Duty | Clock


@dataclass(frozen=True, slots=True)
class Line:
    """One top-level condition of a provision, ready to be shown and traced."""

    node: int
    condition: Condition
    atoms: tuple[tuple[int, str], ...]  # (atom node, fact name asked for)
    shown: tuple[dict[str, object], dict[str, object], dict[str, object]]  # by state


@dataclass(frozen=True, slots=True)
class Compiled:
    """A provision's conditions for a span of days in which its parameters do not change."""

    key: str  # names the span in the second opinion: id, place, number
    start: date
    until: date | None
    lines: tuple[Line, ...]
    pick: Callable[[States], tuple[int, ...]]
    compounds: tuple[Compound, ...]

    def trace(self, states: States) -> tuple[int, ...]:
        """The state of every top-level condition; fills the compounds it needs."""
        for compound in self.compounds:
            states[compound.index] = compound.apply(states)
        return self.pick(states)

    def holds_on(self, day: date) -> bool:
        """Whether these parameters are those of the day."""
        return self.start <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A provision together with its compiled spans."""

    provision: Grounded
    file: str
    spans: tuple[Compiled, ...]
    first: FirstViolation | None = None

    @property
    def id(self) -> str:
        """Identifier of the provision."""
        return self.provision.id

    @property
    def keys(self) -> Mapping[str, str]:
        """How facts are renamed in its conditions (初次违法 under this list's own window)."""
        return {FIRST: first_key(self.first)} if self.first else {}

    def at(self, day: date) -> Compiled | None:
        """The compiled conditions in force on the day; None outside its time."""
        spans = self.spans
        if len(spans) == 1 and spans[0].holds_on(day):
            return spans[0]
        return next((span for span in spans if span.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class CompiledBranch:
    """A branch of a penalty with its condition compiled; ``node`` None: no condition."""

    branch: Branch
    condition: Condition | None
    node: int | None
    compounds: tuple[Compound, ...]
    atoms: tuple[tuple[int, str], ...]

    def state(self, states: States) -> int:
        """Whether the branch's condition holds; TRUE when it has none."""
        if self.node is None:
            return TRUE
        for compound in self.compounds:
            states[compound.index] = compound.apply(states)
        return states[self.node]


@dataclass(frozen=True, slots=True)
class CompiledLaw:
    """The law of a violation for a time, with its branches compiled."""

    version: ViolationVersion
    branches: tuple[CompiledBranch, ...]


@dataclass(slots=True)
class Release:
    """Everything the service knows of the law at one time, under one digest.

    Built by :func:`rules.load.load_catalogue`; raises CatalogueError while linking.
    """

    digest: str
    vocabulary: Vocabulary
    provisions: Mapping[str, tuple[str, AnyProvision]]
    network: Network = field(init=False)
    sources: dict[str, Source] = field(init=False, default_factory=dict)
    violations: dict[str, Violation] = field(init=False, default_factory=dict)
    items: dict[str, Ground] = field(init=False, default_factory=dict)
    statute: dict[str, Ground] = field(init=False, default_factory=dict)
    aggravating: dict[str, Ground] = field(init=False, default_factory=dict)
    checks: dict[str, Ground] = field(init=False, default_factory=dict)
    clocks: dict[str, Ground] = field(init=False, default_factory=dict)
    duties: dict[str, Ground] = field(init=False, default_factory=dict)
    parameters: dict[str, ParameterSet] = field(init=False, default_factory=dict)
    priorities: tuple[Priority, ...] = field(init=False, default=())
    items_of_violation: dict[str, list[Ground]] = field(init=False, default_factory=dict)
    items_of_field: dict[str, list[Ground]] = field(init=False, default_factory=dict)
    laws: dict[str, tuple[CompiledLaw, ...]] = field(init=False, default_factory=dict)
    limited: dict[str, Ground] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Link and compile; the order of provisions is that of their files."""
        self.network = Network(self.vocabulary)
        parts = self.provisions.values()
        self.sources = {p.id: p for _, p in parts if isinstance(p, Source)}
        self.violations = {p.id: p for _, p in parts if isinstance(p, Violation)}
        self.parameters = {p.id: p for _, p in parts if isinstance(p, ParameterSet)}
        self.priorities = tuple(p for _, p in parts if isinstance(p, Priority))
        for file, provision in parts:
            self._add(file, provision)
        self.statute = dict(sorted(self.statute.items(), key=_stage))
        for file, violation in parts:
            if isinstance(violation, Violation):
                self._link_violation(file, violation)
        self._check_references()

    def ground(self, identifier: str) -> Ground | None:
        """The list item or statute ground of that id."""
        return self.items.get(identifier) or self.statute.get(identifier)

    def law_at(self, violation: str, day: date) -> CompiledLaw | None:
        """The law of a violation on a day; None where it was not a violation then."""
        laws = self.laws.get(violation, ())
        return next((law for law in laws if law.version.in_force.contains(day)), None)

    def _link_violation(self, file: str, violation: Violation) -> None:
        linker = _ViolationLinker(self.network, file)
        versions = enumerate(violation.versions)
        laws = (linker.law(f"versions[{n}]", v) for n, v in versions if not v.abolished)
        self.laws[violation.id] = tuple(laws)
        if violation.limitation and LIMITATION in self.statute:
            self.limited[violation.id] = self._limited(self.statute[LIMITATION], violation)

    def _limited(self, ground: Ground, violation: Violation) -> Ground:
        """The limitation ground with the years another law sets for this violation."""
        provision = ground.provision
        spans: list[Compiled] = []
        for limit in violation.limitation:
            years = {
                "limit_years": limit.years,
                "extended_limit_years": limit.extended_years or limit.years,
            }
            time = limit.in_force
            special = provision.model_copy(
                update={
                    "in_force": time,
                    "parameters": {
                        name: _constant(provision.parameters[name], time.from_, value) for name, value in years.items()
                    },
                    "citations": (*provision.citations, limit.citation),
                }
            )
            variant = f"/{violation.id}/{time.from_.isoformat()}"
            spans += _spans(self.network, ground.file, special, None, variant)
        first = spans[0].start
        earlier = [span for span in ground.spans if span.start < first]
        shortened = [replace(span, until=min(span.until or first, first)) for span in earlier]
        cited = provision.model_copy(
            update={
                "citations": (
                    *provision.citations,
                    *(limit.citation for limit in violation.limitation),
                )
            }
        )
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
        if shelf is None or isinstance(provision, Source | Violation | ParameterSet | Priority):
            return
        first = self._first_violation(file, provision)
        ground = Ground(provision, file, _spans(self.network, file, provision, first), first)
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

    def _check_references(self) -> None:
        for ground in self.items.values():
            item = ground.provision
            assert isinstance(item, ListItem)  # noqa: S101  (the shelf holds nothing else)
            for violation in item.violations:
                if violation not in self.violations:
                    raise defect(ground.file, "violations", f"没有编号为 {violation} 的案由")
            if item.same_as is not None and item.same_as not in self.statute:
                raise defect(ground.file, "same_as", f"没有编号为 {item.same_as} 的法定情形")
        known = {*self.items, *self.statute, *self.aggravating}
        for priority in self.priorities:
            missing = {*priority.over, *priority.under} - known
            if missing:
                file = self.provisions[priority.id][0]
                raise defect(file, "over", f"没有这些编号：{'、'.join(sorted(missing))}")


def _stage(entry: tuple[str, Ground]) -> tuple[int, str]:
    provision = entry[1].provision
    return (provision.stage if isinstance(provision, StatuteGround) else 0, entry[0])


def _constant(parameter: Parameter, start: date, value: int) -> Parameter:
    one = DatedNumber.model_validate({"from": start, "value": value})
    return Parameter(unit=parameter.unit, values=(one,))


class _ViolationLinker:
    """Compiles the branch conditions of a violation and checks its bases."""

    def __init__(self, network: Network, file: str) -> None:
        self._network = network
        self._file = file

    def law(self, key: str, version: ViolationVersion) -> CompiledLaw:
        branches = version.penalty.branches if version.penalty else ()
        compiled = (self._branch(f"{key}.penalty.branches[{place}]", branch) for place, branch in enumerate(branches))
        return CompiledLaw(version, tuple(compiled))

    def _branch(self, key: str, branch: Branch) -> CompiledBranch:
        if branch.fine is not None:
            self._check_measures(key, (branch.fine.base, branch.fine.per))
        if branch.when is None:
            return CompiledBranch(branch, None, None, (), ())
        parser = ConditionParser(self._network.vocabulary, self._file)
        condition = parser.parse(branch.when, f"{key}.when")
        if params_of(condition):
            raise defect(self._file, f"{key}.when", "此处的条件不能引用参数")
        node = self._network.add(condition, {})
        atoms = tuple((a.index, a.test.fact) for a in self._network.atoms_below(node))
        return CompiledBranch(branch, condition, node, self._network.below(node), atoms)

    def _check_measures(self, key: str, names: Iterable[str | None]) -> None:
        for name in names:
            if name is None:
                continue
            fact = self._network.vocabulary.get(name)
            if fact is None or fact.type not in {"integer", "number", "money"}:
                raise defect(self._file, f"{key}.fine", f"{name} 不是数值类事实")


def _spans(
    network: Network,
    file: str,
    provision: Grounded,
    first: FirstViolation | None,
    variant: str = "",
) -> tuple[Compiled, ...]:
    parser = ConditionParser(network.vocabulary, file)
    conditions = list(parser.parse_list(provision.conditions, "conditions"))
    if isinstance(provision, Ruled):
        excluded = parser.parse_list(provision.exclusions, "exclusions")
        conditions += [Negation(one) for one in excluded]
    keys = {FIRST: first_key(first)} if first else {}
    used = {name for condition in conditions for name in params_of(condition)}
    unknown = used - set(provision.parameters)
    if unknown:
        raise defect(file, "parameters", f"没有定义参数 {'、'.join(sorted(unknown))}")
    return tuple(
        _compile(
            network,
            f"{provision.id}{variant}#{number}",
            _resolved(conditions, provision, start, file, network.vocabulary),
            (start, until),
            keys,
        )
        for number, (start, until) in enumerate(_periods(provision, used))
    )


def first_key(first: FirstViolation) -> str:
    """The key under which ``first_violation`` is kept for lists with this window and scope."""
    return f"{FIRST}|{first.window_months}|{first.scope}"


def _periods(provision: Grounded, used: set[str]) -> list[tuple[date, date | None]]:
    """Split the time in force at the days on which a used parameter changes."""
    start, until = provision.in_force.from_, provision.in_force.until
    days = {
        one.from_
        for name in used
        for one in provision.parameters[name].values
        if one.from_ > start and (until is None or one.from_ < until)
    }
    cuts = [start, *sorted(days)]
    return list(zip(cuts, [*cuts[1:], until], strict=True))


def _resolved(
    conditions: list[Condition], provision: Grounded, day: date, file: str, vocabulary: Vocabulary
) -> list[Condition]:
    def amount(name: str) -> object:
        value = provision.parameters[name].at(day)
        if value is None:
            raise defect(file, f"parameters.{name}", f"{day.isoformat()} 没有数值")
        return value

    return [resolve(condition, amount, vocabulary) for condition in conditions]


def resolve(condition: Condition, amount: Callable[[str], object], vocabulary: Vocabulary) -> Condition:
    """The condition with every parameter replaced by its value (amounts of money in fen)."""
    if isinstance(condition, Negation):
        return Negation(resolve(condition.part, amount, vocabulary), condition.wording)
    if isinstance(condition, Group):
        parts = tuple(resolve(part, amount, vocabulary) for part in condition.parts)
        return Group(condition.kind, condition.need, parts, condition.wording)
    value = condition.value
    if isinstance(value, Param):
        value = vocabulary[condition.fact].normalise(amount(value.name))
    elif isinstance(value, ShiftedFact) and isinstance(value.amount, Param):
        value = ShiftedFact(value.fact, value.unit, int(amount(value.amount.name)))  # type: ignore[call-overload]
    return Test(condition.fact, condition.op, value, condition.wording)


def _compile(
    network: Network,
    key: str,
    conditions: list[Condition],
    period: tuple[date, date | None],
    keys: Mapping[str, str],
) -> Compiled:
    lines = tuple(_line(network, condition, keys) for condition in conditions)
    nodes = [line.node for line in lines]
    compounds: dict[int, Compound] = {}
    for node in nodes:
        compounds.update((one.index, one) for one in network.below(node))
    pick = picker(nodes) if nodes else _nothing
    return Compiled(key, *period, lines, pick, tuple(compounds.values()))


def _nothing(_states: States) -> tuple[int, ...]:
    return ()


def _line(network: Network, condition: Condition, keys: Mapping[str, str]) -> Line:
    node = network.add(condition, keys)
    atoms: list[tuple[int, str]] = []
    for atom in network.atoms_below(node):
        atoms.append((atom.index, atom.test.fact))
        if isinstance(atom.test.value, ShiftedFact):
            atoms.append((atom.index, atom.test.value.fact))
    body: dict[str, object] = {
        "text": condition_text(condition, network.vocabulary),
        "facts": list(dict.fromkeys(fact for _, fact in atoms)),
    }
    if any(test.wording.ours for test in tests_of(condition)) or condition.wording.ours:
        body["ours"] = True
    shown = tuple(body | {"state": name} for name in STATE_NAMES)
    return Line(node, condition, tuple(atoms), shown)  # type: ignore[arg-type]


def open_facts(compiled: Compiled, trace: tuple[int, ...], states: States) -> list[str]:
    """The facts that keep a provision undetermined; empty once some condition is false."""
    if FALSE in trace:
        return []
    found: dict[str, None] = {}
    for line, state in zip(compiled.lines, trace, strict=True):
        if state == UNKNOWN:
            found.update((fact, None) for atom, fact in line.atoms if states[atom] == UNKNOWN)
    return list(found)
