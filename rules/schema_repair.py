"""The catalogue's models for credit repair 信用修复: instruments, classes, periods, rules, clocks, city settings.

What the law leaves open is a :class:`RepairParameter`: a fact of the law with its readings. A city
answers it with a :class:`RepairSetting`; until then an answer that depends on it goes to a person,
with every reading. Confidence labels: P primary text read, V1 to V9 that many sources, F fragment,
DR draft, GK general knowledge, DESIGN our suggestion.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003  (pydantic reads the annotations)
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, model_validator

from rules.schema import Provision, Ruled
from rules.schema_parts import Identifier, RegionCode, Strict, Text

Label = Annotated[str, Field(pattern=r"^(P|V[1-9]|F|DR|GK|DESIGN)$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Channel = Literal["market_regulation", "credit_china"]
RecordClass = Literal["minor", "general", "serious"]
Start = Literal["document", "publication"]
RepairOutcome = Literal[
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
    "ELIGIBLE",
    "NEEDS_HUMAN",
]


class RepairInstrument(Provision):
    """An instrument; with a channel, a regime that governs records from a day on.

    ``beside``: instruments whose rules stand beside it. ``transition``: the parameter that says
    whether records decided before its first day follow it or the one before (``replaces``).
    """

    kind: Literal["repair_instrument"]
    confidence: Label
    evidence: Text | None = None
    number: str | None = None
    issuer: str | None = None
    adopted_on: date | None = None
    published_on: date | None = None
    channel: Channel | None = None
    beside: tuple[Identifier, ...] = ()
    replaces: Identifier | None = None
    transition: Name | None = None


class RepairRuled(Ruled):
    """What repair provisions with conditions share.

    ``regimes`` and ``record_kinds``: under which and for which they hold; empty: all. ``row``: the
    row of the rules reference an answer names, where several entries make up one row. ``says``:
    the rule in Chinese; ``evidence``: the label of the reference with its sources.
    """

    confidence: Label
    evidence: Text | None = None
    regimes: tuple[Identifier, ...] = ()
    record_kinds: tuple[Name, ...] = ()
    row: Identifier | None = None
    says: Text

    @property
    def shown_id(self) -> str:
        """The id under which answers name it."""
        return self.row or self.id


class RepairClass(RepairRuled):
    """What puts a record into a class; of several that hold the most serious counts."""

    kind: Literal["repair_class"]
    gives: RecordClass


class RepairPeriod(RepairRuled):
    """A minimum or maximum period of publication; of several that hold the longest counts.

    ``months`` names its parameter. ``start``: a day of the record, or the fact of law that says
    which. ``restriction``: the rule under which a longer lawful restriction lengthens it.
    """

    kind: Literal["repair_period"]
    bound: Literal["min", "max"]
    months: Name
    start: Start | Name
    restriction: Identifier | None = None

    @model_validator(mode="after")
    def _has_months(self) -> Self:
        if self.months not in self.parameters:
            msg = f"parameters 中没有 {self.months}"
            raise ValueError(msg)
        return self


class RepairRule(RepairRuled):
    """A rule. ``outcome``: given when its conditions are met; ``otherwise``: given when they are not.

    With neither it informs. ``refers``: the law hands the question on, so a person decides where
    it applies. ``period``: its answer also names the rule of the ``min`` or ``max`` period.
    ``bar_years`` names the parameter of a bar after a false promise; ``restarts``: a false promise
    begins the periods anew. ``next_step`` says what to do. ``silent``: answers name the rule of its
    period instead. ``of_applicant``: it is about the applicant on the day asked about, so it follows
    the regime then in force, whichever regime the record's own periods follow.
    """

    kind: Literal["repair_rule"]
    outcome: RepairOutcome | None = None
    otherwise: RepairOutcome | None = None
    refers: StrictBool = False
    period: Literal["min", "max"] | None = None
    bar_years: Name | None = None
    restarts: StrictBool = False
    silent: StrictBool = False
    of_applicant: StrictBool = False
    next_step: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.outcome is not None and self.otherwise is not None:
            msg = "outcome 与 otherwise 只能写一个"
            raise ValueError(msg)
        if (self.outcome or self.otherwise) and not self.conditions:
            msg = "有结论的规则应当有 conditions"
            raise ValueError(msg)
        if self.refers and (self.outcome is None or self.disputed is None):
            msg = "refers 应当同时有 outcome 与 disputed"
            raise ValueError(msg)
        if self.bar_years is not None and self.bar_years not in self.parameters:
            msg = f"parameters 中没有 {self.bar_years}"
            raise ValueError(msg)
        return self


class RepairExclusion(RepairRuled):
    """不可修复: always with the basis that declares it; in force only for the days named."""

    kind: Literal["repair_exclusion"]
    basis: Text

    @model_validator(mode="after")
    def _conditional(self) -> Self:
        if not self.conditions:
            msg = "排除事项应当有 conditions"
            raise ValueError(msg)
        return self


class RepairClock(RepairRuled):
    """A limit in working days: from one event of a case to another.

    ``days`` names its parameter; None: the number was not read, and ``setting`` names the
    parameter of law with which a city gives it. ``extends``: the step that it lengthens.
    """

    kind: Literal["repair_clock"]
    step: Name
    starts: Name
    ends: Name
    days: Name | None = None
    setting: Name | None = None
    extends: Name | None = None
    as_a_rule: StrictBool = False

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if (self.days is None) == (self.setting is None):
            msg = "days 与 setting 应当有且只有一个"
            raise ValueError(msg)
        if self.days is not None and self.days not in self.parameters:
            msg = f"parameters 中没有 {self.days}"
            raise ValueError(msg)
        return self


class RepairThreshold(RepairRuled):
    """Amounts that cut fines into grades: ``values`` has one more than ``cuts``, the lowest first.

    An amount equal to a cut belongs above it, or below it when ``inclusive``. Looked up by the
    record's place and party (``natural_person`` or ``organisation``); ``domains`` empty: any. A
    place without one leaves the question to a person.
    """

    kind: Literal["repair_threshold"]
    fact: Name
    party: Literal["natural_person", "organisation", "any"]
    domains: tuple[Name, ...] = ()
    cuts: tuple[Name, ...] = Field(min_length=1)
    inclusive: StrictBool = False
    values: tuple[str | bool, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        missing = set(self.cuts) - set(self.parameters)
        if missing:
            msg = f"parameters 中没有 {min(missing)}"
            raise ValueError(msg)
        if len(self.values) != len(self.cuts) + 1:
            msg = "values 应当比 cuts 多一个"
            raise ValueError(msg)
        return self


class RepairAuthority(Provision):
    """Which kind of authority a name tells, by the words in it; without words: any other name.

    The lowest ``precedence`` is tried first. ``domains``: the fields such an authority acts in.
    """

    kind: Literal["repair_authority"]
    confidence: Label
    evidence: Text | None = None
    code: Name
    precedence: StrictInt
    words: tuple[Text, ...] = ()
    domains: tuple[Name, ...] = ()


class Reading(Strict):
    """One reading of an open question."""

    value: str | bool
    text: Text


class RepairParameter(RepairRuled):
    """A question the law leaves open: a fact of the law with its readings, the default first.

    ``conditions`` say when the question arises at all; ``when_unknown``: also while they are open.
    A number that was not read has no readings. ``answered_by``: a city's setting, or a table of
    thresholds.
    """

    kind: Literal["repair_parameter"]
    fact: Name
    question: Text
    readings: tuple[Reading, ...] = ()
    answered_by: Literal["setting", "threshold"] = "setting"
    when_unknown: StrictBool = False


class RepairSetting(Provision):
    """How a place answers a parameter, from a day on, and who decided so."""

    kind: Literal["repair_setting"]
    confidence: Label
    evidence: Text | None = None
    parameter: Identifier
    value: str | bool | StrictInt
    decided_by: Text
    jurisdiction: RegionCode = "000000"


class RepairQuestion(Provision):
    """An open question of the reference that no answer depends on directly, kept where staff see it."""

    kind: Literal["repair_question"]
    confidence: Label
    evidence: Text | None = None
    says: Text


RepairProvision = Annotated[
    RepairInstrument
    | RepairClass
    | RepairPeriod
    | RepairRule
    | RepairExclusion
    | RepairClock
    | RepairThreshold
    | RepairAuthority
    | RepairParameter
    | RepairSetting
    | RepairQuestion,
    Field(discriminator="kind"),
]
REPAIR_PROVISIONS: TypeAdapter[RepairProvision] = TypeAdapter(RepairProvision)
REPAIR_KINDS = (
    "repair_instrument",
    "repair_class",
    "repair_period",
    "repair_rule",
    "repair_exclusion",
    "repair_clock",
    "repair_threshold",
    "repair_authority",
    "repair_parameter",
    "repair_setting",
    "repair_question",
)
