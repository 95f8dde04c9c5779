"""案由 in the catalogue: an act that the law forbids, with the penalty of each time."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, field_validator, model_validator

from rules.schema_parts import (
    CitationRef,
    Exact,
    Identifier,
    InForce,
    PenaltyKind,
    Prose,
    Status,
    Strict,
    Text,
    Trigger,
)


class Fine(Strict):
    """How a fine is measured: an amount range, or a multiple of a base fact.

    ``min_yuan`` 0 means that only a ceiling is stated. ``per`` multiplies an amount by a
    count (per person, per day). ``cap_yuan``/``floor_yuan`` bound a multiple.
    """

    min_yuan: StrictInt | Exact | None = None
    max_yuan: StrictInt | Exact | None = None
    min_x: StrictInt | Exact | None = None
    max_x: StrictInt | Exact | None = None
    base: str | None = None
    per: str | None = None
    cap_yuan: StrictInt | Exact | None = None
    floor_yuan: StrictInt | Exact | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        amount = self.min_yuan is not None and self.max_yuan is not None
        multiple = self.min_x is not None and self.max_x is not None and self.base is not None
        if amount == multiple or (self.base is not None and not multiple):
            msg = "应当写 min_yuan、max_yuan，或者写 min_x、max_x、base，不能都写也不能都不写"
            raise ValueError(msg)
        low, high = (self.min_yuan, self.max_yuan) if amount else (self.min_x, self.max_x)
        if low is None or high is None or low < 0 or high < low:
            msg = "应当 0 ≤ 下限 ≤ 上限"
            raise ValueError(msg)
        return self


class Branch(Strict):
    """One branch of a penalty. ``escalation`` branches are taken only once established."""

    when: object | None = None
    escalation: StrictBool = False
    label: str | None = None
    kinds: tuple[PenaltyKind, ...] | None = None
    optional: StrictBool | None = None
    fine: Fine | None = None


class StatutoryPenalty(Strict):
    """The penalty an article provides, with its trigger and branches."""

    trigger: Trigger
    optional: StrictBool = False
    kinds: tuple[PenaltyKind, ...] = Field(min_length=1)
    branches: tuple[Branch, ...] = ()
    note: str | None = None


class ViolationVersion(Strict):
    """The law of a violation for a time."""

    in_force: InForce
    prohibition: tuple[CitationRef, ...] = ()
    basis: tuple[CitationRef, ...] = ()
    penalty: StatutoryPenalty | None = None
    confidence: Text | None = None
    note: str | None = None
    abolished: StrictBool = False


class Limitation(Strict):
    """A limitation period of another law (行政处罚法 36: 法律另有规定的除外).

    ``extended_when`` replaces the test of 行政处罚法 36 for the longer period where that law has
    its own (生态环境法典 1054: any harmful consequence).
    """

    years: StrictInt = Field(ge=1)
    extended_years: StrictInt | None = Field(default=None, ge=1)
    extended_when: object | None = None
    citation: CitationRef
    in_force: InForce


class Violation(Strict):
    """案由: an act that the law forbids and punishes, with the law of each time; a draft is in no decision."""

    kind: Literal["violation"]
    id: Identifier
    title: Text
    aliases: tuple[Text, ...] = ()
    field: Text
    versions: tuple[ViolationVersion, ...] = Field(min_length=1)
    limitation: tuple[Limitation, ...] = ()
    no_fault_excluded: StrictBool | None = None
    power_kind: Literal["discretionary", "conditional", "mandatory"] | None = None
    confidence: Text
    checked_on: date
    note: str | None = None
    open_question: str | None = None
    status: Status = "active"
    prose: Prose = Field(default_factory=dict)

    @field_validator("versions")
    @classmethod
    def _follow(cls, versions: tuple[ViolationVersion, ...]) -> tuple[ViolationVersion, ...]:
        for earlier, later in pairwise(versions):
            end = earlier.in_force.until
            if end is None or end > later.in_force.from_:
                msg = "各时期应当按先后排列，不得重叠；除最后一期外都应当写 until"
                raise ValueError(msg)
        return versions

    @field_validator("limitation")
    @classmethod
    def _one_at_a_time(cls, limitation: tuple[Limitation, ...]) -> tuple[Limitation, ...]:
        for earlier, later in pairwise(limitation):
            end = earlier.in_force.until
            if end is None or end > later.in_force.from_:
                msg = "各期限应当按先后排列，不得重叠"
                raise ValueError(msg)
        return limitation

    def version_at(self, day: date) -> ViolationVersion | None:
        """The law of this act on that day; None where it was not (or no longer) a violation."""
        found = (one for one in self.versions if one.in_force.contains(day))
        return next((one for one in found if not one.abolished), None)
