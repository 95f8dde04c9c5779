"""Conditions tried on facts: by our evaluator, and again by the second opinion where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credit.stages import Judged
from rules.engine import EngineFault
from rules.evaluate import OUTCOME_NAMES, States

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from credit.policy import AnyRule, Held, P, Policy
    from rules.opinion import ReleaseOpinion


class Trial:
    """Tries conditions and remembers on which spans the two opinions did not agree."""

    def __init__(self, policy: Policy, second: ReleaseOpinion | None) -> None:
        """``second`` None: our evaluator alone."""
        self._network = policy.network
        self._second = second
        self.disagreed: set[str] = set()

    @property
    def has_second(self) -> bool:
        """Whether a second opinion is asked."""
        return self._second is not None

    def states(self, facts: Mapping[str, object], held: Sequence[Held[P]]) -> list[int]:
        """The state of each provision's conditions together: TRUE (2), UNKNOWN (1), FALSE (0)."""
        return [min(trace, default=2) for trace in self._traces(facts, held)]

    def judged(self, facts: Mapping[str, object], held: Sequence[Held[AnyRule]]) -> list[Judged]:
        """Each rule with the states of its conditions."""
        traces = self._traces(facts, held)
        return [Judged(one, trace, min(trace, default=2)) for one, trace in zip(held, traces, strict=True)]

    def _traces(self, facts: Mapping[str, object], held: Sequence[Held[P]]) -> list[tuple[int, ...]]:
        states: States = self._network.atom_states(facts)
        traces = [one.span.trace(states) for one in held]
        if self._second is not None and held:
            self._compare(self._second, facts, dict(zip((one.span.key for one in held), traces, strict=True)))
        return traces

    def _compare(
        self, second: ReleaseOpinion, facts: Mapping[str, object], traces: Mapping[str, tuple[int, ...]]
    ) -> None:
        """Note every span on which the engines differ; an engine that fails agrees with nothing."""
        try:
            answers = second.ask(facts, traces.keys())
        except EngineFault:
            self.disagreed |= traces.keys()
            return
        for key, trace in traces.items():
            if answers[key] != OUTCOME_NAMES[min(trace, default=2)]:
                self.disagreed.add(key)
