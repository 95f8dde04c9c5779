"""Questions about all cases at once: is there one in which these conditions hold and those do not?

*Impossible* is a proof; *possible* comes with a case that the evaluator itself has replayed. What
z3 could not settle within its effort is *open* and reported, never taken for either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from rules.check.encode import Encoder, Term, keys_below
from rules.check.finding import Finding, finding
from rules.evaluate import TRUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.evaluate import Network

EFFORT: Final = 2_000_000
"""Most steps for one question, a second or so; the catalogue's need some thousands. Counted by z3
itself, so that what stays open does not depend on the machine."""
_ROUNDS: Final = 200
"""How often a solution may move a day inexactly before the question is given up."""
Nodes = tuple[int, ...]
"""Nodes of which all have to hold; empty: always."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``facts`` are those of the replayed case, by the keys of the evaluator."""

    state: Literal["possible", "impossible", "open"]
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        """Whether a case was found."""
        return self.state == "possible"

    @property
    def impossible(self) -> bool:
        """Whether there is no such case, proved."""
        return self.state == "impossible"


IMPOSSIBLE: Final = Answer("impossible")
OPEN: Final = Answer("open")


class Prover:
    """Asks z3, replays what it finds, and remembers what stayed open."""

    def __init__(self, network: Network) -> None:
        """Import z3 only now: the service runs without it. ImportError where it is not installed."""
        import z3  # noqa: PLC0415 - a tool of development, half a second to load

        self._network = network
        self._z3: Any = z3
        # Of its own: the answers depend on nothing asked before, and threads do not meet.
        self._solver = z3.Solver(ctx=z3.Context())
        self._solver.set("rlimit", EFFORT)
        self._encoder = Encoder(network, z3, self._solver)
        self._known: dict[object, Answer] = {}
        self.open: list[str] = []

    def findings(self) -> Iterator[Finding]:
        """What stayed open."""
        for question in dict.fromkeys(self.open):
            yield finding("proof_open", ("", ""), (), question=question)

    def case(self, question: str, holds: Sequence[Nodes], fails: Sequence[Nodes] = ()) -> Answer:
        """A case in which every group of ``holds`` holds and no group of ``fails`` does.

        ``question`` says in Chinese what was asked, for what stays open.
        """
        key = (frozenset(holds), frozenset(fails))
        if key not in self._known:
            self._known[key] = self._ask(holds, fails)
        answer = self._known[key]
        if answer.state == "open":
            self.open.append(question)
        return answer

    def hole(self, question: str, groups: Sequence[Nodes], key: str) -> tuple[Answer, tuple[object, ...]]:
        """A case in which no group holds, while one would with a lower and one with a higher value.

        Only the fact ``key`` differs between the three. Returns the case and the two values.
        """
        encoder, z3 = self._encoder, self._z3
        some = z3.Or([encoder.every(group) for group in groups])
        low, here, high = encoder.fresh(key, "low"), encoder.variable(key), encoder.fresh(key, "high")
        covered = [encoder.substitute(some, key, other) for other in (low, high)]
        answer, model = self._solve([low < here, here < high, z3.Not(some), *covered], groups)
        if model is None:
            if answer.state == "open":
                self.open.append(question)
            return answer, ()
        ends = tuple(encoder.read(model, one, key) for one in (low, high))
        cases = [answer.facts, *({**answer.facts, key: end} for end in ends)]
        covers = [any(self._holds(facts, group) for group in groups) for facts in cases]
        if covers != [False, True, True]:
            self.open.append(question)
            return OPEN, ()
        return answer, ends

    def _ask(self, holds: Sequence[Nodes], fails: Sequence[Nodes]) -> Answer:
        encoder = self._encoder
        terms = [encoder.every(group) for group in holds] + [self._z3.Not(encoder.every(group)) for group in fails]
        answer, _ = self._solve(terms, (*holds, *fails))
        if not answer.possible:
            return answer
        replayed = all(self._holds(answer.facts, one) for one in holds)
        return answer if replayed and not any(self._holds(answer.facts, one) for one in fails) else OPEN

    def _solve(self, terms: Sequence[Term], groups: Sequence[Nodes]) -> tuple[Answer, Any]:
        for _ in range(_ROUNDS):
            model = None
            self._solver.push()
            self._solver.add(*terms)
            verdict = self._solver.check()
            if verdict == self._z3.sat:
                model = self._solver.model()
            self._solver.pop()
            if model is None:
                return (IMPOSSIBLE if verdict == self._z3.unsat else OPEN), None
            if not self._encoder.refine(model):
                keys = keys_below(self._network, (node for group in groups for node in group))
                return Answer("possible", {key: self._encoder.value(model, key) for key in keys}), model
        return OPEN, None

    def _holds(self, facts: Mapping[str, object], nodes: Nodes) -> bool:
        """The evaluator's own word on all nodes of a group; every fact is known."""
        network = self._network
        states = network.atom_states(facts)
        for node in nodes:
            for compound in network.below(node):
                states[compound.index] = compound.apply(states)
        return all(states[node] == TRUE for node in nodes)
