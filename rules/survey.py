"""Many provisions against one case at once: outcomes, every condition's state, the facts missing.

The evaluator walks one provision after the other. Here the conditions of a fixed set of spans are
laid out once as places in one array of states, each with its complement beside it. A negation is
then only another place to read, *any* is the complement of *all* over complements, and what is left
is one kind of step, the least of some places, taken for all groups of a depth together. Comparisons
are tables: a fact's value says at once how all comparisons that read it come out.

The answers are those of :mod:`rules.evaluate`, condition for condition; the tests hold them together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rules.evaluate import FALSE, TRUE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rules.compiled import Compiled
    from rules.evaluate import Atom, Network, Tester
    from rules.facts import Fact, Vocabulary

    Codes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    Places = np.ndarray[tuple[int], np.dtype[np.intp]]
    Reader = Callable[[Any], bytes]  # the comparisons of one fact, by its value
    Literal = tuple[int, bool]  # a place, and whether its state is meant or the complement
    GroupKey = tuple[int, tuple[Literal, ...]]  # how many of the parts are needed, and the parts

_ALWAYS: Final = 0  # the place of a state that is always TRUE
_ONE: Final = (bytes([FALSE]), bytes([UNKNOWN]), bytes([TRUE]))


class Survey:
    """A fixed set of spans, ready to be held against one case after the other."""

    def __init__(self, network: Network, spans: Sequence[Compiled]) -> None:
        """``spans`` in the order in which they are answered. Read-only once built, safe from any thread."""
        self.spans = tuple(spans)
        self._comparisons = _Comparisons(network, self.spans)
        wiring = _Wiring(network, self._comparisons.places)
        lines = [[wiring.literal(line.node) for line in span.lines] for span in self.spans]
        self._groups = _Groups(wiring)
        # A span without conditions reads the place that is always TRUE, and shows no condition.
        read = [span or [(_ALWAYS, True)] for span in lines]
        self._lines = self._groups.indices(literal for span in read for literal in span)
        self._starts = _starts(read)
        self._questions = _Questions(self.spans, self._starts, self._comparisons.places, network.vocabulary)

    def ask(self, facts: Mapping[str, object]) -> Surveyed:
        """Hold every span against the facts of an Instant; an absent one is not established."""
        places = self._groups.fill(self._comparisons.read(facts))
        lines = places.reshape(-1)[self._lines]
        outcomes = np.minimum.reduceat(lines, self._starts) if self.spans else lines
        return Surveyed(self.spans, self._questions, self._starts, places[0], lines, outcomes)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The answers for one case, in the order of the survey's spans (states 0, 1, 2)."""

    spans: tuple[Compiled, ...]
    _questions: _Questions
    _starts: Places
    _states: Codes
    _lines: Codes
    outcomes: Codes

    def trace(self, number: int) -> tuple[int, ...]:
        """The state of every condition of one span."""
        start = int(self._starts[number])
        return tuple(self._lines[start : start + len(self.spans[number].lines)].tolist())

    def open_facts(self, number: int) -> list[str]:
        """The facts that keep a span undetermined, in reading order; empty once it is settled."""
        questions = self._questions
        of_span = questions.of_span(number)
        facts = questions.fact[of_span][self._open(of_span)]
        return [questions.names[fact] for fact in dict.fromkeys(facts.tolist())]

    def missing(self) -> list[tuple[str, int]]:
        """Each missing fact with how many open spans ask for it, the most asked first."""
        questions = self._questions
        asked = np.zeros(len(questions.asked), np.bool_)
        asked[questions.slot[self._open(slice(None))]] = True
        counts = np.bincount(questions.asked[asked])
        ranked = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        names = questions.names
        return [(names[fact], count) for fact, count in zip(ranked.tolist(), counts[ranked].tolist(), strict=True)]

    def _open(self, rows: slice) -> Places:
        """The rows whose span, condition and comparison are all unknown: the only odd state."""
        questions = self._questions
        unknown = (self.outcomes & UNKNOWN)[questions.span[rows]]
        unknown &= self._lines[questions.line[rows]]
        unknown &= self._states[questions.comparison[rows]]
        return unknown.nonzero()[0]


