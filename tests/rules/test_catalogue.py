"""The delivered catalogue: its own cases, the identifiers of the interface, and what the rows it came from say."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.regions import name_zh
from rules.decide import Decider
from rules.load import CATALOGUE
from rules.release import Release
from rules.schema import ListItem
from rules.selftest import run_tests
from tests.rules.casefiles import grounds
from tests.rules.csvrows import Row, rows
from tests.rules.population import DAYS, Population
from tests.rules.reference import Catalogue, read
from tests.rules.reference_conditions import Asked, Raw, every, negated, truth

STATUTE = (
    "APL-30", "APL-30-14", "APL-31", "APL-31-partial", "APL-32-1", "APL-32-2", "APL-32-3", "APL-32-4", "APL-32-5",
    "APL-33-1a", "APL-33-1b", "APL-33-2", "APL-36", "APL-40", "ACE-16-2", "ACE-5", "ACE-23",
)  # fmt: skip
STALE = "TR-N12"
"""Its row holds no condition at all, only that it is stale; an item without conditions would always apply."""
DRAWS = 300
OTHER_NAMES = {"沪苏浙皖": "310000", "武汉经开": "420113"}
"""Places that do not bear the name of their code: four provinces by one character each, a zone by its own."""


def list_items(release: Release) -> Iterator[ListItem]:
    for ground in release.items.values():
        assert isinstance(ground.provision, ListItem)
        yield ground.provision


def test_every_provision_passes_its_own_cases(release: Release) -> None:
    results = list(run_tests(release))
    assert len(results) > 1500
    assert [f"{one.file}: {one.name}: {one.got}, expected {one.expected}" for one in results if not one.passed] == []


def test_every_item_answers_its_own_cases_in_a_whole_decision_too(decider: Decider) -> None:
    """Named alone and with its violation, in its own place: what is derived around it changes nothing."""
    for item in list_items(decider.release):
        for test in item.tests:
            day = test.on or item.checked_on
            facts = dict(test.facts)
            if not any(name in DAYS or name.startswith("years") for name in facts):
                facts |= {"conduct_date": day.isoformat(), "decision_date": day.isoformat()}
            for violation in (None, *item.violations[:1]):
                document = {"jurisdiction": item.jurisdiction or "210200", "violation": violation, "facts": facts}
                decision = decider.check({**document, "list_items": [item.id]}, day)
                expected = "not_met" if _overruled(decider.release, item, test.facts) else test.expect
                assert grounds(decision)[item.id]["outcome"] == expected, (item.id, test.name, violation)


def _overruled(release: Release, item: ListItem, facts: Mapping[str, object]) -> bool:
    """Whether the law of the item's violation makes the power mandatory, whatever the case says of it."""
    mandatory = any(release.violations[name].power_kind == "mandatory" for name in item.violations)
    return mandatory and facts.get("power_kind", "mandatory") != "mandatory"


def test_every_item_is_tried_on_both_sides(release: Release) -> None:
    for item in list_items(release):
        expected = {test.expect for test in item.tests}
        assert {"applies", "not_met"} <= expected or {"needs_human", "not_met"} <= expected, item.id


def test_every_statute_ground_and_heavier_ground_is_tried_on_both_sides(release: Release) -> None:
    for ground in (*release.statute.values(), *release.aggravating.values()):
        assert {"applies", "not_met"} <= {test.expect for test in ground.provision.tests}, ground.id  # type: ignore[union-attr]


def test_the_statute_grounds_are_those_of_the_interface(release: Release) -> None:
    assert set(release.statute) == set(STATUTE)


def test_forces_and_lists_of_the_statute(release: Release) -> None:
    """应当 or 可以, and which of the four answers: read from the law, written here once more."""
    both, none, coercion = ("lighter", "mitigated"), ("no_penalty",), ("no_coercive_measure",)
    expected = {
        "APL-30": ("shall", none), "APL-31": ("shall", none), "APL-33-1a": ("shall", none),
        "APL-33-1b": ("may", none), "APL-33-2": ("shall", none), "APL-36": ("shall", none), "APL-40": ("shall", none),
        "APL-30-14": ("shall", both), "APL-31-partial": ("may", both), "APL-32-1": ("shall", both),
        "APL-32-2": ("shall", both), "APL-32-3": ("shall", both), "APL-32-4": ("shall", both),
        "APL-32-5": ("shall", both), "ACE-16-2": ("may", coercion), "ACE-5": ("shall", coercion),
        "ACE-23": ("shall", coercion),
    }  # fmt: skip
    assert {one: (ground.force, ground.lists) for one, ground in release.statute.items()} == expected


def test_every_item_names_where_it_was_read_and_how_sure_we_are(release: Release) -> None:
    for item in list_items(release):
        assert item.confidence.strip(), item.id
        assert item.citations, item.id
        assert release.sources[item.source].title, item.id


def test_an_item_without_a_named_day_runs_from_the_revision(release: Release) -> None:
    for item in list_items(release):
        if not item.in_force.day_known and item.in_force.until is None:
            assert item.in_force.from_.isoformat() == "2021-07-15", item.id


