"""The catalogue of credit repair, linked and compiled: what holds under a regime, on a day, in a place.

Conditions are compiled by the same evaluator as those of penalties, on a network of their own; the
second opinion is asked about the same spans.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from kernel.regions import ancestors
from rules.compiled import Compiled, spans_of
from rules.defects import defect
from rules.evaluate import Network
from rules.schema_repair import (
    RepairAuthority,
    RepairClass,
    RepairClock,
    RepairExclusion,
    RepairInstrument,
    RepairParameter,
    RepairPeriod,
    RepairRule,
    RepairRuled,
    RepairSetting,
    RepairThreshold,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from rules.conditions import Condition
    from rules.facts import Vocabulary
    from rules.release import Release
    from rules.schema_repair import RepairProvision

NATION: Final = "000000"
BOUNDARY: Final = "D-4"
"""The rule about the day after a period has ended."""
P = TypeVar("P", bound=RepairRuled)
AnyRule = RepairRule | RepairExclusion


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Generic[P]):
    """A provision with its conditions compiled, span by span of days."""

    provision: P
    file: str
    spans: tuple[Compiled, ...]

    def at(self, day: date) -> Compiled | None:
        """The conditions of a day; None outside the provision's time."""
        return next((span for span in self.spans if span.holds_on(day)), None)

    def concerns(self, regime: str | None, record_kind: str) -> bool:
        """Whether it can hold for a kind of record under a regime."""
        regimes, kinds = self.provision.regimes, self.provision.record_kinds
        return (not regimes or regime in regimes) and (not kinds or record_kind in kinds)