class _Questions:
    """Which facts each span asks for: a row for each fact of each comparison of each condition."""

    def __init__(
        self, spans: Sequence[Compiled], starts: Places, places: Mapping[int, int], vocabulary: Vocabulary
    ) -> None:
        self.names = list(vocabulary.order)
        rows = [
            (number, start + offset, places[atom], vocabulary.order[fact])
            for number, (span, start) in enumerate(zip(spans, starts.tolist(), strict=True))
            for offset, line in enumerate(span.lines)
            for atom, fact in line.atoms
        ]
        self.span, self.line, self.comparison, self.fact = np.array(rows, np.intp).reshape(-1, 4).T.copy()
        pairs = [(number, fact) for number, _, _, fact in rows]
        slots = {pair: slot for slot, pair in enumerate(dict.fromkeys(pairs))}
        self.slot = np.array([slots[pair] for pair in pairs], np.intp)
        self.asked = np.array([fact for _, fact in slots], np.intp)
        self._bounds = np.searchsorted(self.span, range(len(spans) + 1)).tolist()

    def of_span(self, number: int) -> slice:
        """The rows of one span."""
        return slice(self._bounds[number], self._bounds[number + 1])


# -- comparisons ------------------------------------------------------------------------------


class _Comparisons:
    """All comparisons that some spans make, in the order of the facts they read."""

    def __init__(self, network: Network, spans: Iterable[Compiled]) -> None:
        used = {atom: None for span in spans for line in span.lines for atom, _ in line.atoms}
        of_few: dict[str, list[Atom]] = {}
        of_many: dict[str, list[Atom]] = {}
        vocabulary = network.vocabulary
        for atom in (network.atoms[node] for node in used):
            if atom.check is not None:
                by_key = of_few if vocabulary[atom.test.fact].type in {"bool", "enum"} else of_many
                by_key.setdefault(atom.key, []).append(atom)
        self._tables = [(key, _table(vocabulary[atoms[0].test.fact], atoms)) for key, atoms in of_few.items()]
        self._readers = [(key, _reader(vocabulary[atoms[0].test.fact], atoms)) for key, atoms in of_many.items()]
        self._of_two_facts = [atom for atom in network.shifted if atom.index in used]
        order = [atom.index for atoms in (*of_few.values(), *of_many.values()) for atom in atoms]
        order += [atom.index for atom in self._of_two_facts]
        self.places = {node: place for place, node in enumerate(order, start=_ALWAYS + 1)}

    def read(self, facts: Mapping[str, object]) -> bytes:
        """The state of every comparison, after that of the place that is always TRUE."""
        known = facts.get
        states = [_ONE[TRUE]]
        states += [table[known(key)] for key, table in self._tables]
        states += [read(known(key)) for key, read in self._readers]
        states += [_ONE[atom.state(facts)] for atom in self._of_two_facts]
        return b"".join(states)


def _table(fact: Fact, atoms: Sequence[Atom]) -> dict[object, bytes]:
    """How the comparisons of a fact of few values come out, by its value; None: not established."""
    values = (True, False) if fact.type == "bool" else fact.value_names
    checks = _checks(atoms)
    return {None: _unknown(checks)} | {value: _verdicts(checks, value) for value in values}


def _reader(fact: Fact, atoms: Sequence[Atom]) -> Reader:
    checks = _checks(atoms)
    unknown = _unknown(checks)
    if fact.is_ordered:
        return _scale(_thresholds(atoms), checks, unknown)
    return lambda value: unknown if value is None else _verdicts(checks, value)


def _scale(thresholds: Sequence[Any], checks: Sequence[Tester], unknown: bytes) -> Reader:
    """Between two neighbouring thresholds every value comes out alike: each stretch is tested once."""
    known: dict[int, bytes] = {}

    def read(value: Any) -> bytes:  # noqa: ANN401  (an amount, a number or a day)
        if value is None:
            return unknown
        stretch = bisect_left(thresholds, value) + bisect_right(thresholds, value)
        if stretch not in known:
            known[stretch] = _verdicts(checks, value)
        return known[stretch]

    return read


def _thresholds(atoms: Iterable[Atom]) -> list[Any]:
    values = (atom.test.value for atom in atoms)
    return sorted({one for value in values for one in (value if isinstance(value, tuple) else (value,))})


def _checks(atoms: Iterable[Atom]) -> list[Tester]:
    return [atom.check for atom in atoms if atom.check is not None]


def _unknown(checks: Sequence[Tester]) -> bytes:
    return _ONE[UNKNOWN] * len(checks)


