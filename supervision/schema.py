"""Form of a scheme file 风险分类方案: what may stand in the YAML, and nothing else.

A scheme turns the columns of an enterprise into whole points. Every indicator parts the values of
its column into *bins*; a bin has points and a name. The models here only hold what the file says;
:mod:`supervision.scheme` makes bins of it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, model_validator

MOST_POINTS = 255
"""Points of one bin fit a byte: the bulk path adds bytes."""
MOST_INDICATORS = 127
"""Reasons are ranked by ``points * 128 + place``, which has to fit sixteen bits."""
MOST_CATEGORIES = 60

Dimension = Literal["basic", "dynamic", "supervision", "relations", "social"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Points = Annotated[StrictInt, Field(ge=0, le=MOST_POINTS)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Direction = Literal["risk_up", "risk_down", "enum"]


def _exact(value: object) -> object:
    return str(value) if isinstance(value, float) else value


Number = Annotated[Decimal, BeforeValidator(_exact), Field(ge=-(10**9), le=10**9, decimal_places=4)]


class Strict(BaseModel):
    """Base of the models: frozen, and a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """Where a scheme or a part of it was published; ``number`` and days where they are known."""

    title: Text
    number: Text | None = None
    issued_on: date | None = None
    note: Text | None = None


class InForce(Strict):
    """Half-open interval of days on which a scheme may be used."""

    from_: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            raise ValueError("until 应当晚于 from（until 是不再使用的第一日）")
        return self


class Column(Strict):
    """A column of the table that is scored: its type, range, and the names it goes by elsewhere.

    ``scale`` (numbers only): how many parts of a unit the tight layout keeps. ``values`` (categories
    only): code → Chinese label; ``other`` is the code that an unknown category takes.
    """

    type: Literal["int", "number", "bool", "date", "category"]
    title: Text
    unit: Text | None = None
    min: Number | date | None = None
    max: Number | date | None = None
    scale: Literal[1, 10, 100, 1000, 10000] = 1
    values: dict[Name, Text] | None = None
    other: Name | None = None
    aliases: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        is_category = self.type == "category"
        if is_category != bool(self.values) or is_category != bool(self.other):
            raise ValueError("values 和 other 只有 category 列才写，而且两个都要写")
        if self.values is not None and (self.other not in self.values or len(self.values) > MOST_CATEGORIES):
            raise ValueError(f"other 应当是 values 里的一个值，values 至多 {MOST_CATEGORIES} 个")
        if self.scale != 1 and self.type != "number":
            raise ValueError("scale 只有 number 列才写")
        self._check_range()
        return self

    def _check_range(self) -> None:
        for bound in (self.min, self.max):
            if bound is not None and isinstance(bound, date) != (self.type == "date"):
                raise ValueError("min、max 应当与列的类型相同")
            if bound is not None and self.type in {"bool", "category"}:
                raise ValueError("bool 列和 category 列没有 min、max")


class Band(Strict):
    """Values from ``from`` (included) up to the next band; the first band begins at the column's minimum."""

    from_: Number = Field(alias="from")
    points: Points
    label: Text | None = None


class Absent(Strict):
    """What a value that is absent costs, and why so much."""

    points: Points
    why: Text


class Indicator(Strict):
    """What every kind of indicator says of itself."""

    id: Id
    title: Text
    dimension: Dimension
    definition: Text
    data: Text
    direction: Direction
    missing: Absent
    why: Text
    source: Text | None = None
    confidence: Text | None = None


def _ascending(bands: tuple[Band, ...]) -> None:
    if any(later.from_ <= earlier.from_ for earlier, later in pairwise(bands)):
        raise ValueError("bands 应当按 from 从小到大排列，不得重复")


Bands = Annotated[tuple[Band, ...], Field(min_length=1, max_length=40)]


class Banded(Indicator):
    """Points by the size of a number."""

    kind: Literal["bands"]
    column: Name
    bands: Bands

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        _ascending(self.bands)
        return self


class Linear(Indicator):
    """``each`` points for every one beyond ``free``, at most ``most`` points."""

    kind: Literal["linear"]
    column: Name
    each: Annotated[StrictInt, Field(ge=1, le=MOST_POINTS)]
    free: Count = 0
    most: Annotated[StrictInt, Field(ge=1, le=MOST_POINTS)]


