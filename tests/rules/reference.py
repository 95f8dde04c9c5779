"""A second, plain implementation of the decision, written from the specification and nothing else.

It reads the catalogue's raw YAML and shares no code with :mod:`rules`: conditions are walked anew
for each case, days are compared as days, amounts are decimals of yuan. It answers less than the
product (outcomes, forces, tier, branch, range, law applied), and only what the specification
settles; ``None`` stands where it is silent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.rules.reference_conditions import Asked, Facts, Raw, day, every, negated, number, truth, within
from tests.rules.reference_ranges import cut, fine

LISTS = ("no_penalty", "lighter", "mitigated", "no_coercive_measure")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LENIENT_FIRST = ("no_penalty", "mitigated", "mitigated_or_lighter", "lighter", "general", "heavier")


class ContradictionError(Exception):
    """The facts of a case contradict each other."""


@dataclass
class Catalogue:
    """Raw provisions by kind and id, the order of enumerations, and the lists' sources."""

    by_kind: dict[str, dict[str, Raw]] = field(default_factory=dict)
    orders: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Raw]:
        return self.by_kind.get(kind, {})


@dataclass
class Outcome:
    """What one law says: the grounds, the lists, the tier."""

    grounds: dict[str, tuple[str, Raw]]
    lists: dict[str, tuple[str, str | None]]
    tier: str
    force: str | None
    why: set[str]
    law: Raw | None


def read(root: Path) -> Catalogue:
    """All files below the catalogue, by PyYAML's own safe loader."""
    catalogue = Catalogue()
    for path in sorted(root.rglob("*.yaml")):
        content = yaml.load(path.read_text("utf-8"), LOADER)  # noqa: S506 (a safe loader, in C where there is one)
        if path.parent.name == "facts":
            for fact in content["facts"]:
                catalogue.orders[fact["name"]] = [value["value"] for value in fact.get("values", ())]
        elif "kind" in content:  # accepted findings of the catalogue check are no law
            catalogue.by_kind.setdefault(content["kind"], {})[content["id"]] = content
    return catalogue


# -- a case -------------------------------------------------------------------------------------


def places(code: str) -> tuple[str, ...]:
    return (code, code[:4] + "00", code[:2] + "0000", "000000")


def derived(document: Raw, violation: Raw | None) -> dict[str, Any]:
    """The facts with what the specification lets follow from them; null is not established."""
    facts = {name: value for name, value in document["facts"].items() if value is not None}
    facts.setdefault("other_statutory_ground", False)
    over = facts.get("conduct_end_date")
    if over is None and facts.get("conduct_continuing") is not True:
        over = facts.get("conduct_date")
    if over is not None:
        facts["_conduct_over"] = over
    if facts.get("harm_level") == "none":
        facts.setdefault("extended_limit_applies", False)
    for amount in ("ad_fee", "goods_value"):
        if f"{amount}_yuan" in facts:
            facts.setdefault(f"{amount}_computable", True)
    if violation and violation.get("power_kind"):
        facts.setdefault("power_kind", violation["power_kind"])
        if violation["power_kind"] == "mandatory":
            facts["power_kind"] = "mandatory"
    if facts.get("never_before") is True:
        if facts.get("first_violation") is False or "months_since_last_same_type" in facts:
            raise ContradictionError
        facts["first_violation"] = True
    return facts


def first_for(facts: Facts, rule: Raw | None) -> bool | None:
    """初次违法 as a list counts it."""
    stated: bool | None = facts.get("first_violation")
    months = facts.get("months_since_last_same_type")
    if rule is None or months is None or facts.get("never_before") or rule.get("scope") == "since_list_in_force":
        return stated
    window = rule.get("window_months")
    if window is None or number(months) < window:
        if stated is True:
            raise ContradictionError
        return False
    outside = rule.get("scope", "same_type_same_party") == "same_type_same_party"
    return True if stated is None and outside else stated


