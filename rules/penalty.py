"""The penalty of an answer: trigger, kinds, the branch the facts select, and its lawful ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.benchmarks import Cut, benchmark_dict, step_of
from rules.lawtime import fine_possible
from rules.ranges import Choice, ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.answer import Answer, Evaluator
    from rules.compiled import CompiledBranch, CompiledLaw
    from rules.schema_violation import StatutoryPenalty

_ORDINARY: Final = frozenset({"warning", "fine", "confiscate"})


class PenaltyWriter:
    """Writes the ``penalty`` member for the laws of one case, each law once."""

    def __init__(self, evaluator: Evaluator, cut: Cut, facts: Mapping[str, object]) -> None:
        """``cut`` says how the range is divided; ``facts`` give the bases of multiples."""
        self._evaluator = evaluator
        self._cut = cut
        self._facts = facts
        self._known: dict[int, dict[str, object] | None] = {}

    def write(self, answer: Answer) -> dict[str, object] | None:
        """The penalty under the answer's law; None where the law provides no amount."""
        law = answer.law
        if law is None or law.version.penalty is None or not any(one.branch.fine for one in law.branches):
            return None
        if id(law) not in self._known:
            self._known[id(law)] = self._write(answer, law, law.version.penalty)
        return self._known[id(law)]

    def _write(self, answer: Answer, law: CompiledLaw, penalty: StatutoryPenalty) -> dict[str, object]:
        choice = answer.choice
        branch = choice.branch if choice else None
        fine = branch.branch.fine if branch else None
        shares = self._cut.shares
        shown: dict[str, object] = {
            "trigger": penalty.trigger,
            "optional": _optional(penalty, branch),
            "kinds": _kinds(law, penalty, choice),
            "branch": branch.code if branch else None,
            "ranges": ranges(fine, self._facts, shares) if fine and shares else None,
            "fine_possible": fine_possible(answer, self._facts),
        }
        if branch and branch.branch.label:
            shown["label"] = branch.branch.label
        if branch is None or len(law.branches) > 1:
            shown["branches"] = [one.shown for one in law.branches]
        if penalty.note:
            shown["note"] = penalty.note
        return shown | self._benchmark()

    def _benchmark(self) -> dict[str, object]:
        shown: dict[str, object] = {}
        if self._cut.by is not None:
            shown["benchmark"] = benchmark_dict(self._cut.by)
        if self._cut.table is not None:
            step, missing = step_of(self._cut.table, self._evaluator.states, self._facts)
            table = benchmark_dict(self._cut.table.benchmark)
            shown["step"] = {"benchmark": table, "step": step, "missing": missing}
        return shown


def _optional(penalty: StatutoryPenalty, branch: CompiledBranch | None) -> bool:
    own = branch.branch.optional if branch else None
    return penalty.optional if own is None else own


def _kinds(law: CompiledLaw, penalty: StatutoryPenalty, choice: Choice | None) -> list[str]:
    """The kinds that can be imposed: those of an escalation only once it is established."""
    branch = choice.branch if choice else None
    established = choice.established if choice else ()
    added = [kind for one in established for kind in one.branch.kinds or ()]
    if branch is not None and branch.branch.kinds is not None:
        return list(dict.fromkeys((*branch.branch.kinds, *added)))
    reserved = {kind for one in law.branches if one.branch.escalation for kind in one.branch.kinds or ()}
    base = [kind for kind in penalty.kinds if kind in _ORDINARY or kind not in reserved]
    return list(dict.fromkeys((*base, *added)))