@dataclass(frozen=True, slots=True, eq=False)
class Held(Generic[P]):
    """An entry on a day: its provision, and its conditions then."""

    provision: P
    span: Compiled

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts its conditions read."""
        return tuple(dict.fromkeys(fact for line in self.span.lines for _, fact in line.atoms))


@dataclass(slots=True)
class Policy:
    """Everything repair needs from one catalogue release; raises CatalogueError while linking."""

    release: Release
    vocabulary: Vocabulary = field(init=False)
    network: Network = field(init=False)
    instruments: dict[str, RepairInstrument] = field(init=False, default_factory=dict)
    classes: list[Entry[RepairClass]] = field(init=False, default_factory=list)
    periods: list[Entry[RepairPeriod]] = field(init=False, default_factory=list)
    rules: list[Entry[AnyRule]] = field(init=False, default_factory=list)
    parameters: list[Entry[RepairParameter]] = field(init=False, default_factory=list)
    clocks: list[RepairClock] = field(init=False, default_factory=list)
    thresholds: list[RepairThreshold] = field(init=False, default_factory=list)
    authorities: list[RepairAuthority] = field(init=False, default_factory=list)
    settings: list[RepairSetting] = field(init=False, default_factory=list)
    by_id: dict[str, RepairProvision] = field(init=False, default_factory=dict)
    _cuts: list[date] = field(init=False)
    _boundaries: dict[int, int] = field(init=False, default_factory=dict)
    _kept: dict[tuple[object, ...], tuple[Held[Any], ...]] = field(init=False, default_factory=dict)
    _common: list[Entry[AnyRule]] = field(init=False)
    _special: list[Entry[AnyRule]] = field(init=False)

    def __post_init__(self) -> None:
        """Link and compile; the order is that of the files."""
        part = self.release.repair
        if part is None or not part.provisions:
            raise defect("national/repair", "", "目录中没有信用修复的条目")
        self.vocabulary = part.vocabulary
        self.network = Network(part.vocabulary)
        self.by_id = {name: one for name, (_, one) in part.provisions.items()}
        for file, provision in part.provisions.values():
            self._add(file, provision)
        self.authorities.sort(key=lambda one: one.precedence)
        for file, provision in part.provisions.values():
            self._check(file, provision)
        self._common = [one for one in self.rules if not one.provision.regimes or _is_of_applicant(one.provision)]
        self._special = [one for one in self.rules if one not in self._common]
        self._cuts = sorted(_days_of(self.by_id.values()))

    def epoch(self, day: date) -> int:
        """The number of the span of days, between any two changes of the catalogue, that holds a day."""
        return bisect_right(self._cuts, day)

    def regime_on(self, channel: str, day: date) -> RepairInstrument | None:
        """The instrument that governs a channel on a day; None where none was read."""
        found = (one for one in self.instruments.values() if one.channel == channel)
        return next((one for one in found if one.in_force.contains(day)), None)

    def held_classes(self, regime: str | None, record_kind: str, day: date) -> tuple[Held[RepairClass], ...]:
        """The rules that give classes under a regime on a day."""
        return self._held("classes", self.classes, regime, record_kind, day)

    def held_periods(self, regime: str | None, record_kind: str, day: date) -> tuple[Held[RepairPeriod], ...]:
        """The periods under a regime on a day."""
        return self._held("periods", self.periods, regime, record_kind, day)

    def held_parameters(self, regime: str | None, record_kind: str, day: date) -> tuple[Held[RepairParameter], ...]:
        """The questions that may arise under a regime on a day."""
        return self._held("parameters", self.parameters, regime, record_kind, day)

    def held_rules(self, regime: str, record_kind: str, day: date) -> tuple[Held[AnyRule], ...]:
        """The rules of a regime itself on a day."""
        return self._held("rules", self._special, regime, record_kind, day)

    def held_common(self, regime: str | None, record_kind: str, day: date) -> tuple[Held[AnyRule], ...]:
        """The rules of every regime, and those about the applicant under the regime of the day asked about."""
        return self._held("common", self._common, regime, record_kind, day)

    def _held(
        self, shelf: str, entries: list[Entry[P]], regime: str | None, record_kind: str, day: date
    ) -> tuple[Held[P], ...]:
        key = (shelf, regime, record_kind, self.epoch(day))
        found = self._kept.get(key)
        if found is None:
            spans = ((one.provision, one.at(day)) for one in entries if one.concerns(regime, record_kind))
            found = self._kept[key] = tuple(Held(provision, span) for provision, span in spans if span is not None)
        return found

    def set_values(self, place: str | None, day: date) -> dict[str, tuple[object, RepairSetting]]:
        """Facts of the law as settled for a place on a day; the nearest place prevails."""
        places = (NATION, *reversed(ancestors(place))) if place else (NATION,)
        found: dict[str, tuple[object, RepairSetting]] = {}
        for name in dict.fromkeys(places):
            for one in self.settings:
                if one.jurisdiction == name and one.in_force.contains(day):
                    found[self._fact_of(one)] = (one.value, one)
        return found

    def numbers(self, rule: str, name: str, day: date) -> int | None:
        """A whole number among the parameters of a rule on a day."""
        provision = self.by_id.get(rule)
        if not isinstance(provision, RepairRuled) or name not in provision.parameters:
            return None
        value = provision.parameters[name].at(day)
        return None if value is None else int(value)

    def boundary_days(self, day: date) -> int:
        """Within how many days of the end of a period an answer is flagged as lying on the boundary."""
        epoch = self.epoch(day)
        if epoch not in self._boundaries:
            self._boundaries[epoch] = self.numbers(BOUNDARY, "boundary_days", day) or 0
        return self._boundaries[epoch]

    def spans(self) -> Iterable[tuple[str, tuple[Condition, ...], Mapping[str, str]]]:
        """Every compiled span for the second opinion."""
        shelves: tuple[Iterable[Entry[RepairRuled]], ...] = (
            self.classes,  # type: ignore[assignment]  # an entry only gives its provision
            self.periods,
            self.rules,
            self.parameters,
        )
        for shelf in shelves:
            for entry in shelf:
                for span in entry.spans:
                    yield span.key, tuple(line.condition for line in span.lines), {}

    def _fact_of(self, setting: RepairSetting) -> str:
        parameter = self.by_id[setting.parameter]
        assert isinstance(parameter, RepairParameter)  # noqa: S101  (checked while linking)
        return parameter.fact

    def _add(self, file: str, provision: RepairProvision) -> None:
        if isinstance(provision, RepairInstrument):
            self.instruments[provision.id] = provision
        elif isinstance(provision, RepairClass):
            self.classes.append(self._entry(file, provision))
        elif isinstance(provision, RepairPeriod):
            self.periods.append(self._entry(file, provision))
        elif isinstance(provision, RepairRule | RepairExclusion):
            self.rules.append(self._entry(file, provision))
        elif isinstance(provision, RepairParameter):
            self.parameters.append(self._entry(file, provision))
        elif isinstance(provision, RepairClock):
            self.clocks.append(provision)
        elif isinstance(provision, RepairThreshold):
            self.thresholds.append(provision)
        elif isinstance(provision, RepairAuthority):
            self.authorities.append(provision)
        elif isinstance(provision, RepairSetting):
            self.settings.append(provision)

    def _entry(self, file: str, provision: P) -> Entry[P]:
        return Entry(provision, file, spans_of(self.network, file, provision, None))

    def _check(self, file: str, provision: RepairProvision) -> None:
        if isinstance(provision, RepairRuled):
            unknown = set(provision.regimes) - set(self.instruments)
            if unknown:
                raise defect(file, "regimes", f"没有编号为 {min(unknown)} 的办法")
        if isinstance(provision, RepairSetting):
            self._check_setting(file, provision)
        if isinstance(provision, RepairParameter):
            self._check_parameter(file, provision)
        if isinstance(provision, RepairThreshold):
            self._check_values(file, provision.fact, provision.values)
        if isinstance(provision, RepairPeriod) and provision.restriction not in {None, *self.by_id}:
            raise defect(file, "restriction", f"没有编号为 {provision.restriction} 的规则")

    def _check_setting(self, file: str, setting: RepairSetting) -> None:
        parameter = self.by_id.get(setting.parameter)
        if not isinstance(parameter, RepairParameter) or parameter.answered_by != "setting":
            raise defect(file, "parameter", f"{setting.parameter} 不是可以由各地规定的参数")
        allowed = [one.value for one in parameter.readings]
        if allowed and setting.value not in allowed:
            raise defect(file, "value", f"只能是 {'、'.join(str(one) for one in allowed)} 之一")
        self._check_values(file, parameter.fact, (setting.value,))

    def _check_parameter(self, file: str, parameter: RepairParameter) -> None:
        self._check_values(file, parameter.fact, tuple(one.value for one in parameter.readings))

    def _check_values(self, file: str, name: str, values: tuple[object, ...]) -> None:
        fact = self.vocabulary.get(name)
        if fact is None:
            raise defect(file, "fact", f"事实词表中没有 {name!r}")
        for value in values:
            try:
                fact.normalise(value)
            except ValueError as error:
                raise defect(file, "values", f"{value!r} 不是 {name} 的取值") from error


def _is_of_applicant(rule: AnyRule) -> bool:
    return isinstance(rule, RepairRule) and rule.of_applicant


def _days_of(provisions: Iterable[RepairProvision]) -> set[date]:
    """Every day on which something of the catalogue changes."""
    days: set[date] = set()
    for one in provisions:
        days.add(one.in_force.from_)
        if one.in_force.until is not None:
            days.add(one.in_force.until)
        if isinstance(one, RepairRuled):
            for parameter in one.parameters.values():
                for value in parameter.values:
                    days |= {value.from_, *([value.until] if value.until else [])}
    return days