class Reference:
    """Decides cases from the raw catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def decide(self, document: Raw) -> dict[str, Any]:
        """The answers, the tier and its law; ContradictionError where the facts contradict."""
        items = self.items(document)
        violation = self.violation(document, items)
        facts = derived(document, violation)
        decided = day(facts["decision_date"])
        over = facts.get("_conduct_over")
        measured = day(facts.get("measure_started_date") or decided)
        if violation and over:
            changed = self.law(violation, day(over)) is not self.law(violation, decided)
            facts.setdefault("law_changed_between_conduct_and_decision", changed)
        named = document.get("list_items")
        party = any(reads(item, "evidence_sufficient") for item in items if item["list"] != LISTS[3])
        if "evidence_sufficient" in facts and not party:
            facts.setdefault("facts_established", facts["evidence_sufficient"])
        case = Case(self, items, frozenset(named or ()), facts, violation)
        return applied(case, case.at(day(over)) if over else None, case.at(decided), case.at(measured))

    def items(self, document: Raw) -> list[Raw]:
        named = document.get("list_items")
        every_item = self.catalogue.of("list_item")
        if named is not None:
            return [every_item[one] for one in dict.fromkeys(named)]
        violation = document.get("violation")
        if violation is None:
            return []
        sector = self.catalogue.of("violation")[violation]["field"]
        here = places(document["jurisdiction"])
        return [
            item
            for item in every_item.values()
            if (violation in item.get("violations", ()) or sector in item.get("fields", ()))
            and not item.get("only_when_named")
            and any(code in here for code in (item.get("jurisdiction", "000000"), *item.get("also_in", ())))
        ]

    def violation(self, document: Raw, items: Iterable[Raw]) -> Raw | None:
        name = document.get("violation")
        if name is None:
            concerned = [set(item["violations"]) for item in items if item.get("violations")]
            shared = set.intersection(*concerned) if concerned else set()
            name = shared.pop() if len(shared) == 1 else None
        return self.catalogue.of("violation")[name] if name else None

    def law(self, violation: Raw | None, on: date) -> Raw | None:
        if violation is None:
            return None
        found = [one for one in violation["versions"] if within(one["in_force"], on) and not one.get("abolished")]
        return found[0] if found else None

    def first_rule(self, item: Raw) -> Raw | None:
        found: Raw | None = item.get("first_violation") or self.catalogue.of("source")[item["source"]].get(
            "first_violation"
        )
        return found


def reads(item: Raw, fact: str) -> bool:
    return f"'fact': '{fact}'" in repr(item["conditions"])


@dataclass
class Case:
    """One case, to be answered under the law of several days."""

    reference: Reference
    items: list[Raw]
    named: frozenset[str]
    facts: dict[str, Any]
    violation: Raw | None

    def at(self, on: date) -> Outcome:
        catalogue = self.reference.catalogue
        grounds: dict[str, tuple[str, Raw]] = {}
        for ground in (*self.items, *catalogue.of("statute_ground").values()):
            if within(ground["in_force"], on):
                grounds[ground["id"]] = (self.outcome(ground, on), ground)
            elif ground["id"] in self.named:
                grounds[ground["id"]] = ("not_met", ground)
        heavier = {
            name: ground
            for name, ground in catalogue.of("aggravating").items()
            if within(ground["in_force"], on) and self.outcome(ground, on) == "applies"
        }
        lists = {name: list_answer(grounds, name) for name in LISTS}
        law = self.reference.law(self.violation, on)
        tier, force, why = tier_of(grounds, lists, heavier, self.orders(on))
        first = day(self.violation["versions"][0]["in_force"]["from"]) if self.violation else None
        if first and law is None and on >= first:
            tier, force, why = "no_penalty", "shall", {"not_a_violation"}
        return Outcome(grounds, lists, tier, force, why, law)

    def outcome(self, ground: Raw, on: date) -> str:
        facts = dict(self.facts)
        if ground["kind"] == "list_item":
            first = first_for(facts, self.reference.first_rule(ground))
            facts["first_violation"] = first
        ground = self.statute_behind(ground)
        parameters = {
            name: [one["value"] for one in rule["values"] if day(one["from"]) <= on][-1]
            for name, rule in ground.get("parameters", {}).items()
        }
        conditions = ground.get("conditions", [])
        if ground["id"] == "APL-36":
            conditions = self.limitation(conditions, parameters, on)
        asked = Asked(facts, self.reference.catalogue.orders, parameters)
        states = [truth(one, asked) for one in conditions]
        states += [negated(truth(one, asked)) for one in ground.get("exclusions", [])]
        return {True: "applies", False: "not_met", None: "undetermined"}[every(states)]

    def statute_behind(self, ground: Raw) -> Raw:
        """The statutory ground that a named item repeats, where another law changes it for the violation."""
        same, violation = ground.get("same_as"), self.violation or {}
        changed = {"APL-36": violation.get("limitation"), "ACE-16-2": violation.get("power_kind") == "mandatory"}
        statute: Raw = self.reference.catalogue.of("statute_ground").get(same or "", ground)
        return statute if same and changed.get(same) else ground

    def limitation(self, conditions: list[Raw], parameters: dict[str, Any], on: date) -> list[Raw]:
        """行政处罚法 36: another law may set its own years."""
        rules = (self.violation or {}).get("limitation", ())
        rule = next((one for one in rules if within(one["in_force"], on)), None)
        if rule is None:
            return conditions
        short, long = rule["years"], rule.get("extended_years") or rule["years"]
        parameters.update(limit_years=short, extended_limit_years=long)
        later = {"fact": "years_since_conduct_end", "gt": {"param": "limit_years"}}
        latest = {"fact": "years_since_conduct_end", "gt": {"param": "extended_limit_years"}}
        harmless = {"not": rule["extended_when"]} if rule.get("extended_when") else None
        return [{"any": [latest, {"all": [later, harmless]}]}] if harmless else conditions

    def fine(self, outcome: Outcome) -> dict[str, Any] | None:
        return fine(outcome.law, self.facts, self.reference.catalogue.orders)

    def orders(self, on: date) -> set[tuple[str, str]]:
        found = self.reference.catalogue.of("priority").values()
        return {(a, b) for one in found if within(one["in_force"], on) for a in one["over"] for b in one["under"]}


def lists_of(ground: Raw) -> tuple[str, ...]:
    if ground["kind"] == "list_item":
        return (ground["list"], *ground.get("also_lists", ()))
    return tuple(ground["lists"])


def list_answer(grounds: Mapping[str, tuple[str, Raw]], name: str) -> tuple[str, str | None]:
    inside = [(state, ground) for state, ground in grounds.values() if name in lists_of(ground)]
    for outcome in ("applies", "needs_human", "undetermined"):
        forces = {ground["force"] for state, ground in inside if state == outcome}
        if forces:
            return outcome, "shall" if "shall" in forces else "may"
    return "not_met", None


def tier_of(
    grounds: Mapping[str, tuple[str, Raw]],
    lists: Mapping[str, tuple[str, str | None]],
    heavier: Mapping[str, Raw],
    orders: set[tuple[str, str]],
) -> tuple[str, str | None, set[str]]:
    """The tier, its force, its grounds, in the order of decision (four-lists.md 2.3)."""

    def with_outcome(outcome: str, *names: str) -> dict[str, Raw]:
        return {
            one: ground
            for one, (state, ground) in grounds.items()
            if state == outcome and set(names) & set(lists_of(ground))
        }

    exempt = lists["no_penalty"][0]
    if exempt == "applies":
        return weighed("no_penalty", with_outcome(exempt, "no_penalty"), heavier, orders)
    if exempt != "not_met":
        return exempt, None, set(with_outcome(exempt, "no_penalty"))
    met = with_outcome("applies", "lighter", "mitigated")
    if met:
        return reduced(met, heavier, orders)
    open_grounds = set(with_outcome("undetermined", "lighter", "mitigated"))
    if open_grounds:
        return "undetermined", None, open_grounds
    return ("heavier", strongest(heavier), set(heavier)) if heavier else ("general", None, set())


def reduced(
    met: Mapping[str, Raw], heavier: Mapping[str, Raw], orders: set[tuple[str, str]]
) -> tuple[str, str | None, set[str]]:
    """A ground in both lists does not choose between them; one that stands in a single list does."""
    choosing = {one: lists_of(ground)[0] for one, ground in met.items() if len(lists_of(ground)) == 1}
    standing = set(choosing.values())
    if len(standing) > 1:
        beaten = {under for over, under in orders if over in choosing and under in choosing}
        standing -= {tier for tier in standing if {one for one in choosing if choosing[one] == tier} <= beaten}
        met = {one: ground for one, ground in met.items() if choosing.get(one) is None or choosing[one] in standing}
    if len(standing) > 1 or (choosing and not standing):
        return "needs_human", None, set(choosing)
    tier = next(iter(standing), "mitigated_or_lighter")
    return weighed(tier, met, heavier, orders)


def strongest(grounds: Mapping[str, Raw]) -> str:
    return "shall" if any(one["force"] == "shall" for one in grounds.values()) else "may"


def weighed(
    tier: str, chosen: Mapping[str, Raw], heavier: Mapping[str, Raw], orders: set[tuple[str, str]]
) -> tuple[str, str | None, set[str]]:
    """Two grounds that conflict without a written order stop the decision and show both."""
    against = {one for one in heavier if not any((lenient, one) in orders for lenient in chosen)}
    if against:
        return "needs_human", None, {*chosen, *against}
    return tier, strongest(chosen), set(chosen)


# -- the law applied, the branch and its ranges -------------------------------------------------


def applied(case: Case, then: Outcome | None, now: Outcome, measured: Outcome) -> dict[str, Any]:
    """行政处罚法 37: the law of the conduct, unless that of the decision is lighter."""
    which = "decision" if then is None else lighter_law(case, then, now)
    chosen = now if which == "decision" or then is None else then
    lists = {**chosen.lists, LISTS[3]: measured.lists[LISTS[3]]}
    tier = (chosen.tier, chosen.force, chosen.why)
    settled = then is None or "no_penalty" in {then.tier, now.tier}
    if then is not None and not settled and then.tier != now.tier and {then.tier, now.tier} & OPEN:
        tier = next((one.tier, None, one.why) for name in OPEN_ORDER for one in (then, now) if one.tier == name)
    states = {**_states(chosen, coercion=False), **_states(measured, coercion=True)}
    return {"law": which, "lists": lists, "grounds": states, "tier": tier, "fine": case.fine(chosen)}


def _states(outcome: Outcome, *, coercion: bool) -> dict[str, str]:
    """The grounds for coercive measures, or the others."""
    return {one: state for one, (state, g) in outcome.grounds.items() if (LISTS[3] in lists_of(g)) == coercion}


OPEN_ORDER = ("needs_human", "undetermined")
OPEN = set(OPEN_ORDER)


def lighter_law(case: Case, then: Outcome, now: Outcome) -> str | None:
    """Which law applies; None where the specification does not say."""
    same_day = day(case.facts["_conduct_over"]) == day(case.facts["decision_date"])
    commanded = then.tier == now.tier and (then.force, now.force) == ("may", "shall")
    if same_day or (then.tier == "no_penalty" and not commanded):
        return "conduct"
    if now.tier == "no_penalty":
        return "decision"
    if then.tier != now.tier:
        if {then.tier, now.tier} & OPEN:
            return None
        return min((LENIENT_FIRST.index(then.tier), "conduct"), (LENIENT_FIRST.index(now.tier), "decision"))[1]
    return cheaper_law(case, then, now, commanded=commanded and then.tier not in {"heavier", *OPEN})


def cheaper_law(case: Case, then: Outcome, now: Outcome, *, commanded: bool) -> str | None:
    """Equal tiers: compare the ranges; equal ranges leave the old law, unless the new one commands leniency."""
    if then.law is now.law:
        return "decision" if commanded else "conduct"
    if then.law is None:
        return "decision"  # the catalogue does not reach back that far
    old, new = (cost(case, one) for one in (then, now))
    if old is None or new is None:
        return None
    return "decision" if new < old or (new == old and commanded) else "conduct"


def cost(case: Case, outcome: Outcome) -> tuple[int, int] | None:
    """(most, least) of the tier under a law, where everything that decides it is established."""
    found = case.fine(outcome)
    if found is None or found["trigger"] != "immediate" or found["fine"] is None:
        return None
    tiers = cut(found["fine"], case.facts)
    whole = {"min_yuan": tiers["lighter"].get("min_yuan"), "max_yuan": tiers["heavier"].get("max_yuan")}
    chosen = tiers.get(outcome.tier) or whole
    if chosen.get("max_yuan") is None:
        return None
    return chosen["max_yuan"], chosen["min_yuan"]
