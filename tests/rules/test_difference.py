"""Two editions of the catalogue: what changed, in words, and which cases it touches."""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from kernel.errors import CatalogueError, InputError
from rules.batch import Batch, summary_under
from rules.caseinput import parse_case
from rules.decide import Decider
from rules.difference import Affected, Edition, Entry, Impact, diff
from rules.load import CATALOGUE, link, read_documents
from rules.release import Release
from tests.rules.population import Population

if TYPE_CHECKING:
    from rules.batch_answers import Summary

ON = date(2026, 11, 24)
Documents = dict[str, Any]
EXPIRED = "national/lists/samr-2025-minor/MR-N05.yaml"


@pytest.fixture(scope="module")
def documents() -> Documents:
    return read_documents(CATALOGUE)


@pytest.fixture(scope="module")
def release(documents: Documents) -> Release:
    return link(documents)


def path_of(documents: Documents, identifier: str) -> str:
    return next(path for path, one in documents.items() if isinstance(one, dict) and one.get("id") == identifier)


def changed(documents: Documents, identifier: str, change: Callable[[Any], object]) -> Release:
    """The release in which one file is different."""
    path = path_of(documents, identifier)
    body = copy.deepcopy(documents[path])
    change(body)
    return link({**documents, path: body})


def difference(release: Release, documents: Documents, identifier: str, change: Callable[[Any], object]) -> Entry:
    """The only entry that is different after a change."""
    (entry,) = diff(Edition(release), Edition(changed(documents, identifier, change)))
    assert entry.id == identifier
    return entry


@pytest.fixture
def differ(release: Release, documents: Documents) -> Callable[[str, Callable[[Any], object]], Entry]:
    return partial(difference, release, documents)


def goods_limit(amount: int) -> Callable[[Any], object]:
    """Change the value of goods up to which expired food is not punished."""

    def change(body: Any) -> None:  # noqa: ANN401
        condition = next(one for one in body["conditions"] if one.get("fact") == "goods_value_yuan")
        condition["lte"] = amount

    return change


class TestDiff:
    def test_the_same_release_has_no_differences(self, release: Release, documents: Documents) -> None:
        assert diff(Edition(release), Edition(link(copy.deepcopy(documents)))) == []

    def test_a_limit_is_told_as_the_condition_it_stands_in(self, release: Release, documents: Documents) -> None:
        entry = difference(release, documents, "MR-N05", goods_limit(300))
        assert (entry.kind, entry.group, entry.only_records) == ("changed", "不予处罚清单", False)
        (change,) = entry.changes
        assert change.about == "条件"
        assert "500元" in str(change.before)
        assert "300元" in str(change.after)

    @pytest.mark.parametrize(
        ("identifier", "change", "about", "lines"),
        [
            ("MR-N05", lambda body: body.update(force="shall"), "力度", ("可以", "应当")),
            ("MR-N05", lambda body: body.update(title="新名称"), "名称", ("超过保质期", "新名称")),
            ("MR-N05", lambda body: body["in_force"].update(until="2027-01-01"), "施行期间", ("起", "至 2027-01-01")),
            ("MR-N05", lambda body: body["citations"].pop(), "依据", ("《行政处罚法》", None)),
            ("MR-N05", lambda body: body.update(list="lighter"), "清单", ("不予处罚", "从轻")),
            ("MR-N05", lambda body: body.update(also_lists=["lighter"]), "同时列入", (None, "从轻")),
            ("MR-N05", lambda body: body.update(jurisdiction="210200"), "地区", (None, "210200")),
            ("MR-N05", lambda body: body.update(checked_on="2026-12-31"), "核对日", ("2026-11", "2026-12-31")),
            (
                "APL-36",
                lambda body: body["parameters"]["limit_years"]["values"][-1].update(value=3),
                "数值",
                ("1996-10-01 起 2（year）", "1996-10-01 起 3（year）"),
            ),
            ("no-penalty-first", lambda body: body["over"].remove("APL-36"), "优先", ("超过追责期限（APL-36）", None)),
            (
                "food-expired-sale",
                lambda body: body["versions"][-1]["penalty"]["branches"][0]["fine"].update(min_yuan=60_000),
                "的法律",
                ("5万元以上10万元以下", "6万元以上10万元以下"),
            ),
            (
                "food-expired-sale",
                lambda body: body["versions"][-1]["penalty"].update(optional=True),
                "的法律",
                (None, "可处可不处"),
            ),
        ],
    )
    def test_every_kind_of_change_has_its_words(
        self,
        differ: Callable[[str, Callable[[Any], object]], Entry],
        identifier: str,
        change: Callable[[Any], object],
        about: str,
        lines: tuple[str | None, str | None],
    ) -> None:
        entry = differ(identifier, change)
        found = [(one.before, one.after) for one in entry.changes if one.about.endswith(about)]
        assert [pair for pair in found if all(map(_holds, pair, lines))], entry.changes

    def test_what_is_only_a_record_of_ours_is_told_apart(self, release: Release, documents: Documents) -> None:
        entry = difference(release, documents, "MR-N05", lambda body: body.update(note="重新核对"))
        assert entry.only_records
        assert not difference(release, documents, "MR-N05", goods_limit(300)).only_records

    def test_new_and_dropped_provisions_are_told_in_full(self, release: Release, documents: Documents) -> None:
        path = path_of(documents, "MR-N05")
        without = link({name: one for name, one in documents.items() if name != path})
        (dropped,) = diff(Edition(release), Edition(without))
        (added,) = diff(Edition(without), Edition(release))
        assert (dropped.kind, added.kind) == ("removed", "added")
        assert [(one.about, one.before) for one in dropped.changes] == [(one.about, one.after) for one in added.changes]
        assert any(one.about == "条件" and "500元" in str(one.before) for one in dropped.changes)
        assert all(one.after is None for one in dropped.changes)

    def test_facts_are_compared_as_well(self, release: Release, documents: Documents) -> None:
        path = next(name for name in documents if name.startswith("facts/"))
        body = copy.deepcopy(documents[path])
        body["facts"][0]["question"] = "换一种问法？"
        (entry,) = diff(Edition(release), Edition(link({**documents, path: body})))
        assert (entry.group, entry.id) == ("事实", f"facts/{body['facts'][0]['name']}")
        assert entry.changes[0].after == "换一种问法？"

    def test_entries_stand_by_list_and_kind(self, release: Release) -> None:
        groups = [entry.group for entry in diff(Edition(release, date(2025, 1, 1)), Edition(release, ON))]
        firsts = list(dict.fromkeys(groups))
        assert groups == [group for group in firsts for _ in range(groups.count(group))]
        assert firsts[0] == "不予处罚清单"

    def test_nothing_changes_unseen(self, release: Release, documents: Documents) -> None:
        """Any leaf of any file, changed at random: where the release still links, the change is told."""
        rng = random.Random(1)  # noqa: S311  (chooses what to change)
        paths = sorted(path for path in documents if not path.startswith("accepted/"))
        told = 0
        while told < 15:
            path = rng.choice(paths)
            body = copy.deepcopy(documents[path])
            holder, key = rng.choice(list(_leaves(body)))
            holder[key] = _other(holder[key])
            try:
                other = link({**documents, path: body})
            except (CatalogueError, InputError):
                continue
            told += 1
            assert diff(Edition(release), Edition(other)), (path, key, holder[key])


