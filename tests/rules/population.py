"""Random cases over a catalogue: values on both sides of every threshold, some of them missing.

Everything comes from the seed. Days keep their order (conduct, end, discovery, decision) and are
drawn near the days on which the law changes; the other facts are those that the grounds and the
penalty of the case read.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rules.facts import NUMERIC, Fact
from rules.release import Release

TURNS = (
    "2021-07-15", "2022-03-01", "2022-10-08", "2023-07-20", "2025-02-07", "2025-10-08",
    "2025-10-15", "2026-05-01", "2026-08-15", "2027-01-01",
)  # fmt: skip
PLACES = ("210211", "210200", "210102", "21", "330100", "360000", "350700", "140100", "610581", "110105", "000000")
HISTORY = ("first_violation", "never_before", "months_since_last_same_type")
DERIVED = ("years_since_conduct", "years_since_conduct_end", "law_changed_between_conduct_and_decision")
DAYS = ("conduct_date", "conduct_end_date", "discovery_date", "decision_date", "measure_started_date")
NO_EXEMPTION: dict[str, Any] = {
    "facts_established": True,
    "party_type": "enterprise",
    "fault": "negligence",
    "violation_minor": False,
    "first_violation": False,
    "extended_limit_applies": True,
}
NO_REDUCTION: dict[str, Any] = {
    "harm_eliminated": False,
    "coerced_or_deceived": False,
    "voluntary_disclosure": False,
    "merit": False,
    "other_statutory_ground": False,
}
NOT_HEAVIER: dict[str, Any] = {
    "emergency_period": False,
    "obstruction": False,
    "violence": False,
    "evidence_destroyed": False,
    "prior_penalty_1y": False,
    "social_impact": "none",
}


@dataclass
class Population:
    """Cases for a release, one after the other, from one seed."""

    release: Release
    seed: int
    values: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 (no secret is drawn)
        constants = _constants(self.release)
        self.values = {fact.name: _values(fact, constants.get(fact.name, set())) for fact in self.release.vocabulary}

    def cases(self, count: int) -> Iterator[dict[str, Any]]:
        for _ in range(count):
            yield self.case()

    def case(self) -> dict[str, Any]:
        """A case document; up to three in ten of the facts it needs are missing."""
        document = self._asked()
        missing = self.random.choice((0.0, 0.05, 0.15, 0.3))
        facts: dict[str, Any] = self._days()
        for name in sorted(self._read(document) - {*DAYS, *DERIVED, *HISTORY}):
            facts[name] = self.random.choice(self.values[name])
        facts |= self._history()
        facts |= self._inclined(document)
        gone = [name for name in facts if self.random.random() < missing and name != "decision_date"]
        for name in gone:
            if self.random.random() < 0.5:
                facts[name] = None
            else:
                del facts[name]
        return {**document, "facts": facts}

    def _asked(self) -> dict[str, Any]:
        draw = self.random
        document: dict[str, Any] = {"jurisdiction": draw.choice(PLACES)}
        kind = draw.random()
        if kind < 0.75:
            document["violation"] = draw.choice(list(self.release.violations))
        if kind < 0.4:
            return document
        about = [one.id for one in self.release.items_of_violation.get(document.get("violation", ""), ())]
        pool = about if about and draw.random() < 0.6 else list(self.release.items)
        document["list_items"] = [draw.choice(pool) for _ in range(draw.choice((0, 1, 1, 2, 3)))]
        return document

    def _read(self, document: Mapping[str, Any]) -> set[str]:
        """The facts that the grounds and the penalty of a case read."""
        release = self.release
        named = document.get("list_items")
        violation = release.violations.get(document.get("violation") or "")
        items = [release.items[one] for one in named or ()]
        if named is None and violation is not None:
            items = [
                *release.items_of_violation.get(violation.id, ()),
                *release.items_of_field.get(violation.field, ()),
            ]
        grounds = (*items, *release.statute.values(), *release.aggravating.values())
        names = {name for one in grounds for span in one.spans for line in span.lines for _, name in line.atoms}
        about = {violation.id} if violation else {one for item in items for one in item.provision.violations}  # type: ignore[union-attr]
        for law in (law for one in about for law in release.laws[one]):
            for branch in law.branches:
                names |= set(_facts_in(branch.branch.when))
                fine = branch.branch.fine
                names |= {one for one in (fine.base, fine.per) if one} if fine else set()
        return names | {"harm_level", "evidence_sufficient", "circumstances_serious", "pollution_caused"}

    def _days(self) -> dict[str, str]:
        draw = self.random
        turn = date.fromisoformat(draw.choice(TURNS))
        conduct = turn + timedelta(days=draw.choice((-400, -30, -1, 0, 1, 30)))
        past = [draw.choice((0, 1, 29, 365)), 0, 0]
        found = conduct + timedelta(days=draw.choice((0, 5, 100)))
        if draw.random() < 0.4:
            years = draw.choice((2, 5))
            found = _years_on(conduct, years) + timedelta(days=draw.choice((-1, 0, 1)))
        days = {"conduct_date": conduct, "discovery_date": found}
        if draw.random() < 0.2:
            days["conduct_end_date"] = conduct + timedelta(days=past[0])
        last = max(days.values())
        days["decision_date"] = last + timedelta(days=draw.choice((0, 1, 60, 400)))
        if draw.random() < 0.1:
            days["measure_started_date"] = found
        return {name: one.isoformat() for name, one in days.items()}

    def _history(self) -> dict[str, Any]:
        draw = self.random
        kind = draw.random()
        if kind < 0.5:
            return {"first_violation": draw.random() < 0.5}
        if kind < 0.65:
            return {"never_before": draw.random() < 0.8}
        if kind < 0.95:
            return {"months_since_last_same_type": draw.choice((0, 6, 11, 12, 13, 23, 23.5, 24, 25, 60))}
        return {
            "first_violation": draw.random() < 0.5,
            "months_since_last_same_type": draw.choice((0, 12, 24, 60)),
            "never_before": draw.choice((None, True, False)),
        }

    def _inclined(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Facts that lead past the grounds of the statute, and facts under which some item applies.

        Without them nearly every random case would end at the first ground for no penalty.
        """
        draw = self.random
        facts: dict[str, Any] = {}
        if draw.random() < 0.6:
            facts |= NO_EXEMPTION
        if draw.random() < 0.5:
            facts |= NO_REDUCTION
        if draw.random() < 0.6:
            facts |= NOT_HEAVIER
        named = document.get("list_items")
        if named and draw.random() < 0.6:
            item = self.release.items[draw.choice(named)].provision
            met = [test.facts for test in item.tests if test.expect == "applies"]  # type: ignore[union-attr]
            facts |= {
                name: one for name, one in (draw.choice(met) if met else {}).items() if name not in {*DAYS, *DERIVED}
            }
        if HISTORY[0] in facts and not facts[HISTORY[0]]:
            facts |= dict.fromkeys(HISTORY[1:])
        return facts


