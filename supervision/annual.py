"""The yearly plan 年度抽查计划: its entries with the fields that published plans have, as one document.

Reading is strict: an unknown member, a word that a closed list does not have, a batch outside the year are refused
with the place. What is only unwise is said by :mod:`supervision.annualcheck`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.interval import Interval
from supervision.caps import LEVELS
from supervision.drawrecord import PPM, Needs
from supervision.items import KINDS
from supervision.planparams import caps, ratio_sets, reasons, sector_rules, tier_tables
from supervision.planpool import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from supervision.drawdoc import Node

DRAWINGS: Final = {"directed": "定向", "undirected": "不定向"}
RULES: Final = {"ceil": "不少于（向上取整）", "systematic": "恰好（系统取整）", "fixed": "固定户数"}
STRATA: Final = {"class": "按信用风险类别", "tier": "按分级", "all": "不分层"}
UNDISTURBED: Final = {"sample": "按小比例保留", "leave_out": "不列入对象池"}
_MOST: Final = 10**9
_MOST_HEADS: Final = 50


@dataclass(frozen=True, slots=True)
class Sizing:
    """How many are drawn: rule, strata, ratio by stratum in ppm (numbers for ``fixed``), and the count beside it.

    ``ratio_set``: the published set that the ratios were taken from. ``count`` is the number that the plan prints;
    ``least`` the fewest units of a stratum, for small pools.
    """

    rule: str
    by: str
    rate: Mapping[str, int]
    ratio_set: str | None = None
    count: int | None = None
    least: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Days of the visits, both included."""

    since: date
    last: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the plan."""

    number: str
    name: str
    items: tuple[str, ...]
    scope: Scope
    drawing: str
    kind: str
    sizing: Sizing
    frequency: str
    class_note: str
    methods: tuple[str, ...]
    batches: tuple[Batch, ...]
    organised_by: str
    carried_out_by: str
    department: str
    partners: tuple[str, ...]
    office: str
    partner_offices: tuple[str, ...]
    body: str
    group: str
    reserve: int
    undisturbed: str
    sector_rule: str | None
    remarks: str

    @property
    def departments(self) -> tuple[str, ...]:
        """Return who visits, the initiating department first."""
        return (self.department, *self.partners)

    @property
    def joint(self) -> bool:
        """Say whether several departments go together."""
        return bool(self.partners)

    @property
    def by_class(self) -> bool:
        """Say whether the ratios differ by credit class or tier."""
        return self.sizing.by != "all" and len(set(self.sizing.rate.values())) > 1

    @property
    def span(self) -> Batch:
        """Return the first and the last day of all batches."""
        return Batch(min(one.since for one in self.batches), max(one.last for one in self.batches))


@dataclass(frozen=True, slots=True)
class AnnualPlan:
    """The plan of a department for a year; ``most`` tasks of one person, ``per_person_day`` seats in hundredths."""

    title: str
    year: int
    place: str
    department: str
    level: str
    entries: tuple[Entry, ...]
    needs: Mapping[str, Needs]
    caps: tuple[str, ...]
    tiers: str
    repeat: str | None
    balance: str
    most: int
    per_person_day: int

    def entry(self, number: str) -> Entry | None:
        """Return an entry by its number."""
        return next((one for one in self.entries if one.number == number), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the document; reading it gives the same plan."""
        return {
            **{
                one.name: _plain(getattr(self, one.name))
                for one in fields(self)
                if one.name not in {"entries", "needs"}
            },
            "entries": [_entry_dict(one) for one in self.entries],
            "needs": {
                dept: {"alone": [list(row) for row in own.alone], "joint": [list(row) for row in own.joint]}
                for dept, own in self.needs.items()
            },
        }


def read_annual(node: Node) -> AnnualPlan:
    """Read a plan from its document.

    Raises:
        InputError: names the place.
    """
    _only(node, {one.name for one in fields(AnnualPlan)})
    year = node["year"].whole(2200, 2000)
    entries = tuple(read_entry(one, year) for one in node["entries"].list())
    numbers = [one.number for one in entries]
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            node["entries"].list()[place]["number"].wrong("draw_name_twice", value=[number])
    needs = {name.identifier(): _needs(one) for name, one in node["needs"].items()}
    missing = sorted({dept for one in entries for dept in one.departments} - set(needs))
    if missing:
        node["needs"].wrong("draw_needs_missing", value=missing)
    return AnnualPlan(
        title=node["title"].text(),
        year=year,
        place=_region(node["place"]),
        department=node["department"].identifier(),
        level=node["level"].one_of(*LEVELS),
        entries=entries,
        needs=needs,
        caps=tuple(one.one_of(*caps()) for one in node["caps"].list()) if node.has("caps") else (),
        tiers=node["tiers"].one_of(*tier_tables()) if node.has("tiers") else "TIERS.DEFAULT",
        repeat=node["repeat"].identifier() if node.has("repeat") else None,
        balance=node["balance"].one_of("none", "step") if node.has("balance") else "step",
        most=_number(node, "most", _MOST, 60),
        per_person_day=_number(node, "per_person_day", _MOST, 100),
    )


