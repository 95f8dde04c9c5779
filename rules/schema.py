"""The catalogue's file format: one Pydantic model a kind of provision, unknown keys refused.

Every file under ``rules/catalogue`` (except ``facts/``) is one provision. ``kind`` says which
model reads it. Conditions stay raw here; :mod:`rules.conditions` parses them against the
vocabulary. Dates are civil days in China, intervals half-open.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    TypeAdapter,
    model_validator,
)

ListKey = Literal["no_penalty", "lighter", "mitigated", "no_coercive_measure"]
Force = Literal["shall", "may"]
Trigger = Literal["immediate", "on_refusal", "serious_only"]
PenaltyKind = Literal[
    "warning",
    "criticism",
    "fine",
    "confiscate",
    "suspend_permit",
    "downgrade_qualification",
    "revoke_permit",
    "restrict_business",
    "stop_business",
    "close_business",
    "ban_from_trade",
    "detention",
    "other",
]
CitationRole = Literal["prohibition", "penalty", "basis", "power", "exemption", "list", "procedure", "limit"]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


def _exact(value: object) -> object:
    return str(value) if isinstance(value, float) else value


Exact = Annotated[Decimal, BeforeValidator(_exact)]


class Strict(BaseModel):
    """Base of all catalogue models: frozen, and a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InForce(Strict):
    """Half-open interval of days; ``day_known: false`` where the source names no first day."""

    from_: date = Field(alias="from")
    until: date | None = None
    day_known: StrictBool = True

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            msg = "until must be later than from"
            raise ValueError(msg)
        return self

    def contains(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.from_ <= day and (self.until is None or day < self.until)


class CitationRef(Strict):
    """A provision of an instrument; ``from``/``until`` where it was cited for a time only."""

    instrument: Text
    article: str
    role: CitationRole
    version: str | None = None
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    note: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this is the citation for the law of that day."""
        after_start = self.from_ is None or self.from_ <= day
        return after_start and (self.until is None or day < self.until)


class DatedNumber(Strict):
    """One value of a parameter from a day on, with where it was read."""

    from_: date = Field(alias="from")
    until: date | None = None
    value: StrictInt | Exact
    source: Text | None = None
    checked_on: date | None = None


class Parameter(Strict):
    """A legal number: unit and dated values, oldest first."""

    unit: Text
    values: tuple[DatedNumber, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        for earlier, later in zip(self.values, self.values[1:], strict=False):
            if later.from_ <= earlier.from_ or (earlier.until and earlier.until > later.from_):
                msg = "values must follow one another without overlap"
                raise ValueError(msg)
        return self

    def at(self, day: date) -> int | Decimal | None:
        """The value on that day; None before the first or after the last."""
        found: int | Decimal | None = None
        for one in self.values:
            if one.from_ <= day:
                found = one.value if one.until is None or day < one.until else None
        return found


class Dispute(Strict):
    """What the law leaves open: the question, and the readings between which a person decides."""

    question: Text
    readings: tuple[Text, ...] = ()


class Provision(Strict):
    """What every provision carries."""

    id: Identifier
    title: Text
    citations: tuple[CitationRef, ...] = ()
    in_force: InForce
    jurisdiction: RegionCode | None = "000000"
    also_in: tuple[RegionCode, ...] = ()
    confidence: Text
    checked_on: date
    note: str | None = None
    open_question: str | None = None


class ProvisionTest(Strict):
    """A case of the provision itself: facts in, the outcome of this provision out."""

    name: Text
    facts: dict[str, object]
    on: date | None = None
    expect: Literal["applies", "not_met", "undetermined", "needs_human"]


class Ruled(Provision):
    """A provision with conditions; all must be met, none of the exclusions."""

    conditions: tuple[object, ...] = ()
    exclusions: tuple[object, ...] = ()
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    disputed: Dispute | None = None
    tests: tuple[ProvisionTest, ...] = ()


class FirstViolation(Strict):
    """How a list counts 初次违法 (``four-lists.md`` 7.1)."""

    window_months: StrictInt | None = None
    scope: Literal["same_type_same_party", "any_type_same_organ", "since_list_in_force"] = "same_type_same_party"
    record_source: str | None = None
    count_exempted_before: StrictBool = True


class Source(Provision):
    """A published list: the document its items stand in."""

    kind: Literal["source"]
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    published_on: date | None = None
    first_violation: FirstViolation | None = None


class ListItem(Ruled):
    """One item of a list: which violations it concerns, and when it applies.

    ``place`` keeps the source's own words for where it applies. ``jurisdiction`` null: a template
    gathered from several places, law nowhere until a city adopts it; considered only when named.
    ``keeps_confiscation``: the goods are confiscated all the same (the last citation says so).
    """

    kind: Literal["list_item"]
    list: ListKey
    also_lists: tuple[ListKey, ...] = ()
    force: Force
    field: Text
    violations: tuple[Identifier, ...] = ()
    fields: tuple[Text, ...] = ()
    only_when_named: StrictBool = False
    same_as: Identifier | None = None
    source: Identifier
    source_item: str | None = None
    first_violation: FirstViolation | None = None
    place: Text | None = None
    commitment: Literal["required", "optional"] | None = None
    keeps_confiscation: StrictBool = False
    stale: str | None = None

    @model_validator(mode="after")
    def _concerns_something(self) -> Self:
        if not (self.violations or self.fields or self.only_when_named):
            msg = "violations, fields or only_when_named is needed"
            raise ValueError(msg)
        if not self.conditions:
            msg = "an item without conditions would always apply"
            raise ValueError(msg)
        return self


class StatuteGround(Ruled):
    """A ground of the statute itself; ``stage`` is its place in the order of decision."""

    kind: Literal["statute_ground"]
    lists: tuple[ListKey, ...] = Field(min_length=1)
    force: Force
    stage: StrictInt


class Aggravating(Ruled):
    """A ground for a heavier penalty (从重)."""

    kind: Literal["aggravating"]
    force: Force


class Check(Ruled):
    """A rule that limits or warns: when its conditions are met the warning is given.

    ``blocks`` means that no decision may be made while the warning stands. With
    ``ask_when_open`` its missing facts are listed as questions of procedure.
    """

    kind: Literal["check"]
    warning: Identifier | Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    detail: Text
    blocks: StrictBool = False


class Clock(Provision):
    """A period of procedure: from a dated fact, so many calendar or working days."""

    kind: Literal["clock"]
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    starts: Text
    ends: Text | None = None
    parameters: dict[str, Parameter]
    days: Text
    extra_days: tuple[Text, ...] = ()
    unit: Literal["day", "working_day"]
    conditions: tuple[object, ...] = ()
    warning: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    detail: Text


class Duty(Ruled):
    """A duty that remains whatever the tier; ``when`` names the occasion."""

    kind: Literal["duty"]
    code: Literal["order_to_correct", "confiscate", "educate", "commitment", "guardian"]
    when: Literal["violation", "no_penalty", "commitment_asked"]


class ParameterSet(Provision):
    """Dated numbers used by the decision itself (such as the 30 % rule)."""

    kind: Literal["parameters"]
    fields: tuple[Text, ...] = ()
    parameters: dict[str, Parameter]


class Priority(Provision):
    """A written order between grounds: ``over`` prevails where both apply."""

    kind: Literal["priority"]
    over: tuple[Identifier, ...] = Field(min_length=1)
    under: tuple[Identifier, ...] = Field(min_length=1)


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
    """A limitation period of another law (行政处罚法 36: 法律另有规定的除外)."""

    years: StrictInt
    extended_years: StrictInt | None = None
    citation: CitationRef
    in_force: InForce


class Violation(Strict):
    """案由: an act that the law forbids and punishes, with the law of each time."""

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


AnyProvision = Annotated[
    Source | ListItem | StatuteGround | Aggravating | Check | Clock | Duty | ParameterSet | Priority | Violation,
    Field(discriminator="kind"),
]
PROVISIONS: TypeAdapter[AnyProvision] = TypeAdapter(AnyProvision)
KINDS = (
    "source",
    "list_item",
    "statute_ground",
    "aggravating",
    "check",
    "clock",
    "duty",
    "parameters",
    "priority",
    "violation",
)