class Elapsed(Indicator):
    """Points by the whole units that have passed since a day, up to the day of scoring."""

    kind: Literal["elapsed"]
    column: Name
    unit: Literal["day", "month", "year"]
    bands: Bands

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        _ascending(self.bands)
        if self.bands[0].from_ != 0 or any(band.from_ % 1 for band in self.bands):
            raise ValueError("bands 的 from 应当是整数，第一个是 0")
        return self


class Mapped(Indicator):
    """Points by category; every value of the column is named."""

    kind: Literal["map"]
    column: Name
    values: dict[Name, Points]


class Flag(Indicator):
    """Points for yes and for no."""

    kind: Literal["flag"]
    column: Name
    yes: Points
    no: Points = 0


class Ratio(Indicator):
    """Points by ``times`` × first column / second column, both whole numbers, compared exactly.

    A denominator below ``at_least`` counts as ``at_least``; where it is 0 all the same there is no
    ratio, and ``none`` gives the points.
    """

    kind: Literal["ratio"]
    columns: tuple[Name, Name]
    times: Annotated[StrictInt, Field(ge=1, le=1000)] = 1
    at_least: Annotated[StrictInt, Field(ge=0, le=1000)] = 0
    none: Points = 0
    bands: Bands

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        _ascending(self.bands)
        return self


AnyIndicator = Annotated[Banded | Linear | Elapsed | Mapped | Flag | Ratio, Field(discriminator="kind")]


class Is(Strict):
    """A column has a value: true or false of a flag, or one of the categories."""

    column: Name
    is_: StrictBool | Name | tuple[Name, ...] = Field(alias="is")


class AtLeast(Strict):
    """A whole number is not below a limit."""

    column: Name
    at_least: StrictInt


class Younger(Strict):
    """Fewer than so many whole months have passed since a day."""

    column: Name
    younger_than_months: Annotated[StrictInt, Field(ge=1, le=1200)]


class NoPoints(Strict):
    """None of these indicators has given points."""

    no_points: Annotated[tuple[Id, ...], Field(min_length=1)]


class Unknown(Strict):
    """At least so many of these columns have no value: too little is known of the enterprise."""

    unknown: Annotated[tuple[Name, ...], Field(min_length=1)]
    at_least: Annotated[StrictInt, Field(ge=1, le=60)]


Condition = Is | AtLeast | Younger | NoPoints | Unknown


def columns_of(one: Condition) -> tuple[Name, ...]:
    """The columns that a condition looks at."""
    if isinstance(one, NoPoints):
        return ()
    return one.unknown if isinstance(one, Unknown) else (one.column,)


class Rule(Strict):
    """A rule that runs after scoring, when all of ``when`` hold.

    ``set``: the class is this, whatever the score. ``floor``: the class is not better than this.
    """

    id: Id
    title: Text
    effect: Literal["set", "floor"]
    class_: Id = Field(alias="class")
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    why: Text
    source: Text | None = None
    confidence: Text | None = None


class Grade(Strict):
    """A class, from the least risk to the most; ``up_to`` is its highest score (none for the last)."""

    id: Id
    title: Text
    up_to: Annotated[StrictInt, Field(ge=0, le=1000)] | None = None
    note: Text | None = None


class Part(Strict):
    """A dimension: its Chinese name and the most points it may contribute."""

    title: Text
    cap: Annotated[StrictInt, Field(ge=0, le=1000)]


class Shown(Strict):
    """The published figure that belongs to a score: ``start - score / parts``."""

    start: StrictInt
    parts: Annotated[StrictInt, Field(ge=1, le=100)]
    title: Text


class SchemeFile(Strict):
    """A whole scheme."""

    id: Id
    version: Id
    title: Text
    status: Literal["proposal", "published", "mixed"]
    in_force: InForce
    source: Source
    confidence: Text
    checked_on: date
    note: Text | None = None
    population: Text | None = None
    reasons: Annotated[StrictInt, Field(ge=1, le=3)]
    shown: Shown | None = None
    dimensions: dict[Dimension, Part]
    columns: dict[Name, Column]
    indicators: Annotated[tuple[AnyIndicator, ...], Field(min_length=1, max_length=MOST_INDICATORS)]
    rules: tuple[Rule, ...] = ()
    classes: Annotated[tuple[Grade, ...], Field(min_length=2, max_length=8)]