def read_entry(node: Node, year: int) -> Entry:
    """Read one entry of the plan of a year.

    Raises:
        InputError: names the place.
    """
    _only(node, {one.name for one in fields(Entry)})
    batches = tuple(_batch(one, year) for one in node["batches"].list())
    if not batches:
        node["batches"].wrong("annual_empty")
    if not node["items"].list():
        node["items"].wrong("annual_empty")
    department = node["department"].identifier()
    partners = _listed(node, "partners", lambda one: one.identifier())
    if department in partners:
        node["partners"].wrong("library_partner", value=department)
    return Entry(
        number=node["number"].identifier(),
        name=node["name"].text(),
        items=_listed(node, "items", lambda one: one.identifier()),
        scope=_scope(node["scope"]) if node.has("scope") else Scope(),
        drawing=node["drawing"].one_of(*DRAWINGS),
        kind=node["kind"].one_of(*KINDS),
        sizing=_sizing(node["sizing"]),
        frequency=_words(node, "frequency"),
        class_note=_words(node, "class_note"),
        methods=_listed(node, "methods", lambda one: one.one_of(*reasons("method"))) or ("onsite",),
        batches=batches,
        organised_by=node["organised_by"].one_of(*LEVELS),
        carried_out_by=node["carried_out_by"].one_of(*LEVELS),
        department=department,
        partners=partners,
        office=_words(node, "office"),
        partner_offices=_listed(node, "partner_offices", lambda one: one.text()),
        body=_words(node, "body"),
        group=node["group"].identifier() if node.has("group") else "all",
        reserve=_number(node, "reserve", _MOST, 0),
        undisturbed=node["undisturbed"].one_of(*UNDISTURBED) if node.has("undisturbed") else "sample",
        sector_rule=node["sector_rule"].one_of(*sector_rules()) if node.has("sector_rule") else None,
        remarks=_words(node, "remarks"),
    )


def _sizing(node: Node) -> Sizing:
    _only(node, {one.name for one in fields(Sizing)})
    rule, by = node["rule"].one_of(*RULES), node["by"].one_of(*STRATA)
    ratio_set = node["ratio_set"].one_of(*ratio_sets()) if node.has("ratio_set") else None
    most = _MOST if rule == "fixed" else PPM
    rate = {name.identifier(): one.whole(most) for name, one in node["rate"].items()} if node.has("rate") else {}
    if ratio_set is not None and not rate:
        rate = targets(ratio_set)
    if not rate:
        node.wrong("annual_no_rate", value=ratio_set)
    count = node["count"].whole(_MOST) if node.has("count") else None
    return Sizing(rule, by, rate, ratio_set, count, _number(node, "least", _MOST, 0))


def targets(ratio_set: str) -> dict[str, int]:
    """Return the targets of a published set by class; the lowest allowed where it names none, else the highest."""
    found = {}
    for name, one in ratio_sets()[ratio_set].ratios.items():
        value = next((value for value in (one.target, one.least, one.most) if value is not None), None)
        if value is not None:
            found["全部" if name == "all" else name] = value
    return found


def _scope(node: Node) -> Scope:
    _only(node, {one.name for one in fields(Scope)})
    regions = _listed(node, "regions", lambda one: one.identifier())
    kinds = _listed(node, "kinds", lambda one: one.one_of(*reasons("object_kind")))
    texts = {name: _listed(node, name, lambda one: one.text()) for name in ("fields", "tags")}
    return Scope(regions, kinds, classes=_listed(node, "classes", lambda one: one.one_of("A", "B", "C", "D")), **texts)


def _batch(node: Node, year: int) -> Batch:
    _only(node, {"since", "last"})
    since, last = read_day(node["since"]), read_day(node["last"])
    if last < since or not Interval(date(year, 1, 1), date(year + 1, 1, 1)).contains(since) or last.year != year:
        node.wrong("annual_batch", since=since, last=last, year=year)
    return Batch(since, last)


def read_day(node: Node) -> date:
    """Return a day, written as such in YAML or as text in JSON.

    Raises:
        InputError: ``plan_day``.
    """
    value = node.value
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            node.wrong("plan_day")
    if not isinstance(value, date) or isinstance(value, datetime):
        node.wrong("plan_day")
    return value


def _needs(node: Node) -> Needs:
    def heads(name: str) -> tuple[tuple[str, int], ...]:
        pairs = (one.pair() for one in node[name].list())
        return tuple((qual.identifier(), many.whole(_MOST_HEADS, 1)) for qual, many in pairs)

    return Needs(heads("alone"), heads("joint"))


def _only(node: Node, allowed: set[str]) -> None:
    unknown = [name for name, _ in node.items() if name.value not in allowed]
    if unknown:
        unknown[0].wrong("annual_member", name=unknown[0].value, allowed=sorted(allowed))


def _listed(node: Node, name: str, read: Callable[[Node], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(read(one) for one in node[name].list())) if node.has(name) else ()


def _words(node: Node, name: str) -> str:
    return node[name].text() if node.has(name) and node[name].value != "" else ""


def _number(node: Node, name: str, most: int, usual: int) -> int:
    return node[name].whole(most) if node.has(name) else usual


def _region(node: Node) -> str:
    value = str(node.value)
    if len(value) != len("210200") or not value.isdigit():
        node.wrong("library_region", value=value)
    return value


def _entry_dict(entry: Entry) -> dict[str, Any]:
    found = {one.name: _plain(getattr(entry, one.name)) for one in fields(entry)}
    found["scope"] = {one.name: list(getattr(entry.scope, one.name)) for one in fields(Scope)}
    found["sizing"] = {one.name: _plain(getattr(entry.sizing, one.name)) for one in fields(Sizing)}
    found["batches"] = [{"since": one.since.isoformat(), "last": one.last.isoformat()} for one in entry.batches]
    return found


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def joint_groups(entries: Iterable[Entry]) -> dict[str, set[str]]:
    """Return for each group the departments that a unit of it may meet at once."""
    found: dict[str, set[str]] = {}
    for one in entries:
        found.setdefault(one.group, set()).update(one.departments)
    return found
