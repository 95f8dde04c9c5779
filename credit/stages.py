"""The order of outcomes, and the outcome of one reading.

The first outcome that the known facts prove stands. Where none is proved and a requirement of the
applicant is not shown to be met, that requirement's outcome stands, unsettled; an adverse fact has
to be established before it counts (``docs/decisions``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.evaluate import TRUE, UNKNOWN
from rules.schema_repair import RepairExclusion, RepairRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from credit.policy import AnyRule, Held

STAGES: Final = (
    "OUT_OF_SCOPE",
    "CORRECT_RECORD_INSTEAD",
    "NOT_PUBLISHABLE",
    "AUTO_ENDED",
    "WRONG_CHANNEL",
    "REORG_FORMAL",
    "REORG_TEMP_SHIELD",
    "BARRED_UNTIL",
    "NOT_REPAIRABLE",
    "DUTY_OPEN",
    "TOO_EARLY",
    "PROMISE_MISSING",
    "MATERIALS_INCOMPLETE",
)
"""What stands before ELIGIBLE, the strictest first."""
ELIGIBLE: Final = "ELIGIBLE"
NEEDS_HUMAN: Final = "NEEDS_HUMAN"
REQUIREMENTS: Final = ("DUTY_OPEN", "TOO_EARLY", "PROMISE_MISSING", "MATERIALS_INCOMPLETE")
"""What the applicant has to show; everything else has to be established against it."""
_NOTHING: Final[Mapping[str, bool]] = {}
RANK: Final = {name: place for place, name in enumerate((*STAGES, ELIGIBLE))}


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule under a reading: the states of its conditions, and of all of them together."""

    held: Held[AnyRule]
    trace: tuple[int, ...]
    state: int

    @property
    def stage(self) -> str | None:
        """The outcome the rule may give."""
        rule = self.held.provision
        if isinstance(rule, RepairExclusion):
            return "NOT_REPAIRABLE"
        return rule.outcome or rule.otherwise

    @property
    def is_requirement(self) -> bool:
        """Whether its conditions are to be met, rather than to be avoided."""
        return isinstance(self.held.provision, RepairRule) and self.held.provision.otherwise is not None

    @property
    def fires(self) -> int:
        """Whether it gives its outcome: TRUE, FALSE or UNKNOWN."""
        return TRUE - self.state if self.is_requirement else self.state

    @property
    def refers(self) -> bool:
        """Whether it hands the question to a person instead."""
        return isinstance(self.held.provision, RepairRule) and self.held.provision.refers


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one reading.

    ``settled``: proved by the known facts. ``by``: the rules that gave it (for ELIGIBLE, all the
    requirements). ``referred``: the rule that hands the question to a person. ``lifted``: outcomes that a
    person has decided do not stand.
    """

    code: str
    settled: bool
    by: tuple[Judged, ...]
    referred: Judged | None = None
    lifted: tuple[str, ...] = ()


def judge(judged: Sequence[Judged], ruled: Mapping[str, bool] = _NOTHING) -> Outcome:
    """Walk the stages in order; see the module's own words for what is missing.

    ``ruled``: what a person has decided of rules that refer: whether their outcome stands.
    """
    by_stage: dict[str, list[Judged]] = {name: [] for name in STAGES}
    for one in judged:
        if one.stage is not None:
            by_stage[one.stage].append(one)
    lifted: list[str] = []
    for name in STAGES:
        fired = [one for one in by_stage[name] if one.fires == TRUE]
        if any(one.refers and ruled.get(one.held.provision.id) is False for one in fired):
            lifted.append(name)
        elif fired:
            referred = next((one for one in fired if one.refers and one.held.provision.id not in ruled), None)
            return Outcome(name, settled=True, by=tuple(fired), referred=referred, lifted=tuple(lifted))
    for name in REQUIREMENTS:
        open_ = [one for one in by_stage[name] if one.fires == UNKNOWN]
        if open_:
            return Outcome(name, settled=False, by=tuple(open_), lifted=tuple(lifted))
    settled = all(one.fires != UNKNOWN for one in judged)
    requirements = tuple(one for one in judged if one.is_requirement)
    return Outcome(ELIGIBLE, settled=settled, by=requirements, lifted=tuple(lifted))


def merged(rows: Sequence[Sequence[Judged]]) -> list[Judged]:
    """The same rules under several candidates: what is not the same everywhere is unknown."""
    first = rows[0]
    if len(rows) == 1:
        return list(first)
    found: list[Judged] = []
    for same in zip(*rows, strict=True):
        trace = tuple(_one(states) for states in zip(*(one.trace for one in same), strict=True))
        found.append(Judged(same[0].held, trace, _one([one.state for one in same])))
    return found


def _one(states: Sequence[int]) -> int:
    return states[0] if all(one == states[0] for one in states) else UNKNOWN
