"""Provisions compiled for the evaluator: their conditions as nodes, span by span of days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.conditioncode import condition_code
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
from rules.schema import Aggravating, Clock, FirstViolation, ListItem, Ruled, StatuteGround
from rules.wording import condition_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from rules.facts import Vocabulary
    from rules.schema_parts import Dispute
    from rules.schema_violation import Branch, ViolationVersion

FIRST: Final = "first_violation"
_MOST_SEEN: Final = 64
"""Ways in which the comparisons of one provision came out that are remembered; then it begins anew."""
Grounded = Ruled | Clock
Conditional = Ruled | Clock


@dataclass(frozen=True, slots=True)
class Line:
    """One top-level condition of a provision, ready to be shown and traced."""

    node: int
    condition: Condition
    atoms: tuple[tuple[int, str], ...]  # (atom node, fact name asked for)
    shown: tuple[dict[str, object], dict[str, object], dict[str, object]]  # by state


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """How a provision's conditions came out in a case: what follows from the states of its comparisons alone.

    Shared by all cases in which they came out alike: not to be changed.
    """

    trace: tuple[int, ...]
    state: int
    open: tuple[str, ...]  # the facts that keep it undetermined
    rows: list[dict[str, object]]  # the conditions as they are shown


@dataclass(frozen=True, slots=True)
class Compiled:
    """A provision's conditions for a span of days in which its parameters do not change."""

    key: str  # names the span in the second opinion: id, place, number
    start: date
    until: date | None
    lines: tuple[Line, ...]
    pick: Callable[[States], tuple[int, ...]]
    compounds: tuple[Compound, ...]
    atoms: Callable[[States], tuple[int, ...]] = field(init=False, compare=False, repr=False)
    _seen: dict[tuple[int, ...], Seen] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Keep at hand how the comparisons that are read are taken from the states."""
        atoms = list(dict.fromkeys(atom for line in self.lines for atom, _ in line.atoms))
        object.__setattr__(self, "atoms", picker(atoms) if atoms else _nothing)

    def seen(self, states: States) -> Seen:
        """How the conditions come out; worked out once for cases that are alike in what they read."""
        atoms = self.atoms(states)
        found = self._seen.get(atoms)
        if found is None:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            found = self._seen[atoms] = self._look(states)
        return found

    def _look(self, states: States) -> Seen:
        trace = self.trace(states)
        state = min(trace, default=TRUE)
        asked = open_facts(self, trace, states) if state == UNKNOWN else []
        rows = [line.shown[one] for line, one in zip(self.lines, trace, strict=True)]
        return Seen(trace, state, tuple(asked), rows)

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
    id: str = field(init=False)
    lists: tuple[str, ...] = field(init=False, default=())
    force: str = field(init=False, default="may")
    disputed: Dispute | None = field(init=False, default=None)
    reads: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        """Keep at hand what every decision asks for."""
        provision = self.provision
        keep = object.__setattr__
        keep(self, "id", provision.id)
        names = (name for span in self.spans for line in span.lines for _, name in line.atoms)
        keep(self, "reads", frozenset(names))
        if isinstance(provision, StatuteGround):
            keep(self, "lists", provision.lists)
        elif isinstance(provision, ListItem):
            keep(self, "lists", (provision.list, *provision.also_lists))
        if isinstance(provision, ListItem | StatuteGround | Aggravating):
            keep(self, "force", provision.force)
            keep(self, "disputed", provision.disputed)

    @property
    def keys(self) -> Mapping[str, str]:
        """How facts are renamed in its conditions (初次违法 under this list's own window)."""
        return {FIRST: self.first_key} if self.first else {}

    @property
    def first_key(self) -> str:
        """The key of 初次违法 as this list counts it."""
        return first_key(self.first, self.provision.in_force.from_) if self.first else FIRST

    def at(self, day: date) -> Compiled | None:
        """The compiled conditions in force on the day; None outside its time."""
        spans = self.spans
        if len(spans) == 1 and spans[0].holds_on(day):
            return spans[0]
        return next((span for span in spans if span.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A single condition, compiled, with the facts it asks for."""

    condition: Condition
    node: int
    compounds: tuple[Compound, ...]
    atoms: tuple[tuple[int, str], ...]

    def state(self, states: States) -> int:
        """TRUE, FALSE or UNKNOWN; fills the compounds it needs."""
        for compound in self.compounds:
            states[compound.index] = compound.apply(states)
        return states[self.node]

    def open_facts(self, states: States) -> list[str]:
        """The facts whose comparisons are unknown."""
        return list(dict.fromkeys(fact for atom, fact in self.atoms if states[atom] == UNKNOWN))


@dataclass(frozen=True, slots=True)
class CompiledBranch:
    """A branch of a penalty; ``when`` None: no condition. ``code``: the condition as short text."""

    branch: Branch
    when: CompiledCondition | None
    code: str | None = None
    shown: dict[str, object] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Write down once how it is shown among the branches of its law."""
        fine = self.branch.fine
        shown = {
            "when": self.code,
            "label": self.branch.label,
            "escalation": self.branch.escalation,
            "kinds": list(self.branch.kinds or ()),
            "fine": fine.model_dump(mode="json", exclude_none=True) if fine else None,
        }
        object.__setattr__(self, "shown", shown)

    @property
    def condition(self) -> Condition | None:
        """The branch's condition, if it has one."""
        return self.when.condition if self.when else None

    def state(self, states: States) -> int:
        """Whether the branch's condition holds; TRUE when it has none."""
        return self.when.state(states) if self.when else TRUE


@dataclass(frozen=True, slots=True)
class CompiledLaw:
    """The law of a violation for a time, with its branches compiled."""

    version: ViolationVersion
    branches: tuple[CompiledBranch, ...]


def compile_condition(network: Network, file: str, key: str, raw: object) -> CompiledCondition:
    """Compile a condition that stands alone; CatalogueError names file and key."""
    condition = ConditionParser(network.vocabulary, file).parse(raw, key)
    if params_of(condition):
        raise defect(file, key, "此处的条件不能引用参数")
    node = network.add(condition, {})
    atoms = tuple((one.index, one.test.fact) for one in network.atoms_below(node))
    return CompiledCondition(condition, node, network.below(node), atoms)


class ViolationLinker:
    """Compiles the branch conditions of a violation and checks its bases."""

    def __init__(self, network: Network, file: str) -> None:
        self._network = network
        self._file = file

    def law(self, key: str, version: ViolationVersion) -> CompiledLaw:
        """Compile the law of one time; ``key`` is where it stands in the file."""
        branches = version.penalty.branches if version.penalty else ()
        compiled = (self._branch(f"{key}.penalty.branches[{place}]", branch) for place, branch in enumerate(branches))
        return CompiledLaw(version, tuple(compiled))

    def _branch(self, key: str, branch: Branch) -> CompiledBranch:
        if branch.fine is not None:
            self.check_measures(key, (branch.fine.base, branch.fine.per))
        if branch.when is None:
            return CompiledBranch(branch, None)
        when = compile_condition(self._network, self._file, f"{key}.when", branch.when)
        return CompiledBranch(branch, when, condition_code(when.condition, self._network.vocabulary))

    def check_measures(self, key: str, names: Iterable[str | None]) -> None:
        """Every base and count of a fine has to be a numeric fact."""
        for name in names:
            if name is None:
                continue
            fact = self._network.vocabulary.get(name)
            if fact is None or fact.type not in {"integer", "number", "money"}:
                raise defect(self._file, f"{key}.fine", f"{name} 不是数值类事实")


def spans_of(
    network: Network,
    file: str,
    provision: Conditional,
    first: FirstViolation | None,
    variant: str = "",
) -> tuple[Compiled, ...]:
    """Compile a provision's conditions, one span for each set of parameter values.

    ``variant`` tells spans of the same provision apart (a limitation of another law). Raises
    CatalogueError naming file and key.
    """
    parser = ConditionParser(network.vocabulary, file)
    conditions = list(parser.parse_list(provision.conditions, "conditions"))
    if isinstance(provision, Ruled):
        excluded = parser.parse_list(provision.exclusions, "exclusions")
        conditions += [Negation(one) for one in excluded]
    keys = {FIRST: first_key(first, provision.in_force.from_)} if first else {}
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


def first_key(first: FirstViolation, start: date) -> str:
    """The key under which ``first_violation`` is kept for lists that count alike."""
    since = f"|{start.isoformat()}" if first.scope == "since_list_in_force" else ""
    return f"{FIRST}|{first.window_months}|{first.scope}|{first.count_exempted_before}{since}"


def _periods(provision: Conditional, used: set[str]) -> list[tuple[date, date | None]]:
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
    conditions: list[Condition], provision: Conditional, day: date, file: str, vocabulary: Vocabulary
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