def _holds(text: str | None, part: str | None) -> bool:
    return text is None if part is None else part in str(text)


def _leaves(body: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from _leaves(value)
        elif key not in {"id", "kind"}:
            yield body, key


def _other(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}甲" if isinstance(value, str) else "甲"


class TestDays:
    def test_one_day_is_not_different_from_itself(self, release: Release) -> None:
        assert diff(Edition(release, ON), Edition(release, ON)) == []

    def test_what_begins_and_ends_in_between_is_told(self, release: Release) -> None:
        entries = {one.id: one for one in diff(Edition(release, date(2025, 2, 6)), Edition(release, date(2025, 2, 7)))}
        assert entries["MR-N05"].kind == "added"
        back = diff(Edition(release, date(2025, 2, 7)), Edition(release, date(2025, 2, 6)))
        assert {one.id: one.kind for one in back}["MR-N05"] == "removed"

    def test_numbers_are_those_of_the_day(self, release: Release) -> None:
        entries = {
            one.id: one for one in diff(Edition(release, date(2021, 7, 14)), Edition(release, date(2021, 7, 15)))
        }
        limits = [one for one in entries["APL-36"].changes if one.about == "数值"]
        assert [(one.before, one.after) for one in limits] == [
            ("extended_limit_years：2（year）", "extended_limit_years：5（year）")
        ]
        assert any("超过5" in str(one.after) for one in entries["APL-36"].changes if one.about == "条件")


SALE: Documents = {
    "jurisdiction": "210200",
    "violation": "food-expired-sale",
    "facts": {
        "conduct_date": "2026-03-01",
        "discovery_date": "2026-03-05",
        "decision_date": "2026-04-20",
        "party_type": "enterprise",
        "first_violation": True,
        "correction_status": "on_spot",
        "is_catering": False,
        "food_accident": False,
        "source_stated": True,
        "evidence_sufficient": True,
        "harm_level": "minor",
        "violation_minor": False,
        "fault": "negligence",
    },
}


def sale(goods: object, **facts: object) -> Documents:
    return {**SALE, "facts": {**SALE["facts"], "goods_value_yuan": goods, **facts}}


def about(affected: Affected) -> dict[str, tuple[str | None, str | None]]:
    return {one.about: (one.before, one.after) for one in affected.differences}


@pytest.fixture(scope="module")
def stricter(documents: Documents) -> Release:
    """The catalogue with a lower limit for expired food."""
    return changed(documents, "MR-N05", goods_limit(300))


class TestImpact:
    def test_only_cases_between_the_limits_are_affected(self, release: Release, stricter: Release) -> None:
        impact = Impact(Edition(release), Edition(stricter))
        found = list(impact.of([sale(goods) for goods in (299, 300, "300.01", 500, "500.01")], ON))
        assert [one.row for one in found] == [3, 4]
        assert (impact.cases, impact.wrong) == (5, 0)

    def test_the_cause_is_the_ground_and_the_words_that_changed(self, release: Release, stricter: Release) -> None:
        (found,) = Impact(Edition(release), Edition(stricter)).of([sale(400)], ON)
        cause = found.causes[0]
        assert (cause.id, cause.list, cause.before, cause.after) == ("MR-N05", "no_penalty", "applies", "not_met")
        assert [change.about for change in cause.changes] == ["条件"]
        assert "basis" in about(found)

    def test_a_changed_fine_touches_the_ranges(self, release: Release, documents: Documents) -> None:
        def change(body: Any) -> None:  # noqa: ANN401
            body["versions"][-1]["penalty"]["branches"][0]["fine"]["max_yuan"] = 90_000

        other = changed(documents, "food-expired-sale", change)
        (found,) = Impact(Edition(release), Edition(other)).of([sale(600)], ON)
        assert about(found)["penalty.ranges.heavier"] == ("85000–100000", "78000–90000")
        assert "result" not in about(found)
        assert found.causes[-1].id == "food-expired-sale"
        assert any("9万元" in str(change.after) for change in found.causes[-1].changes)

    def test_a_case_that_only_one_edition_accepts_is_affected(self, release: Release, documents: Documents) -> None:
        path = path_of(documents, "MR-N05")
        without = link({name: one for name, one in documents.items() if name != path})
        impact = Impact(Edition(release), Edition(without))
        named = {**sale(100), "list_items": ["MR-N05"]}
        (found,) = impact.of([named, {**SALE, "violation": "no-such"}, "no case"], ON)
        assert found.row == 1
        assert found.differences[0].about == "problem"
        assert "MR-N05" in str(found.differences[0].after)
        assert impact.wrong == 2

    def test_rows_go_on_counting(self, release: Release, stricter: Release) -> None:
        impact = Impact(Edition(release), Edition(stricter))
        list(impact.of([sale(1)] * 3, ON))
        assert [one.row for one in impact.of([sale(1), sale(400)], ON)] == [5]

    def test_the_same_edition_touches_nothing(self, release: Release) -> None:
        impact = Impact(Edition(release), Edition(release))
        assert not list(impact.of(list(Population(release, 21).cases(200)), ON))

    def test_under_the_law_of_two_days(self, release: Release) -> None:
        """Before the list of 2025 the same act found no item."""
        impact = Impact(Edition(release, date(2025, 2, 6)), Edition(release, date(2025, 2, 7)))
        (found,) = impact.of([sale(400)], ON)
        cause = next(one for one in found.causes if one.id == "MR-N05")
        assert (cause.before, cause.after) == (None, "applies")
        assert cause.changes

    def test_a_release_and_a_changed_one_differ_only_where_single_decisions_do(
        self, release: Release, stricter: Release
    ) -> None:
        cases = [_seen(one) for one in Population(release, 22).cases(150)]
        impact = Impact(Edition(release), Edition(stricter))
        affected = {one.row for one in impact.of(cases, ON)}
        old, new = Decider(release), Decider(stricter)
        differ = {row for row, one in enumerate(cases, 1) if _result(old, one) != _result(new, one)}
        assert differ <= affected


def _seen(document: Documents) -> Documents:
    return {**document, "violation": "food-expired-sale", "list_items": None}


def _result(decider: Decider, document: Documents) -> object:
    try:
        decision = decider.check(document, ON)
    except InputError as error:
        return str(error)
    return decision["result"], decision["penalty"]


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2021, 7, 15), date(2025, 10, 15), date(2026, 8, 15)])
def test_columns_and_single_cases_agree_under_the_law_of_any_day(release: Release, day: date) -> None:
    documents = list(Population(release, day.year).cases(250))
    decider = Decider(release)
    for document, answer in zip(documents, Batch(release).check(documents, ON, law_of=day).summaries(), strict=True):
        try:
            expected: Summary | str = summary_under(decider, parse_case(document, release), ON, day)
        except InputError as error:
            expected = str(error)
        assert (str(answer) if isinstance(answer, InputError) else answer) == expected, document
