"""The catalogue's file format: one Pydantic model a kind of provision, unknown keys refused.

Every file under ``rules/catalogue`` (except ``facts/``) is one provision. ``kind`` says which
model reads it. Conditions stay raw here; :mod:`rules.conditions` parses them against the
vocabulary. Dates are civil days in China, intervals half-open.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, model_validator

from rules.schema_parts import (
    CitationRef,
    Dispute,
    Force,
    Identifier,
    InForce,
    ListKey,
    Parameter,
    Prose,
    RegionCode,
    Status,
    Strict,
    Text,
)
from rules.schema_violation import Fine, Violation


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
    A ``draft`` may be incomplete: it is kept and shown, and never enters a decision.
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
    status: Status = "active"
    prose: Prose = Field(default_factory=dict)

    @model_validator(mode="after")
    def _concerns_something(self) -> Self:
        if len({self.list, *self.also_lists}) <= len(self.also_lists):
            msg = "also_lists 不能重复，也不能再写 list 中的清单"
            raise ValueError(msg)
        if self.status == "draft":
            return self
        if not (self.violations or self.fields or self.only_when_named):
            msg = "violations、fields、only_when_named 至少写一个，否则事项与任何案由无关"
            raise ValueError(msg)
        if not self.conditions:
            msg = "conditions 不能为空，否则事项对任何案件都适用"
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
    citations: tuple[CitationRef, ...] = Field(min_length=1)
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


class Step(Strict):
    """One row of a step table: the tier it belongs to, when it holds, and its fine."""

    tier: Literal["mitigated", "lighter", "general", "heavier"]
    label: Text
    when: object | None = None
    fine: Fine | None = None


class Benchmark(Provision):
    """裁量基准: how a statutory range is cut into tiers, for a place and a field or violations.

    ``parameters`` holds ``lighter_share`` and ``heavier_share`` of the span. ``steps`` is the
    finer table of one violation, first row that holds. The benchmark nearest to the case
    prevails: for the violation before the field before all, the nearer place before the farther,
    then the higher ``precedence``. ``home_field``: the field it was made for; elsewhere it only
    illustrates, and the answer says so.
    """

    kind: Literal["benchmark"]
    violations: tuple[Identifier, ...] = ()
    fields: tuple[Text, ...] = ()
    precedence: StrictInt = 0
    home_field: Text | None = None
    number: str | None = None
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if set(self.parameters) not in ({"lighter_share", "heavier_share"}, set()):
            msg = "parameters 只能同时有 lighter_share 与 heavier_share"
            raise ValueError(msg)
        if any(one.value * 2 > 1 or one.value < 0 for share in self.parameters.values() for one in share.values):
            msg = "parameters 中的比例应当在 0 与 0.5 之间，否则从轻与从重的幅度重叠"
            raise ValueError(msg)
        if not self.parameters and not self.steps:
            msg = "应当有 parameters 或者 steps"
            raise ValueError(msg)
        if self.steps and len(self.violations) != 1:
            msg = "有 steps 的基准应当只写一个案由"
            raise ValueError(msg)
        return self


class Priority(Provision):
    """A written order between grounds: ``over`` prevails where both apply."""

    kind: Literal["priority"]
    over: tuple[Identifier, ...] = Field(min_length=1)
    under: tuple[Identifier, ...] = Field(min_length=1)


AnyProvision = Annotated[
    Source | ListItem | StatuteGround | Aggravating | Check | Clock | Duty | Benchmark | Priority | Violation,
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
    "benchmark",
    "priority",
    "violation",
)
