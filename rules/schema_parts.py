"""Parts that the models of the catalogue share: days, citations, parameters, disputes."""

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
Status = Literal["active", "draft"]
ProseKey = Literal["conditions", "conditions_left", "exclusions", "exclusions_left", "penalty", "citations"]
Prose = dict[ProseKey, Annotated[str, Field(min_length=1)]]
"""The words of a list as published, beside what was made of them; ``…_left``: lines that are no condition yet."""


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
            msg = "until 应当晚于 from（until 是不再施行的第一日）"
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
                msg = "values 应当按日期先后排列，不得重叠"
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
