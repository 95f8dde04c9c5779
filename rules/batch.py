"""Many cases at once: the conditions of a release over columns, equal to the single path.

:class:`Batch` answers what statistics and comparisons need (:class:`rules.batch_answers.Answers`).
The full document of a decision comes from :class:`rules.decide.Decider`, which also decides the
few cases that columns do not cover: earlier records to be counted, facts that contradict each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kernel.errors import InputError
from rules.answer import Evaluator
from rules.batch_answers import COERCION, MOMENTS, Answers, Summary, merged, penalty_of, summary_of
from rules.batch_columns import table_of
from rules.batch_grounds import NO_PENALTY, SHALL, Gathered, Under, members_of
from rules.batch_instant import instants_of
from rules.batch_penalty import Penalties, Side
from rules.batch_planes import Planes, packed
from rules.batch_table import documents_table
from rules.benchmarks import cut_for
from rules.caseinput import parse_case
from rules.decide import Decider
from rules.penalty import PenaltyWriter
from rules.priority import LISTS
from rules.select import select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from rules.batch_columns import CaseTable, Days
    from rules.batch_grounds import Found, Member, Numbers
    from rules.batch_instant import Instants
    from rules.instant import Case
    from rules.release import Release


class Batch:
    """Decides tables of cases under one release, without a second opinion."""

    def __init__(self, release: Release) -> None:
        """Nothing is compiled beyond what the release holds."""
        self.release = release
        self._decider = Decider(release)

    def decide(self, cases: Sequence[Case], on: date) -> Answers:
        """Decide checked cases; ``on`` is the day taken for a decision that names none."""
        table = table_of(cases, self.release.vocabulary)
        return self.decide_table(table, on, cases.__getitem__)

    def check(self, documents: Sequence[object], on: date, *, law_of: date | None = None) -> Answers:
        """Decide case documents, right or wrong; ``law_of`` as in :meth:`decide_table`."""

        def case_of(row: int) -> Case:
            return parse_case(documents[row], self.release)

        return self.decide_table(documents_table(documents, self.release), on, case_of, law_of=law_of)

    def decide_table(
        self, table: CaseTable, on: date, case_of: Callable[[int], Case], *, law_of: date | None = None
    ) -> Answers:
        """Decide a table; ``case_of`` gives the case of a row that the single path has to decide.

        A table of some ten thousand rows is best. An InputError of a case stands in its place. With
        ``law_of``, what the cases are stays as it is, and only the law of that day is applied.
        """
        instants = instants_of(table, self._decider, on)
        if law_of is not None:
            instants.under_the_law_of(law_of)
        answers = _Run(self.release, instants).answers()
        for row in sorted(instants.alone):
            try:
                answers.put(row, self._single(case_of(row), on, law_of))
            except InputError as error:
                answers.refuse(row, error)
        return answers

    def _single(self, case: Case, on: date, law_of: date | None) -> Summary:
        if law_of is None:
            return summary_of(self._decider.decide(case, on))
        return summary_under(self._decider, case, on, law_of)


def summary_under(decider: Decider, case: Case, on: date, day: date) -> Summary:
    """A case in short under the law of one day, whenever it happened; InputError as ``decide``."""
    release, selection = decider.release, select(case, decider.release)
    instant = decider.instant(case, on, selection)
    evaluator = Evaluator(release, instant.facts)
    answer = decider.answer(selection, evaluator, "decision", day)
    cut = cut_for(release, selection.places, selection.violation, day)
    inside = {name: [one for one in answer.grounds if name in one.lists] for name in LISTS}
    return Summary(
        answer.tier.tier,
        answer.tier.force,
        answer.outcomes,
        {name: {one.ground.id: one.outcome for one in those} for name, those in inside.items()},
        answer.at,
        (None, answer.tier.tier),
        penalty_of(PenaltyWriter(evaluator, cut, instant.facts).write(answer)),
        None,
        day,
        selection.violation,
    )


class _Run:
    """The steps for one table."""

    def __init__(self, release: Release, instants: Instants) -> None:
        self._release = release
        self._instants = instants
        self._planes = Planes(release.network, instants.facts, instants.table.size)
        self._members = members_of(instants, self._planes)

    def answers(self) -> Answers:
        instants = self._instants
        conduct, decision = self._side("conduct", instants.conduct), self._side("decision", instants.decision)
        penalties = Penalties(instants, self._release)
        old, by_old = penalties.choose(conduct, decision)
        found, outcomes, forces = self._lists(conduct, decision, packed(old))
        law, branch = np.where(old, conduct.law, decision.law), np.where(old, conduct.branch, decision.branch)
        codes, distinct = penalties.penalties(law, branch)
        return Answers(
            np.where(by_old, conduct.tier, decision.tier),
            np.where(by_old, conduct.force, decision.force),
            outcomes,
            forces,
            np.where(old, MOMENTS.index("conduct"), MOMENTS.index("decision")).astype(np.int8),
            np.where(instants.conduct > 0, conduct.tier, -1).astype(np.int8),
            decision.tier,
            codes,
            distinct,
            instants.conduct,
            instants.decision,
            found,
            [instants.selections[place].violation for place in instants.table.questions.tolist()],
        )

    def _side(self, at: str, days: Days) -> Side:
        laws = self._instants.laws
        under = self._under(self._members, days)
        tier, force = under.tiers()
        free = laws.repealed(days)
        tier[free], force[free] = NO_PENALTY, SHALL
        law = laws.at(days)
        return Side(at, days, law, laws.branches(law, self._planes), tier, force, under)

    def _under(self, members: Sequence[Member], days: Days) -> Under:
        return Under(members, self._release, self._planes, days)

    def _lists(
        self, conduct: Side, decision: Side, old: np.typing.NDArray[np.uint8]
    ) -> tuple[dict[str, list[Found]], dict[str, Numbers], dict[str, Numbers]]:
        """The grounds of each list under the law that governs it, with the list's outcome and force."""
        penal = merged(conduct.under.grounds, decision.under.grounds, old)
        coercive = [one for one in self._members if COERCION in one.ground.lists]
        measure = self._under(coercive, self._instants.measure).grounds
        sources = {name: measure if name == COERCION else penal for name in LISTS}
        found = {name: [one for one in those if name in one.ground.lists] for name, those in sources.items()}
        gathered = {name: Gathered(those, self._planes).outcomes() for name, those in found.items()}
        outcomes = {name: outcome for name, (outcome, _) in gathered.items()}
        return found, outcomes, {name: force for name, (_, force) in gathered.items()}
