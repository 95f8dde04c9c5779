"""The meaning of a scheme: one enterprise, one result, with every indicator that led to it.

The bulk path (:mod:`supervision.bulk`) is held equal to this by property tests.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernel.messages import text
from supervision import schema
from supervision.codes import code_problem, is_missing
from supervision.scheme import DIMENSIONS, MISSING, USCC, Bin, Indicator, Scheme
from supervision.values import UnreadableError, Value, read, threshold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

REASONS = 3
"""The output always has three places for reasons; a scheme may fill fewer."""


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator of one enterprise: the value it saw, the bin it fell into."""

    indicator: Indicator
    value: Value | tuple[Value, ...]
    bin: Bin
    number: int

    def as_dict(self) -> dict[str, Any]:
        """The member of ``indicators`` in the answer of ``score explain``."""
        spec = self.indicator.spec
        return {
            "id": spec.id,
            "title": spec.title,
            "dimension": spec.dimension,
            "columns": [column.name for column in self.indicator.columns],
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            "band": self.bin.label,
            "points": self.bin.points,
            "most": self.indicator.most,
            "missing": self.number == MISSING,
            "why": spec.missing.why if self.number == MISSING else spec.why,
            "data": spec.data,
            "source": spec.source or spec.confidence or "",
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What a row gets; without ``class_`` it could not be scored and ``problem`` says why."""

    uscc: str | None
    score: int | None
    class_: str | None
    points: Mapping[str, int | None]
    override: str | None
    reasons: tuple[tuple[str, int], ...]
    problem: str | None
    scheme: str
    version: str
    parts: tuple[Part, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """The row of the output table, under its column names."""
        row: dict[str, Any] = {"uscc": self.uscc, "score": self.score, "class": self.class_}
        row |= {f"points_{name}": self.points[name] for name in DIMENSIONS}
        row["override"] = self.override
        for place in range(REASONS):
            name, points = self.reasons[place] if place < len(self.reasons) else (None, None)
            row |= {f"reason_{place + 1}": name, f"reason_{place + 1}_points": points}
        return row | {"scheme": self.scheme, "scheme_version": self.version, "problem": self.problem}


class RowScorer:
    """A scheme on a day, for one enterprise at a time."""

    def __init__(self, scheme: Scheme, on: date) -> None:
        """Work out the days on which elapsed bands begin."""
        self.scheme = scheme
        self.on = on
        self._cuts = {one.id: self._native_cuts(one) for one in scheme.indicators}

    def score(self, row: Mapping[str, object], *, duplicate: bool = False) -> Result:
        """Score a row given by column names; ``duplicate`` says that its code stands elsewhere too."""
        code = None if row.get(USCC) is None else str(row[USCC])
        values, faults = self._read(row)
        said = [code_problem(code), text("code_duplicate") if duplicate else None, *faults]
        problem = "；".join(words for words in said if words) or None
        if faults or is_missing(code):
            nothing = dict.fromkeys(DIMENSIONS)
            return Result(code, None, None, nothing, None, (), problem, self.scheme.id, self.scheme.version)
        return self._result(code, values, problem)

    def _read(self, row: Mapping[str, object]) -> tuple[dict[str, Value], list[str]]:
        values: dict[str, Value] = {}
        faults = []
        for name, column in self.scheme.columns.items():
            try:
                values[name] = read(column, row.get(name), self.on)
            except UnreadableError as error:
                faults.append(error.detail)
        return values, faults

    def _result(self, code: str | None, values: Mapping[str, Value], problem: str | None) -> Result:
        scheme = self.scheme
        parts = tuple(self._part(one, values) for one in scheme.indicators)
        points = {name: min(scheme.caps[name], _sum(parts, name)) for name in DIMENSIONS}
        score = sum(points.values())
        given = {part.indicator.id: part.bin.points for part in parts}
        place, override = self._class(scheme.class_of(score), values, given)
        return Result(
            uscc=code,
            score=score,
            class_=scheme.classes[place],
            points=points,
            override=override,
            reasons=self._reasons(parts),
            problem=problem,
            scheme=scheme.id,
            version=scheme.version,
            parts=parts,
        )

    def _reasons(self, parts: tuple[Part, ...]) -> tuple[tuple[str, int], ...]:
        given = [part for part in parts if part.bin.points]
        given.sort(key=lambda part: -part.bin.points)  # stable: ties stay in the order of the scheme
        return tuple((part.indicator.id, part.bin.points) for part in given[: self.scheme.spec.reasons])

    def _part(self, one: Indicator, values: Mapping[str, Value]) -> Part:
        own = tuple(values[column.name] for column in one.columns)
        number = self._bin(one, own)
        return Part(one, own if len(own) > 1 else own[0], one.bins[number], number)

    def _bin(self, one: Indicator, own: tuple[Value, ...]) -> int:
        spec, value = one.spec, own[0]
        if isinstance(spec, schema.Ratio):
            return ratio_bin(one, spec, own)
        if value is None:
            return MISSING
        if isinstance(spec, schema.Mapped):
            return 1 + one.column.categories.index(str(value))
        if isinstance(spec, schema.Flag):
            return 1 + bool(value)
        if isinstance(spec, schema.Elapsed):
            return sum(value <= day for day in self._cuts[one.id])
        return bisect_right(self._cuts[one.id], value)

    def _native_cuts(self, one: Indicator) -> list[Any]:
        spec = one.spec
        if isinstance(spec, schema.Elapsed):
            return [threshold(self.on, spec.unit, int(cut)) for cut in one.cuts]
        return [float(cut) for cut in one.cuts]

    def _class(self, place: int, values: Mapping[str, Value], given: Mapping[str, int]) -> tuple[int, str | None]:
        """The class after the rules, and the rule that decided it."""
        override = None
        for rule in self.scheme.rules:
            wanted = self.scheme.classes.index(rule.class_)
            if rule.effect == "floor" and wanted <= place:
                continue
            if all(self._holds(one, values, given) for one in rule.when):
                if rule.effect == "set":
                    return wanted, rule.id
                place, override = wanted, rule.id
        return place, override

    def _holds(self, one: schema.Condition, values: Mapping[str, Value], given: Mapping[str, int]) -> bool:
        if isinstance(one, schema.NoPoints):
            return not any(given[name] for name in one.no_points)
        if isinstance(one, schema.Unknown):
            return sum(values[name] is None for name in one.unknown) >= one.at_least
        value = values[one.column]
        if value is None:
            return False
        if isinstance(one, schema.AtLeast):
            return isinstance(value, int) and value >= one.at_least
        if isinstance(one, schema.Younger):
            return value > threshold(self.on, "month", one.younger_than_months)  # type: ignore[operator]  # a date column
        return value in one.is_ if isinstance(one.is_, tuple) else value == one.is_


def ratio_bin(one: Indicator, spec: schema.Ratio, own: tuple[Value, ...]) -> int:
    """The bin of a ratio of whole numbers; an absent denominator counts as ``at_least``, if there is one."""
    above, below = own
    if below is None and spec.at_least:
        below = spec.at_least
    if not isinstance(above, int) or not isinstance(below, int):
        return MISSING
    below = max(below, spec.at_least)
    if not below:
        return 1
    share = above * spec.times
    return 1 + sum(share * cut.denominator >= cut.numerator * below for cut in one.cuts)


def _sum(parts: tuple[Part, ...], dimension: str) -> int:
    return sum(part.bin.points for part in parts if part.indicator.spec.dimension == dimension)
