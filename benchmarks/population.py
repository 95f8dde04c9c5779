"""Made-up releases and cases over the real vocabulary, the same for the same seed.

A release is written to a folder as files and read back like the catalogue, so that nothing about it
is special. Its items have three to seven conditions over every kind of fact, one item in four with a
nested *any*, *all* or *not*; a third of the conditions read the facts that real lists share. A case
answers three questions in four the way items want it, and leaves up to thirty facts in a hundred out.
"""

import json
import random
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.interval import add_years
from rules.caseinput import parse_case
from rules.compiled import Ground
from rules.decide import Decider
from rules.facts import Fact, Vocabulary
from rules.instant import Case
from rules.load import CATALOGUE, load_catalogue
from rules.release import Release

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2026, 6, 1)
PLACE = "210200"
VIOLATION = "benchmark-violation"
SOURCE = "benchmark-list"
COMMON = (
    "first_violation",
    "correction_status",
    "harm_level",
    "goods_value_yuan",
    "persons_affected",
    "circumstances_serious",
    "obstruction",
    "cooperated",
)
YEARS_APART = (("discovery_date", "conduct_date"), ("decision_date", "filing_date"))
ROUND_AMOUNTS = tuple(step * 10**power for power in (2, 3, 4) for step in (1, 2, 3, 5, 8))
LISTS = ("no_penalty", "lighter", "mitigated", "no_coercive_measure")
# Derived from others, or bound to others: a case drawn at random would contradict itself.
LEFT_OUT = frozenset({"never_before", "months_since_last_same_type", "other_statutory_ground"})

Condition = dict[str, object]
Facts = dict[str, object]


@dataclass(frozen=True)
class Population:
    """A release, the grounds that are asked about, and cases with the facts that follow from them."""

    release: Release
    grounds: tuple[Ground, ...]
    cases: tuple[Case, ...]
    facts: tuple[Facts, ...]
    complete: tuple[Facts, ...]


@cache
def made_up(items: int) -> Population:
    """A release of so many items of one violation, and two hundred cases of that violation."""
    vocabulary = load_catalogue().vocabulary
    with tempfile.TemporaryDirectory() as folder:
        write_catalogue(Path(folder), ItemMaker(vocabulary, items), items)
        release = load_catalogue(Path(folder))
    return _population(release, {"jurisdiction": PLACE, "violation": VIOLATION}, seed=items)


@cache
def real() -> Population:
    """The catalogue, and two hundred cases in each of which all its items are named."""
    release = load_catalogue()
    return _population(release, {"jurisdiction": PLACE, "list_items": list(release.items)}, seed=0)


def _population(release: Release, asked: Facts, seed: int) -> Population:
    maker, decider = CaseMaker(release.vocabulary, seed), Decider(release)
    grounds = tuple(release.items.values())
    one_a_way_of_counting = tuple({ground.first_key: ground.id for ground in grounds}.values())

    def case(missing: float) -> Case:
        return parse_case({**asked, "facts": maker.facts(missing)}, release)

    def facts(case: Case) -> Facts:
        """What a decision knows: the facts given and what follows from them."""
        return decider.decided(replace(case, list_items=one_a_way_of_counting), DAY).instant.facts

    cases = tuple(case(maker.random.uniform(0, 0.3)) for _ in range(200))
    complete = tuple(facts(case(0)) for _ in range(100))
    return Population(release, grounds, cases, tuple(map(facts, cases)), complete)


