"""Random moves by random people on random days: what must hold of every case, whatever is tried."""

from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from credit.stages import ELIGIBLE, NEEDS_HUMAN, STAGES
from credit.workflow import Actor, Case, Moved, Refusal, Workflow
from credit.worktable import table
from tests.credit.casefiles import checker_with
from tests.credit.test_workflow import FACTS

MOVES = sorted(table().moves)
REGIMES = {
    "NDRC36": date(2026, 4, 10),
    "NDRC58": date(2024, 4, 10),
    "SAMR21": date(2024, 4, 10),
    "SAMR107": date(2026, 4, 10),
}
PEOPLE = [Actor("张", "credit_clerk"), Actor("李", "reviewer"), Actor("王", "planner")]


def _answer(outcome: str) -> dict[str, Any]:
    return {"outcome": outcome, "earliest_on": None, "rules": []}


class Repairing(RuleBasedStateMachine):
    """One case, moved at random; every refusal leaves it as it was."""

    @initialize(
        regime=st.sampled_from(sorted(REGIMES)), kind=st.sampled_from(["penalty", "serious_list", "abnormal_list"])
    )
    def begin(self, regime: str, kind: str) -> None:
        self.workflow = Workflow(checker_with(()).deadlines)
        self.case = self.workflow.open("r-1", regime, kind, "210000")
        self.first = self.day = REGIMES[regime]
        self.stood: dict[date, Case] = {}

    @rule(
        name=st.sampled_from(MOVES),
        by=st.sampled_from(PEOPLE),
        wait=st.integers(-2, 9),
        without=st.sampled_from(["", "", "", *sorted(FACTS)]),
        outcome=st.sampled_from([ELIGIBLE, ELIGIBLE, NEEDS_HUMAN, *STAGES]),
        seen=st.sampled_from([0, 0, 0, -1]),
    )
    def act(self, name: str, by: Actor, wait: int, without: str, outcome: str, seen: int) -> None:
        facts: dict[str, Any] = {**FACTS, "answer": _answer(outcome)}
        facts.pop(without, None)
        self.attempt(name, by, self.day + timedelta(days=wait), facts, seen)

    def attempt(self, name: str, by: Actor, on: date, facts: dict[str, Any], seen: int) -> None:
        before = self.case
        result = self.workflow.move(before, name, by, on, facts, version=before.version + seen)
        move = table().moves[name]
        if isinstance(result, Refusal):
            assert result.detail
            assert self.case == before
            return
        assert isinstance(result, Moved)
        assert seen == 0
        assert by.role == move.role
        assert on >= self.day or not before.history
        assert before.state in move.from_
        assert not move.outcomes or facts["answer"]["outcome"] in move.outcomes
        assert result.case.version == before.version + 1
        self.case, self.day = result.case, on
        self.stood[on] = self.case

    @rule(place=st.integers(0, 20), wait=st.integers(0, 5), outcome=st.sampled_from([ELIGIBLE, ELIGIBLE, *STAGES]))
    def go_on(self, place: int, wait: int, outcome: str) -> None:
        """A move that the state allows, by the right person: cases have to get somewhere."""
        possible = table().possible(self.case.state)
        name = possible[place % len(possible)]
        by = next(one for one in PEOPLE if one.role == table().moves[name].role)
        self.attempt(name, by, self.day + timedelta(days=wait), {**FACTS, "answer": _answer(outcome)}, 0)

    @invariant()
    def history_is_kept_and_can_be_replayed(self) -> None:
        if hasattr(self, "case"):
            assert len(self.case.history) == self.case.version
            for day, stood in self.stood.items():
                assert self.workflow.replay(self.case, day) == stood

    @invariant()
    def nothing_is_skipped(self) -> None:
        if not hasattr(self, "case"):
            return
        moves = [step.move for step in self.case.history]
        for later, earlier in (
            ("accept", ("receive", "take_up")),
            ("verify", ("accept",)),
            ("grant", ("verify",)),
            ("finish", ("grant",)),
        ):
            if later in moves:
                assert any(one in moves[: moves.index(later)] for one in earlier)
        if "finish" in moves:
            assert {"stop_publication", "stop_sharing", "lift_measures"} <= set(moves[: moves.index("finish")])

    @invariant()
    def clocks_begin_and_end_in_order(self) -> None:
        if hasattr(self, "case"):
            for clock in self.case.clocks:
                assert clock.ended_on is None or clock.started_on <= clock.ended_on
                assert all(one.until is not None for one in clock.pauses[:-1])


Repairing.TestCase.settings = settings(max_examples=60, stateful_step_count=40, derandomize=True, deadline=None)
TestRepairing = Repairing.TestCase
