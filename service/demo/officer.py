"""A year of penalty cases for the demonstration city: most decided, some under way, a few drafts (``officer.yaml``)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import select

from kernel.datafile import read_text
from kernel.money import FEN
from kernel.yamldoc import read_yaml
from service.access.actor import Actor
from service.access.permissions import Permission
from service.access.roles import grant
from service.cases import acts
from service.cases.content import parse_content
from service.cases.deciding import departs_from
from service.cases.model import Choice
from service.cases.party import unseen, with_history
from service.clock import CHINA
from service.db.tables.accounts import UserRow
from service.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from sqlmodel import Session

    from service.cases.model import StoredCase
    from service.demo.city import City, Enterprise
    from service.work import Works

_FILE: Final = "officer.yaml"
_DAYS: Final = 364
_OPEN_DAYS: Final = 45
"""Cases found so lately may still be under way."""
_AGAIN: Final = 0.08
_MILD: Final = 0.45
_DEPARTS: Final = 0.06
_DRAFT: Final = 0.15
_PIECE: Final = 50
_RANGES: Final = frozenset({"mitigated", "lighter", "general", "heavier"})
_EITHER: Final = "mitigated_or_lighter"


@cache
def shapes() -> dict[str, Any]:
    """The description of the year, as delivered."""
    found = read_yaml(read_text(_FILE, "service.demo"), _FILE)
    return found if isinstance(found, dict) else {}


def fill(works: Works, city: City) -> None:
    """Fill a year of cases that ends on the city's today, in the order of their days."""
    rng = city.random("officer")
    how = shapes()
    count = min(max(len(city.enterprises) // how["years_share"], how["least"]), how["most"])
    first = city.today - timedelta(days=_DAYS)
    days = sorted(first + timedelta(days=rng.randrange(_DAYS)) for _ in range(count))
    actors = _actors(works, city)
    parties = list(_parties(city, rng, days))
    wanted = [Wanted(number, *one, rng) for number, one in enumerate(zip(days, parties, strict=True), 1)]
    for start in range(0, count, _PIECE):
        with works.database.write() as session:
            for one in wanted[start : start + _PIECE]:
                _one(Desk(works, session, city, actors), one)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where cases are made up: many acts in one transaction, each with its own actor and moment."""

    works: Works
    session: Session
    city: City
    actors: list[Actor]

    @contextmanager
    def act(self, actor: Actor, at: datetime) -> Iterator[Work]:
        """One act, told to the trail like any other."""
        work = Work(self.session, actor, at, self.works.engine, self.works.files)
        yield work
        work.keep_events()


class Wanted:
    """One case to be made up: its number in the year, the day it was found, its shape and its party."""

    def __init__(self, number: int, day: date, what: tuple[dict[str, Any], Enterprise], rng: Random) -> None:
        """``what``: shape and party; ``rng`` is that of the whole year."""
        self.number, self.day, self.rng = number, day, rng
        self.shape, self.party = what

    def content(self, case_number: str, decided_on: date | None) -> dict[str, Any]:
        """The entry as the interface takes it."""
        how = shapes()
        kind = "mild" if self.rng.random() < _MILD else "plain"
        facts: dict[str, Any] = {
            "party_type": "enterprise",
            "conduct_date": (self.day - timedelta(days=self.rng.randrange(1, 20))).isoformat(),
            "discovery_date": self.day.isoformat(),
            **how["always"],
            **self.shape[kind],
        }
        facts |= {name: self.rng.randrange(low, high) for name, (low, high) in self.shape.get("amounts", {}).items()}
        if decided_on is not None:
            facts["decision_date"] = decided_on.isoformat()
        evidence = {name: {"text": how["evidence"][name], "on": facts["discovery_date"]} for name in facts if name in how["evidence"]}  # fmt: skip  # noqa: E501
        return {
            "number": case_number,
            "party": {"name": self.party.name, "code": self.party.uscc},
            "document": {"jurisdiction": self.party.region, "violation": self.shape["violation"], "facts": facts},
            "evidence": evidence,
            "particulars": {"party_address": self.party.address},
            "note": "演示数据，不是真实案件",
        }


def _parties(city: City, rng: Random, days: list[date]) -> Iterator[tuple[dict[str, Any], Enterprise]]:
    """A shape and a party for each case; some parties come again with what they did before."""
    known = shapes()["shapes"]
    weights = [one["weight"] for one in known]
    by_industry: dict[str, list[Enterprise]] = {}
    for enterprise in city.enterprises:
        by_industry.setdefault(enterprise.industry, []).append(enterprise)
    before: list[tuple[dict[str, Any], Enterprise]] = []
    for _ in days:
        if before and rng.random() < _AGAIN:
            yield rng.choice(before)
            continue
        shape = rng.choices(known, weights)[0]
        fitting = [one for name in shape["industries"] for one in by_industry.get(name, ())]
        before.append((shape, rng.choice(fitting or city.enterprises)))
        yield before[-1]


def _actors(works: Works, city: City) -> list[Actor]:
    """The officers of the city, as they act in any of its districts."""
    logins = [person.login for person in city.people if "officer" in person.roles]
    with works.database.read() as session:
        rows = session.exec(select(UserRow).where(UserRow.login.in_(logins)).order_by(UserRow.login)).all()  # type: ignore[attr-defined]  # a column
    return [Actor(row.id, row.name, grants=(grant("officer"),), department=row.department) for row in rows]


def _one(desk: Desk, wanted: Wanted) -> None:
    """Enter one case, and decide it unless it was found lately."""
    rng, city = wanted.rng, desk.city
    decided_on = wanted.day + timedelta(days=rng.randrange(20, 80))
    lately = decided_on > city.today or wanted.day > city.today - timedelta(days=_OPEN_DAYS)
    actor = replace(rng.choice(desk.actors), region=wanted.party.region)
    number = shapes()["numbers"].format(year=wanted.day.year, number=wanted.number)
    with desk.act(actor.acting(Permission.CASE_EDIT), _at(wanted.day, rng)) as work:
        raw = wanted.content(number, None if lately else decided_on)
        draft = lately and rng.random() < _DRAFT
        case = acts.save(work, parse_content(raw, work.engine.release.vocabulary), draft=draft)
    if lately:
        return
    with desk.act(actor.acting(Permission.CASE_DECIDE), _at(decided_on, rng)) as work:
        case = _with_history(work, case)
        acts.decide(work, case.id, case.version, _choice(work, case, rng))


def _at(day: date, rng: Random) -> datetime:
    return datetime.combine(day, time(9 + rng.randrange(8), rng.randrange(60)), CHINA)


def _with_history(work: Work, case: StoredCase) -> StoredCase:
    """The case with the earlier decisions about its party, which alone say whether this is the first violation."""
    found = unseen(work, case.content.document, case.content.party_code, case.id)
    if not found:
        return case
    document = with_history(case.content.document, found, case.department)
    document["facts"] = {name: value for name, value in document["facts"].items() if name != "first_violation"}
    content = replace(case.content, document=document)
    return acts.revise(work, case.id, case.version, content, reason="采用查到的既往记录")


def _choice(work: Work, case: StoredCase, rng: Random) -> Choice:
    """What an officer would decide: as proposed, now and then otherwise."""
    answer = work.engine.check(case.content.document, work.today)
    reasons = shapes()["reasons"]
    tier = str(answer["result"]["tier"])  # type: ignore[index]
    if tier == _EITHER:
        tier = "lighter"
    if tier == "no_penalty" and rng.random() < _DEPARTS:
        return Choice("lighter", _fine(answer, "lighter", rng), rng.choice(reasons["departs"]))
    if tier not in _RANGES and tier != "no_penalty":
        return Choice("general", _fine(answer, "general", rng), rng.choice(reasons["own"]))
    fine = _fine(answer, tier, rng) if tier in _RANGES else None
    choice = Choice(tier, fine)  # type: ignore[arg-type]  # one of the tiers, as looked up above
    return replace(choice, reason=rng.choice(reasons["own"])) if departs_from(answer, choice) else choice


def _fine(answer: dict[str, Any], tier: str, rng: Random) -> int | None:
    """A fine within the range of a tier, in whole hundreds of yuan where the range is wide enough; None: no range."""
    penalty = answer["penalty"]
    found = (penalty.get("ranges") or {}).get(tier) if penalty and penalty.get("fine_possible") is not False else None
    if not found or found.get("max_yuan") is None:
        return None
    low, high = found["min_yuan"] or 0, found["max_yuan"]
    step = 100 if high - low > 400 else 1  # noqa: PLR2004 - hundreds of yuan fit in such a range
    return int(rng.randrange(low // step + 1, max(high // step, low // step + 2)) * step * FEN)