class ItemMaker:
    """Draws list items; thresholds are the round amounts of real lists."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.random = random.Random(seed)
        self.vocabulary = vocabulary
        self.usual = usual_facts(vocabulary)
        self.write: dict[str, Callable[[Fact], Condition]] = {
            "bool": self._bool,
            "enum": self._enum,
            "money": lambda fact: {"fact": fact.name, "lte": self.random.choice(ROUND_AMOUNTS)},
            "number": lambda fact: {"fact": fact.name, "lt": self.random.choice((1, 3, 5, 7, 10, 15, 24))},
            "integer": lambda fact: {"fact": fact.name, "lte": self.random.choice((1, 2, 3, 5, 10, 30, 100))},
            "date": self._years_apart,
        }

    def conditions(self) -> list[Condition]:
        """Three to seven conditions; in one item of four, two of them nested."""
        plain = [self._condition() for _ in range(self.random.randint(3, 7))]
        if self.random.random() < 0.75:
            return plain
        first, second, *rest = plain
        nested: list[Condition] = [
            {"any": [first, second]},
            {"any": [first, {"all": [second, self._condition()]}]},
            {"not": {"any": [{"not": first}, {"not": second}]}},
        ]
        return [*rest, self.random.choice(nested)]

    def _condition(self) -> Condition:
        names = COMMON if self.random.random() < 0.35 else self.usual
        fact = self.vocabulary[self.random.choice(names)]
        return self.write[fact.type](fact)

    def _bool(self, fact: Fact) -> Condition:
        return {"fact": fact.name, "eq": wanted(fact) if self.random.random() < 0.9 else not wanted(fact)}

    def _enum(self, fact: Fact) -> Condition:
        values = fact.value_names
        if fact.ordered:
            return {"fact": fact.name, "lte": self.random.choice(values[: len(values) // 2 + 1])}
        chosen = self.random.sample(values, max(1, len(values) * 2 // 3))
        return {"fact": fact.name, "in": chosen}

    def _years_apart(self, _fact: Fact) -> Condition:
        later, earlier = self.random.choice(YEARS_APART)
        sign = self.random.choice(("gt", "lte"))
        return {"fact": later, sign: {"fact": earlier, "plus": {"years": self.random.randint(1, 5)}}}


class CaseMaker:
    """Draws the facts of cases; days stand in the order in which they can happen."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.random = random.Random(f"cases {seed}")
        self.usual = [vocabulary[name] for name in dict.fromkeys((*COMMON, *usual_facts(vocabulary)))]
        self.draw: dict[str, Callable[[Fact], object]] = {
            "bool": lambda fact: wanted(fact) == (self.random.random() < 0.75),
            "enum": self._enum,
            "money": lambda _: self.random.choice(ROUND_AMOUNTS) * self.random.choice((0.1, 0.5, 0.99, 1, 1.01)),
            "number": lambda _: self.random.choice((0, 0.5, 1, 2, 3, 5, 9.5, 14)),
            "integer": lambda _: self.random.choice((0, 1, 2, 3, 5, 10)),
        }

    def facts(self, missing: float) -> Facts:
        """The facts of a case, each left out with the probability ``missing``."""
        drawn = {fact.name: self.draw[fact.type](fact) for fact in self.usual if fact.type in self.draw}
        return {name: value for name, value in (drawn | self._days()).items() if self.random.random() >= missing}

    def _enum(self, fact: Fact) -> str:
        values = fact.value_names
        return self.random.choice(values[: len(values) // 2 + 1] if fact.ordered else values)

    def _days(self) -> Facts:
        """Conduct, discovery, filing, decision; the whole years between them are met exactly at times."""
        conduct = DAY - timedelta(days=self.random.randint(5 * 365, 8 * 365))
        discovery = self._later(conduct, 3)
        filing = self._later(conduct, 2)
        days = {"conduct_date": conduct, "discovery_date": discovery, "filing_date": filing}
        days["decision_date"] = max(self._later(filing, 3), discovery)
        return {name: day.isoformat() for name, day in days.items()} | {"conduct_continuing": False}

    def _later(self, day: date, years: int) -> date:
        return add_years(day, self.random.randint(0, years)) + timedelta(days=self.random.choice((0, 1, 40, 200)))


def usual_facts(vocabulary: Vocabulary) -> list[str]:
    """The facts that conditions of lists read: no texts, nothing derived, nothing of procedure."""
    kinds = {"bool", "enum", "money", "number", "integer", "date"}
    return [
        fact.name
        for fact in vocabulary
        if fact.type in kinds and not (fact.derived or fact.procedure) and fact.name not in LEFT_OUT
    ]


def wanted(fact: Fact) -> bool:
    """The answer that most items ask of a yes-or-no fact: for half of them yes."""
    return len(fact.name) % 2 == 0


def write_catalogue(root: Path, maker: ItemMaker, items: int) -> None:
    """Write a catalogue of made-up items beside the real facts and the real general statute."""
    for name in ("facts", "national/statute"):
        shutil.copytree(CATALOGUE / name, root / name)
    files: dict[str, Facts] = {"source": _source(), VIOLATION: _violation()}
    for number in range(items):
        item = _item(f"item-{number}", maker)
        files[str(item["id"])] = item
    for name, document in files.items():
        (root / f"{name}.yaml").write_text(json.dumps(document), "utf-8")


def _item(name: str, maker: ItemMaker) -> Facts:
    return _common(name, "list_item") | {
        "list": maker.random.choice(LISTS),
        "force": maker.random.choice(("may", "shall")),
        "field": "基准",
        "jurisdiction": "000000",
        "violations": [VIOLATION],
        "source": SOURCE,
        "conditions": maker.conditions(),
    }


def _source() -> Facts:
    first = {"window_months": 24, "scope": "same_type_same_party"}
    return _common(SOURCE, "source") | {"first_violation": first}


def _violation() -> Facts:
    fine = {"min_yuan": 50_000, "max_yuan": 100_000}
    penalty = {"trigger": "immediate", "kinds": ["fine"], "branches": [{"fine": fine}]}
    law = {"in_force": {"from": "2015-01-01"}, "penalty": penalty}
    common = _common(VIOLATION, "violation")
    del common["in_force"]
    return common | {"field": "基准", "versions": [law]}


def _common(name: str, kind: str) -> Facts:
    return {
        "id": name,
        "kind": kind,
        "title": f"基准 {name}",
        "in_force": {"from": "2015-01-01"},
        "confidence": "made up",
        "checked_on": "2026-11-24",
    }