def test_templates_belong_nowhere_and_items_of_a_place_bear_its_name(release: Release) -> None:
    for item in list_items(release):
        if item.place in {None, "全国"}:
            assert item.jurisdiction == "000000", item.id
        elif item.jurisdiction is not None:
            name = name_zh(item.jurisdiction)
            short = re.sub("(省|市|自治区|特别行政区|县|区|旗|盟|自治州|自治县)$", "", name)
            known = OTHER_NAMES.get(str(item.place)) == item.jurisdiction
            assert known or short[:2] in str(item.place), (item.id, name, item.place)


# -- against the rows and the vocabulary of the domain files ------------------------------------


@pytest.fixture(scope="module")
def table(shared_dir: Path) -> list[Row]:
    return rows(shared_dir)


@pytest.fixture(scope="module")
def raw() -> Catalogue:
    return read(CATALOGUE)


@pytest.mark.shared
def test_all_299_rows_are_items(table: list[Row], release: Release) -> None:
    assert len(table) == 299
    assert {row.id for row in table} <= set(release.items)


@pytest.mark.shared
def test_every_row_keeps_its_list_its_place_and_its_confidence(table: list[Row], release: Release) -> None:
    for row in table:
        item = release.items[row.id].provision
        assert isinstance(item, ListItem)
        assert item.list == row.columns["list"], row.id
        assert _half_width(item.place or "") == row.columns["jurisdiction"], row.id
        assert _half_width(item.confidence) == _half_width(row.columns["confidence"]), row.id


def _half_width(text: str) -> str:
    return text.translate(str.maketrans("（），", "(),"))


@pytest.mark.shared
def test_every_row_keeps_its_conditions(table: list[Row], raw: Catalogue, release: Release) -> None:
    """Row and item give the same answer, true, false or unknown, on random facts near the thresholds."""
    population = Population(release, 299)
    for row in table:
        item = raw.of("list_item")[row.id]
        if row.id == STALE:
            assert row.conditions == []
            continue
        for facts in _drawn(population, row, item):
            asked = Asked(facts, raw.orders, {})
            ours = [truth(one, asked) for one in item["conditions"]]
            ours += [negated(truth(one, asked)) for one in item.get("exclusions", [])]
            theirs = every([truth(one, asked) for one in row.conditions])
            assert every(ours) == theirs, (row.id, row.columns["conditions"], facts)


def _drawn(population: Population, row: Row, item: Raw) -> Iterator[dict[str, Any]]:
    names = sorted({*_facts_of(row.conditions), *_facts_of(item["conditions"])})
    met = [test["facts"] for test in item.get("tests", ()) if test["expect"] == "applies"] or [{}]
    draw = population.random
    for number in range(DRAWS):
        start = dict(draw.choice(met)) if number % 2 else {}
        changed = {one: draw.choice(population.values[one]) for one in names if draw.random() < (0.2 if start else 0.9)}
        facts = {one: value for one, value in (start | changed).items() if not one.startswith("years")}
        if any(one.startswith("years") for one in names):
            found = draw.choice(("2025-03-01", "2025-03-02", "2028-03-01", "2028-03-02"))
            facts |= {"conduct_date": "2023-03-01", "_conduct_over": "2023-03-01", "discovery_date": found}
        yield {one: str(value) if one in DAYS else value for one, value in facts.items()}


def _facts_of(condition: object) -> Iterator[str]:
    if isinstance(condition, Mapping):
        if "fact" in condition:
            yield condition["fact"]
        for part in condition.values():
            yield from _facts_of(part)
    elif isinstance(condition, list):
        for part in condition:
            yield from _facts_of(part)


@pytest.mark.shared
def test_every_row_keeps_its_window_and_its_end(table: list[Row], release: Release) -> None:
    for row in table:
        ground = release.items[row.id]
        window = row.parameters.get("first_window_months")
        if window is not None:
            assert ground.first is not None, row.id
            assert str(ground.first.window_months) == window, row.id
        if "first_scope" in row.parameters:
            assert ground.first is not None, row.id
            assert ground.first.scope == row.parameters["first_scope"], row.id
        if "valid_to" in row.parameters:
            until = ground.provision.in_force.until
            assert until is not None, row.id
            assert (until.toordinal() - 1) == _ordinal(row.parameters["valid_to"]), row.id


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


@pytest.mark.shared
def test_the_facts_of_section_10_are_there_with_their_types_and_values(shared_dir: Path, release: Release) -> None:
    types = {"b": {"bool"}, "i": {"integer"}, "n": {"number", "money", "integer"}, "d": {"date"}, "e": {"enum"}}
    named = list(_section_10(shared_dir))
    assert len(named) > 150
    for name, kind, values in named:
        fact = release.vocabulary.get(name)
        assert fact is not None, name
        assert fact.type in types.get(kind, {"text", "text_list"}), (name, kind, fact.type)
        if kind == "e":
            assert list(fact.value_names) == re.split(r", | < ", values), name
            assert fact.ordered == (" < " in values), name
        if name.endswith("_yuan"):
            assert fact.type == "money", name


def _section_10(shared_dir: Path) -> Iterator[tuple[str, str, str]]:
    text = (shared_dir / "domain" / "four-lists.md").read_text("utf-8")
    section = text[text.index("## 10. Fact vocabulary") : text.index("## 11.")]
    for name, kind, values in re.findall(r"^\| `(\w+)` \| (\w) \| (.*?) \|", section, re.MULTILINE):
        yield name, kind, values.strip()
