"""案由 in the catalogue: an act that the law forbids, with the penalty of each time."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

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
            msg = "either min_yuan and max_yuan, or min_x, max_x and base"
            raise ValueError(msg)
        low, high = (self.min_yuan, self.max_yuan) if amount else (self.min_x, self.max_x)
        if low is None or high is None or low < 0 or high < low:
            msg = "0 <= min <= max is needed"
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

    years: StrictInt
    extended_years: StrictInt | None = None
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

    @model_validator(mode="after")
    def _follow(self) -> Self:
        for earlier, later in zip(self.versions, self.versions[1:], strict=False):
            end = earlier.in_force.until
            if end is None or end > later.in_force.from_:
                msg = "versions must follow one another without overlap"
                raise ValueError(msg)
        return self

    def version_at(self, day: date) -> ViolationVersion | None:
        """The law of this act on that day; None where it was not (or no longer) a violation."""
        found = (one for one in self.versions if one.in_force.contains(day))
        return next((one for one in found if not one.abolished), None)