def _verdicts(checks: Iterable[Tester], value: object) -> bytes:
    return bytes([TRUE if check(value) else FALSE for check in checks])


# -- groups -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Wiring:
    """Turns nodes of the network into literals; each group is kept once, with its depth."""

    network: Network
    comparisons: Mapping[int, int]
    groups: dict[GroupKey, int] = field(default_factory=dict)
    depths: dict[int, int] = field(default_factory=dict)

    def literal(self, node: int, *, positive: bool = True) -> Literal:
        """Where to read a node's state; ``positive`` False asks for the complement."""
        compound = self.network.compounds.get(node)
        if compound is None:
            return self.comparisons[node], positive
        if compound.kind == "not":
            return self.literal(compound.parts[0], positive=not positive)
        straight = compound.kind != "any"
        parts = tuple(self.literal(part, positive=straight) for part in compound.parts)
        place, sign = self._group(compound.need if compound.kind == "at_least" else len(parts), parts)
        return place, (sign == straight) == positive

    def _group(self, need: int, parts: tuple[Literal, ...]) -> Literal:
        if len(parts) == 1:
            return parts[0]
        place = self.groups.get((need, parts))
        if place is None:
            place = self.groups[need, parts] = len(self.comparisons) + 1 + len(self.groups)
            self.depths[place] = 1 + max(self.depths.get(part, 0) for part, _ in parts)
        return place, True


@dataclass(frozen=True, slots=True)
class _Step:
    """The groups of one depth: those of which all parts must hold, then those that count."""

    begin: int
    counting: int
    end: int
    reads: Places
    starts: Places
    counted: tuple[tuple[int, Places, int], ...]  # place, parts, which of the parts in rising order

    def take(self, places: Codes) -> None:
        """Fill the states of the step's groups, and their complements."""
        states, complements = places
        read = places.reshape(-1)
        if self.begin < self.counting:
            np.minimum.reduceat(read[self.reads], self.starts, out=states[self.begin : self.counting])
        for place, parts, rank in self.counted:
            states[place] = np.sort(read[parts])[rank]
        np.subtract(TRUE, states[self.begin : self.end], out=complements[self.begin : self.end])


class _Groups:
    """All groups, those of a depth in neighbouring places: what is taken together lies together."""

    def __init__(self, wiring: _Wiring) -> None:
        first = len(wiring.comparisons) + 1
        by_depth: dict[int, list[GroupKey]] = {}
        for group, place in wiring.groups.items():
            by_depth.setdefault(wiring.depths[place], []).append(group)
        ordered = [sorted(by_depth[depth], key=lambda group: group[0] < len(group[1])) for depth in sorted(by_depth)]
        flat = [group for groups in ordered for group in groups]
        self._place_of = {wiring.groups[group]: place for place, group in enumerate(flat, start=first)}
        self._size = first + len(flat)
        begins = _starts(ordered) + first
        self._steps = [self._step(begin, groups) for begin, groups in zip(begins.tolist(), ordered, strict=True)]

    def fill(self, comparisons: bytes) -> Codes:
        """The states (row 0) and complements (row 1) of every place, from those of the comparisons."""
        places = np.empty((2, self._size), np.uint8)
        known = len(comparisons)
        places[0, :known] = np.frombuffer(comparisons, np.uint8)
        np.subtract(TRUE, places[0, :known], out=places[1, :known])
        for step in self._steps:
            step.take(places)
        return places

    def indices(self, literals: Iterable[Literal]) -> Places:
        """Where literals stand once both rows lie one after the other."""
        place_of, size = self._place_of, self._size
        found = [place_of.get(place, place) + (0 if positive else size) for place, positive in literals]
        return np.array(found, np.intp)

    def _step(self, begin: int, groups: Sequence[GroupKey]) -> _Step:
        whole = [parts for need, parts in groups if need == len(parts)]
        counting = begin + len(whole)
        counted = tuple(
            (place, self.indices(parts), len(parts) - need)
            for place, (need, parts) in enumerate(groups[len(whole) :], start=counting)
        )
        reads = self.indices(part for parts in whole for part in parts)
        return _Step(begin, counting, begin + len(groups), reads, _starts(whole), counted)


def _starts(groups: Iterable[Sequence[object]]) -> Places:
    """Where each group starts once all lie one after the other."""
    return np.cumsum([0, *map(len, groups)], dtype=np.intp)[:-1]