def _years_on(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 2, 28)


def _facts_in(condition: object) -> Iterator[str]:
    """The facts a raw condition reads."""
    if isinstance(condition, Mapping):
        if "fact" in condition:
            yield str(condition["fact"])
        for part in condition.values():
            yield from _facts_in(part)
    elif isinstance(condition, list | tuple):
        for part in condition:
            yield from _facts_in(part)


def _constants(release: Release) -> dict[str, set[Any]]:
    """The values with which the catalogue compares each fact."""
    found: dict[str, set[Any]] = {}
    for atom in release.network.atoms.values():
        wanted = atom.test.value if isinstance(atom.test.value, tuple) else (atom.test.value,)
        found.setdefault(atom.test.fact, set()).update(one for one in wanted if isinstance(one, int | Decimal))
    return found


def _values(fact: Fact, constants: set[Any]) -> list[Any]:
    """Values to draw from: all of few, and for numbers both sides of every threshold."""
    if fact.type == "bool":
        return [True, False]
    if fact.type == "enum":
        return list(fact.value_names)
    if fact.type == "date":
        return [*TURNS]
    if fact.type not in NUMERIC:
        return [[]] if fact.type == "text_list" else ["文字"]
    step = Decimal(1) if fact.type in {"integer", "money"} else Decimal("0.1")
    near = {Decimal(one) + by for one in constants for by in (-step, Decimal(0), step)} | {Decimal(0), Decimal(7)}
    low = Decimal(fact.min if fact.min is not None else 0)
    high = Decimal(fact.max if fact.max is not None else 10**12)
    kept = sorted(one for one in near if low <= one <= high)
    if fact.type == "money":
        return [f"{one / 100:.2f}" for one in kept]
    return [int(one) if one == one.to_integral_value() else float(one) for one in kept]
