"""The city itself: departments, districts, inspectors, enterprises and the people who log in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from service.departments import department_zh
from service.scoring.synth import Wish, population

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from supervision.scheme import Scheme

SIZE: Final = 20_000
SEED: Final = 2026
_FILE: Final = "city.yaml"
_DIGITS: Final = slice(2, 8)
"""The region's place in a unified social credit code."""


@dataclass(frozen=True, slots=True)
class Department:
    """An inspecting department: its code, its full name, its share of the inspectors."""

    code: str
    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class District:
    """A district: its code, its full name, its share of the enterprises."""

    code: str
    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Industry:
    """What an enterprise does, and whose business it is to look."""

    code: str
    title: str
    departments: tuple[str, ...]
    weight: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A made-up enterprise; ``region`` is a district of the city."""

    uscc: str
    name: str
    region: str
    address: str
    industry: str
    manager: str


@dataclass(frozen=True, slots=True)
class Inspector:
    """A made-up inspector of one department, for one district ("*": the whole city)."""

    id: str
    name: str
    department: str
    region: str
    certificate: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logs in to try the software."""

    login: str
    name: str
    roles: tuple[str, ...]
    department: str
    region: str


@dataclass(frozen=True)
class City:
    """Everything, in a fixed order. ``today`` is the day the demonstration is filled for."""

    name: str
    region: str
    seed: int
    today: date
    departments: tuple[Department, ...]
    districts: tuple[District, ...]
    industries: tuple[Industry, ...]
    enterprises: tuple[Enterprise, ...]
    inspectors: tuple[Inspector, ...]
    people: tuple[Person, ...]

    def random(self, topic: str) -> random.Random:
        """A generator of its own for each topic: what one desk fills does not change another's."""
        return random.Random(f"{self.seed}/{topic}")  # noqa: S311 - made-up data

    def department(self, code: str) -> Department:
        """A department by its code; KeyError."""
        return {one.code: one for one in self.departments}[code]

    def district(self, code: str) -> District:
        """A district by its code; KeyError."""
        return {one.code: one for one in self.districts}[code]

    def person(self, login: str) -> Person:
        """Somebody by the name he logs in with; KeyError."""
        return {one.login: one for one in self.people}[login]


@cache
def plan() -> dict[str, Any]:
    """The description of the city, as delivered."""
    found = read_yaml(read_text(_FILE, "service.demo"), _FILE)
    return found if isinstance(found, dict) else {}


def make_city(scheme: Scheme, today: date, size: int = SIZE, seed: int = SEED) -> City:
    """Make up a city of so many enterprises. Their codes are those of ``population(scheme, Wish(size, seed))``."""
    how = plan()
    name = how["name"]
    districts = tuple(District(code, name + title, weight) for code, title, weight in how["districts"])
    departments = tuple(Department(code, name + department_zh(code), weight) for code, weight in how["departments"])
    industries = tuple(Industry(code, title, tuple(of), weight, tuple(words)) for code, title, of, weight, words in how["industries"])  # fmt: skip  # noqa: E501
    people = tuple(Person(login, who, tuple(roles), of, where or how["region"]) for login, who, roles, of, where in how["people"])  # fmt: skip  # noqa: E501
    rng = random.Random(f"{seed}/city")  # noqa: S311 - made-up data
    return City(
        name=name,
        region=how["region"],
        seed=seed,
        today=today,
        departments=departments,
        districts=districts,
        industries=industries,
        enterprises=_enterprises(_codes(scheme, size, seed), districts, industries, rng),
        inspectors=_inspectors(max(26, size * how["inspectors_for_thousand"] // 1000), departments, districts, rng),
        people=people,
    )


def _codes(scheme: Scheme, size: int, seed: int) -> list[str]:
    return [code for frame in population(scheme, Wish(size, seed)) for code in frame["uscc"]]


def _enterprises(
    codes: Sequence[str], districts: Sequence[District], industries: Sequence[Industry], rng: random.Random
) -> tuple[Enterprise, ...]:
    how = plan()
    known = {one.code: one for one in districts}
    by_weight = list(accumulate(one.weight for one in districts))
    kinds = rng.choices(industries, cum_weights=list(accumulate(one.weight for one in industries)), k=len(codes))
    made = []
    for number, (code, kind) in enumerate(zip(codes, kinds, strict=True), 1):
        district = known.get(code[_DIGITS]) or rng.choices(districts, cum_weights=by_weight)[0]
        name = f"{how['name']}{rng.choice(how['words'])}{number}号{rng.choice(kind.words)}"
        address = f"{district.name}示范路{rng.randrange(1, 400)}号"
        manager = rng.choice(how["surnames"]) + rng.choice(how["given"])
        made.append(Enterprise(code, name, district.code, address, kind.code, manager))
    return tuple(made)


def _inspectors(
    count: int, departments: Sequence[Department], districts: Sequence[District], rng: random.Random
) -> tuple[Inspector, ...]:
    how = plan()
    # Every department has somebody; the rest by its share.
    rest = rng.choices(departments, cum_weights=list(accumulate(one.weight for one in departments)), k=count)
    chosen = [*departments, *rest][:count]
    made = []
    for number, department in enumerate(chosen, 1):
        name = rng.choice(how["surnames"]) + rng.choice(how["given"])
        region = "*" if number <= len(departments) else rng.choice(districts).code
        made.append(Inspector(f"I{number:05}", name, department.code, region, f"演示{number:06}"))
    return tuple(made)
